"""The columns of a register of acts: what each is for, told by its name, and what its cells say.

The names are those of the national schema (SCDL "délibérations", https://schema.data.gouv.fr/scdl/deliberations/) in
the dialects of its publishers, and those of lists that clerks keep in their own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from crawler.models import CouncilKind, Hints, VoteClaim
from pipelines.agenda.dates import FoundDate, find_dates, make_date
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.votes import find_votes
from pipelines.agenda.words import plain

Place = TypeVar("Place", bound=Hashable)

_LONGEST_NAME = 60  # characters of a column's name
# Of each role its names, the best first; a column has one role, and each role one column.
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("date", (
        r"delib date",
        r"date (?:de |du |de la |d')?(?:seance|deliberation|conseil|reunion|assemblee|vote|delib\b|c[mcp]\b).*",
        r"dates?|seances?", r"published at|cons",
    )),
    ("title", (
        r"(?:delib )?objets?\b.*|.*\bobjet(?: de la deliberation)?",
        r"(?:intitule|libelle|titre|title|designation)s?\b.*",
        r"deliberations?|sujets?|affaires?|dossiers?|rapports?|questions?|obj",
    )),
    ("number", (
        r"delib id", r"(?:n[o°º]?|ndeg|num(?:ero)?) (?:de )?(?:la )?delib(?:eration)?",
        r"(?:n[o°º]?|ndeg|num(?:ero)?)\b.*",
        r"(?:id|ref(?:erence)?s?|code)\b.*|(?:delib )?num.*",
    )),
    ("for", (r"(?:votes? |voix |nombre de )*pour",)),
    ("against", (r"(?:votes? |voix |nombre de )*contre",)),
    ("abstain", (r"(?:votes? |voix |nombre d')*abstentions?|abst",)),
    ("result", (
        r"(?:resultat|sens|detail|issue)s?\b.*|votes?|adoption|decision|(?:delib )?(?:statut|etat)|suite.*|avis",
    )),
    ("theme", (r"(?:delib )?matiere(?: nom)?|themes?|thematiques?|rubriques?|domaines?|categories?",)),
    ("rapporteur", (r"rapporteure?s?(?:\.e)?", r"elu\(s\)|elue?s?")),
    ("body", (r"organe.*|instances?|assemblees?|type (?:de )?seances?",)),
    ("owner", (r"coll nom|(?:nom (?:de la )?)?collectivites?(?: nom)?",)),
    ("owner id", (r"coll siret|siret|siren",)),
)  # fmt: skip
_ROLES = tuple((role, tuple(re.compile(name) for name in names)) for role, names in _NAMES)
# Cells are terse: "Adoptée 20 pour 3 contre", "Pour 20 Contre 3". Told apart as a sentence would.
_FIRST = re.compile(r"\d|pour|contre|abst", re.I)
_NUMBERED = re.compile(r"\s*[,;/–-]?\s*(?<!\d)(\d{1,3})\s*(?:voix\s*)?(pour|contre|abst\w*)\b", re.I)
_NAMED = re.compile(r"\s*[,;/–-]?\s*\b(pour|contre|abst\w*)\s*[:=]?\s*(\d{1,3})(?!\d)", re.I)
_AGENDA = re.compile(r"ordres?[ _-]du[ _-]jour|(?<![a-z])odj(?![a-z])")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_COUNTS = (("for", "Pour"), ("against", "Contre"), ("abstain", "Abstention"))


def roles_of(names: Mapping[Place, str]) -> dict[Place, str]:
    """Role by place of a column; empty where these are no names of a register's columns.

    A register has a title, a date or a number, and something besides.
    """
    if any(len(name) > _LONGEST_NAME for name in names.values()):
        return {}
    plain_names = {place: re.sub(r"[\s_\-.:]+", " ", plain(name)).strip() for place, name in names.items()}
    found: dict[Place, str] = {}
    for role, patterns in _ROLES:
        for pattern in patterns:
            place = next((x for x, name in plain_names.items() if x not in found and pattern.fullmatch(name)), None)
            if place is not None:
                found[place] = role
                break
    roles = set(found.values())
    enough = roles & {"date", "number"} and roles - {"title", "number", "owner", "owner id"}
    return found if "title" in roles and enough else {}


def has_columns(text: str) -> bool:
    """Whether one of the first lines of a text are the names of a register's columns, set apart by some sign."""
    for line in text.lstrip("\ufeff").splitlines()[:3]:
        for sign in ";\t|,":
            names = [cell.strip().strip('"') for cell in line.split(sign)]
            if len(names) > 2 and roles_of(dict(enumerate(names))):
                return True
    return False


@lru_cache(maxsize=4096)
def day_of(cell: str) -> FoundDate | None:
    """The day that a cell names; some write 20260312."""
    compact = _COMPACT.fullmatch(cell.strip())
    if compact:
        value = make_date(*(int(part) for part in compact.groups()))
        return FoundDate(value, 0, len(cell)) if value else None
    return next(iter(find_dates(plain(cell))), None)


def coded_body(number: str, kind: CouncilKind) -> str | None:
    """Régions and départements number by assembly: "AP D 21-07-1", "CP D 21-09-38"; else None."""
    code = re.match(r"(AP|CP)(?![a-z])", number) if kind in ("region", "departement") else None
    return {"AP": "assemblée plénière", "CP": "commission permanente"}[code[1]] if code else None


def is_announced(day: date, hints: Hints, *, voted: bool) -> bool:
    """Whether acts of this day are still an agenda: nobody voted, and the day lies ahead of when they were first seen,

    or the document is called an agenda, as the data sets are that keep those of past sessions.
    """
    if voted:
        return False
    named = plain(f"{hints.link_text} {hints.heading} {hints.file_name} {hints.url}")
    ahead = hints.reference_date is not None and day > hints.reference_date
    return ahead or bool(_AGENDA.search(named))


def votes_of(said: Callable[[str], str]) -> tuple[VoteClaim, ...]:
    """The vote in the columns of a row: its numbers, and its result in words."""
    numbers = {role: int(cell) for role, _ in _COUNTS if (cell := said(role)).isascii() and cell.isdigit()}
    words = _spelled(said("result"))
    worded = outcome_of_cell(words) or next((vote for vote, _, _ in find_votes(words)), None) if words else None
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
