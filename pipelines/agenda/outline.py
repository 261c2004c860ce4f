"""What a document is built of: only a list, a body with a list at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.listing import parse_list
from pipelines.agenda.rows import Row

_CLOSING = re.compile(
    r"^\W{0,3}(?:(?:la )?liste|(?:tableau )?recapitulatif|recapitulation|tableau|sommaire|index|table"
    r"|feuillet de cloture)(?: recapitulative?)?(?: des?| du| de la| de cloture)?\b.{0,40}"
    r"(?:deliberations?|decisions|points|affaires|dossiers|rapports|seance|registre)\b(?!.{60})"
)
_SENTENCE = re.compile(r"[\w)%»\"]\.\s{0,3}$")
LONG = 60  # characters from which a line may be prose
LEAST = 3  # points of a list
TABLE = 0.9  # of the rows, from which a document is a table
_HEAD = 40  # rows before which no list closes anything


def only_listed(rows: Sequence[Row]) -> bool:
    """Whether the points stand one below the other with nothing said of them: a list, whatever its name says."""
    marked = [index for index, row in enumerate(rows) if (mark := row.mark) is not None and mark.family in _NUMBERED]
    if len(marked) < LEAST:
        return False
    begin, end = marked[0], marked[-1] + 1
    entries = parse_list(rows[:end], begin)[0]
    if len(entries) < LEAST:
        return False
    if sum(bool(row.cells) for row in rows[begin:]) >= TABLE * len(rows[begin:]):
        return True
    written = sum(len(row.text) for row in rows[begin:end])
    if written < 0.6 * sum(len(row.text) for row in rows[begin:]):
        return False
    said = sum(row.mark is None and bool(_SENTENCE.search(row.plain)) for row in rows[begin:])
    if said > max(2, 0.2 * len(entries)):
        return False
    listed = sum(len(part) + 8 for entry in entries for part in entry.parts) + sum(
        len(str(entry.rapporteur)) + 14 for entry in entries if entry.rapporteur
    )
    themes = sum(map(len, {entry.theme for entry in entries if entry.theme}))
    return listed + themes >= 0.85 * written


_NUMBERED = ("act", "worded", "arabic", "bare")


def closing_list(rows: Sequence[Row]) -> int:
    """The row with which the list at the end of minutes begins, which names again what was voted; else their number."""
    prose = marked = 0
    for index in range(len(rows) - 1, _HEAD, -1):
        row = rows[index]
        named = len(row.text) <= LONG + 40 and (row.bold or row.gap or row.block == "heading")
        if named and marked >= LEAST and prose <= 0.2 * marked and _CLOSING.match(row.plain):
            return index
        prose += len(row.text) > LONG and bool(_SENTENCE.search(row.plain))
        marked += row.mark is not None or bool(row.cells)
    return len(rows)
