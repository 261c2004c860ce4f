"""``kill -9`` during ``watch``, ten times at random moments: nothing lost, nothing said twice (DESIGN, promise 7).

Real sites and a real mail server on loopback. Half of the kills take the crawl under way with them, the others leave
it an orphan. A message may come again only under its own Message-ID, and then it is the same bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from email import policy
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from db.home import Home

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 10
TOWNS = ("aubeville", "boisville")
SESSIONS = 3
READERS = ("mailto:a@example.org", "mailto:b@example.org", "mailto:c@example.org")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{0}</title></head>'
    "<body><main><h1>{0}</h1>{1}</main></body></html>"
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class SlowPost:
    """Takes its time over each message, so that kills fall into deliveries."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []  # Message-ID, reader, bytes

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = bytes(envelope.content)
        message = email.message_from_bytes(content, policy=policy.default)
        self.taken.append((str(message["Message-ID"]), envelope.rcpt_tos[0], content))
        await asyncio.sleep(0.1)  # accepted, but not said yet
        return "250 OK"


class AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def write_site(folder: Path, today: date) -> None:
    """A home page, a page of sessions, and an agenda with one flagged item per session."""
    links = []
    for number in range(SESSIONS):
        day = today + timedelta(days=10 + 7 * number)
        spoken = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        title = f"Ordre du jour du conseil municipal du {spoken}"
        items = [
            "Approbation du procès-verbal",
            f"Vidéoprotection : tranche {number + 1} du déploiement",
            "Tarifs de la cantine",
        ]
        body = f"<p>Séance à 18h30.</p><ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"
        (folder / f"odj-{day.isoformat()}.html").write_text(PAGE.format(title, body))
        links.append(f'<li><a href="/odj-{day.isoformat()}.html">{title}</a></li>')
    (folder / "index.html").write_text(PAGE.format("Accueil", '<a href="/conseil.html">Conseil municipal</a>'))
    (folder / "conseil.html").write_text(PAGE.format("Conseil municipal", f"<ul>{''.join(links)}</ul>"))


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[dict[str, str]]:
    servers = []
    for number, town in enumerate(TOWNS, start=2):
        folder = tmp_path / town
        folder.mkdir()
        write_site(folder, date.today())  # noqa: DTZ011 - the journey runs in real time
        servers.append(ThreadingHTTPServer((f"127.0.0.{number}", 0), partial(Quiet, directory=str(folder))))
        threading.Thread(target=servers[-1].serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield {
        town: f"http://{'{}:{}'.format(*server.server_address)}/" for town, server in zip(TOWNS, servers, strict=True)
    }
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def post() -> Iterator[tuple[SlowPost, str]]:
    handler = SlowPost()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def configure(home: Home, sites: dict[str, str], smtp: str) -> None:
    blocks = [
        "[crawl]\ndelay = 0.0\nallow_private_addresses = true",
        f'[alerts]\nsmtp = "{smtp}"\nsender = "Tocsin <tocsin@example.org>"\nreminders = ["1d"]',
        *(
            f'[[council]]\nid = "{town}"\nname = "{town.title()}"\nkind = "commune"\nwebsite = "{url}"'
            for town, url in sites.items()
        ),
        *(f'[[subscription]]\nname = "lecteur-{n}"\nto = ["{reader}"]' for n, reader in enumerate(READERS)),
    ]
    home.config.write_text("\n".join(blocks), encoding="utf-8")


class Watch:
    """A ``tocsin watch`` of our own, and the crawls that it starts."""

    def __init__(self, home: Home) -> None:
        command = [sys.executable, "-m", "crawler", "--home", str(home.root), "watch", "--tick", "0.2"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        assert self.process.stdout
        self.first = self.process.stdout.readline()
        self.rest: list[str] = []
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        assert self.process.stdout
        with contextlib.suppress(ValueError):
            self.rest.extend(self.process.stdout)

    def children(self) -> list[int]:
        found = []
        for listing in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(pid) for pid in listing.read_text().split()]
        return found

    def kill(self, with_crawl: bool) -> list[int]:
        """SIGKILL; returns the crawls that live on."""
        children = self.children()
        self.process.kill()
        self.process.wait()
        if with_crawl:
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
        return [] if with_crawl else children


def everything_sent(home: Home) -> bool:
    if not home.desk.exists():
        return False
    with contextlib.closing(sqlite3.connect(home.desk, timeout=30)) as desk:
        sent = desk.execute("SELECT count(*) FROM alerts WHERE kind = 'found' AND state = 'sent'").fetchone()[0]
        queued = desk.execute("SELECT count(*) FROM messages WHERE state = 'queued'").fetchone()[0]
    return sent == len(TOWNS) * SESSIONS * len(READERS) and not queued


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("seed", range(20 if metafunc.config.getoption("--full") else 1))


def test_kill_nine(seed: int, home: Home, sites: dict[str, str], post: tuple[SlowPost, str]) -> None:
    chance = random.Random(seed)
    handler, smtp = post
    configure(home, sites, smtp)
    orphans: list[int] = []
    try:
        for number in range(KILLS):
            watching = Watch(home)
            assert "watching 2 councils" in watching.first, watching.first
            # the first one falls into the crawl, which takes a while to begin; later ones mostly into deliveries
            time.sleep(chance.uniform(2.0, 4.0) if number == 0 else chance.uniform(0.0, 1.6))
            orphans += watching.kill(with_crawl=number % 2 == 0)
        last = Watch(home)
        deadline = time.monotonic() + 120
        while not everything_sent(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        last.process.terminate()
        assert last.process.wait(60) == 0, "".join(last.rest)
        assert everything_sent(home), "".join(last.rest)
    finally:
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
    check_post(home, handler)
    check_databases(home)


def check_post(home: Home, handler: SlowPost) -> None:
    """Every reader has one message per session: distinct ones by Message-ID, repeats by the same bytes."""
    copies: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for message_id, reader, content in handler.taken:
        copies[message_id].add((reader, content))
    assert all(len(each) == 1 for each in copies.values())
    per_reader = Counter(reader for each in copies.values() for reader, _ in each)
    assert per_reader == {address.removeprefix("mailto:"): len(TOWNS) * SESSIONS for address in READERS}
    with contextlib.closing(sqlite3.connect(home.desk)) as desk:
        assert {row[0] for row in desk.execute("SELECT message_id FROM messages WHERE state = 'sent'")} == set(copies)


def check_databases(home: Home) -> None:
    for path in (home.archive, home.private, home.desk):
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
