"""Lock files of a home: who holds one is alone at its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import TocsinError


@contextmanager
def alone(path: Path, refusal: TocsinError, seconds: float = 0) -> Iterator[None]:
    """Hold the lock at ``path``; raises ``refusal`` where another process still has it after ``seconds``."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise refusal from None
    try:
        yield
    finally:
        lock.release()
