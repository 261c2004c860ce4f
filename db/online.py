"""Which documents are worth another look: those that a flag rests on, at growing intervals up to a year."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.models import KnownUrl
from db.filters import one_of
from db.queries import Reader
from db.values import moment, optional_moment, stamp

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
AGE = 8  # the interval is the age of a document by this: a week at two months, when acts go offline
AGAIN = timedelta(hours=20)  # before a document that was not found is asked for again, on another day
PATIENCE = timedelta(days=30)  # the longest pause after looks that proved nothing
SEEN_GONE = timedelta(days=7)
# Roots: what came in an archive is online where its archive is.
_WANTED = f"""
    WITH RECURSIVE flagged AS (
        SELECT f.id, f.item_id, f.version_id FROM flags f WHERE f.superseded_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM dismissals x WHERE x.flag_id = f.id)
    ), resting AS (
        SELECT version_id FROM flagged
        UNION SELECT m.version_id FROM matches m JOIN flagged f ON f.id = m.flag_id
            WHERE m.superseded_at IS NULL AND m.version_id IS NOT NULL
        UNION SELECT iv.version_id FROM item_versions iv JOIN flagged f ON f.item_id = iv.item_id
            WHERE iv.superseded_at IS NULL
        UNION SELECT vo.version_id FROM votes vo JOIN flagged f ON f.item_id = vo.item_id WHERE vo.superseded_at IS NULL
    ), tree(id) AS (
        SELECT DISTINCT v.document_id FROM resting r JOIN versions v ON v.id = r.version_id
        UNION SELECT d.parent_id FROM tree t JOIN documents d ON d.id = t.id WHERE d.parent_id IS NOT NULL
    )
    SELECT d.id, d.council_id, d.url, d.first_seen_at, d.last_online_at, d.looked_at, d.gone_since, c.timezone,
           u.etag, u.last_modified, u.sha256,
           (SELECT v.media_type FROM versions v WHERE v.document_id = d.id AND v.state <> 'error-page'
            ORDER BY v.seen_at DESC, v.number DESC LIMIT 1) AS media_type
    FROM tree t JOIN documents d ON d.id = t.id JOIN councils c ON c.id = d.council_id
    LEFT JOIN urls u ON u.council_id = d.council_id AND u.url = d.url
    WHERE d.parent_id IS NULL AND d.mirror = 0 AND (d.url LIKE 'http://%' OR d.url LIKE 'https://%')
      AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.council_id = d.council_id AND s.lease_until > :now)
      AND (:every OR {one_of("d.council_id", "councils")})
"""
_SINCE = f"""
    SELECT l.document_id, l.verdict, count(*) AS looks FROM lookups l JOIN documents d ON d.id = l.document_id
    WHERE l.looked_at > coalesce(d.last_online_at, '') AND l.verdict <> 'online' AND {one_of("l.document_id", "ids")}
    GROUP BY l.document_id, l.verdict
"""


@dataclass(frozen=True, slots=True)
class ToLook:
    """A document whose address is asked again, with what is remembered of it."""

    document_id: str
    council_id: str
    known: KnownUrl
    media_type: str | None
    due_at: datetime


def documents_to_look_at(
    reader: Reader, now: datetime, *, councils: Iterable[str] = (), limit: int | None = None
) -> list[ToLook]:
    """The documents that are due, the longest overdue first; with ``councils`` all of theirs, due or not.

    Those of councils that are being crawled are left out: one queue a host. ``reader`` sees the public archive alone.
    """
    named = sorted(councils)
    asked = {"now": stamp(now), "every": not named, "councils": json.dumps(named)}
    rows = reader.rows(_WANTED, asked)
    since: dict[str, Counter[str]] = {row["id"]: Counter() for row in rows}
    for row in reader.rows(_SINCE, {"ids": json.dumps([row["id"] for row in rows])}):
        since[row["document_id"]][row["verdict"]] = row["looks"]
    found = [_to_look(row, due_at(row, since[row["id"]])) for row in rows]
    due = [each for each in found if named or each.due_at <= now]
    return sorted(due, key=lambda each: (each.due_at, each.known.url))[:limit]


def due_at(row: Mapping[str, Any], since: Mapping[str, int]) -> datetime:
    """When a document is asked for next; ``since`` counts looks since it was last online, by verdict."""
    first = moment(row["first_seen_at"])
    looked = optional_moment(row["looked_at"]) or first
    if row["gone_since"]:
        return looked + _bounded((looked - moment(row["gone_since"])) / AGE, SEEN_GONE)
    if since.get("missing"):
        return looked + AGAIN
    if unclear := since.get("unclear", 0):
        return looked + min(DAY * (1 << min(unclear, 10) - 1), PATIENCE)
    return looked + _bounded((looked - first) / AGE, DAY)


def _bounded(interval: timedelta, least: timedelta) -> timedelta:
    return min(max(interval, least), YEAR)


def _to_look(row: Mapping[str, Any], due: datetime) -> ToLook:
    known = KnownUrl(row["url"], row["etag"], row["last_modified"], row["sha256"], kind="document")
    return ToLook(row["id"], row["council_id"], known, row["media_type"], due)
