"""Lines that stand side by side on a page without rules: the rows of a list of points, or texts in columns.

Works on places alone, whatever engine read the lines. Only what is surely one or the other is put in order: points with
their numbers (or under a header that names the columns), columns whose lines go on below rather than beside. Forms,
signatures, lists of names and figures stay as the engine gave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.text.drafts import Draft
from pipelines.text.point_rows import point_rows
from pipelines.text.side_texts import side_texts

LEAST_ROWS = 3  # that have something on both sides of an empty strip
_MOST_REGIONS = 4  # of a page
_MOST_STARTS = 60  # gaps from which a strip is followed
_MOST_PIECES = 600
_SAME_BASE = 0.35  # of the size
_STRIP = 0.8  # sizes, the least width of the empty strip
_FAR = 5.0  # sizes between two rows of one region
_ACROSS = 0.6  # of the rows of two texts: so many were read across, or the engine read them one after the other
_CLOSE = 1.9  # sizes between a row and what still belongs to it on one side


@dataclass(slots=True)
class _Row:
    """Pieces on one baseline, from the left."""

    base: float
    pieces: list[Draft]
    size: float = 0.0  # of its largest piece


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows ``begin`` to ``end`` (exclusive) with an empty strip through them, and how many have text on both sides."""

    begin: int
    end: int
    both: int


def arranged(lines: Sequence[tuple[Draft, Sequence[Draft]]]) -> list[Draft] | None:
    """The lines in reading order, those of points as cells with their row; None where there is nothing to arrange.

    Each line comes with the parts in which an empty space divides it (itself where none does); it stays whole where its
    parts are no columns. Texts in columns that the engine kept apart are in order already.
    """
    divided = {id(part) for _, parts in lines if len(parts) > 1 for part in parts[1:]}
    pieces = [part for _, parts in lines for part in parts]
    if len(pieces) > _MOST_PIECES:
        return None
    rows = _rows([piece for piece in pieces if piece.size and not piece.angle and piece.row is None])
    taken: dict[int, list[Draft]] = {}  # what replaces a region, by the identity of its first piece
    gone: set[int] = set()
    number = 1 + max((piece.row or 0 for piece in pieces), default=0)
    for band in _bands(rows):
        region = [piece for row in rows[band.begin : band.end] for piece in row.pieces]
        if any(id(piece) in gone for piece in region):
            continue
        columns = _columns(rows[band.begin : band.end])
        across = sum(id(piece) in divided for piece in region)
        found = point_rows(columns, number)
        if found is None and across >= max(LEAST_ROWS, _ACROSS * band.both):
            found = side_texts(columns)
        if found is None:
            continue
        number = max([number, *(1 + piece.row for piece in found if piece.row is not None)])
        members = {id(piece) for piece in region}
        taken[next(id(piece) for piece in pieces if id(piece) in members)] = found
        gone |= members
    return _put_together(lines, taken, gone) if taken else None


def _put_together(
    lines: Sequence[tuple[Draft, Sequence[Draft]]], taken: dict[int, list[Draft]], gone: set[int]
) -> list[Draft]:
    result: list[Draft] = []
    for line, parts in lines:
        if not any(id(part) in gone for part in parts):
            result.append(line)
            continue
        for part in parts:
            result += taken.get(id(part), [] if id(part) in gone else [part])
    return result


def _rows(pieces: Sequence[Draft]) -> list[_Row]:
    rows: list[_Row] = []
    for piece in sorted(pieces, key=_base):
        if rows and _base(piece) - rows[-1].base <= _SAME_BASE * max(piece.size, 4.0):
            rows[-1].pieces.append(piece)
        else:
            rows.append(_Row(_base(piece), [piece]))
    for row in rows:
        row.pieces.sort(key=lambda piece: piece.x)
        row.size = max(piece.size for piece in row.pieces)
    return rows


def _base(piece: Draft) -> float:
    return piece.top + 0.8 * piece.size


def _bands(rows: Sequence[_Row]) -> list[_Band]:
    """The bands of rows with an empty strip, those with most rows on both sides first."""
    found: set[_Band] = set()
    starts = 0
    for place, row in enumerate(rows):
        for one, two in zip(row.pieces, row.pieces[1:], strict=False):
            if two.x - one.right < _STRIP * row.size or starts >= _MOST_STARTS:
                continue
            starts += 1
            band = _band(rows, place, (one.right, two.x))
            if band.both >= LEAST_ROWS:
                found.add(band)
    ranked = sorted(found, key=lambda band: (-band.both, band.begin))
    return ranked[: 3 * _MOST_REGIONS]


def _band(rows: Sequence[_Row], place: int, strip: tuple[float, float]) -> _Band:
    """Follow an empty strip upwards and downwards from a row, as far as it stays open."""
    ends = []
    sides: dict[int, tuple[bool, bool]] = {place: (True, True)}
    for step in (-1, 1):
        last = place
        while 0 <= last + step < len(rows):
            row = rows[last + step]
            if abs(row.base - rows[last].base) > _FAR * row.size:
                break
            middle = sum(strip) / 2
            left = max([strip[0], *[piece.right for piece in row.pieces if piece.x < middle]])
            right = min([strip[1], *[piece.x for piece in row.pieces if piece.x >= middle]])
            if right - left < _STRIP * row.size:
                break
            strip = left, right
            last += step
            middle = sum(strip) / 2
            sides[last] = (
                any(piece.x < middle for piece in row.pieces), any(piece.x >= middle for piece in row.pieces),
            )  # fmt: skip
        ends.append(last)
    both = [number for number, (left, right) in sides.items() if left and right]
    begin, end = min(both), max(both)
    while begin > ends[0] and _clings(rows[begin - 1], rows[begin]):
        begin -= 1
    while end < ends[1] and _clings(rows[end], rows[end + 1]):
        end += 1
    return _Band(begin, end + 1, len(both))


def _clings(above: _Row, below: _Row) -> bool:
    return below.base - above.base <= _CLOSE * min(above.size, below.size)


def _columns(rows: Sequence[_Row]) -> list[list[Draft]]:
    """The pieces by column, from the left, each from the top; a column ends where no piece of the region goes on."""
    pieces = sorted((piece for row in rows for piece in row.pieces), key=lambda piece: piece.x)
    least = _STRIP * median(piece.size for piece in pieces)
    columns: list[list[Draft]] = []
    right = float("-inf")
    for piece in pieces:
        if piece.x - right >= least or not columns:
            columns.append([])
        columns[-1].append(piece)
        right = max(right, piece.right)
    for column in columns:
        column.sort(key=_base)
    return columns
