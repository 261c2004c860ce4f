"""Rubrics between the headings of a body: they become the themes of the points below them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.dates import find_dates
from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import is_rubric, stops
from pipelines.agenda.words import capitals

_LONGEST = 110
_NEAR = 3  # rows between a rubric and the heading below it
_NOT = re.compile(
    r"conseil (?:municipal|communautaire|departemental|regional|metropolitain)|commission permanente|seance"
    r"|ordre du jour|sommaire|deliberations?\b|proces ?-?verba|compte ?-?rendu|\bnotes?\b|^rapports?$|(?:19|20)\d\d$"
)


def themed(rows: Sequence[Row], entries: list[Entry], begin: int) -> list[Entry]:
    """Set the themes of entries that have none; a rubric also opens the item's part of the document."""
    theme: str | None = None
    lead: tuple[int, int] | None = None
    starts = {entry.index: entry for entry in entries}
    ends = [entry.index for entry in entries]
    skip, place = begin, 0
    for index in range(begin, len(rows)):
        if index in starts:
            entry = starts[index]
            entry.theme, entry.lead, lead = entry.theme or theme, entry.lead or lead, None
            skip = entry.stop
            continue
        while place < len(ends) and ends[place] <= index:
            place += 1
        below = starts[ends[place]] if place < len(ends) and ends[place] - index <= _NEAR else None
        if index >= skip and below is not None and heads(rows[index], below.row):
            mark = rows[index].mark
            theme, lead = (mark.rest if mark else rows[index].text).strip(" :-–"), rows[index].where
    return entries


def heads(row: Row, below: Row) -> bool:
    """Whether a row is the rubric above the heading ``below``: of a higher level, in capitals, or larger."""
    if row.cells:
        return len(row.cells) == 1 < len(below.cells) and len(row.text) <= _LONGEST and row.mark is None
    if len(row.text) > _LONGEST or stops(row.plain) or row.text.rstrip().endswith((".", ";", ",")):
        return False
    if _NOT.search(row.plain) or find_dates(row.plain):
        return False
    if row.block == "heading" and below.block == "heading":
        return row.level < below.level
    if len(row.text) <= 70 and is_rubric(row.text) and capitals(row.text):
        return not re.search(r"\d|\)$", row.text)
    return row.size >= below.size + 0.9 and row.bold and row.page == below.page
