"""Both archives of a home, open for reading, as if they were one.

Each query runs in each archive, for each is complete in itself (``db.store.mirror``). Where both hold a row of the
same id, the private one knows more: the public one is hidden. What a review dismissed is left out.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from crawler.errors import ArchiveError
from db.closing import Closing
from db.connection import connect_read_only, empty, name_of
from db.home import Home
from db.values import clean

Row = dict[str, Any]
# A version's id that is unique over both archives, from its row ``v`` and the archive's :origin.
VERSION_KEY = "CASE WHEN v.public_id IS NULL THEN :origin || ':' || v.id ELSE 'public:' || v.public_id END"


@dataclass(frozen=True, slots=True)
class Archive:
    """One of the two databases."""

    origin: str  # "public" or "private"
    db: Database


class ReaderBase(Closing):
    """Opens the archives of a home; a context manager. With ``private=False`` the public one alone.

    An item is said to be about the topics of its flags from ``minimum_score`` on: below, flags are hints.
    """

    def __init__(self, home: Home, *, private: bool = True, minimum_score: float = 0.5) -> None:
        self.home = home
        self.minimum_score = minimum_score
        self.archives: list[Archive] = []
        try:
            if private and home.private.exists():
                self.archives.append(Archive("private", connect_read_only(home.private)))
            public = connect_read_only(home.archive) if home.archive.exists() else empty()
            self.archives.append(Archive("public", public))
            dismissed = dismissed_flags(home)
            for archive in self.archives:
                _temporary(archive.db, "dismissed", dismissed)
                _temporary(archive.db, "hidden", [])
            if len(self.archives) == 2:
                _temporary(public, "hidden", _current_ids(self.archives[0].db))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the databases."""
        for archive in self.archives:
            archive.db.close()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a query in the private archive, then in the public one.

        ``:origin`` is ``private`` or ``public``; ``temp.hidden`` holds the ids of rows that the other archive knows
        better, ``temp.dismissed`` those of dismissed flags. Raises ArchiveError where an archive is damaged.
        """
        return [row for archive in self.archives for row in self.ask(archive, sql, parameters)]

    def ask(self, archive: Archive, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a query in one archive, as ``rows`` says."""
        return query(archive.db, sql, {"origin": archive.origin, **(parameters or {})})

    def row(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of a query, or None."""
        return next(iter(self.rows(sql, parameters)), None)


def query(db: Database, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of a query in one database; what goes wrong with the file is an ArchiveError."""
    try:
        # A command line in another encoding gives lone surrogates, which SQLite cannot take.
        bound = {name: clean(value) if isinstance(value, str) else value for name, value in parameters.items()}
        cursor = db.conn.execute(sql, bound)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]
    except sqlite3.Error as error:
        raise ArchiveError(f"{name_of(db)}: cannot be read: {error}") from error


def _temporary(db: Database, name: str, ids: list[str]) -> None:
    """A table of ids that lives as long as the connection."""
    db.conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name}(id TEXT PRIMARY KEY) WITHOUT ROWID")
    db.conn.executemany(f"INSERT OR IGNORE INTO temp.{name} VALUES (?)", [(each,) for each in ids])
    db.conn.commit()


def _current_ids(private: Database) -> list[str]:
    sql = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE superseded_at IS NULL" for table in ("sessions", "items", "flags")
    )
    return [row["id"] for row in query(private, sql, {})]


def dismissed_flags(home: Home) -> list[str]:
    """Flags whose last review dismissed them; of an archive that came without its desk, those it says itself."""
    if home.desk.exists():
        sql = "SELECT flag_id, verdict, max(id) FROM reviews GROUP BY flag_id"
        rows = _once(connect_read_only(home.desk, "desk"), sql)
        return [row["flag_id"] for row in rows if row["verdict"] == "dismissed"]
    if home.archive.exists():
        return [row["flag_id"] for row in _once(connect_read_only(home.archive), "SELECT flag_id FROM dismissals")]
    return []


def _once(db: Database, sql: str) -> list[Row]:
    """The rows of one query; the database is closed after it."""
    try:
        return query(db, sql, {})
    finally:
        db.close()
