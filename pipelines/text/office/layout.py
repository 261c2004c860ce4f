"""Whether a table holds data or only places things on the page, told the same way for every office format."""

from __future__ import annotations

from collections.abc import Sequence

_ROWS, _PARAGRAPHS = 3, 4  # rows at most, paragraphs in a cell at least of a table that only places things


def is_data(rows: Sequence[Sequence[int]], *, nested: bool) -> bool:
    """Data rather than layout; ``rows`` hold the number of paragraphs with text of each cell.

    As for HTML: no table inside, a row with two cells or more, and not a banner and whole texts beside each other.
    """
    if nested or not any(len(row) > 1 for row in rows):
        return False
    return len(rows) > _ROWS or all(count < _PARAGRAPHS for row in rows for count in row)
