"""The demo from end to end: build, serve, crawl as always, deliver, and say what came of it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from alerts import feeds, outbox
from crawler.config import load_config
from crawler.demo import home as demo_home
from crawler.demo import report, sites
from crawler.demo.server import PORT, Servers
from crawler.demo.shelf import PARIS
from crawler.demo.world import World, known_changes
from crawler.errors import UsageError
from db.home import Home

LASTS = 14  # days; later on no sitting would be ahead
Echo = Callable[[str], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Options:
    """What ``tocsin demo`` may be told."""

    fresh: bool = False
    tomorrow: bool = False
    serve: bool = False
    port: int = PORT
    fixed_now: datetime | None = None  # handed to the crawl as ``--now``


def run(home: Home, now: Clock, echo: Echo, options: Options = Options()) -> int:
    """Play the demo in ``home``; returns the exit code. Raises UsageError for a folder that is not the demo's."""
    today = now().astimezone(PARIS).date()
    state = _state(home, today, options, echo)
    changes = state.changes if state else frozenset()
    if options.tomorrow:
        changes = frozenset(known_changes())
    with Servers(state.addresses if state else None, options.port) as servers:
        state = demo_home.State(state.began if state else today, servers.addresses, changes)
        world = World.make(state.began, today, changes)
        servers.show(sites.build(world, servers.addresses))
        demo_home.save(home, state)
        echo(report.opening(servers.addresses))
        if options.tomorrow:
            echo(report.changed())
        code = _crawl(home, servers, options, echo)
        _deliver(home, now(), echo)
        echo(report.farewell(home, today))
        if options.serve:
            _keep_serving(home, echo)
    return code


def _state(home: Home, today: date, options: Options, echo: Echo) -> demo_home.State | None:
    """The world to go on with; None begins a new one."""
    state = demo_home.load(home)
    if options.tomorrow and (state is None or options.fresh):
        raise UsageError("--tomorrow changes a demo that has been run: run `tocsin demo` first")
    if state is None:
        return None
    if today < state.began:
        raise UsageError(f"the demo in {home.root} begins on {state.began}; --fresh begins a new one")
    age = (today - state.began).days
    if options.fresh or age > LASTS:
        if not options.fresh:
            echo(f"The demo in {home.root} is {age} days old and its votes are over: beginning a new one.\n")
        demo_home.clear(home)
        return None
    return state


def _crawl(home: Home, servers: Servers, options: Options, echo: Echo) -> int:
    """Crawl in a process of its own, exactly as ``tocsin crawl`` does; returns its exit code."""
    command = [sys.executable, "-m", "crawler", "--home", str(home.root)]
    if options.fixed_now:
        command += ["--now", options.fixed_now.isoformat()]
    echo(report.heading("The crawl, like any other"))
    started = time.monotonic()
    words = [*command, "crawl"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        for line in process.stdout:
            echo(f"  {line.rstrip()}")
    echo(report.traffic(servers.requests, time.monotonic() - started))
    if process.returncode:
        echo(report.trouble(process.returncode))
    return process.returncode


def _deliver(home: Home, now: datetime, echo: Echo) -> None:
    """Write what is due: the messages into ``outbox/``, the feeds into ``feeds/``."""
    config = load_config(home.config)
    before = _messages(home)
    outbox.deliver(home, config, now)
    feeds.write(home, config, now)
    echo(report.votes_ahead(home, now))
    echo(report.alerts(home, sorted(_messages(home) - before), len(before)))


def _messages(home: Home) -> set[Path]:
    return set(home.outbox.glob("*.eml"))


def _keep_serving(home: Home, echo: Echo) -> None:
    echo(report.serving(home))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        echo("\nThe sites are down.")
