"""The hour at which a session begins, never its end nor that of anything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.evidence import Judged
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.roles import BREAK, ITEM_LINE, MET

_MET = re.compile(rf"\b{MET}|\bse (?:tiendra|reunira|reuniront|deroulera|retrouveront)\b|\baura lieu\b")
_OPENING = re.compile(
    r"(?:seance|reunion|conseil|session)[^.;\n]{0,40}?(?:est |a ete )?(?:ouvert|debut|commenc)\w*[^.;\n]{0,25}?(?:a"
    r"|:) ?"
    r"|(?:ouvr\w*|declar\w* ouverte|ouverte?) (?:la )?(?:seance |reunion )?(?:ordinaire )?(?:a|:) ?"
    r"|ouverture(?: de (?:la )?(?:seance|reunion))?\s*(?:a|:)\s*|\b(?:heure|horaire)s?(?: (?:de (?:la )?"
    r"|du )?(?:seance|reunion"
    r"|debut|ouverture|conseil)(?: de (?:la )?seance)?)?\s*:\s*(?:a )?|\bdebut(?: de (?:la )?(?:seance"
    r"|reunion))?\s*(?:a|:)\s*"
)
_NOT_OPENING = re.compile(
    r"lev|clos|clotur|\bfin |arriv|depart(?!ement)|jusqu|suspen|repris|quitt|permanence|ouvert du|accueil|secretariat"
    r"|ouverte? (?:du|de)"
    r"|dedicac|inscri|avant |tous les|chaque |au plus tard|telephon|public"
)
_WAS = re.compile(r"initialement|au lieu d|et non|non pas")
_CUT = re.compile(
    r"\n\s*\n|\bpresents?\b|\babsent|\bexcus|\bpouvoir|\bmmes? |[;!]|\bconvo|\bsera\b|\blevee?\b|\bpubli|\bpostee?\b"
    r"|\bmis en ligne|\baffich"
)
_ALONE = 3  # characters beside an hour on a line of its own ("18:00")
_AFTER, _BEFORE, _BELOW, _FORMULA = 90, 34, 300, 240  # characters looked at
_FULL = 45  # characters of a line that may run on into the next


def opening_time(low: str, mentions: Sequence[Judged], judged: Sequence[Judged]) -> time | None:
    """The hour printed with the session's date (``mentions``), else that at which the text says that it opens."""
    starts = sorted(one.found.start for one in judged)
    for one in mentions:
        other = next((start for start in starts if start >= one.found.end), len(low))
        if (found := _beside(low, one, other)) is not None:
            return found
    return _stated(low) or next((found for one in mentions[:3] if (found := _below(low, one)) is not None), None)


def _beside(low: str, one: Judged, other: int) -> time | None:
    after = low[one.found.end : min(one.found.end + _AFTER, other)]
    cut = _CUT.split(after)[0]
    begin = low.rfind("\n", 0, one.found.start) + 1
    newline = cut.find("\n")
    if newline >= 0 and one.found.end + newline - begin < _FULL:
        cut = cut[:newline]  # the line below is looked at by itself
    done = 0
    for clock in find_times(cut):
        if not _NOT_OPENING.search(cut[: clock.start]) and not _WAS.search(cut[done : clock.start]):
            return clock.value
        done = clock.end
    before = low[max(0, one.found.start - _BEFORE) : one.found.start]
    clocks = find_times(before)
    if (
        clocks
        and re.search(r"(?:\ba|\bvers|\bdes|:|\n|^|,) ?$", before[: clocks[-1].start])
        and re.fullmatch(r"[ ,\-]*(?:precises?)?[ ,\-]*(?:le |du |,)?\s*", before[clocks[-1].end :])
        and not _NOT_OPENING.search(before)
    ):
        return clocks[-1].value
    return None


def _stated(low: str) -> time | None:
    """The hour of a formula ("s'est réuni … à 20 h", "ouvre la séance à 20 h", "Heure : 20 h")."""
    for match in _MET.finditer(low):
        said = BREAK.split(low[match.end() : match.end() + _FORMULA])[0]
        for clock in find_times(said):
            if re.search(r"(?:\ba|\bvers|\bdes|,) ?$", said[: clock.start]) and not _NOT_OPENING.search(
                said[: clock.start]
            ):
                return clock.value
    for match in _OPENING.finditer(low):
        clocks = find_times("a " + low[match.end() : match.end() + 30])
        context = low[max(0, match.start() - 15) : match.end()]
        if clocks and clocks[0].start <= 6 and not _NOT_OPENING.search(context):
            return clocks[0].value
    return None


def _below(low: str, one: Judged) -> time | None:
    """An hour on one of the next lines, alone or with a place, above the points."""
    end = low.find("\n", one.found.end)
    lines = low[end : one.found.end + _BELOW].split("\n") if end >= 0 else []
    for line in [line.strip() for line in lines if line.strip()][:3]:
        if _CUT.search(line):
            continue
        clocks = find_times(f"a {line}")
        alone = bool(clocks) and len(line) - (clocks[0].end - clocks[0].start) <= _ALONE
        if AGENDA_HEADING.search(line) or (ITEM_LINE.match(line) and not alone) or find_dates(line):
            return None
        if not clocks or _NOT_OPENING.search(line):
            continue
        first = clocks[0]
        rest = len(line) - (first.end - first.start)
        if (
            rest <= 8
            or first.start <= 5
            or (re.search(r"(?:\ba|\bvers|\bdes|[-,:]) ?$", f"a {line}"[: first.start]) and rest <= 80)
        ):
            return first.value
    return None
