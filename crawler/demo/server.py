"""Serves the demo's sites on loopback, one address (or port) each, with validators as real servers have them."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.demo.shelf import Resource, Shelf
from crawler.demo.sites import HOSTS, Site
from crawler.errors import UsageError

PORT = 8800
TRIES = 20


@dataclass(frozen=True, slots=True)
class Request:
    """One answered request, for those who want to see what was asked."""

    host: str
    target: str
    status: int
    sent: int  # bytes of the body


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Demo", ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30
    methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD")
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        found = self.server.shelf.find(self.path)
        if found is None and self.server.shelf.find(f"{self.path}/"):
            found = Resource(bytes, status=301, headers={"Location": f"{self.path}/"})
        if found is None:
            found = Resource(
                "<!doctype html><title>404</title><h1>Page introuvable</h1>".encode, status=404, fresh=True
            )
        status = 304 if found.status == 200 and self._is_current(found) else found.status
        body = b"" if status == 304 else found.body
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", found.media_type)
            self.send_header("Content-Length", str(len(body)))
        if found.fresh:
            self.send_header("Cache-Control", "no-store")
        elif found.status == 200:
            self._send_validators(found)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
        self.server.record(self.path, status, len(body) if with_body else 0)

    def _send_validators(self, found: Resource) -> None:
        if found.etag:
            self.send_header("ETag", found.etag)
        if found.modified:
            self.send_header("Last-Modified", format_datetime(found.modified))

    def _is_current(self, found: Resource) -> bool:
        """Whether the client's copy is the one we would send (RFC 9110, 13.1: the tag goes before the date)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return found.etag is not None and found.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = _instant(self.headers.get("If-Modified-Since"))
        return since is not None and found.modified is not None and not found.fresh and found.modified <= since

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal: requests are recorded."""


def _instant(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], host: str, log: list[Request], lock: Lock) -> None:
        self.host, self.log, self.lock = host, log, lock
        self.shelf = Shelf("empty")
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def record(self, target: str, status: int, sent: int) -> None:
        with self.lock:
            self.log.append(Request(self.host, target, status, sent))

    def server_bind(self) -> None:
        """Bind without asking the name service who we are, as the base class does."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class Servers:
    """The running sites; a context manager. What they show may be replaced at any time with ``show``."""

    def __init__(self, addresses: Mapping[str, str] | None = None, port: int = PORT) -> None:
        """Bind to ``addresses`` (host to base URL), else to 127.0.10.1… at ``port`` or near it (0: any).

        Raises UsageError where the addresses of an earlier run are taken.
        """
        self.requests: list[Request] = []
        self._lock = Lock()
        self._servers = self._bind_again(addresses) if addresses else self._bind_new(port)
        self._threads = [Thread(target=server.serve_forever, args=(0.05,), daemon=True) for server in self._servers]

    @property
    def addresses(self) -> dict[str, str]:
        """Host to base URL without a slash at the end."""
        return {server.host: server.url for server in self._servers}

    def show(self, sites: Sequence[Site]) -> None:
        """Serve these sites from now on."""
        shelves = {site.host: site.shelf for site in sites}
        for server in self._servers:
            server.shelf = shelves[server.host]

    def statuses(self) -> Counter[int]:
        """How many requests got which status so far."""
        with self._lock:
            return Counter(request.status for request in self.requests)

    def __enter__(self) -> Servers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _bind_again(self, addresses: Mapping[str, str]) -> list[_Server]:
        places = []
        for host in HOSTS:
            parts = urlsplit(addresses[host])
            places.append((host, parts.hostname or "", parts.port or 0))
        try:
            return self._bind(places)
        except OSError as error:
            raise UsageError(
                f"the demo's addresses are taken ({addresses[HOSTS[0]]}: {error.strerror}); "
                "stop the other demo, or start a new one with --fresh"
            ) from None

    def _bind_new(self, port: int) -> list[_Server]:
        """Six addresses at one port where the system has them (Linux), else one address with six ports."""
        last: OSError | None = None
        for step in range(TRIES):
            try:
                return self._bind_apart(port + step if port else 0)
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    return self._bind([(host, "127.0.0.1", 0) for host in HOSTS])
                last = error
        raise UsageError(f"no free port for the demo near {port}: {last}")

    def _bind_apart(self, port: int) -> list[_Server]:
        first = self._bind([(HOSTS[0], "127.0.10.1", port)])
        port = first[0].server_port
        try:
            return first + self._bind([(host, f"127.0.10.{number}", port) for number, host in enumerate(HOSTS[1:], 2)])
        except OSError:
            first[0].server_close()
            raise

    def _bind(self, places: Sequence[tuple[str, str, int]]) -> list[_Server]:
        bound: list[_Server] = []
        try:
            for host, address, port in places:
                bound.append(_Server((address, port), host, self.requests, self._lock))
        except OSError:
            for server in bound:
                server.server_close()
            raise
        return bound
