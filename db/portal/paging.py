"""Long lists in pages."""

from __future__ import annotations

from dataclasses import dataclass

from db.portal.page import Context


@dataclass(frozen=True, slots=True)
class At:
    """Which page of a list is shown; ``name`` is its parameter in the query string."""

    page: int
    pages: int
    size: int
    name: str = "page"

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.size


def at(context: Context, total: int, size: int = 50, name: str = "page") -> At:
    """The page that is asked for, or the nearest that exists."""
    pages = max(1, -(-total // size))
    return At(context.number(name, 1, 1, pages), pages, size, name)
