"""Copies of a home that can be put back: databases as they are at one instant, then the files that they name.

A backup that may be shared holds public facts alone. With ``private`` it is the whole home, and as secret.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from crawler.errors import ArchiveError, UsageError
from db.connection import schema_version
from db.export_files import shas
from db.files import FileStore
from db.home import Home
from db.snapshot import snapshot

PRIVATE = ("private.db", "desk.db")
_SUBSCRIPTION = re.compile(r"\s*\[\[\s*subscription\s*\]\]")
_TABLE = re.compile(r"\s*\[\[?\s*[\w-]+(?:\s*\.\s*[\w-]+)*\s*\]\]?\s*(?:#.*)?$")
_PERSONAL_COMMENT = re.compile(r"\s*#.*@")


@dataclass(slots=True)
class Kept:
    """What a backup holds now; sizes in bytes. ``missing``: files that a database names and the home has not."""

    databases: dict[str, int] = field(default_factory=dict)
    new_files: int = 0
    known_files: int = 0
    new_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def back_up(home: Home, target: Path, *, private: bool) -> Kept:
    """Bring the folder ``target`` up to what ``home`` holds; each database is checked whole before it takes its name.

    Files never change once written: only new ones are added, by hard link where that is possible. Interrupted, the same
    call goes on. Raises UsageError for a folder that must not be used, ArchiveError where a database is damaged.
    """
    _check(home, target, private=private)
    try:
        target.mkdir(mode=0o700 if private else 0o755, parents=True, exist_ok=True)
        if private:
            target.chmod(0o700)
        kept = Kept()
        names = ["archive.db", *(PRIVATE if private else ())]
        for name in names:
            source = home.root / name
            if source.exists():
                kept.databases[name] = snapshot(source, target / name, secret=name in PRIVATE)
        for name in PRIVATE:
            if not private and (home.root / name).exists():
                kept.left_out.append(name)
        # after the databases: so none of them names bytes that came later
        for name in ("archive.db", "private.db"):
            if name in kept.databases:
                _files(home, target, _named(target, name), kept)
        _configuration(home, target, kept, private=private)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None
    return kept


def _check(home: Home, target: Path, *, private: bool) -> None:
    if not home.archive.exists():
        raise ArchiveError(f"{home.archive}: there is no such archive yet")
    inside = target.resolve()
    for own in (home.root, home.files, home.feeds, home.outbox, home.root / "cache"):
        if inside == own.resolve() or (own != home.root and inside.is_relative_to(own.resolve())):
            raise UsageError(f"{target} is a folder of the home itself; back up to another one")
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is no folder")
    held = [name for name in PRIVATE if (target / name).exists()]
    if held and not private:
        names = " and ".join(held)
        raise UsageError(f"{target} holds {names}: add --with-private, or choose another folder for what may be shared")
    there = target / "archive.db"
    if there.exists() and schema_version(there) > schema_version(home.archive):
        raise UsageError(f"{target} was written by a newer Tocsin; choose another folder")


def _named(target: Path, name: str) -> list[str]:
    """The files that a copied database names; of the private one, those that the public one has not."""
    found = shas(target / name)
    public = set(shas(target / "archive.db")) if name == "private.db" else set()
    return [sha for sha in found if sha not in public]


def _files(home: Home, target: Path, wanted: list[str], kept: Kept) -> None:
    source = FileStore(home.files)
    for sha in wanted:
        try:
            path = source.path(sha)
        except ArchiveError as error:
            kept.missing.append(str(error))
            continue
        there = target / "files" / path.relative_to(home.files)
        if there.exists():
            kept.known_files += 1
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        if not _linked(path, there):
            _copied(path, there, kept)
        if there.exists():
            kept.new_files += 1
            kept.new_bytes += there.stat().st_size


def _linked(path: Path, there: Path) -> bool:
    try:
        os.link(path, there)
    except OSError:  # another file system, or one without hard links
        return False
    return True


def _copied(path: Path, there: Path, kept: Kept) -> None:
    """Copy a file with its mode and compare what was written."""
    part = there.with_name(f".{secrets.token_hex(6)}.part")
    try:
        shutil.copy2(path, part)
        if _digest(part) != _digest(path):
            kept.missing.append(f"{there}: the copy differs from the file; is the disk sound?")
            return
        part.replace(there)
    finally:
        part.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _configuration(home: Home, target: Path, kept: Kept, *, private: bool) -> None:
    if not home.config.exists():
        return
    text = home.config.read_text(encoding="utf-8", errors="replace")
    shown: str | None = text if private else without_subscriptions(text)
    if shown != text:
        kept.left_out.append("subscriptions in tocsin.toml" if shown is not None else "tocsin.toml")
    if shown is None:
        return
    part = target / f".tocsin.toml.{secrets.token_hex(6)}.part"
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
            stream.write(shown)
        part.replace(target / "tocsin.toml")
    finally:
        part.unlink(missing_ok=True)


def without_subscriptions(text: str) -> str | None:
    """A configuration without who subscribes, comments with addresses among them; None where that cannot be done."""
    kept, skipping = [], False
    for line in text.splitlines(keepends=True):
        if _TABLE.match(line.rstrip("\n")):
            skipping = bool(_SUBSCRIPTION.match(line))
        if not skipping and not _PERSONAL_COMMENT.match(line):
            kept.append(line)
    shown = "".join(kept)
    with contextlib.suppress(tomllib.TOMLDecodeError):
        wanted = {key: value for key, value in tomllib.loads(text).items() if key != "subscription"}
        if tomllib.loads(shown) == wanted:
            return shown
    return None


__all__ = ["PRIVATE", "Kept", "back_up", "without_subscriptions"]
