"""Items of a list: an agenda, a convocation, a list of deliberations. One pass over the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry, unpaged
from pipelines.agenda.families import deeper, follows, lettered, leveled, paired, primary, romanised
from pipelines.agenda.furniture import dated_papers, is_control, is_teaser, opens_paper, sized
from pipelines.agenda.markers import Mark
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.speakers import spoken
from pipelines.agenda.tables import columns
from pipelines.agenda.titles import CLOSING, is_minor, is_rubric, rapporteur_row, stops
from pipelines.agenda.unmarked import HEADER, NOT_TITLE, unmarked
from pipelines.agenda.vote_words import OUTCOME_TAIL, VOTE_OPENS, outcome_of_cell
from pipelines.agenda.words import capitals, plain

_UNFINISHED = re.compile(r"(?:[-,(:–]|\b(?:de|du|des|la|le|les|et|pour|par|a|au|aux|sur|dans|avec|en|d'|l'))\s*$")
_NAMES_COLUMN = re.compile(
    r"\b(?:objet|intitule|titre|libelle|rapports?|dossiers?|affaires?)\b.{0,60}\brapporteure?s?\b"
)
_LONGEST_THEME = 110
_OUTDENT = 80.0  # points
_NAME_CUT = re.compile(
    r"\brapporteur(?:e|se)?s?\s{0,3}:\s{0,3}(?:(?:m\.|mme|mm\.|mmes|monsieur|madame)[^:]{0,20})?$"
    r"|[-(,] ?(?:m\.|mme|mm\.|mmes|monsieur|madame)$"
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
    marks, taken = paired(
        [row.mark if index == own else _mark(row, outcomes) for index, row in enumerate(rows[begin:end], begin)],
        rows[begin:end],
    )
    marks = leveled(lettered(romanised(marks), rows[begin:end]), rows[begin:end])
    family = primary(marks, rows[begin:end])
    if family is None:
        entries = unmarked(rows, begin, end, outcomes=outcomes)
        return unpaged(entries), end, bool(entries)
    reader = _Reader(family, deeper(family, marks), outcomes, rows[begin])
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
    if _names_columns(row):
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

    def __init__(self, family: str, deeper: frozenset[str], outcomes: bool, first: Row) -> None:
        self.family, self.deeper, self.outcomes = family, deeper, outcomes
        self.entries: list[Entry] = []
        self.theme: str | None = None
        self.level: int | None = None  # of the heading that the theme is
        self.last = 0
        self.open: Entry | None = None  # the entry or sub-entry that a next line may continue
        self.pending: Entry | None = None  # a numbered rubric below which nothing came yet
        self.lead: tuple[int, int] | None = None  # of the rubric below which nothing came yet
        self.look: Row = first  # the print of the open title: its own line, where its number stands alone
        self.over = False  # a page of a site goes on with something else
        self.apart: str | None = None  # a heading without number: the details below it are points of their own

    def take(self, rows: Sequence[Row], index: int, end: int, mark: Mark | None) -> None:
        row = rows[index]
        follower = next((one for one in rows[index + 1 : min(index + 3, end)] if not _names_columns(one)), None)
        if self._leaves(rows, index, end):
            self.over = True
            return
        if self._names_speaker(row, mark):
            return
        if self._name_goes_on(rows, index, mark):
            self._continue(row, index)
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
            self.look = row
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
            self.level = row.level if row.block == "heading" else None
            self.theme, self.open, self.lead = text.strip(" :-–•"), None, self.lead or row.where
        elif mark is None and self.open is not None and self._continues(rows, index):
            self._continue(row, index)
        elif mark is None and row.gap and row.text.rstrip().endswith(":") and len(row.text) < 60:
            self.apart, self.open = row.text.strip(" :"), None
        elif mark is None or mark.family != self.family:
            self.open = (
                self.open if mark is None and not row.gap and self.open and self._continues(rows, index) else None
            )

    def _leaves(self, rows: Sequence[Row], index: int, end: int) -> bool:
        """Whether a heading of a page leads to something else: its points are not grouped, or under other headings."""
        row = rows[index]
        if (
            not row.web
            or row.block != "heading"
            or len(self.entries) < 2
            or (mark := row.mark) is not None
            and mark.family == self.family
        ):
            return False
        below = next((one for one in rows[index + 1 : min(index + 5, end)] if one.block == "heading" or one.mark), None)
        mark = below.mark if below is not None and below.block != "heading" else None
        if mark is not None and mark.family == self.family and self.family != "bullet":
            return mark.value not in (1, self.last + 1)
        return self.level is not None and row.level != self.level if self.theme else mark is not None

    def _names_speaker(self, row: Row, mark: Mark | None) -> bool:
        """A line with the rapporteur of the point above: "Rapporteur : Mme Untel", "(M. Untel)"."""
        if not self.entries or (mark is not None and mark.family == self.family):
            return False
        entry = self.entries[-1]
        if name := rapporteur_row(row.plain):
            entry.rapporteur = row.text[row.plain.index(name) :].strip(" .)")
            self.open = None
        elif mark is None and (alone := person(row.text)):
            entry.rapporteur = entry.rapporteur or alone
        else:
            return False
        return True

    def _name_goes_on(self, rows: Sequence[Row], index: int, mark: Mark | None) -> bool:
        """Whether the line above ends within the name of its rapporteur."""
        row = rows[index]
        if self.open is None or mark is not None or row.gap or len(row.text) > 40 or not rows[index - 1].full:
            return False
        return _NAME_CUT.search(plain(self.open.parts[-1])) is not None

    def _accepts(self, mark: Mark) -> bool:
        if self.family == "bullet":
            return True
        return follows(self.family, self.last, mark.value)

    def _start(self, row: Row, index: int, mark: Mark) -> None:
        if mark.under:
            self.theme = mark.under
        entry = _entry(row, index, mark, self.theme)
        entry.lead, self.lead = self.lead, None
        self.pending = None
        self.last = mark.value
        if self.outcomes or row.cells:
            _take_outcome(entry, row)
        self.entries.append(entry)
        self.open, self.apart, self.look = entry, None, row
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
        if mark is None and stops(row.plain):
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
            and not self._outside(row)
            and not (leads and row.bold and len(text) < 70 and follower is not None and not follower.bold)
        ):
            return False
        if (
            mark is None
            and leads
            and _names_theme(row)
            and (self.open is None or row.gap or row.bold or (self.theme is not None and not row.size))
            and (self.open is None or row.gap or not (before.full or _UNFINISHED.search(before.plain)))
        ):
            return True
        if mark is None and leads and self._outside(row):
            return True
        if not is_rubric(text) and not (leads and (row.bold or row.cells)):
            return False
        open_caps = self.open is not None and capitals(self.open.parts[0]) and not row.gap and self._full_before(row)
        return (leads and not open_caps) or (row.gap and is_rubric(text) and capitals(text) and not open_caps)

    def _outside(self, row: Row) -> bool:
        """Whether a line begins a little left of where the points do."""
        if not self.entries or not row.size or not row.text[:1].isupper() or len(row.text) > _LONGEST_THEME:
            return False
        return 4 < self.entries[-1].row.x - row.x < _OUTDENT

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
        if row.text[:1].isupper() and (stops(row.plain) or self._plainer(row)):
            return False
        shown = (row.bold and not self.look.bold) or (capitals(row.text) and len(row.text.split()) >= 3)
        if shown and row.text[:1].isupper() and not capitals(self.open.parts[0]):
            return False
        if row.page == self.open.row.page and row.gap and row.text[:1].isupper() and not before.full:
            return False
        far = row.x and self.open.row.x and (row.x > self.open.row.x + 200 or row.x < self.open.row.x - 25)
        lower = row.text[:1].islower() or row.text[:1] in "-–(«0123456789€%"
        if far and not (lower and before.full):
            return False
        joins = before.full or lower or _UNFINISHED.search(before.plain)
        return bool(joins) or (row.x > self.open.row.x + 8 and not row.gap)

    def _plainer(self, row: Row) -> bool:
        """Whether a line is printed smaller or lighter than the title above: what explains it, not its end."""
        first = self.look
        return (first.bold and not row.bold) or (row.size > 0 and abs(first.size - row.size) >= 0.9)

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


def _names_columns(row: Row) -> bool:
    if not row.cells:
        return False
    return columns(row.cells) is not None or all(HEADER.match(plain(cell)) or not cell for cell in row.cells)


def _heads(mark: Mark, follower: Row | None) -> bool:
    """Whether the next row's number begins with this one ("B", then "B.1")."""
    below = follower.mark if follower is not None else None
    number = str(below.number) if below is not None else ""
    return len(number) > len(str(mark.number)) and re.match(rf"{mark.number}[.\-\d]", number) is not None


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
    elif (tail := OUTCOME_TAIL.search(_plain_end(row, entry.parts[0]))) and (vote := outcome_of_cell(tail[1])):
        entry.parts[0] = entry.parts[0][: tail.start()]
    if vote is not None:
        entry.votes = (vote,)


def _plain_end(row: Row, part: str) -> str:
    """A title's first line in plain; of a recognised page with its misread words of voting put right."""
    return row.plain[-len(part) :] if part and row.text.endswith(part) else plain(part)
