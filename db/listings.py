"""The listings behind ``tocsin export`` and its like: rows with the keys of DESIGN §6, in that order."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from crawler.models import is_uncertain
from db.filters import CURRENT_FLAG, EVERYTHING, Clause, Columns, Filters, clause, one_of
from db.reader import ReaderBase, Row

_DAY = "coalesce(s.date, substr({}.first_seen_at, 1, 10))"
FLAG_COLUMNS = Columns(day=_DAY.format("f"), document_kind=one_of("d.kind", "document_kinds"))
SESSION_COLUMNS = Columns(
    day=_DAY.format("s"),
    document_kind="EXISTS (SELECT 1 FROM session_versions sv JOIN versions v2 ON v2.id = sv.version_id"
    " JOIN documents d2 ON d2.id = v2.document_id WHERE sv.session_id = s.id AND sv.superseded_at IS NULL AND "
    f"{one_of('d2.kind', 'document_kinds')})",
    flag="g.session_id = s.id",
)
ITEM_COLUMNS = Columns(day=_DAY.format("i"), document_kind=one_of("d.kind", "document_kinds"), flag="g.item_id = i.id")
DOCUMENT_COLUMNS = Columns(
    day="substr(v.fetched_at, 1, 10)", document_kind=one_of("d.kind", "document_kinds"), flag="g.version_id = v.id"
)
SHOWN = "{0}.superseded_at IS NULL AND {0}.id NOT IN (SELECT id FROM temp.hidden)"
_OUTCOME = 'i.result, i."for", i.against, i.abstain, i.unanimous'
# Whether the document shown was handed to the operator in confidence (DESIGN §1, promise 11).
_METHOD = "coalesce(p.method, CASE WHEN f.legible IS NOT NULL THEN 'ocr' END) AS page_method"  # copies have no pages
_PRIVATE = ":origin = 'private' AND d.mirror = 0 AS private"

# What the documents of an item state, where nothing contradicts it: columns of ``flags``.
FACTS = (
    "amount", "amount_role", "amount_tax", "subsidy", "cameras", "body_cameras", "vendor", "product", "months",
    "funding",
)  # fmt: skip
FLAGGED = f"""
    SELECT f.id AS flag_id, f.council_id, c.name AS council, c.kind, c.department, c.region, s.body, f.session_id,
           s.date AS session_date, s.starts_at, s.status AS session_status, f.item_id, i.number AS item_number,
           i.title AS item_title, f.topics, f.score, f.stance, f.excerpt, d.url AS document_url,
           d.kind AS document_kind, f.page, f.first_seen_at, {_OUTCOME}, {_METHOD}, f.legible, {_PRIVATE},
           coalesce(i.decided, d.kind = 'decision') AS decided, {", ".join(f"f.{name}" for name in FACTS)}
    FROM flags f JOIN councils c ON c.id = f.council_id
    JOIN versions v ON v.id = f.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
    LEFT JOIN sessions s ON s.id = f.session_id LEFT JOIN items i ON i.id = f.item_id
"""
SESSIONS = """
    SELECT s.id AS session_id, s.council_id, s.body, s.date AS session_date, s.starts_at, s.place, s.status,
           s.convened_on, d.url AS agenda_url, c.name AS council, c.kind, c.department, c.region,
           s.first_seen_at, s.private, s.last_day
    FROM sessions s JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = s.agenda_version_id LEFT JOIN documents d ON d.id = v.document_id
"""
ITEMS = f"""
    SELECT i.id AS item_id, i.session_id, s.council_id, i.number, i.title, i.page, d.url AS document_url,
           {_OUTCOME}, i.position, i.listed, i.withdrawn, s.date AS session_date, i.rapporteur, i.theme,
           i.parent_id, i.decided, i.announced
    FROM items i JOIN sessions s ON s.id = i.session_id JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = i.version_id LEFT JOIN documents d ON d.id = v.document_id
"""
VOTES = """
    SELECT s.council_id, s.date AS session_date, i.number AS item_number, i.title AS item_title, vo.result, vo."for",
           vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page, i.id AS item_id, s.id AS session_id,
           i.position, vo.position AS vote, vo.not_voting
    FROM votes vo JOIN items i ON i.id = vo.item_id JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = s.council_id
    JOIN versions v ON v.id = vo.version_id JOIN documents d ON d.id = v.document_id
"""
DOCUMENTS = f"""
    SELECT d.id AS document_id, v.number AS version, d.council_id, d.url, coalesce(r.kind, d.kind) AS kind,
           v.media_type, v.sha256, v.page_count AS pages, v.state, v.reason, v.method, v.fetched_at, o.url AS parent,
           d.first_seen_at, {_PRIVATE}
    FROM documents d JOIN versions v ON v.document_id = d.id JOIN councils c ON c.id = d.council_id
    LEFT JOIN documents o ON o.id = d.parent_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
"""
# Of a session's links: one row per document that contributed, seen first first.
CONTRIBUTED = f"""
    SELECT sv.session_id, d.url, min(d.first_seen_at) AS first_seen_at
    FROM session_versions sv JOIN sessions s ON s.id = sv.session_id JOIN councils c ON c.id = s.council_id
    JOIN versions v ON v.id = sv.version_id JOIN documents d ON d.id = v.document_id
    WHERE sv.superseded_at IS NULL AND {SHOWN.format("s")} AND {{}} GROUP BY sv.session_id, d.url
"""


class Listings(ReaderBase):
    """Facts and documents as lists of dicts; sorted by session date (unknown dates last), then stably."""

    def flagged(self, filters: Filters = EVERYTHING) -> list[Row]:
        """A row per flag that is neither dismissed nor superseded, past and ahead."""
        where = clause(filters, FLAG_COLUMNS)
        kept = f"{SHOWN.format('f')} AND f.id NOT IN (SELECT id FROM temp.dismissed)"
        return self.flag_rows(Clause(f"{kept} AND {where.sql}", where.parameters))

    def flag_rows(self, where: Clause) -> list[Row]:
        """Rows of ``flagged`` on another condition."""
        found = [flag_row(row) for row in self.rows(f"{FLAGGED} WHERE {where.sql}", where.parameters)]
        return by_date(found, "council_id", "session_id", "item_number", "page", "flag_id")

    def sessions(self, filters: Filters = EVERYTHING) -> list[Row]:
        """A row per session, with its items and every document that contributed."""
        where = clause(filters, SESSION_COLUMNS)
        return self.session_rows(Clause(f"{SHOWN.format('s')} AND {where.sql}", where.parameters))

    def session_rows(self, where: Clause) -> list[Row]:
        """Rows of ``sessions`` on another condition."""
        found = self.rows(f"{SESSIONS} WHERE {where.sql}", where.parameters)
        return by_date(self.with_items(found), "council_id", "body", "session_id")

    def with_items(self, found: list[Row]) -> list[Row]:
        """Rows of ``SESSIONS`` as rows of ``sessions``: with their items and every document that contributed."""
        ids = Clause(one_of("s.id", "ids"), {"ids": json.dumps([row["session_id"] for row in found])})
        items = _grouped(self.item_rows(Clause(f"{SHOWN.format('i')} AND {ids.sql}", ids.parameters)), "session_id")
        urls = _grouped(self.rows(CONTRIBUTED.format(ids.sql), ids.parameters), "session_id")
        rows = []
        for row in map(_honest, found):
            documents = sorted(urls[row["session_id"]], key=lambda each: (each["first_seen_at"], each["url"]))
            nested = [_pick(item, *_NESTED) for item in items[row["session_id"]]]
            rows.append(
                _pick(row, *_SESSION) | {"documents": [each["url"] for each in documents], "items": nested} | row
            )
        return rows

    def items(self, filters: Filters = EVERYTHING) -> list[Row]:
        """A row per agenda item."""
        where = clause(filters, ITEM_COLUMNS)
        return self.item_rows(Clause(f"{SHOWN.format('i')} AND {where.sql}", where.parameters), filters.min_score)

    def item_rows(self, where: Clause, min_score: float | None = None) -> list[Row]:
        """Rows of ``items`` on another condition; ``topics`` are those of flags with at least ``min_score``."""
        found = self.rows(f"{ITEMS} WHERE {where.sql}", where.parameters)
        least = self.minimum_score if min_score is None else min_score
        topics = self.topics_of([row["item_id"] for row in found], least)
        rows = [item_row(row, topics.get(row["item_id"], [])) for row in found]
        return by_date(rows, "council_id", "session_id", "position", "item_id")

    def votes(self, filters: Filters = EVERYTHING) -> list[Row]:
        """A row per vote as printed; a number that no document prints is None."""
        where = clause(filters, ITEM_COLUMNS)
        current = f"vo.superseded_at IS NULL AND {SHOWN.format('i')} AND s.superseded_at IS NULL"
        found = self.rows(f"{VOTES} WHERE {current} AND {where.sql}", where.parameters)
        rows = [row | {"unanimous": bool(row["unanimous"])} for row in found]
        return by_date(rows, "council_id", "session_id", "position", "item_id", "vote")

    def documents(self, filters: Filters = EVERYTHING) -> list[Row]:
        """A row per version of each document, readable or not, as it was fetched."""
        where = clause(filters, DOCUMENT_COLUMNS)
        return self.document_rows(Clause(f"d.mirror = 0 AND {where.sql}", where.parameters))

    def document_rows(self, where: Clause) -> list[Row]:
        """Rows of ``documents`` on another condition."""
        found = [_honest(row) for row in self.rows(f"{DOCUMENTS} WHERE {where.sql}", where.parameters)]
        found.sort(key=lambda row: (row["first_seen_at"], row["council_id"], row["url"], row["version"]))
        return found

    def topics_of(self, item_ids: list[str], min_score: float) -> dict[str, list[str]]:
        """The topics of flagged items, best first."""
        sql = f"SELECT g.item_id, g.topics FROM flags g WHERE {CURRENT_FLAG} AND g.score >= :least"
        asked = f"{sql} AND {one_of('g.item_id', 'ids')} ORDER BY g.score DESC"
        topics: dict[str, list[str]] = defaultdict(list)
        for row in self.rows(asked, {"least": min_score, "ids": json.dumps(item_ids)}):
            topics[row["item_id"]] += [each for each in json.loads(row["topics"]) if each not in topics[row["item_id"]]]
        return topics


_NESTED = ("item_id", "number", "title", "page", "document_url", "topics", "outcome")
_SESSION = (
    "session_id", "council_id", "body", "session_date", "starts_at", "place", "status", "convened_on", "agenda_url",
)  # fmt: skip


def by_date(rows: list[Row], *keys: str) -> list[Row]:
    """Sorted by ``session_date`` as dates, unknown ones last, then by ``keys``."""

    def rank(row: Row) -> tuple[Any, ...]:
        day = row["session_date"]
        return (day is None, day or "", *[natural(row[key]) for key in keys])

    return sorted(rows, key=rank)


def natural(value: Any) -> tuple[int, float, str]:
    """A sort key: missing first, then numbers as numbers ("9" before "10"), then text."""
    if value is None:
        return (0, 0.0, "")
    text = str(value)
    return (1, float(text), "") if text.isascii() and text.isdigit() else (2, 0.0, text)


def outcome(row: Row) -> Row | None:
    """What was decided, from a row with the columns of an item; None before the vote."""
    if row["result"] is None:
        return None
    counts = {name: row[name] for name in ("for", "against", "abstain")}
    return {"result": row["result"], **counts, "unanimous": bool(row["unanimous"])}


def _honest(row: Row) -> Row:
    return row | {"private": bool(row["private"])}


_COUNTS = ("result", "for", "against", "abstain", "unanimous")


def flag_row(row: Row) -> Row:
    """A row of ``flagged``, from the columns of ``FLAGGED``."""
    kept = {name: value for name, value in row.items() if name not in (*_COUNTS, "decided")}
    read = {name: kept.pop(name) for name in ("page_method", "legible")}
    doubt = {"uncertain": is_uncertain(row["legible"]), "private": bool(kept.pop("private"))}
    facts = {name: kept.pop(name) for name in FACTS}
    rest = {"decided": bool(row["decided"])} | facts | {"funding": json.loads(facts["funding"] or "[]")}
    return kept | {"topics": json.loads(row["topics"]), "outcome": outcome(row)} | read | doubt | rest


def item_row(row: Row, topics: list[str]) -> Row:
    """A row of ``items``, from the columns of ``ITEMS``."""
    head = _pick(row, "item_id", "session_id", "council_id", "number", "title", "page", "document_url")
    rest = {"position": row["position"], "listed": bool(row["listed"]), "withdrawn": bool(row["withdrawn"])}
    said = _pick(row, "rapporteur", "theme", "parent_id") | {
        "decided": bool(row["decided"]),
        "announced": None if row["announced"] is None else bool(row["announced"]),
    }
    return {**head, "topics": topics, "outcome": outcome(row), **rest, "session_date": row["session_date"], **said}


def _pick(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
