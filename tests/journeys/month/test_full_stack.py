"""The same month with everything real: sites over HTTP, ``tocsin watch --once`` as a process, mail server, endpoint.

Only on some days, for a crawl takes seconds; one of them is killed and run again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from alerts import feeds
from crawler.config import parse_config
from db.home import Home
from tests.journeys.month.chain import configuration
from tests.journeys.month.checking import complaints, read_feeds
from tests.journeys.month.machine import ENVIRONMENT, ROOT, Lived, Plan, Tick
from tests.journeys.month.papers import pages
from tests.journeys.month.post import Post
from tests.journeys.month.world import DAYS, MONTHS, SITE_DOWN, TOWNS, Month

# A site fails and the mail server refuses; still; all works again, a session is called off, votes are told.
CHOSEN, CHOSEN_FULL = (10, 11, 13), (1, 5, 8, 10, 11, 13, 16, 24)
KILLED, REFUSES = 13, 10
NOW = time(7, 10)


class _Handler(BaseHTTPRequestHandler):
    """A council's site as it is on the day; no validators, so that every page is looked at each time."""

    def __init__(self, web: Web, town: str, *rest: object) -> None:
        self.web, self.town = web, town
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        found = pages(self.town, self.web.day, self.web.month).get(self.path)
        down = (self.town, self.web.day) in SITE_DOWN
        body = b"" if down or found is None else found
        self.send_response(503 if down else 404 if found is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Web:
    """Every site on loopback; ``urls`` by council."""

    def __init__(self, month: Month) -> None:
        self.month, self.day = month, 0
        self.urls: dict[str, str] = {}

    @contextmanager
    def served(self) -> Iterator[None]:
        """A server per council, each at an address of its own."""
        with ExitStack() as stack:
            for number, town in enumerate(TOWNS, start=2):
                server = ThreadingHTTPServer((f"127.0.1.{number}", 0), partial(_Handler, self, town))
                server.daemon_threads = True
                stack.callback(server.server_close)
                threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
                stack.callback(server.shutdown)
                self.urls[town] = f"http://127.0.1.{number}:{server.server_address[1]}/"
            yield


def watch_once(home: Home, now: datetime, kill_after: float | None = None) -> str:
    """One round of ``tocsin watch``; what it said. A kill takes its children with it, as a power cut does."""
    command = [sys.executable, "-m", "crawler", "--home", str(home.root), "--now", now.isoformat(), "watch", "--once"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=kill_after or 120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
    return said


def test_the_month_with_everything_real(home: Home, full: bool) -> None:
    chosen = CHOSEN_FULL if full else CHOSEN
    month = Month(MONTHS["autumn"], frozenset(range(DAYS)) - set(chosen), NOW)
    web = Web(month)
    ticks = tuple(
        Tick(day, datetime.combine(month.on(day), NOW, tzinfo=UTC), "UTC", "refuses" if day == REFUSES else "up")
        for day in chosen
    )
    with web.served(), Post(ticks[0].now) as post:
        home.config.write_text(configuration(post.smtp, post.hook, web.urls), encoding="utf-8")
        lived = Lived(Plan(0, ("autumn", "chosen"), month, False, ticks), home, post)
        said = []
        for number, tick in enumerate(ticks):
            web.day, post.now, post.mode = tick.day, tick.now, tick.mail
            lived.written[tick.now] = number
            if tick.day == KILLED:
                watch_once(home, tick.now, kill_after=4.0)
            said.append(watch_once(home, tick.now))
        at_the_end = read_feeds(home.feeds)
        assert feeds.write(home, parse_config(configuration(None, None, web.urls)), ticks[-1].now) == []
        assert not complaints(lived, at_the_end), "\n".join(said)
