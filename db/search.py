"""Full-text search over the pages of documents and the titles of agenda items.

All that agree are counted and ranked up to ``MOST`` pages and as many items; of more, the newest. That bounds the work
of every question, whatever the archive has grown to (docs/performance.md).
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from db import search_marks
from db.filters import EVERYTHING, Columns, Filters, clause, one_of
from db.listings import ITEM_COLUMNS, SHOWN
from db.reader import Archive, ReaderBase, Row
from db.search_marks import ITEM_DAY, JOIN_SESSION, PAGE_DAY
from db.search_scan import Question, Table, match_of, rarity, scan, texts
from db.search_terms import Term, parse
from db.search_text import LONGEST, Part, passage, scores
from db.visible import open_item, open_version

MOST = 1_000
PATIENCE = 0.8  # seconds after which no further piece of the archive is looked at
TITLE_WEIGHT = 2.0  # a word in the title of an item tells more than one on a page
SHOWN_CHARACTERS = 200_000  # of a page, in which passages are looked for

PAGE_COLUMNS = Columns(
    day=PAGE_DAY,
    document_kind=one_of("d.kind", "document_kinds"),
    flag="g.version_id = v.id AND g.page = p.number",
)
# Only the readable content of a document that was seen last; the copies of public documents in private.db never.
_PAGES = f"""
    SELECT pages_fts.rowid AS rowid, 'page' AS type, d.council_id, c.name AS council, s.body,
           s.id AS session_id, s.date AS session_date, NULL AS item_id, NULL AS item_number, NULL AS item_title,
           d.id AS document_id, d.url AS document_url, d.kind AS document_kind, p.number AS page, {PAGE_DAY} AS day
    FROM pages_fts JOIN pages p ON p.id = pages_fts.rowid JOIN versions v ON v.id = p.version_id
    JOIN documents d ON d.id = v.document_id JOIN councils c ON c.id = d.council_id {JOIN_SESSION}
    WHERE pages_fts MATCH :match AND pages_fts.rowid > :low AND pages_fts.rowid <= :high AND d.mirror = 0
    AND NOT EXISTS (
        SELECT 1 FROM versions w WHERE w.document_id = d.id AND w.state IN ('read', 'partial')
        AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
    AND {{where}} ORDER BY pages_fts.rowid DESC LIMIT :limit
"""
_ITEMS = f"""
    SELECT items_fts.rowid AS rowid, 'item' AS type, s.council_id, c.name AS council, s.body,
           s.id AS session_id, s.date AS session_date, i.id AS item_id, i.number AS item_number,
           i.title AS item_title, d.id AS document_id, d.url AS document_url, d.kind AS document_kind, i.page,
           {ITEM_DAY} AS day
    FROM items_fts JOIN items i ON i.row = items_fts.rowid JOIN sessions s ON s.id = i.session_id
    JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = i.version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE items_fts MATCH :match AND items_fts.rowid > :low AND items_fts.rowid <= :high
    AND {SHOWN.format("i")} AND s.superseded_at IS NULL AND {{where}} ORDER BY items_fts.rowid DESC LIMIT :limit
"""
_TABLES = {
    "page": Table("pages_fts", "text", "pages", "id", _PAGES),
    "item": Table("items_fts", "title", "items", "row", _ITEMS),
}
_OPEN = {"page": open_version("v"), "item": f"({open_item('i')})"}
_COLUMNS = {"page": PAGE_COLUMNS, "item": ITEM_COLUMNS}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    rows: tuple[Row, ...] = ()  # of the piece that was asked for; each with ``passage``, a tuple of ``Part``
    total: int = 0  # at most MOST
    more: bool = False  # there are more: the newest were ranked
    looked: int | None = None  # how many of the newest pages could be looked at, where not all


@dataclass(frozen=True, slots=True)
class _Hit:
    row: Row
    archive: Archive
    score: float


class Search(ReaderBase):
    """``find`` and ``search``."""

    def find(
        self,
        text: str,
        filters: Filters = EVERYTHING,
        *,
        limit: int = 20,
        offset: int = 0,
        newest: bool = False,
        opened: bool = False,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> Found:
        """The items and pages that agree with ``text`` (see ``db.search_terms``), best or ``newest`` first.

        Never fails on odd input: what holds no word finds nothing. ``opened`` narrows to what strangers may see
        (``db.visible``); passages of pages are then one sentence. ``patience``: seconds after which no further piece of
        the archive is looked at. Raises ArchiveError where a file is damaged.
        """
        terms = parse(text)
        wanted = tuple(term for term in terms if not term.exclude)
        if not wanted or limit < 1:
            return Found()
        end = clock() + patience
        scanned = []
        for archive in self.archives:
            for name, table in _TABLES.items():
                asked = self._question(name, terms, filters, opened)
                scanned.append((archive, name, scan(self._ask(archive), table, asked, lambda: clock() >= end)))
        rows = [(archive, name, found.rows) for archive, name, found in scanned]
        any_row = any(each for _, _, each in rows)
        weights = rarity(self._ask(self.archives[-1]), _TABLES["page"], wanted) if any_row else []
        hits = list(self._unranked(rows) if newest else self._ranked(rows, wanted, weights))
        hits.sort(key=_by_day if newest else _by_score, reverse=True)
        looked = [found.looked for _, name, found in scanned if found.looked is not None and name == "page"]
        return Found(
            tuple(self._shown(hits[:MOST][offset : offset + limit], wanted, weights, sentence=opened)),
            min(len(hits), MOST),
            len(hits) > MOST or any(found.more for _, _, found in scanned),
            min(looked) if looked else None,
        )

    def search(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 20, *, markers: tuple[str, str] = ("[", "]")
    ) -> list[Row]:
        """The rows of ``find``; ``snippet`` is plain text around the first hits, each between ``markers``.

        Shown as HTML, it must be escaped. The rows' ``type`` is ``item`` or ``page``.
        """
        return [in_one_line(row, markers) for row in self.find(text, filters, limit=limit).rows]

    def _question(self, name: str, terms: tuple[Term, ...], filters: Filters, opened: bool) -> Question:
        where = clause(filters, _COLUMNS[name])
        condition = f"{where.sql} AND {_OPEN[name]}" if opened else where.sql
        marks = search_marks.wanted(filters, opened=opened and name == "page")
        return Question(terms, marks, condition, where.parameters | {"least": self.minimum_score}, MOST)

    def _ask(self, archive: Archive) -> Callable[..., list[Row]]:
        return partial(self.ask, archive)

    def _unranked(self, found: list[tuple[Archive, str, list[Row]]]) -> Iterator[_Hit]:
        return (_Hit(row, archive, 0.0) for archive, _, rows in found for row in rows)

    def _ranked(
        self, found: list[tuple[Archive, str, list[Row]]], wanted: tuple[Term, ...], weights: list[float]
    ) -> Iterator[_Hit]:
        for archive, name, rows in found:
            read = texts(self._ask(archive), _TABLES[name], [row["rowid"] for row in rows], LONGEST)
            ranks = scores([read.get(row["rowid"], "") for row in rows], wanted, weights) if rows else []
            weight = TITLE_WEIGHT if name == "item" else 1.0
            yield from (_Hit(row, archive, rank * weight) for row, rank in zip(rows, ranks, strict=True))

    def _shown(
        self, hits: list[_Hit], wanted: tuple[Term, ...], weights: list[float], *, sentence: bool
    ) -> Iterator[Row]:
        """The rows of what is shown alone, with their passages."""
        for hit in hits:
            table = _TABLES[hit.row["type"]]
            read = texts(self._ask(hit.archive), table, [hit.row["rowid"]], SHOWN_CHARACTERS)
            kept = {key: value for key, value in hit.row.items() if key != "rowid"}
            text, alone = read.get(hit.row["rowid"], ""), sentence and hit.row["type"] == "page"
            parts = passage(text, wanted, weights=weights, sentence=alone)
            yield kept | {"passage": parts, "score": round(hit.score, 4)}


def expression_of(text: str, filters: Filters = EVERYTHING, *, opened: bool = False) -> str | None:
    """What ``pages_fts MATCH`` is asked for a search, whole; None where nothing is asked."""
    terms = parse(text)
    if all(term.exclude for term in terms):
        return None
    return match_of(_TABLES["page"], terms, search_marks.wanted(filters, opened=opened))


def in_one_line(row: Row, markers: tuple[str, str]) -> Row:
    """A row of ``find`` with its passage as plain text."""
    parts: tuple[Part, ...] = row["passage"]
    text = "".join(f"{markers[0]}{part.text}{markers[1]}" if part.hit else part.text for part in parts)
    return {key: value for key, value in row.items() if key != "passage"} | {"snippet": text.strip()}


def _by_score(hit: _Hit) -> tuple[Any, ...]:
    return (hit.score, hit.row["day"] or "", hit.row["document_id"] or "")


def _by_day(hit: _Hit) -> tuple[Any, ...]:
    return (hit.row["day"] or "", hit.row["type"], hit.row["rowid"])


__all__ = ["MOST", "Found", "Part", "Search", "expression_of", "in_one_line"]
