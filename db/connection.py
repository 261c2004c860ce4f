"""Opening the databases: created whole, migrated forward, read by many and written by one at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlite_utils import Database

from crawler.errors import ArchiveError
from db import search_index
from db.migrations import ARCHIVE, DESK
from db.transactions import name_of, transaction

Kind = Literal["archive", "desk"]
SCHEMAS: dict[Kind, tuple[str, ...]] = {"archive": ARCHIVE, "desk": DESK}
# 200,000 pages of text: 234 MB with pages of 4096 bytes, 134 MB with 16384. It must be set before the first write.
PAGE_SIZES: dict[Kind, int] = {"archive": 16384, "desk": 4096}
BUSY_SECONDS = 30.0
LONG_WAIT = 5_000  # versions to be indexed: some ten seconds


def connect(path: Path, kind: Kind = "archive", secret: bool = False) -> Database:
    """Open (and where absent create) a database, at this program's schema.

    ``secret``: mode 0600 from the first byte; SQLite gives its ``-wal`` and ``-shm`` files the mode of the database.
    Raises ArchiveError where the file is damaged, of a newer program, or something else.
    """
    try:
        if secret and path.exists() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        if not path.exists():
            _create(path, kind, secret)
        db = _open(path, kind)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be opened: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise _damaged(path, error) from error
    with _closed_unless_ready(db, path):
        if _migrate(db, path, kind) and kind == "archive":
            _index(db, path)
    return db


def connect_read_only(path: Path, kind: Kind = "archive") -> Database:
    """Open an existing database for reading alone, migrating it first where it is older than this program.

    Raises ArchiveError as ``connect`` does.
    """
    if schema_version(path) < len(SCHEMAS[kind]):
        connect(path, kind).close()
    # A database in WAL mode needs a writable folder, even to be read; on a read-only one it cannot change either.
    frozen = "" if os.access(path.parent, os.W_OK) else "&immutable=1"
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro{frozen}", uri=True, timeout=BUSY_SECONDS)
        db = Database(connection, execute_plugins=False)
    except sqlite3.Error as error:
        raise _damaged(path, error) from error
    with _closed_unless_ready(db, path):
        _check(db, path, kind)
    return db


@contextlib.contextmanager
def _closed_unless_ready(db: Database, path: Path) -> Iterator[None]:
    """Close a database that turns out not to be usable; SQLite's errors become ArchiveError."""
    try:
        yield
    except sqlite3.Error as error:
        db.close()
        raise _damaged(path, error) from error
    except BaseException:
        db.close()
        raise


def empty(kind: Kind = "archive") -> Database:
    """A database in memory with the schema and no rows: what a home without an archive holds."""
    db = Database(memory=True, execute_plugins=False)
    _migrate(db, Path(":memory:"), kind)
    return db


def schema_version(path: Path) -> int:
    """The number of migrations applied to a database. Raises ArchiveError where it is missing or damaged."""
    if not path.exists():
        raise ArchiveError(f"{path}: there is no such archive yet")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise _damaged(path, error) from error


def _create(path: Path, kind: Kind, secret: bool) -> None:
    """Make the database aside and link it into place: nobody ever opens half a schema, and two makers do not meet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600 if secret else 0o666))
    try:
        db = _open(temporary, kind)
        try:
            _migrate(db, path, kind)
        finally:
            db.close()
        with contextlib.suppress(FileExistsError):  # another process was first: its database is as good
            os.link(temporary, path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _open(path: Path, kind: Kind) -> Database:
    db = Database(sqlite3.connect(path, timeout=BUSY_SECONDS), execute_plugins=False)
    try:
        if path.stat().st_size == 0:
            db.execute(f"PRAGMA page_size = {PAGE_SIZES[kind]}")
        db.enable_wal()
        # In WAL mode NORMAL survives every kill of a process; a power cut may take the last commits of the archive,
        # which a crawl finds again, but never those of the desk.
        db.execute(f"PRAGMA synchronous = {'FULL' if kind == 'desk' else 'NORMAL'}")
        db.execute("PRAGMA foreign_keys = ON")
        return db
    except BaseException:
        db.close()
        raise


def _version(db: Database) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _check(db: Database, path: Path, kind: Kind) -> int:
    """The schema's number; raises ArchiveError where the file is not ours or newer than this program."""
    version, known = _version(db), len(SCHEMAS[kind])
    if version > known:
        raise ArchiveError(
            f"{path}: written by a newer Tocsin (schema {version}, this one knows {known}); install the newer version"
        )
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0 and tables:
        raise ArchiveError(f"{path}: a SQLite database, but not one of Tocsin's; move it away or choose another home")
    return version


def _migrate(db: Database, path: Path, kind: Kind) -> bool:
    """Apply what is missing, each migration in a transaction of its own with its number. Returns whether any was."""
    steps = SCHEMAS[kind]
    begun = _version(db)
    while _check(db, path, kind) < len(steps):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            version = _version(db)  # another process may have been faster
            if version < len(steps):
                for statement in _statements(steps[version]):
                    db.conn.execute(statement)
                db.conn.execute(f"PRAGMA user_version = {version + 1}")
            db.conn.execute("COMMIT")
        except BaseException:
            db.conn.rollback()
            raise
    return begun < len(steps)


def _index(db: Database, path: Path) -> None:
    """Index what the migrations left to be indexed, in short transactions: others read and write meanwhile."""
    documents = search_index.waiting(db)
    if documents > LONG_WAIT:
        logging.getLogger(__name__).warning(
            "%s: the search index is made anew for %d documents; this takes minutes, once", path.name, documents
        )
    search_index.catch_up(db, None)


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration one by one: ``executescript`` would commit the transaction around it first."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _damaged(path: Path, error: sqlite3.Error) -> ArchiveError:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return ArchiveError(f"{path}: busy: another program has held it for {BUSY_SECONDS:.0f} seconds")
    return ArchiveError(f"{path}: damaged, or not a SQLite database ({error}); restore a backup or move it away")


__all__ = ["Kind", "connect", "connect_read_only", "empty", "name_of", "schema_version", "transaction"]
