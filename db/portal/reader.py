"""The archive as the portal reads it: every listing of ``db.queries`` on a connection of Datasette's read-only pool."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from sqlite_utils import Database

from crawler.errors import ArchiveError
from db.queries import Reader
from db.reader import Archive, Row
from db.values import clean
from db.visible import shadows

T = TypeVar("T")


class PublicReader(Reader):
    """``db.queries.Reader`` on one open connection to ``archive.db``; public facts alone."""

    def __init__(self, connection: sqlite3.Connection, minimum_score: float) -> None:
        self.connection = connection
        self.minimum_score = minimum_score
        self.archives = [Archive("public", Database(connection, execute_plugins=False))]

    def ask(self, archive: Archive, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a query as dicts; ``:origin`` and ``:least`` (the minimum score) are always bound.

        Raises QueryInterrupted where the page's time is up, ArchiveError where the file is damaged.
        """
        given = {"origin": "public", "least": self.minimum_score, **(parameters or {})}
        bound = {name: clean(value) if isinstance(value, str) else value for name, value in given.items()}
        try:
            cursor = self.connection.execute(sql, bound)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, values, strict=True)) for values in cursor]
        except sqlite3.OperationalError as error:
            if error.args == ("interrupted",):
                raise QueryInterrupted(error, sql, bound) from error
            raise ArchiveError(f"the archive cannot be read: {error}") from error
        except sqlite3.Error as error:
            raise ArchiveError(f"the archive cannot be read: {error}") from error

    def current_id(self, identifier: str) -> str:
        """What an id that was merged is called today; the id itself where it was not."""
        return self._resolve(identifier)


def prepare(connection: sqlite3.Connection, *, public: bool = False, minimum_score: float = 0.5) -> None:
    """Give a connection what the SQL of ``db.listings`` asks for: ``dismissed``, always fresh, and ``hidden``.

    ``public``: it sees what strangers may see and nothing else (``db.visible``).
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS hidden(id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.execute("CREATE TEMP VIEW IF NOT EXISTS dismissed AS SELECT flag_id AS id FROM main.dismissals")
    for statement in shadows(minimum_score) if public else ():
        connection.execute(statement)
    connection.commit()


def read(connection: sqlite3.Connection, ask: Callable[[PublicReader], T], minimum_score: float, limit: int) -> T:
    """What ``ask`` finds, all of it in one snapshot and within ``limit`` milliseconds. Raises QueryInterrupted."""
    archive = PublicReader(connection, minimum_score)
    if connection.in_transaction:  # left by whatever failed on it before: else no page would open on it again
        connection.rollback()
    connection.execute("BEGIN")
    try:
        with sqlite_timelimit(connection, limit):
            return ask(archive)
    finally:
        connection.rollback()
