"""Sessions that a calendar announces: days with a body, ahead of the day the page was first seen.

A list of days is believed only under a heading that speaks of sittings, and only where a line holds little else: the
same page may list the papers of past sittings, or the days on which bins are emptied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler.models import Hints, SessionClaim
from pipelines.agenda.bodies import BUREAU, DEFAULTS, canonical, find_bodies
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import FoundDate, find_dates
from pipelines.agenda.evidence import judge
from pipelines.agenda.furniture import names_paper
from pipelines.agenda.places import place_at, place_in
from pipelines.agenda.roles import EVENT
from pipelines.agenda.rows import Row

_SITTINGS = r"(?:seances?|reunions?|conseils?|assemblees?|instances|sessions?|bureaux|commissions permanentes?)"
_HEADING = re.compile(
    rf"\b(?:calendrier|planning|echeancier|agenda|dates?)\b[^.]{{0,60}}\b{_SITTINGS}\b"
    rf"|\bprochaine?s? (?:dates? |rendez-vous )?(?:des? |du )?{_SITTINGS}\b"
    rf"|\b{_SITTINGS}\b[^.]{{0,50}}\b(?:a venir|prevue?s|programmee?s|previsionnel\w*|pour (?:l'annee )?20\d\d"
    rf"|en 20\d\d)\b"
    rf"|^\W*(?:les )?{_SITTINGS}(?: [\w']+){{0,3}} (?:de |- )?20\d\d\W*$"
)
_NOT_OURS = re.compile(
    r"\b(?:collecte|dechets|permanences?|jeunes|enfants|d'ecole|de quartier|citoyen|sages|publiques? d'information"
    r"|fetes|sport"
    r"|manifestations|marches?|vacances|formations?|proces|comptes? ?-? ?rendus?|pv|deliberations|archives|passes?"
    r"|anciens)\b"
)
_ANNOUNCES = re.compile(
    rf"\b{_SITTINGS}\b[^.]{{0,80}}\b(?:auront lieu|aura lieu|se tiendront|se tiendra|sont (?:prevue?s|fixee?s"
    rf"|programmee?s)"
    r"|se reunira|se reuniront)\b"
)
_YEAR = re.compile(r"\b(20\d\d)\b(?! ?[-/] ?20\d\d)")
_LEFT = re.compile(r"[a-z]{3,}")
_NEUTRAL = re.compile(
    r"(?:conseil|municipal|communautaire|metropolitain|departemental|regional|bureau|commission|permanente|seances?"
    r"|reunion"
    r"|publique|pleniere|assemblee|session|ordinaire|salle|mairie|hotel|ville|siege|partir|vers|heures?|des|les"
    r"|prochaine?"
    r"|comite|syndical|territoire|date|heure|lieu|vote|budget|primitif|debat|orientations?|budgetaires?|rob|dob|ca|et"
    r"|horaire)"
)
_PERIOD = re.compile(
    r"(?:premier|second|deuxieme|1er|2e?(?:me)?|janv|fev|mars|avril|mai\b|juin|juil|aout|sept|oct|nov|dec)"
)
_LONGEST, _STRANGE = 160, 5  # characters of an entry; rows in a row that are none
_OFF = ("moved", "planned", "cancelled", "previous")
_WORDS = 2  # words of an entry beside the day, the hour, the place and what a sitting is called


@dataclass(frozen=True, slots=True)
class _Body:
    name: str
    printed: bool = True  # False: it is the council's usual one


@dataclass(frozen=True, slots=True)
class _Below:
    """What holds for the rows under a heading; ``strange``: rows in a row that were no entry."""

    body: _Body | None
    year: int | None
    strange: int = 0


def calendar_sessions(rows: Sequence[Row], hints: Hints) -> list[SessionClaim]:
    """The sessions ahead that a document's calendar of sittings names, in order; none twice. One look at each row."""
    found: dict[tuple[str, date], SessionClaim] = {}
    below: _Below | None = None
    for row in rows:
        claims: Iterable[SessionClaim] = ()
        if len(row.text) > 3 * _LONGEST or _NOT_OURS.search(row.plain):
            below = None
        elif _ANNOUNCES.search(row.plain):
            said = list(_announced(row, hints))
            claims = said if len(said) > 1 else ()
        elif len(row.text) <= _LONGEST and _HEADING.search(row.plain) and not find_dates(row.plain):
            below = _Below(_body(row.plain, hints), _year(row.plain))
        elif below is not None:
            below, claims = _under(row, below, hints)
        for claim in claims:
            if claim.date is not None and (hints.reference_date is None or claim.date >= hints.reference_date):
                found.setdefault((claim.body, claim.date), claim)
    return sorted(found.values(), key=lambda claim: claim.date or date.max)


def _announced(row: Row, hints: Hints) -> Iterator[SessionClaim]:
    """The days of one sentence: "Les prochaines séances auront lieu les 2 avril et 28 mai à 19 h"."""
    body = _body(row.plain, hints)
    hours = find_times(row.plain)
    judged = judge(row.plain, hints.reference_date)
    if body is None or any(one.role in _OFF for one in judged):
        return
    begin = next((match.start() for match in _ANNOUNCES.finditer(row.plain)), 0)
    for one in judged:
        if one.found.start > begin and one.role not in ("posted", "convened", "letter"):
            hour = hours[0].value if len(hours) == 1 else None
            yield SessionClaim(body.name, one.value, hour, body_printed=body.printed)


def _under(row: Row, below: _Below, hints: Hints) -> tuple[_Below | None, list[SessionClaim]]:
    """The sessions of a row under a heading; a line that names a body or a year alone speaks for those below it."""
    about = row.block != "heading" or find_bodies(row.plain) or _PERIOD.search(row.plain) or _year(row.plain)
    if not about or below.strange > _STRANGE:
        return None, []
    named = _body(row.plain, hints, default=False) if len(row.text) <= _LONGEST else None
    if dates := _entry(row, below.year, hints):
        body = named or below.body
        return replace(below, strange=0), list(_claims(row, dates, body)) if body else []
    year = _year(row.plain)
    strange = 0 if named or year else below.strange + 1
    return _Below(named or below.body, year or below.year, strange), []


def _claims(row: Row, dates: Sequence[FoundDate], body: _Body) -> Iterator[SessionClaim]:
    """A session a day, its hour between it and the next day."""
    if any(one.role in _OFF for one in judge(row.plain, dates[0].value)):
        return  # a sentence about one sitting: it is read as such
    ends = [*(one.start for one in dates[1:]), len(row.plain)]
    for one, end in zip(dates, ends, strict=True):
        after = row.plain[one.end : end]
        hours = find_times(after)
        place = place_in(row.text[one.end : end]) if len(dates) == 1 else None
        claim = SessionClaim(body.name, one.value, hours[0].value if hours else None, place)
        yield replace(claim, last_day=one.last, body_printed=body.printed)


def _entry(row: Row, year: int | None, hints: Hints) -> tuple[FoundDate, ...]:
    """The days of a line that holds little else."""
    if len(row.text) > _LONGEST or names_paper(row.plain) or EVENT.search(row.plain):
        return ()
    reference = date(year, 7, 1) if year else hints.reference_date
    dates = find_dates(row.plain, reference)
    rest = row.plain
    for one in reversed(dates):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    for clock in reversed(find_times(rest)):
        rest = f"{rest[: clock.start]} {rest[clock.end :]}"
    if place := place_at(rest):
        rest = rest[: place.start()]
    strange = [word for word in _LEFT.findall(rest) if not _NEUTRAL.fullmatch(word)]
    return dates if len(strange) <= _WORDS else ()


def _year(low: str) -> int | None:
    years = set(_YEAR.findall(low))
    return int(years.pop()) if len(years) == 1 and not find_dates(low) else None


def _body(low: str, hints: Hints, *, default: bool = True) -> _Body | None:
    """The body named in a line; with ``default`` the council's own where the line says no more than "conseil"."""
    if found := find_bodies(low):
        return _Body(canonical(found[0].name, hints.council_kind))
    if re.search(r"\bbureaux?\b", low):
        return _Body(canonical(BUREAU, hints.council_kind))
    usual = default and re.search(r"\b(?:conseils?|seances?)\b", low)
    return _Body(DEFAULTS[hints.council_kind], printed=False) if usual else None
