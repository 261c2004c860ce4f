"""Reading order of a page's lines, from where they stand.

A content stream may draw the footer first, the lines from bottom to top, or the words in any
order. All of that is put right here, but for columns in disorder: these are left to a layout analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipelines.text.drafts import Draft

_MOST_MERGED = 400  # lines
_BULLETS = frozenset("•▪●◦‣■□➢➤✓·○►▶❖→*-–")


def scrambled(lines: Sequence[Draft]) -> bool:
    """Whether the order of the lines contradicts the page so often that it means nothing.

    Counts steps to a line above the previous one, or to its left on the same line; but a second column or the next
    cell of a table is above too, and to the right.
    """
    if len(lines) < 4:
        return False
    backward = sum(_backward(before, after) for before, after in pairwise(lines))
    return backward >= 3 and backward >= 0.12 * (len(lines) - 1)


def _backward(before: Draft, after: Draft) -> bool:
    size = max(before.size, after.size, 4.0)
    climb = before.top - after.top
    if climb > 0.6 * size:
        shared = min(before.right, after.right) - after.x
        return shared > 0.3 * min(before.right - before.x, after.right - after.x)
    return climb > -0.3 * size and after.right <= before.x + 1.0


def in_columns(lines: Sequence[Draft]) -> bool:
    """Whether the text stands in two columns or more, each wide enough to be prose rather than the cells of a table."""
    left, right = min(line.x for line in lines), max(line.right for line in lines)
    width = right - left
    if width <= 0:
        return False
    for step in range(25, 76, 2):
        gutter = left + width * step / 100
        before = [line for line in lines if line.right <= gutter]
        after = [line for line in lines if line.x >= gutter]
        crossing = len(lines) - len(before) - len(after)
        if crossing <= 0.15 * len(lines) and min(len(before), len(after)) >= max(3, 0.2 * len(lines)):
            return min(_wide(before), _wide(after)) >= 0.25 * width
    return False


def _wide(lines: Sequence[Draft]) -> float:
    return median(line.right - line.x for line in lines)


def by_blocks(lines: Sequence[Draft]) -> list[Draft]:
    """Blocks drawn in the wrong order (a footer first, a title last) put in order from the top.

    A block is a run of lines going down. Runs that share a height stay together as drawn where they are columns or
    cells, and are merged where the lines of one stand between those of the other.
    """
    lines = _bulleted(lines)
    runs: list[list[Draft]] = []
    for line in lines:
        if runs and line.top >= runs[-1][-1].top - 0.6 * max(line.size, 4.0):
            runs[-1].append(line)
        else:
            runs.append([line])
    if len(runs) == 1:
        return list(lines)
    spans = sorted((_span(run), number) for number, run in enumerate(runs))
    groups: list[tuple[float, list[int]]] = []
    for (top, bottom), number in spans:
        if groups and top < groups[-1][0]:
            groups[-1] = (max(bottom, groups[-1][0]), [*groups[-1][1], number])
        else:
            groups.append((bottom, [number]))
    return [line for _, members in groups for line in _merged([runs[number] for number in sorted(members)])]


def _merged(runs: Sequence[Sequence[Draft]]) -> list[Draft]:
    """Runs of one column, drawn in turns, from the top; others one after the other."""
    drawn = [line for run in runs for line in run]
    if len(runs) == 1 or len(drawn) > _MOST_MERGED:
        return drawn
    owner = {id(line): number for number, run in enumerate(runs) for line in run}
    ordered = sorted(drawn, key=lambda line: line.top + 0.8 * line.size)
    for before, after in pairwise(ordered):
        if owner[id(before)] == owner[id(after)]:
            continue
        step = after.top + 0.8 * after.size - before.top - 0.8 * before.size
        shared = min(before.right, after.right) - max(before.x, after.x)
        narrow = min(before.right - before.x, after.right - after.x)
        if step < 0.7 * max(before.size, after.size) or shared < 0.3 * narrow:
            return drawn
    return ordered


def _bulleted(lines: Sequence[Draft]) -> Sequence[Draft]:
    """Bullets that were drawn apart from their lines put before them."""
    bullets = [line for line in lines if line.text in _BULLETS]
    if not bullets or len(lines) > _MOST_MERGED:
        return lines
    joined: set[int] = set()
    for bullet in bullets:
        beside = [
            line
            for line in lines
            if 0.0 < line.x - bullet.x < 4 * max(line.size, 4.0)
            and abs(line.top + 0.8 * line.size - bullet.top - 0.8 * bullet.size) <= 0.35 * max(line.size, 4.0)
            and line.text not in _BULLETS
        ]
        if beside and beside[0].row is None:
            nearest = min(beside, key=lambda line: line.x)
            nearest.text, nearest.x = f"{bullet.text} {nearest.text}", bullet.x
            joined.add(id(bullet))
    return [line for line in lines if id(line) not in joined]


def _span(run: Sequence[Draft]) -> tuple[float, float]:
    return min(line.top for line in run), max(line.top + 0.7 * max(line.size, 1.0) for line in run)


def by_rows(lines: Sequence[Draft]) -> list[Draft]:
    """From the top, then from the left; what stands on one line (words, cells) becomes one line."""
    rows: list[list[Draft]] = []
    for line in sorted(lines, key=lambda line: line.top + 0.8 * line.size):
        base = line.top + 0.8 * line.size
        if rows and base - (rows[-1][0].top + 0.8 * rows[-1][0].size) < 0.35 * max(line.size, 4.0):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_joined(sorted(row, key=lambda line: line.x)) for row in rows]


def _joined(row: Sequence[Draft]) -> Draft:
    first = row[0]
    if len(row) > 1:
        first.text = " ".join(line.text for line in row)
        first.right = max(line.right for line in row)
        first.bold = all(line.bold for line in row)
    return first
