"""How the watching goes: sources, their last crawls, and documents that nobody could read."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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


# From the best to the worst of what a source may be in.
GRAVITY = ("ok", "quiet", "new", "disallowed", "blocked", "blind")


def source_label(row: Mapping[str, Any]) -> str:
    """A source as people are told of it: the council's id, with the platform where it is not the site."""
    return str(row["council_id"]) if row["spider"] == "site" else f"{row['council_id']}/{row['spider']}"


def summed(sources: Sequence[Mapping[str, Any]]) -> Row:
    """The state of a council over its sources, as ``{"state", "reason", "source_id"}`` of the one that decides.

    Only sources that publish before the vote watch a council. Of these the gravest counts among those that ever
    listed anything: where something used to be found, silence is no success (DESIGN §1, promise 3). Where none ever
    did, the gravest of all: a council whose site is mute is not watched because an interface answers.
    """
    early = [row for row in sources if row["early"] and row["state"] != "paused"]
    telling = [row for row in early if row["yielded"]] or early
    if not telling:
        paused = any(row["state"] == "paused" for row in sources)
        reason = None if paused or not sources else "it is read only where it publishes after the vote"
        return {"state": "paused" if paused else "blind" if sources else "new", "reason": reason, "source_id": None}
    worst = max(telling, key=lambda row: GRAVITY.index(row["state"]))
    return {name: worst[name] for name in ("state", "reason", "source_id")}


class Health(ReaderBase):
    """``sources``, ``councils`` and ``status``."""

    def sources(self) -> list[Row]:
        """A row per source, as the view ``source_health`` has them, with its last crawl under ``last_crawl``.

        ``yielded``: it listed a document once; ``moved_to`` and ``moved_at``: where the site is now.
        """
        last = {
            row["source_id"]: {name: value for name, value in row.items() if name != "source_id"}
            | {"log": json.loads(row["log"])}
            for row in self.rows(
                f"SELECT id AS crawl_id, source_id, state, reason, started_at, finished_at, {', '.join(COUNTS)}, log"
                " FROM crawls WHERE id IN (SELECT max(id) FROM crawls GROUP BY source_id)"
            )
        }
        leases = {
            row.pop("id"): row
            for row in self.rows(
                "SELECT id, lease_owner, lease_until, moved_to, moved_at, EXISTS (SELECT 1 FROM crawls c"
                " WHERE c.source_id = s.id AND c.documents_listed > 0) AS yielded FROM sources s"
            )
        }
        found = self.rows("SELECT * FROM source_health ORDER BY council_id, spider <> 'site', spider")
        return [row | leases[row["source_id"]] | {"last_crawl": last.get(row["source_id"])} for row in found]

    def councils(self) -> dict[str, Row]:
        """How each council is watched, by its id: what ``summed`` makes of its sources."""
        found: dict[str, list[Row]] = {}
        for row in self.sources():
            found.setdefault(row["council_id"], []).append(row)
        return {council_id: summed(rows) for council_id, rows in found.items()}

    def status(self, now: datetime) -> dict[str, Any]:
        """The whole picture: ``sources`` (each with ``running`` and ``interrupted``), ``documents`` (how many in each
        state), ``unread`` (those that could not be read fully, with the reason), ``offline`` (how many are no longer
        found at their address) and ``crawls`` (running, interrupted).

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
        offline = sum(row["n"] for row in self.rows("SELECT count(*) AS n FROM offline"))
        return {"sources": sources, "documents": documents, "unread": unread, "offline": offline, "crawls": crawls}


def _running(source: Row, now: str) -> Row:
    crawl = source["last_crawl"]
    begun = crawl is not None and crawl["state"] == "running"
    leased = source["lease_until"] is not None and source["lease_until"] > now
    interrupted = (begun and not leased) or (crawl is not None and crawl["state"] == "interrupted")
    return source | {"running": begun and leased, "interrupted": interrupted}
