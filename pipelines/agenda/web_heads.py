"""Pages whose points are headings of one level, each with what is said of it below."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.furniture import names_paper
from pipelines.agenda.headings import heading
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import stops
from pipelines.agenda.web import RUBRIC
from pipelines.agenda.web_lists import point_like

LEAST = 3  # headings of one level that make points; one less where each is voted
DECIDED = re.compile(
    r"unanim|a la majorite|abstention|prend acte|pris acte|dont acte|\badoptee?s?\b|\bapprouvee?s?\b|\brejetee?s?\b"
    r"|ajournee?|reportee?|retiree?|retire ce|\d voix|\bvotes? ?:|(?:ont|a) vote|\bpour ?: ?\d"
    r"|\belue?s?\b|designee?s?\b"
)
_NO_POINT = re.compile(
    r"(?:les )?(?:presents?|absents?|excuses|pouvoirs|membres presents|documents?|telecharg|pieces? jointes?|contacts?"
    r"|articles?|actualites?|agenda$|voir aussi|a lire|partager|archives?|infos? pratiques?|dans la meme rubrique"
    r"|ordre du jour|compte ?-?rendu|proces ?-?verbal|liste des|deliberations$|votes?$|contexte$|resultat)"
)


def headed(rows: Sequence[Row], *, held: bool) -> list[Entry]:
    """The headings of the level that most decisions stand below, or that are points by number or words; else none.

    ``held``: the sitting is over, so the decisions tell.
    """
    if not rows or not rows[0].web:
        return []
    levels: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if row.block == "heading" and row.level != RUBRIC and index and _may_be_point(row):
            levels[row.level].append(index)
    fit = [places for places in levels.values() if _heads_points(rows, places, held=held)]
    best = max(fit, key=len, default=[])
    return [entry for index in best if (entry := heading(rows, index, rows[index].mark)).title]


def _may_be_point(row: Row) -> bool:
    return len(row.text) >= 6 and not (_NO_POINT.match(row.plain) or names_paper(row.plain) or stops(row.plain))


def _heads_points(rows: Sequence[Row], places: Sequence[int], *, held: bool) -> bool:
    if len(places) < LEAST - held:
        return False
    ends = [*places[1:], len(rows)]
    bodies = [rows[begin + 1 : end] for begin, end in zip(places, ends, strict=True)]
    if sum(bool(body) for body in bodies) < 0.7 * len(places):
        return False
    listed = sum(sum(row.block == "li" and row.mark is not None for row in body) > 2 for body in bodies)
    if listed > 0.4 * len(places):
        return False  # rubrics above lists
    if held and sum(any(DECIDED.search(row.plain) for row in body) for body in bodies) >= 0.6 * len(places):
        return True
    numbered = sum((mark := rows[place].mark) is not None and mark.number is not None for place in places)
    worded = sum(point_like(rows[place]) for place in places)
    return max(numbered, worded) >= 0.6 * len(places)
