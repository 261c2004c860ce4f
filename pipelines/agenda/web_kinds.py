"""What a site's page is, by its heading and by whether it tells how its points were voted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from crawler.models import DocumentKind
from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.dates import find_dates
from pipelines.agenda.furniture import names_paper, opens_paper
from pipelines.agenda.rows import Row
from pipelines.agenda.vote_words import VOTE_OPENS
from pipelines.agenda.web_heads import headed

_SHORT = 120  # characters of a line that tells a vote and nothing else
_LEAST = 2  # decisions that make a page one of a sitting that was held
_SITTING = re.compile(r"\bseance|\bconseil\b|\breunion\b|compte ?-?rendu|proces ?-?verbal|\bdeliberations?\b")
_MINUTES = re.compile(r"compte ?-?rendu|proces ?-?verbal|\bpv\b|\bcr\b|\bretour sur\b|ce qu'il faut retenir|a ete vote")
_ACTS = re.compile(r"\bdeliberations?\b|\breleve (?:de|des) (?:decisions|deliberations)|\bdecisions du conseil")
_DECIDED = re.compile(
    r"unanim|a la majorite|\babstentions?\b|prend acte|pris acte|dont acte|\badoptee?s?\b|\bapprouvee?s?\b"
    r"|\brejetee?\b|ajourne|retiree? de l'ordre|\d voix|(?:ont|a) vote (?:contre|pour)"
)


def page_kind(rows: Sequence[Row], kind: DocumentKind) -> DocumentKind:
    """The kind of a page that its head left open: minutes or a list where votes are told, an agenda where points are.

    ``kind`` is what the head said. A page that only leads to papers of sittings stays what it was.
    """
    if kind not in ("other", "agenda", "list"):
        return kind
    titles = [row.plain for row in rows if row.block == "heading" and row.level <= 3][:4]
    head = "\n".join([*titles, *(row.plain for row in rows[:6] if len(row.text) <= 300)])
    if not find_dates(head) or not (find_bodies(head) or re.search(r"\bseance|deliberation", head)):
        return kind
    title = "\n".join(titles)
    decided = sum(decides(row) for row in rows[1:])
    if decided >= _LEAST:
        if _MINUTES.search(title):
            return "minutes"
        if _ACTS.search(title):
            return "list"
        if kind == "other" and headed(rows, held=True):
            return "minutes"
        told = sum(decides(row) and len(row.text) <= _SHORT for row in rows[1:])
        if kind == "other" and told > _LEAST:
            return "list"
    return kind


def sittings(rows: list[Row]) -> list[list[Row]]:
    """The page cut at the headings of one level that name a sitting with its day each; the whole where it has none.

    A sitting below which nothing but papers stands is left to the readers of lists of papers.
    """
    days: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for index, row in enumerate(rows):
        if row.block == "heading" and len(row.text) <= _SHORT and _SITTING.search(row.plain):
            found = find_dates(row.plain)
            if len(found) == 1 and found[0].year_printed:
                days[row.level].append((index, found[0].value))
    for cuts in days.values():
        places = [index for index, _ in cuts]
        parts = [rows[begin:end] for begin, end in zip(places, [*places[1:], len(rows)], strict=True)]
        if len({day for _, day in cuts}) == len(cuts) > 1 and all(map(_tells, parts)):
            above = [row for row in rows[: places[0]][:1] if not find_dates(row.plain)]
            return [above + part for part in parts]
    return [rows]


def _tells(part: Sequence[Row]) -> bool:
    return sum(not opens_paper(row) for row in part) > _LEAST


def decides(row: Row) -> bool:
    """Whether a row tells of a decision; a heading or the name of a paper does not."""
    if row.block == "heading" or names_paper(row.plain):
        return False
    return bool(VOTE_OPENS.search(row.plain) or _DECIDED.search(row.plain))
