"""``tocsin crawl`` and ``scrapy crawl`` from the outside: exit codes, workers, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from sqlite3 import connect

import pytest

from crawler.cli.main import run as command
from crawler.models import Council
from db.store.archive import Store
from spiders.discovery import platforms

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "/": b"<html><body><main><h1>Bienvenue</h1><a href='/conseil'>Conseil municipal</a></main></body></html>",
    "/conseil": "<html><body><main><h1>Séances du conseil municipal</h1><ul>".encode()
    + b"".join(
        b"<li><a href='/odj-%d.txt'>Ordre du jour du %d mars 2026</a></li>" % (day, day) for day in range(10, 16)
    )
    + b"</ul></main></body></html>",
} | {
    f"/odj-{day}.txt": (
        f"CONSEIL MUNICIPAL\nSéance du {day} mars 2026 à 18 h 30\nORDRE DU JOUR\n\n"
        "1. Désignation du secrétaire de séance\n2. Extension de la vidéoprotection du centre bourg\n"
        "3. Convention avec le syndicat des eaux\n4. Budget primitif de la commune pour l'exercice à venir\n"
        + "Fait à la mairie. "
        * 8
    ).encode()
    for day in range(10, 16)
}


@pytest.fixture
def site():
    """A small site; ``slow`` seconds before each answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(server.slow)
            body = PAGES.get(self.path)
            kind = "text/plain; charset=utf-8" if self.path.endswith(".txt") else "text/html; charset=utf-8"
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")
            server.asked.append(self.path)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.90.1", 0), Handler)
    server.daemon_threads, server.slow, server.asked = True, 0.0, []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def configure(home, site, more: str = "") -> None:
    port = site.server_address[1]
    home.config.write_text(
        "[crawl]\ndelay = 0\nallow_private_addresses = true\n"
        f'[[council]]\nid = "valmont"\nname = "Valmont"\nkind = "commune"\nwebsite = "http://127.0.90.1:{port}/"\n{more}'
    )


def environment(home) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "TOCSIN_HOME": str(home.root)}


def tocsin(home, *words: str) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-m", "crawler", "--now", "2026-03-02T09:00", *words)
    return subprocess.run(
        words, env=environment(home), cwd=home.root, capture_output=True, text=True, timeout=60, check=False
    )


def count(home, table: str) -> int:
    db = connect(home.archive)
    try:
        return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        db.close()


def test_crawl_with_workers_and_json(home, site):
    configure(home, site)
    done = tocsin(home, "crawl", "--json")
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert (report["source_state"], report["documents_new"], report["item_errors"]) == ("ok", 6, 0)
    assert count(home, "sessions") == 6 and count(home, "flags") == 6


def test_crawl_says_what_failed(home, site):
    configure(home, site, '[[council]]\nid = "muette"\nname = "Muette"\nwebsite = "http://127.0.90.2:9/"\n')
    done = tocsin(home, "crawl")
    assert done.returncode == 1
    assert "Valmont (valmont): ok" in done.stdout
    assert "Muette (muette): blind" in done.stdout and "2 councils crawled, 1 failed" in done.stdout


@pytest.mark.parametrize("words", [["crawl", "atlantis"], ["crawl"]])
def test_wrong_usage(home, words, capsys):
    home.config.write_text("")
    assert command(["--home", str(home.root), *words]) == 2
    assert capsys.readouterr().err


def test_sigterm_ends_the_crawl_cleanly(home, site):
    configure(home, site)
    site.slow = 0.3
    words = [sys.executable, "-m", "crawler", "crawl", "valmont"]
    with subprocess.Popen(
        words, env=environment(home), cwd=home.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 30
        while len(site.asked) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1, err
    assert "interrupted" in out
    db = connect(home.archive)
    row = db.execute(
        "SELECT c.state, s.state, s.lease_owner FROM crawls c JOIN sources s ON s.id = c.source_id"
    ).fetchall()
    db.close()
    assert row == [("interrupted", "new", None)]


def test_a_look_now_keeps_nothing(home, site):
    configure(home, site)
    done = tocsin(home, "sources", "check", "--live", "valmont")
    assert done.returncode == 0, done.stderr
    for words in (
        "6 documents listed",
        "lists 6 documents",
        "6 sessions, the latest of 2026-03-15",
        "nothing looks wrong",
    ):
        assert words in done.stdout
    assert not home.archive.exists() and not home.desk.exists()
    assert len(site.asked) <= 25 and max(map(len, done.stdout.splitlines())) <= 100


def test_scrapy_knows_the_project(home, site):
    configure(home, site)
    scrapy = [sys.executable, "-m", "scrapy"]
    settings = environment(home) | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    listed = subprocess.run(
        [*scrapy, "list"], env=settings, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    names = ["revalidation", "site", *(spider.name for spider in platforms())]
    assert listed.stdout.split() == sorted(names), listed.stderr
    done = subprocess.run(
        [*scrapy, "crawl", "site", "-a", "council=valmont"],
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert count(home, "documents") == 6 and count(home, "flags") == 6
    db = connect(home.archive)
    assert db.execute("SELECT state FROM crawls").fetchall() == [("ok",)]
    db.close()


def test_scrapy_crawls_one_platform_of_a_council(home, site):
    port = site.server_address[1]
    scrapy = [sys.executable, "-m", "scrapy", "crawl", "wordpress", "-a", "council=valmont"]
    settings = environment(home) | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}

    def crawl(more: str = "") -> subprocess.CompletedProcess[str]:
        configure(home, site, more)
        return subprocess.run(scrapy, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    done = crawl()
    assert "nothing for wordpress to read" in done.stderr and count(home, "sources") == 0
    crawl(f'entries = ["wordpress http://127.0.90.1:{port}/wp-json/"]\n')
    db = connect(home.archive)
    assert db.execute("SELECT id, state FROM sources").fetchall() == [("valmont/wordpress", "blind")]
    db.close()


def test_a_killed_crawl_does_not_keep_the_next_one_out(home, site):
    """By cron there is no daemon to free the lease of a crawl that was killed."""
    configure(home, site)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Store(home) as store:
        store.put_council(Council("valmont", "Valmont", "commune"))
        source, now = store.put_source("valmont"), datetime(2026, 3, 2, 7, 59, tzinfo=UTC)
        assert store.lease(source, f"{gone.pid}-ab", now, now + timedelta(hours=5))
        store.begin_crawl(source, now)
    done = tocsin(home, "crawl")
    assert done.returncode == 0, done.stdout
    db = connect(home.archive)
    assert db.execute("SELECT state FROM crawls ORDER BY id").fetchall() == [("interrupted",), ("ok",)]
    db.close()
