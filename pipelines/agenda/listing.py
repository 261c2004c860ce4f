"""Items of a list: an agenda, a convocation, a list of deliberations. One pass over the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry, unpaged
from pipelines.agenda.families import deeper, follows, leveled, paired, primary, romanised
from pipelines.agenda.furniture import dated_papers, is_control, is_teaser, opens_paper, sized
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import CLOSING, is_minor, is_rubric, rapporteur_row
from pipelines.agenda.unmarked import HEADER, NOT_TITLE, unmarked
from pipelines.agenda.vote_words import OUTCOME_TAIL, VOTE_OPENS, outcome_of_cell
from pipelines.agenda.words import capitals, plain

_UNFINISHED = re.compile(r"(?:[-,(:–]|\b(?:de|du|des|la|le|les|et|pour|par|a|au|aux|sur|dans|avec|en|d'|l'))\s*$")
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
    marks, taken = paired(
        [row.mark if index == own else _mark(row, outcomes) for index, row in enumerate(rows[begin:end], begin)],
        rows[begin:end],
    )
    marks = leveled(romanised(marks), rows[begin:end])
    family = primary(marks, rows[begin:end])
    if family is None:
        entries = unmarked(rows, begin, end, outcomes=outcomes)
        return unpaged(entries), end, bool(entries)
    reader = _Reader(family, deeper(family, marks), outcomes)
    for index, mark in zip(range(begin, end), marks, strict=True):
        if index - begin not in taken:
            reader.take(rows, index, end, mark)
    reader.close()
    return unpaged(reader.entries), end, end < len(rows) or _ends_well(rows[end - 1])


def _end(rows: Sequence[Row], begin: int) -> int:
    for index in range(begin, len(rows)):
        row = rows[index]
        if is_control(row) and not _numbers(row):
            return index
        aside = row.block == "heading" and _ASIDE.match(row.plain)
        if aside or (index > begin and CLOSING.match(row.plain) and not row.mark):
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
    if row.cells and all(HEADER.match(plain(cell)) or not cell for cell in row.cells):
        return None
    if mark is not None and mark.family == "bullet" and rapporteur_row(plain(mark.rest)):
        return None
    if outcomes and outcome_of_cell(row.text) is not None:
        return None
    if mark is not None and mark.family == "bullet" and (opens_paper(row) or is_teaser(row)):
        return None
    return mark


class _Reader:
    """The state of one pass: the open item, the theme above it, the place where titles begin."""

    def __init__(self, family: str, deeper: frozenset[str], outcomes: bool) -> None:
        self.family, self.deeper, self.outcomes = family, deeper, outcomes
        self.entries: list[Entry] = []
        self.theme: str | None = None
        self.last = 0
        self.open: Entry | None = None  # the entry or sub-entry that a next line may continue
        self.pending: Entry | None = None  # a numbered rubric below which nothing came yet
        self.lead: tuple[int, int] | None = None  # of the rubric below which nothing came yet
        self.apart: str | None = None  # a heading without number: the details below it are points of their own

    def take(self, rows: Sequence[Row], index: int, end: int, mark: Mark | None) -> None:
        row = rows[index]
        follower = rows[index + 1] if index + 1 < end else None
        if self.entries and (name := rapporteur_row(row.plain)):
            self.entries[-1].rapporteur = row.text[row.plain.index(name) :].strip(" .)")
            self.open = None
        elif self.outcomes and not self._wrapped(rows, index) and (self._outcome(row) or self._vote(row, index, mark)):
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
            (self.entries if self.apart is not None else self.entries[-1].subs).append(entry)
            self.open = entry
        elif mark is not None and mark.family == "roman" and is_minor(mark.rest) and not self._leads(follower):
            self.entries.append(_entry(row, index, mark, None))
            self.open = None
        elif self._theme(row, mark, follower, rows[index - 1] if index else row):
            self.close()
            if mark is not None and mark.family in ("roman", "letter") and mark.rest:
                self.pending = _entry(row, index, mark, None)
            text = mark.rest if mark is not None else row.text
            self.theme, self.open, self.lead = text.strip(" :-–•"), None, self.lead or row.where
        elif mark is None and self.open is not None and self._continues(rows, index):
            self._continue(row, index)
        elif mark is None and row.gap and row.text.rstrip().endswith(":") and len(row.text) < 60:
            self.apart, self.open = row.text.strip(" :"), None
        elif mark is None or mark.family != self.family:
            self.open = (
                self.open if mark is None and not row.gap and self.open and self._continues(rows, index) else None
            )

    def _accepts(self, mark: Mark) -> bool:
        if self.family == "bullet":
            return True
        return follows(self.family, self.last, mark.value)

    def _start(self, row: Row, index: int, mark: Mark) -> None:
        entry = _entry(row, index, mark, self.theme)
        entry.lead, self.lead = self.lead, None
        self.pending = None
        self.last = mark.value
        if self.outcomes or row.cells:
            _take_outcome(entry, row)
        self.entries.append(entry)
        self.open, self.apart = entry, None
        if self.outcomes and not entry.votes:
            self._cut(row, index, max(row.text.find(entry.parts[0]), 0) + (len(entry.parts[0]) if row.cells else 8))

    def _cut(self, row: Row, index: int, begin: int) -> None:
        """End the open title where the words of its vote begin on the same line."""
        if self.open is None or (found := VOTE_OPENS.search(row.plain, begin)) is None:
            return
        self.entries[-1].said = (index, found.start())
        if not row.cells:
            title = self.open.parts[-1]
            self.open.parts[-1] = title[: max(len(title) - (len(row.text) - found.start()), 0)].rstrip(" -–|(:")
        self.open = None

    def _wrapped(self, rows: Sequence[Row], index: int) -> bool:
        """Whether this is the end of a title that a full line began ("… don des ouvrages / retirés")."""
        row = rows[index]
        if self.open is None or row.gap or not row.text[:1].islower() or VOTE_OPENS.match(row.plain):
            return False
        return rows[index - 1].full or row.plain.rstrip(" .").endswith("s")  # no point is voted in the plural

    def _vote(self, row: Row, index: int, mark: Mark | None) -> bool:
        """A line of its own that says how the point above was voted."""
        if not self.entries or (mark is not None and mark.family == self.family):
            return False
        if not VOTE_OPENS.match(plain(mark.rest) if mark is not None else row.plain):
            return False
        if self.entries[-1].said is None and not self.entries[-1].votes:
            self.entries[-1].said = (index, 0)
        self.open = None
        return True

    def _outcome(self, row: Row) -> bool:
        vote = outcome_of_cell(row.text)
        if vote is not None and self.entries and not self.entries[-1].votes:
            self.entries[-1].votes = (vote,)
            return True
        return vote is not None

    def close(self) -> None:
        """A numbered rubric without any point below it is a point itself."""
        if self.pending is not None:
            self.entries.append(self.pending)
        self.pending = None

    def _leads(self, follower: Row | None) -> bool:
        below = follower.mark if follower is not None else None
        return below is not None and below.family == self.family

    def _theme(self, row: Row, mark: Mark | None, follower: Row | None, before: Row) -> bool:
        if len(row.cells) > 1:
            return False
        if mark is not None and mark.family not in ("roman", "letter", "arabic", "bullet", "bare"):
            return False
        if mark is not None and mark.family == self.family:
            return False
        leads = self._leads(follower)
        text = mark.rest if mark is not None else row.text
        if mark is None and self.open is not None and not row.gap and _UNFINISHED.search(before.plain):
            return False
        if row.block == "heading" or (mark is not None and mark.family in ("roman", "letter") and leads):
            return leads or row.block == "heading"
        if (
            not is_rubric(text)
            and not _names_theme(row)
            and not (leads and row.bold and len(text) < 70 and follower is not None and not follower.bold)
        ):
            return False
        if (
            mark is None
            and leads
            and _names_theme(row)
            and (self.open is None or row.gap or not (before.full or _UNFINISHED.search(before.plain)))
        ):
            return True
        open_caps = self.open is not None and capitals(self.open.parts[0]) and not row.gap and self._full_before(row)
        return (leads and not open_caps) or (row.gap and is_rubric(text) and capitals(text) and not open_caps)

    def _full_before(self, row: Row) -> bool:
        return self.open is not None and len(self.open.parts[-1]) >= 0.75 * row.width

    def _continues(self, rows: Sequence[Row], index: int) -> bool:
        row, before = rows[index], rows[index - 1]
        if (
            self.open is None
            or NOT_TITLE.match(row.plain)
            or (HEADER.match(row.plain) and len(row.text) < 60 and row.cells)
        ):
            return False
        if row.block in ("heading", "li") or row.cells or self.open.row.cells:
            return False
        if row.page == self.open.row.page and row.gap and row.text[:1].isupper() and not before.full:
            return False
        far = row.x and self.open.row.x and (row.x > self.open.row.x + 200 or row.x < self.open.row.x - 25)
        lower = row.text[:1].islower() or row.text[:1] in "-–(«0123456789€%"
        if far and not (lower and before.full):
            return False
        joins = before.full or lower or _UNFINISHED.search(before.plain)
        return bool(joins) or (row.x > self.open.row.x + 8 and not row.gap)

    def _continue(self, row: Row, index: int) -> None:
        assert self.open is not None
        text = row.text
        if self.outcomes and (tail := OUTCOME_TAIL.search(row.plain)):
            vote = outcome_of_cell(tail[1])
            if vote is not None and self.entries:
                self.entries[-1].votes = self.entries[-1].votes or (vote,)
                text = text[: tail.start()]
        self.open.parts.append(text)
        if self.outcomes and not self.entries[-1].votes:
            self._cut(row, index, 1)


def _heads(mark: Mark, follower: Row | None) -> bool:
    """Whether the next row's number begins with this one ("B", then "B.1")."""
    below = follower.mark if follower is not None else None
    return below is not None and bool(below.number) and str(below.number).startswith(f"{mark.number}.")


def _names_theme(row: Row) -> bool:
    """A word or four, begun with a capital and closed by nothing ("Habitat", "Sécurité et prévention")."""
    return len(row.text) <= 45 and len(row.text.split()) <= 5 and row.text[:1].isupper() and row.text[-1:].isalpha()


def _entry(row: Row, index: int, mark: Mark, theme: str | None) -> Entry:
    return Entry(
        row, index, [mark.rest], mark.number, theme, mark.speaker, mark.family, mark.value, x=row.x, stop=index + 1
    )


def _take_outcome(entry: Entry, row: Row) -> None:
    vote: VoteClaim | None = None
    if row.cells:
        vote = next((found for cell in row.cells[1:] if (found := outcome_of_cell(cell))), None)
    elif (tail := OUTCOME_TAIL.search(plain(entry.parts[0]))) and (vote := outcome_of_cell(tail[1])):
        entry.parts[0] = entry.parts[0][: tail.start()]
    if vote is not None:
        entry.votes = (vote,)
