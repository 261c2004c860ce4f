"""Cut the pages of a document into stretches that belong to one item, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.models import PageText, SessionClaim

Key = tuple[int, int]  # index of the session, index of the item within it


@dataclass(frozen=True, slots=True)
class Region:
    """``text[start:end]`` of a page belongs to the item ``key``, or to none."""

    page: int
    text: str
    start: int
    end: int
    key: Key | None


def regions(pages: Sequence[PageText], sessions: Sequence[SessionClaim]) -> Iterator[Region]:
    """Stretches in reading order; where the parts of two items overlap, the one that begins later has it."""
    claims = sorted(
        (item.begin, item.finish, (s, i)) for s, session in enumerate(sessions) for i, item in enumerate(session.items)
    )
    current = 0
    for page in pages:
        first, last = (page.number, 0), (page.number, len(page.text))
        while current < len(claims) and claims[current][1] <= first:
            current += 1
        cuts = {0, len(page.text)}
        inside = []
        for begin, finish, key in claims[current:]:
            if begin >= last:
                break
            if finish > first and finish > begin:
                start = begin[1] if begin[0] == page.number else 0
                end = min(finish[1], len(page.text)) if finish[0] == page.number else len(page.text)
                inside.append((start, end, key))
                cuts |= {start, end}
        yield from _pieces(page, sorted(cuts), inside)


def _pieces(page: PageText, cuts: list[int], inside: list[tuple[int, int, Key]]) -> Iterator[Region]:
    """The stretches between the cuts of one page; ``inside`` is sorted by where an item begins."""
    open_items: list[tuple[int, int, Key]] = []
    waiting = 0
    for start, end in pairwise(cuts):
        while waiting < len(inside) and inside[waiting][0] <= start:
            open_items.append(inside[waiting])
            waiting += 1
        while open_items and open_items[-1][1] <= start:
            open_items.pop()
        yield Region(page.number, page.text, start, end, open_items[-1][2] if open_items else None)
