"""Numbers of a table that stand beside the middle of their titles, and numbers that were misread on a scan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.scanned import unstyled
from pipelines.agenda.vote_words import outcome_of_cell

_MISREAD = re.compile(r"\d[\d._ ]{1,9}\.?\s+(?=[^\W\d_])")
_SERIES = 4  # numbers of acts in one column, beside which other figures are numbers too
_COLUMN = 4.0  # points


def misread(marks: Sequence[Mark | None], rows: Sequence[Row]) -> list[Mark | None]:
    """The marks of a recognised list, with those of rows whose figures in the column of the numbers make none."""
    edges = sorted(row.x for row, mark in zip(rows, marks, strict=True) if mark is not None and mark.family == "act")
    if len(edges) < _SERIES or not unstyled(rows):
        return list(marks)
    edge = edges[len(edges) // 2]
    return [
        Mark("act", None, 0, row.text[found.end() :])
        if mark is None and abs(row.x - edge) <= _COLUMN and (found := _MISREAD.match(row.text))
        else mark
        for mark, row in zip(marks, rows, strict=True)
    ]


def centred(marks: Sequence[Mark | None], rows: Sequence[Row]) -> tuple[list[Mark | None], frozenset[int]]:
    """Numbers level with the middle of a title of two lines, as in the cells of a table; and the places of these lines.

    Behind such a number stands nothing, or how the point was voted, which goes behind the title.
    """
    result = list(marks)
    taken: set[int] = set()
    for place in range(1, len(rows)):
        row, above, mark = rows[place], rows[place - 1], marks[place]
        if mark is None or mark.family == "bullet" or place - 1 in taken or not opens_cell(row, above, mark):
            continue
        if marks[place - 1] is not None or not (above.gap or _begins_cell(rows, marks, place - 1)):
            continue
        below = rows[place + 1] if place + 1 < len(rows) else None
        parts = [above.text]
        taken.add(place - 1)
        if mark.rest[:1].islower() or below is None or marks[place + 1] is not None or not _beside(below, row):
            parts.append(mark.rest)
        else:
            parts += [below.text.lstrip("=_|*- "), mark.rest]
            taken.add(place + 1)
        result[place] = replace(mark, rest=" ".join(parts).strip())
    return result, frozenset(taken)


def opens_cell(row: Row, above: Row, mark: Mark) -> bool:
    """Whether the title of a number begins on the line above it: behind the number stands only its end or a vote."""
    if not row.size or not above.text[:1].isupper() or not _beside(above, row):
        return False
    return not mark.rest or mark.rest[:1].islower() or outcome_of_cell(mark.rest) is not None


def _beside(line: Row, row: Row) -> bool:
    """Whether a line stands just above or below the height of a number, in the column to its right."""
    return line.page == row.page and line.x > row.x + 15 and abs(line.top - row.top) < 0.95 * row.size


def _begins_cell(rows: Sequence[Row], marks: Sequence[Mark | None], place: int) -> bool:
    before = rows[place - 1] if place else None
    return before is None or marks[place - 1] is not None or before.page != rows[place].page or before.x < rows[place].x
