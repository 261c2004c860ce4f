"""The agenda that minutes, notes and bundles print before their points: where it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipelines.agenda.furniture import names_paper, opens_paper, sized
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.rows import Row
from pipelines.agenda.scanned import repeats, title_line, unstyled
from pipelines.agenda.words import fold_title

LIKE = 85  # per cent of likeness from which a bold line is a listed title
SEEN = 400  # lines of an agenda that a line of a scan is compared with


def agenda_heading(rows: Sequence[Row]) -> int | None:
    """The row that announces the agenda list: the last short one among those before the first item."""
    best: int | None = None
    for index, row in enumerate(rows):
        if not AGENDA_HEADING.search(row.plain) or _links_agenda(rows, index):
            continue
        head = len(row.text) <= 70 or row.plain.rstrip().endswith(":") or row.block == "heading"
        if head and not re.search(r"donne lecture|inscrire|ajout|epuise|approbation|retir|report", row.plain):
            best = index
            if marked_below(rows, index):
                return index
    return best


def _links_agenda(rows: Sequence[Row], index: int) -> bool:
    """Whether "Ordre du jour" is the name of a file here, in a list of files."""
    if not rows[index].web or not names_paper(rows[index].plain):
        return False
    around = (*rows[max(0, index - 1) : index], *rows[index + 1 : index + 2])
    return sized(rows[index].plain) or (
        rows[index].block == "li" and any(row.block == "li" and opens_paper(row) for row in around)
    )


def marked_below(rows: Sequence[Row], index: int) -> bool:
    return sum(row.mark is not None for row in rows[index + 1 : index + 7]) >= 2


def agenda_end(rows: Sequence[Row], begin: int) -> int:
    """Where the agenda list inside minutes ends: at a rule, a repeated title, or the first long prose."""
    titles: dict[str | None, set[str]] = {}  # by number
    scanned = unstyled(rows)
    listed: list[str] = []
    for index in range(begin, len(rows)):
        row = rows[index]
        mark = row.mark
        folded = fold_title(mark.rest if mark else row.text)
        if index > begin + 1 and row.rule:
            return index
        if scanned and (mark is None or mark.family != "bullet"):
            whole = title_line(rows, index)
            if index > begin + 1 and row.gap and len(folded) > 20 and any(repeats(whole, one) for one in listed[:SEEN]):
                return index
            listed.append(whole)
        number = mark.number if mark else None
        if mark is not None and number and not mark.rest and number in titles:
            return index
        if row.bold and mark is None and _headlined(rows, begin, index, folded):
            return index
        if mark is not None or row.bold:
            again = number is not None or not (scanned and row.full)
            if again and folded[:40] in titles.get(number, ()) and len(folded) > 6:
                return index
            if number and any(fuzz.ratio(title, folded[:40]) > 60 for title in titles.get(number, ())):
                return index
            titles.setdefault(number, set()).add(folded[:40])
        prose = (
            mark is None
            and len(row.text) > 60
            and re.search(r"[\w)]\.$|^(?:monsieur|madame|m\.|mme|le conseil|vu|considerant)\b", row.plain)
        )
        if prose and index > begin:
            return index
    return len(rows)


def _headlined(rows: Sequence[Row], begin: int, index: int, folded: str) -> bool:
    """Whether a bold line says again, much alike, the first point of a list whose lines are not bold."""
    first = rows[begin]
    if index - begin < 2 or first.bold or len(folded) < 12:
        return False
    mark = first.mark
    return fuzz.ratio(fold_title(mark.rest if mark else first.text), folded) >= LIKE
