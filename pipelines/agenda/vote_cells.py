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
            elif not entry.votes and place < len(row.cells) and (alone := find_votes(row.cells[place])):
                entry.votes = tuple(vote for vote, _, _ in alone)  # a link to the paper stands behind


_BEHIND = re.compile(
    r"\s[-–—:|(]{1,2}\s{0,2}(?=(?:votes? ?:? ?)?(?:rapport |dossier |deliberation )?(?:adopt|approuv|rejet|retir|ajourn"
    r"|report|(?:a )?l'unanim|unanim|(?:a la )?majorit|prend acte|pris acte|dont acte|\d{1,3} (?:voix )?pour))"
)
_TITLE = 5  # characters of a title at least


def behind(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Cut the words of a vote off the line of each title that they stand behind ("Tarifs – Adopté à l'unanimité")."""
    found: list[tuple[Entry, int, int]] = []
    for entry in entries:
        row = rows[entry.stop - 1]
        if entry.votes or entry.said or not entry.parts or row.cells or not row.text.endswith(entry.parts[-1].rstrip()):
            continue
        first = len(row.text) - len(entry.parts[-1].rstrip()) + _TITLE
        cut = next((one for one in _BEHIND.finditer(row.plain, first) if find_votes(row.text[one.end() :])), None)
        if cut is not None:
            found.append((entry, cut.start(), cut.end()))
    for entry, begin, end in found if len(found) > 1 else ():
        row = rows[entry.stop - 1]
        title = entry.parts[-1].rstrip()
        entry.parts[-1] = title[: len(title) - (len(row.text) - begin)].rstrip()
        entry.said = (entry.stop - 1, end)
