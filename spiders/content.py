"""What came back, told from its bytes; and failures, told in a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from scrapy.http import Response, TextResponse
from w3lib.encoding import html_to_unicode

from crawler.errors import ForbiddenAddress
from crawler.models import Link, PageSeen
from spiders.base import HostStopped, RobotsUnreachable

_DOCUMENT_SIGNS = (
    b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf",
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*",
)  # fmt: skip
Content = Literal["html", "feed", "calendar", "sitemap", "data", "script", "file"]

_XML_ROOT = re.compile(
    rb"\A(?:<\?[^>]*\?>\s*|<!--.{0,2000}?-->\s*|<!doctype[^>]{0,400}>\s*)*<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)\b",
    re.I | re.S,
)
_SCRIPTS = frozenset({b"application/javascript", b"text/javascript", b"application/x-javascript"})
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


def kind_of(body: bytes, content_type: bytes | None) -> Content:
    """What these bytes are; servers lie in both directions, so the bytes speak first."""
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = (content_type or b"").split(b";")[0].strip().lower()
    root = _XML_ROOT.match(start)
    if root:
        return "sitemap" if root.group(1).lower() in {b"urlset", b"sitemapindex"} else "feed"
    if start.startswith(b"BEGIN:VCALENDAR"):
        return "calendar"
    if start[:1] in {b"{", b"["} or declared.endswith(b"json"):
        return "data"
    if is_html(body, content_type):
        return "html"
    return "script" if declared in _SCRIPTS else "file"


def is_html(body: bytes, content_type: bytes | None) -> bool:
    """Whether these bytes are a page; servers lie in both directions, so the bytes speak first."""
    if b"%PDF-" in body[:1024]:
        return False
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        body = body[:4096].decode("utf-16", "replace").encode()
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(_DOCUMENT_SIGNS):
        return False
    lowered = start.lower()
    if any(sign in lowered for sign in _HTML_SIGNS):
        return True
    declared = (content_type or b"").split(b";")[0].strip().lower()
    return declared in {b"text/html", b"application/xhtml+xml"} or (not declared and lowered.startswith(b"<"))


def decoded(response: Response) -> tuple[str, str]:
    """The text of a page and the encoding it came in; undeclared it is UTF-8, else Windows-1252."""
    wide = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(response.body[:2])  # without a mark of byte order
    if wide:
        return response.body.decode(wide, "replace"), wide
    if isinstance(response, TextResponse):
        return _repaired(response.text, response.encoding, response.body)
    declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
    encoding, text = html_to_unicode(declared, response.body, auto_detect_fun=_detect)
    return text, encoding


_WALLS = re.compile(
    rb"captcha|just a moment|cf-mitigated|cf-challenge|challenge-platform|incapsula|anubis"
    rb"|making sure you(?:'|&#39;)re not a bot|sucuri website firewall|ddos protection|datadome"
    rb"|are you (?:a )?human|verification de securite|px-captcha",
    re.I,
)


def is_wall(response: Response) -> bool:
    """Whether an error is a wall against robots: it is said, and not fought."""
    if response.status not in (401, 403, 429, 503):
        return False
    return b"cf-mitigated" in {name.lower() for name in response.headers} or bool(_WALLS.search(response.body[:60_000]))


def _repaired(text: str, encoding: str, body: bytes) -> tuple[str, str]:
    """Windows-1252 where a page says UTF-8 and hardly any of its letters are."""
    lost = text.count("\ufffd")
    if not lost or encoding != "utf-8" or lost < sum(ch > "\x7f" for ch in text) - lost:
        return text, encoding
    return body.decode("cp1252", "replace"), "cp1252"


def _detect(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


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
