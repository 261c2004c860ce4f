"""The one thing that we write into ``tocsin.toml``: ``[[council]]`` blocks at its end, on ``tocsin add``.

All else in the file, comments and blank lines included, stays byte for byte as its owner wrote it.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crawler.config import Config, parse_config
from crawler.errors import UsageError

Block = Mapping[str, str | Sequence[str]]


def append_council(path: Path, block: Block) -> Config:
    """Append one block; see ``append_councils``."""
    return append_councils(path, [block])


def append_councils(path: Path, blocks: Sequence[Block]) -> Config:
    """Append ``blocks``, all or none, and return the configuration as it is then.

    The result is checked before anything is written; two commands at once wait for each other.
    Raises ConfigError where the file would be wrong, UsageError where it cannot be written.
    """
    try:
        with _locked(path) as stream:
            before = stream.read()
            after = before + b"".join(_addition(before, block, number) for number, block in enumerate(blocks))
            config = parse_config(after.decode("utf-8-sig"), str(path))
            _replace(path.resolve(), after, stream)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; add the [[council]] block by hand") from None
    return config


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file that ``path`` names once nobody else holds its lock: who was waited for may have put a new one there."""
    while True:
        with path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                yield stream
                return


def _replace(path: Path, content: bytes, stream: BinaryIO) -> None:
    """Put the new file in the place of the old one; where the folder forbids that, append to the file itself."""
    old = os.fstat(stream.fileno())
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError:
        _append(content, stream)
        return
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        temporary.chmod(old.st_mode & 0o7777)
        if (old.st_uid, old.st_gid) != (temporary.stat().st_uid, temporary.stat().st_gid):
            os.chown(temporary, old.st_uid, old.st_gid)
        temporary.replace(path)
    except OSError:  # a file of another owner, or one that is mounted by itself
        temporary.unlink(missing_ok=True)
        _append(content, stream)


def _append(content: bytes, stream: BinaryIO) -> None:
    stream.seek(0, os.SEEK_END)
    stream.write(content[stream.tell() :])
    stream.flush()
    os.fsync(stream.fileno())


def _addition(before: bytes, block: Block, number: int) -> bytes:
    lines = ["[[council]]", *(f"{key} = {_value(value)}" for key, value in block.items())]
    text = "\n" + "\n".join(lines) + "\n"
    if before and not number and not before.endswith(b"\n"):
        text = "\n" + text
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    return text.encode()


def _value(value: str | Sequence[str]) -> str:
    """As TOML; its basic strings and arrays are written like JSON's."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False).replace("\x7f", "\\u007f")
