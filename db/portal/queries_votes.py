"""What the page *Votes ahead* asks of the archive."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.agenda_ahead import UNDATED, is_ahead
from db.filters import Clause, Columns, one_of
from db.portal.reader import PublicReader
from db.reader import Row
from db.values import stamp

COLUMNS = Columns(day="s.date", document_kind="1", flag="g.session_id = s.id")
# A session over several days is ahead until its last one; it began at most ``LONGEST`` before.
LONGEST = timedelta(days=31)
AHEAD = """
    s.status <> 'held' AND s.rowid IN (
        SELECT rowid FROM sessions WHERE superseded_at IS NULL AND date >= :begun
        AND (date >= :first OR last_day >= :first)
        UNION ALL
        SELECT rowid FROM sessions WHERE superseded_at IS NULL AND date IS NULL AND first_seen_at >= :undated)
"""
SESSIONS = f"""
    SELECT s.id AS session_id, s.date AS session_date, s.starts_at, s.last_day, s.first_seen_at, c.name AS council,
           c.timezone
    FROM sessions s JOIN councils c ON c.id = s.council_id
    WHERE {AHEAD}
"""
DETAILS = f"""
    SELECT s.id AS session_id, s.council_id, s.body, s.date AS session_date, s.starts_at, s.last_day, s.place, s.status,
           s.convened_on, s.first_seen_at, c.name AS council, c.kind, c.department, c.region, c.timezone,
           d.id AS agenda_id, d.url AS agenda_url, d.first_seen_at AS agenda_seen_at, d.absent_at AS agenda_absent_at
    FROM sessions s JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = s.agenda_version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE {one_of("s.id", "ids")}
"""
COUNTED = f"SELECT count(*) AS n FROM sessions s JOIN councils c ON c.id = s.council_id WHERE {AHEAD}"
ITEMS = f"""
    SELECT f.session_id, f.id AS flag_id, f.item_id, f.topics, f.score, f.excerpt, f.page, f.legible, i.number, i.title,
           coalesce(i.listed, 1) AS listed, coalesce(i.withdrawn, 0) AS withdrawn, i.position
    FROM flags f LEFT JOIN items i ON i.id = f.item_id
    WHERE f.superseded_at IS NULL AND f.score >= :least AND f.id NOT IN (SELECT id FROM temp.dismissed)
      AND {one_of("f.session_id", "ids")}
    ORDER BY i.position IS NULL, i.position, f.page, f.score DESC
"""
# What the link to Datasette runs: the analysts' views alone.
BEHIND = """
select session_date, starts_at, council_id, council, body, session_status, item_number, item_title, topics, score,
  document_url, page, session_id, item_id, flag_id
from flagged
where session_date >= :first and score >= cast(:least as real) and session_status <> 'held'
order by session_date, starts_at, council_id, item_number
"""


@dataclass(frozen=True, slots=True)
class Votes:
    """The flagged sessions ahead, soonest first, and how many others of the same territory were not flagged."""

    ids: tuple[str, ...]
    others: int


def bounds(now: datetime) -> dict[str, str]:
    """The parameters of ``AHEAD``, a little wide: ``is_ahead`` judges each session in its own zone."""
    return {
        # Time zones reach 12 hours behind UTC: a day earlier is early enough, and each is judged then.
        "first": (now - timedelta(days=1)).date().isoformat(),
        "begun": (now - LONGEST).date().isoformat(),
        "undated": stamp(now - UNDATED),
    }


def votes_ahead(archive: PublicReader, flagged: Clause, everything: Clause, now: datetime) -> Votes:
    """Sessions of ``flagged`` that are not over; ``others`` are those of ``everything`` that are not among them."""
    when = bounds(now)
    rows = archive.rows(f"{SESSIONS} AND {flagged.sql}", {**when, **flagged.parameters})
    ahead = [row for row in rows if is_ahead(row, ZoneInfo(row["timezone"]), now)]
    today = when | {"first": now.astimezone(ZoneInfo("Europe/Paris")).date().isoformat()}
    total = archive.rows(f"{COUNTED} AND {everything.sql}", {**today, **everything.parameters})[0]["n"]
    return Votes(tuple(row["session_id"] for row in sorted(ahead, key=_soonest)), max(0, total - len(ahead)))


def details(archive: PublicReader, session_ids: Sequence[str]) -> list[Row]:
    """What is shown of sessions, in the order of their ids."""
    found = {row["session_id"]: row for row in archive.rows(DETAILS, {"ids": json.dumps(list(session_ids))})}
    return [found[session_id] for session_id in session_ids if session_id in found]


def items_of(archive: PublicReader, session_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The flagged items of sessions in the order of their agendas, each with the topics of all of its flags."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in archive.rows(ITEMS, {"ids": json.dumps(list(session_ids))}):
        known = found[row["session_id"]].setdefault(row["item_id"] or row["flag_id"], row | {"topics": []})
        known["topics"] += [each for each in json.loads(row["topics"]) if each not in known["topics"]]
    return {session_id: list(items.values()) for session_id, items in found.items()}


def _soonest(row: Row) -> tuple[bool, str, str, str, str]:
    """By day, then by time as a clock there shows it; a day without a stated time stands after those that have one."""
    return (
        row["session_date"] is None,
        row["session_date"] or "",
        row["starts_at"] or "~",
        row["council"],
        row["session_id"],
    )
