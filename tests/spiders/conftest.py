"""Invented council sites on loopback, each on its own address, and crawls of them."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from reportlab.pdfgen.canvas import Canvas

from db.home import Home

_addresses = itertools.count(1)


@dataclass
class Answer:
    """What a path answers."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    modified: bool = False  # Last-Modified instead of ETag


class Site:
    """A web site: paths and their answers, and a log of what was asked."""

    def __init__(self) -> None:
        number = next(_addresses)
        self.host = f"127.0.{100 + number // 250}.{1 + number % 250}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.methods: list[str] = []
        self.statuses: list[int] = []
        self.agents: set[str] = set()
        self.sent = 0
        self.fallback: Callable[[str], Answer | None] = lambda path: None
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.serve(self)

            def do_HEAD(self) -> None:
                site.serve(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((self.host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{self.host}:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path
        self.asked.append(path)
        self.methods.append(handler.command)
        self.agents.add(handler.headers.get("User-Agent", ""))
        answer = (
            self.answers.get(path)
            or self.answers.get(unquote(path))
            or self.fallback(path)
            or Answer(b"<h1>404</h1>", status=404)
        )
        body, status, headers = answer.body, answer.status, dict(answer.headers)
        if answer.validators and status == 200:
            tag = f'"{hashlib.md5(body).hexdigest()}"'
            stamp = formatdate(1_700_000_000 + int(tag[1:7], 16), usegmt=True)
            headers |= {"Last-Modified": stamp} if answer.modified else {"ETag": tag}
            same = (
                handler.headers.get("If-Modified-Since") == stamp
                if answer.modified
                else handler.headers.get("If-None-Match") == tag
            )
            if same:
                status, body = 304, b""
        self.statuses.append(status)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if status != 304:
            handler.send_header("Content-Type", answer.type)
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
            self.sent += len(body)

    def page(self, path: str, content: str, title: str = "Commune de Valmont-sur-Orbe", **answer: Any) -> None:
        """An HTML page with the menu of the site."""
        head = f"<!doctype html><html lang=fr><head><meta charset=utf-8><title>{title}</title></head>"
        html = f"{head}<body>{content}</body></html>"
        self.answers[path] = Answer(html.encode(), **answer)

    def pdf(self, path: str, lines: list[str], **answer: Any) -> None:
        self.answers[path] = Answer(make_pdf(lines), "application/pdf", **answer)

    def forget(self) -> None:
        """Empty the log."""
        self.asked.clear()
        self.methods.clear()
        self.statuses.clear()
        self.sent = 0

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def make_pdf(lines: list[str]) -> bytes:
    """A text PDF of one page, the same bytes each time."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    for number, line in enumerate(lines):
        canvas.drawString(60, 780 - 18 * number, line)
    canvas.save()
    return stream.getvalue()


def agenda(day: str, *items: str) -> list[str]:
    """The lines of an agenda with these items."""
    return [
        "COMMUNE DE VALMONT-SUR-ORBE",
        "CONSEIL MUNICIPAL",
        f"Séance du {day} à 18 h 30",
        "Salle du conseil, à la mairie",
        "ORDRE DU JOUR",
        "",
        *(f"{number}. {item}" for number, item in enumerate(items or ITEMS, 1)),
    ]


ITEMS = (
    "Désignation du secrétaire de séance",
    "Approbation du procès-verbal de la séance précédente",
    "Budget primitif de l'exercice et taux de la fiscalité locale",
    "Extension du dispositif de vidéoprotection du centre bourg",
    "Convention avec le syndicat intercommunal des eaux",
)


@pytest.fixture
def make_site() -> Iterator[Callable[[], Site]]:
    """Makes sites; they are closed after the test."""
    made: list[Site] = []

    def make() -> Site:
        made.append(Site())
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: Callable[[], Site]) -> Site:
    return make_site()


@dataclass
class Crawls:
    """Runs crawls of the sites of a home and shows what came of them."""

    server: subprocess.Popen[str]
    home: Home
    now: str = "2026-03-02T09:00+00:00"
    max_pages: int = 400
    private: bool = True
    extra: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    patch: str = ""

    def configure(self, *sites: Site | str, **council: Any) -> None:
        blocks = [
            f"[crawl]\ndelay = 0\nmax_pages = {self.max_pages}\n"
            f"allow_private_addresses = {str(self.private).lower()}\n{self.extra}"
        ]
        for number, site in enumerate(sites):
            url = site if isinstance(site, str) else site.url
            more = "".join(f"{name} = {json.dumps(value)}\n" for name, value in council.items())
            blocks.append(
                f'[[council]]\nid = "c{number}"\nname = "Valmont"\nkind = "commune"\nwebsite = "{url}"\n{more}'
            )
        self.home.config.write_text("\n".join(blocks))

    def __call__(self, *sites: Site | str, **council: Any) -> dict[str, Any]:
        """Crawl the sites; the report of the first."""
        return self.all(*sites, **council)[0]

    def all(self, *sites: Site | str, **council: Any) -> list[dict[str, Any]]:
        self.configure(*sites, **council)
        found: list[dict[str, Any]] = self.ask()
        return found

    def revalidate(self, now: str, *councils: str) -> dict[str, Any]:
        """Look again, as ``tocsin revalidate`` does, at this instant; with ``councils`` at all of theirs."""
        self.now = now
        found: dict[str, Any] = self.ask(councils=list(councils), revalidate=True)
        return found

    def ask(self, **more: Any) -> Any:
        """Have the server of crawls do something with the home as it is configured."""
        command = {
            "home": str(self.home.root),
            "now": self.now,
            "councils": [],
            "overrides": self.overrides,
            "patch": self.patch,
        } | more
        assert self.server.stdin and self.server.stdout
        self.server.stdin.write(json.dumps(command) + "\n")
        self.server.stdin.flush()
        answer = json.loads(self.server.stdout.readline() or '{"trace": "the crawl server died"}')
        assert "reports" in answer, answer.get("trace", answer)
        return answer["reports"]

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        from contextlib import closing
        from sqlite3 import connect

        with closing(connect(self.home.archive)) as db:
            return db.execute(sql, parameters).fetchall()

    def documents(self) -> set[str]:
        """The paths of all documents in the archive, decoded."""
        return {unquote("/" + url.split("/", 3)[3]) for (url,) in self.query("SELECT url FROM documents")}

    def versions(self) -> int:
        return self.query("SELECT count(*) FROM versions")[0][0]


@pytest.fixture(scope="session")
def crawl_server() -> Iterator[subprocess.Popen[str]]:
    here = Path(__file__).resolve()
    process = subprocess.Popen(
        [sys.executable, str(here.parent / "crawl_server.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=here.parents[2], env=_environment(here.parents[2]),
    )  # fmt: skip
    yield process
    assert process.stdin and process.stdout
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


def _environment(root: Path) -> dict[str, str]:
    import os

    return os.environ | {
        "PYTHONPATH": str(root),
        "http_proxy": "http://127.0.0.1:9/",
        "HTTP_PROXY": "http://127.0.0.1:9/",
    }


@pytest.fixture
def crawls(crawl_server: subprocess.Popen[str], home: Home) -> Crawls:
    return Crawls(crawl_server, home)


@pytest.fixture
def kit() -> Any:
    """The helpers of this file, for tests that build pages."""
    from types import SimpleNamespace

    return SimpleNamespace(Answer=Answer, agenda=agenda, make_pdf=make_pdf, gzip=gzip, ITEMS=ITEMS)
