"""What *Trends* asks of the archive: the flagged items of past sessions, and the dates that convocations print."""

# SQL is put together from constant fragments here; every value is bound.

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from db.filters import Clause, Columns
from db.portal.reader import PublicReader
from db.reader import Row

FLAGS = Columns(day="s.date", document_kind="1")
SESSIONS = Columns(day="s.date", document_kind="1", flag="g.session_id = s.id")
ITEMS = """
    SELECT f.item_id, f.topics, f.stance, f.amount, f.amount_role, f.amount_tax, i.result, s.date, c.id AS council_id,
           c.name AS council, c.department, c.region
    FROM flags f JOIN items i ON i.id = f.item_id JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = f.council_id
    WHERE f.superseded_at IS NULL AND f.score >= :least AND f.id NOT IN (SELECT id FROM temp.dismissed)
      AND i.superseded_at IS NULL AND s.superseded_at IS NULL AND s.status <> 'cancelled'
      AND s.date >= :first AND s.date <= :last AND {0}
    ORDER BY f.score DESC, f.id
"""
# Without statistics of it SQLite would not take the index that holds all that is asked: 25 ms for 4,000 rows, not 7.
CONVENED = """
    SELECT c.id, c.kind, c.department, c.population, s.body, s.date, s.convened_on
    FROM sessions s INDEXED BY sessions_convened JOIN councils c ON c.id = s.council_id
    WHERE s.superseded_at IS NULL AND s.convened_on IS NOT NULL
      AND s.date >= :first AND s.date <= :last AND s.convened_on <= s.date AND {0}
"""
KNOWN = """
    SELECT count(*) AS n FROM sessions s{0}
    WHERE s.superseded_at IS NULL AND s.date >= :first AND s.date <= :last AND {1}
"""
_IN = " JOIN councils c ON c.id = s.council_id"
# What the links to Datasette run: the analysts' views alone.
BEHIND_ITEMS = """
select substr(session_date, 1, 7) as month, outcome, count(distinct item_id) as items
from flagged where item_id is not null and score >= cast(:least as real) and session_date between :first and :last
group by month, outcome order by month, outcome
"""
BEHIND_AMOUNTS = """
select amount_role, amount_tax, count(*) as items, sum(amount) as euros
from (select item_id, amount, amount_role, amount_tax, max(score) from flagged
      where item_id is not null and score >= cast(:least as real) and amount is not null
      and session_date between :first and :last group by item_id)
group by amount_role, amount_tax order by items desc
"""
BEHIND_PLACES = """
select region, department, outcome, count(distinct item_id) as items
from flagged where item_id is not null and score >= cast(:least as real) and session_date between :first and :last
group by region, department, outcome order by items desc
"""
BEHIND_TOPICS = """
select t.value as topic, outcome, count(distinct item_id) as items
from flagged, json_each(flagged.topics) t
where item_id is not null and score >= cast(:least as real) and session_date between :first and :last
group by topic, outcome order by items desc
"""
BEHIND_NOTICE = """
select c.kind, julianday(s.date) - julianday(s.convened_on) as days, count(*) as sessions
from sessions s join councils c on c.id = s.council_id
where s.superseded_at is null and s.convened_on <= s.date and s.date between :first and :last
group by c.kind, days order by c.kind, days
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A flagged item of a session that is over; ``motion``: it is a wish or motion, for or against."""

    id: str
    day: date
    result: str | None
    topics: tuple[str, ...]
    motion: bool
    council_id: str
    council: str
    department: str | None
    region: str | None
    amount: float | None = None
    role: str | None = None
    tax: str | None = None


@dataclass(slots=True)
class _Found:
    row: Row
    topics: list[str] = field(default_factory=list)


def items(archive: PublicReader, where: Clause, first: date, last: date) -> list[Item]:
    """The flagged items of sessions from ``first`` to ``last``, each once with the topics of all of its flags."""
    found: dict[str, _Found] = {}
    between = {"first": first.isoformat(), "last": last.isoformat()}
    for row in archive.rows(ITEMS.format(where.sql), {**where.parameters, **between}):
        known = found.setdefault(row["item_id"], _Found(row))
        known.topics += [topic for topic in json.loads(row["topics"]) if topic not in known.topics]
        for name in ("stance", "amount"):
            if known.row[name] is None and row[name] is not None:
                amounts = ("amount", "amount_role", "amount_tax") if name == "amount" else (name,)
                known.row = known.row | {each: row[each] for each in amounts}
    return [_item(each) for each in found.values()]


def _item(found: _Found) -> Item:
    row = found.row
    return Item(
        id=row["item_id"],
        day=date.fromisoformat(row["date"]),
        result=row["result"],
        topics=tuple(found.topics),
        motion=row["stance"] is not None,
        council_id=row["council_id"],
        council=row["council"],
        department=row["department"],
        region=row["region"],
        amount=row["amount"],
        role=row["amount_role"],
        tax=row["amount_tax"],
    )


def convened(archive: PublicReader, where: Clause, first: date, last: date) -> tuple[Sequence[Row], int]:
    """The sessions with a printed date of convocation, and how many sessions there were."""
    given = {**where.parameters, "first": first.isoformat(), "last": last.isoformat()}
    known = archive.rows(KNOWN.format("" if where.sql == "1" else _IN, where.sql), given)[0]["n"]
    return archive.rows(CONVENED.format(where.sql), given), known
