"""Which column of its table a cell stands in: cells that span rows or columns, and empty ones, count."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

_MOST = 60  # columns or rows that one cell may span: attributes are as hostile as any text


@dataclass
class Grid:
    """The columns of one table while its rows go by."""

    place: int = -1  # of the cell that is open, from 0
    _next: int = 0
    _taken: dict[int, int] = field(default_factory=dict)  # by column, how many rows a cell from above still fills

    def row(self) -> None:
        """Begin a row."""
        self._next = 0
        self._taken = {column: rows - 1 for column, rows in self._taken.items() if rows > 1}

    def cell(self, node: LexborNode) -> None:
        """Open a cell."""
        while self._next in self._taken:
            self._next += 1
        self.place = self._next
        wide, high = _span(node, "colspan"), _span(node, "rowspan")
        if high > 1:
            self._taken |= dict.fromkeys(range(self.place, self.place + wide), high)
        self._next += wide


def _span(node: LexborNode, name: str) -> int:
    said = (node.attributes.get(name) or "").strip()
    return min(max(int(said), 1), _MOST) if said.isdecimal() and said.isascii() and len(said) < 4 else 1
