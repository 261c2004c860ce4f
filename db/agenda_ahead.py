"""The sessions ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.filters import EVERYTHING, Clause, Filters, clause
from db.listings import SESSION_COLUMNS, SHOWN, Listings
from db.reader import Row
from db.values import moment

# A session whose date nobody could read is ahead for this long after its first document was seen.
UNDATED = timedelta(days=60)


class Ahead(Listings):
    """``upcoming``."""

    def upcoming(self, now: datetime, filters: Filters = EVERYTHING) -> list[Row]:
        """Sessions that have not begun, soonest first, those of unknown date last.

        Without a stated time a session is ahead until local midnight ends its day (DESIGN §1, promise 5). ``items`` and
        ``flagged_items`` are counts; ``flagged`` lists the flagged items with number, title and topics.
        """
        where = clause(filters, SESSION_COLUMNS)
        asked = (
            f"{SHOWN.format('s')} AND s.status NOT IN ('cancelled', 'held')"
            f" AND (s.date IS NULL OR coalesce(s.last_day, s.date) >= :first) AND {where.sql}"
        )
        # Time zones reach 12 hours behind UTC: a day earlier is early enough, and each is judged below.
        first = (now - timedelta(days=1)).date().isoformat()
        found = self.session_rows(Clause(asked, {"first": first, **where.parameters}))
        zones = {row["id"]: ZoneInfo(row["timezone"]) for row in self.rows("SELECT id, timezone FROM councils")}
        ahead = [row for row in found if is_ahead(row, zones[row["council_id"]], now)]
        return sorted((_ahead(row) for row in ahead), key=lambda row: _rank(row, zones[row["council_id"]]))


def is_ahead(row: Row, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a session with ``session_date``, ``starts_at``, ``last_day`` and ``first_seen_at`` is still to come.

    One over several days is ahead until its last one is over.
    """
    if row["last_day"] and row["last_day"] != row["session_date"]:
        return str(row["last_day"]) >= now.astimezone(zone).date().isoformat()
    if row["starts_at"]:
        return moment(row["starts_at"]) > now
    if row["session_date"]:
        return str(row["session_date"]) >= now.astimezone(zone).date().isoformat()
    return moment(row["first_seen_at"]) + UNDATED > now


def _rank(row: Row, zone: ZoneInfo) -> tuple[Any, ...]:
    """By day, then by time; a day without a stated time stands after those that have one."""
    at = moment(row["starts_at"]).astimezone(zone).isoformat() if row["starts_at"] else "~"
    return (row["session_date"] is None, row["session_date"] or "", at, row["council_id"], row["session_id"])


def _ahead(row: Row) -> Row:
    names = (
        "session_id", "council_id", "council", "kind", "department", "region", "body", "session_date", "starts_at",
        "place", "status", "convened_on", "last_day",
    )  # fmt: skip
    flagged = [item for item in row["items"] if item["topics"]]
    return {name: row[name] for name in names} | {
        "items": len(row["items"]),
        "flagged_items": len(flagged),
        "agenda_url": row["agenda_url"],
        "documents": row["documents"],
        "first_seen_at": row["first_seen_at"],
        "flagged": [{name: item[name] for name in ("item_id", "number", "title", "topics")} for item in flagged],
    }
