"""Page images, drawn in one guarded process beside the portal and kept on the disk.

A hostile or huge document costs its own image: the process has limits of time and memory, the line before it is short,
and who comes when it is full is told to come again. Nothing here waits in the event loop.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import os
import secrets
import stat
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path

from crawler.errors import Busy, DocumentError
from pipelines.text.page_image import PageImage, draw_path
from pipelines.text.page_places import Passage
from pipelines.worker_guards import Limits
from pipelines.workers import Task, Workers

SECONDS = 8.0  # for one page: the slowest honest plan of 400 real ones took 3
MEMORY_MB = 900
WAITING = 12  # images under way or in line; a page needs 0.2 s
KEPT_MB = 300  # on the disk
PRUNED_EVERY = 40  # images written
REMEMBERED = 300.0  # seconds for which a document that could not be drawn is not tried again


class PageImages:
    """The images of one home's pages; ``folder`` is made when the first is kept. ``close`` ends the process."""

    def __init__(self, folder: Path, *, seconds: float = SECONDS, kept_mb: int = KEPT_MB) -> None:
        self.folder, self.seconds, self.kept = folder, seconds, kept_mb * 1_000_000
        self._workers: Workers | None = None
        self._lock = threading.Lock()
        self._flying: dict[str, Future[PageImage]] = {}
        self._failed: dict[str, tuple[float, DocumentError]] = {}
        self._tickets = count()
        self._written = 0

    async def get(self, source: Path, sha: str, media_type: str, number: int, passages: Sequence[Passage]) -> bytes:
        """The page as JPEG with its passages highlighted. Raises DocumentError, or Busy where too many wait."""
        key = key_of(sha, number, passages)
        path = self._path(sha, key)
        known = await asyncio.to_thread(_read, path)
        if known is not None:
            return known
        image = await asyncio.wrap_future(self._drawn(key, source, media_type, number, passages))
        await asyncio.to_thread(self._keep, path, image.data)
        return image.data

    def forget(self, sha: str) -> None:
        """Remove the images of a document."""
        forget(self.folder, sha)

    def close(self) -> None:
        """End the process; those who wait are told."""
        with self._lock:
            workers, self._workers = self._workers, None
        if workers is not None:
            workers.close(wait=False)
            atexit.unregister(self.close)

    # ------------------------------------------------------------------ inside

    def _drawn(
        self, key: str, source: Path, media_type: str, number: int, passages: Sequence[Passage]
    ) -> Future[PageImage]:
        """The image that is under way, or a new task; the same page is drawn once however many ask."""
        with self._lock:
            since, error = self._failed.get(key, (0.0, None))
            if error is not None and time.monotonic() - since < REMEMBERED:
                raise error
            if key in self._flying:
                return self._flying[key]
            if len(self._flying) >= WAITING:
                raise Busy("too many pages are being drawn")
            future: Future[PageImage] = Future()
            future.set_running_or_notify_cancel()  # one reader who leaves must not cancel it for the others
            self._flying[key] = future
            if self._workers is None:
                self._workers = Workers(1, Limits(memory_mb=MEMORY_MB, niceness=5))
                atexit.register(self.close)
            workers = self._workers

        def done(image: PageImage, error: DocumentError | None) -> None:
            with self._lock:
                self._flying.pop(key, None)
                if error is not None:
                    if len(self._failed) > 500:
                        self._failed.clear()
                    self._failed[key] = time.monotonic(), error
            if error is None:
                future.set_result(image)
            else:
                future.set_exception(error)

        arguments = (str(source), media_type, number, tuple(passages), True)
        workers.run(Task((0, next(self._tickets)), draw_path, arguments, self.seconds, "drawing a page", done))
        return future

    def _path(self, sha: str, key: str) -> Path:
        return self.folder / sha[:2] / sha / f"{key}.jpg"

    def _keep(self, path: Path, data: bytes) -> None:
        """Keep an image, whole or not at all; a full or read-only disk costs the copy, never the page."""
        part = path.with_name(f".{secrets.token_hex(6)}.part")
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                part.write_bytes(data)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        self._written += 1
        if self._written % PRUNED_EVERY == 1:
            with contextlib.suppress(OSError):
                prune(self.folder, self.kept)


def key_of(sha: str, number: int, passages: Sequence[Passage]) -> str:
    """What an image is called: it changes with what is highlighted in it."""
    marked = hashlib.sha256(repr([(each.text, each.before, each.after) for each in passages]).encode()).hexdigest()[:12]
    return f"{sha[:12]}-{number}-{marked}"


def forget(folder: Path, sha: str) -> None:
    """Remove the images of a document from a folder of images."""
    held = folder / sha[:2] / sha
    for path in list(held.iterdir()) if held.is_dir() else ():
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        held.rmdir()


def prune(folder: Path, most: int) -> None:
    """Remove the images read longest ago until four fifths of ``most`` bytes are left, where there are more."""
    found: list[tuple[float, int, str]] = []
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            about = path.stat()
            if stat.S_ISREG(about.st_mode):
                found.append((about.st_mtime, about.st_size, str(path)))
    size = sum(each[1] for each in found)
    if size <= most:
        return
    for _, length, name in sorted(found):
        Path(name).unlink(missing_ok=True)
        size -= length
        if size <= most * 4 // 5:
            return


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return data
