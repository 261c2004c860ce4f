"""A real mail server and a real HTTP endpoint on loopback, which refuse, hang, or have the sender killed at will."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from aiosmtpd.controller import Controller

from tests.journeys.month.world import HOOK

PATIENCE = 60  # looks at what another channel does, one each 50 ms
Mode = Literal["up", "refuses", "hangs"]


@dataclass(frozen=True, slots=True)
class Taken:
    """One accepted message: its id, by whom it is read, the bytes, and what the machine's clock said."""

    id: str
    to: str
    content: bytes
    now: datetime


@dataclass
class Post:
    """Both servers. ``killer`` is called, once, after a server has accepted and before it says so, or when it hangs."""

    now: datetime
    mode: Mode = "up"
    killer: Callable[[], None] | None = None
    busy: Callable[[], bool] = lambda: False  # whether another channel is still at work
    mail: list[Taken] = field(default_factory=list)
    hooks: list[Taken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._smtp = _AnyPort(self, hostname="127.0.0.1", port=0)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
        self._http.post = self  # type: ignore[attr-defined]
        self._http.daemon_threads = True

    def __enter__(self) -> Post:
        self._smtp.start()
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._smtp.stop()
        self._http.shutdown()
        self._http.server_close()

    @property
    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self._smtp.port}"

    @property
    def hook(self) -> str:
        return f"webhook+http://127.0.0.1:{self._http.server_address[1]}/{HOOK}"

    def accept(self, box: list[Taken], taken: Taken) -> None:
        """Take a message in; from here on it counts as delivered, whatever becomes of the sender."""
        box.append(taken)
        if self.mode != "hangs":
            self._kill()

    def _kill(self) -> None:
        killer, self.killer = self.killer, None
        if killer:
            killer()

    # ------------------------------------------------------------------ SMTP

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.mode == "hangs":
            for _ in range(PATIENCE):
                if not self.busy():
                    break
                await asyncio.sleep(0.05)
            self._kill()  # nothing moves any more: somebody loses patience
            await asyncio.sleep(3600)
        if self.mode == "refuses":
            return "451 come back tomorrow"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = bytes(envelope.content)
        name = re.search(rb"^Message-ID: (\S+)", content, re.MULTILINE)
        self.accept(self.mail, Taken(name[1].decode() if name else "", envelope.rcpt_tos[0], content, self.now))
        return "250 OK"


class _AnyPort(Controller):
    """On a port that the system chooses; a message is taken while others wait."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Endpoint(BaseHTTPRequestHandler):
    """Takes whatever is posted."""

    def do_POST(self) -> None:
        post: Post = self.server.post  # type: ignore[attr-defined]
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # the sender died while it spoke
            return
        name = self.headers.get("webhook-id", "")
        post.accept(post.hooks, Taken(name, self.path.strip("/"), body, post.now))
        with contextlib.suppress(OSError):
            self.send_response(204)
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
