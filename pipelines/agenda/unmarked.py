"""Items of a list without any marker: a line or a paragraph each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.dates import find_dates
from pipelines.agenda.entries import Entry
from pipelines.agenda.furniture import is_teaser, opens_paper
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import columns
from pipelines.agenda.titles import is_rubric, rapporteur_row
from pipelines.agenda.vote_words import VOTE_OPENS, outcome_of_cell, title_cell
from pipelines.agenda.words import capitals, plain

_LONGEST = 300  # characters of a title
_LONGEST_RUBRIC = 80
_DAY_LINE, _BESIDE_DAY = 70, 24  # characters of a line that says the day, and of what stands beside it there
HEADER = re.compile(
    r"^(?:n ?°$|(?:n ?° |numeros?|date|objet|intitule|titre|rapporteurs?|questions?|points?|affaires?|page|vote"
    r"|resultat|approuv)\b)"
)
NOT_TITLE = re.compile(
    r"^(?:republique francaise|(?:departement|arrondissement|canton) (?:de|du|d')[^:]{0,40}$|\d{1,2} ?h|tel\b|fax"
    r"|courriel|mail|www\.|https?:|site ?:|mairie de|ville de .{0,30}$|\d{5} [a-z]|page \d)"
)


def unmarked(rows: Sequence[Row], begin: int, end: int, *, outcomes: bool) -> list[Entry]:
    """Items without any marker: a paragraph each, or a line each; rubrics in capitals above them."""
    entries: list[Entry] = []
    theme: str | None = None
    lead: tuple[int, int] | None = None
    plainly = sum(map(_shown, rows[begin:end])) < 0.5 * (end - begin)
    for index in range(begin, end):
        row = rows[index]
        follower = rows[index + 1] if index + 1 < end else None
        if _says_nothing(row) or _belongs(entries, row, index, outcomes=outcomes):
            continue
        if follower is not None and _heads(row, follower, plainly):
            theme, lead = row.text.strip(" :-–"), lead or row.where
            continue
        if entries and index and _wraps(rows[index - 1], row) and entries[-1].stop == index:
            entries[-1].parts.append(row.text)
            entries[-1].stop = index + 1
            continue
        if len(row.text) > _LONGEST or row.text[:1].islower():
            continue
        title = title_cell(row.cells) if row.cells else row.text
        named = next((name for cell in row.cells if (name := person(cell))), None)
        entries.append(Entry(row, index, [title], None, theme, named, stop=index + 1, lead=lead))
        lead = None
    return entries


def names_columns(row: Row) -> bool:
    """Whether the cells of a row are the names of columns."""
    if not row.cells:
        return False
    return columns(row.cells) is not None or all(HEADER.match(plain(cell)) or not cell for cell in row.cells)


def _says_nothing(row: Row) -> bool:
    """A line that is no title: names of columns, the day of the sitting again, an address, the name of a paper."""
    if names_columns(row) or opens_paper(row) or is_teaser(row):
        return True
    dates = find_dates(row.plain) if len(row.text) < _DAY_LINE else []
    if dates and len(row.text) - (dates[0].end - dates[0].start) <= _BESIDE_DAY:
        return True
    return bool(NOT_TITLE.match(row.plain)) or len(row.text) < 4 or not re.search(r"[a-z]{3}", row.plain)


def _belongs(entries: Sequence[Entry], row: Row, index: int, *, outcomes: bool) -> bool:
    """Whether a line says how the point above was voted, or who reports it; then the point has it."""
    if outcomes and entries and VOTE_OPENS.match(row.plain):
        entries[-1].said = entries[-1].said or (index, 0)
        return True
    if outcomes and (vote := outcome_of_cell(row.text)):
        if entries and not entries[-1].votes:
            entries[-1].votes = (vote,)
        return True
    if not entries:
        return False
    if name := rapporteur_row(row.plain):
        entries[-1].rapporteur = row.text[row.plain.index(name) :].strip(" .)")
        return True
    if alone := person(row.text):
        entries[-1].rapporteur = entries[-1].rapporteur or alone
    return alone is not None


def _heads(row: Row, follower: Row, plainly: bool) -> bool:
    """Whether a line is a rubric: in capitals, the one cell of its row, or bold in a list whose lines are not."""
    if is_rubric(row.text) and not (capitals(follower.text) and capitals(row.text)):
        return True
    if len(row.cells) == 1 < len(follower.cells) and len(row.text) <= _LONGEST_RUBRIC:
        return True
    return plainly and _shown(row) and not _shown(follower) and len(row.text) <= _LONGEST_RUBRIC and not row.cells


def _shown(row: Row) -> bool:
    return row.bold or row.block == "heading"


def _wraps(previous: Row, row: Row) -> bool:
    if row.cells or row.block in ("li", "heading") or row.gap:
        return False
    lower = row.text[:1].islower() or row.text[:1] in "(«0123456789"
    return lower or (previous.full and len(previous.text) > 45 and not previous.text.rstrip().endswith((".", ";")))
