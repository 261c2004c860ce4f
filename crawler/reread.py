"""Reading again what is in the archive: scans that wait for recognition, and what older code has read.

Documents of sessions ahead come first, then the newest. Each reading is recorded as soon as it is there, and the
councils touched are settled as they are done with: a kill loses what was under way, and the next run goes on.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler.config import Config
from crawler.errors import ArchiveError, Busy, DocumentError, TocsinError
from crawler.means import means_here
from crawler.models import Council, Reading
from crawler.reread_members import Member, fetched_of, missing, take_members
from crawler.settle import settle
from db.home import Home
from db.locks import alone
from db.store.archive import Store
from db.store.rereads import Means, OldVersion, Taken, Wanted
from pipelines.members import hints_of
from pipelines.pool import ReaderPool, workers_here

AHEAD = 3  # documents given to the pool per worker: while one is recorded, the others are read
SETTLED_AFTER = 20  # documents of one council, where more of it are to come
KEPT = timedelta(days=30)  # recognised pages: a reading that is stored needs them no more
NICENESS = 10  # a crawl, and whoever uses the machine, goes first


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one version."""

    council_id: str
    url: str
    before: str  # state of the version; "-": there was none, it was found in an archive
    state: str
    kind: str
    taken: Taken | None  # None: it could not even be begun
    reason: str | None = None

    @property
    def failed(self) -> bool:
        """Whether this makes the command fail: a document that still needs a better scan does not."""
        return self.taken is None or (self.taken != "overtaken" and self.state in ("failed", "too-large"))


@dataclass(frozen=True, slots=True)
class RereadSummary:
    """All that one run did; ``problems`` are councils whose facts could not be put together."""

    steps: tuple[Step, ...] = ()
    alerts: int = 0
    problems: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.problems) or any(step.failed for step in self.steps)


Progress = Callable[[int, int, Step], None]


def reread(
    home: Home,
    config: Config,
    wanted: Wanted,
    now: Callable[[], datetime],
    progress: Progress = lambda done, total, step: None,
    *,
    niceness: int = NICENESS,
) -> RereadSummary:
    """Read again what is ``wanted``, settle the councils touched and plan. Idempotent.

    Councils that an earlier run left unsettled are settled too. ``progress`` is told each version with how many are
    done, of how many. Raises Busy where another process is at it.
    """
    means = means_here()
    with only_reader(home), Store(home) as public, Store(home, private=True) as private:
        prune(home, now())
        run = _Run(home, config, means, now, (public, private))
        versions = run.wanted(wanted)
        for done, step in run.read(versions, niceness) if versions else ():
            progress(done, len(versions), step)
        run.settle_rest(wanted.councils)
        return RereadSummary(tuple(run.steps), run.alerts, tuple(run.problems.values()))


def prune(home: Home, now: datetime) -> int:
    """Forget recognised pages that nobody has needed for ``KEPT``; returns how many."""
    oldest = (now - KEPT).timestamp()
    old = [path for path in home.ocr_cache.rglob("*") if path.is_file() and path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def only_reader(home: Home) -> AbstractContextManager[None]:
    """Hold the lock of whoever reads again. Raises Busy where another process has it."""
    return alone(home.root / "reread.lock", Busy("another process is reading what waits; it goes on with that alone"))


class _Run:
    """One run over both archives."""

    def __init__(
        self, home: Home, config: Config, means: Means, now: Callable[[], datetime], stores: tuple[Store, Store]
    ) -> None:
        self.home, self.config, self.means, self.now = home, config, means, now
        self.public, self.private = stores
        self.councils: dict[str, Council] = {}
        self.steps: list[Step] = []
        self.problems: dict[str, str] = {}  # by council
        self.alerts = 0
        self._left: Counter[tuple[str, bool]] = Counter()  # versions to come by council, and whether of sessions ahead
        self._fresh: Counter[str] = Counter()  # versions recorded since their council was settled

    def wanted(self, wanted: Wanted) -> list[OldVersion]:
        """The versions to read, in their order over both archives."""
        today = self.now().date()
        found = [old for store in (self.public, self.private) for old in store.to_read_again(wanted, self.means, today)]
        found.sort(key=lambda old: (old.ahead, old.fetched_at), reverse=True)
        return found

    def read(self, versions: Sequence[OldVersion], niceness: int) -> Iterator[tuple[int, Step]]:
        """Each version through the pool: a step as soon as it is recorded, and how many versions are done."""
        self._left.update((old.council_id, old.ahead) for old in versions)
        line = deque(versions)
        flying: dict[Future[Reading], tuple[OldVersion, Path]] = {}
        workers = workers_here()
        done = 0
        with ReaderPool(workers, cache=self.home.ocr_cache, niceness=niceness) as pool:
            while line or flying:
                finished: list[tuple[OldVersion, Iterator[Step]]] = []
                while line and len(flying) < AHEAD * workers:
                    old = line.popleft()
                    try:
                        path = self._store(old).files.path(old.sha256)
                    except ArchiveError as error:
                        finished.append((old, iter([_lost(old, str(error))])))
                        continue
                    hints = hints_of(self._council(old.council_id), fetched_of(old))
                    flying[pool.submit(path, old.media_type, hints, ocr=True)] = old, path
                if flying:
                    wait(flying, return_when=FIRST_COMPLETED)
                for future in [future for future in flying if future.done()]:
                    old, path = flying.pop(future)
                    finished.append((old, self._take(old, path, pool.result(future), pool)))
                for old, steps in finished:
                    done += 1
                    for step in steps:
                        self.steps.append(step)
                        yield done, step
                    self._settle_if_done(old)

    def _take(self, old: OldVersion, path: Path, reading: Reading, pool: ReaderPool) -> Iterator[Step]:
        """Record a reading; before it, what is inside, so that a kill between leaves the archive to be read again."""
        store = self._store(old)
        if missing(store, old, reading):
            try:
                reading = replace(reading, parts=(yield from self._members(old, path, reading.media_type, pool)))
            except DocumentError as error:
                yield _lost(old, f"it could not be unpacked: {error}")
                return
        if self.means.engine and (reading.waiting or reading.state == "needs-ocr"):
            reading = replace(reading, recogniser=self.means.engine)  # it was asked, whatever came of it
        taken = store.reread(old, reading, self.now(), self.means.engine)
        self._fresh[old.council_id] += taken == "better"
        yield Step(old.council_id, old.url, old.state, reading.state, reading.kind, taken, reading.reason)

    def _members(self, old: OldVersion, path: Path, kind: str, pool: ReaderPool) -> Generator[Step, None, int]:
        members = take_members(self._store(old), pool, self._council(old.council_id), old, path, kind)
        while True:
            try:
                member = next(members)
            except StopIteration as end:
                return int(end.value)
            self._fresh[old.council_id] += 1
            yield _found(old, member)

    def _settle_if_done(self, old: OldVersion) -> None:
        self._left[old.council_id, old.ahead] -= 1
        fresh = self._fresh[old.council_id]
        if fresh and (not self._left[old.council_id, old.ahead] or fresh >= SETTLED_AFTER):
            self._settle(old.council_id)

    # ------------------------------------------------------------------ councils

    def settle_rest(self, councils: Sequence[str]) -> None:
        """Settle what is left unsettled, by this run or by one that was killed."""
        for council_id in sorted(self.public.unsettled(councils).keys() | self.private.unsettled(councils).keys()):
            self._settle(council_id)

    def _settle(self, council_id: str) -> None:
        self._fresh[council_id] = 0
        try:
            self.alerts += settle(self.home, self.config, self._council(council_id), self.now())
            self.problems.pop(council_id, None)
        except TocsinError as problem:  # it stays unsettled, and the others go on
            self.problems[council_id] = f"{council_id}: {problem}"

    def _council(self, council_id: str) -> Council:
        """As configured, else as the archive has it: documents outlive the block that brought them."""
        if council_id not in self.councils:
            configured: Mapping[str, Council] = {council.id: council for council in self.config.councils}
            known = self.public.council(council_id) or self.private.council(council_id)
            council = configured.get(council_id) or known
            assert council is not None, "a foreign key says that it is there"
            self.councils[council_id] = council
        return self.councils[council_id]

    def _store(self, old: OldVersion) -> Store:
        return self.private if old.private else self.public


def _lost(old: OldVersion, reason: str) -> Step:
    return Step(old.council_id, old.url, old.state, old.state, "", None, reason)


def _found(old: OldVersion, member: Member) -> Step:
    reading = member.reading
    return Step(old.council_id, member.url, "-", member.recorded.state, reading.kind, "better", reading.reason)
