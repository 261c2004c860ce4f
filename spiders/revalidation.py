"""Asks whether documents are still where they were: a HEAD each, and a GET where that leaves a doubt.

Told everything by its plan, as every spider; it hands each answer to ``tell`` and yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.models import KnownUrl, Link
from spiders import urls
from spiders.base import RobotsDenied, RobotsUnreachable, Skipped
from spiders.content import decoded, failure_name, is_html, is_wall, kind_of
from spiders.errorpage import REASONS, problem_of
from spiders.page import read_page

Verdict = Literal["online", "missing", "unclear"]
MAX_HTML = 2_000_000  # characters of a page that are taken apart
_PAGES = ("text/html", "application/xhtml+xml")
_GONE = (404, 410)
_BUSY = (408, 429, 503)  # the server asks to be left alone: a second request would not be kind
# Where sites send whoever is not welcome yet: that says nothing of the document.
_DOOR = re.compile(r"(?:log-?in|connexion|sign-?in|auth|sso|captcha|consent|cookie|maintenance|challenge)", re.I)


@dataclass(frozen=True, slots=True)
class Ask:
    """A document to ask for: what is remembered of its address, and whether it is a page itself."""

    council_id: str
    known: KnownUrl
    page: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it; ``status`` None where nothing was answered."""

    ask: Ask
    verdict: Verdict
    status: int | None = None
    reason: str | None = None


class RevalidationSpider(scrapy.Spider):
    """One request after the other per host, under robots.txt, delay and address checks as any crawl."""

    name = "revalidation"

    def __init__(
        self, *args: Any, asks: Sequence[Ask] = (), tell: Callable[[Told], None] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asks, self.tell = tuple(asks), tell or (lambda told: None)

    async def start(self) -> AsyncIterator[Any]:
        """A HEAD for each document; a page is fetched, for only its text tells that it is an error page."""
        for ask in self.asks:
            yield self._request(ask, "GET" if ask.page else "HEAD")

    def _request(self, ask: Ask, method: str) -> Request:
        return Request(
            ask.known.url,
            method=method,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            priority=1 if method == "GET" and not ask.page else 0,  # a doubt is settled before the next document
            meta={"link": Link(ask.known.url, document=True), "ask": ask},
        )

    def remembered(self, request: Request) -> KnownUrl | None:
        """Asked by the middleware that makes requests conditional; a redirect's target has no validators."""
        ask: Ask | None = request.meta.get("ask")
        return ask.known if ask and not request.meta.get("redirect_urls") else None

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        """An answer: told, or asked once more with a GET where a HEAD leaves a doubt."""
        ask: Ask = response.meta["ask"]
        request = response.request
        if request is not None and request.method == "HEAD" and not _certain(response):
            if response.status in _BUSY:
                self.tell(Told(ask, "unclear", response.status, f"the server answered {response.status}"))
            else:
                yield self._request(ask, "GET")
            return
        verdict, reason = judge(response, ask)
        self.tell(Told(ask, verdict, response.status, reason))

    def failed(self, failure: Failure) -> None:
        """No answer: that proves nothing. What we ourselves did not send is not told, unless robots.txt forbids it."""
        ask: Ask = failure.request.meta["ask"]  # type: ignore[attr-defined]
        problem = failure.value or RuntimeError("no answer")
        if isinstance(problem, RobotsDenied):
            self.tell(Told(ask, "unclear", None, "robots.txt forbids the address"))
        elif isinstance(problem, RobotsUnreachable) or not isinstance(problem, Skipped):
            self.tell(Told(ask, "unclear", None, failure_name(problem)))


def _certain(response: Response) -> bool:
    """Whether the answer to a HEAD says that the document is there; servers answer it wrongly in every other way."""
    if response.status == 304:
        return True
    declared = (response.headers.get("Content-Type") or b"").split(b";")[0].strip().lower().decode("latin-1")
    return response.status == 200 and bool(declared) and declared not in _PAGES


def judge(response: Response, ask: Ask) -> tuple[Verdict, str | None]:
    """What an answer says of the document, and why."""
    status = response.status
    if status == 304:
        return "online", None
    if status in _GONE:
        return ("unclear", "a wall against robots") if is_wall(response) else ("missing", str(status))
    if not 200 <= status < 300 or status in (204, 205):
        return "unclear", "a wall against robots" if is_wall(response) else f"the server answered {status}"
    first, last = ask.known.url, urls.clean(response.url)
    redirected = bool(response.meta.get("redirect_urls")) and urls.key(first) != urls.key(last)
    if not response.body and response.request is not None and response.request.method == "HEAD":
        return "online", None
    if kind_of(response.body, response.headers.get("Content-Type")) != "html" and not ask.page:
        return "online", None
    if not is_html(response.body, response.headers.get("Content-Type")):
        return "online", None
    return _page(response, ask, last if redirected else None)


def _page(response: Response, ask: Ask, elsewhere: str | None) -> tuple[Verdict, str | None]:
    """A page was answered, after a redirect to ``elsewhere`` or in the place itself."""
    text, encoding = decoded(response)
    kind = problem_of(read_page(response.url, text[:MAX_HTML], encoding), text, False)
    if kind == "gone":
        return "missing", "the page says that it does not exist"
    if kind is not None:
        return "unclear", REASONS[kind]
    if elsewhere is None:
        return ("online", None) if ask.page else ("unclear", "a page instead of the document")
    if _DOOR.search(urlsplit(elsewhere).path):
        return "unclear", f"redirected to {elsewhere}"
    if ask.page and not _is_home(elsewhere):
        return "unclear", f"redirected to {elsewhere}"  # pages move; whether it is the same one is not known
    return "missing", f"redirected to {elsewhere}"


def _is_home(url: str) -> bool:
    """Whether an address is the front of a site."""
    parts = urlsplit(url)
    return not parts.query and re.fullmatch(r"/?(?:(?:fr|en|accueil|home|index\.\w+)/?)?", parts.path) is not None
