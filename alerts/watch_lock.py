"""One watch per home: a lock that the system releases when its holder dies, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from crawler.errors import TocsinError
from db.home import Home

PATIENCE = 1.0  # seconds: `status` touches the lock for a moment to see whether somebody has it


@contextmanager
def only_watch(home: Home, now: datetime) -> Iterator[None]:
    """Hold the lock of a home. Raises TocsinError, naming the holder, where another process has it."""
    note = home.lock.with_suffix(".json")  # beside the lock, for some versions of the library empty that file
    try:
        with FileLock(home.lock, timeout=PATIENCE):
            holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat(timespec="seconds")}
            note.write_text(json.dumps(holder), encoding="utf-8")
            try:
                yield
            finally:
                note.unlink(missing_ok=True)
    except Timeout:
        raise TocsinError(f"another watch holds {home.root}: {_holder(home)}") from None


def _holder(home: Home) -> str:
    try:
        told = json.loads(home.lock.with_suffix(".json").read_text(encoding="utf-8"))
        return f"process {told['pid']} on {told['host']}, since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"see who has {home.lock} open"
