"""How the watching goes: sources, their last crawls, and documents that nobody could read."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from db.reader import ReaderBase, Row
from db.store.sources import COUNTS
from db.values import stamp

# The state of a document is that of the content seen last.
_CURRENT = """
    FROM documents d JOIN councils c ON c.id = d.council_id JOIN versions v ON v.document_id = d.id
    WHERE d.mirror = 0 AND NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = d.id
          AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
"""
# Waiting for a person or a later version, in the order of urgency.
# A container is among them where something in it was left out.
UNREAD = ("failed", "error-page", "needs-ocr", "locked", "too-large", "unsupported", "container", "partial")


class Health(ReaderBase):
    """``sources`` and ``status``."""

    def sources(self) -> list[Row]:
        """A row per source, as the view ``source_health`` has them, with its last crawl under ``last_crawl``."""
        last = {
            row["source_id"]: {name: value for name, value in row.items() if name != "source_id"}
            | {"log": json.loads(row["log"])}
            for row in self.rows(
                f"SELECT id AS crawl_id, source_id, state, reason, started_at, finished_at, {', '.join(COUNTS)}, log"
                " FROM crawls WHERE id IN (SELECT max(id) FROM crawls GROUP BY source_id)"
            )
        }
        leases = {row.pop("id"): row for row in self.rows("SELECT id, lease_owner, lease_until FROM sources")}
        found = self.rows("SELECT * FROM source_health ORDER BY council_id, spider")
        return [row | leases[row["source_id"]] | {"last_crawl": last.get(row["source_id"])} for row in found]

    def status(self, now: datetime) -> dict[str, Any]:
        """The whole picture: ``sources`` (each with ``running`` and ``interrupted``), ``documents`` (how many in each
        state), ``unread`` (those that could not be read fully, with the reason) and ``crawls`` (running, interrupted).

        A crawl that is said to run but whose lease has ended was killed: it counts as interrupted.
        """
        sources = [_running(row, stamp(now)) for row in self.sources()]
        counts = self.rows(f"SELECT v.state, count(*) AS documents {_CURRENT} GROUP BY v.state")
        documents: dict[str, int] = {}
        for row in counts:
            documents[row["state"]] = documents.get(row["state"], 0) + row["documents"]
        unread = self.rows(
            "SELECT d.council_id, c.name AS council, v.state, v.reason, d.url AS document_url, d.id AS document_id,"
            f" v.fetched_at {_CURRENT} AND v.state <> 'read' AND (v.state <> 'container' OR v.reason IS NOT NULL)"
        )
        unread.sort(key=lambda row: (UNREAD.index(row["state"]), row["council_id"], row["document_url"]))
        crawls = {name: sum(source[name] for source in sources) for name in ("running", "interrupted")}
        return {"sources": sources, "documents": documents, "unread": unread, "crawls": crawls}


def _running(source: Row, now: str) -> Row:
    crawl = source["last_crawl"]
    begun = crawl is not None and crawl["state"] == "running"
    leased = source["lease_until"] is not None and source["lease_until"] > now
    interrupted = (begun and not leased) or (crawl is not None and crawl["state"] == "interrupted")
    return source | {"running": begun and leased, "interrupted": interrupted}
