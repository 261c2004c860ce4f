"""Invented sites whose lists are built by script, and crawls that render them with the real browser."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from crawler.browser_installed import find_browser

ROOT = Path(__file__).resolve().parents[3]
_numbers = itertools.count(1)


class Site:
    """Paths and their answers on an address of its own, and what was asked."""

    def __init__(self, host: str | None = None) -> None:
        number = next(_numbers)
        self.host = host or f"127.0.{60 + number // 250}.{1 + number % 250}"
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.headers: dict[str, str] = {}
        self.hold = threading.Event()
        self.hold.set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.serve(self)

            do_POST = do_OPTIONS = do_HEAD = do_GET

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((self.host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{self.host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.path != "/robots.txt":
            self.asked.append(f"{handler.command} {handler.path}")
        self.agents.add(handler.headers.get("User-Agent", ""))
        if handler.path.startswith("/slow"):
            self.hold.wait(20)
        kind, body = self.pages.get(handler.path, ("", b""))
        handler.send_response(302 if kind == "redirect" else 200 if kind else 404)
        if kind == "redirect":
            handler.send_header("Location", body.decode())
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", kind or "text/plain")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def page(self, path: str, content: str, head: str = "", charset: str = "utf-8") -> str:
        """An HTML page; its address."""
        html = f"<!doctype html><html><head><meta charset={charset}>{head}</head><body>{content}</body></html>"
        self.pages[path] = (f"text/html; charset={charset}", html.encode(charset))
        return self.url + path

    def json(self, path: str, value: Any) -> None:
        self.pages[path] = ("application/json", json.dumps(value, ensure_ascii=False).encode())

    def text(self, path: str, text: str, kind: str = "text/plain") -> None:
        self.pages[path] = (kind, text.encode())

    def close(self) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker renders: the other one would but wait for what it finds out."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def make_site() -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(host: str | None = None) -> Site:
        made.append(Site(host))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address where every connection is noticed."""
    taken = socket.create_server(("127.0.59.1", 0))
    seen: list[bytes] = []

    def run() -> None:
        while True:
            try:
                connection, _ = taken.accept()
            except OSError:
                return
            seen.append(connection.recv(100))
            connection.close()

    threading.Thread(target=run, daemon=True).start()
    yield f"127.0.59.1:{taken.getsockname()[1]}", seen
    taken.close()


def below(root: int) -> dict[int, str]:
    """The processes below ``root`` and what they run."""
    found: dict[int, str] = {}
    waiting = [root]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*"):
            try:
                children = [int(pid) for pid in (task / "children").read_text().split()]
            except OSError:
                continue
            waiting += children
            found |= {pid: command_line(pid) for pid in children}
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def until(met: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until ``met`` gives something; what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = met()
        if value:
            return value
        time.sleep(0.05)
    return met()


class Watched:
    """What runs below a process, and whether it is gone."""

    def __init__(self, root: int) -> None:
        self.processes = below(root)

    def has(self, *words: str) -> list[int]:
        """The processes whose command lines hold all these words."""
        return [pid for pid, told in self.processes.items() if all(word in told for word in words)]

    def ended(self) -> bool:
        """Wait until none of them runs (a number may be another's by now)."""
        return bool(until(lambda: not any(told and command_line(pid) == told for pid, told in self.processes.items())))


@pytest.fixture
def watched() -> type[Watched]:
    return Watched


@pytest.fixture
def wait() -> Callable[..., Any]:
    return until


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[], Any]], Any]:
    """What a browser takes seconds to find out is found out by one worker, for all: JSON by its name."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent

    def find(name: str, make: Callable[[], Any]) -> Any:
        kept = folder / f"{name}.json"
        with FileLock(folder / f"{name}.lock"):
            if not kept.exists():
                kept.write_text(json.dumps(make()))
            return json.loads(kept.read_text())

    return find


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_browser()
    if not found.ready or found.path is None:
        pytest.skip(f"needs {', '.join(found.missing)}: {'; '.join(found.remedy)}")
    return found.path


def command(councils: list[list[str]], **options: Any) -> list[str]:
    told = {"councils": councils, **options}
    return [sys.executable, str(Path(__file__).parent / "run.py"), json.dumps(told)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def start(chromium: str) -> Callable[..., subprocess.Popen[str]]:
    """Begin to render in another process."""

    def begin(*councils: list[str], **options: Any) -> subprocess.Popen[str]:
        told = command(list(councils), browser=chromium, **options)
        return subprocess.Popen(
            told, stdout=subprocess.PIPE, text=True, env=environment(), cwd=ROOT, start_new_session=True
        )

    return begin


@pytest.fixture(scope="session")
def render(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., Any]:
    """Render pages: the addresses of each council in, what came of them out."""

    def run(*councils: list[str], **options: Any) -> Any:
        process = start(*councils, **options)
        out, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        results = json.loads(out.splitlines()[-1])
        return results[0] if len(results) == 1 else results

    return run
