"""Items of a list: an agenda, a convocation, a list of deliberations. One pass over the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.entries import Entry, unpaged
from pipelines.agenda.families import deeper, first_of, follows, lettered, leveled, paired, primary, romanised
from pipelines.agenda.furniture import dated_papers, is_control, is_teaser, opens_paper, sized
from pipelines.agenda.levels import centred, misread
from pipelines.agenda.list_lines import continues, go_on, name_goes_on, names_speaker
from pipelines.agenda.list_state import State
from pipelines.agenda.list_votes import cut, take_outcome, takes_outcome, takes_vote, wrapped
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.rubrics import above_point, is_theme, leaves
from pipelines.agenda.speakers import spoken
from pipelines.agenda.titles import CLOSING, is_minor, is_rubric, rapporteur_row
from pipelines.agenda.unmarked import names_columns, unmarked
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.words import plain

_NAMES_COLUMN = re.compile(
    r"\b(?:objet|intitule|titre|libelle|rapports?|dossiers?|affaires?)\b.{0,60}\brapporteure?s?\b"
)
# Headings of a page below which its agenda is over.
_ASIDE = re.compile(
    r"(?:les )?(?:comptes? ?-? ?rendus?|proces|documents?|telecharg|archives?|contacts?|voir aussi|actualites?"
    r"|prochaine?s?|precedent"
    r"|retransmission|partager|en savoir plus|a lire|infos? pratiques?|dernier|articles?|agenda\b|liens?"
    r"|pieces? jointes?|annexes?)"
)


def parse_list(rows: Sequence[Row], begin: int = 0, *, outcomes: bool = False) -> tuple[list[Entry], int, bool]:
    """Entries of the list that starts at ``begin``, the index of the row after it, and whether it ends plausibly.

    Details stay below their entry; ``details.flatten`` decides what they are.

    ``outcomes``: a list of deliberations, whose rows may end in "Approuvée".
    """
    own = _approved_minutes(rows, begin)
    while begin < len(rows) and begin != own and opens_paper(rows[begin]) and not _numbers(rows[begin]):
        begin += 1
    end = _end(rows, begin)
    if begin >= end:
        return [], begin, False
    plainly = [row.mark if index == own else _mark(row, outcomes) for index, row in enumerate(rows[begin:end], begin)]
    inner, lines = centred(misread(plainly, rows[begin:end]), rows[begin:end])
    marks, taken = paired(inner, rows[begin:end])
    taken |= lines
    marks = leveled(lettered(romanised(marks), rows[begin:end]), rows[begin:end])
    family = primary(marks, rows[begin:end])
    if family is None:
        entries = unmarked(rows, begin, end, outcomes=outcomes)
        return unpaged(entries), end, bool(entries)
    reader = _Reader(family, deeper(family, marks), outcomes, rows[begin], first_of(family, marks))
    for index, mark in zip(range(begin, end), marks, strict=True):
        if reader.over:
            end = index - 1
            break
        if index - begin not in taken:
            reader.take(rows, index, end, mark)
            if index + 1 - begin in taken and reader.open is not None:
                reader.look = rows[index + 1]
    reader.close()
    every = [one for entry in reader.entries for one in (entry, *entry.subs)]
    spoken(every, told=any(_NAMES_COLUMN.search(row.plain) for row in rows[max(begin - 3, 0) : begin + 3]))
    return unpaged(reader.entries), end, end < len(rows) or _ends_well(rows[end - 1])


def _end(rows: Sequence[Row], begin: int) -> int:
    for index in range(begin, len(rows)):
        row = rows[index]
        if is_control(row) and not _numbers(row):
            return index
        aside = row.block == "heading" and _ASIDE.match(row.plain)
        if aside or (index > begin and CLOSING.match(row.plain) and not row.mark and not opens_paper(row)):
            return index
    return len(rows)


def _numbers(row: Row) -> bool:
    mark = row.mark
    return mark is not None and mark.family not in ("bullet", "bare")


def _approved_minutes(rows: Sequence[Row], begin: int) -> int | None:
    """The point "Procès-verbal de la séance du …" of an agenda: the one day named among points that are no papers."""
    items = [index for index in range(begin, len(rows)) if rows[index].block == "li"][:12]
    dated = [index for index in items if dated_papers(rows[index]) and not sized(rows[index].plain)]
    others = sum(not opens_paper(rows[index]) for index in items)
    return dated[0] if len(dated) == 1 and others >= 2 else None


def _ends_well(row: Row) -> bool:
    return not re.search(r"(?:\.\.\.|…|,|\b(?:de|du|des|la|le|et|pour|a|suite))\s*$", row.plain)


def _mark(row: Row, outcomes: bool) -> Mark | None:
    mark = row.mark
    if names_columns(row):
        return None
    if mark is not None and mark.family == "bullet" and rapporteur_row(plain(mark.rest)):
        return None
    if outcomes and outcome_of_cell(row.text) is not None:
        return None
    if mark is not None and mark.family == "bullet" and (opens_paper(row) or is_teaser(row)):
        return None
    return mark


class _Reader(State):
    """Takes the rows of a list one by one."""

    def take(self, rows: Sequence[Row], index: int, end: int, mark: Mark | None) -> None:
        row = rows[index]
        follower = next((one for one in rows[index + 1 : min(index + 3, end)] if not names_columns(one)), None)
        if leaves(self, rows, index, end):
            self.over = True
            return
        if names_speaker(self, row, mark):
            return
        if name_goes_on(self, rows, index, mark):
            go_on(self, row, index)
        elif (
            self.outcomes
            and not wrapped(self, rows, index)
            and (takes_outcome(self, row) or takes_vote(self, row, index, mark))
        ):
            return
        elif mark is not None and mark.family == self.family and self._accepts(mark):
            self._start(row, index, mark)
        elif (
            mark is not None
            and mark.family in self.deeper
            and self.entries
            and not (mark.family == "letter" and (is_rubric(row.text) or _heads(mark, follower)))
        ):
            entry = _entry(row, index, mark, self.apart)
            self.look = row
            (self.entries if self.apart is not None else self.entries[-1].subs).append(entry)
            self.open = entry
        elif mark is not None and mark.family == "roman" and is_minor(mark.rest) and not above_point(self, follower):
            self.entries.append(_entry(row, index, mark, None))
            self.open = None
        elif is_theme(self, row, mark, follower, rows[index - 1] if index else row):
            self.close()
            if mark is not None and mark.family in ("roman", "letter") and mark.rest:
                self.pending = _entry(row, index, mark, None)
            text = mark.rest if mark is not None else row.text
            self.level = row.level if row.block == "heading" else None
            self.theme, self.open, self.lead = text.strip(" :-–•"), None, self.lead or row.where
        elif mark is None and self.open is not None and continues(self, rows, index):
            go_on(self, row, index)
        elif mark is None and row.gap and row.text.rstrip().endswith(":") and len(row.text) < 60:
            self.apart, self.open = row.text.strip(" :"), None
        elif mark is None or mark.family != self.family:
            self.open = (
                self.open if mark is None and not row.gap and self.open and continues(self, rows, index) else None
            )

    def _accepts(self, mark: Mark) -> bool:
        if self.family == "bullet":
            return True
        return follows(self.family, self.last, mark.value, self.first)

    def _start(self, row: Row, index: int, mark: Mark) -> None:
        if mark.under:
            self.theme = mark.under
        entry = _entry(row, index, mark, self.theme)
        entry.lead, self.lead = self.lead, None
        self.pending = None
        self.last = mark.value
        if self.outcomes or row.cells:
            take_outcome(entry, row)
        self.entries.append(entry)
        self.open, self.apart, self.look = entry, None, row
        if self.outcomes and not entry.votes:
            cut(self, row, index, max(row.text.find(entry.parts[0]), 0) + (len(entry.parts[0]) if row.cells else 8))

    def close(self) -> None:
        """A numbered rubric without any point below it is a point itself."""
        if self.pending is not None:
            self.entries.append(self.pending)
        self.pending = None


def _heads(mark: Mark, follower: Row | None) -> bool:
    """Whether the next row's number begins with this one ("B", then "B.1")."""
    below = follower.mark if follower is not None else None
    number = str(below.number) if below is not None else ""
    return len(number) > len(str(mark.number)) and re.match(rf"{mark.number}[.\-\d]", number) is not None


def _entry(row: Row, index: int, mark: Mark, theme: str | None) -> Entry:
    return Entry(
        row, index, [mark.rest], mark.number, theme, mark.speaker, mark.family, mark.value, x=row.x, stop=index + 1
    )
