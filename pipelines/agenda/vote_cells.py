"""Votes told in words in a column of their own: "N° | Objet | Vote", where a cell may hold several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import columns
from pipelines.agenda.votes import find_votes
from pipelines.agenda.words import plain

_VOTES = re.compile(
    r"(?:sens d[eu]s? |detail d[eu]s? )?(?:votes?|resultats?|decisions?|adoption|scrutin|issue du vote)\b"
)


def told(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Point the entries of such a table to the words of their votes, where these say more than was read already."""
    of_row = {id(entry.row): entry for entry in entries if entry.row.cells}
    place: int | None = None
    for index, row in enumerate(rows):
        if len(row.cells) < 2:
            continue
        if columns(row.cells) is not None:
            place = next((k for k, cell in enumerate(row.cells) if _VOTES.match(plain(cell).strip(" .:"))), None)
        elif place is not None and (entry := of_row.get(id(row))) is not None:
            said = " ".join(cell for cell in row.cells[place:] if cell)
            more = not entry.votes or any(map(str.isdigit, said))
            if said and more and row.text.endswith(said) and find_votes(said):
                entry.votes, entry.said = (), (index, len(row.text) - len(said))
