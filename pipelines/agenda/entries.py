"""An item while it is being read, and how it becomes a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.models import ItemClaim, VoteClaim
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import clean_title, is_minor, split_rapporteur
from pipelines.agenda.words import plain

_COUNTED = re.compile(
    r"\b(?:lots?|numeros?|no|phases?|zones?|secteurs?|tranches?|rd|rn|articles?|sections?|quartiers?|modificative"
    r"|avenants?|points?|article|annexes?|dm|chapitres?|parcelles?|programmes?|axes?|volets?|niveaux?|type)$"
)
_PAGE_AT_END = re.compile(r"(?<=[^\W\d_]|[)»\"'’.…])[\s.…]{1,160}(\d{1,3})$")


@dataclass(slots=True)
class Entry:
    """A heading and what belongs to it."""

    row: Row
    index: int  # of its row
    parts: list[str]
    number: str | None = None
    theme: str | None = None
    rapporteur: str | None = None
    family: str = ""
    value: int = 0
    subs: list[Entry] = field(default_factory=list)
    x: float = 0.0  # left edge of the title's text
    stop: int = 0  # index of the first row that is not heading any more
    lead: tuple[int, int] | None = None  # (page, offset) of the rubric's heading right above it
    said: tuple[int, int] | None = None  # (row, character) where the words of the vote begin, on a title's own line
    votes: tuple[VoteClaim, ...] = ()
    withdrawn: bool = False
    source: Entry | None = None  # the line of the document's own agenda that announced it
    likeness: float = 0.0  # to that line, 0..100

    @property
    def where(self) -> tuple[int, int]:
        """Where the item before this one ends: at this heading, or at the heading of its rubric."""
        return self.lead or self.row.where

    @property
    def title(self) -> str:
        return split_rapporteur(clean_title(self.parts))[0]

    def claim(self, finish: tuple[int, int]) -> ItemClaim:
        title, rapporteur = split_rapporteur(clean_title(self.parts))
        return ItemClaim(
            title=title,
            number=self.number,
            page=self.row.page,
            begin=self.row.where,
            finish=finish,
            rapporteur=self.rapporteur or rapporteur,
            theme=self.theme,
            minor=is_minor(title),
            withdrawn=self.withdrawn or any(vote.result in ("withdrawn", "adjourned") for vote in self.votes),
            votes=self.votes,
        )


def unpaged(entries: list[Entry]) -> list[Entry]:
    """The entries of a table of contents without the page numbers at the ends of their titles.

    They are told by their rising down the whole list; at least three, over two pages or more.
    """
    found = [_PAGE_AT_END.search(entry.parts[-1].rstrip()) if entry.parts else None for entry in entries]
    pages = [int(one[1]) for one in found if one is not None]
    whole = len(pages) >= max(3, 0.8 * len(entries))
    if not whole or pages[0] == pages[-1] or any(one > two for one, two in pairwise(pages)):
        return entries
    bare = [entry.parts[-1][: one.start()] for entry, one in zip(entries, found, strict=True) if one is not None]
    if len(set(bare)) < len(bare) or sum(bool(_COUNTED.search(plain(text))) for text in bare) > 1:
        return entries  # "Lot 1", "Lot 2": the number is of the title
    for entry, one in zip(entries, found, strict=True):
        if one is not None:
            entry.parts[-1] = entry.parts[-1][: one.start()]
    return entries
