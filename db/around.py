"""What alerts tell beside flagged items: where results were read, sessions ahead, and how each source does."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from db.filters import one_of
from db.health import source_label, summed
from db.lateness import Lateness, names_day
from db.reader import VERSION_KEY, Row
from db.store.sources import COUNCIL_COLUMNS

_COUNCIL = ", ".join(f"c.{name} AS council_{name}" for name in COUNCIL_COLUMNS)
# The document that is shown for a result: one that counts the votes, else the one that was there first.
_VOTES = f"""
    SELECT i.id AS item_id, s.council_id, i.announced, v.fetched_at AS seen_at, d.url AS document_url,
           d.kind AS document_kind, vo.page, vo."for" IS NOT NULL AS counted, {VERSION_KEY} AS version_key,
           coalesce(r.late, 0) AS late,
           :origin = 'private' AND d.mirror = 0 AS private, a.fetched_at AS agenda_read_at
    FROM votes vo JOIN items i ON i.id = vo.item_id JOIN sessions s ON s.id = i.session_id
    JOIN versions v ON v.id = vo.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    LEFT JOIN versions a ON a.id = s.agenda_version_id
    WHERE vo.superseded_at IS NULL AND i.superseded_at IS NULL AND i.result IS NOT NULL
      AND i.id IN (SELECT f.item_id FROM flags f WHERE f.superseded_at IS NULL)
    ORDER BY counted DESC, v.fetched_at, v.id
"""
_SESSIONS = f"""
    SELECT s.id, s.body, s.date, s.starts_at, s.last_day, s.status, s.private, s.place,
           s.agenda_version_id IS NOT NULL
           OR (SELECT count(*) FROM items i WHERE i.session_id = s.id AND i.superseded_at IS NULL) > 1
           OR EXISTS (SELECT 1 FROM session_versions sv JOIN versions v ON v.id = sv.version_id
                      JOIN documents d ON d.id = v.document_id WHERE sv.session_id = s.id
                      AND sv.superseded_at IS NULL AND d.kind IN ('agenda', 'convocation')) AS has_agenda,
           (SELECT count(DISTINCT coalesce(f.item_id, f.id)) FROM flags f WHERE f.session_id = s.id
            AND f.superseded_at IS NULL AND f.score >= :least
            AND f.id NOT IN (SELECT id FROM temp.dismissed)) AS flagged,
           (SELECT d.url FROM session_versions sv JOIN versions v ON v.id = sv.version_id
            JOIN documents d ON d.id = v.document_id WHERE sv.session_id = s.id AND sv.superseded_at IS NULL
            AND (:origin = 'public' OR d.mirror = 1) ORDER BY d.first_seen_at, d.url LIMIT 1) AS document_url,
           {_COUNCIL}
    FROM sessions s JOIN councils c ON c.id = s.council_id
    WHERE s.superseded_at IS NULL AND s.id NOT IN (SELECT id FROM temp.hidden)
      AND coalesce(s.last_day, s.date) >= :first AND s.status NOT IN ('cancelled', 'held')
    ORDER BY s.date, s.starts_at IS NULL, s.starts_at, s.id
"""
_SOURCES = f"""
    SELECT o.id, o.council_id, o.spider, o.state, o.reason, o.failures, o.last_crawl_at, o.last_success_at,
           o.state_since, o.early, o.id AS source_id,
           EXISTS (SELECT 1 FROM crawls k WHERE k.source_id = o.id AND k.documents_listed > 0) AS yielded, {_COUNCIL}
    FROM sources o JOIN councils c ON c.id = o.council_id
    ORDER BY o.council_id, o.spider <> 'site', o.spider
"""


_KNOWN = f"""
    SELECT c.id, coalesce(
        (SELECT min(k.started_at) FROM sources o JOIN crawls k
         ON k.id = (SELECT min(first.id) FROM crawls first WHERE first.source_id = o.id) WHERE o.council_id = c.id),
        (SELECT min(d.first_seen_at) FROM documents d WHERE d.council_id = c.id AND d.mirror = 0)) AS since
    FROM councils c WHERE {one_of("c.id", "councils")}
"""


class AroundReader(Lateness):
    """``vote_rows``, ``known_since``, ``session_rows_ahead`` and ``source_rows``."""

    def vote_rows(self) -> list[Row]:
        """A row per flagged item with a result: where it was read, whether it was announced."""
        found: dict[str, Row] = {}
        late: set[str] = set()
        rows = self.rows(_VOTES)  # private rows come first and know more
        for row in rows:
            if row["late"]:  # copies in the other archive have no reading that could say so
                late.add(row["version_key"])
        for row in rows:
            known = found.get(row["item_id"])
            if known is None or (known["private"] and not row["private"]):
                announced = row["announced"] if known is None else known["announced"]
                found[row["item_id"]] = row | {"announced": announced, "late": row["version_key"] in late}
        return list(found.values())

    def known_since(self, councils: Iterable[str]) -> dict[str, str]:
        """Since when each council is read: its first crawl, else the first document that was handed over."""
        found: dict[str, str] = {}
        for row in self.rows(_KNOWN, {"councils": json.dumps(sorted(set(councils)))}):
            if row["since"]:
                found[row["id"]] = min(row["since"], found.get(row["id"], row["since"]))
        return found

    def session_rows_ahead(self, now: datetime) -> list[Row]:
        """A row per dated session that is not over, flagged or not, the soonest first.

        Where one has no agenda, also ``unread`` papers that name its day, and ``usual_days`` as in ``usual_leads``.
        """
        # Time zones reach 12 hours behind UTC: a day earlier is early enough, and each is judged by who asks.
        first = (now - timedelta(days=1)).date().isoformat()
        rows = self.rows(_SESSIONS, {"first": first, "least": self.minimum_score})
        if all(row["has_agenda"] for row in rows):
            return rows
        unread, usual = self.unread_names(now), self.usual_leads(now)
        return [
            row | {
                "unread": sum(names_day(name, date.fromisoformat(row["date"])) for name in unread[row["council_id"]]),
                "usual_days": usual.get((row["council_id"], row["body"])),
            }
            for row in rows
        ]  # fmt: skip

    def source_rows(self) -> list[Row]:
        """A row per source; ``label`` is what people are told, ``decides`` whether its state is its council's."""
        rows = self.rows(_SOURCES)
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row["council_id"]].append(row)
        deciding = {council_id: summed(group)["source_id"] for council_id, group in groups.items()}
        return [
            row | {"label": source_label(row), "decides": deciding[row["council_id"]] == row["source_id"]}
            for row in rows
        ]
