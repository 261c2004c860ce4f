"""``tocsin crawl`` and ``tocsin watch`` over a site whose agenda is a scan: read at the end, or when it can be."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from sqlite3 import connect

import pytest

from db.home import Home
from pipelines.text.ocr.engine import availability

pytestmark = pytest.mark.ocr
ROOT = Path(__file__).resolve().parents[2]
LINES = (
    "MAIRIE DE VALMONT", "CONSEIL MUNICIPAL", "Séance du jeudi 12 mars 2026 à 18 h 30", "", "ORDRE DU JOUR", "",
    "1. Désignation du secrétaire de séance", "2. Extension de la vidéoprotection du centre bourg",
    "3. Convention avec le syndicat des eaux", "4. Budget primitif de la commune", "",
    "Le maire convoque les membres du conseil municipal à la mairie.",
)  # fmt: skip


@pytest.fixture
def site(home: Home, scan_of: Callable[..., bytes]) -> Iterator[ThreadingHTTPServer]:
    """A town with one session, in a configured home."""
    page = "<html><body><main><h1>{}</h1><ul><li><a href='{}'>{}</a></li></ul></main></body></html>"
    pages = {
        "/": page.format("Bienvenue", "/conseil", "Conseil municipal").encode(),
        "/conseil": page.format("Conseil municipal", "/odj.pdf", "Ordre du jour du 12 mars 2026").encode(),
        "/odj.pdf": scan_of(LINES),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/pdf" if self.path.endswith(".pdf") else "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.90.4", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    home.config.write_text(
        "[crawl]\ndelay = 0\nallow_private_addresses = true\n"
        '[[subscription]]\nname = "collectif"\nto = ["mailto:veille@example.org"]\n'
        '[[council]]\nid = "valmont"\nname = "Valmont"\nkind = "commune"\n'
        f'website = "http://127.0.90.4:{server.server_address[1]}/"\n'
    )
    yield server
    server.shutdown()
    server.server_close()


def tocsin(home: Home, *arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command; ``data``: where it looks for Tesseract's data, instead of the usual folders."""
    environment = {name: value for name, value in os.environ.items() if name != "TESSDATA_PREFIX"}
    environment |= {"PYTHONPATH": str(ROOT)} | ({"TESSDATA_PREFIX": str(data)} if data else {})
    command = [sys.executable, "-m", "crawler", "--home", str(home.root), "--now", "2026-03-02T09:00", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def state(home: Home) -> list[str]:
    with connect(home.archive) as db:
        return [row[0] for row in db.execute("SELECT state FROM versions WHERE media_type = 'application/pdf'")]


@pytest.mark.skipif(not availability().ready, reason="needs Tesseract's French data: apt install tesseract-ocr-fra")
def test_a_crawl_ends_with_the_scans_and_watch_reads_what_waits(
    home: Home, site: ThreadingHTTPServer, tmp_path: Path
) -> None:
    done = tocsin(home, "crawl", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert state(home) == ["needs-ocr"]
    assert "1 document waiting for OCR: apt install tesseract-ocr-fra tesseract-ocr-osd; then tocsin" in done.stderr
    watched = tocsin(home, "watch", "--once")
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert "reading scans" in watched.stdout
    assert state(home) == ["read"]
    (mail,) = home.outbox.glob("*.eml")
    assert b"Valmont" in mail.read_bytes()
    with connect(home.archive) as db:
        db.execute("UPDATE readings SET waiting = 1, recogniser = 'later' WHERE superseded_at IS NULL")
    caught_up = tocsin(home, "crawl")
    assert caught_up.returncode == 0, caught_up.stderr
    assert "[1/" in caught_up.stderr
    assert "new reading" in caught_up.stderr
    assert state(home) == ["read"]
