"""Body, date, hour, place, convocation date and status of the session a document speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from crawler.models import DocumentKind, Hints, SessionClaim
from pipelines.agenda.bodies import DEFAULTS, FoundBody, body_in_name, canonical, find_bodies
from pipelines.agenda.commissions import commission_above
from pipelines.agenda.dates import after_announcement, find_dates, make_date, nearest_year
from pipelines.agenda.evidence import Judged, judge
from pipelines.agenda.moves import HELD, status_of
from pipelines.agenda.names import base_name, dates_in_name
from pipelines.agenda.opening_hour import opening_time
from pipelines.agenda.places import find_place
from pipelines.agenda.roles import EVENT
from pipelines.agenda.words import plain, squeeze

_ANNOUNCE = re.compile(r"(?:se reunira|aura lieu|se tiendra|est convoquee?)\b")
_SECOND = re.compile(r"(?:\b2|\bdeuxi)(?:e|eme|nde)? (?:seance|reunion)|\bseconde (?:seance|reunion)")
_NOT_OF_THE_DAY = re.compile(r" (?:\w+ )?(?:de l'annee|du trimestre|du semestre|du mandat|de 20\d\d|20\d\d)")
_ISSUE = re.compile(r"\ba l'issue (?:de la|du|de l'|immediate de la)\b")


_OF_SESSION = re.compile(
    r"(?:seance|reunion|session|deliberations?|convocation|membres|verbal|rendu)"
    r" (?:publique |ordinaire |extraordinaire |pleniere )?(?:du|de la|de l'|au|a la|a l')\s*$"
)
_MEETS = re.compile(
    r"[^.]{0,40}(?:se reuni|s'est|dument|legalement|regulierement|aura lieu|se tiendra|du \d|du (?:lun|mar|mer|jeu|ven|sam))"
)
_OF_OTHERS = re.compile(
    r"presidente? (?:du|de la)\s*$|delegations? (?:du|de la|consenties? par (?:le|la))\s*$|\bdeliberation (?:du|de la)\s*$"
    r"|issue (?:du|de la)\s*$|\b(?:au|aux) (?:prochain )?$"
)
_LETTERHEADS = ("conseil départemental", "conseil régional")
_OTHERS = re.compile(
    r"conseil (?:d'ecole|des ecoles|de quartier|citoyen|des sages|des jeunes|municipal des (?:jeunes|enfants)|local|consultatif"
    r"|de developpement|de surveillance|de vie|de discipline|d'etablissement|economique|de residents)"
    r"|(?:convocation|arrete)[^.]{0,60} electeurs|comite (?:social|technique|consultatif|des fetes)"
    r"|assemblee generale (?:ordinaire |extraordinaire )?(?:de l'(?:association|amicale|union)|du (?:club|comite))"
)
_PROSE = re.compile(r"^[^\n]{60,}(?:\.$|\Z)", re.M)  # "Le comité social territorial, consulté le …, a rendu un avis."
_SITS = re.compile(
    r"\bseance|\bprochain conseil\b|\b(?:vos|les) elus\b|\bconseillers\b"
    r"|communaute (?:de communes|d'agglomeration|urbaine)"
)
_TELLING = 7  # the least weight of a day in a paper of no known kind
_TITLE = 400  # characters of a head in which a title stands
_BODIES, _CLOSE, _COMMISSION = 16, 80, 260  # bodies that are weighed; characters to the day
_CALLED = 45  # days between a convocation and its session, at most
_SESSION = ("session", "alone", "call", "called", "planned", "cancelled")


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
    judged = judge(head.plain, reference)
    named = _named_dates(hints)
    of_it = (*_SESSION, "next") if kind not in HELD else _SESSION
    told = [one for one in judged if kind != "other" or one.weight >= _TELLING]
    when = _choose(told, named, of_it) or _relative(head, reference)
    if when is None and kind not in ("annex", "other"):
        when = _named_choice(named, judged) if named else acted_on
    if when is None:
        return None
    mentions = [
        one for one in judged if one.value == when and (one.role in (*of_it, "moved") or _opens(head.plain, one))
    ]
    when = _mended(when, judged)
    names = f"{plain(hints.link_text)}\n{plain(hints.heading)}"
    status, moved_from = status_of(head.plain, names, judged, when, kind)
    time = opening_time(head.plain, mentions, judged)
    return SessionClaim(
        body=body_of(head.text, hints, mentions), date=when, time=time,
        place=find_place(head.text, head.plain, mentions), convened_on=_convened(head.plain, judged, when, kind),
        status=status, order=_order(head.plain, mentions, time), moved_from=moved_from,
        last_day=next((one.found.last for one in mentions if one.found.last), None),
    )  # fmt: skip


def _order(low: str, mentions: Sequence[Judged], time: time | None) -> int:
    """2 where the text says that this is the second session of the day, or that it follows one."""
    near = [low[max(0, one.found.start - 150) : one.found.end + 150] for one in mentions]
    if time is None and any(_ISSUE.search(said) for said in near):
        return 2
    second = any(not _NOT_OF_THE_DAY.match(said, match.end()) for said in near for match in _SECOND.finditer(said))
    return 2 if second else 1


def body_of(text: str, hints: Hints, mentions: Sequence[Judged] = ()) -> str:
    """The body that meets: the one named with the day (``mentions``), else the first, the names, the council's own."""
    named = _named_body(hints)
    default = DEFAULTS[hints.council_kind]
    found = find_bodies(text)[:_BODIES]
    places = [one.found.start for one in mentions]
    if (commission := _commission(text, found, places)) is not None:
        return commission
    if not found:
        return named or default
    low = plain(text)
    scores: dict[str, float] = defaultdict(float)
    for number, one in enumerate(found):
        follower = found[number + 1].start if number + 1 < len(found) else len(low)
        weight = (3.0 if number == 0 else 1.0) + _weight(low, one, follower, places)
        if one.name in _LETTERHEADS and number == 0 and one.start < 200:
            weight -= 2  # "CONSEIL DÉPARTEMENTAL DE …" stands on every paper of a department
        scores[canonical(one.name, hints.council_kind)] += weight
    if named in scores:
        scores[named] += 2
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else named or default


def _weight(low: str, one: FoundBody, follower: int, places: Sequence[int]) -> float:
    """How much the words around a body's name speak for its being the one that meets."""
    before = low[max(0, one.start - 60) : one.start]
    after = low[one.end : min(one.end + 60, follower)]
    line_start = low.rfind("\n", 0, one.start) + 1
    weight = 2.0 if len(low[line_start : one.start].strip()) < 25 else 0.0
    weight += 4 if _OF_SESSION.search(before) else 0
    weight += 3 if _MEETS.match(after) else 0
    weight += 4 if any(0 <= place - one.end <= _CLOSE and place <= follower for place in places) else 0
    weight -= 3 if low[one.start : one.end].startswith("conseillers") else 0
    weight -= 4 if _OF_OTHERS.search(before) else 0
    return weight


def _commission(text: str, found: Sequence[FoundBody], places: Sequence[int]) -> str | None:
    """The commission that sits: its name is the title above the day, and no body's stands before or between."""
    above = commission_above(text)
    if above is None:
        return None
    name, start, end = above
    near = [place for place in places if 0 <= place - start <= _COMMISSION]
    bodies = [one.start for one in found if one.name not in _LETTERHEADS]
    if not near or any(place < start or end <= place < min(near) for place in bodies):
        return None
    return name


def _named_body(hints: Hints) -> str | None:
    names = (base_name(hints.file_name or hints.url), hints.link_text, hints.heading)
    return next((body for name in names if name and (body := body_in_name(name, hints.council_kind))), None)


def of_others(text: str) -> bool:
    """Whether the title is that of an assembly that is no council's, or calls electors."""
    low = _PROSE.sub("", plain(text[: 2 * _TITLE]))[:_TITLE]
    other = _OTHERS.search(low)
    return other is not None and not any(one.start < other.start() for one in find_bodies(low))


def names_council(text: str, hints: Hints) -> bool:
    """Whether a text or the document's names speak of a sitting of a council at all (not of electors or residents)."""
    return (
        bool(find_bodies(text))
        or commission_above(text) is not None
        or _named_body(hints) is not None
        or bool(_SITS.search(plain(text)))
    )


def _named_dates(hints: Hints) -> tuple[date, ...]:
    names = (base_name(hints.file_name or hints.url), hints.link_text, hints.heading)
    return tuple(dict.fromkeys(when for name in names if name for when in dates_in_name(name, hints.reference_date)))


def _opens(low: str, one: Judged) -> bool:
    """Whether a sentence of the session's day may tell its hour ("rendez-vous jeudi à 20 h"), and not that of an event."""
    begin = low.rfind("\n", 0, one.found.start) + 1
    return one.role in ("none", "alone") and not EVENT.search(low, begin, one.found.end + 60)


def _mended(when: date, judged: Sequence[Judged]) -> date:
    """The day whose year is that of last January: its weekday and the convocation both say the next one."""
    weekday = next((one.found.weekday for one in judged if one.value == when and one.found.weekday is not None), None)
    if weekday is None or weekday == when.weekday():
        return when
    sent = [one.value for one in judged if one.role in ("convened", "letter", "posted") and one.found.year_printed]
    for year in (when.year + 1, when.year - 1):
        other = make_date(year, when.month, when.day)
        if other and other.weekday() == weekday and any(abs((other - day).days) <= _CALLED for day in sent):
            return other
    return when


def _choose(judged: Sequence[Judged], named: tuple[date, ...], of_it: Sequence[str]) -> date | None:
    """The day that most words speak for; one to which the session was moved, before the one it was moved from."""
    planned = [one for one in judged if one.role == "planned"]
    if planned and any(one.role in ("moved", "cancelled") for one in judged):
        return planned[-1].value
    scores: dict[date, float] = defaultdict(float)
    first: dict[date, int] = {}
    for one in judged:
        if one.role not in (*of_it, "moved") or not one.weight:
            continue
        scores[one.value] += one.weight if scores[one.value] == 0 else one.weight / 3
        first.setdefault(one.value, one.found.start)
        if one.found.weekday not in (None, one.value.weekday()):
            scores[one.value] -= 2
    convened = [one.value for one in judged if one.role == "convened" and one.found.year_printed]
    convened = [day for day in convened if any(0 < (when - day).days <= _CALLED for when in scores)]
    for when in scores:
        scores[when] += 4 if when in named else 0
        scores[when] -= min(first[when] / 600, 4)
        if convened:
            scores[when] += 2 if any(0 < (when - day).days <= 45 for day in convened) else -3
    if not scores:
        return next((one.value for one in judged if one.role == "moved"), None)
    return max(scores, key=lambda when: (round(scores[when], 1), -first[when]))


def _named_choice(named: tuple[date, ...], judged: Sequence[Judged]) -> date:
    """Of the dates in names, the first that is not after the act was sent (file names may carry a wrong year)."""
    sent = min((one.value for one in judged if one.role == "posted"), default=None)
    return next((when for when in named if sent is None or when <= sent), named[0])


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
    named_body = _named_body(hints)
    if when is None or kind in ("annex", "decision") or (kind == "other" and named_body is None):
        return None
    claim = SessionClaim(named_body or DEFAULTS[hints.council_kind], when, body_printed=named_body is not None)
    return replace(claim, status="held" if kind in HELD else "scheduled")


def stamp_dates(stamp: str) -> tuple[date | None, date | None]:
    """The date of the act and the day it was sent, from a préfecture stamp (``ID : 029-…-20240918-…-DE``)."""
    acts = re.findall(r"\d{3}-\d{9}-(\d{8})-", stamp)
    act = next(iter(dates_in_name(acts[0])), None) if acts else None
    sent = re.search(r"(?:envoye|recu|reception)[^\d]{0,40}(\d\d/\d\d/\d{4})", plain(stamp))
    day = find_dates(sent[1])[0].value if sent else None
    return act, day or act
