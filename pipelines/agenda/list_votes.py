"""How points were voted, where a list of deliberations says it: behind the title, below it, in a cell."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry
from pipelines.agenda.list_state import State
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.vote_words import OUTCOME_TAIL, VOTE_OPENS, outcome_of_cell
from pipelines.agenda.words import plain


def wrapped(state: State, rows: Sequence[Row], index: int) -> bool:
    """Whether this is the end of a title that a full line began ("… don des ouvrages / retirés")."""
    row = rows[index]
    if state.open is None or row.gap or not row.text[:1].islower() or VOTE_OPENS.match(row.plain):
        return False
    return rows[index - 1].full or row.plain.rstrip(" .").endswith("s")  # no point is voted in the plural


def takes_vote(state: State, row: Row, index: int, mark: Mark | None) -> bool:
    """A line of its own that says how the point above was voted."""
    if not state.entries or (mark is not None and mark.family == state.family):
        return False
    if not VOTE_OPENS.match(plain(mark.rest) if mark is not None else row.plain):
        return False
    if state.entries[-1].said is None and not state.entries[-1].votes:
        state.entries[-1].said = (index, 0)
    state.open = None
    return True


def takes_outcome(state: State, row: Row) -> bool:
    vote = outcome_of_cell(row.text)
    if vote is not None and state.entries and not state.entries[-1].votes:
        state.entries[-1].votes = (vote,)
        return True
    return vote is not None


def cut(state: State, row: Row, index: int, begin: int) -> None:
    """End the open title where the words of its vote begin on the same line."""
    if state.open is None or (found := VOTE_OPENS.search(row.plain, begin)) is None:
        return
    state.entries[-1].said = (index, found.start())
    if not row.cells:
        title = state.open.parts[-1]
        state.open.parts[-1] = title[: max(len(title) - (len(row.text) - found.start()), 0)].rstrip(" -–|(:")
    state.open = None


def take_outcome(entry: Entry, row: Row) -> None:
    vote: VoteClaim | None = None
    if row.cells:
        vote = next((found for cell in row.cells[1:] if (found := outcome_of_cell(cell))), None)
    elif (tail := OUTCOME_TAIL.search(_plain_end(row, entry.parts[0]))) and (vote := outcome_of_cell(tail[1])):
        entry.parts[0] = entry.parts[0][: tail.start()]
    if vote is not None:
        entry.votes = (vote,)


def _plain_end(row: Row, part: str) -> str:
    """A title's first line in plain; of a recognised page with its misread words of voting put right."""
    return row.plain[-len(part) :] if part and row.text.endswith(part) else plain(part)
