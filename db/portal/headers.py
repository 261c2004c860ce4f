"""What goes around every answer, ours and Datasette's: security headers, and only the methods that a page takes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from db.portal import public
from db.portal.page import DATABASE, Page
from db.portal.site import Site

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; {script}form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Datasette's own pages hold scripts and styles in their text.
DATASETTE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's pages about itself: where the archive lies on this machine, cookies, signing in.
CLOSED = re.compile(r"/-/(?!static(-plugins)?/)")
NOT_FOUND = b"not found\n"


class Guard:
    """ASGI middleware over the whole portal."""

    def __init__(self, app: App, site: Site, pages: Iterable[Page]) -> None:
        self.app = app
        self.site = site
        self.pages = [(re.compile(page.pattern), page) for page in pages]

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self.site.base)
        page = next((page for pattern, page in self.pages if pattern.match(path)), None)
        headers = self._headers(path, page)

        async def answered(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in headers if name not in given]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        if self.site.public and CLOSED.match(path):
            await _refuse(answered, 404, NOT_FOUND)
        elif self.site.public and page is None and _asks_more(scope):
            await _refuse(answered, 403, b"this portal offers its views, not questions of one's own to the archive\n")
        elif scope["method"] not in (page.methods if page else ("GET", "HEAD", "OPTIONS")):
            await _refuse(answered, 405, b"this portal only reads\n")
        else:
            await self.app(scope, receive, answered)

    def _headers(self, path: str, page: Page | None) -> list[tuple[bytes, bytes]]:
        theirs = page is None and (path.startswith((f"/{DATABASE}", "/-/")) or path.endswith(".json"))
        script = "script-src 'self'; " if page is not None and page.script else ""
        policy = DATASETTE if theirs else OURS.format(script=script)
        headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if self.site.public:
            headers["x-robots-tag"] = "noindex"
        return [(name.encode(), value.encode()) for name, value in headers.items()]


def _asks_more(scope: Scope) -> bool:
    """Whether the query string asks Datasette for more than its public views."""
    query = scope.get("query_string", b"").decode("latin-1")
    return public.refused(name for name, _ in parse_qsl(query, keep_blank_values=True))


async def _refuse(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
