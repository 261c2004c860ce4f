"""A heading and the lines that continue it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import rapporteur_row, stops
from pipelines.agenda.words import capitals

_OBJECT = re.compile(r"\W{0,3}objet(?: de la deliberation| du rapport)?\s{0,3}:\s{0,3}\S")
_BIS = re.compile(r"^(?:BIS|TER|QUATER|bis|ter|[A-Z])$")
SHORT = 3  # characters of a line in capitals that is no part of a title across a gap
LONGEST = 9  # lines of one heading


def heading(rows: Sequence[Row], index: int, mark: Mark | None, *, apart: bool = False) -> Entry:
    """The heading that begins at a row; ``apart``: bold lines with blank space between them are one (a single act)."""
    row = rows[index]
    entry = Entry(
        row, index, [mark.rest if mark else row.text], mark.number if mark else None, family=mark.family if mark else ""
    )
    entry.value = mark.value if mark else 0
    stop = index + 1
    if entry.number and not entry.parts[0].strip():
        entry.parts = []
        if stop < len(rows) and _BIS.match(rows[stop].text.strip()):
            entry.number, stop = f"{entry.number} {rows[stop].text.strip()}", stop + 1
        stop = next((one for one in range(stop, min(stop + 4, len(rows))) if _OBJECT.match(rows[one].plain)), stop)
        if stop < len(rows) and not stops(rows[stop].plain):
            entry.parts, stop = [rows[stop].text], stop + 1
    style = rows[stop - 1]
    upper = bool(entry.parts) and capitals(entry.parts[0])
    while (
        stop < len(rows) and stop - index < LONGEST and _title_goes_on(rows[stop - 1], rows[stop], style, upper, apart)
    ):
        entry.parts.append(rows[stop].text)
        stop += 1
    entry.stop = stop
    if stop < len(rows) and (name := rapporteur_row(rows[stop].plain)):
        entry.rapporteur = rows[stop].text[rows[stop].plain.index(name) :].strip(" .)")
    return entry


def _title_goes_on(before: Row, row: Row, style: Row, upper: bool, apart: bool) -> bool:
    if stops(row.plain) or row.cells or row.rule or rapporteur_row(row.plain):
        return False
    if row.web and (row.block == "heading" or not row.text[:1].islower()):
        return False  # a paragraph of its own
    mark = row.mark
    if mark is not None and mark.family in ("act", "worded", "arabic", "roman"):
        return False
    if upper:
        if mark is not None and mark.family == "bullet":
            return False
        bare = not any(map(str.isalpha, row.text)) and row.bold == style.bold and row.size == style.size and not row.gap
        return (
            (capitals(row.text) or bare)
            and (not row.gap or before.full or len(row.text) > 3)
            and row.page - before.page <= 1
        )
    if style.bold:
        return row.bold and (apart or not row.gap) and abs(row.size - style.size) < 0.6
    if row.gap or row.bold or mark is not None or abs(row.size - style.size) >= 0.6:
        return False
    return before.full and row.text[:1].islower()
