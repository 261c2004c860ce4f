"""Body, date, hour, place, convocation date and status of the session a document speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time

from crawler.models import DocumentKind, Hints, SessionClaim, SessionStatus
from pipelines.agenda.bodies import DEFAULTS, body_in_name, find_bodies
from pipelines.agenda.dates import after_announcement, find_dates, find_times, nearest_year
from pipelines.agenda.evidence import Judged, judge
from pipelines.agenda.names import base_name, dates_in_name
from pipelines.agenda.places import find_place
from pipelines.agenda.words import plain, squeeze

_ANNOUNCE = re.compile(r"(?:se reunira|aura lieu|se tiendra|est convoquee?)\b")
_OPENING = re.compile(
    r"(?:seance|reunion|conseil|session)[^.;\n]{0,40}?(?:est |a ete )?(?:ouvert|debut|commenc)\w*[^.;\n]{0,25}?(?:a"
    r"|:) ?"
    r"|s'est reunie?\b[^.;\n]{0,90}? a (?=\d{1,2} ?h)"
    r"|ouvre la seance a |ouverture(?: de (?:la )?seance)?\s*(?:a|:)\s*|(?:heure|horaire)s?(?: de (?:la )?(?:seance"
    r"|reunion|debut))?\s*:\s*"
    r"|debut(?: de (?:la )?seance)?\s*(?:a|:)\s*"
)
_NOT_OPENING = re.compile(
    r"lev|clos|clotur|fin |arriv|depart(?!ement)|jusqu|suspen|repris|quitt|permanence|ouvert du|accueil|de \d{1,2}h"
)
_CANCELLED = re.compile(
    r"(?:seance|reunion|conseil(?: \w+)?|bureau|commission permanente)(?:[^.;\n]|\n(?!\n)){0,140}?\b(?:est |a ete "
    r"|sont )?(?:annulee?|supprimee?)\b"
    r"|\bannulation (?:de la (?:seance|reunion)|du (?:conseil|bureau))|^\W*annulee?\W*$|seance annulee|conseil annule",
    re.MULTILINE,
)
_POSTPONED = re.compile(
    r"(?:seance|reunion|conseil(?: \w+)?|bureau|commission permanente)(?:[^.;\n]|\n(?!\n)){0,140}?\b(?:est |a ete "
    r"|sont )?(?:reportee?|ajournee?|differee?)\b"
    r"|\breport (?:de la (?:seance|reunion)|du (?:conseil|bureau))|^\W*reportee?\W*$",
    re.MULTILINE,
)
_SECOND = re.compile(
    r"(?:2|deuxi)(?:e|eme|nde)? (?:seance|reunion)|seconde (?:seance|reunion)|a l'issue (?:de la|du) (?:premiere "
    r"|1ere |reunion |seance |conseil )"
    r"|(?:seance|reunion) (?:n ?°? ?2)\b"
)
_HELD: tuple[DocumentKind, ...] = ("minutes", "deliberation", "list", "decision")


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a document that says of which session it speaks."""

    text: str
    plain: str


def head_of(lines: Iterable[str]) -> Head:
    """The head from its lines (an empty line where blank space stands), double spaces drawn together."""
    text = "\n".join(squeeze(line) for line in lines)
    return Head(text, plain(text))


def reference_of(low: str, hints: Hints) -> date | None:
    """The day from which dates without a year are counted: the document's own dates, else the day it was first seen."""
    own = [one.value for one in find_dates(low) if one.year_printed]
    if own and hints.reference_date is not None:
        near = [when for when in own if abs((when - hints.reference_date).days) <= 400]
        return max(near, default=None) or max(own)
    return max(own, default=None) or hints.reference_date


def read_session(head: Head, hints: Hints, kind: DocumentKind) -> SessionClaim | None:
    """The one session of a document's head, completed from its names; None where nothing says which session."""
    reference = reference_of(head.plain, hints)
    judged = judge(head.plain, reference)
    named = _named_dates(hints)
    when = _choose(judged, named) or _relative(head, reference)
    if when is None and named and kind not in ("annex", "other"):
        when = _named_choice(named, judged)
    body = body_of(head.text, hints)
    if when is None:
        return None
    mentions = [one for one in judged if one.value == when and one.role in ("session", "alone", "planned")]
    status, moved_from = _status(head.plain, hints, judged, when, kind)
    moved_to = next((one.value for one in judged if one.role == "planned" and one.value > when), None)
    if moved_to is not None and status == "postponed":
        when, moved_from, status = moved_to, when, "moved"
        mentions = [one for one in judged if one.value == moved_to]
    return SessionClaim(
        body=body, date=when,
        time=opening_time(head.plain, mentions), place=find_place(head.text, head.plain, mentions),
        convened_on=_convened(head.plain, judged, when, kind), status=status,
        order=2 if _SECOND.search(head.plain) else 1, moved_from=moved_from,
    )  # fmt: skip


def body_of(text: str, hints: Hints) -> str:
    """The body that meets: the first named where a session is spoken of, else the names, else the council's own."""
    found = find_bodies(text)
    named = _named_body(hints)
    default = DEFAULTS[hints.council_kind]
    if not found:
        return named or default
    low = plain(text)
    scores: dict[str, float] = defaultdict(float)
    for place, one in enumerate(found[:12]):
        before = low[max(0, one.start - 60) : one.start]
        follower = found[place + 1].start if place + 1 < len(found) else len(low)
        after = low[one.end : min(one.end + 60, follower)]
        line_start = low.rfind("\n", 0, one.start) + 1
        weight = 3.0 if place == 0 else 1.0
        weight += 2 if len(low[line_start : one.start].strip()) < 25 else 0
        weight += (
            4
            if re.search(
                r"seance (?:publique |ordinaire |pleniere )?(?:du|de la)\s*$|reunion (?:du|de la)\s*$|membres (?:du"
                r"|de la)\s*$",
                before,
            )
            else 0
        )
        weight += (
            3
            if re.match(
                r"[^.]{0,40}(?:se reuni|s'est|dument|legalement|aura lieu|se tiendra|du \d|du (?:lun|mar|mer|jeu|ven"
                r"|sam))",
                after,
            )
            else 0
        )
        weight -= 3 if low[one.start : one.end].startswith("conseillers") else 0
        weight -= 3 if re.search(r"presidente? (?:du|de la)\s*$", before) else 0
        weight -= (
            4
            if re.search(
                r"delegation(?:s)? (?:du|de la|consenties? par (?:le|la))\s*$|deliberation (?:du|de la)\s*$"
                r"|issue (?:du|de la)\s*$",
                before,
            )
            else 0
        )
        scores[one.name] += weight
    if named in scores:
        scores[named] += 2
    best = max(scores, key=lambda name: scores[name])
    if best == "assemblée plénière" and hints.council_kind == "departement" and "conseil départemental" in scores:
        return best
    return best if scores[best] > 0 else named or default


def _named_body(hints: Hints) -> str | None:
    names = (base_name(hints.file_name or hints.url), hints.link_text, hints.heading)
    return next((body for name in names if name and (body := body_in_name(name, hints.council_kind))), None)


def names_council(text: str, hints: Hints) -> bool:
    """Whether a text or the document's names speak of a sitting of a council at all (not of electors or residents)."""
    return (
        bool(find_bodies(text))
        or _named_body(hints) is not None
        or bool(re.search(r"\bseance|\bconseillers\b|communaute (?:de communes|d'agglomeration|urbaine)", plain(text)))
    )


def _named_dates(hints: Hints) -> tuple[date, ...]:
    names = (base_name(hints.file_name or hints.url), hints.link_text, hints.heading)
    return tuple(dict.fromkeys(when for name in names if name for when in dates_in_name(name, hints.reference_date)))


def _choose(judged: list[Judged], named: tuple[date, ...]) -> date | None:
    scores: dict[date, float] = defaultdict(float)
    first: dict[date, int] = {}
    for one in judged:
        if one.role not in ("session", "alone") or not one.weight:
            continue
        scores[one.value] += one.weight if scores[one.value] == 0 else one.weight / 3
        first.setdefault(one.value, one.found.start)
    for when in scores:
        scores[when] += 4 if when in named else 0
        scores[when] -= min(first[when] / 600, 4)
    if not scores:
        return None
    return max(scores, key=lambda when: (round(scores[when], 1), -first[when]))


def _named_choice(named: tuple[date, ...], judged: list[Judged]) -> date:
    """Of the dates in names, the first that is not after the act was sent (file names may carry a wrong year)."""
    sent = min((one.value for one in judged if one.role == "posted"), default=None)
    return next((when for when in named if sent is None or when <= sent), named[0])


def _relative(head: Head, reference: date | None) -> date | None:
    for match in _ANNOUNCE.finditer(head.plain):
        if (found := after_announcement(head.text[match.end() :], reference)) is not None:
            return found.value
    return None


def opening_time(low: str, mentions: list[Judged]) -> time | None:
    """The hour printed with the session's date, else the one at which the text says that it opens; never its end."""
    for one in mentions:
        after = low[one.found.end : one.found.end + 70]
        cut = re.split(r"\n\s*\n|[;!]|\bconvo|\bsera\b|levee", after)[0]
        for clock in find_times(cut):
            if not _NOT_OPENING.search(cut[: clock.start]):
                return clock.value
        before = low[max(0, one.found.start - 30) : one.found.start]
        clocks = find_times(before)
        if clocks and re.search(r"(?:\ba|:) ?$", before[: clocks[-1].start]) and not _NOT_OPENING.search(before):
            return clocks[-1].value
    for match in _OPENING.finditer(low):
        clocks = find_times("a " + low[match.end() : match.end() + 30])
        if clocks and clocks[0].start <= 6 and not _NOT_OPENING.search(low[max(0, match.start() - 15) : match.end()]):
            return clocks[0].value
    if mentions:
        after = low[mentions[0].found.end : mentions[0].found.end + 260]
        line = re.search(r"(?:^|\n)\s*(?:(?:a|de) )?([^\n]{4,90})(?:$|\n)", after)
        clocks = find_times(f"a {line[1]}") if line else ()
        if (
            clocks
            and line
            and (len(line[1]) - (clocks[0].end - clocks[0].start) <= 6 or clocks[0].start <= 2)
            and not _NOT_OPENING.search(line[1])
        ):
            return clocks[0].value
    return None


def _convened(low: str, judged: list[Judged], when: date, kind: DocumentKind) -> date | None:
    for one in judged:
        if one.role == "convened":
            value = one.value
            if not one.found.year_printed:
                guess = nearest_year(value.day, value.month, None, when)
                value = guess[0] if guess else value
                value = value if value <= when else value.replace(year=value.year - 1)
            if 0 < (when - value).days <= 120:
                return value
    if kind in ("convocation", "agenda"):
        letters = [one.value for one in judged if one.role == "letter" and 0 < (when - one.value).days <= 60]
        if letters and (kind == "convocation" or "convo" in low):
            return letters[0]
    return None


def _status(
    low: str, hints: Hints, judged: list[Judged], when: date, kind: DocumentKind
) -> tuple[SessionStatus, date | None]:
    moved_from = next((one.value for one in judged if one.role == "moved" and one.value != when), None)
    if kind in _HELD:
        return "held", None
    said = f"{low[:3000]}\n{plain(hints.link_text)}\n{plain(hints.heading)}"
    if moved_from is not None:
        return "moved", moved_from
    if _CANCELLED.search(said) and not re.search(r"annule et remplace|annulee? et remplacee?", said):
        return "cancelled", None
    if _POSTPONED.search(said):
        return "postponed", None
    return "scheduled", None


def named_session(hints: Hints, kind: DocumentKind, stamp: str = "") -> SessionClaim | None:
    """The session of a document without readable text, from its names and the stamp of its electronic filing."""
    named = _named_dates(hints)
    act, sent = stamp_dates(stamp)
    glued = tuple(
        when for name in re.findall(r"\d{3}-\d{9}-\d{8}-([\w./-]+?)-(?:DE|AU)\b", stamp) for when in dates_in_name(name)
    )
    fitting = [when for when in (*glued, *named) if sent is None or when <= sent]
    when = fitting[0] if fitting else act if kind == "deliberation" else None
    named_body = _named_body(hints)
    if when is None or kind in ("annex", "decision") or (kind == "other" and named_body is None):
        return None
    claim = SessionClaim(body=named_body or DEFAULTS[hints.council_kind], date=when)
    return replace(claim, status="held" if kind in _HELD else "scheduled")


def stamp_dates(stamp: str) -> tuple[date | None, date | None]:
    """The date of the act and the day it was sent, from a préfecture stamp (``ID : 029-…-20240918-…-DE``)."""
    acts = re.findall(r"\d{3}-\d{9}-(\d{8})-", stamp)
    act = next(iter(dates_in_name(acts[0])), None) if acts else None
    sent = re.search(r"(?:envoye|recu|reception)[^\d]{0,40}(\d\d/\d\d/\d{4})", plain(stamp))
    day = find_dates(sent[1])[0].value if sent else None
    return act, day or act
