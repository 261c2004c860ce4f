"""Guarded processes: whatever runs in one may crash, hang or swell, and costs its own task alone.

Pebble's pool does the killing; it hands tasks out in the order in which it got them, so the waiting line is ours:
what is light goes ahead of what is heavy, and heavy tasks are given out only while a worker is idle. A document with
text never waits for more than the page that is being recognised.
"""

from __future__ import annotations

import contextlib
import heapq
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.errors import DocumentError, ReaderDied, TooLarge
from pipelines.worker_guards import Limits, guarded, limit

RECYCLED_AFTER = 300  # tasks: no library leaks nothing
AHEAD = 2  # light tasks handed out per worker: one under way, one ready
_logger = logging.getLogger(__name__)

Done = Callable[[Any, DocumentError | None], None]


@dataclass(order=True, slots=True)
class Task:
    """A call to be made in a worker; ``done`` is told its value or why there is none.

    ``order`` is compared: the smaller goes first, and what has ``order[0] > 0`` is heavy.
    """

    order: tuple[int, ...]
    function: Callable[..., Any] = field(compare=False)
    arguments: tuple[Any, ...] = field(compare=False)
    seconds: float = field(compare=False)
    what: str = field(compare=False)  # for the reason: "reading", "recognition"
    done: Done = field(compare=False)
    again: bool = field(default=True, compare=False)  # it may be given to another pool where its own broke

    @property
    def heavy(self) -> bool:
        return self.order[0] > 0


class Workers:
    """``number`` processes with these limits. ``run`` and ``close`` may be called from any thread."""

    def __init__(self, number: int, limits: Limits) -> None:
        self.number, self.limits = number, limits
        self._state = threading.Condition()
        self._line: list[tuple[Task, int]] = []
        self._ticket = count()
        self._flying: set[int] = set()  # ids of the tasks that a pool has
        self._tasks: dict[int, Task] = {}
        self._over = False
        self._pool = self._new_pool()
        self._starter: threading.Thread | None = None
        self._ready = False

    def run(self, task: Task) -> None:
        """Have a task done when its turn comes; after ``close`` it never comes, and the task is told so."""
        with self._state:
            if not self._over:
                heapq.heappush(self._line, (task, next(self._ticket)))
                if self._starter is None:
                    self._starter = threading.Thread(target=self._start, daemon=True)
                    self._starter.start()
        if self._over:
            _tell(task, None, _closed(task))
        self._hand_out()

    def _start(self) -> None:
        """Start the processes beside the caller, for a reactor should not wait a second or two; then give out."""
        with contextlib.suppress(RuntimeError, OSError):  # the tasks meet it again, and tell
            self._pool.schedule(os.getpid)
        with self._state:
            self._ready = True
        self._hand_out()

    def close(self, *, wait: bool = True) -> None:
        """End the processes: after all that was given, and what follows from it, or at once."""
        with self._state:
            if wait:
                self._state.wait_for(lambda: not self._line and not self._flying)
            self._over = True
            pool = self._pool
            left = [task for task, _ in self._line]
            self._line.clear()
            starter = self._starter
        if starter is not None:
            starter.join()  # a pool that is stopped while it starts runs on
        pool.stop()
        pool.join()
        with self._state:
            left += [self._tasks[number] for number in sorted(self._flying)]
            self._flying.clear()
        for task in left:
            _tell(task, None, _closed(task))

    # ------------------------------------------------------------------ giving out

    def _hand_out(self) -> None:
        while True:
            with self._state:
                found = self._next()
                pool = self._pool
            if found is None:
                return
            self._schedule(pool, *found)

    def _next(self) -> tuple[Task, int] | None:
        """The task whose turn it is, where a worker has room for it; it counts as flying from here on."""
        if not self._line or self._over or not self._ready:
            return None
        task, number = self._line[0]
        if len(self._flying) >= (self.number if task.heavy else AHEAD * self.number):
            return None
        heapq.heappop(self._line)
        self._flying.add(number)
        self._tasks[number] = task
        return task, number

    def _schedule(self, pool: Any, task: Task, number: int) -> None:
        arguments = (task.function, task.arguments, task.seconds)
        try:
            future = pool.schedule(guarded, args=arguments, timeout=task.seconds)
        except (RuntimeError, OSError) as error:  # pebble gives a pool up when an idle worker dies; no more processes
            self._broken(pool, task, number, error)
            return
        future.add_done_callback(lambda done: self._settle(pool, task, number, done))

    def _settle(self, pool: Any, task: Task, number: int, done: Future[Any]) -> None:
        """Runs in a thread of the pool."""
        try:
            value, error = done.result(), None
        except BrokenProcessPool as problem:
            self._broken(pool, task, number, problem)
            return
        except (Exception, CancelledError) as problem:
            value, error = None, _reason(task, problem, self.limits)
        self._finish(task, number, value, error)

    def _finish(self, task: Task, number: int, value: Any, error: DocumentError | None) -> None:
        with self._state:
            if number not in self._flying:
                return  # the pool was closed meanwhile, and said so
        _tell(task, value, error)  # before the task is forgotten: what follows from it must be in the line by then
        with self._state:
            self._flying.discard(number)
            self._tasks.pop(number, None)
            self._state.notify_all()
        self._hand_out()

    # ------------------------------------------------------------------ a pool that broke

    def _broken(self, pool: Any, task: Task, number: int, problem: Exception) -> None:
        """Replace the pool, once for all its tasks; each of them is tried once more."""
        with self._state:
            if self._over:
                return  # ``close`` tells them all
            if self._pool is pool:
                self._pool = self._new_pool()
                # Not here: this may be a thread of the very pool, which cannot wait for itself.
                threading.Thread(target=_dispose, args=(pool,), daemon=True).start()
            fresh = self._pool
        if not task.again:
            self._finish(task, number, None, ReaderDied(f"{task.what} could not be begun: {problem}"))
            return
        task.again = False
        threading.Thread(target=self._schedule, args=(fresh, task, number), daemon=True).start()

    def _new_pool(self) -> Any:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.pool", "pipelines.preload"])
        return ProcessPool(
            max_workers=self.number,
            max_tasks=RECYCLED_AFTER,
            initializer=limit,
            initargs=(self.limits,),
            context=context,
        )


def _dispose(pool: Any) -> None:
    """End what is left of a broken pool."""
    pool.stop()
    pool.join()


def _tell(task: Task, value: Any, error: DocumentError | None) -> None:
    try:
        task.done(value, error)
    except Exception:
        _logger.exception("what follows from %s failed", task.what)


def _closed(task: Task) -> DocumentError:
    return ReaderDied(f"{task.what} was given up: the pool was closed")


def _reason(task: Task, problem: BaseException, limits: Limits) -> DocumentError:
    """Why there is no result, as it is told to people."""
    if isinstance(problem, DocumentError):
        return problem
    if isinstance(problem, TimeoutError):
        return TooLarge(f"{task.what} took over {task.seconds:g} s and was given up")
    if isinstance(problem, MemoryError):
        return TooLarge(f"{task.what} needed over {limits.memory_mb} MB and was given up")
    if isinstance(problem, ProcessExpired):
        if problem.exitcode == -signal.SIGXCPU:
            return TooLarge(f"{task.what} took over {task.seconds:g} s of computing and was given up")
        code = problem.exitcode
        return ReaderDied(f"{task.what} crashed ({f'signal {-code}' if code < 0 else f'exit code {code}'})")
    if isinstance(problem, CancelledError):
        return _closed(task)
    return ReaderDied(f"{task.what} failed: {type(problem).__name__}: {problem}"[:300])
