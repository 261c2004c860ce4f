"""Taking in files that somebody was handed: folders are walked, every file goes the way of a crawled one.

Private unless told otherwise (DESIGN §1, promise 11). What was recorded stays recorded: an interrupted
run is continued by the same command, because a file seen before with the same content is "same".
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.config import Config
from crawler.errors import UsageError
from crawler.mails import attachments, is_mail
from crawler.models import Council, Fetched, Hints, Reading
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from pipelines.lexicons import load as load_lexicon
from pipelines.pool import ReaderPool
from pipelines.read import READER_VERSION

MAX_BYTES = 256 * 1024 * 1024  # a larger file would not be read within the worker's memory anyway
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or an attachment of an e-mail, that is to become a document."""

    url: str
    name: str
    folder: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one file; ``state`` is a version's, or "unreadable" where no byte could be had."""

    url: str
    state: str
    kind: str = ""
    outcome: str = ""  # new, changed, same
    reason: str | None = None

    @property
    def failed(self) -> bool:
        """Whether this makes the command fail: being a scan, locked or of another type does not."""
        return self.state in ("failed", "unreadable")


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """Every file of one run is in ``steps``."""

    council_id: str
    public: bool
    steps: tuple[Step, ...]
    alerts: int = 0

    @property
    def table(self) -> Counter[tuple[str, str]]:
        """How many documents of each (kind, state)."""
        return Counter((step.kind or "-", step.state) for step in self.steps)

    @property
    def outcomes(self) -> Counter[str]:
        """How many were new, changed, same."""
        return Counter(step.outcome for step in self.steps if step.outcome)

    def of(self, *states: str) -> list[Step]:
        """The steps that ended in one of ``states``."""
        return [step for step in self.steps if step.state in states]


def walk(paths: Iterable[Path]) -> list[Path]:
    """The files under ``paths`` in a stable order, hidden ones left out unless named themselves.

    Folders that are symbolic links are not followed below the paths given: they may lead in a circle.
    Raises UsageError for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            raise UsageError(f"no such file or folder: {path} ({error.strerror})") from None
        for file in _below(path) if path.is_dir() else [path]:
            found.setdefault(file)
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # nothing is left out in silence: it will be listed as unreadable
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _below(entry)
        elif entry.is_file():
            yield entry


def file_url(path: Path) -> str:
    """``file:`` and the path as given; bytes that are no UTF-8 are written as escapes."""
    return "file:" + os.fsencode(path).decode("utf-8", "backslashreplace")


def ingest(
    home: Home,
    config: Config,
    council: Council,
    paths: Sequence[Path],
    public: bool,
    now: datetime,
    progress: Callable[[int, int, Step], None] = lambda done, total, step: None,
) -> IngestSummary:
    """Record every file under ``paths`` as a document of ``council``, then settle and plan alerts.

    ``progress`` is called after each document with how many files are done, of how many.
    """
    files = walk(paths)
    steps: list[Step] = []
    with (
        TemporaryDirectory(prefix="tocsin-") as folder,  # outlives the readers
        Store(home, private=not public) as store,
        ReaderPool(workers=WORKERS) as pool,
    ):
        store.put_council(council)
        for done, step in _Counter(store, pool, council, now, Path(folder)).run(files):
            steps.append(step)
            progress(done, len(files), step)
    alerts = settle(home, config, council, now)
    return IngestSummary(council.id, public, tuple(steps), alerts)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document that is being read from a copy of its own: the original may change or be compressed."""

    done: int
    fetched: Fetched
    copy: Path
    future: Future[Reading]


class _Counter:
    """Keeps a few documents ahead of the readers, and records what they read in the order of the files."""

    def __init__(self, store: Store, pool: ReaderPool, council: Council, now: datetime, folder: Path) -> None:
        self.store, self.pool, self.council, self.now, self.folder = store, pool, council, now, folder
        self.numbers = count()

    def run(self, files: Sequence[Path]) -> Iterator[tuple[int, Step]]:
        waiting: deque[_Waiting] = deque()
        for done, path in enumerate(files, start=1):
            for taken in _take(path):
                step = taken if isinstance(taken, Step) else self._known(taken)
                if step:
                    yield done, step
                elif isinstance(taken, Source):
                    waiting.append(self._submit(done, taken))
                if len(waiting) > 2 * WORKERS:
                    yield self._record(waiting.popleft())
        while waiting:
            yield self._record(waiting.popleft())

    def _known(self, source: Source) -> Step | None:
        """What became of the same bytes earlier, read by the same code: the reason why a rerun is quick."""
        row = self.store.row(
            "SELECT v.sha256, v.state, v.reason, d.kind, r.reader_version, r.lexicon_version FROM documents d"
            " JOIN versions v ON v.document_id = d.id JOIN readings r ON r.version_id = v.id"
            " WHERE d.council_id = ? AND d.url = ? AND d.mirror = 0 AND r.superseded_at IS NULL"
            " ORDER BY v.seen_at DESC, v.number DESC LIMIT 1",
            [self.council.id, source.url],
        )
        same = (hashlib.sha256(source.data).hexdigest(), READER_VERSION, load_lexicon().version)
        if row is None or row["state"] == "failed":
            return None
        if (row["sha256"], row["reader_version"], row["lexicon_version"]) != same:
            return None
        self.store.touch_document(self.council.id, source.url, self.now)
        return Step(source.url, row["state"], row["kind"], "same", row["reason"])

    def _submit(self, done: int, source: Source) -> _Waiting:
        fetched = Fetched(
            url=source.url, body=source.data, status=200, fetched_at=self.now,
            file_name=source.name, heading=source.folder,
        )  # fmt: skip
        hints = Hints(
            council_id=self.council.id,
            council_name=self.council.name,
            council_kind=self.council.kind,
            url=source.url,
            file_name=source.name,
            heading=source.folder,
            reference_date=self.now.astimezone(self.council.zone).date(),
        )
        copy = self.folder / str(next(self.numbers))
        copy.write_bytes(source.data)
        return _Waiting(done, fetched, copy, self.pool.submit(copy, None, hints))

    def _record(self, waiting: _Waiting) -> tuple[int, Step]:
        reading = self.pool.result(waiting.future)
        waiting.copy.unlink()
        url = waiting.fetched.url
        recorded = self.store.record_document(self.council.id, waiting.fetched, reading, crawl_id=None, now=self.now)
        return waiting.done, Step(url, recorded.state, reading.kind, recorded.outcome, reading.reason)


def _take(path: Path) -> Iterator[Source | Step]:
    """The documents that a file is made of: itself, or the attachments of an e-mail."""
    url = file_url(path)
    folder = path.absolute().parent.name
    if not path.is_file():  # a pipe would be waited for, a device read for ever
        yield Step(
            url, "unreadable", reason="a folder that cannot be listed" if path.is_dir() else "not a regular file"
        )
        return
    try:
        if path.stat().st_size > MAX_BYTES:
            yield Step(url, "unreadable", reason=f"larger than {MAX_BYTES // 1024 // 1024} MB; not taken")
            return
        data = path.read_bytes()
    except OSError as error:
        yield Step(url, "unreadable", reason=error.strerror or "cannot be opened")
        return
    if not is_mail(data, path.name):
        yield Source(url, path.name, folder, data)
        return
    # Of an e-mail only the attachments are kept: who sent it must not be found in the archive.
    parts = attachments(data)
    if not parts:
        yield Step(url, "unsupported", reason="an e-mail without attachments; the mail itself is not kept")
    for number, (name, body) in enumerate(parts, start=1):
        yield Source(f"{url}#{number}", name or f"attachment-{number}", folder, body)
