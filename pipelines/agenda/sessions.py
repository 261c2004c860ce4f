"""Body, date, hour, place, convocation date and status of the session a document speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from crawler.models import DocumentKind, Hints, SessionClaim
from pipelines.agenda.bodies import DEFAULTS
from pipelines.agenda.chosen_day import SESSION, choose, choose_named, may_open, mended, settled
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import LONGEST_SESSION, find_dates, nearest_year
from pipelines.agenda.evidence import Judged, judge
from pipelines.agenda.folders import folders_of
from pipelines.agenda.kinds import kind_named, kind_of_words
from pipelines.agenda.meeting_body import named_body, printed_body
from pipelines.agenda.moves import HELD, status_of
from pipelines.agenda.names import base_name, dates_in_name
from pipelines.agenda.opening_hour import opening_time
from pipelines.agenda.places import find_place
from pipelines.agenda.relative_dates import after_announcement
from pipelines.agenda.words import plain, squeeze

_ANNOUNCE = re.compile(r"(?:se reunira|aura lieu|se tiendra|est convoquee?)\b")
_SECOND = re.compile(r"(?:\b2|\bdeuxi)(?:e|eme|nde)? (?:seance|reunion)|\bseconde (?:seance|reunion)")
_NOT_OF_THE_DAY = re.compile(r" (?:\w+ )?(?:de l'annee|du trimestre|du semestre|du mandat|de 20\d\d|20\d\d)")
_ISSUE = re.compile(r"\ba l'issue (?:de la|du|de l'|immediate de la)\b")
_AND_THEN = re.compile(r"[ ,]{0,40}[^\n.;]{2,16}?[ ,]{1,40}(?:et|puis)[ ,]+(?:le )?")
_TELLING = 7  # the least weight of a day in a paper of no known kind


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
    """The day from which dates without a year are counted: the document's own dates, else the day it was first seen.

    A law's date is printed in it too, but is not of its time.
    """
    judged = judge(low, hints.reference_date)
    own = [one.value for one in judged if one.found.year_printed and one.role != "none"]
    seen = hints.reference_date
    if seen is None:
        return max(own or [one.value for one in judged if one.found.year_printed], default=None)
    near = [when for when in own if abs((when - seen).days) <= 400]
    return max(near or own, default=seen)


def read_session(head: Head, hints: Hints, kind: DocumentKind, acted_on: date | None = None) -> SessionClaim | None:
    """The one session of a document's head, completed from its names; None where nothing says which session.

    ``acted_on``: the day of the act that its e-filing stamp names, for a head that is silent.
    """
    reference = reference_of(head.plain, hints)
    judged: Sequence[Judged] = judge(head.plain, reference)
    named = _named_dates(hints)
    judged = settled(judged, named)
    of_it = (*SESSION, "next") if kind not in HELD else SESSION
    told = [one for one in judged if kind != "other" or one.weight >= _TELLING]
    when = choose(told, named, of_it) or _relative(head, reference)
    if when is None and kind not in ("annex", "other"):
        when = choose_named(named, judged) if named else acted_on
    if when is None:
        return None
    mentions = [
        one for one in judged if one.value == when and (one.role in (*of_it, "moved") or may_open(head.plain, one))
    ]
    when = mended(when, judged)
    names = f"{plain(hints.link_text)}\n{plain(hints.heading)}"
    status, moved_from = status_of(head.plain, names, judged, when, kind)
    time = opening_time(head.plain, mentions, judged)
    body = printed_body(head.text, hints, mentions)
    return SessionClaim(
        body=body or DEFAULTS[hints.council_kind], date=when, time=time,
        place=find_place(head.text, head.plain, mentions), convened_on=_convened(head.plain, judged, when, kind),
        status=status, order=_order(head.plain, mentions, time), moved_from=moved_from,
        body_printed=body is not None,
        last_day=_last_day(head.plain, judged, mentions),
    )  # fmt: skip


def _last_day(low: str, judged: Sequence[Judged], mentions: Sequence[Judged]) -> date | None:
    """The last day of the session, printed with the first or after its hour ("jeudi 9 à 10 h et vendredi 10")."""
    if (last := next((one.found.last for one in mentions if one.found.last), None)) is not None:
        return last
    for one in mentions:
        follower = next((two for two in judged if two.found.start > one.found.start), None)
        if follower is None or not 0 < (follower.value - one.value).days <= LONGEST_SESSION:
            continue
        between = low[one.found.end : follower.found.start]
        if _AND_THEN.fullmatch(between) and find_times(between):
            return follower.value
    return None


def _order(low: str, mentions: Sequence[Judged], time: time | None) -> int:
    """2 where the text says that this is the second session of the day, or that it follows one."""
    near = [low[max(0, one.found.start - 150) : one.found.end + 150] for one in mentions]
    if time is None and any(_ISSUE.search(said) for said in near):
        return 2
    second = any(not _NOT_OF_THE_DAY.match(said, match.end()) for said in near for match in _SECOND.finditer(said))
    return 2 if second else 1


def _named_dates(hints: Hints) -> tuple[date, ...]:
    """The days in the names of a document; when it was posted, or the years of its folder, tells which one is meant."""
    folders = folders_of(hints.url)
    name = base_name(hints.file_name or hints.url)
    own = folders.first(dates_in_name(name, folders.reference or hints.reference_date))
    others = (when for name in (hints.link_text, hints.heading) for when in dates_in_name(name, hints.reference_date))
    return tuple(dict.fromkeys((*own, *others)))


def day_named(hints: Hints) -> date | None:
    """The day of the sitting of which the names of a document speak; None where they speak of none.

    A day in the name of an order, or of news, is no sitting's: some paper of a sitting, or a body, must be named too.
    """
    own = base_name(hints.file_name or hints.url)
    if kind_of_words(own) == "other" or (kind_named(hints) is None and named_body(hints) is None):
        return None
    return next(iter(_named_dates(hints)), None)


def _relative(head: Head, reference: date | None) -> date | None:
    for match in _ANNOUNCE.finditer(head.plain):
        if (found := after_announcement(head.text[match.end() :], reference)) is not None:
            return found.value
    return None


def _convened(low: str, judged: Sequence[Judged], when: date, kind: DocumentKind) -> date | None:
    for one in judged:
        if one.role in ("convened", "call", "called"):
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


def named_session(hints: Hints, kind: DocumentKind, stamp: str = "") -> SessionClaim | None:
    """The session of a document without readable text, from its names and the stamp of its electronic filing."""
    named = _named_dates(hints)
    act, sent = stamp_dates(stamp)
    glued = tuple(
        when for name in re.findall(r"\d{3}-\d{9}-\d{8}-([\w./-]+?)-(?:DE|AU)\b", stamp) for when in dates_in_name(name)
    )
    fitting = [when for when in (*glued, *named) if sent is None or when <= sent]
    when = fitting[0] if fitting else act if kind == "deliberation" else None
    body = named_body(hints)
    if kind_of_words(base_name(hints.file_name or hints.url)) == "other":
        return None  # an order of a mayor or a prefect is dated too
    if when is None or kind in ("annex", "decision") or (kind == "other" and body is None):
        return None
    claim = SessionClaim(body or DEFAULTS[hints.council_kind], when, body_printed=body is not None)
    return replace(claim, status="held" if kind in HELD else "scheduled")


def stamp_dates(stamp: str) -> tuple[date | None, date | None]:
    """The date of the act and the day it was sent, from a préfecture stamp (``ID : 029-…-20240918-…-DE``)."""
    acts = re.findall(r"\d{3}-\d{9}-(\d{8})-", stamp)
    act = next(iter(dates_in_name(acts[0])), None) if acts else None
    sent = re.search(r"(?:envoye|recu|reception)[^\d]{0,40}(\d\d/\d\d/\d{4})", plain(stamp))
    day = find_dates(sent[1])[0].value if sent else None
    return act, day or act
