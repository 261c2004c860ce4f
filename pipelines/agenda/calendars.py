"""Sessions that a calendar announces: days with a body, ahead of the day the page was first seen.

A list of days is believed only under a heading that speaks of sittings, and only where a line holds little else: the
same page may list the papers of past sittings, or the days on which bins are emptied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from crawler.models import Extracted, Hints, SessionClaim
from pipelines.agenda import calendar_lines as lines
from pipelines.agenda import calendar_words as words
from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.calendar_lines import LONGEST, Below, Body
from pipelines.agenda.calendar_tables import Columns, body_in_cell, columns_of, days_by_body
from pipelines.agenda.dates import find_dates
from pipelines.agenda.places import place_in
from pipelines.agenda.rows import Row, rows_of
from pipelines.agenda.web import shaped
from pipelines.agenda.words import plain, squeeze

_PERIOD = re.compile(
    r"(?:premier|second|deuxieme|1er|2e?(?:me)?|janv|fev|mars|avril|mai\b|juin|juil|aout|sept|oct|nov|dec)"
)
_STRANGE = 5  # rows in a row that are no entry


class _Calendar:
    """One look at each row, in order; what was found under a heading may still learn its hour from a line below."""

    def __init__(self, hints: Hints) -> None:
        self.hints = hints
        self.found: dict[tuple[str, date], SessionClaim] = {}
        self.below: Below | None = None
        self.here: list[tuple[str, date]] = []  # under the present heading
        self.last: list[tuple[str, date]] = []  # of the row before
        self.strangers: set[date] = set()  # days of sittings of other assemblies
        self.ours: set[date] = set()  # days beside which a body of the council is named
        self.rewritten = False  # days were read that stand below their month
        self._other = False

    def take(self, row: Row) -> None:
        """What one row says."""
        low, before = row.plain, self.last
        self.last = []
        short = len(row.text) <= LONGEST
        self._whose(row, short=short)
        if len(row.text) > 3 * LONGEST or words.NOT_OURS.search(low):
            self.below = None if row.block == "heading" or not (short and words.of_another(low)) else self.below
        elif row.cells and (columns := columns_of(row, self.hints.council_kind)) is not None:
            self._head_of_table(columns)
        elif words.ANNOUNCES.search(low):
            said = list(lines.announced(row, self.hints))
            self._keep(said if len(said) > 1 else [])
        elif short and words.HEADING.search(low) and not words.dates_in(low):
            self._open(Below(lines.body_of(low, self.hints), lines.year_of(low), hour=lines.only_hour(low)))
        elif words.HEADING.search(low) and (claims := list(lines.in_line(row, self.hints))):
            self._open(Below(lines.body_of(low, self.hints), lines.year_of(low)))
            self._keep(claims)
        elif short and words.BARE_HEADING.match(low):
            self._open(Below(None, lines.year_of(low)))
        elif row.block == "heading" and self.below is None and (body := lines.only_body(low, self.hints)):
            self._open(Below(body, None, sure=False))
        elif self.below is not None:
            self._under(row, self.below, before)

    def _whose(self, row: Row, *, short: bool) -> None:
        """Keep the days of a line that speaks of another assembly, or stands under a heading that does."""
        another = short and words.of_another(row.plain)
        ours = bool(find_bodies(row.plain))
        if another or (short and self._other and row.block != "heading" and not ours):
            self._other = self._other or row.block == "heading"
            self.strangers |= {one.value for one in find_dates(row.plain, self.hints.reference_date)}
            return
        self._other = False
        if ours and len(row.text) <= 3 * LONGEST:
            self.ours |= {one.value for one in find_dates(row.plain, self.hints.reference_date)}

    def _open(self, below: Below) -> None:
        self.below, self.here = below, []

    def _head_of_table(self, columns: Columns) -> None:
        if self.below is None and not (columns.bodies or "body" in columns.roles.values()):
            return
        self.below = replace(self.below or Below(None, None), columns=columns, strange=0)

    def _under(self, row: Row, below: Below, before: Sequence[tuple[str, date]]) -> None:
        """A row under a heading; one that names a body, a month or a year alone speaks for those below it."""
        low, short = row.plain, len(row.text) <= LONGEST
        month = words.MONTH_LINE.match(low)
        about = row.block != "heading" or find_bodies(low) or _PERIOD.search(low) or lines.year_of(low)
        if not about or below.strange > _STRANGE:
            self.below = None
            return
        if below.columns is not None and row.cells:
            self.rewritten = self.rewritten or "month" in below.columns.roles.values()
            below, claims = _of_table(row, below, below.columns, self.hints)
            self.below = below
            self._keep(claims)
            return
        below = replace(below, columns=None)
        if month is not None:
            self.below = replace(below, month=month[1], year=int(month[2]) if month[2] else below.year, strange=0)
            return
        if row.block == "heading":
            below = replace(below, month=None)
        named = lines.body_of(low, self.hints, default=False) if short else None
        text, below = lines.dated(low, below)
        if short and text == low and self._hour(row, before):
            self.below = replace(below, hour=below.hour or lines.usual_hour(low), strange=0)
            return
        if dates := lines.entry(text, below, self.hints):
            self.rewritten = self.rewritten or text != low
            body = named or below.body
            self.below = replace(below, strange=0)
            believed = body and not words.of_another(low) and (below.sure or not (named or row.block == "heading"))
            self._keep(lines.claims_of(row, text, dates, body, below.hour) if body and believed else ())
            return
        year = lines.year_of(low)
        strange = 0 if named or year else below.strange + 1
        self.below = replace(below, body=named or below.body, year=year or below.year, strange=strange)

    def _hour(self, row: Row, before: Sequence[tuple[str, date]]) -> bool:
        """Whether a line gives the hour of the sitting above it, or that of all under the heading."""
        low = row.plain
        hour = lines.only_hour(low)
        if hour is None or words.dates_in(low):
            return False
        usual = lines.usual_hour(low) is not None
        if not usual and not (before and words.little_else(low)):
            return False
        place = place_in(row.text)
        for key in self.here if usual else before:
            claim = self.found[key]
            self.found[key] = replace(claim, time=claim.time or hour, place=claim.place or place)
        return True

    def _keep(self, claims: Iterable[SessionClaim]) -> None:
        seen = self.hints.reference_date
        for claim in claims:
            if claim.date is None or (seen is not None and claim.date < seen):
                continue
            if seen is not None and self.below is not None and not self.below.sure and claim.date == seen:
                continue  # the day on which a piece of news was put up
            key = (claim.body, claim.date)
            self.found.setdefault(key, claim)
            self.here.append(key)
            self.last.append(key)


def calendar_sessions(rows: Sequence[Row], hints: Hints) -> list[SessionClaim]:
    """The sessions ahead that a document's calendar of sittings names, in order; none twice. One look at each row."""
    return _in_order(_looked(rows, hints))


def announced_in(rows: Sequence[Row], hints: Hints, found: Sequence[SessionClaim]) -> tuple[SessionClaim, ...]:
    """What a document was found to say, with what its calendar adds and without what the calendar shows to be misread.

    That is: days of other assemblies, a day of one body taken for another's, and days put together from the end of a
    line and the month on the next.
    """
    calendar = _looked(rows, hints)
    days = {day for _, day in calendar.found}
    named = {claim.date: claim.body for claim in calendar.found.values() if claim.body_printed}
    astray = calendar.strangers - days - calendar.ours
    kept = [
        claim
        for claim in found
        if claim.items
        or claim.status != "scheduled"
        or claim.body.startswith("commission ")
        or (claim.body, claim.date) in calendar.found
        or not (claim.date in named or claim.date in astray or (calendar.rewritten and calendar.found))
    ]
    claimed = {(claim.body, day) for claim in kept for day in (claim.date, claim.moved_from)}
    return (*kept, *(one for one in _in_order(calendar) if (one.body, one.date) not in claimed))


def has_calendar(extracted: Extracted, hints: Hints) -> bool:
    """Whether a page of a site lists days of sittings ahead under a heading that says so."""
    page = extracted.media_type in ("text/html", "application/xhtml+xml")
    return page and bool(calendar_sessions(shaped(rows_of(extracted)), hints))


def _looked(rows: Sequence[Row], hints: Hints) -> _Calendar:
    calendar = _Calendar(hints)
    for row in rows:
        calendar.take(row)
    return calendar


def _in_order(calendar: _Calendar) -> list[SessionClaim]:
    return sorted(calendar.found.values(), key=lambda claim: claim.date or date.max)


def _of_table(row: Row, below: Below, columns: Columns, hints: Hints) -> tuple[Below, list[SessionClaim]]:
    """The sessions of one row of a table whose columns are known."""
    cells = columns.cells(row)
    month = words.MONTH_LINE.match(plain(columns.cell(row, "month") or ""))
    if month is not None:
        below = replace(below, month=month[1], year=int(month[2]) if month[2] else below.year)
    if columns.bodies:
        sides = [(Body(name), said, said) for name, said in days_by_body(columns, cells)]
    else:
        named = columns.cell(row, "body")
        name = body_in_cell(plain(named), hints.council_kind) if named else None
        body = Body(name) if name else below.body if not named or not words.of_another(plain(named)) else None
        hour = columns.cell(row, "hour") or ""
        sides = [(body, f"{columns.cell(row, 'day') or ''} {hour}", columns.cell(row, "place") or "")] if body else []
    claims: list[SessionClaim] = []
    for body, said, place in sides:
        text, _ = lines.dated(plain(said), below)
        dates = lines.entry(text, below, hints)
        found = lines.claims_of(row, text, dates, body, below.hour) if dates else ()
        claims += [replace(claim, place=(squeeze(place) or None) if place is not said else None) for claim in found]
    return replace(below, strange=0 if claims else below.strange + 1), claims
