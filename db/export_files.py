"""The archived bytes of public documents as one ZIP or tar file, with a list that ``sha256sum -c`` verifies."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from crawler.errors import ArchiveError, UsageError
from db.files import FileStore

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
_SUMS = "SHA256SUMS"
_PACKED = ("PK", "%PDF", "\xff\xd8", "\x89PNG")  # deflating these again gains nothing
Put = Callable[[str, bytes], None]


def write_files(archive: Path, store: FileStore, target: Path) -> tuple[int, list[str]]:
    """Write the bytes of every version in ``archive`` (a copy of the public one); returns how many, and those missing.

    Each file is named ``files/ab/cdef…`` by its SHA-256, as it was fetched. Raises UsageError for another suffix.
    """
    missing: list[str] = []
    sums: list[str] = []
    with _opened(target) as put:
        for sha in shas(archive):
            try:
                data = store.get(sha)
            except ArchiveError as error:
                missing.append(str(error))
                continue
            name = f"files/{sha[:2]}/{sha[2:]}"
            put(name, data)
            sums.append(f"{sha}  {name}\n")
        put(_SUMS, "".join(sums).encode())
    return len(sums), missing


def shas(archive: Path) -> list[str]:
    """The SHA-256 of every file that a database of ours names, sorted."""
    uri = f"file:{quote(str(archive))}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
        sql = "SELECT sha256 FROM files UNION SELECT sha256 FROM versions UNION SELECT sha256 FROM version_hashes"
        return [row[0] for row in db.execute(f"{sql} EXCEPT SELECT sha256 FROM takedowns ORDER BY 1")]  # noqa: S608 - a constant


@contextmanager
def _opened(target: Path) -> Iterator[Put]:
    if target.name.endswith(".zip"):
        with zipfile.ZipFile(target, "w") as zipped:
            yield lambda name, data: _zip(zipped, name, data)
    elif target.name.endswith(SUFFIXES):
        with tarfile.open(target, "w:gz" if target.name.endswith(("gz",)) else "w") as tarred:
            yield lambda name, data: _tar(tarred, name, data)
    else:
        raise UsageError(f"--files {target.name}: end its name in one of {', '.join(SUFFIXES)}")


def _zip(zipped: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name)  # dated 1980: the same archive gives the same bytes
    info.external_attr = 0o644 << 16
    packed = data[:4].decode("latin-1").startswith(_PACKED)
    zipped.writestr(info, data, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)


def _tar(tarred: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tarred.addfile(info, io.BytesIO(data))


__all__ = ["SUFFIXES", "shas", "write_files"]
