"""The daemon: what is due is asked of the databases at each tick; nothing that matters lives in the scheduler.

Three jobs, so that a long crawl or a pile of scans holds up no delivery: one crawls the councils that are due and one
reads the scans that wait, both in child processes; one plans, delivers and writes the feeds. A tick that was missed is
made up for once, however late.
"""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from alerts.child import Child
from alerts.due import RETRY, blind_sources, due_councils, fingerprint
from alerts.feeds import Feeds
from alerts.leases import free_dead
from alerts.live_config import LiveConfig
from alerts.outbox import DeliverySummary, deliver, plan_and_store
from alerts.watch_lock import only_watch
from crawler.errors import TocsinError
from db.home import Home
from db.online import documents_to_look_at
from db.queries import Reader

Clock = Callable[[], datetime]
Echo = Callable[[str], None]
Scans = Callable[[], bool]

GLANCE = 0.2  # seconds between two looks for a signal
TICK = 15.0  # seconds between two looks at what is due
AT_ONCE = 20  # councils per child process: one that dies takes no more with it
LOOK_EVERY = timedelta(hours=1)  # between two looks whether documents are still online
LOOKS = 60  # documents of one look: a minute or two, which delays no crawl by much
REPLAN = timedelta(minutes=10)  # plan at least this often; otherwise when the facts or the configuration changed


def watch(
    home: Home,
    config_path: Path,
    *,
    clock: Clock,
    echo: Echo,
    once: bool = False,
    fixed_now: datetime | None = None,
    tick: float = TICK,
    scans: Scans = lambda: False,
) -> int:
    """Watch a home until a signal ends it, or for one round with ``once``; returns the exit code.

    ``scans``: whether anything waits that could be read now; it is asked at each tick. With ``once`` the exit code is 1
    where a crawl or a reading failed, a source is blind or a message was not accepted. Raises ConfigError where the
    configuration is wrong at the start, TocsinError where another watch holds the home.
    """
    live = LiveConfig(config_path, echo)
    with only_watch(home, clock()):
        watcher = Watcher(home, live, clock, echo, fixed_now, scans)
        if once:
            return watcher.once()
        watcher.run(tick)
        return 0


class Watcher:
    """One watch of one home."""

    def __init__(
        self, home: Home, live: LiveConfig, clock: Clock, echo: Echo, fixed_now: datetime | None, scans: Scans
    ) -> None:
        self.home, self.live, self.clock, self.echo, self.fixed_now = home, live, clock, echo, fixed_now
        self.scans = scans
        self.child, self.reader = Child(), Child()
        self.feeds = Feeds(home)
        self.stopping = Event()
        self._signalled = False
        self._tried: dict[str, datetime] = {}
        self._read_failed_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._planned_for: object = None
        self._planned_at: datetime | None = None

    # ------------------------------------------------------------------ the two ways to run

    def once(self) -> int:
        """One round to its end."""
        with ExitStack() as stack:
            self._catch_signals(stack, self._stop_at_once)
            crawled = self.crawl_due()
            if self.stopping.is_set():
                self.echo("interrupted")
                return 1
            delivered = self.plan_and_deliver(always=True)  # what is known by now does not wait for scans
            read = self.read_scans()
            if self.stopping.is_set():
                self.echo("interrupted")
                return 1
            if read is not None:
                delivered = _both(delivered, self.plan_and_deliver(always=True))
            while delivered.held and self.fixed_now is None and not self.stopping.wait(TICK):
                delivered = _both(delivered, self.plan_and_deliver())  # what the rate held back
            blind = blind_sources(self.home, self.live.get())
            for line in blind:
                self.echo(line)
        return 1 if not crawled or read is False or delivered.failed or blind else 0

    def run(self, tick: float) -> None:
        """Ticks until SIGTERM or SIGINT; the crawl under way is ended, a delivery under way is finished."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of each tick that falls into a long crawl
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(3)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        with ExitStack() as stack:
            self._catch_signals(stack, self._stop)
            for job in (self.crawl_due, self.read_scans, self.plan_and_deliver):
                soon = datetime.now(UTC)  # noqa: DTZ005,RUF100 - the scheduler's own clock
                scheduler.add_job(self._guarded(job), "interval", seconds=tick, next_run_time=soon, name=job.__name__)
            number = len(self.live.get().councils)
            self.echo(f"watching {number} {'council' if number == 1 else 'councils'}; stop with SIGTERM or Ctrl-C")
            scheduler.start()
            while not self._signalled:
                time.sleep(GLANCE)
            self.stopping.set()
            self.echo("stopping")
            self._stop_children()
            scheduler.shutdown(wait=True)

    def _catch_signals(self, stack: ExitStack, handler: Callable[[int, FrameType | None], None]) -> None:
        for signum in (signal.SIGTERM, signal.SIGINT):
            stack.callback(signal.signal, signum, signal.signal(signum, handler))

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        # Only a flag, looked at by a loop: a signal that comes just before the main thread blocks in a lock or a
        # queue wakes nobody, and one that comes inside an Event finds its lock taken. Both hung one stop in twenty.
        self._signalled = True

    def _stop_at_once(self, signum: int, frame: FrameType | None) -> None:
        """The main thread waits for the child itself, so another one ends it."""
        self.stopping.set()
        Thread(target=self._stop_children).start()

    def _stop_children(self) -> None:
        self.child.stop()
        self.reader.stop()

    def _guarded(self, job: Callable[[], object]) -> Callable[[], None]:
        """A job whose failure is shown; the next tick tries again."""

        def guarded() -> None:
            if self.stopping.is_set():
                return
            try:
                job()
            except TocsinError as error:
                self.echo(f"failed: {error}")
            except Exception:
                self.echo(f"failed, a fault of ours:\n{traceback.format_exc()}")

        return guarded

    # ------------------------------------------------------------------ jobs

    def crawl_due(self) -> bool:
        """Crawl what is due; False where a crawl failed."""
        config, now = self.live.get(), self.clock()
        for source in free_dead(self.home):
            self.echo(f"{source}: the last crawl was killed; its source is free again")
        due = due_councils(self.home, config, now, self._tried)
        fine = True
        for start in range(0, len(due), AT_ONCE):
            batch = due[start : start + AT_ONCE]
            if self.stopping.is_set():
                break
            self._tried.update(dict.fromkeys(batch, self.clock()))
            self.echo(f"crawling {', '.join(batch)}")
            code = self.child.crawl(self.home, batch, self.fixed_now, self.live.substitute(self.home.root))
            if code and not self.stopping.is_set():
                self.echo(f"a crawl failed (exit code {code}) among: {', '.join(batch)}")
                fine = False
        self.look_again()
        return fine

    def look_again(self) -> None:
        """Ask whether documents that flags rest on are still online: a few an hour, never beside a crawl."""
        now = self.clock()
        if self.stopping.is_set() or (self._looked_at is not None and now - self._looked_at < LOOK_EVERY):
            return
        self._looked_at = now
        with Reader(self.home, private=False) as reader:
            due = documents_to_look_at(reader, now, limit=LOOKS)
        if due:
            self.echo(f"looking whether documents are still online: {len(due)}")
            self.child.look_again(self.home, LOOKS, self.fixed_now, self.live.substitute(self.home.root))

    def read_scans(self) -> bool | None:
        """Read what waits for recognition; None where nothing does, False where the reading failed."""
        now = self.clock()
        if self._read_failed_at is not None and now - self._read_failed_at < RETRY:
            return None
        if not self.scans():
            return None
        self.echo("reading scans")
        code = self.reader.read(self.home, self.fixed_now, self.live.substitute(self.home.root))
        self._read_failed_at = self.clock() if code else None
        if code and not self.stopping.is_set():
            minutes = RETRY.total_seconds() / 60
            self.echo(f"reading scans failed (exit code {code}); tried again in {minutes:.0f} minutes")
        return code == 0

    def plan_and_deliver(self, always: bool = False) -> DeliverySummary:
        """Plan where something changed, deliver what is due."""
        config, now = self.live.get(), self.clock()
        facts = (fingerprint(self.home), config)
        late = self._planned_at is None or now - self._planned_at >= REPLAN
        if always or late or facts != self._planned_for:
            planned = plan_and_store(self.home, config, now)
            if planned:
                self.echo(f"planned {planned} alerts")
            written = self.feeds.write(config, now)
            if written:
                self.echo(f"wrote {', '.join(written)}")
            self._planned_for, self._planned_at = facts, now
        summary = deliver(self.home, config, now)
        for line in told(summary):
            self.echo(line)
        return summary


def _both(first: DeliverySummary, second: DeliverySummary) -> DeliverySummary:
    """Two runs as one; what waits, waits after the second."""
    return DeliverySummary(
        sent=first.sent + second.sent,
        refused=first.refused + second.refused,
        given_up=first.given_up + second.given_up,
        dropped=first.dropped + second.dropped,
        waiting=second.waiting,
        held=second.held,
        errors=(*first.errors, *second.errors),
    )


def told(summary: DeliverySummary) -> Sequence[str]:
    """A delivery run in words; nothing where nothing happened."""
    counts = {
        "sent": summary.sent, "not accepted, tried again later": summary.refused, "given up": summary.given_up,
        "dropped": summary.dropped, "left for the next minutes": summary.held,
    }  # fmt: skip
    parts = [f"{number} {what}" for what, number in counts.items() if number]
    return ([f"alerts: {', '.join(parts)}"] if parts else []) + [f"  {error}" for error in summary.errors]
