"""What every part of the store works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database
from sqlite_utils.db import Table

from crawler.errors import ArchiveError
from db.closing import Closing
from db.connection import connect, transaction
from db.files import FileStore
from db.home import Home
from db.search_index import catch_up

Row = dict[str, Any]


class Base(Closing):
    """One of the two archives of a home, open for writing; its parts add what is written."""

    def __init__(self, home: Home, *, private: bool = False) -> None:
        self.home = home
        self.private = private
        self.db: Database = connect(home.private if private else home.archive, "archive", secret=private)
        self.files = FileStore(home.files, secret=private)

    def close(self) -> None:
        """Close the database; the store is of no use afterwards."""
        self.db.close()

    @contextmanager
    def write(self) -> Iterator[Database]:
        """A short write transaction; what it changed is indexed after it, in others of their own."""
        with transaction(self.db) as db:
            yield db
        catch_up(self.db)

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Every row of a query, as dicts."""
        cursor = self.db.conn.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]

    def row(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def table(self, name: str) -> Table:
        return self.db.table(name)

    def zone(self, council_id: str) -> ZoneInfo:
        """The council's time zone. Raises ArchiveError for a council that was never put."""
        row = self.row("SELECT timezone FROM councils WHERE id = ?", [council_id])
        if row is None:
            raise ArchiveError(f"{council_id}: no such council in the archive")
        return ZoneInfo(row["timezone"])

    def key(self, row_id: int, public_id: int | None) -> str:
        """The id of a version that is unique over both archives: ``public:12``, ``private:3``."""
        if public_id is not None:
            return f"public:{public_id}"
        return f"{'private' if self.private else 'public'}:{row_id}"
