"""What listings and exports can be narrowed to, and the SQL of it: pure."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.models import COUNCIL_KINDS


@dataclass(frozen=True, slots=True)
class Filters:
    """Each narrows further; empty means everything.

    ``kinds`` holds kinds of councils, of documents, or both. ``since`` and ``until`` are days, both included: of the
    session, else (date unknown) the day the row was first seen; of documents the day they were fetched. With ``topics``
    or ``min_score`` a session, item, vote or document is listed where it has a flag that agrees with both.
    """

    councils: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    min_score: float | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition with its named parameters."""

    sql: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a listing has what filters speak of: constant fragments of SQL.

    The councils table is always ``c``. ``flag`` ties flags ``g`` to a row of the listing, or is empty where the listing
    is of flags itself (``f``).
    """

    day: str
    document_kind: str  # a condition on :document_kinds
    flag: str = ""


CURRENT_FLAG = (
    "g.superseded_at IS NULL AND g.id NOT IN (SELECT id FROM temp.dismissed)"
    " AND g.id NOT IN (SELECT id FROM temp.hidden)"
)


def one_of(column: str, parameter: str) -> str:
    """``column`` is in the JSON list bound to ``parameter``."""
    return f"{column} IN (SELECT value FROM json_each(:{parameter}))"


def clause(filters: Filters, columns: Columns) -> Clause:
    """The condition of a listing; ``1`` where nothing is asked."""
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    council_kinds = tuple(kind for kind in filters.kinds if kind in COUNCIL_KINDS)
    document_kinds = tuple(kind for kind in filters.kinds if kind not in COUNCIL_KINDS)
    for name, values, condition in (
        ("councils", filters.councils, one_of("c.id", "councils")),
        ("departments", filters.departments, one_of("c.department", "departments")),
        ("regions", filters.regions, one_of("c.region", "regions")),
        ("council_kinds", council_kinds, one_of("c.kind", "council_kinds")),
        ("document_kinds", document_kinds, columns.document_kind),
    ):
        if values:
            conditions.append(condition)
            parameters[name] = json.dumps(values)
    for name, day, sign in (("since", filters.since, ">="), ("until", filters.until, "<=")):
        if day is not None:
            conditions.append(f"{columns.day} {sign} :{name}")
            parameters[name] = day.isoformat()
    flagged = _flag_conditions(filters, "g" if columns.flag else "f")
    if flagged and columns.flag:
        where = " AND ".join([columns.flag, CURRENT_FLAG, *flagged])
        conditions.append(f"EXISTS (SELECT 1 FROM flags g WHERE {where})")
    else:
        conditions += flagged
    if filters.topics:
        parameters["topics"] = json.dumps(filters.topics)
    if filters.min_score is not None:
        parameters["min_score"] = filters.min_score
    return Clause(" AND ".join(conditions) or "1", parameters)


def _flag_conditions(filters: Filters, flag: str) -> list[str]:
    conditions = []
    if filters.topics:
        wanted = one_of("value", "topics")
        conditions.append(f"EXISTS (SELECT 1 FROM json_each({flag}.topics) WHERE {wanted})")
    if filters.min_score is not None:
        conditions.append(f"{flag}.score >= :min_score")
    return conditions
