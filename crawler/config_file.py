"""The one thing that we write into ``tocsin.toml``: a ``[[council]]`` block at its end, on ``tocsin add``.

All else in the file, comments and blank lines included, stays byte for byte as its owner wrote it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.config import Config, parse_config
from crawler.errors import UsageError


def append_council(path: Path, block: Mapping[str, str | Sequence[str]]) -> Config:
    """Append ``block`` and return the configuration as it is then.

    The result is checked before anything is written; two commands at once wait for each other.
    Raises ConfigError where the file would be wrong, UsageError where it cannot be written.
    """
    try:
        with path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            before = stream.read()
            addition = _addition(before, block)
            config = parse_config((before + addition).decode("utf-8-sig"), str(path))
            stream.seek(0, os.SEEK_END)
            stream.write(addition)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; add the [[council]] block by hand") from None
    return config


def _addition(before: bytes, block: Mapping[str, str | Sequence[str]]) -> bytes:
    lines = ["[[council]]", *(f"{key} = {_value(value)}" for key, value in block.items())]
    text = "\n" + "\n".join(lines) + "\n"
    if before and not before.endswith(b"\n"):
        text = "\n" + text
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    return text.encode()


def _value(value: str | Sequence[str]) -> str:
    """As TOML; its basic strings and arrays are written like JSON's."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False).replace("\x7f", "\\u007f")
