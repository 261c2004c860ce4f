"""The agenda that minutes, notes and bundles print before their points: where it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from pipelines.agenda.furniture import names_paper, opens_paper, sized
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.scanned import repeats, title_line, unstyled
from pipelines.agenda.words import fold_title

_PROSE = re.compile(r"[\w)]\.$|^(?:monsieur|madame|m\.|mme|le conseil|vu|considerant)\b")
LINE = 60  # characters from which a line may be prose
BEGINNING = 40  # characters by which a title is known where it is set over other lines
NUMBERED = 60  # per cent of likeness of two beginnings with the same number
SHORT = 6  # characters that say nothing
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


@dataclass(slots=True)
class _Listed:
    """The titles of an agenda so far, folded, in the ways in which the first heading of the body may repeat one."""

    numbered: dict[str, set[str]] = field(default_factory=dict)  # how those of a number begin
    lines: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)

    def has(self, mark: Mark | None, folded: str, *, cut: bool) -> bool:
        """Whether a marked or bold line says a title again; ``cut``: it may be the first of several lines."""
        number = mark.number if mark is not None else None
        if number:
            known = self.numbered.get(number, ())
            same = folded[:BEGINNING] in known and len(folded) > SHORT
            return same or any(fuzz.ratio(title, folded[:BEGINNING]) > NUMBERED for title in known)
        if cut or len(folded) <= SHORT:
            return False
        return folded in self.lines if mark is not None else folded[:BEGINNING] in self.beginnings

    def add(self, mark: Mark | None, folded: str) -> None:
        if mark is not None and mark.number:
            self.numbered.setdefault(mark.number, set()).add(folded[:BEGINNING])
        elif mark is not None:
            self.lines.add(folded)
        self.beginnings.add(folded[:BEGINNING])


def agenda_end(rows: Sequence[Row], begin: int) -> int:
    """Where the agenda list inside minutes ends: at a rule, a repeated title, or the first long prose."""
    listed = _Listed()
    scanned = unstyled(rows)
    lines: list[str] = []
    for index in range(begin, len(rows)):
        row, mark = rows[index], rows[index].mark
        folded = fold_title(mark.rest if mark else row.text)
        if index > begin + 1 and row.rule:
            return index
        if scanned and (mark is None or mark.family != "bullet"):
            whole = title_line(rows, index)
            if index > begin + 1 and row.gap and len(folded) > 20 and any(repeats(whole, one) for one in lines[:SEEN]):
                return index
            lines.append(whole)
        if mark is not None and mark.number in listed.numbered and not mark.rest:
            return index
        if row.bold and mark is None and _headlined(rows, begin, index, folded):
            return index
        if mark is not None or row.bold:
            if listed.has(mark, folded, cut=scanned and row.full):
                return index
            listed.add(mark, folded)
        if index > begin and mark is None and len(row.text) > LINE and _PROSE.search(row.plain):
            return index
    return len(rows)


def _headlined(rows: Sequence[Row], begin: int, index: int, folded: str) -> bool:
    """Whether a bold line says again, much alike, the first point of a list whose lines are not bold."""
    first = rows[begin]
    if index - begin < 2 or first.bold or len(folded) < 12:
        return False
    mark = first.mark
    return fuzz.ratio(fold_title(mark.rest if mark else first.text), folded) >= LIKE
