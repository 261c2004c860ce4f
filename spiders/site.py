"""Any council's web site: a focused crawl, best first, from its home page and the pages that were productive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.models import Fetched, KnownUrl, Link, PageSeen
from spiders import urls
from spiders.base import CouncilSpider, HostStopped, Look, RobotsDenied, RobotsUnreachable, Skipped
from spiders.content import failure_name, is_html, page_seen, same_words
from spiders.errorpage import REASONS, error_kind
from spiders.frontier import Frontier
from spiders.links import (
    ABOUT,
    DOCUMENT,
    Context,
    about,
    is_announcement,
    is_paper,
    judge,
    kept_elsewhere,
    still_speaks,
)
from spiders.page import Page, read_page
from spiders.revisit import Memory, document_due
from spiders.scope import Scope, starts
from spiders.words import speaks_of_sessions

Output = Iterator[Request | Fetched | PageSeen]
MAX_HTML = 8_000_000  # bytes of a page that are taken apart
REMEMBERED = 1500  # links kept for replay, best first
DOORS = 3  # links of a home page that is only an entrance
START, PRODUCTIVE = 4000, 5000  # priorities above all that is found


class SiteSpider(CouncilSpider):
    """Finds where sessions are announced and documents kept, without any code for the site."""

    name = "site"

    def prepare(self) -> None:
        """Set up from the plan; called when the crawl starts."""
        begin = starts(self.plan.council)
        self.scope = Scope(self.plan.council)
        self.frontier = Frontier(self.plan.now.date())
        self.start_keys = {urls.key(url) for url in begin}
        self.doors: set[str] = set()  # pages that a splash page, a frameset or a refresh puts before the real home
        self.home_key = urls.key(begin[0]) if self.plan.council.website and begin else None
        self.known = {urls.key(url): known for url, known in self.plan.known.items()}
        self.memory = Memory(self.plan.known, self.home_key, self.plan.now)

    async def start(self) -> AsyncIterator[Any]:
        """Productive pages first, then the home page and the start pages."""
        self.prepare()
        productive = sorted(
            (self.memory.pages[where] for where in self.memory.productive), key=lambda page: -page.productive
        )
        for page in productive:
            if self.memory.due(page, self.memory.link(page.url)):
                for request in self._begin(page.url, PRODUCTIVE):
                    yield request
        for url in starts(self.plan.council):
            for request in self._begin(url, START):
                yield request

    def _begin(self, url: str, priority: int) -> Iterator[Request]:
        where = urls.key(url)
        if self.scope.page(url) and where not in self.frontier.asked:
            self.frontier.asked[where] = 1.0
            link = self.memory.link(url)
            yield self.request(replace(link, url=url, document=False), priority, 0 if where in self.start_keys else 1)

    def request(self, link: Link, priority: int, depth: int, found_on: str = "") -> Request:
        """A request for a link; its memory of the address goes along for the conditional headers."""
        return Request(
            link.url,
            callback=self.parse,
            errback=self.failed,
            priority=priority,
            dont_filter=True,  # the frontier knows better, and may ask again with a better priority
            meta={"link": link, "clicks": depth, "found_on": found_on, "document": link.document},
        )

    def may_send(self, request: Request) -> str | None:
        """Asked by the middleware for each request and redirect: None, or why it is not sent."""
        link: Link | None = request.meta.get("link")
        if link is None:
            return None  # robots.txt
        first = request.meta.get("redirect_urls", [request.url])[0]
        redirected = "redirect_urls" in request.meta
        if not redirected and not request.meta.get("retry_times"):
            if urls.key(first) in self.frontier.begun:
                return "asked already"
            self.frontier.begun.add(urls.key(first))
        if redirected and urls.key(first) in self.start_keys:
            self._moved(first, request.url)
        allowed = self.scope.document(request.url) if link.document else self.scope.page(request.url)
        if redirected and not link.document and not allowed:
            allowed = urls.looks_like_document(request.url) and self.scope.document(request.url)
        return None if allowed or (redirected and link.document) else "another site"

    def _moved(self, old: str, new: str) -> None:
        if not self.scope.page(new) and urls.host(new):
            self.observed.note(f"moved: {old} redirects to {new}")
            self.scope.admit(new)

    def remembered(self, request: Request) -> KnownUrl | None:
        """What is known of the address of a request: of the one first asked for where it is a document."""
        first = request.meta.get("redirect_urls", [request.url])[0]
        for url in dict.fromkeys((urls.clean(first), urls.clean(request.url))):
            known = self.plan.known.get(url)
            if known and (known.kind == "document" or url == urls.clean(request.url)):
                return known
        return None

    # ------------------------------------------------------------------ answers

    def parse(self, response: Response, **kwargs: Any) -> Output:
        """Every answer comes here: unchanged, an error, a document or a page."""
        first = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        link: Link = response.meta["link"]
        if response.status == 304:
            yield from self._unchanged(response)
        elif response.status >= 400 or response.status < 200 or response.status in (204, 205, 301, 302, 303, 307, 308):
            yield self._error(first, response.status, str(response.status), response)
        elif not is_html(response.body, response.headers.get("Content-Type")):
            yield from self._document(response, first, link)
        elif link.document and urls.looks_like_document(first):
            # A document that answers with a page: redirected to the home page, suspended, a wall, a soft 404.
            yield self._error(first, response.status, "error-page: a page instead of the document", response)
        elif not self.scope.page(response.url):
            self.scope.page_instead(first)
            self.observed.note(f"a page of another host, no document: {first}")
        else:
            yield from self._page(response, first, link)

    def failed(self, failure: Failure) -> Output:
        """A request without an answer: denied, refused, timed out, or not sent by us."""
        request: Request = failure.request  # type: ignore[attr-defined]
        first = urls.clean(request.meta.get("redirect_urls", [request.url])[0])
        problem = failure.value or RuntimeError("no answer")
        if isinstance(problem, RobotsDenied):
            self.observed.denied += 1
            self._look(first, Look(first, 0, "robots"))
        elif isinstance(problem, Skipped) and not isinstance(problem, RobotsUnreachable | HostStopped):
            if str(problem) == "max_pages":
                self.observed.left_over += 1
        else:
            reason = failure_name(problem)
            if reason == "refused":
                self.observed.refused += 1
                self.observed.note(f"refused: {problem}")
            yield self._error(first, 0, reason, None)

    def _error(self, url: str, status: int, reason: str, response: Response | None) -> PageSeen:
        self.observed.errors[reason] += 1
        self.observed.note(f"{reason}: {url}")
        self._look(url, Look(url, status, reason))
        size = len(response.body) if response is not None else 0
        return PageSeen(url, status, self.now(), bytes=size, error=reason)

    def _look(self, url: str, look: Look) -> None:
        where = urls.key(url)
        if where in self.start_keys:
            self.observed.starts[where] = look
        if where in self.memory.productive:
            self.observed.productive[where] = look

    def _unchanged(self, response: Response) -> Output:
        known = self.remembered(response.request) if response.request else None
        url = known.url if known else urls.clean(response.url)
        if known is None or known.kind == "document":
            if known is not None:
                self.observed.listed.add(urls.key(url))
            yield PageSeen(url, 304, self.now(), sha256=known.sha256 if known else None)
            return
        documents = known.productive
        home = urls.key(url) == self.home_key
        yield PageSeen(
            url, 304, self.now(), known.etag, known.last_modified, known.sha256, known.text_hash, known.links, documents
        )
        look = Look(url, 304, None, bool(known.productive) or documents > 0, documents)
        self._look(url, look)
        self._look(urls.clean(response.meta.get("redirect_urls", [response.url])[0]), look)
        self.frontier.seen_on_page([link.url for link in known.links])
        yield from self._follow(known.links, url, response.meta["clicks"], home=home, changed=False)

    def _document(self, response: Response, first: str, link: Link) -> Output:
        if link.score < DOCUMENT and not link.document:
            return  # a page that turned out to be some file
        self.observed.listed.add(urls.key(first))
        if "partial" in response.flags:
            self.observed.note(f"the server did not say where the document ends: {first}")
        found_on = response.meta.get("found_on", "")
        yield self.fetched(response, first, link_text=link.text, heading=link.heading, found_on=found_on)

    def _page(self, response: Response, first: str, link: Link) -> Output:
        url = urls.clean(response.url)
        home = self.home_key is not None and self.home_key in {urls.key(first), urls.key(url)}
        if url != first and not home and urls.key(url) in self.frontier.begun - {urls.key(first)}:
            return  # redirected to a page that was read already
        self.frontier.begun.add(urls.key(url))
        text = response.text if isinstance(response, TextResponse) else response.body.decode("utf-8", "replace")
        page = read_page(url, text[:MAX_HTML])
        problem = error_kind(page)
        if problem and not (problem == "gone" and home):
            yield self._error(first, response.status, problem, response)
            if problem != "gone":
                self.observed.note(f"error-page: {REASONS[problem]}: {url}")
            return
        relevance = 0.2 if home else about(page, link.text, link.score)
        if not home and urls.key(first) in self.start_keys:
            relevance = max(relevance, ABOUT)  # the operator named it
        context = Context(relevance, home, self.frontier.is_boilerplate)
        judged = judge(page, context, self.plan.now.date())
        judged = [link if self.scope.page(link.url) else kept_elsewhere(link, relevance) for link in judged]
        links = [link for link in judged if self._worth_keeping(link)]
        fresh = [link for link in links if not self.frontier.is_boilerplate(link.url)]
        documents = sum(is_paper(link) and self._in_reach(link) for link in links) + sum(
            is_announcement(link) for link in fresh
        )
        known = self.plan.known.get(url)
        self.frontier.seen_on_page([anchor.url for anchor in page.anchors])
        seen = page_seen(response, url, self.now(), links[:REMEMBERED], documents)
        self._looked(first, url, page, documents)
        yield self.fetched(
            response, url, seen, link_text=link.text, heading=link.heading, found_on=response.meta.get("found_on", "")
        )
        changed = known is not None and not same_words(known.links, seen.links)
        if self._is_new(links, page, relevance):
            yield from self._reward(url)
        yield from self._follow(links, url, response.meta["clicks"], home=home, changed=changed)

    def _looked(self, first: str, url: str, page: Page, documents: int) -> None:
        look = Look(url, 200, None, documents > 0 or still_speaks(page), documents)
        self._look(url, look)
        self._look(first, look)

    # ------------------------------------------------------------------ links

    def _worth_keeping(self, link: Link) -> bool:
        """Papers are remembered even where their host is not ours (the operator may name it one day)."""
        return self.scope.page(link.url) or is_paper(link)

    def _in_reach(self, link: Link) -> bool:
        """Whether the link may be asked for; a paper may make its host a document host."""
        if self.scope.page(link.url) or (link.document and self.scope.document(link.url)):
            return True
        return is_paper(link) and self.scope.paper(link.url)

    def _is_new(self, links: list[Link], page: Page, relevance: float) -> bool:
        fresh = [
            link
            for link in links
            if (is_paper(link) or is_announcement(link))
            and urls.key(link.url) not in self.observed.listed | self.frontier.begun
        ]
        return bool(fresh) or (
            relevance >= ABOUT and speaks_of_sessions(page.text) >= 3 and not urls.is_calendar(page.url)
        )

    def _reward(self, url: str) -> Iterator[Request]:
        for link, depth, from_home in self.frontier.reward(url):
            priority = self.frontier.offer(link, depth, from_home)
            if priority is not None:
                yield self.request(link, priority, depth, url)

    def _follow(self, links: Iterable[Link], url: str, depth: int, *, home: bool, changed: bool) -> Iterator[Request]:
        family = urls.pattern(url)
        links = list(links)
        own = {urls.key(link.url) for link in links if self.scope.page(link.url)}
        if home and len(own) <= DOORS:
            self.doors |= own
        home = home or urls.key(url) in self.doors
        for link in links:
            if not self._in_reach(link):
                continue
            if is_paper(link):
                self.observed.listed.add(urls.key(link.url))
            known = self.known.get(urls.key(link.url))
            if known is not None and not self._due(known, link, changed):
                continue
            below = depth if urls.pattern(link.url) == family else depth + 1
            priority = self.frontier.offer(link, below, from_home=home)
            if priority is not None:
                if known is not None and known.kind == "document":
                    priority -= 300  # what was never read comes first
                yield self.request(link, priority, below, url)
        self.observed.held_back = self.frontier.waiting

    def _due(self, known: KnownUrl, link: Link, changed: bool) -> bool:
        if known.kind == "document":
            return document_due(known, link, self.plan.now, changed)
        return self.memory.due(known, link)
