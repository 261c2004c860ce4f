"""The rows of a site's page as the readers of lists want them: rubrics told from points, papers told from titles.

A page has no print to go by, but a tree: rubrics hold lists, accordions and captions stand above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.furniture import is_control, is_teaser, only_day, opens_paper, sized
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import is_minor, rapporteur_row, stops
from pipelines.agenda.vote_words import VOTE_OPENS
from pipelines.agenda.words import capitals

RUBRIC = 6  # the level of a heading that is made of a rubric
_LONGEST = 70  # characters of a rubric
_SHORT = 45  # characters below which the usual line of a list may be a rubric
_LEAST = 2  # rubrics of a list that make the next ones likely
_CALENDAR = 3  # days in a row, or nearly so, that make a calendar
_NO_RUBRIC = re.compile(
    r"conseil (?:municipal|communautaire|departemental|regional|metropolitain)|\bseances?\b|\breunion\b|ordre du jour"
    r"|\d{1,2} ?h(?:\d\d|eures?|\b)|@|www\.|https?:|\btel\b|^(?:lieu|date|heure|horaires?|adresse|salle)\b"
    r"|\b(?:deliberations?|comptes? ?-? ?rendus?|proces ?-? ?verba(?:l|ux)|documents?|pieces jointes)\b"
)


def shaped(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page with its rubrics as headings; the numbers that a browser counts anew in each are dropped."""
    shown = list(rows)
    for begin, end in _runs(rows):
        shown[begin:end] = _unnested(rows[begin:end])
    return _captioned(shown)


def _runs(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Where lists begin and end, the paragraphs inside their items included."""
    begin: int | None = None
    for index, row in enumerate(rows):
        inside = row.block == "li" or (begin is not None and row.block == "p" and row.level > 0)
        if inside and begin is None:
            begin = index
        elif not inside and begin is not None:
            yield begin, index
            begin = None
    if begin is not None:
        yield begin, len(rows)


def _unnested(rows: Sequence[Row]) -> list[Row]:
    """A list of lists: its outer items are rubrics where they are short and hold the points."""
    items = [row for row in rows if row.block == "li"]
    base = min(row.level for row in items)
    holds = {id(one) for one, two in pairwise(items) if one.level == base and two.level > base}
    outer = [row for row in items if id(row) in holds]
    inner = [row for row in items if row.level == base + 1]
    if not outer or not _are_rubrics(outer, inner, sum(row.level == base for row in items)):
        return list(rows)
    anew = sum(row.marker.strip("().°") == "1" for row in inner) > 1 or len(outer) == 1
    return [_placed(row, base, rubric=id(row) in holds, anew=anew) for row in rows]


def _placed(row: Row, base: int, *, rubric: bool, anew: bool) -> Row:
    if rubric:
        return replace(row, block="heading", level=RUBRIC, marker="", bold=True)
    if row.level == base:
        return replace(row, marker="") if row.block == "li" else row
    counted = row.block == "li" and row.level == base + 1 and anew
    return replace(row, level=row.level - 1, marker="" if counted else row.marker)


def _are_rubrics(outer: Sequence[Row], inner: Sequence[Row], of_base: int) -> bool:
    """Whether items that hold lists name rubrics rather than points with details."""
    if any(len(row.text) > _LONGEST or row.text.rstrip().endswith((".", ";")) for row in outer):
        return False
    if len(outer) < 0.6 * of_base:
        return False
    bold = all(row.bold or capitals(row.text) for row in outer)
    if bold and sum(row.bold or capitals(row.text) for row in inner) < 0.5 * len(inner):
        return True
    usual = sorted(len(row.text) for row in inner)[len(inner) // 2]
    short = sorted(len(row.text) for row in outer)[len(outer) // 2]
    return len(inner) >= 1.5 * len(outer) and short <= _SHORT and usual >= 1.3 * short


def _captioned(rows: list[Row]) -> list[Row]:
    """Short lines that stand right above lists, at least two alike, as the headings that they are."""
    places = [index for index in range(len(rows) - 1) if _is_caption(rows, index)]
    if len(places) < _LEAST:
        return rows
    for index in places:
        rows[index] = replace(rows[index], block="heading", level=RUBRIC, bold=True)
    return rows


def _is_caption(rows: Sequence[Row], index: int) -> bool:
    row, below = rows[index], rows[index + 1]
    if row.block != "p" or row.level or row.cells or below.block != "li" or row.mark is not None:
        return False
    text = row.text.rstrip()
    if not 3 <= len(text) <= _LONGEST or not text[:1].isupper() or text.endswith((".", ";", ",", "!", "?")):
        return False
    if _NO_RUBRIC.search(row.plain) or AGENDA_HEADING.search(row.plain) or find_dates(row.plain):
        return False
    return not (said_beside(row) or stops(row.plain) or is_minor(row.text))


def without_calendar(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without a list of days, where another line gives a day with its hour: that one is the sitting's."""
    days = [only_day(row) and not find_times(row.plain) for row in rows]
    listed = {
        index
        for index in range(len(rows))
        if days[index] and sum(days[max(0, index - 2) : index + 3]) >= _CALENDAR and rows[index].block != "heading"
    }
    if not listed:
        return rows
    told = any(
        index not in listed and len(row.text) <= 300 and find_times(row.plain) and find_dates(row.plain)
        for index, row in enumerate(rows)
    )
    return [row for index, row in enumerate(rows) if index not in listed] if told else rows


def said_beside(row: Row) -> bool:
    """A line that belongs to the point above or to the page: a paper, a control, a person, a vote."""
    return bool(
        opens_paper(row)
        or sized(row.plain)
        or is_control(row)
        or is_teaser(row)
        or person(row.text)
        or rapporteur_row(row.plain)
        or VOTE_OPENS.match(row.plain)
    )
