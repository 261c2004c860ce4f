"""Bytes by their SHA-256: written once, never changed, complete or absent."""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
from pathlib import Path

from crawler.errors import ArchiveError


class FileStore:
    """A folder of files named by the SHA-256 of their content (``ab/cdef…``, or ``ab/cdef….gz`` where compressed).

    The hash is always that of the bytes as fetched. With ``secret`` what is written is readable by its owner only;
    the same bytes put again by a store that is not secret become readable by others.
    """

    def __init__(self, root: Path, *, secret: bool = False) -> None:
        self.root = root
        self.mode = 0o600 if secret else 0o644

    def put(self, data: bytes, compress: bool = False) -> str:
        """Keep ``data`` and return its SHA-256. It is on the disk, whole, when this returns (tmp, fsync, rename)."""
        sha = hashlib.sha256(data).hexdigest()
        there = self._find(sha)
        if there is not None:
            self._widen(there)
            return sha
        target = self._plain(sha)
        if compress:
            data, target = gzip.compress(data, 6, mtime=0), target.with_name(target.name + ".gz")
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.mode)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return sha

    def path(self, sha: str) -> Path:
        """Where the bytes lie (perhaps compressed: ``.gz``). Raises ArchiveError where they are missing."""
        found = self._find(sha)
        if found is None:
            raise ArchiveError(f"{self._plain(sha)}: the archived file is missing")
        return found

    def get(self, sha: str) -> bytes:
        """The bytes as fetched. Raises ArchiveError where they are missing or no longer have that hash."""
        where = self.path(sha)
        data = where.read_bytes()
        if where.suffix == ".gz":
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError) as error:
                raise ArchiveError(f"{where}: the archived file is damaged ({error})") from error
        if hashlib.sha256(data).hexdigest() != sha:
            raise ArchiveError(f"{where}: the archived file is damaged: its SHA-256 is no longer that of its name")
        return data

    def remove(self, sha: str) -> bool:
        """Take the bytes away for good; False where they were not there."""
        found = self._find(sha)
        if found is None:
            return False
        found.unlink(missing_ok=True)
        _sync_folder(found.parent)
        return True

    def exists(self, sha: str) -> bool:
        return self._find(sha) is not None

    def compressed(self, sha: str) -> bool:
        """Whether the bytes are kept compressed; False where they are missing."""
        found = self._find(sha)
        return found is not None and found.suffix == ".gz"

    def _plain(self, sha: str) -> Path:
        if len(sha) != 64 or not set(sha) <= set("0123456789abcdef"):
            raise ArchiveError(f"not a SHA-256: {sha!r}")
        return self.root / sha[:2] / sha[2:]

    def _find(self, sha: str) -> Path | None:
        plain = self._plain(sha)
        packed = plain.with_name(plain.name + ".gz")
        return next((path for path in (plain, packed) if path.exists()), None)

    def _widen(self, path: Path) -> None:
        """Bytes that were private and are now public too become readable; never the reverse."""
        mode = path.stat().st_mode & 0o777
        if mode | self.mode != mode:
            path.chmod(mode | self.mode)


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
