"""Short writes: one at a time, all or nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from crawler.errors import ArchiveError


@contextlib.contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """One short write: ``BEGIN IMMEDIATE`` waits for other writers, all is kept or nothing.

    Keep it under 100 ms: no network, no parsing and no file inside. SQLite's errors become ArchiveError.
    """
    try:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.conn.rollback()
            raise
        db.conn.execute("COMMIT")
    except sqlite3.Error as error:
        if db.conn.in_transaction:
            db.conn.rollback()
        raise ArchiveError(f"{name_of(db)}: the write failed: {error}") from error


def name_of(db: Database) -> str:
    """The file behind a connection, for messages."""
    row = db.conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    return str(row[0]) if row and row[0] else "the archive in memory"
