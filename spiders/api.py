"""Base of the spiders of platforms: they read listings made for programs, then the papers these name."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.models import Entry, Fetched, KnownUrl, Link, PageSeen
from spiders import urls
from spiders.announcement import announcement, content_name
from spiders.base import CouncilSpider, HostStopped, Look, RobotsDenied, RobotsUnreachable, Skipped
from spiders.clue import Clue as Clue  # noqa: PLC0414  the contract of platforms names it here
from spiders.content import failure_name, is_html, page_seen
from spiders.errorpage import REASONS
from spiders.links import is_paper
from spiders.revisit import document_due, seldom

Output = Iterator[Request | Fetched | PageSeen]
Callback = Callable[..., Output]
Otherwise = Callable[[str], Output]
START, LISTING, PAGE, PAPER = 4000, 3000, 1000, 800  # priorities: entries, what lists, announcements, papers
PAGE_INSTEAD = "error-page: a page instead of the document"
JUST_NOW = timedelta(hours=1)  # what another spider of this run fetched is not fetched again


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

    def ask(
        self,
        url: str,
        callback: Callback,
        *,
        priority: int = LISTING,
        entry: str = "",
        otherwise: Otherwise | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Request:
        """A request for a listing; ``more`` goes to the callback, ``entry`` is the address whose health it tells.

        ``otherwise`` is given the reason of an answer that is an error, and says what to ask instead; without it that
        is an error of the source. Listings are asked for without conditions: "unchanged" would list nothing.
        """
        link = Link(url, score=1.0)  # as it is: what sorts a page for readers is a condition here
        accept = {"Accept": "application/json, text/csv;q=0.9, */*;q=0.5", **(headers or {})}
        return self._request(
            link, "listing", priority, accept, callback=callback, entry=entry, more=more, otherwise=otherwise
        )

    def paper(
        self,
        link: Link,
        found_on: str = "",
        priority: int | None = None,
        *,
        modified: datetime | None = None,
        never_html: bool = False,
        entry: str = "",
    ) -> Iterator[Request]:
        """A request for a document, where it is not known or is due again; it counts as listed either way.

        ``modified`` is when the platform says it last changed: then it is due only where that is after the last look.
        ``never_html``: a page in its place is an error, whatever its address. ``entry``: where the document is one.
        """
        url = urls.clean(link.url)
        self.observed.listed.add(urls.key(url))
        wanted = Link(url, link.text, link.heading, 1.0, True)
        if self._due(url, wanted, modified):
            first = PAPER if priority is None else priority
            yield self._request(wanted, "document", first, found_on=found_on, never_html=never_html, entry=entry)
        elif entry and self.known[urls.key(url)].kind == "page":
            self.observed.listed.discard(urls.key(url))
            self._told(entry, Look(url, 0, PAGE_INSTEAD))
        elif entry:
            self._told(entry, Look(url, 304, None, True, 1))

    def page(
        self, link: Link, found_on: str = "", priority: int = PAGE, *, modified: datetime | None = None
    ) -> Iterator[Request]:
        """A request for a page that is an announcement itself, and for the papers on it, as ``paper`` does."""
        url = urls.clean(link.url)
        if self._due(url, link, modified):
            yield self._request(replace(link, url=url, document=False), "page", priority, found_on=found_on)

    def _request(
        self,
        link: Link,
        reads: Literal["listing", "document", "page"],
        priority: int,
        headers: Mapping[str, str] | None = None,
        **meta: Any,
    ) -> Request:
        told = {"link": link, "reads": reads, "document": reads == "document", "entry": "", **meta}
        return Request(
            link.url, callback=self.parse, errback=self.failed, priority=priority, dont_filter=True,
            headers=dict(headers or {}), meta=told,
        )  # fmt: skip

    def _due(self, url: str, link: Link, modified: datetime | None) -> bool:
        known = self.known.get(urls.key(url))
        if known is None or known.fetched_at is None or known.sha256 is None:
            return True
        if self.plan.now - known.fetched_at < JUST_NOW:
            return False
        if modified is not None:
            return modified > known.fetched_at
        return document_due(known, link, self.plan.now, False) if link.document else seldom(known, self.plan.now)

    def may_send(self, request: Request) -> str | None:
        """Asked by the middleware: None, or why it is not sent. Each address is asked for once."""
        if request.meta.get("link") is None or "redirect_urls" in request.meta or request.meta.get("retry_times"):
            return None
        where = request.url if request.meta.get("reads") == "listing" else urls.key(request.url)
        if where in self.begun:
            return "asked already"
        self.begun.add(where)
        return None

    def remembered(self, request: Request) -> KnownUrl | None:
        """What is known of the address, for conditional requests; nothing for a listing."""
        if request.meta.get("reads") == "listing":
            return None
        first = request.meta.get("redirect_urls", [request.url])[0]
        return self.known.get(urls.key(urls.clean(first)))

    # ------------------------------------------------------------------ answers

    def parse(self, response: Response, **kwargs: Any) -> Output:
        """Every answer comes here: an error, unchanged, a document, a page, or a listing for its callback."""
        first = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        link: Link = response.meta["link"]
        if response.status == 304:
            self._look(response, Look(first, 304, None, True, 1))
            yield from self._unchanged(first)
        elif not 200 <= response.status < 300:
            yield from self._refused(first, str(response.status), response)
        elif response.meta["reads"] == "listing":
            yield from self._listing(response, first)
        elif response.meta["reads"] == "page":
            yield from self._page(response, first, link)
        elif is_html(response.body, response.headers.get("Content-Type")):
            if response.meta.get("never_html") or urls.looks_like_document(first):
                yield self._error(first, response.status, PAGE_INSTEAD, response)
            else:
                yield from self._page(response, first, link)
        else:
            self._look(response, Look(first, response.status, None, True, 1))
            found_on = response.meta.get("found_on", "")
            found = self.fetched(response, first, link_text=link.text, heading=link.heading, found_on=found_on)
            yield replace(found, file_name=content_name(found.file_name, response.url, found.media_type))

    def _listing(self, response: Response, first: str) -> Output:
        """Call back; an answer that is not what the platform gives is an error of the source, shown and counted."""
        callback: Callback = response.meta["callback"]
        before = len(self.observed.listed)
        try:
            yield from callback(response, **response.meta["more"])
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            yield from self._refused(first, f"not what {self.name} answers: {problem}"[:200], response)
            return
        listed = len(self.observed.listed) - before
        self._look(response, Look(first, response.status, None, True, listed))

    def _refused(self, first: str, reason: str, response: Response) -> Output:
        otherwise: Otherwise | None = response.meta.get("otherwise")
        if otherwise is None:
            yield self._error(first, response.status, reason, response)
        else:
            self.observed.note(f"{reason}: {first}")
            yield from otherwise(reason)

    def _page(self, response: Response, first: str, link: Link) -> Output:
        """A page as the general spider keeps it: its papers are asked for, its links remembered."""
        if not is_html(response.body, response.headers.get("Content-Type")):
            self.observed.listed.add(urls.key(first))
            yield self.fetched(response, first, link_text=link.text, heading=link.heading)
            return
        url = urls.clean(response.url)
        problem, papers, kept = announcement(response, link, self.plan.now.date(), self.may_keep)
        if problem:
            self.observed.note(f"error-page: {REASONS[problem]}: {url}")
            yield self._error(first, response.status, problem, response)
            return
        self.observed.listed.add(urls.key(url))
        found_on = response.meta.get("found_on", "")
        seen = page_seen(response, url, self.now(), kept, len(papers))
        yield self.fetched(response, url, seen, link_text=link.text, heading=link.heading, found_on=found_on)
        for paper in papers:
            yield from self.paper(paper, url)

    def may_keep(self, link: Link, found_on: str) -> bool:
        """Whether a paper that a page links to may be fetched: of the same host, or an address that ends as one."""
        return urls.host(link.url) == urls.host(found_on) or urls.looks_like_document(link.url)

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
        if response.meta.get("entry"):
            self.observed.listed.discard(urls.key(url))  # nobody lists it but the entry itself
        self._look(response, Look(url, status, reason))
        return self._count(url, status, reason, len(response.body))

    def _count(self, url: str, status: int, reason: str, size: int) -> PageSeen:
        self.observed.errors[reason] += 1
        self.observed.note(f"{reason}: {url}")
        return PageSeen(url, status, self.now(), bytes=size, error=reason)

    def _look(self, asked: Request | Response, look: Look) -> None:
        if asked.meta.get("entry"):
            self._told(asked.meta["entry"], look)

    def _told(self, entry: str, look: Look) -> None:
        """How an entry fared: an error outweighs what answered, documents are summed up."""
        before = self.observed.starts.get(urls.key(entry))
        if before is None or look.error or not before.error:
            documents = look.documents + (before.documents if before else 0)
            self.observed.starts[urls.key(entry)] = replace(look, documents=documents)

    def _unchanged(self, url: str) -> Output:
        """304 of a document, or of an announcement: its papers are still listed."""
        known = self.known.get(urls.key(url))
        self.observed.listed.add(urls.key(url))
        if known is None or known.kind == "document":
            yield PageSeen(url, 304, self.now(), sha256=known.sha256 if known else None)
            return
        yield PageSeen(
            known.url, 304, self.now(), known.etag, known.last_modified, known.sha256, known.text_hash, known.links,
            known.productive,
        )  # fmt: skip
        for link in known.links:
            if is_paper(link) and self.may_keep(link, known.url):
                yield from self.paper(link, known.url)
