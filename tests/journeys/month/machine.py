"""One month on one machine: which ticks there are for a seed, and living through them with kills."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time as clock
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

from db.home import Home
from tests.journeys.month.chain import Chain, configuration
from tests.journeys.month.oracle import Moment
from tests.journeys.month.post import Mode, Post
from tests.journeys.month.world import DAYS, MACHINE_OFF, MAIL_HANGS, MAIL_REFUSES, MONTHS, Month

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = os.environ | {"TOCSIN_WEBHOOK_SECRET": "whsec_" + base64.b64encode(b"invented" * 4).decode()}
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Pacific/Auckland", "Indian/Reunion")
AGAIN = timedelta(seconds=7)  # what the clock says later when a machine is back from a kill
EVENINGS = 0.1  # how often there is a second tick
ASLEEP = 0.45  # how often there is no tick on a day
FEEDS = 0.03  # how often the feeds are written: they cost five times the rest of a tick


@dataclass(frozen=True, slots=True)
class Tick:
    """One look at what is due; ``day`` tells what is online, ``now`` what the clock of the machine says."""

    day: int
    now: datetime
    zone: str
    mail: Mode
    feeds: bool = False  # whether the feeds are written too


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seed does to the month."""

    seed: int
    kind: tuple[str, str]  # season, and why the machine is off
    month: Month
    files: bool  # no mail server: .eml files
    ticks: tuple[Tick, ...]


def plan_of(seed: int) -> Plan:
    """The ticks of a seed, one or two a day, not at the same minute; clocks that jump; both changes of clocks."""
    chance = random.Random(f"month {seed}")
    season, off = list(MONTHS)[seed % 2], list(MACHINE_OFF)[(seed + seed // 20) % 2]
    month = Month(MONTHS[season], MACHINE_OFF[off])
    jumps = {chance.randrange(2, 25): chance.choice(("back", "ahead", "late")) for _ in range(3)}
    ticks: list[Tick] = []
    zone = chance.choice(ZONES)
    for day in [*month.crawls(), DAYS]:
        if chance.random() < ASLEEP and 0 < day < DAYS and day not in MAIL_HANGS:
            continue
        if chance.random() < 0.15:
            zone = chance.choice(ZONES)
        mail: Mode = "refuses" if day in MAIL_REFUSES else "hangs" if day in MAIL_HANGS else "up"
        moments_of = list(_moments(month, day, jumps.get(day), chance))
        ticks += [Tick(day, now, zone, mail, chance.random() < FEEDS) for now in moments_of]
    ticks[-1] = replace(ticks[-1], feeds=True)
    return Plan(seed, (season, off), month, seed % 5 == 4, tuple(ticks))


def _moments(month: Month, day: int, jump: str | None, chance: random.Random) -> Iterator[datetime]:
    def at(hour: int) -> datetime:
        # not at a full or half hour: a restart some seconds later must not be the first one after something fell due
        minute = chance.choice((*range(3, 27), *range(33, 57)))
        return datetime.combine(month.on(day), time(hour, minute, chance.randrange(60)), tzinfo=UTC)

    morning = at(chance.choice((6, 7)))
    if jump == "late":  # the lid was closed over the morning
        yield at(11)
    else:
        yield morning
    if jump == "back":
        yield morning - timedelta(minutes=55)  # an hour back, five minutes later
    if jump == "ahead":
        yield morning + timedelta(hours=26)  # a wrong clock, put right at the next tick
    if chance.random() < EVENINGS or day in MAIL_HANGS:
        yield at(16)


@dataclass
class Lived:
    """What came of a month: ``written`` tells the tick of each moment at which a message may have been written."""

    plan: Plan
    home: Home
    post: Post
    kills: int = 0
    after_acceptance: int = 0
    failures: list[str] = field(default_factory=list)
    written: dict[datetime, int] = field(default_factory=dict)


class Machine:
    """A process that forks one child per tick (``ticker``)."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.journeys.month.ticker"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.usual = 0.1  # seconds that a tick takes

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def _line(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def tick(
        self, home: Home, tick: Tick, now: datetime, post: Post, kill_after: float | None = None, precise: bool = False
    ) -> int:
        """Run one child to its end; returns its exit code, -9 where it was killed."""
        order = {"home": str(home.root), "now": now.isoformat(), "zone": tick.zone, "feeds": tick.feeds}
        assert self.process.stdin
        post.now, post.mode = now, tick.mail
        self.process.stdin.write(json.dumps(order) + "\n")
        child, began = self._line(), clock.monotonic()
        post.killer = (lambda: _kill(child)) if precise else None
        timer = threading.Timer(kill_after, _kill, [child]) if kill_after is not None else None
        if timer:
            timer.start()
        code = self._line()
        if timer:
            timer.cancel()
        post.killer = None
        if not code:
            self.usual = 0.8 * self.usual + 0.2 * (clock.monotonic() - began)
        return code


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def live(plan: Plan, chain: Chain, machine: Machine, post: Post, root: Path) -> Lived:
    """Go through the month of a seed."""
    root.mkdir(parents=True)
    home = Home(root)
    text = configuration(None if plan.files else post.smtp, post.hook)
    home.config.write_text(text, encoding="utf-8")
    post.busy = partial(_hooks_wait, home)
    lived, chance, given = Lived(plan, home, post), random.Random(f"kills {plan.seed}"), -1
    for number, tick in enumerate(plan.ticks):
        if tick.day != given:
            chain.give(tick.day, home)
            given = tick.day
        _through(lived, number, tick, machine, chance)
    return lived


def _hooks_wait(home: Home) -> bool:
    """Whether messages to the endpoint are on their way."""
    with contextlib.closing(sqlite3.connect(home.desk)) as desk:
        sql = "SELECT count(*) FROM messages WHERE state = 'queued' AND address NOT LIKE 'mailto:%'"
        return bool(desk.execute(sql).fetchone()[0])


def _through(lived: Lived, number: int, tick: Tick, machine: Machine, chance: random.Random) -> None:
    """One tick, begun anew after each kill, until one is left alone."""
    hangs = tick.mail == "hangs" and not lived.plan.files
    for attempt in range(5):
        now = tick.now + attempt * AGAIN
        lived.written.setdefault(now, number)
        last = attempt == 4 or chance.random() < 0.6
        precise = hangs or (not last and chance.random() < 0.4)
        after = None if last or precise else chance.uniform(0.0, 1.1 * machine.usual)
        code = machine.tick(lived.home, tick, now, lived.post, after, precise)
        if code == -signal.SIGKILL:
            lived.kills += 1
            lived.after_acceptance += precise and not hangs
        elif code:
            lived.failures.append(f"tick {number} ended with {code}")
        if last or code >= 0:
            return


def moments(plan: Plan) -> list[Moment]:
    """What the oracle is told of the ticks."""
    return [Moment(tick.day, tick.now, plan.files or tick.mail == "up") for tick in plan.ticks]
