"""Base of the spiders of platforms: they read listings made for programs, then the papers these name."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.models import Council, Entry, Fetched, KnownUrl, Link, PageSeen
from spiders import urls
from spiders.base import CouncilSpider, HostStopped, Look, RobotsDenied, RobotsUnreachable, Skipped
from spiders.content import failure_name, is_html
from spiders.revisit import document_due

Output = Iterator[Request | Fetched | PageSeen]
Callback = Callable[..., Output]
START, LISTING = 4000, 3000  # priorities: entries, then what lists, then papers (0..1200)


@dataclass(frozen=True, slots=True)
class Clue:
    """One page of a council's site, as the recognisers of platforms see it."""

    url: str
    html: str = ""  # as decoded, at most some 500,000 characters; JSON where the address answers with that
    links: tuple[str, ...] = ()  # every address on it, absolute: anchors, ``<link>``, scripts, frames
    relations: tuple[tuple[str, str], ...] = ()  # (rel or type, absolute href) of each ``<link>``
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer; names in lower case
    generator: str = ""  # ``<meta name=generator>``
    home: bool = False
    council: Council | None = None


class ApiSpider(CouncilSpider):
    """A platform's spider says how it is recognised, where it begins and what its listings hold.

    Requests go through the same checks as those of ``site``: robots.txt, addresses, delay, ``max_pages``.
    """

    name = ""  # the base itself is no spider
    early: ClassVar[bool] = False  # whether it publishes before the vote; else it feeds outcomes only

    @classmethod
    @abstractmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """The entries of this platform that a page shows. Pure, cheap: called for each page that is read."""

    @abstractmethod
    def begin(self, entry: Entry) -> Iterable[Request]:
        """The first requests of an entry, made by ``ask``."""

    async def start(self) -> AsyncIterator[Any]:
        """Begin with each entry of the plan."""
        self.begun: set[str] = set()
        self.entry_keys = {urls.key(entry.url) for entry in self.plan.entries}
        self.known = {urls.key(url): known for url, known in self.plan.known.items()}
        for entry in self.plan.entries:
            for request in self.begin(entry):
                yield request

    # ------------------------------------------------------------------ requests

    def ask(self, url: str, callback: Callback, *, priority: int = LISTING, entry: str = "", **more: Any) -> Request:
        """A request for a listing; ``more`` goes to the callback, ``entry`` is the address whose health it tells."""
        link = Link(urls.clean(url), score=1.0)
        return Request(
            link.url,
            callback=self.parse,
            errback=self.failed,
            priority=priority,
            dont_filter=True,
            headers={"Accept": "application/json, text/csv;q=0.9, */*;q=0.5"},
            meta={"link": link, "callback": callback, "entry": entry, "more": more, "document": False},
        )

    def paper(self, link: Link, found_on: str = "", priority: int | None = None) -> Iterator[Request]:
        """A request for a document, where it is not known or is due again; it counts as listed either way."""
        url = urls.clean(link.url)
        self.observed.listed.add(urls.key(url))
        known = self.known.get(urls.key(url))
        if known is not None and not document_due(known, link, self.plan.now, False):
            return
        wanted = Link(url, link.text, link.heading, 1.0, True)
        yield Request(
            url,
            callback=self.parse,
            errback=self.failed,
            priority=priority if priority is not None else 800,
            dont_filter=True,
            meta={"link": wanted, "found_on": found_on, "entry": "", "document": True},
        )

    def may_send(self, request: Request) -> str | None:
        """Asked by the middleware: None, or why it is not sent. Each address is asked for once."""
        if request.meta.get("link") is None or "redirect_urls" in request.meta or request.meta.get("retry_times"):
            return None
        where = urls.key(request.url)
        if where in self.begun:
            return "asked already"
        self.begun.add(where)
        return None

    def remembered(self, request: Request) -> KnownUrl | None:
        """What is known of the address, for conditional requests."""
        first = request.meta.get("redirect_urls", [request.url])[0]
        return self.known.get(urls.key(urls.clean(first)))

    # ------------------------------------------------------------------ answers

    def parse(self, response: Response, **kwargs: Any) -> Output:
        """Every answer comes here: an error, unchanged, a document, or a listing for its callback."""
        first = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        link: Link = response.meta["link"]
        if response.status == 304:
            yield from self._unchanged(first)
        elif not 200 <= response.status < 300:
            yield self._error(first, response.status, str(response.status), response)
        elif not link.document:
            yield from self._listing(response, first)
        elif is_html(response.body, response.headers.get("Content-Type")) and urls.looks_like_document(first):
            yield self._error(first, response.status, "error-page: a page instead of the document", response)
        else:
            yield self.fetched(
                response, first, link_text=link.text, heading=link.heading, found_on=response.meta.get("found_on", "")
            )

    def _listing(self, response: Response, first: str) -> Output:
        """Call back; an answer that is not what the platform gives is an error of the source, shown and counted."""
        callback: Callback = response.meta["callback"]
        before = len(self.observed.listed)
        try:
            yield from callback(response, **response.meta["more"])
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            yield self._error(first, response.status, f"not what {self.name} answers: {problem}"[:200], response)
            return
        listed = len(self.observed.listed) - before
        self._look(response, Look(first, response.status, None, True, listed))

    def json(self, response: Response) -> Any:
        """The answer as JSON. Raises ValueError where it is something else."""
        return json.loads(response.body)

    def failed(self, failure: Failure) -> Output:
        """A request without an answer: denied, refused, timed out, or not sent by us."""
        request: Request = failure.request  # type: ignore[attr-defined]
        first = urls.clean(request.meta.get("redirect_urls", [request.url])[0])
        problem = failure.value or RuntimeError("no answer")
        if isinstance(problem, RobotsDenied):
            self.observed.denied += 1
            self._look(request, Look(first, 0, "robots"))
        elif isinstance(problem, Skipped) and not isinstance(problem, RobotsUnreachable | HostStopped):
            if str(problem) == "max_pages":
                self.observed.left_over += 1
        else:
            reason = failure_name(problem)
            self.observed.refused += reason == "refused"
            self._look(request, Look(first, 0, reason))
            yield self._count(first, 0, reason, 0)

    def _error(self, url: str, status: int, reason: str, response: Response) -> PageSeen:
        self._look(response, Look(url, status, reason))
        return self._count(url, status, reason, len(response.body))

    def _count(self, url: str, status: int, reason: str, size: int) -> PageSeen:
        self.observed.errors[reason] += 1
        self.observed.note(f"{reason}: {url}")
        return PageSeen(url, status, self.now(), bytes=size, error=reason)

    def _look(self, asked: Request | Response, look: Look) -> None:
        entry = asked.meta.get("entry")
        if entry:
            before = self.observed.starts.get(urls.key(entry))
            if before is None or look.error or not before.error:
                self.observed.starts[urls.key(entry)] = look

    def _unchanged(self, url: str) -> Output:
        known = self.known.get(urls.key(url))
        self.observed.listed.add(urls.key(url))
        yield PageSeen(url, 304, self.now(), sha256=known.sha256 if known else None)
