"""Listings of any length, row by row: SQLite sorts (on disk where it must), and a few hundred rows are held at a time.

The rows and their order are those of ``db.listings``; both archives are read at one instant each.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

from crawler.errors import ArchiveError
from db import listings
from db.connection import name_of
from db.filters import EVERYTHING, Clause, Filters, clause
from db.listings import SHOWN, Listings, natural
from db.reader import Archive, Row

BATCH = 500
_DATED = ("session_date",)


class Streaming(Listings):
    """``stream``."""

    def stream(self, listing: str, filters: Filters = EVERYTHING) -> Iterator[Row]:
        """The rows of ``flagged``, ``sessions``, ``items``, ``votes`` or ``documents``, as their method gives them.

        Close the iterator, or let it end, before the reader is used otherwise. Raises ArchiveError where a file is
        damaged.
        """
        return _LISTINGS[listing](self, filters)

    def _flagged(self, filters: Filters) -> Iterator[Row]:
        where = clause(filters, listings.FLAG_COLUMNS)
        kept = f"{SHOWN.format('f')} AND f.id NOT IN (SELECT id FROM temp.dismissed)"
        keys = (*_DATED, "council_id", "session_id", "item_number", "page", "flag_id")
        asked = Clause(f"{kept} AND {where.sql}", where.parameters)
        return map(listings.flag_row, self._sorted(listings.FLAGGED, asked, keys))

    def _votes(self, filters: Filters) -> Iterator[Row]:
        current = f"vo.superseded_at IS NULL AND {SHOWN.format('i')} AND s.superseded_at IS NULL"
        where = clause(filters, listings.ITEM_COLUMNS)
        keys = (*_DATED, "council_id", "session_id", "position", "item_id", "vote")
        found = self._sorted(listings.VOTES, Clause(f"{current} AND {where.sql}", where.parameters), keys)
        return (row | {"unanimous": bool(row["unanimous"])} for row in found)

    def _documents(self, filters: Filters) -> Iterator[Row]:
        where = clause(filters, listings.DOCUMENT_COLUMNS)
        asked = Clause(f"d.mirror = 0 AND {where.sql}", where.parameters)
        found = self._sorted(listings.DOCUMENTS, asked, ("first_seen_at", "council_id", "url", "version"), dated=False)
        return (row | {"private": bool(row["private"])} for row in found)

    def _items(self, filters: Filters) -> Iterator[Row]:
        where = clause(filters, listings.ITEM_COLUMNS)
        keys = (*_DATED, "council_id", "session_id", "position", "item_id")
        least = self.minimum_score if filters.min_score is None else filters.min_score
        asked = Clause(f"{SHOWN.format('i')} AND {where.sql}", where.parameters)
        for rows in _batches(self._sorted(listings.ITEMS, asked, keys)):
            topics = self.topics_of([row["item_id"] for row in rows], least)
            yield from (listings.item_row(row, topics.get(row["item_id"], [])) for row in rows)

    def _sessions(self, filters: Filters) -> Iterator[Row]:
        where = clause(filters, listings.SESSION_COLUMNS)
        asked = Clause(f"{SHOWN.format('s')} AND {where.sql}", where.parameters)
        keys = (*_DATED, "council_id", "body", "session_id")
        for rows in _batches(self._sorted(listings.SESSIONS, asked, keys)):
            yield from self.with_items(rows)

    def _sorted(self, sql: str, where: Clause, keys: tuple[str, ...], *, dated: bool = True) -> Iterator[Row]:
        """The rows of a query over both archives, sorted as ``db.listings.by_date`` would, or plainly by ``keys``."""
        order = ", ".join(_ORDER.get(key, "{0}").format(key) for key in keys)
        asked = f"SELECT * FROM ({sql} WHERE {where.sql}) ORDER BY {order}"
        rank = _by_date(keys) if dated else _plainly(keys)
        with ExitStack() as stack:
            found = [stack.enter_context(_rows(archive, asked, where.parameters)) for archive in self.archives]
            yield from heapq.merge(*found, key=rank)


_LISTINGS: dict[str, Callable[[Any, Filters], Iterator[Row]]] = {
    "flagged": Streaming._flagged,
    "sessions": Streaming._sessions,
    "items": Streaming._items,
    "votes": Streaming._votes,
    "documents": Streaming._documents,
}
_DIGITS = "{0} NOT GLOB '*[^0-9]*' AND {0} <> ''"
# What ``natural`` does, in SQL: missing first, then numbers by value, then text. Ids are text and sort as they are.
_NATURAL = (
    f"CASE WHEN {{0}} IS NULL THEN 0 WHEN {_DIGITS} THEN 1 ELSE 2 END, "
    f"CASE WHEN {_DIGITS} THEN CAST({{0}} AS REAL) END, {{0}}"
)
_ORDER = {"session_date": "{0} IS NULL, {0}"} | dict.fromkeys(
    ("item_number", "council_id", "session_id", "item_id", "flag_id", "body"), _NATURAL
)


def _by_date(keys: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    rest = keys[1:]

    def rank(row: Row) -> tuple[Any, ...]:
        day = row["session_date"]
        return (day is None, day or "", *[natural(row[key]) for key in rest])

    return rank


def _plainly(keys: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: tuple(row[key] for key in keys)


@contextmanager
def _rows(archive: Archive, sql: str, parameters: dict[str, Any]) -> Iterator[Iterator[Row]]:
    """The rows of a query as they come, of one instant of the archive."""
    connection = archive.db.conn
    begun = not connection.in_transaction
    if begun:
        connection.execute("BEGIN")  # what is looked up beside a batch belongs to the same instant
    try:
        yield _told(connection.execute(sql, {"origin": archive.origin, **parameters}))
    except sqlite3.Error as error:
        raise ArchiveError(f"{name_of(archive.db)}: cannot be read: {error}") from error
    finally:
        if begun:
            connection.rollback()


def _told(cursor: sqlite3.Cursor) -> Iterator[Row]:
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
