"""Headings of minutes whose pages show no bold, as recognised scans do: told by what stands above and below them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import rapporteur_row, stops
from pipelines.agenda.words import fold_title

_SETTLED = re.compile(
    r"^vote[es]*\b|unanim|a la majorite|\babstentions?\b|prend acte|\b(?:adopt|approuv)e(?:e?s?|nt)\b|avoir delibere"
)
_SPEAKS = re.compile(  # how the report below a heading begins
    r"(?:vu\b|considerant|m(?:onsieur|adame|\.|r|me)\b|(?:le|la) (?:maire|president)|il (?:est|a ete|convient)|suite a"
    r"|apres|le conseil|l'assemblee|dans le cadre|conformement|en application|par (?:deliberation|courrier)"
    r"|rapporteur|expose|afin de|compte tenu)"
)
_SENTENCE = re.compile(
    r"\b(?:est|sont|sera|seront|ont|a été|prend|prendra|prendront|informe|propose|projette|rappelle|demande"
    r"|expose|explique|précise|fait|peut|doit|doivent|peuvent)\b"
)
_REPEATED = 88  # per cent of likeness from which a line repeats a title
_HEADING_LINES = 3
_SHORTEST, _LONGEST = 12, 300


def unstyled(rows: Sequence[Row]) -> bool:
    """Whether the layout of the rows is known but none is bold."""
    return any(row.size for row in rows) and not any(row.bold or row.block == "heading" for row in rows)


def between_votes(rows: Sequence[Row], begin: int) -> list[Entry]:
    """Paragraphs that follow a decision, are no sentence, and stand right above a report that opens."""
    found: list[Entry] = []
    settled = True
    index = begin
    while index < len(rows):
        stop = _paragraph(rows, index)
        if settled and _heads(rows, index, stop):
            parts = [row.text for row in rows[index:stop]]
            found.append(Entry(rows[index], index, parts, stop=stop))
            settled = False
        else:
            settled = settled or any(_SETTLED.search(row.plain) for row in rows[index:stop])
        index = stop
    return found


def _paragraph(rows: Sequence[Row], begin: int) -> int:
    """The row after the paragraph that begins at one: blank space, or a line that opens a report, ends it."""
    stop = begin + 1
    while (
        stop < len(rows)
        and rows[stop].page == rows[begin].page
        and not rows[stop].gap
        and not (_SPEAKS.match(rows[stop].plain) and rows[stop].text[:1].isupper())
        and not _SETTLED.match(rows[stop].plain)
    ):
        stop += 1
    return stop


def _heads(rows: Sequence[Row], begin: int, stop: int) -> bool:
    first, last = rows[begin], rows[stop - 1]
    length = sum(len(row.text) for row in rows[begin:stop])
    if stop >= len(rows) or stop - begin > _HEADING_LINES or not _SHORTEST <= length <= _LONGEST:
        return False
    if not first.text[:1].isupper() or last.text.rstrip().endswith((".", ";", ",", ":")) or first.cells:
        return False
    if first.mark is not None or stops(first.plain) or rapporteur_row(first.plain) or _SPEAKS.match(first.plain):
        return False
    if _SENTENCE.search(" ".join(row.text for row in rows[begin:stop])):
        return False
    return bool(_SPEAKS.match(rows[stop].plain)) and not any(_SETTLED.search(row.plain) for row in rows[begin:stop])


def repeats(one: str, two: str) -> bool:
    """Whether two folded titles are the same, misread letters aside; titles that differ at their end are not."""
    return fuzz.ratio(one, two) >= _REPEATED and fuzz.ratio(one[-25:], two[-25:]) >= 0.8 * _REPEATED


def title_line(rows: Sequence[Row], index: int) -> str:
    """A row without its marker, and the one that continues it, folded."""
    mark = rows[index].mark
    text = mark.rest if mark else rows[index].text
    follower = rows[index + 1] if index + 1 < len(rows) else None
    if rows[index].full and follower is not None and not follower.gap and follower.mark is None:
        text += f" {follower.text}"
    return fold_title(text)
