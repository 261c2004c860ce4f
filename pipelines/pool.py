"""Documents are opened in other processes: a crash, a hang or a memory bomb costs one reading, never the crawl.

Workers get paths, not bytes (5 MB through a pipe cost more than reading them), and import the readers once: they are
forked from a server that has done so.
"""

from __future__ import annotations

import ctypes
import gzip
import logging
import multiprocessing
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from crawler.errors import DocumentError, ReaderDied, TooLarge
from crawler.models import Hints, Reading, VersionState
from pipelines.read import READER_VERSION, read
from pipelines.text.extract import MAX_BYTES

_TASKS_PER_WORKER = 300  # then it is replaced: no library leaks nothing
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_logger = logging.getLogger(__name__)

Reader = Callable[[str, str | None, Hints], Reading]  # a function that a worker can import


class _Pending(Future[Reading]):
    """A future that remembers what a death would not tell."""

    def __init__(self, path: Path, media_type: str | None, hints: Hints) -> None:
        super().__init__()
        self.path, self.media_type, self.hints = path, media_type, hints


class ReaderPool:
    """``workers`` processes that read documents; each gives up after ``seconds`` or beyond ``memory_mb``.

    A context manager. ``submit`` may be called from any thread; its future works with ``asyncio.wrap_future`` and
    fails with ``ReaderDied`` (crash, bug, missing file) or ``TooLarge`` (time, memory); ``result`` turns
    these into a Reading.
    """

    def __init__(
        self, workers: int = 2, seconds: float = 60, memory_mb: int = 1500, reader: Reader | None = None
    ) -> None:
        self._workers, self._seconds, self._memory_mb = workers, seconds, memory_mb
        self._reader = reader or read_path
        self._lock = threading.Lock()
        self._closed = False
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    def close(self, *, wait: bool = True) -> None:
        """End the workers: after what was submitted, or at once."""
        self._closed = True
        if wait:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def submit(self, path: Path, media_type: str | None, hints: Hints) -> Future[Reading]:
        """Read the file at ``path`` (gunzipped first where it is named ``.gz``) as ``pipelines.read.read`` would."""
        pending = _Pending(path, media_type, hints)
        pending.set_running_or_notify_cancel()
        self._schedule(pending, again=True)
        return pending

    @staticmethod
    def result(future: Future[Reading]) -> Reading:
        """The reading; a death or an exhausted limit is a Reading with the state "failed" or "too-large"."""
        try:
            return future.result()
        except DocumentError as error:
            state: VersionState = "too-large" if isinstance(error, TooLarge) else "failed"
            kind = (future.media_type if isinstance(future, _Pending) else None) or "application/octet-stream"
            return Reading(
                media_type=kind.partition(";")[0].strip(), state=state, reason=str(error), reader_version=READER_VERSION
            )

    def _new_pool(self) -> Any:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.pool"])
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_limit,
            initargs=(self._memory_mb,),
            context=context,
        )

    def _schedule(self, pending: _Pending, *, again: bool) -> None:
        arguments = (self._reader, str(pending.path), pending.media_type, pending.hints)
        with self._lock:
            try:
                task = self._pool.schedule(_guarded, args=arguments, timeout=self._seconds)
            except RuntimeError:  # pebble gives a pool up when an idle worker dies
                if self._closed:
                    raise
                self._pool.stop()
                self._pool = self._new_pool()
                task = self._pool.schedule(_guarded, args=arguments, timeout=self._seconds)
        task.add_done_callback(lambda done: self._settle(pending, done, again))

    def _settle(self, pending: _Pending, done: Future[Reading], again: bool) -> None:
        try:
            outcome: Reading | Exception = done.result()
        except BrokenProcessPool as error:
            if again and not self._closed:
                # Not from here: this runs in a thread of the pool that is about to be replaced.
                threading.Thread(target=self._schedule, args=(pending,), kwargs={"again": False}, daemon=True).start()
                return
            outcome = ReaderDied(f"the reader could not be started: {error}")
        except TimeoutError:
            outcome = TooLarge(f"reading took over {self._seconds:g} s and was given up")
        except ProcessExpired as error:
            outcome = ReaderDied(f"the reader crashed on it ({_cause(error.exitcode)})")
        except MemoryError:
            outcome = TooLarge(f"reading needed over {self._memory_mb} MB and was given up")
        except CancelledError:
            outcome = ReaderDied("reading was given up: the pool was closed")
        except DocumentError as error:
            outcome = error
        try:
            if isinstance(outcome, Exception):
                pending.set_exception(outcome)
            else:
                pending.set_result(outcome)
        except InvalidStateError:
            _logger.debug("a reading came after it was cancelled: %s", pending.path)


def read_path(path: str, media_type: str | None, hints: Hints) -> Reading:
    """What a worker does: the bytes of the file through ``pipelines.read.read``."""
    file = Path(path)
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"a file of over {MAX_BYTES // 1_000_000} MB")
    return read(data, media_type, hints)


def _guarded(reader: Reader, path: str, media_type: str | None, hints: Hints) -> Reading:
    """Run in the worker: whatever is raised comes back as an error that survives pickling.

    An exception with arguments of its own, once sent, breaks the whole pool.
    """
    try:
        return reader(path, media_type, hints)
    except (MemoryError, DocumentError):
        raise
    except Exception as error:
        _logger.exception("reading %s failed", hints.url or path)
        raise ReaderDied(f"the reader failed: {type(error).__name__}: {error}"[:300]) from None


def _limit(memory_mb: int) -> None:
    """Bounds of a worker process; a core dump of 1.5 GB per broken PDF helps nobody.

    It dies with the server that forked it, which dies with us: after a ``kill -9`` no hung reader is left behind.
    """
    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _cause(exit_code: int) -> str:
    return f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
