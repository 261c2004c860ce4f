"""An item while it is being read, and how it becomes a claim."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.models import ItemClaim, VoteClaim
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import clean_title, is_minor, split_rapporteur


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
