"""Items of a list: an agenda, a convocation, a list of deliberations. One pass over the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry
from pipelines.agenda.families import deeper, follows, leveled, paired, primary
from pipelines.agenda.markers import Mark, mark_of
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import CLOSING, is_minor, is_rubric, rapporteur_row
from pipelines.agenda.unmarked import HEADER, NOT_TITLE, unmarked
from pipelines.agenda.vote_words import OUTCOME_TAIL, outcome_of_cell
from pipelines.agenda.words import capitals, fold_title, plain

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

    Details stay below their entry; ``flatten`` decides what they are.

    ``outcomes``: a list of deliberations, whose rows may end in "Approuvée".
    """
    end = _end(rows, begin)
    marks, taken = paired([_mark(row, outcomes) for row in rows[begin:end]], rows[begin:end])
    marks = leveled(marks, rows[begin:end])
    family = primary(marks, rows[begin:end])
    if family is None:
        entries = unmarked(rows, begin, end, outcomes=outcomes)
        return entries, end, bool(entries)
    reader = _Reader(family, deeper(family, marks), outcomes)
    for index, mark in zip(range(begin, end), marks, strict=True):
        if index - begin not in taken:
            reader.take(rows, index, end, mark)
    reader.close()
    return reader.entries, end, end < len(rows) or _ends_well(rows[end - 1])


def _end(rows: Sequence[Row], begin: int) -> int:
    for index in range(begin + 1, len(rows)):
        row = rows[index]
        if (CLOSING.match(row.plain) and not mark_of(row)) or (row.block == "heading" and _ASIDE.match(row.plain)):
            return index
    return len(rows)


def _ends_well(row: Row) -> bool:
    return not re.search(r"(?:\.\.\.|…|,|\b(?:de|du|des|la|le|et|pour|a|suite))\s*$", row.plain)


def _mark(row: Row, outcomes: bool) -> Mark | None:
    mark = mark_of(row)
    if row.cells and all(HEADER.match(plain(cell)) or not cell for cell in row.cells):
        return None
    if mark is not None and mark.family == "bullet" and rapporteur_row(plain(mark.rest)):
        return None
    if outcomes and outcome_of_cell(row.text) is not None:
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
        self.apart: str | None = None  # a heading without number: the details below it are points of their own

    def take(self, rows: Sequence[Row], index: int, end: int, mark: Mark | None) -> None:
        row = rows[index]
        follower = rows[index + 1] if index + 1 < end else None
        if self.entries and (name := rapporteur_row(row.plain)):
            self.entries[-1].rapporteur = row.text[row.plain.index(name) :].strip(" .)")
            self.open = None
        elif self.outcomes and self._outcome(row):
            return
        elif mark is not None and mark.family == self.family and self._accepts(mark):
            self._start(row, index, mark)
        elif (
            mark is not None
            and mark.family in self.deeper
            and self.entries
            and not (is_rubric(row.text) and mark.family == "letter")
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
            self.theme, self.open = text.strip(" :-–•"), None
        elif mark is None and self.open is not None and self._continues(rows, index):
            self._continue(row)
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
        self.pending = None
        self.last = mark.value
        if self.outcomes or row.cells:
            _take_outcome(entry, row)
        self.entries.append(entry)
        self.open, self.apart = entry, None

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
        below = mark_of(follower) if follower is not None else None
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

    def _continue(self, row: Row) -> None:
        assert self.open is not None
        text = row.text
        if self.outcomes and (tail := OUTCOME_TAIL.search(row.plain)):
            vote = outcome_of_cell(tail[1])
            if vote is not None and self.entries:
                self.entries[-1].votes = self.entries[-1].votes or (vote,)
                text = text[: tail.start()]
        self.open.parts.append(text)


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


def flatten(entry: Entry) -> list[Entry]:
    """An item with its details: a rubric's details are the items, a title's details belong to the title."""
    if not entry.subs:
        return [entry]
    title = entry.title
    if _groups(entry, title):
        for sub in entry.subs:
            sub.theme = title.strip(" :")
            sub.number = sub.number if sub.family == "dotted" else None
        return entry.subs
    for sub in entry.subs:
        lead = "-" if sub.family in ("bullet", "sub") else f"{sub.number}" if sub.number else "-"
        entry.parts += [f"{lead} {sub.parts[0]}", *sub.parts[1:]]
    return [entry]


def _groups(entry: Entry, title: str) -> bool:
    words = fold_title(title).split()
    if any(sub.family == "dotted" for sub in entry.subs):
        return True
    short = is_rubric(title) and len(words) <= 7
    plain_theme = len(words) <= 3 and len(entry.subs) >= 2 and not title.endswith(".")
    return (short and (len(entry.subs) >= 2 or capitals(title))) or plain_theme
