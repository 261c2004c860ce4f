"""A new lexicon over the whole archive: what is stored is flagged again; nothing is opened, recognised or fetched.

Only readings whose flags differ are superseded; of the others the archive notes that this lexicon says the same. A vote
that is past alerts nobody: planning looks ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.config import Config
from crawler.errors import TocsinError
from crawler.models import Council, FlagClaim
from crawler.reread import only_reader
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from db.store.reflags import OldFlags, Reflagged
from pipelines.flags import flag
from pipelines.lexicon_types import Lexicon

NOTED_TOGETHER = 500  # readings without a difference that one transaction notes


@dataclass(frozen=True, slots=True)
class FlagStep:
    """What became of the flags of one reading; ``before`` and ``after`` count them."""

    council_id: str
    url: str
    before: int
    after: int
    taken: Reflagged


@dataclass(frozen=True, slots=True)
class FlagSummary:
    """All that one run did; ``steps`` are the readings whose flags differ, ``problems`` councils without new facts."""

    looked_at: int = 0
    steps: tuple[FlagStep, ...] = ()
    alerts: int = 0
    problems: tuple[str, ...] = ()


Progress = Callable[[int, int], None]


def reflag(
    home: Home,
    config: Config,
    lexicon: Lexicon,
    now: Callable[[], datetime],
    *,
    councils: tuple[str, ...] = (),
    everything: bool = False,
    progress: Progress = lambda done, total: None,
) -> FlagSummary:
    """Flag again what another lexicon has flagged (or ``everything``), settle the councils touched and plan.

    Idempotent; interrupted, the next run goes on. ``progress`` is told how many readings are done, of how many. Raises
    Busy where another process is reading again.
    """
    with only_reader(home), Store(home) as public, Store(home, private=True) as private:
        run = _Run(home, config, lexicon, now, (public, private))
        return run.all(councils, everything=everything, progress=progress)


class _Run:
    """One run over both archives."""

    def __init__(
        self, home: Home, config: Config, lexicon: Lexicon, now: Callable[[], datetime], stores: tuple[Store, Store]
    ) -> None:
        self.home, self.config, self.lexicon, self.now, self.stores = home, config, lexicon, now, stores
        self.steps: list[FlagStep] = []
        self.alike: dict[bool, list[int]] = {False: [], True: []}  # readings without a difference, by archive
        self.alerts = 0
        self.problems: list[str] = []

    def all(self, councils: tuple[str, ...], *, everything: bool, progress: Progress) -> FlagSummary:
        """Votes ahead first: their councils are settled before the past is looked at."""
        version, today = self.lexicon.version, self.now().date()
        found = [
            old for store in self.stores for old in store.to_flag_again(version, today, councils, everything=everything)
        ]
        done = 0
        for ahead in (True, False):
            left = Counter(old.council_id for old in found if old.ahead is ahead)
            for old in sorted((old for old in found if old.ahead is ahead), key=lambda old: old.council_id):
                self._flag(old)
                done += 1
                progress(done, len(found))
                left[old.council_id] -= 1
                if not left[old.council_id]:
                    self._settle(old.council_id)
        for private in self.alike:
            self._note(private)
        for store in self.stores:  # what a run that was killed left behind
            for council_id in sorted(store.unsettled(councils)):
                self._settle(council_id)
        return FlagSummary(len(found), tuple(self.steps), self.alerts, tuple(self.problems))

    def _flag(self, old: OldFlags) -> None:
        store = self._store(old)
        text = store.stored_text(old)
        if text is None:
            return  # another process has read it meanwhile, with today's lexicon
        flags = flag(text.pages, text.sessions, text.kind, self.lexicon)
        if flags == text.flags:
            self.alike[old.private].append(old.reading_id)
            if len(self.alike[old.private]) >= NOTED_TOGETHER:
                self._note(old.private)
            return
        taken = store.reflag(old, text.sessions, flags, self.lexicon.version, self.now())
        self.steps.append(FlagStep(old.council_id, old.url, _certain(text.flags), _certain(flags), taken))

    def _note(self, private: bool) -> None:
        if self.alike[private]:
            self.stores[private].flagged_alike(self.alike[private], self.lexicon.version)
            self.alike[private].clear()

    def _settle(self, council_id: str) -> None:
        """Where nothing of a council was superseded there is nothing to settle."""
        if not any(store.unsettled([council_id]) for store in self.stores):
            return
        try:
            self.alerts += settle(self.home, self.config, self._council(council_id), self.now())
        except TocsinError as problem:  # it stays unsettled, and the others go on
            self.problems.append(f"{council_id}: {problem}")

    def _council(self, council_id: str) -> Council:
        configured = {council.id: council for council in self.config.councils}
        known = configured.get(council_id) or self.stores[0].council(council_id) or self.stores[1].council(council_id)
        assert known is not None, "a foreign key says that it is there"
        return known

    def _store(self, old: OldFlags) -> Store:
        return self.stores[old.private]


def _certain(flags: tuple[FlagClaim, ...]) -> int:
    """How many flags reach the usual threshold of an alert."""
    return sum(flag.score >= 0.5 for flag in flags)
