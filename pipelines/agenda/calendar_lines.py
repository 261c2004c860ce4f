"""What one line of a calendar of sittings says: days with their hours, place and body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from crawler.models import Hints, SessionClaim
from pipelines.agenda import calendar_words as words
from pipelines.agenda.bodies import BUREAU, DEFAULTS, canonical, find_bodies
from pipelines.agenda.calendar_tables import Columns
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import FoundDate, find_dates
from pipelines.agenda.evidence import judge
from pipelines.agenda.furniture import names_paper
from pipelines.agenda.places import place_in
from pipelines.agenda.roles import EVENT
from pipelines.agenda.rows import Row

_YEAR = re.compile(r"\b(20\d\d)\b(?! ?[-/] ?20\d\d)")
_BESIDE_BODY = re.compile(r"\b(?:les?|la|des?|du|seances?|reunions?|dates?|prochaine?s?)\b|\W")
_SHARED_HOUR = re.compile(r"[ ,;]*(?:a |des |vers |a partir de )?$")
LONGEST = 160  # characters of an entry
_OFF = ("moved", "planned", "cancelled", "previous")


@dataclass(frozen=True, slots=True)
class Body:
    name: str
    printed: bool = True  # False: it is the council's usual one


@dataclass(frozen=True, slots=True)
class Below:
    """What holds for the rows under a heading; ``strange``: rows in a row that were no entry."""

    body: Body | None
    year: int | None
    month: str | None = None
    hour: time | None = None
    columns: Columns | None = None
    sure: bool = True  # the heading speaks of dates, or of what is to come
    strange: int = 0


def announced(row: Row, hints: Hints) -> Iterator[SessionClaim]:
    """The days of one sentence: "Les prochaines séances auront lieu les 2 avril et 28 mai à 19 h"."""
    body = body_of(row.plain, hints)
    judged = judge(row.plain, hints.reference_date)
    if body is None or any(one.role in _OFF for one in judged):
        return
    begin = next((match.start() for match in words.ANNOUNCES.finditer(row.plain)), 0)
    for one in judged:
        if one.found.start > begin and one.role not in ("posted", "convened", "letter"):
            yield SessionClaim(body.name, one.value, only_hour(row.plain), body_printed=body.printed)


def in_line(row: Row, hints: Hints) -> Iterator[SessionClaim]:
    """The days behind a heading on its own line: "Calendrier des conseils 2026 : 12 février, 9 avril (18 h 30)"."""
    low = row.plain
    first = next((one.start for one in words.dates_in(low)), 0)
    head = words.HEADING.search(low, 0, first)
    body = body_of(low[:first], hints)
    if head is None or body is None or words.leads_to_paper(low) or not words.little_else(low):
        return
    below = Below(body, year_of(low[:first]), hour=only_hour(low[:first]))
    reference = date(below.year, 7, 1) if below.year else hints.reference_date
    yield from claims_of(row, low, find_dates(low, reference), body, below.hour)


def dated(low: str, below: Below) -> tuple[str, Below]:
    """A line with the month put to its days where only the heading, or the line's first word, names it."""
    if (month := words.MONTH_FIRST.match(low)) is not None:
        below = replace(below, month=month[1], year=int(month[2]) if month[2] else below.year)
        low = low[month.end() :]
    if below.month is None or words.dates_in(low):
        return low, below
    return words.with_month(low, below.month, below.year), below


def claims_of(row: Row, low: str, dates: Sequence[FoundDate], body: Body, usual: time | None) -> Iterator[SessionClaim]:
    """A session a day, its hour between it and the next day; one hour behind several days is that of all."""
    if any(one.role in _OFF for one in judge(row.plain, dates[0].value)):
        return  # a sentence about one sitting: it is read as such
    hours = find_times(low)
    last = dates[-1].end
    shared = len(hours) == 1 and (
        len(dates) == 1 or (hours[0].start > last and _SHARED_HOUR.match(low, last, hours[0].start))
    )
    ends = [*(one.start for one in dates[1:]), len(low)]
    for one, end in zip(dates, ends, strict=True):
        own = hours if shared else find_times(low[one.end : end])
        place = place_in(row.text) if len(dates) == 1 else None
        claim = SessionClaim(body.name, one.value, own[0].value if own else usual, place)
        yield replace(claim, last_day=one.last, body_printed=body.printed)


def entry(low: str, below: Below, hints: Hints) -> tuple[FoundDate, ...]:
    """The days of a line that holds little else."""
    if len(low) > 2 * LONGEST or names_paper(low) or EVENT.search(low):
        return ()
    dates = find_dates(low, date(below.year, 7, 1) if below.year else hints.reference_date)
    return dates if dates and words.little_else(low) else ()


def year_of(low: str) -> int | None:
    years = set(_YEAR.findall(low))
    return int(years.pop()) if len(years) == 1 and not find_dates(low) else None


def only_hour(low: str) -> time | None:
    hours = find_times(low)
    return hours[0].value if len(hours) == 1 else None


def usual_hour(low: str) -> time | None:
    return only_hour(low) if words.USUAL_HOUR.search(low) else None


def only_body(low: str, hints: Hints) -> Body | None:
    """The body of a heading that says nothing else ("Séances du conseil municipal")."""
    found = find_bodies(low)
    if len(found) != 1 or _BESIDE_BODY.sub("", low[: found[0].start] + " " + low[found[0].end :]):
        return None
    return Body(canonical(found[0].name, hints.council_kind))


def body_of(low: str, hints: Hints, *, default: bool = True) -> Body | None:
    """The body named in a line; with ``default`` the council's own where the line says no more than "conseil"."""
    if found := find_bodies(low):
        return Body(canonical(found[0].name, hints.council_kind))
    if re.search(r"\bbureaux?\b", low):
        return Body(canonical(BUREAU, hints.council_kind))
    usual = default and re.search(r"\b(?:conseils?|seances?)\b", low)
    return Body(DEFAULTS[hints.council_kind], printed=False) if usual else None
