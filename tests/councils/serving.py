"""Invented sites on loopback: a host each, every request counted."""

from __future__ import annotations

import hashlib
import socketserver
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.councils.ground import MAIN, OTHER, Ground, Reply, address

FREE = ("/robots.txt", "/favicon.ico")
DATED = "Mon, 02 Mar 2026 08:00:00 GMT"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    host: str
    target: str
    status: int
    sent: int
    method: str = "GET"

    @property
    def counts(self) -> bool:
        return self.target.partition("?")[0] not in FREE


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@dataclass
class Served:
    """A site while it is on; ``asked`` grows."""

    ground: Ground
    asked: list[Asked] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)
    servers: list[socketserver.BaseServer] = field(default_factory=list)

    @property
    def home(self) -> str:
        return self.roots[self.ground.first_host] + self.ground.home

    def start(self, number: int) -> None:
        """Listen on 127.0.<number>.1 and .2, on any free port."""
        for last, host in enumerate((MAIN, OTHER), 1):
            server = _Server((f"127.0.{number}.{last}", 0), self._handler(host))
            self.roots[host] = f"http://127.0.{number}.{last}:{server.server_port}"
            self.servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def placed(self, body: bytes) -> bytes:
        for host, root in self.roots.items():
            body = body.replace(f"@{host}@".encode(), root.encode())
        return body

    def where(self, url: str) -> tuple[str, str] | None:
        """The address within the site that a URL means."""
        for host, root in self.roots.items():
            if url == root or url.startswith(root + "/"):
                target = url[len(root) :] or "/"
                return self.ground.find(host, target) or address(target, host)
        return None

    def _handler(self, host: str) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                self._answer(body=True)

            def do_HEAD(self) -> None:
                self._answer(body=False)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._answer(body=True)

            def _answer(self, *, body: bool) -> None:
                target = self.path.encode("latin-1").decode("utf-8", "replace")
                reply = served.ground.answer(host, target)
                if reply is None:
                    reply = Reply(b"<html><head><title>Page introuvable</title></head><body><h1>Erreur 404</h1>"
                                  b"<p>La page n'existe pas.</p></body></html>", "text/html", 404)  # fmt: skip
                status, content = reply.status, reply.body
                if reply.media.startswith(("text/", "application/json", "application/javascript", "application/xml",
                                           "application/rss", "application/atom")):  # fmt: skip
                    content = served.placed(content)
                etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
                checks = reply.validators and status == 200
                if checks and self.headers.get("If-None-Match") == etag:
                    status, content = 304, b""
                self.send_response(status)
                if checks:
                    self.send_header("ETag", etag)
                    self.send_header("Last-Modified", DATED)
                for name, value in reply.headers:
                    self.send_header(name, served.placed(value.encode()).decode())
                if status != 304:
                    self.send_header("Content-Type", reply.media)
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if body and status != 304:
                    self.wfile.write(content)
                served.asked.append(Asked(host, target, status, len(content), self.command))

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


class Land:
    """Several sites served together: ``with Land(grounds) as served``."""

    def __init__(self, grounds: Sequence[Ground], first: int = 20) -> None:
        self.served = [Served(ground) for ground in grounds]
        self.first = first

    def __enter__(self) -> list[Served]:
        for number, site in enumerate(self.served, self.first):
            site.start(number)
        return self.served

    def __exit__(self, *_: object) -> None:
        for site in self.served:
            site.stop()
