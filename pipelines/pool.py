"""Documents are opened in other processes: a crash, a hang or a memory bomb costs one reading, never the crawl.

Workers get paths, not bytes (5 MB through a pipe cost more than reading them), and import the readers once: they are
forked from a server that has done so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.errors import DocumentError, TooLarge
from crawler.models import Hints, Reading, VersionState
from pipelines.pool_tasks import PageReader, Reader, read_path, recognise_page
from pipelines.reader_version import READER_VERSION
from pipelines.recognition import Document, Means, Pending
from pipelines.text.ocr.installed import availability
from pipelines.text.page_image import PageImage, draw_path
from pipelines.text.page_places import Passage
from pipelines.text.unpack import SpooledParts, unpack_path
from pipelines.worker_guards import Limits
from pipelines.workers import Task, Workers

MOST_WORKERS = 4
_DATA = "TESSDATA_PREFIX"


def workers_here() -> int:
    """How many workers this machine is good for: one a core; each may need as much memory as a reader is allowed."""
    return max(1, min(len(os.sched_getaffinity(0)), MOST_WORKERS))


class ReaderPool:
    """``workers`` processes that read documents; each gives up after ``seconds`` or beyond ``memory_mb``.

    A page that needs recognition is a task of its own, with ``page_seconds``; ``cache`` is the folder where what was
    recognised is remembered. A context manager. ``submit`` may be called from any thread; its future works with
    ``asyncio.wrap_future`` and fails with ``ReaderDied`` (crash, bug, missing file) or ``TooLarge`` (time, memory);
    ``result`` turns these into a Reading.
    """

    def __init__(
        self,
        workers: int = 2,
        seconds: float = 60,
        memory_mb: int = 1500,
        reader: Reader | None = None,
        *,
        page_seconds: float = 60,
        cache: Path | None = None,
        recogniser: PageReader | None = None,
        niceness: int = 0,
    ) -> None:
        installed = availability()
        engine = "given" if recogniser else installed.engine if installed.ready else ""
        self._means = Means(reader or read_path, recogniser or recognise_page, seconds, page_seconds, cache, engine)
        # The server that forks workers was started in another environment, perhaps long ago.
        self._workers = Workers(workers, Limits(memory_mb, niceness, {_DATA: os.environ.get(_DATA)}))
        self._tickets = count()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    def close(self, *, wait: bool = True) -> None:
        """End the workers: after what was submitted, or at once."""
        self._workers.close(wait=wait)

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Future[Reading]:
        """Read the file at ``path`` (gunzipped first where it is named ``.gz``) as ``pipelines.read.read`` would.

        ``ocr``: pages without text are recognised too, behind everything else that waits.
        """
        pending = Pending(path, media_type, hints)
        pending.set_running_or_notify_cancel()
        Document(self._workers, self._means, pending, next(self._tickets), ocr=ocr).begin()
        return pending

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]:
        """Write the members of the container at ``path`` into ``folder``, which exists, under the same guards.

        The future fails with a ``DocumentError``; files may be left in the folder then.
        """
        unpacked: Future[SpooledParts] = Future()
        unpacked.set_running_or_notify_cancel()

        def done(parts: SpooledParts, error: DocumentError | None) -> None:
            if error is None:
                unpacked.set_result(parts)
            else:
                unpacked.set_exception(error)

        arguments = (str(path), media_type, str(folder))
        order = (0, next(self._tickets))
        self._workers.run(Task(order, unpack_path, arguments, self._means.seconds, "unpacking", done))
        return unpacked

    def page_image(
        self, path: Path, media_type: str, number: int, passages: Sequence[Passage] = (), *, painted: bool = True
    ) -> Future[PageImage]:
        """Draw a page of the file at ``path`` as ``pipelines.text.page_image`` does, under the same guards.

        The future fails with a ``DocumentError``.
        """
        drawn: Future[PageImage] = Future()
        drawn.set_running_or_notify_cancel()

        def done(image: PageImage, error: DocumentError | None) -> None:
            if error is None:
                drawn.set_result(image)
            else:
                drawn.set_exception(error)

        arguments = (str(path), media_type, number, tuple(passages), painted)
        order = (0, next(self._tickets))
        self._workers.run(Task(order, draw_path, arguments, self._means.page_seconds, "drawing a page", done))
        return drawn

    @staticmethod
    def result(future: Future[Reading]) -> Reading:
        """The reading; a death or an exhausted limit is a Reading with the state "failed" or "too-large"."""
        try:
            return future.result()
        except DocumentError as error:
            state: VersionState = "too-large" if isinstance(error, TooLarge) else "failed"
            kind = (future.media_type if isinstance(future, Pending) else None) or "application/octet-stream"
            return Reading(
                media_type=kind.partition(";")[0].strip(), state=state, reason=str(error), reader_version=READER_VERSION
            )
