"""Headings told by their print alone: one size and weight that comes back above each point of minutes or a bundle."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import rapporteur_row, stops
from pipelines.agenda.words import capitals, fold_title

LEAST = 2  # headings of one print
_SETTLED = re.compile(
    r"unanim|majorite|delibere|adopte|approuve|prend acte|\bvote|voix|abstention|accepte|\bpropose|\binvite[es]? a"
    r"|rejet|ajourn|retire"
)
_FURNITURE = re.compile(
    r"\bde seance\b|^(?:etaient )?presents|^absents|^pouvoirs|€|\bmm?e?s?\. "
    r"|conseil (?:municipal|communautaire|departemental|regional) du|ordre du jour|^sommaire"
    r"|^(?:annexe|article|titre|chapitre)s? ?(?:n ?°)? ?[\divx]+\b|^table\b"
)
_SHORTEST, _LONGEST = 8, 250
_ENOUGH = 0.7  # of the headings of one print have a decision, or a rapporteur, below them
_REPEATED = 0.3  # of them may say the same, as the parts of reports do ("Contexte", "Projet de délibération")


def styled(rows: Sequence[Row], begin: int) -> list[Entry]:
    """The headings of the print that stands above most points; none where no print does."""
    body = _body(rows[begin:])
    if body is None:
        return []
    groups: dict[tuple[float, bool, bool, int], list[Entry]] = defaultdict(list)
    index = begin
    while index < len(rows):
        if not _candidate(rows[index], body):
            index += 1
            continue
        entry = heading(rows, index, rows[index].mark)
        groups[_print(rows[index])].append(entry)
        index = max(entry.stop, index + 1)
    fit = [group for group in groups.values() if _heads_points(rows, group)]
    return max(fit, key=len, default=[])


def _print(row: Row) -> tuple[float, bool, bool, int]:
    level = row.level if row.block == "heading" else 0
    return (round(row.size * 2) / 2, row.bold, capitals(row.text), level)


def _body(rows: Sequence[Row]) -> float | None:
    """The size of most of the text; 0 where sizes are unknown; None where all of it is bold."""
    counts: Counter[tuple[float, bool]] = Counter()
    for row in rows:
        counts[round(row.size * 2) / 2, row.bold] += len(row.text)
    if not counts or (most := counts.most_common(1)[0][0])[1]:
        return None
    return most[0]


def _candidate(row: Row, body: float) -> bool:
    text = row.text.strip()
    if row.cells or not _SHORTEST <= len(text) <= _LONGEST or not (row.bold or row.size >= body + 0.9):
        return False
    mark = row.mark
    if not (text[:1].isupper() or text[:1] in '«"' or mark is not None) or text.endswith((";", ",")):
        return False
    if (mark is not None and mark.family == "bullet") or person(text) or rapporteur_row(row.plain):
        return False
    return not stops(row.plain) and not _FURNITURE.search(row.plain)


def _heads_points(rows: Sequence[Row], group: Sequence[Entry]) -> bool:
    if len(group) < LEAST:
        return False
    same = Counter(fold_title(entry.title) for entry in group)
    if same.most_common(1)[0][1] > max(1, _REPEATED * len(group)):
        return False
    ends = [entry.index for entry in group[1:]] + [len(rows)]
    settled = sum(
        any(_SETTLED.search(row.plain) or rapporteur_row(row.plain) for row in rows[entry.stop : end])
        for entry, end in zip(group, ends, strict=True)
    )
    return settled >= _ENOUGH * len(group)
