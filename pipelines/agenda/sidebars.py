"""The column beside the text that acts and minutes repeat on each page: members present, convocation, object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz

from crawler.models import Line

APART = 60.0  # points between the left edges of the column and of the text
_BODY = 40  # characters from which a line is of the text, not of a column beside it
_LEAST = 3  # lines of a column
_ALIKE = 70  # per cent: what is recognised on a scan differs a little from page to page


def repeated_columns(lines: Sequence[Line], low: dict[int, str]) -> set[int]:
    """Ids of the lines of a side column that the first page has too: from the second page on, they say nothing new.

    ``low`` holds the plain text of each line by its id.
    """
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    columns = {number: column for number, page in pages.items() if len(column := _column(page)) >= _LEAST}
    if len(columns) < 2 or len(columns) < 0.5 * len(pages):
        return set()
    first, *others = (columns[number] for number in sorted(columns))
    model = [low[id(line)].strip() for line in first]
    found: set[int] = set()
    for column in others:
        known = sum(any(fuzz.ratio(low[id(line)].strip(), one) >= _ALIKE for one in model) for line in column)
        if known >= 0.6 * len(column):
            found |= {id(line) for line in column}
    return found


def _column(page: Sequence[Line]) -> list[Line]:
    """The short lines left of the text of a page; none where the layout is unknown."""
    body = sorted(line.x for line in page if len(line.text) >= _BODY and line.row is None)
    if not body or not body[0]:
        return []
    edge = body[len(body) // 4] - APART
    if body[0] < edge:
        return []  # some text stands there: no column of its own
    return [line for line in page if line.x < edge and line.row is None]
