"""Tables with ruled cells on PDF pages: each row's cells apart, where PDFium runs them together into one line.

Only tables that number points and say so in their first rows are taken (agendas, lists of deliberations), with
those of the same columns on later pages; any other is prose in frames, or figures, and stays as PDFium gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipelines.text.drafts import Draft, clean, printed
from pipelines.text.pdf_lines import Geometry
from pipelines.text.pdf_rules import Box, rules

LEAST_ROWS = 3
MOST_COLUMNS = 10
MOST_CELLS = 2_000  # of one page
_NEAR = 3.0  # points between two rules that are one
_THIN = 10.0  # points; cells narrower than this hold nothing
_NUMBER = re.compile(r"(?:n\s?[°º]\s?)?(?=[\w./\- ]{0,7}\d)[\w./\- ]{1,18}[.)]?", re.I)
# The names of columns, in lower case.
_HEADING = re.compile(
    r"objet|intitul|libell|titre|d[ée]lib[ée]ration|rapport\b|dossier|affaire|question|sujet|point|d[ée]signation"
)
_BESIDE = re.compile(
    r"n\s?[°º]|num|r[ée]f|ordre|page|rapporteur|vote|r[ée]sultat|d[ée]cision|sens|commission|service|date|avis|adopt"
)
_HEADER_ROW = 36.0  # points: the tallest row of column names
_SUM = re.compile(r"-?[\d\s.\u202f\xa0]*\d[,.]\d\d\s?€?|[\d\s.\u202f\xa0]+€|-\s?€")
_WORDS = re.compile(r"[^\W\d_]{3}.*[^\W\d_]{3}", re.S)


@dataclass(frozen=True, slots=True)
class _Grid:
    xs: tuple[float, ...]  # of the vertical rules, from the left
    ys: tuple[float, ...]  # of the horizontal rules, from the top of the page as PDF counts: downwards

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] - _NEAR <= x <= self.xs[-1] + _NEAR and self.ys[-1] - _NEAR <= y <= self.ys[0] + _NEAR


def with_tables(
    lines: Sequence[Draft], page: Any, textpage: Any, where: Geometry, known: list[tuple[float, ...]]
) -> list[Draft]:
    """The lines of a page, those inside a table of points replaced by its cells, in the table's order.

    ``known`` holds the columns of such tables on earlier pages of the document, and takes those found here.
    """
    result = list(lines)
    if where.rotation or len(lines) < LEAST_ROWS or not (known or _may_be_headed(lines)):
        return result
    first = 1
    for grid in _grids(list(rules(page))):
        inside = [line for line in result if grid.holds(line.x + where.left, _middle(line, where))]
        if not inside:
            continue
        cells = _cells(grid, textpage, where, inside[0].size, first, trusted=_same(grid, known))
        if printed(cell.text for cell in cells) < 0.97 * printed(line.text for line in inside):
            continue
        known.append(grid.xs)
        first = max(cell.row or 0 for cell in cells) + 1
        place = result.index(inside[0])
        taken = {id(line) for line in inside}
        before = [line for line in result[:place] if id(line) not in taken]
        result = [*before, *cells, *(line for line in result[place:] if id(line) not in taken)]
    return result


def _may_be_headed(lines: Sequence[Draft]) -> bool:
    """Whether words that name columns stand in one line, or at one height where one of them begins its line.

    Most pages have none, and following their rules costs 1 ms.
    """
    low = [(line.top, line.text.lower()) for line in lines]
    for top, text in low:
        if not (found := _HEADING.search(text)):
            continue
        if _BESIDE.search(text):
            return True
        near = [other for height, other in low if abs(height - top) <= _HEADER_ROW]
        if any((_BESIDE.search if found.start() == 0 else _BESIDE.match)(other) for other in near):
            return True
    return False


def _names_columns(row: Sequence[Draft]) -> bool:
    """Whether the cells of a row are the column names of a list of points."""
    names = [cell.text.lower() for cell in row]
    return any(map(_HEADING.match, names)) and any(map(_BESIDE.match, names))


def _same(grid: _Grid, known: Sequence[tuple[float, ...]]) -> bool:
    return any(
        len(xs) == len(grid.xs) and all(abs(one - two) <= _NEAR for one, two in zip(xs, grid.xs, strict=True))
        for xs in known
    )


def _middle(line: Draft, where: Geometry) -> float:
    """The height of a line's middle in the page's own coordinates."""
    return where.bottom + where.height - line.top - 0.5 * line.size


def _grids(boxes: Sequence[Box]) -> Iterator[_Grid]:
    """Rules that stand together: upright ones that share a height, and the level ones between the outermost."""
    upright = sorted((box for box in boxes if box.tall), key=lambda box: -box.top)
    groups: list[list[Box]] = []
    for box in upright:
        if groups and box.top >= min(one.bottom for one in groups[-1]) - _NEAR:
            groups[-1].append(box)
        else:
            groups.append([box])
    for group in groups:
        xs = _merged([(box.left + box.right) / 2 for box in group])
        top, bottom = max(box.top for box in group) + _NEAR, min(box.bottom for box in group) - _NEAR
        level = [box for box in boxes if box.flat and bottom <= box.bottom and box.top <= top]
        ys = [y for y in _merged([(box.top + box.bottom) / 2 for box in level]) if _spans(y, level, xs)]
        if 3 <= len(xs) <= MOST_COLUMNS + 1 and len(ys) > LEAST_ROWS and len(xs) * len(ys) <= MOST_CELLS:
            yield _Grid(tuple(xs), tuple(reversed(ys)))


def _spans(y: float, level: Sequence[Box], xs: Sequence[float]) -> bool:
    """Whether the rules at a height cover most of the table's width; others divide a cell."""
    covered = sum(box.right - box.left for box in level if abs((box.top + box.bottom) / 2 - y) <= _NEAR)
    return covered >= 0.8 * (xs[-1] - xs[0])


def _merged(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


def _cells(grid: _Grid, textpage: Any, where: Geometry, size: float, first: int, *, trusted: bool) -> list[Draft]:
    """The filled cells of a table of points, row by row; nothing where it is another table.

    The rows of such a table have numbers and titles. Unless its columns are ``trusted``, one of the first two rows
    names them, and the others hold no sums.
    """
    rows: list[list[Draft]] = []
    for row in _rows(grid, textpage, where, size):
        for cell in row:
            cell.row = first + len(rows)
        rows.append(row)
        if len(rows) == 2 and not trusted and not any(map(_names_columns, rows)):
            return []
    cells = [cell for row in rows for cell in row]
    if not trusted and sum(bool(_SUM.fullmatch(cell.text)) for cell in cells) > 2:
        return []
    numbered = sum(map(_numbered, rows))
    return cells if numbered >= 2 and numbered >= 0.5 * len(rows) else []


def _rows(grid: _Grid, textpage: Any, where: Geometry, size: float) -> Iterator[list[Draft]]:
    """The rows of a table from the top, blank ones and blank cells left out."""
    for top, bottom in pairwise(grid.ys):
        row: list[Draft] = []
        for left, right in pairwise(grid.xs):
            if right - left < _THIN:
                continue
            text = _one_line(textpage.get_text_bounded(left, bottom, right, top))
            if text:
                x, y = where.shown(left, top)
                row.append(Draft(text, x=x, right=where.shown(right, top)[0], top=y, size=size, block="cell"))
        if row:
            yield row


def _numbered(row: Sequence[Draft]) -> bool:
    """Whether a number stands in one of the first two cells of a row, and words in another."""
    return any(
        _NUMBER.fullmatch(cell.text) and any(_WORDS.search(other.text) for other in row if other is not cell)
        for cell in row[:2]
    )


def _one_line(text: str) -> str:
    """The lines of a cell as one; a word cut at a line's end keeps its hyphen, as it may belong to it."""
    parts = [clean(part).strip() for part in re.split(r"[\r\n]+", text.replace("\ufffe", "-\n"))]
    joined = ""
    for part in parts:
        joined += part if not joined or (joined.endswith("-") and part[:1].islower()) else f" {part}"
    return joined.strip()
