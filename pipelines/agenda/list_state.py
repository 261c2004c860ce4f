"""The state of one pass over the rows of a list."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row


@dataclass(slots=True)
class State:
    """The open item, the theme above it, what tells titles from other lines."""

    family: str  # of the marks that the items have
    deeper: frozenset[str]  # of the marks that their details have
    outcomes: bool  # a list of deliberations, whose rows may end in "Approuvée"
    look: Row  # the print of the open title: its own line, where its number stands alone
    first: int = 0  # number of a series that goes on from another day
    entries: list[Entry] = field(default_factory=list)
    theme: str | None = None
    level: int | None = None  # of the heading that the theme is
    last: int = 0  # the number before
    open: Entry | None = None  # the entry or sub-entry that a next line may continue
    pending: Entry | None = None  # a numbered rubric below which nothing came yet
    lead: tuple[int, int] | None = None  # of the rubric below which nothing came yet
    over: bool = False  # a page of a site goes on with something else
    apart: str | None = None  # a heading without number: the details below it are points of their own
