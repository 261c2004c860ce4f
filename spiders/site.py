"""Any council's web site: a focused crawl, best first, from its home page and the pages that were productive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.errors import RenderingFailed
from crawler.models import Fetched, KnownUrl, Link, PageSeen
from spiders import offers, rendering, urls
from spiders.asides import Asides, kept
from spiders.base import CouncilSpider, Look
from spiders.content import decoded, is_wall, kind_of, page_seen, same_words
from spiders.discovery import recognise
from spiders.errorpage import REASONS, problem_of
from spiders.links import BELOW, still_speaks
from spiders.moving import is_elsewhere, new_home
from spiders.outcomes import Outcomes, first_of
from spiders.page import Page, read_page
from spiders.scope import starts
from spiders.trail import Step, Survey, Trail
from spiders.viewer import behind

Output = Iterator[Request | Fetched | PageSeen]
MAX_HTML = 8_000_000  # characters of a page that are taken apart
REMEMBERED = 1500  # links kept for replay, best first
START, PRODUCTIVE = 4000, 5000  # priorities above all that is found
NO_ANSWER = frozenset({204, 205, 301, 302, 303, 307, 308})


class SiteSpider(CouncilSpider):
    """Finds where sessions are announced and documents kept, without any code for the site."""

    name = "site"

    def prepare(self) -> None:
        """Set up from the plan; called when the crawl starts."""
        self.trail = Trail(self.plan, self.observed)
        trail = self.trail
        self.outcomes = Outcomes(self.observed, trail.start_keys, trail.memory.productive, self.now())
        self.asides = Asides(self.trail.scope.page, self.plan.now.year)
        self.shells = offers.Shells(self.observed, rendering.available(self.settings), self.now())

    async def start(self) -> AsyncIterator[Any]:
        """Productive pages first, then the home page and the start pages."""
        self.prepare()
        memory = self.trail.memory
        for page in sorted((memory.pages[where] for where in memory.productive), key=lambda page: -page.productive):
            if memory.due(page, memory.link(page.url)):
                for request in self._begin(page.url, PRODUCTIVE):
                    yield request
        for url in starts(self.plan.council):
            for request in self._begin(url, START):
                yield request

    def _begin(self, url: str, priority: int) -> Iterator[Request]:
        where, asked = urls.key(url), self.trail.frontier.asked
        if self.trail.scope.page(url) and where not in asked:
            asked[where] = 1.0
            link = replace(self.trail.memory.link(url), url=url, document=False)
            yield self.request(Step(link, priority, 0 if where in self.trail.start_keys else 1, ""))

    def request(self, step: Step) -> Request:
        """A request for a link; its memory of the address goes along for the conditional headers."""
        link = step.link
        return Request(
            link.url,
            callback=self.parse,
            errback=self.failed,
            priority=step.priority,
            dont_filter=True,  # the frontier knows better, and may ask again with a better priority
            meta={"link": link, "clicks": step.depth, "found_on": step.found_on, "document": link.document},
        )

    def robots_read(self, sitemaps: Iterable[str]) -> None:
        """Told by the middleware: the maps that a robots.txt names."""
        self.asides.sitemaps += [url for url in sitemaps if self.trail.scope.page(url)]

    def may_send(self, request: Request) -> str | None:
        """Asked by the middleware for each request and redirect: None, or why it is not sent."""
        link: Link | None = request.meta.get("link")
        if link is None:
            return None  # robots.txt
        scope, begun, redirected = self.trail.scope, self.trail.frontier.begun, "redirect_urls" in request.meta
        first = request.meta["redirect_urls"][0] if redirected else request.url
        if not redirected and not request.meta.get("retry_times"):
            if urls.key(first) in begun:
                return "asked already"
            why = self.trail.frontier.refusal(link, first, request.meta.get("clicks", 0))
            if why and request.priority < START:
                return why
            begun.add(urls.key(first))
        if redirected and urls.key(first) in self.trail.start_keys and not scope.page(request.url):
            self._moved(first, request.url, "redirects", urls.key(first) == self.trail.home_key)
        allowed = scope.document(request.url) if link.document else scope.page(request.url)
        if redirected and not link.document and not allowed:
            allowed = urls.looks_like_document(request.url) and scope.document(request.url)
        return None if allowed or (redirected and link.document) else "another site"

    def _moved(self, old: str, new: str, how: str, home: bool) -> None:
        if urls.host(new):
            self.observed.note(f"moved: {old} {how} to {new}")
            self.trail.scope.admit(new)
            if home and is_elsewhere(old, new):
                self.observed.moved = urls.clean(new)

    def remembered(self, request: Request) -> KnownUrl | None:
        """What is known of the address of a request: of the one first asked for where it is a document."""
        for url in dict.fromkeys((first_of(request), urls.clean(request.url))):
            known = self.plan.known.get(url)
            if known and (known.kind == "document" or url == urls.clean(request.url)):
                return known
        return None

    # ------------------------------------------------------------------ answers

    def parse(self, response: Response, **kwargs: Any) -> Output:
        """Every answer comes here: unchanged, an error, a document, a page, or a list made for programs."""
        first = first_of(response)
        link: Link = response.meta["link"]
        if response.status == 304:
            yield from self._unchanged(response)
            yield from self._answered(first, True)
            return
        if response.status >= 400 or response.status < 200 or response.status in NO_ANSWER:
            yield self.outcomes.error(
                first, response.status, "wall" if is_wall(response) else str(response.status), response
            )
            yield from self._answered(first, False)
            return
        kind = kind_of(response.body, response.headers.get("Content-Type"))
        plain = kind == "html" or link.document
        offer = None if plain else offers.read(kind, response, self.asides, self.plan)
        if offer is not None:
            yield from self._offer(response, first, offer)
        elif kind != "html":
            yield from self._document(response, first, link)
        elif link.document and urls.looks_like_document(first):
            # A document that answers with a page: redirected to the home page, suspended, a wall, a soft 404.
            yield self.outcomes.error(first, response.status, "error-page: a page instead of the document", response)
        elif not self.trail.scope.page(response.url):
            if paper := behind(response, link):
                yield from self._follow([paper], urls.clean(response.url), 0, home=False, changed=False)
            else:
                self.trail.scope.page_instead(first)
                self.observed.note(f"a page of another host, no document: {first}")
        else:
            yield from self._page(response, first, link)
        if offer is None:
            yield from self._answered(first, kind == "html")

    def failed(self, failure: Failure) -> Output:
        """A request without an answer: denied, refused, timed out, or not sent by us."""
        request: Request = failure.request  # type: ignore[attr-defined]
        first = first_of(request)
        problem = failure.value or RuntimeError("no answer")
        yield from self._answered(first, False)
        if isinstance(problem, RenderingFailed):
            self.observed.note(f"needs JavaScript: {first} ({problem})")
            yield from self._page(rendering.shell_of(request), first, request.meta["link"], render=False)
            return
        seen = self.outcomes.failure(first, problem)
        if seen is not None:
            yield seen

    def _unchanged(self, response: Response) -> Output:
        known = self.remembered(response.request) if response.request else None
        url = known.url if known else urls.clean(response.url)
        if known is None or known.kind == "document":
            if known is not None:
                self.observed.listed.add(urls.key(url))
            yield PageSeen(url, 304, self.now(), sha256=known.sha256 if known else None)
            return
        yield PageSeen(
            url, 304, self.now(), known.etag, known.last_modified, known.sha256, known.text_hash, known.links,
            known.productive,
        )  # fmt: skip
        self.outcomes.look(Look(url, 304, None, known.productive > 0, known.productive), first_of(response))
        self.trail.frontier.seen_on_page([link.url for link in known.links])
        depth, home = response.meta["clicks"], urls.key(url) == self.trail.home_key
        yield from self._follow(known.links, url, depth, home=home, changed=False)

    def _document(self, response: Response, first: str, link: Link) -> Output:
        if link.score < BELOW and not link.document:
            return  # a page that turned out to be some file
        self.observed.listed.add(urls.key(first))
        if "partial" in response.flags:
            self.observed.note(f"the server did not say where the document ends: {first}")
        found_on = response.meta.get("found_on", "")
        yield self.fetched(response, first, link_text=link.text, heading=link.heading, found_on=found_on)
        if not link.document:  # addresses like this are files, and its page listed it: neither goes on without end
            for step in [*self.trail.reward(first), *(self.trail.reward(found_on) if found_on else ())]:
                yield self.request(step)

    # ------------------------------------------------------------------ pages

    def _page(self, response: Response, first: str, link: Link, render: bool = True) -> Output:
        url, trail = urls.clean(response.url), self.trail
        home = trail.home_key is not None and trail.home_key in {urls.key(first), urls.key(url)}
        again = rendering.is_rendered(response) or not render
        if url != first and not home and not again and urls.key(url) in trail.frontier.begun - {urls.key(first)}:
            return  # redirected to a page that was read already
        trail.frontier.begun.add(urls.key(url))
        text, encoding = decoded(response)
        page = read_page(url, text[:MAX_HTML], encoding)
        problem = problem_of(page, text, home)
        if problem:
            yield self.outcomes.error(first, response.status, problem, response)
            if problem != "gone":
                self.observed.note(f"error-page: {REASONS[problem]}: {url}")
            return
        if home:
            trail.languages.home(page)
            moved = new_home(page)
            if moved and not self.observed.moved:
                self._moved(url, moved, "says that it moved", True)
                trail.home_key = urls.key(moved)
                yield self.request(Step(Link(moved, score=1.0), START, 0, url))
        elif not again and trail.is_copy(page):
            yield page_seen(response, url, self.now(), [], 0)
            return
        for entry in recognise(offers.clue(response, page, text, home, self.plan.council)):
            self.observed.found(entry)
        relevance = trail.relevance(page, link, home)
        inside, more = self.asides.built(page, text, relevance, home)
        page = offers.with_more(page, inside, offers.told_by_scripts(response))
        survey = trail.survey(page, link, relevance, home)
        known = trail.known.get(urls.key(url))
        if self.shells.is_empty(response, page, text, survey, home):
            asked = [*self._follow(more, url, response.meta["clicks"], home=home, changed=False)] if render else []
            waiting = self.shells.render(response, known) if render and not asked else None
            if asked or waiting is not None:
                self.shells.wait(response, known, [request.meta["link"] for request in asked])
                yield from [waiting] if waiting is not None else asked
                return
            more += offers.recall(known)
        more += self.asides.offered(page, relevance, home)
        yield from self._taken(response, first, page, survey, [*more, *self.shells.memory(response)], home)

    def _answered(self, url: str, useful: bool, more: Iterable[Link] = ()) -> Output:
        """Hand over the empty page that waited for this answer, where it waits no more: filled, rendered or empty."""
        found = self.shells.answered(url, useful, more)
        if found is None:
            return
        pending, filled = found
        request = None if filled else self.shells.render(pending.shell, pending.known)
        if request is not None:
            yield request
            return
        yield from self._page(pending.shell, first_of(pending.shell), pending.shell.meta["link"], render=False)

    def _taken(
        self, response: Response, first: str, page: Page, survey: Survey, more: list[Link], home: bool
    ) -> Output:
        """Hand over a page that was read, remember what it links to, and go on from there."""
        url = urls.clean(response.url)
        link: Link = response.meta["link"]
        known = self.plan.known.get(url)
        links = [*more, *survey.links]
        seen = page_seen(response, url, self.now(), links[:REMEMBERED], survey.documents)
        speaks = survey.documents > 0 or still_speaks(page)
        self.outcomes.look(Look(url, 200, None, speaks, survey.documents), first)
        yield self.fetched(
            response, url, seen, link_text=link.text, heading=link.heading, found_on=response.meta.get("found_on", "")
        )
        changed = known is not None and not same_words(known.links, seen.links)
        if survey.new:
            for step in self.trail.reward(url):
                yield self.request(step)
        yield from self._follow(links, url, response.meta["clicks"], home=home, changed=changed)

    def _offer(self, response: Response, first: str, offer: offers.Offer) -> Output:
        """A feed, a calendar, a map of the site, the data or the script of a page."""
        url = urls.clean(response.url)
        if self.trail.home_key == urls.key(first) or urls.key(first) in self.trail.start_keys:
            for entry in recognise(offers.clue(response, offer.page, decoded(response)[0], True, self.plan.council)):
                self.observed.found(entry)
        link: Link = response.meta["link"]
        relevance = 0.2 if offer.kind == "sitemap" else self.trail.relevance(offer.page, link, False)
        survey = self.trail.survey(offer.page, link, relevance, False)
        self.shells.read(response)
        yield from self._answered(
            first, bool(survey.links or offer.links), offer.links if offer.kind == "script" else ()
        )
        if offer.kind in {"data", "calendar"}:
            yield from self._taken(response, first, offer.page, survey, [*offer.links, *kept(offer.templates)], False)
            return
        links = [*offer.links, *survey.links]
        self.outcomes.look(Look(url, 200, None, survey.documents > 0, survey.documents))
        yield page_seen(response, url, self.now(), links[:REMEMBERED], survey.documents)
        yield from self._follow(links, url, response.meta["clicks"], home=False, changed=False)

    def _follow(self, links: Iterable[Link], url: str, depth: int, *, home: bool, changed: bool) -> Iterator[Request]:
        for step in self.trail.follow(links, url, depth, home=home, changed=changed):
            yield self.request(step)
