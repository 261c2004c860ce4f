"""Rows of a table without rules whose header names its columns, where the number does not stand first.

"Commission | N° rapport | Intitulé | Rapporteur | Montant": every part of a line belongs to the column that it begins
at, and to the number level with it or above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pipelines.text.drafts import Draft
from pipelines.text.point_rows import HEADING, NUMBER, base, cells, grouped, placed

_LEAST_COLUMNS = 4
_MOST_LINES = 600
_OFF = 3.0  # points from the left edge of its column at which a cell may begin
_LONGEST = 40  # characters of a column's name
_NUMBERS = re.compile(r"n\s?[°º]|num|r[ée]f|code", re.I)
_HEADER = re.compile(
    r"^(?:\w.{0,60}?)?(?:n\s?[°º]|num[ée]ro|r[ée]f|code).{0,60}?(?:objet|intitul|libell|titre|d[ée]signation|rapport|dossier)",
    re.I,
)


class Cutter(Protocol):
    """Cuts a line where an empty space is wider than any between words, and at columns that are known."""

    def __call__(self, line: Draft, edges: Sequence[float] = ...) -> list[Draft]: ...


def headed_rows(lines: Sequence[Draft], parts_of: Cutter) -> list[Draft] | None:
    """The lines with those of such a table as cells; None where the page has none.

    Where it has one, its lines come together at the place of its header.
    """
    found = next((place for place, line in enumerate(lines) if _may_head(line)), None)
    if found is None or len(lines) > _MOST_LINES:
        return None
    names = parts_of(lines[found])
    if len(names) < _LEAST_COLUMNS or any(len(name.text) > _LONGEST for name in names):
        return None
    number = next((place for place, name in enumerate(names) if _NUMBERS.match(name.text)), len(names))
    title = next((place for place, name in enumerate(names) if place != number and HEADING.match(name.text)), 0)
    if number >= title:
        return None
    columns, taken = _columns(lines, found, names, title, parts_of)
    anchors = columns[number]
    if not anchors or not all(NUMBER.fullmatch(piece.text) for piece in anchors):
        return None
    body = [anchors, *(column for place, column in enumerate(columns) if place != number)]
    rows = placed(body, anchors)
    if rows is None:
        return None
    column_of = {id(piece): place for place, column in enumerate(columns) for piece in column}
    column_of |= {id(name): place for place, name in enumerate(names)}
    first = 1 + max((line.row or 0 for line in lines), default=0)
    points = [sorted(row, key=lambda piece: column_of[id(piece)]) for row in grouped(body, rows)]
    table: list[Draft] = []
    for row, parts in enumerate([names, *points], first):
        level = cells(column_of, parts, row)
        top = min(cell.top for cell in level)
        table += [replace(cell, top=top) for cell in level]  # a row is read across, however its cells stand
    return [*lines[:found], *table, *(line for place, line in enumerate(lines) if place > found and place not in taken)]


def _may_head(line: Draft) -> bool:
    return line.first >= 0 and line.row is None and len(line.text) <= 160 and _HEADER.match(line.text) is not None


def _columns(
    lines: Sequence[Draft], found: int, names: Sequence[Draft], title: int, parts_of: Cutter
) -> tuple[list[list[Draft]], set[int]]:
    """The pieces below each name, from the top, and the places of the lines that they are of."""
    columns: list[list[Draft]] = [[] for _ in names]
    taken = set()
    edges = [name.x for name in names[title + 1 :]]
    for place, line in enumerate(lines):
        if place <= found or line.angle or line.row is not None or base(line) <= base(lines[found]):
            continue
        pieces = parts_of(line, edges) if line.first >= 0 else [line]
        spots = [_column(piece, names, title) for piece in pieces]
        if None in spots:
            continue
        taken.add(place)
        for piece, spot in zip(pieces, spots, strict=True):
            columns[spot or 0].append(piece)
    for column in columns:
        column.sort(key=base)
    return columns, taken


def _column(piece: Draft, names: Sequence[Draft], title: int) -> int | None:
    """The column that a piece begins at; what stands right of the titles may be centred or set to the right."""
    spot = max((place for place, name in enumerate(names) if name.x <= piece.x + _OFF), default=None)
    if spot is None or (spot <= title and abs(names[spot].x - piece.x) > _OFF):
        return None
    return spot
