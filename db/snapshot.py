"""Consistent copies of a database while others write to it, and what of it may be shared."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler.errors import ArchiveError, UsageError

# Columns of listings that hold addresses, or rows with some.
_ADDRESSES = frozenset({"url", "document_url", "agenda_url", "documents", "items"})

# What only the machine needs: who crawls right now, what it remembers of addresses, what it has yet to put together.
_MACHINE = """
    UPDATE sources SET lease_owner = NULL, lease_until = NULL;
    UPDATE crawls SET log = '[]';
    DELETE FROM urls;
    DELETE FROM unsettled;
"""


def snapshot(source: Path, target: Path, *, secret: bool = False, then: Callable[[Path], None] | None = None) -> int:
    """Copy a database as it is at one instant, without its free space; writers do not wait. Returns its bytes.

    The copy is made aside, changed by ``then``, checked whole, and only then takes its name. ``secret``: mode 0600
    from its first byte. Raises ArchiveError where the source is damaged, UsageError where the copy cannot be written.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    try:
        with _removed_unless_kept(part):
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if secret else 0o644))
            _copy(source, part)
            if then is not None:
                then(part)
            _check(part)
            _sync(part)
            size = part.stat().st_size
            part.replace(target)
            return size
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None


def share(path: Path) -> None:
    """Take from a copy of the public archive what is of no use to others, or none of their business.

    Addresses of ingested files keep their name and lose the folder of the operator's machine. Nothing that was removed
    stays in the file's bytes.
    """
    with contextlib.closing(_open(path)) as db:
        db.create_function("named", 2, _named, deterministic=True)
        try:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("BEGIN")
            for statement in filter(str.strip, _MACHINE.split(";")):
                db.execute(statement)
            db.execute("UPDATE documents SET url = named(url, id) WHERE url LIKE 'file:%'")
            db.execute("UPDATE documents SET found_on = NULL WHERE found_on LIKE 'file:%'")
            db.execute("COMMIT")
            for index in ("pages_fts", "items_fts"):  # a word whose page is gone goes from the index too
                db.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608  two constants
            db.execute("VACUUM")
        except sqlite3.Error as error:
            raise ArchiveError(f"{path.name}: the copy cannot be prepared: {error}") from error


def local_name(url: str) -> str:
    """The address of an ingested file as others may see it: ``file:`` and its name, with what it was inside of."""
    container, inside, member = url.removeprefix("file:").partition("#")
    return f"file:{container.rstrip('/').rpartition('/')[2]}{inside}{member}"


def without_folders(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a listing as others may see it: addresses of ingested files by their ``local_name`` (DESIGN §6)."""
    return {name: _shared(value) if name in _ADDRESSES else value for name, value in row.items()}


def _shared(value: Any) -> Any:
    if isinstance(value, str):
        return local_name(value) if value.startswith("file:") else value
    if isinstance(value, Mapping):
        return without_folders(value)
    return [_shared(each) for each in value] if isinstance(value, list | tuple) else value


def _named(url: str, document_id: str) -> str:
    """``local_name``, told apart from another file of the same name by the document's id."""
    return local_name(url).replace("file:", f"file:{document_id}/", 1)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise ArchiveError(f"{source}: there is no such archive yet")
    try:
        with contextlib.closing(_open(source, "ro")) as db:
            db.execute("VACUUM INTO ?", [str(target)])
        with contextlib.closing(_open(target)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # one file, which opens on a read-only disk too
    except sqlite3.Error as error:
        raise ArchiveError(f"{source}: cannot be copied: {error}") from error


def _check(path: Path) -> None:
    try:
        with contextlib.closing(_open(path, "ro")) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check")]
            strays = db.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        said, strays = [str(error)], None
    if said != ["ok"] or strays:
        raise ArchiveError(f"{path.name}: the copy is damaged ({said[0]}); the source may be too: see tocsin doctor")


def _open(path: Path, mode: str = "rw") -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _removed_unless_kept(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


__all__ = ["local_name", "share", "snapshot", "without_folders"]
