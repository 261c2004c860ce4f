"""One document through the pool: read; its pages without text recognised, each alone; read again with what they say.

Chained by callbacks: no thread waits. A page that hangs, crashes or swells is named in the reading's reason and keeps
waiting; the others are read.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import DocumentError
from crawler.models import Hints, Reading
from pipelines.pool_tasks import PageReader, Reader
from pipelines.text.limits import MAX_OCR_PAGES
from pipelines.text.ocr.types import OcrPage
from pipelines.workers import Task, Workers

MOST_FAILURES = 5  # then the other pages of the document are given up as well
AT_ONCE = 2  # pages of one document in the line, per worker
LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Means:
    """What a pool reads with; ``engine`` names who recognises pages, empty where nobody does."""

    reader: Reader
    recogniser: PageReader
    seconds: float
    page_seconds: float
    cache: Path | None
    engine: str


class Pending(Future[Reading]):
    """A future that remembers what a death would not tell."""

    def __init__(self, path: Path, media_type: str | None, hints: Hints) -> None:
        super().__init__()
        self.path, self.media_type, self.hints = path, media_type, hints


class Document:
    """The three stages of one document; ``begin`` starts them, and ``pending`` gets what comes of them."""

    def __init__(self, workers: Workers, means: Means, pending: Pending, ticket: int, *, ocr: bool) -> None:
        self.workers, self.means, self.pending, self.ticket, self.ocr = workers, means, pending, ticket, ocr
        self._guard = threading.Lock()  # pages are told by several threads
        self._first: Reading | None = None
        self._to_do: list[int] = []
        self._under_way = 0
        self._over = False  # all pages have been told
        self._pages: dict[int, OcrPage] = {}
        self._failed: dict[int, str] = {}
        self._left_out = ""

    def begin(self) -> None:
        """First stage: everything but recognition."""
        self._read({}, self._was_read)

    def _read(self, pages: Mapping[int, OcrPage], done: Callable[[Reading, DocumentError | None], None]) -> None:
        pending = self.pending
        arguments = (str(pending.path), pending.media_type, pending.hints, pages, self.means.seconds)
        self.workers.run(Task((0, self.ticket), self.means.reader, arguments, self.means.seconds, "reading", done))

    def _was_read(self, reading: Reading, error: DocumentError | None) -> None:
        if error is not None:
            self.pending.set_exception(error)
        elif not reading.waiting or not self.means.engine:
            self.pending.set_result(reading)
        elif not self.ocr:
            self.pending.set_result(replace(reading, recogniser="later"))
        else:
            self._first = reading
            self._to_do = list(reversed(reading.waiting[:MAX_OCR_PAGES]))
            if len(reading.waiting) > MAX_OCR_PAGES:
                self._left_out = f"only {MAX_OCR_PAGES} of {len(reading.waiting)} pages without text were recognised"
            self._go_on()

    # ------------------------------------------------------------------ second stage: pages

    def _go_on(self) -> None:
        """Put the next pages into the line; at the end of the last one, read again."""
        with self._guard:
            numbers = []
            while self._to_do and self._under_way < AT_ONCE * self.workers.number:
                numbers.append(self._to_do.pop())
                self._under_way += 1
            finished = not self._under_way and not self._over
            self._over = self._over or finished
        for number in numbers:
            self._recognise(number)
        if finished:
            self._assemble()

    def _recognise(self, number: int) -> None:
        assert self._first is not None
        cache = str(self.means.cache) if self.means.cache else None
        arguments = (str(self.pending.path), self._first.media_type, number, cache)

        def done(page: OcrPage, error: DocumentError | None) -> None:
            self._page_done(number, page, error)

        order = (1, self.ticket, number)
        self.workers.run(Task(order, self.means.recogniser, arguments, self.means.page_seconds, "recognition", done))

    def _page_done(self, number: int, page: OcrPage, error: DocumentError | None) -> None:
        with self._guard:
            self._under_way -= 1
            if error is None:
                self._pages[number] = page
            else:
                self._failed[number] = str(error)
                if len(self._failed) >= MOST_FAILURES and self._to_do:
                    self._left_out = f"{len(self._to_do)} more pages were not tried after {MOST_FAILURES} failures"
                    self._to_do.clear()
        self._go_on()

    # ------------------------------------------------------------------ third stage

    def _assemble(self) -> None:
        assert self._first is not None
        if self._pages:
            self._read(self._pages, self._was_assembled)
        else:
            self._finish(self._first)

    def _was_assembled(self, reading: Reading, error: DocumentError | None) -> None:
        assert self._first is not None
        if error is None:
            self._finish(reading)
        else:
            self._finish(self._first, f"with its recognised pages: {error}")

    def _finish(self, reading: Reading, *more: str) -> None:
        reasons = [reading.reason or "", *told(self._failed), self._left_out, *more]
        reason = "; ".join(part for part in reasons if part)
        if len(reason) > LONGEST_REASON:
            reason = f"{reason[: LONGEST_REASON - 1]}…"
        self.pending.set_result(replace(reading, reason=reason or None, recogniser=self.means.engine))


def told(failures: Mapping[int, str]) -> list[str]:
    """Failures by page in words: "pages 3-5, 7: recognition took over 60 s and was given up"."""
    pages: defaultdict[str, list[int]] = defaultdict(list)
    for number, reason in sorted(failures.items()):
        pages[reason].append(number)
    return [
        f"{'page' if len(numbers) == 1 else 'pages'} {ranges(numbers)}: {reason}" for reason, numbers in pages.items()
    ]


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers in few words: "3-5, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)
