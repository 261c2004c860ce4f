"""Tables of sittings: columns of days, hours, places and bodies, or a column of days for each body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.models import CouncilKind
from pipelines.agenda.bodies import BUREAU, DEFAULTS, canonical, find_bodies
from pipelines.agenda.dates import find_dates
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import below
from pipelines.agenda.words import plain

_ROLES = tuple(
    (role, re.compile(names))
    for role, names in (
        ("day", r"\W*(?:dates?|jours?|quand)\b"),
        ("hour", r"\W*(?:heures?|horaires?)\b"),
        ("place", r"\W*(?:lieux?|salles?|adresse|ou$)\b"),
        ("month", r"\W*mois\b"),
        ("body", r"\W*(?:instances?|assemblees?|organes?|types? |nature|seances?$|reunions?$|evenements?)"),
    )
)
_LONGEST = 60  # characters of a column's name
_BUREAU = re.compile(r"\W*bureaux?\W*")
_COUNCIL = re.compile(r"\W*(?:conseils?|seances?)\W*")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table of sittings hold, by place; ``bodies``: the columns of days of one body each."""

    roles: dict[int, str]
    bodies: dict[int, str]
    edges: tuple[float, ...]

    def cells(self, row: Row) -> tuple[str, ...]:
        """The cells of a row by these columns."""
        return row.cells if len(row.cells) == len(self.edges) else below(self.edges, row.cells, row.edges)

    def cell(self, row: Row, role: str) -> str | None:
        """What a row says in the column of that role; None where there is no such column."""
        place = next((place for place, known in self.roles.items() if known == role), None)
        cells = self.cells(row)
        return None if place is None else cells[place] if place < len(cells) else ""


def columns_of(row: Row, kind: CouncilKind) -> Columns | None:
    """The columns that a row of names gives: days and bodies, or bodies above days; None where it names none such."""
    low = [plain(cell).strip(" .:") for cell in row.cells]
    if len(low) < 2 or any(len(name) > _LONGEST for name in low) or find_dates(row.plain):
        return None
    roles: dict[int, str] = {}
    bodies: dict[int, str] = {}
    for place, name in enumerate(low):
        role = next((role for role, names in _ROLES if names.match(name)), None)
        named = body_in_cell(name, kind)
        if role is not None and role not in roles.values() and not (role == "body" and named):
            roles[place] = role
        elif named is not None:
            bodies[place] = named
    known = set(roles.values())
    dated = "day" in known and not bodies
    sides = "day" not in known and (len(bodies) > 1 or ("month" in known and bool(bodies)))
    return Columns(roles, bodies, row.edges) if dated or sides else None


def body_in_cell(low: str, kind: CouncilKind) -> str | None:
    """The body that a cell names; the council's own where it says no more than "Conseil"."""
    if found := find_bodies(low):
        return canonical(found[0].name, kind)
    if _BUREAU.fullmatch(low):
        return canonical(BUREAU, kind)
    return DEFAULTS[kind] if _COUNCIL.fullmatch(low) else None


def days_by_body(columns: Columns, cells: Sequence[str]) -> list[tuple[str, str]]:
    """Of a table with a column for each body: the body and what its cell says."""
    return [(body, cells[place]) for place, body in columns.bodies.items() if place < len(cells) and cells[place]]
