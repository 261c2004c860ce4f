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

from crawler.models import Extracted, Hints, ItemClaim, Line, SessionClaim, VoteClaim
from pipelines.agenda.dates import find_dates
from pipelines.agenda.meeting_body import body_of
from pipelines.agenda.titles import clean_title, is_minor
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.votes import find_votes
from pipelines.agenda.words import plain

_METHODS = frozenset({"csv", "xlsx", "xls", "ods"})
_LONGEST_NAME = 60  # characters of a column's name
_LONGEST_TITLE = 2_000
# Of each role its names, the best first; a column has one role, and each role one column.
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("date", (
        r"delib date|date (?:de |du |de la )?(?:seance|deliberation|conseil|reunion|vote|delib\b).*", r"dates?|seance",
    )),
    ("title", (
        r"(?:delib )?objets?\b.*|.*\bobjet(?: de la deliberation)?", r"(?:intitule|libelle|titre|designation)s?\b.*",
        r"deliberations?|sujets?|affaires?|dossiers?|rapports?|questions?",
    )),
    ("number", (r"delib id|(?:n[o°º]?|num(?:ero)?)\b.*", r"(?:id|ref(?:erence)?s?|code)\b.*|(?:delib )?num.*")),
    ("for", (r"(?:votes? |voix |nombre de )*pour",)),
    ("against", (r"(?:votes? |voix |nombre de )*contre",)),
    ("abstain", (r"(?:votes? |voix |nombre d')*abstentions?|abst",)),
    ("result", (
        r"(?:resultat|sens|detail|issue)s?\b.*|votes?|adoption|decision|(?:delib )?(?:statut|etat)|suite.*|avis",
    )),
    ("theme", (r"(?:delib )?matiere(?: nom)?|themes?|thematiques?|rubriques?|domaines?|categories?",)),
    ("rapporteur", (r"rapporteure?s?(?:\.e)?",)),
    ("body", (r"organe.*|instances?|assemblees?",)),
)  # fmt: skip
_ROLES = tuple((role, tuple(re.compile(name) for name in names)) for role, names in _NAMES)
# Cells are terse: "Adoptée 20 pour 3 contre", "Pour 20 Contre 3". Told apart as a sentence would.
_FIRST = re.compile(r"\d|pour|contre|abst", re.I)
_NUMBERED = re.compile(r"\s*[,;/–-]?\s*(?<!\d)(\d{1,3})\s*(?:voix\s*)?(pour|contre|abst\w*)\b", re.I)
_NAMED = re.compile(r"\s*[,;/–-]?\s*\b(pour|contre|abst\w*)\s*[:=]?\s*(\d{1,3})(?!\d)", re.I)
_COUNTS = (("for", "Pour"), ("against", "Contre"), ("abstain", "Abstention"))


@dataclass(slots=True)
class _Act:
    """A row below the names of its columns."""

    cells: Mapping[str, Line]  # by role
    begin: tuple[int, int]
    finish: tuple[int, int]
    when: date | None = None
    body: str = ""
    votes: tuple[VoteClaim, ...] = field(default=())

    def said(self, role: str) -> str:
        line = self.cells.get(role)
        return line.text.strip() if line is not None else ""


def read_register(
    extracted: Extracted, hints: Hints, otherwise: Sequence[SessionClaim]
) -> tuple[SessionClaim, ...] | None:
    """The sessions of a register, each with its acts; None for what is none.

    ``otherwise``: what the text alone says; where no column tells the date, the one session above the table is meant.
    """
    if extracted.method not in _METHODS or extracted.state not in ("read", "partial"):
        return None
    above, acts = _acts(extracted.lines)
    if not acts:
        return None
    for act in acts:
        act.votes = _votes(act)
    if all(act.when for act in acts):
        return tuple(_sessions(acts, above, hints))
    if len(otherwise) != 1 or any(act.when for act in acts):
        return None
    held = "held" if any(act.votes for act in acts) else otherwise[0].status
    return (replace(otherwise[0], status=held, items=tuple(map(_item, acts))),)


def _sessions(acts: Sequence[_Act], above: str, hints: Hints) -> Iterator[SessionClaim]:
    groups: dict[tuple[str, date | None], list[_Act]] = {}
    common = body_of(above, hints)
    for act in acts:
        said = act.said("body")
        groups.setdefault((body_of(said, hints) if said else common, act.when), []).append(act)
    for (body, when), group in groups.items():
        yield SessionClaim(body=body, date=when, status="held", items=tuple(map(_item, group)))


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
    when: date | None = None
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
                dates = find_dates(plain(by_role["date"].text))
                when = dates[0].value if dates else None
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
    if len(cells) < 2 or any(len(cell.text) > _LONGEST_NAME for cell in cells):
        return {}
    names = {cell.x: re.sub(r"[\s_\-.:]+", " ", plain(cell.text)).strip() for cell in cells}
    found: dict[float, str] = {}
    for role, patterns in _ROLES:
        for pattern in patterns:
            place = next((x for x, name in names.items() if x not in found and pattern.fullmatch(name)), None)
            if place is not None:
                found[place] = role
                break
    roles = set(found.values())
    if "title" not in roles or len(names) != len(cells):
        return {}
    return found if roles & {"date", "number"} and (roles - {"title", "number"}) else {}


def _votes(act: _Act) -> tuple[VoteClaim, ...]:
    """The vote in the columns of a row: its numbers, and its result in words."""
    numbers = {role: int(said) for role, _ in _COUNTS if (said := act.said(role)).isascii() and said.isdigit()}
    said = _spelled(act.said("result"))
    worded = outcome_of_cell(said) or next((vote for vote, _, _ in find_votes(said)), None) if said else None
    if numbers:
        text = " ".join(f"{name} : {numbers[role]}" for role, name in _COUNTS if role in numbers)
        counted = next((vote for vote, _, _ in find_votes(text)), None)
        result = worded.result if worded else counted.result if counted else None
        if result is not None and any(numbers.values()):
            unanimous = worded.unanimous if worded else bool(counted and counted.unanimous)
            return (VoteClaim(result, numbers.get("for"), numbers.get("against"), numbers.get("abstain"), unanimous),)
    return (replace(worded, span=None),) if worded else ()


def _spelled(cell: str) -> str:
    """A terse cell with its numbers told apart by commas."""
    first = _FIRST.search(cell)
    if first is None:
        return cell
    spelled = _NUMBERED.sub(r", \1 \2", cell) if first[0].isdigit() else _NAMED.sub(r", \1 : \2", cell)
    return spelled.lstrip(", ").replace("(, ", "(")
