"""What came back, told from its bytes; and failures, told in a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from scrapy.http import Response

from crawler.errors import ForbiddenAddress
from crawler.models import Link, PageSeen
from spiders.base import HostStopped, RobotsUnreachable

_DOCUMENT_SIGNS = (
    b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf",
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*",
)  # fmt: skip
_HTML_SIGNS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<frameset", b"<title")
_NAMES = {
    "DownloadTimeoutError": "timeout",
    "CannotResolveHostError": "dns",
    "DownloadConnectionRefusedError": "connection refused",
    "DownloadFailedError": "connection failed",
    "ResponseDataLossError": "connection lost",
    "DownloadCancelledError": "too-large",
    "IgnoreRequest": "too many redirects",
    "UnsupportedURLSchemeError": "no web address",
}


def is_html(body: bytes, content_type: bytes | None) -> bool:
    """Whether these bytes are a page; servers lie in both directions, so the bytes speak first."""
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in body[:1024] or start.startswith(_DOCUMENT_SIGNS):
        return False
    lowered = start.lower()
    if any(sign in lowered for sign in _HTML_SIGNS):
        return True
    declared = (content_type or b"").split(b";")[0].strip().lower()
    return declared in {b"text/html", b"application/xhtml+xml"} or (not declared and lowered.startswith(b"<"))


def failure_name(problem: BaseException) -> str:
    """A failure as one short phrase for the log and for ``crawler.health``."""
    if isinstance(problem, ForbiddenAddress):
        return "refused"
    if isinstance(problem, RobotsUnreachable | HostStopped):
        return str(problem)
    return _NAMES.get(type(problem).__name__, type(problem).__name__)


def same_words(before: Iterable[Link], after: Iterable[Link]) -> bool:
    """Whether two lists hold the same documents under the same words: else the listing changed."""
    return {(link.url, link.text) for link in before if link.document} == {
        (link.url, link.text) for link in after if link.document
    }


def page_seen(response: Response, url: str, at: datetime, links: list[Link], documents: int) -> PageSeen:
    """What is remembered of a page that was read: its validators and its links."""

    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    return PageSeen(
        url,
        response.status,
        at,
        header("ETag"),
        header("Last-Modified"),
        links=tuple(links),
        documents=documents,
        bytes=len(response.body),
    )
