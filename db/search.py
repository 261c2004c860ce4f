"""Full-text search over the pages of documents and the titles of agenda items."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json

from db.filters import EVERYTHING, Clause, Columns, Filters, clause, one_of
from db.listings import ITEM_COLUMNS, SHOWN
from db.reader import Archive, ReaderBase, Row, query
from db.search_terms import expression, parse

SNIPPET_WORDS = 24

_SESSION_OF_PAGE = """coalesce(
    (SELECT i.session_id FROM items i WHERE i.version_id = v.id AND i.page = p.number AND i.superseded_at IS NULL),
    (SELECT CASE WHEN count(*) = 1 THEN max(sv.session_id) END FROM session_versions sv
     WHERE sv.version_id = v.id AND sv.superseded_at IS NULL))"""
PAGE_COLUMNS = Columns(
    day="coalesce(s.date, substr(d.first_seen_at, 1, 10))",
    document_kind=one_of("d.kind", "document_kinds"),
    flag="g.version_id = v.id AND g.page = p.number",
)
# Only the readable content of a document that was seen last; the copies of public documents in private.db never.
_PAGES = f"""
    SELECT pages_fts.rowid AS rowid, pages_fts.rank AS rank, 'page' AS type, d.council_id, c.name AS council, s.body,
           s.id AS session_id, s.date AS session_date, NULL AS item_id, NULL AS item_number, NULL AS item_title,
           d.id AS document_id, d.url AS document_url, d.kind AS document_kind, p.number AS page
    FROM pages_fts JOIN pages p ON p.id = pages_fts.rowid JOIN versions v ON v.id = p.version_id
    JOIN documents d ON d.id = v.document_id JOIN councils c ON c.id = d.council_id
    LEFT JOIN sessions s ON s.id = {_SESSION_OF_PAGE} AND s.superseded_at IS NULL
    WHERE pages_fts MATCH :terms AND d.mirror = 0 AND NOT EXISTS (
        SELECT 1 FROM versions w WHERE w.document_id = d.id AND w.state IN ('read', 'partial')
        AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
"""
_ITEMS = f"""
    SELECT items_fts.rowid AS rowid, items_fts.rank AS rank, 'item' AS type, s.council_id, c.name AS council, s.body,
           s.id AS session_id, s.date AS session_date, i.id AS item_id, i.number AS item_number,
           i.title AS item_title, d.id AS document_id, d.url AS document_url, d.kind AS document_kind, i.page
    FROM items_fts JOIN items i ON i.row = items_fts.rowid JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = i.version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE items_fts MATCH :terms AND {SHOWN.format("i")} AND s.superseded_at IS NULL
"""
_TABLES = {"page": ("pages_fts", _PAGES, PAGE_COLUMNS), "item": ("items_fts", _ITEMS, ITEM_COLUMNS)}


class Search(ReaderBase):
    """``search``."""

    def search(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 20, *, markers: tuple[str, str] = ("[", "]")
    ) -> list[Row]:
        """The items and pages that hold every word of ``text`` (see ``db.search_terms``), best first.

        Never fails on odd input: what holds no word finds nothing. ``snippet`` is plain text around the first hits,
        each between ``markers``; shown as HTML, it must be escaped. The rows' ``type`` is ``item`` or ``page``.
        """
        terms = expression(parse(text))
        if terms is None or limit < 1:
            return []
        found = [
            (hit, archive)
            for archive in self.archives
            for table in _TABLES
            for hit in _hits(archive, table, terms, filters, limit)
        ]
        found.sort(key=lambda pair: (pair[0]["rank"], pair[0]["session_date"] or "", pair[0]["document_id"] or ""))
        shown = found[:limit]
        snippets: dict[tuple[str, str, int], str] = {}
        for archive in self.archives:
            for table in _TABLES:
                rowids = [hit["rowid"] for hit, home in shown if home is archive and hit["type"] == table]
                for rowid, snippet in _snippets(archive, table, terms, rowids, markers).items():
                    snippets[archive.origin, table, rowid] = snippet
        return [
            {key: value for key, value in hit.items() if key not in ("rowid", "rank")}
            | {"snippet": snippets[archive.origin, hit["type"], hit["rowid"]], "score": round(-hit["rank"], 4)}
            for hit, archive in shown
        ]


def _hits(archive: Archive, table: str, terms: str, filters: Filters, limit: int) -> list[Row]:
    _, sql, columns = _TABLES[table]
    where: Clause = clause(filters, columns)
    asked = f"{sql} AND {where.sql} ORDER BY rank LIMIT :limit"
    return query(archive.db, asked, {"terms": terms, "limit": limit, **where.parameters})


def _snippets(archive: Archive, table: str, terms: str, rowids: list[int], markers: tuple[str, str]) -> dict[int, str]:
    """The snippets of what is shown alone, for they are costly.

    The plus keeps SQLite from asking the index once per row: a prefix of a thousand words took 7 s that way.
    """
    if not rowids:
        return {}
    name = _TABLES[table][0]
    found = query(
        archive.db,
        f"SELECT rowid, snippet({name}, 0, :open, :close, '…', {SNIPPET_WORDS}) AS snippet FROM {name}"
        f" WHERE {name} MATCH :terms AND +rowid IN (SELECT value FROM json_each(:rowids))",
        {"terms": terms, "rowids": json.dumps(rowids), "open": markers[0], "close": markers[1]},
    )
    return {row["rowid"]: " ".join(row["snippet"].split()) for row in found}
