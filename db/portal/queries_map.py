"""What the *Map* asks of the archive: each council with its votes ahead, what was decided, and whether we see it."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from db.agenda_ahead import is_ahead
from db.filters import Clause
from db.health import summed
from db.portal.queries_votes import AHEAD, bounds
from db.portal.reader import PublicReader
from db.reader import Row

Watch = Literal["seen", "blind", "new", "paused", "none"]
_WATCH: dict[str, Watch] = {
    "ok": "seen", "quiet": "seen", "new": "new", "paused": "paused",
    "blind": "blind", "blocked": "blind", "disallowed": "blind",
}  # fmt: skip
COUNCILS = "SELECT c.id, c.name, c.kind, c.department, c.latitude, c.longitude, c.population FROM councils c WHERE {0}"
SOURCES = """
    SELECT o.id AS source_id, o.council_id, o.spider, o.state, o.reason, o.early,
           EXISTS (SELECT 1 FROM crawls k WHERE k.source_id = o.id AND k.documents_listed > 0) AS yielded
    FROM sources o JOIN councils c ON c.id = o.council_id WHERE {0}
"""
_FLAG = "f.superseded_at IS NULL AND f.score >= :least AND f.id NOT IN (SELECT id FROM temp.dismissed)"
_SUBJECT = "count(DISTINCT coalesce(f.item_id, f.id))"
VOTES_AHEAD = f"""
    SELECT s.council_id, s.id AS session_id, s.date AS session_date, s.starts_at, s.last_day, s.first_seen_at,
           c.timezone, {_SUBJECT} AS votes
    FROM sessions s JOIN councils c ON c.id = s.council_id JOIN flags f ON f.session_id = s.id
    LEFT JOIN items i ON i.id = f.item_id
    WHERE {AHEAD} AND s.status <> 'cancelled' AND coalesce(i.withdrawn, 0) = 0 AND {_FLAG} AND {{0}}
    GROUP BY s.id
"""
DECIDED = f"""
    SELECT f.council_id, i.result, {_SUBJECT} AS votes
    FROM flags f JOIN items i ON i.id = f.item_id JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = f.council_id
    WHERE {_FLAG} AND i.superseded_at IS NULL AND i.result IN ('adopted', 'rejected') AND s.date <= :today
      AND (:since IS NULL OR s.date >= :since) AND {{0}}
    GROUP BY f.council_id, i.result
"""
# What the link to Datasette runs: the analysts' views alone.
BEHIND = """
select department, outcome, count(distinct coalesce(item_id, flag_id)) as votes
from flagged where score >= cast(:least as real) and session_date >= :since
group by department, outcome order by department, outcome
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is known of a council or of a département. ``watched`` counts councils whose site somebody reads,
    ``blind`` those among them of which we see nothing; ``waiting`` those that were not read yet."""

    ahead: int = 0
    adopted: int = 0
    rejected: int = 0
    watched: int = 0
    blind: int = 0
    waiting: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.ahead + other.ahead,
            self.adopted + other.adopted,
            self.rejected + other.rejected,
            self.watched + other.watched,
            self.blind + other.blind,
            self.waiting + other.waiting,
        )

    @property
    def state(self) -> str:
        """What it is marked with: the first that is true."""
        if self.ahead:
            return "ahead"
        if self.adopted or self.rejected:
            return "both" if self.adopted and self.rejected else "adopted" if self.adopted else "rejected"
        if self.watched:
            return "blind" if self.blind == self.watched else "watched"
        return "none"


@dataclass(frozen=True, slots=True)
class Place:
    """A council of the archive."""

    id: str
    name: str
    kind: str
    department: str | None
    latitude: float | None
    longitude: float | None
    watch: Watch
    tally: Tally
    next_day: str | None  # the date of its next vote, where one is known


def places(archive: PublicReader, councils: Clause, flags: Clause, now: datetime, since: date | None) -> list[Place]:
    """Every council of the archive that ``councils`` allows; ``flags`` narrows what is counted of it.

    ``since``: from when on results count; None: all of them.
    """
    ahead, days = _ahead(archive, flags, now)
    decided: dict[str, dict[str, int]] = defaultdict(dict)
    when = {"today": now.astimezone(ZoneInfo("Europe/Paris")).date().isoformat(), "since": since and since.isoformat()}
    for row in archive.rows(DECIDED.format(flags.sql), {**when, **flags.parameters}):
        decided[row["council_id"]][row["result"]] = row["votes"]
    watched = watching(archive.rows(SOURCES.format(councils.sql), councils.parameters))
    return [
        _place(row, watched.get(row["id"], "none"), ahead.get(row["id"], 0), decided[row["id"]], days.get(row["id"]))
        for row in archive.rows(COUNCILS.format(councils.sql), councils.parameters)
    ]


def _place(row: Row, watch: Watch, ahead: int, decided: Mapping[str, int], day: str | None) -> Place:
    tally = Tally(
        ahead,
        decided.get("adopted", 0),
        decided.get("rejected", 0),
        int(watch in ("seen", "blind", "new")),
        int(watch == "blind"),
        int(watch == "new"),
    )
    where = (row["department"], row["latitude"], row["longitude"])
    return Place(row["id"], row["name"], row["kind"], *where, watch, tally, day)


def _ahead(archive: PublicReader, flags: Clause, now: datetime) -> tuple[dict[str, int], dict[str, str]]:
    votes: dict[str, int] = {}
    days: dict[str, str] = {}
    for row in archive.rows(VOTES_AHEAD.format(flags.sql), {**bounds(now), **flags.parameters}):
        if not is_ahead(row, ZoneInfo(row["timezone"]), now):
            continue
        votes[row["council_id"]] = votes.get(row["council_id"], 0) + row["votes"]
        if row["session_date"]:
            days[row["council_id"]] = min(row["session_date"], days.get(row["council_id"], "9"))
    return votes, days


def watching(sources: Iterable[Row]) -> dict[str, Watch]:
    """How each council is watched, over all of its sources (``db.health.summed``)."""
    by: dict[str, list[Row]] = defaultdict(list)
    for row in sources:
        by[row["council_id"]].append(row)
    return {council: _WATCH[summed(rows)["state"]] for council, rows in by.items()}


def by_department(found: Iterable[Place]) -> dict[str, Tally]:
    """The sums by département; councils without one stand under ""."""
    sums: dict[str, Tally] = defaultdict(Tally)
    for place in found:
        sums[place.department or ""] += place.tally
    return dict(sums)
