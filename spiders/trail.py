"""Where a crawl goes on from a page: its links judged, kept within bounds, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from crawler.models import CrawlPlan, KnownUrl, Link
from spiders import urls, words
from spiders.anchors import Anchor
from spiders.base import Observed
from spiders.frontier import Frontier
from spiders.languages import Languages
from spiders.links import (
    ABOUT,
    FOLLOW,
    Context,
    about,
    is_announcement,
    is_folder,
    is_paper,
    judge,
    kept_elsewhere,
)
from spiders.page import Page
from spiders.revisit import Memory, document_due
from spiders.scope import Scope, starts
from spiders.words import speaks_of_sessions

DOORS = 3  # links of a home page that is only an entrance
ONWARD = 0.58  # the next page of a list of news among which sessions are announced; it is not about them itself
MANY_WORDS = 200  # characters of a page by which it can be told from another


@dataclass(frozen=True, slots=True)
class Step:
    """A link that is worth a request."""

    link: Link
    priority: int
    depth: int  # clicks from a start page
    found_on: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a page offers."""

    relevance: float
    links: tuple[Link, ...]  # worth keeping, best first
    documents: int  # papers within reach, and sessions announced
    new: bool  # something that no other page of this crawl showed


class Trail:
    """The bounds of one crawl and all that it passed; pure but for its own memory."""

    def __init__(self, plan: CrawlPlan, observed: Observed) -> None:
        self.plan, self.observed = plan, observed
        begin = starts(plan.council)
        self.scope = Scope(plan.council)
        self.frontier = Frontier(plan.now.date())
        self.languages = Languages(plan.council)
        self.start_keys = {urls.key(url) for url in begin}
        self.home_key = urls.key(begin[0]) if plan.council.website and begin else None
        self.known = {urls.key(url): known for url, known in plan.known.items()}
        self.memory = Memory(plan.known, self.home_key, plan.now)
        self._within: dict[str, tuple[date, str]] = {}  # pages below one session's: its day, its address
        self._doors: set[str] = set()  # pages that a splash page, a frameset or a refresh puts before the real home

    # ------------------------------------------------------------------ a page

    def session_of(self, page: Page, link: Link) -> date | None:
        """The day of the session whose own page this is, or to whose pages it belongs; None where it is of none.

        A page says so in its title or first heading, the link to it in its words. One that such a page links to
        belongs to it where its address lies below, or where it names the same day.
        """
        for text in (page.main, page.title, link.text):
            if words.names_a_day(text) and words.relevance(text) >= 0.55:
                return words.last_day(text) or self.plan.now.date()
        day, front = self._within.get(urls.key(link.url), (words.last_day(link.heading), ""))
        if day is None or not (front or words.relevance(link.heading) >= ABOUT):
            return None
        below = bool(front) and urls.key(page.url).startswith(front)
        return day if below or day in words.days(page.text) else None

    def relevance(self, page: Page, link: Link, home: bool) -> float:
        """How surely the page is about sessions; one that the operator named is."""
        if home:
            return 0.2
        value = about(page, link.text, link.score)
        named = {urls.key(link.url), urls.key(page.url)} & self.start_keys
        return max(value, ABOUT) if named or self.session_of(page, link) else value

    def survey(self, page: Page, link: Link, relevance: float, home: bool) -> Survey:
        """Judge the links of a page; ``link`` led to it."""
        self.languages.learn(page)
        own = tuple(anchor for anchor in page.anchors if not self._elsewhere_said(anchor))
        folder = page.url if is_folder(page) else ""
        session = None if home else self.session_of(page, link)
        acts = not home and relevance >= ABOUT and any(words.lists_acts(text) for text in (page.main, page.title))
        context = Context(relevance, home, folder, acts, session is not None, self.frontier.is_boilerplate)
        judged = judge(replace(page, anchors=own), context, self.plan.now.date())
        elsewhere = {urls.key(link.url) for link in judged if not self.scope.page(link.url)}
        kept = [kept_elsewhere(link, relevance) if urls.key(link.url) in elsewhere else link for link in judged]
        stores = {urls.host(link.url) for link in kept if is_paper(link) and urls.key(link.url) in elsewhere}
        stores |= self.scope.documents
        judged = [kept_elsewhere(one, relevance, stores) if urls.key(one.url) in elsewhere else one for one in kept]
        links = [link for link in judged if self.scope.page(link.url) or is_paper(link)]
        fresh = [link for link in links if not self.frontier.is_boilerplate(link.url)]
        announced = [link for link in fresh if is_announcement(link)]
        documents = sum(is_paper(link) and self.in_reach(link) for link in links) + len(announced)
        if relevance < ABOUT and (announced or self.frontier.was_rewarded(page.url)):
            links = [_onward(link) for link in links]
        links = self._to_its_end(links, page, bool(announced))
        new = self._is_new(links, page, relevance)
        if session is not None:
            front = self._within.get(urls.key(link.url), (session, ""))[1] or f"{urls.key(page.url)}/"
            for below in fresh:
                if not below.document:
                    self._within.setdefault(urls.key(below.url), (session, front))
        self.frontier.seen_on_page([anchor.url for anchor in page.anchors])
        return Survey(relevance, tuple(links), documents, new)

    def _elsewhere_said(self, anchor: Anchor) -> bool:
        return self.languages.is_copy(anchor) and not urls.looks_like_document(anchor.url)

    def is_copy(self, page: Page) -> bool:
        """Whether the page says nothing that another did not: a view of it, or the same in another language."""
        if self.languages.page_is_copy(page):
            return True
        content = (anchor.url for anchor in page.anchors if anchor.zone == "content")
        papers = frozenset(urls.key(url) for url in content if urls.looks_like_document(url))
        if len(page.text) < MANY_WORDS and not papers:
            return False
        return self.frontier.is_copy(page.url, hash((page.title, page.headings, page.text, papers)))

    def _to_its_end(self, links: list[Link], page: Page, announced: bool) -> list[Link]:
        """A list whose last pages showed nothing new is left: there may be a "next" without end."""
        if not urls.is_page_number(page.url):
            return links
        family = urls.pattern(page.url)
        others = [link for link in links if link.document or urls.pattern(link.url) != family]
        new = announced or any(
            (is_paper(link) or link.score >= FOLLOW) and urls.key(link.url) not in self.frontier.asked
            for link in others
        )
        return others if self.frontier.at_end(page.url, new) else links

    def _is_new(self, links: list[Link], page: Page, relevance: float) -> bool:
        passed = self.observed.listed | self.frontier.begun
        if any((is_paper(link) or is_announcement(link)) and urls.key(link.url) not in passed for link in links):
            return True
        return relevance >= ABOUT and speaks_of_sessions(page.text) >= 3 and not urls.is_calendar(page.url)

    # ------------------------------------------------------------------ onward

    def in_reach(self, link: Link) -> bool:
        """Whether the link may be asked for; a paper may make its host a document host."""
        if self.scope.page(link.url) or (link.document and self.scope.document(link.url)):
            return True
        return is_paper(link) and self.scope.paper(link.url)

    def reward(self, url: str) -> Iterator[Step]:
        """A page showed something new: what was kept back of its family."""
        for link, depth, from_home in self.frontier.reward(url):
            priority = self.frontier.offer(link, depth, from_home, url)
            if priority is not None:
                yield Step(link, priority, depth, url)

    def follow(self, links: Iterable[Link], url: str, depth: int, *, home: bool, changed: bool) -> Iterator[Step]:
        """The steps from a page on; ``changed``: it lists other papers than when last seen."""
        family = urls.pattern(url)
        links = list(links)
        own = {urls.key(link.url) for link in links if self.scope.page(link.url)}
        if home and len(own) <= DOORS:
            self._doors |= own
        home = home or urls.key(url) in self._doors
        for link in links:
            if "{" in link.url or not self.in_reach(link):
                continue
            known = self.known.get(urls.key(link.url))
            if is_paper(link) or (known is not None and known.kind == "document"):
                self.observed.listed.add(urls.key(link.url))
            if known is not None and not self._due(known, link, changed):
                continue
            below = depth if urls.pattern(link.url) == family else depth + 1
            priority = self.frontier.offer(link, below, home, url)
            if priority is not None:
                if known is not None and known.kind == "document":
                    priority -= 300  # what was never read comes first
                yield Step(link, priority, below, url)
        self.observed.held_back = self.frontier.waiting

    def _due(self, known: KnownUrl, link: Link, changed: bool) -> bool:
        if known.kind == "document":
            return document_due(known, link, self.plan.now, changed)
        return self.memory.due(known, link)


def _onward(link: Link) -> Link:
    paging = words.is_paging(link.text) or urls.is_page_number(link.url)
    return replace(link, score=max(link.score, ONWARD)) if paging and not link.document else link
