"""What the page *Council* asks of the archive: one council with all that hangs on it, in a handful of queries."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crawler.models import Council
from db.agenda_ahead import UNDATED, is_ahead
from db.portal.reader import PublicReader
from db.reader import Row
from db.store.sources import COUNCIL_COLUMNS
from db.values import optional_day, stamp

COUNCIL = f"SELECT {', '.join(COUNCIL_COLUMNS)} FROM councils WHERE id = :id"
_FLAGS = """
    (SELECT count(DISTINCT coalesce(f.item_id, f.id)) FROM flags f WHERE f.session_id = s.id
     AND f.superseded_at IS NULL AND f.score >= :least AND f.id NOT IN (SELECT id FROM temp.dismissed)) AS flagged
"""
SESSIONS = f"""
    SELECT s.id AS session_id, s.council_id, s.body, s.date AS session_date, s.starts_at, s.last_day, s.place, s.status,
           s.convened_on, s.first_seen_at, d.url AS agenda_url, d.first_seen_at AS agenda_seen_at,
           d.absent_at AS agenda_absent_at,
           (SELECT count(*) FROM items i WHERE i.session_id = s.id AND i.superseded_at IS NULL) AS items, {_FLAGS}
    FROM sessions s LEFT JOIN versions v ON v.id = s.agenda_version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE s.council_id = :id AND s.superseded_at IS NULL
"""
AHEAD = f"{SESSIONS} AND s.status <> 'held' AND (coalesce(s.last_day, s.date) >= :first OR s.date IS NULL)"
PAST = f"{SESSIONS} AND s.date <= :last ORDER BY s.date DESC, s.starts_at DESC, s.id LIMIT :size OFFSET :offset"
COUNTS = """
    SELECT (SELECT count(*) FROM sessions WHERE council_id = :id AND superseded_at IS NULL AND date <= :last) AS past,
           (SELECT count(*) FROM documents WHERE council_id = :id AND mirror = 0) AS documents,
           (SELECT count(DISTINCT coalesce(f.item_id, f.id)) FROM flags f WHERE f.council_id = :id
            AND f.superseded_at IS NULL AND f.score >= :least
            AND f.id NOT IN (SELECT id FROM temp.dismissed)) AS flagged
"""
FLAGGED = """
    SELECT f.id AS flag_id, f.item_id, f.session_id, f.topics, max(f.score) AS score, f.excerpt, f.legible,
           s.date AS session_date, s.body, i.number, i.title, i.result, i."for", i.against, i.abstain, i.unanimous,
           i.withdrawn
    FROM flags f LEFT JOIN sessions s ON s.id = f.session_id LEFT JOIN items i ON i.id = f.item_id
    WHERE f.council_id = :id AND f.superseded_at IS NULL AND f.score >= :least
      AND f.id NOT IN (SELECT id FROM temp.dismissed)
    GROUP BY coalesce(f.item_id, f.id)
    ORDER BY s.date IS NULL, s.date DESC, i.position, f.id LIMIT :size OFFSET :offset
"""
DOCUMENTS = """
    SELECT d.id AS document_id, d.url, d.kind, d.link_text, d.file_name, d.first_seen_at, d.last_seen_at, d.absent_at,
           count(v.id) AS versions, max(v.number) AS number
    FROM (SELECT * FROM documents WHERE council_id = :id AND mirror = 0
          ORDER BY first_seen_at DESC, id LIMIT :size OFFSET :offset) d
    JOIN versions v ON v.document_id = d.id GROUP BY d.id ORDER BY d.first_seen_at DESC, d.id
"""
STATES = """
    SELECT v.document_id, v.state, v.page_count, v.media_type, v.fetched_at, coalesce(r.kind, 'other') AS kind
    FROM json_each(:ids) want JOIN versions v ON v.document_id = want.value
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    ORDER BY v.document_id, v.seen_at, v.number
"""
SOURCES = """
    SELECT o.id AS source_id, o.spider, o.state, o.reason, o.state_since, o.failures, o.last_crawl_at,
           o.last_success_at, o.last_new_document_at, o.early,
           EXISTS (SELECT 1 FROM crawls k WHERE k.source_id = o.id AND k.documents_listed > 0) AS yielded
    FROM sources o WHERE o.council_id = :id ORDER BY o.spider <> 'site', o.spider
"""
BEHIND = """
select session_date, body, item_number, item_title, topics, score, outcome, document_url, page, session_id, item_id
from flagged
where council_id = :council_id
order by session_date desc
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A council and its rows; ``total`` counts what is shown in pages."""

    council: Council
    total: Row
    ahead: tuple[Row, ...]
    past: tuple[Row, ...]
    flagged: tuple[Row, ...]
    documents: tuple[Row, ...]
    sources: tuple[Row, ...]

    @property
    def next_session(self) -> date | None:
        """The day of the next dated session."""
        days = [optional_day(row["session_date"]) for row in self.ahead if row["status"] != "cancelled"]
        return min((day for day in days if day), default=None)


def council_of(archive: PublicReader, identifier: str) -> Council | None:
    """A council of the archive, None for an id that none has."""
    row = archive.row(COUNCIL, {"id": identifier})
    return Council(**row) if row else None


def totals(archive: PublicReader, council: Council, now: datetime) -> Row:
    """How many sessions are past, how many documents and flagged items there are."""
    return archive.rows(COUNTS, {"id": council.id, "last": _yesterday(council, now)})[0]


def found(archive: PublicReader, council: Council, total: Row, slices: dict[str, Any], now: datetime) -> Found:
    """All that the page shows. ``slices``: ``At`` by name (past, flagged, documents)."""
    me = {"id": council.id}

    def part(name: str) -> dict[str, Any]:
        return {**me, "size": slices[name].size, "offset": slices[name].offset}

    first = (now - timedelta(days=1)).date().isoformat()
    ahead = [
        row
        for row in archive.rows(AHEAD, {**me, "first": first})
        if is_ahead(row, council.zone, now) and (row["session_date"] or row["first_seen_at"] >= stamp(now - UNDATED))
    ]
    return Found(
        council,
        total,
        tuple(
            sorted(
                ahead, key=lambda row: (row["session_date"] is None, row["session_date"] or "", row["starts_at"] or "~")
            )
        ),
        tuple(archive.rows(PAST, {**part("past"), "last": _yesterday(council, now)})),
        tuple(row | {"topics": json.loads(row["topics"])} for row in archive.rows(FLAGGED, part("flagged"))),
        tuple(_with_states(archive, archive.rows(DOCUMENTS, part("documents")))),
        tuple(archive.rows(SOURCES, me)),
    )


def _yesterday(council: Council, now: datetime) -> str:
    return (now.astimezone(council.zone) - timedelta(days=1)).date().isoformat()


def _with_states(archive: PublicReader, documents: Sequence[Row]) -> list[Row]:
    """Documents with the state, size and kind of the content seen last."""
    rows = archive.rows(STATES, {"ids": json.dumps([row["document_id"] for row in documents])})
    latest = {row["document_id"]: row for row in rows}  # the last one stays
    return [
        row
        | {name: latest[row["document_id"]][name] for name in ("state", "page_count", "fetched_at")}
        | {"kind": latest[row["document_id"]]["kind"] if row["kind"] == "other" else row["kind"]}
        for row in documents
    ]
