"""Lines that belong to the open point of a list: the rest of its title, its rapporteur."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.list_state import State
from pipelines.agenda.list_votes import cut
from pipelines.agenda.markers import Mark
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.rubrics import UNFINISHED
from pipelines.agenda.titles import rapporteur_row, stops
from pipelines.agenda.unmarked import HEADER, NOT_TITLE
from pipelines.agenda.vote_words import OUTCOME_TAIL, outcome_of_cell
from pipelines.agenda.words import capitals, plain

_NAME_CUT = re.compile(
    r"\brapporteur(?:e|se)?s?\s{0,3}:\s{0,3}(?:(?:m\.|mme|mm\.|mmes|monsieur|madame)[^:]{0,20})?$"
    r"|[-(,] ?(?:m\.|mme|mm\.|mmes|monsieur|madame)$"
)


def names_speaker(state: State, row: Row, mark: Mark | None) -> bool:
    """A line with the rapporteur of the point above: "Rapporteur : Mme Untel", "(M. Untel)"."""
    if not state.entries or (mark is not None and mark.family == state.family):
        return False
    entry = state.entries[-1]
    if name := rapporteur_row(row.plain):
        entry.rapporteur = row.text[row.plain.index(name) :].strip(" .)")
        state.open = None
    elif mark is None and (alone := person(row.text)):
        entry.rapporteur = entry.rapporteur or alone
    else:
        return False
    return True


def name_goes_on(state: State, rows: Sequence[Row], index: int, mark: Mark | None) -> bool:
    """Whether the line above ends within the name of its rapporteur."""
    row = rows[index]
    if state.open is None or mark is not None or row.gap or len(row.text) > 40 or not rows[index - 1].full:
        return False
    return _NAME_CUT.search(plain(state.open.parts[-1])) is not None


def continues(state: State, rows: Sequence[Row], index: int) -> bool:
    row, before = rows[index], rows[index - 1]
    if (
        state.open is None
        or NOT_TITLE.match(row.plain)
        or (HEADER.match(row.plain) and len(row.text) < 60 and row.cells)
    ):
        return False
    if row.block in ("heading", "li") or row.cells or state.open.row.cells:
        return False
    if row.web and state.open.row.bold and not row.bold:
        return False
    if row.text[:1].isupper() and (stops(row.plain) or _plainer(state, row)):
        return False
    shown = (row.bold and not state.look.bold) or (capitals(row.text) and len(row.text.split()) >= 3)
    if shown and row.text[:1].isupper() and not capitals(state.open.parts[0]):
        return False
    if row.page == state.open.row.page and row.gap and row.text[:1].isupper() and not before.full:
        return False
    far = row.x and state.open.row.x and (row.x > state.open.row.x + 200 or row.x < state.open.row.x - 25)
    lower = row.text[:1].islower() or row.text[:1] in "-–(«0123456789€%"
    if far and not (lower and before.full):
        return False
    joins = before.full or lower or UNFINISHED.search(before.plain)
    return bool(joins) or (row.x > state.open.row.x + 8 and not row.gap)


def _plainer(state: State, row: Row) -> bool:
    """Whether a line is printed smaller or lighter than the title above: what explains it, not its end."""
    first = state.look
    return (first.bold and not row.bold) or (row.size > 0 and abs(first.size - row.size) >= 0.9)


def go_on(state: State, row: Row, index: int) -> None:
    assert state.open is not None
    text = row.text
    if state.outcomes and (tail := OUTCOME_TAIL.search(row.plain)):
        vote = outcome_of_cell(tail[1])
        if vote is not None and state.entries:
            state.entries[-1].votes = state.entries[-1].votes or (vote,)
            text = text[: tail.start()]
    state.open.parts.append(text)
    if state.outcomes and not state.entries[-1].votes:
        cut(state, row, index, 1)
