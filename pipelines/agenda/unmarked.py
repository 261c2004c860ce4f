"""Items of a list without any marker: a line or a paragraph each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.dates import find_dates
from pipelines.agenda.entries import Entry
from pipelines.agenda.furniture import is_teaser, opens_paper
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import is_rubric, rapporteur_row
from pipelines.agenda.vote_words import VOTE_OPENS, outcome_of_cell, title_cell
from pipelines.agenda.words import capitals, plain

HEADER = re.compile(
    r"^(?:n ?°|numeros?|date|objet|intitule|titre|rapporteurs?|questions?|points?|affaires?|page|vote|resultat"
    r"|approuv)\b"
)
NOT_TITLE = re.compile(
    r"^(?:republique francaise|(?:departement|arrondissement|canton) (?:de|du|d')[^:]{0,40}$|\d{1,2} ?h|tel\b|fax|courriel|mail|www\.|https?:|site ?:|mairie de|ville de .{0,30}$|\d{5} [a-z]|page \d)"
)


def unmarked(rows: Sequence[Row], begin: int, end: int, *, outcomes: bool) -> list[Entry]:
    """Items without any marker: a paragraph each, or a line each; rubrics in capitals above them."""
    entries: list[Entry] = []
    theme: str | None = None
    lead: tuple[int, int] | None = None
    shown = sum(map(_shown, rows[begin:end])) < 0.5 * (end - begin)
    for index in range(begin, end):
        row = rows[index]
        follower = rows[index + 1] if index + 1 < end else None
        if row.cells and all(HEADER.match(plain(cell)) or not cell for cell in row.cells):
            continue
        if (
            len(row.text) < 70
            and (dates := find_dates(row.plain))
            and len(row.text) - (dates[0].end - dates[0].start) <= 24
        ):
            continue  # the day of the sitting, repeated under its heading
        if NOT_TITLE.match(row.plain) or len(row.text) < 4 or not re.search(r"[a-z]{3}", row.plain):
            continue
        if opens_paper(row) or is_teaser(row):
            continue
        if outcomes and entries and VOTE_OPENS.match(row.plain):
            entries[-1].said = entries[-1].said or (index, 0)
            continue
        if outcomes and (vote := outcome_of_cell(row.text)):
            if entries and not entries[-1].votes:
                entries[-1].votes = (vote,)
            continue
        if entries and (name := rapporteur_row(row.plain)):
            entries[-1].rapporteur = row.text[row.plain.index(name) :].strip(" .)")
            continue
        if entries and (alone := person(row.text)):
            entries[-1].rapporteur = entries[-1].rapporteur or alone
            continue
        rubric = is_rubric(row.text) and follower is not None and not (capitals(follower.text) and capitals(row.text))
        if rubric or (follower is not None and _heads_plain(row, follower, shown)):
            theme, lead = row.text.strip(" :-–"), lead or row.where
            continue
        previous = rows[index - 1] if index else None
        if entries and previous is not None and _wraps(previous, row) and entries[-1].stop == index:
            entries[-1].parts.append(row.text)
            entries[-1].stop = index + 1
            continue
        if len(row.text) > 300 or row.text[:1].islower():
            continue
        title = title_cell(row.cells) if row.cells else row.text
        named = next((name for cell in row.cells if (name := person(cell))), None)
        entries.append(Entry(row, index, [title], None, theme, named, stop=index + 1, lead=lead))
        lead = None
    return entries


def _shown(row: Row) -> bool:
    return row.bold or row.block == "heading"


def _heads_plain(row: Row, follower: Row, shown: bool) -> bool:
    """Whether a short bold line stands above plain ones, in a list whose lines are plain (``shown``: few are bold)."""
    return shown and _shown(row) and not _shown(follower) and len(row.text) <= 80 and not row.cells


def _wraps(previous: Row, row: Row) -> bool:
    if row.cells or row.block in ("li", "heading") or row.gap:
        return False
    lower = row.text[:1].islower() or row.text[:1] in "(«0123456789"
    return lower or (previous.full and len(previous.text) > 45 and not previous.text.rstrip().endswith((".", ";")))
