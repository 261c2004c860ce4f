"""Registers of deliberations kept as a spreadsheet: a row of column names, below it one act a row.

Such is the national open-data schema (SCDL "délibérations": DELIB_ID, DELIB_DATE, DELIB_OBJET, VOTE_POUR…), and such
are the lists that clerks keep in their own words. The columns say what each cell is; nothing has to be guessed from
the look of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from crawler.models import (
    DocumentKind,
    Extracted,
    Hints,
    ItemClaim,
    Line,
    PageText,
    SessionClaim,
    SessionStatus,
    VoteClaim,
)
from pipelines.agenda.dates import FoundDate
from pipelines.agenda.meeting_body import body_of
from pipelines.agenda.titles import clean_title, is_minor
from pipelines.owners import is_own
from pipelines.register_columns import coded_body, day_of, is_announced, roles_of, votes_of

_METHODS = frozenset({"csv", "xlsx", "xls", "ods"})
_LONGEST_TITLE = 2_000


@dataclass(slots=True)
class _Act:
    """A row below the names of its columns."""

    cells: Mapping[str, Line]  # by role
    begin: tuple[int, int]
    finish: tuple[int, int]
    when: FoundDate | None = None
    body: str = ""
    votes: tuple[VoteClaim, ...] = field(default=())

    def said(self, role: str) -> str:
        line = self.cells.get(role)
        return line.text.strip() if line is not None else ""


@dataclass(frozen=True, slots=True)
class Register:
    """A table of acts: those of one session where no column tells the date."""

    above: str  # the text over the names of the columns
    acts: Sequence[_Act]

    def dated(self, hints: Hints) -> tuple[DocumentKind, tuple[SessionClaim, ...]] | None:
        """Its sessions, each with its acts, where the columns tell all their dates; else None.

        What nobody voted on yet and lies ahead of the day when it was first seen is an agenda.
        """
        if not all(act.when for act in self.acts):
            return None
        sessions = tuple(_sessions(self.acts, self.above, hints))
        ahead = all(session.status == "scheduled" for session in sessions)
        return ("agenda" if ahead else "list"), sessions

    def under(self, sessions: Sequence[SessionClaim]) -> tuple[SessionClaim, ...] | None:
        """The one session that the text above the table tells, with these acts; None where it tells none."""
        if len(sessions) != 1 or any(act.when for act in self.acts):
            return None
        held = "held" if any(act.votes for act in self.acts) else sessions[0].status
        return (replace(sessions[0], status=held, items=tuple(map(_item, self.acts))),)


def is_table(extracted: Extracted) -> bool:
    """Whether a document is a spreadsheet or delimited text that could be read."""
    return extracted.method in _METHODS and extracted.state in ("read", "partial")


def register_of(extracted: Extracted) -> Register | None:
    """The register that a table holds; None for what is none."""
    above, acts = _acts(extracted.lines)
    if not acts:
        return None
    for act in acts:
        act.votes = votes_of(act.said)
    return Register(above, acts)


def without_others(extracted: Extracted, hints: Hints) -> Extracted:
    """A table of several collectivities' acts with the rows of the others blanked; offsets stay as they are.

    A file of one collectivity is another's only where its SIRET says so and its name does not contradict.
    """
    rows = list(_owned(extracted.lines))
    verdicts = {owner: is_own(*owner, hints) for owner in {owner for owner, _ in rows}}
    foreign = {owner for owner, own in verdicts.items() if own is False}
    if not foreign or (len(verdicts) == 1 and not next(iter(verdicts))[0]):
        return extracted
    others = [line for owner, cells in rows if owner in foreign for line in cells]
    gone = set(map(id, others))
    stretches: dict[int, list[tuple[int, int]]] = {}
    for line in others:
        stretches.setdefault(line.page, []).append((line.start, line.end))
    pages = tuple(_blanked(page, stretches.get(page.number, ())) for page in extracted.pages)
    return replace(extracted, lines=tuple(line for line in extracted.lines if id(line) not in gone), pages=pages)


def _owned(lines: Sequence[Line]) -> Iterator[tuple[tuple[str, str], list[Line]]]:
    """The rows that say whose they are: (SIRET, name) and cells."""
    columns: dict[float, str] = {}
    for cells in _rows(lines):
        names = _columns(cells)
        if names:
            columns = names
            if not {"owner", "owner id"} & set(names.values()):
                return
        elif columns and cells[0].row is not None:
            said = {columns[cell.x]: cell.text.strip() for cell in cells if cell.x in columns}
            yield (said.get("owner id", ""), said.get("owner", "")), cells


def _blanked(page: PageText, stretches: Sequence[tuple[int, int]]) -> PageText:
    if not stretches:
        return page
    parts, at = [], 0
    for start, end in sorted(stretches):
        parts += [page.text[at:start], " " * (end - start)]
        at = end
    return replace(page, text="".join([*parts, page.text[at:]]))


def _sessions(acts: Sequence[_Act], above: str, hints: Hints) -> Iterator[SessionClaim]:
    groups: dict[tuple[str, date], list[_Act]] = {}
    common = body_of(above, hints)
    bodies: dict[str, str] = {}
    for act in acts:
        said = act.said("body")
        if said not in bodies:
            bodies[said] = body_of(said, hints) if said else common
        body = bodies[said] if said else coded_body(act.said("number"), hints.council_kind) or common
        if act.when is not None:
            groups.setdefault((body, act.when.value), []).append(act)
    for (body, day), group in groups.items():
        voted = any(act.votes for act in group)
        ahead = is_announced(day, hints, voted=voted)
        last = max((act.when.last for act in group if act.when and act.when.last), default=None)
        items = tuple(map(_item, group))
        status: SessionStatus = "scheduled" if ahead else "held"
        yield SessionClaim(body=body, date=day, status=status, complete=ahead, items=items, last_day=last)


def _item(act: _Act) -> ItemClaim:
    title = clean_title([act.said("title")[:_LONGEST_TITLE]])
    return ItemClaim(
        title=title,
        number=act.said("number") or None,
        page=act.begin[0],
        begin=act.begin,
        finish=act.finish,
        rapporteur=act.said("rapporteur") or None,
        theme=act.said("theme") or None,
        minor=is_minor(title),
        withdrawn=any(vote.result in ("withdrawn", "adjourned") for vote in act.votes),
        votes=act.votes,
    )


def _acts(lines: Sequence[Line]) -> tuple[str, list[_Act]]:
    """The text above the first names of columns, and the acts below."""
    above: list[str] = []
    acts: list[_Act] = []
    columns: dict[float, str] = {}
    when: FoundDate | None = None
    for cells in _rows(lines):
        if acts and acts[-1].finish == (0, 0):
            acts[-1].finish = (cells[0].page, cells[0].start)
        names = _columns(cells)
        if names:
            columns, when = names, None
        elif not columns:
            above += (cell.text for cell in cells)
        elif cells[0].row is not None:
            by_role = {columns[cell.x]: cell for cell in cells if cell.x in columns}
            if "date" in by_role:
                when = day_of(by_role["date"].text)
            alone = not by_role.keys() & {"number", "date", "result", "for"}  # a sum, or a note
            if not alone and "title" in by_role and re.search(r"[^\W\d_]{3}", by_role["title"].text):
                acts.append(_Act(by_role, (cells[0].page, cells[0].start), (0, 0), when))
    if acts and acts[-1].finish == (0, 0):
        acts[-1].finish = (lines[-1].page, lines[-1].end)
    return "\n".join(above), acts


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that share a row; the others each alone."""
    for _, group in groupby(enumerate(lines), key=lambda each: (each[1].row, each[0] if each[1].row is None else 0)):
        yield [line for _, line in group]


def _columns(cells: Sequence[Line]) -> dict[float, str]:
    """Role by place of a column, where these are names of columns: of a title, and of what a register has besides."""
    if len(cells) < 2 or len({cell.x for cell in cells}) != len(cells):
        return {}
    return roles_of({cell.x: cell.text for cell in cells})
