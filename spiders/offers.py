"""What answers that are no pages offer a crawl, and pages that are empty before their scripts run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from crawler.models import Council, CrawlPlan, KnownUrl, Link
from spiders import rendering, urls
from spiders.anchors import Anchor
from spiders.api import Clue
from spiders.asides import FEW, Asides, remembered
from spiders.base import Observed
from spiders.content import Content, decoded, kind_of
from spiders.data import parse, read_data
from spiders.feeds import read_calendar, read_feed, read_sitemap
from spiders.links import ABOUT, FOLLOW
from spiders.page import Page
from spiders.trail import Survey

CLUE = 500_000  # characters of a page that the recognisers of platforms are shown
MANY_READ = 30
MAX_DATA = 20_000_000  # bytes of an answer that are taken apart


@dataclass(frozen=True, slots=True)
class Offer:
    """A list made for programs, as a page; ``links`` lead to more of them."""

    kind: Content
    page: Page
    links: tuple[Link, ...] = ()
    templates: tuple[str, ...] = ()


def read(kind: Content, response: Response, asides: Asides, plan: CrawlPlan) -> Offer | None:
    """Take a feed, a calendar, a map, data or a script apart; None where it is none of them, but some file."""
    url, body = urls.clean(response.url), response.body
    if kind == "file":
        kind = "sitemap" if body.startswith(b"\x1f\x8b") and (".xml" in url or "sitemap" in url) else kind
    if len(body) > MAX_DATA or kind in {"file", "html"}:
        return None
    link: Link = response.meta["link"]
    if kind == "script":
        links = asides.program(
            Page(url, link.text, (), "", "", ()), decoded(response)[0], response.meta["found_on"] or url
        )
        return Offer(kind, Page(url, link.text, (), "", "", ()), tuple(links))
    if kind == "data":
        value = parse(decoded(response)[0])
        if not isinstance(value, dict | list):
            return None
        known = plan.known.get(url)
        templates = asides.templates.get(urls.key(url)) or remembered(known.links if known else ())
        asides.templates[urls.key(url)] = templates
        return Offer(kind, read_data(url, value, templates, link.text), (), templates)
    page = {"feed": read_feed, "calendar": read_calendar, "sitemap": read_sitemap}[kind](url, body)
    if page is None:
        return None
    further = (
        tuple(Link(anchor.url, score=0.39) for anchor in page.anchors) if kind == "sitemap" and _index(page) else ()
    )
    return Offer(kind, page, further)


def _index(page: Page) -> bool:
    return any(anchor.frame for anchor in page.anchors)


def clue(response: Response, page: Page, text: str, home: bool, council: Council) -> Clue:
    """A page as the recognisers of platforms see it."""
    every = [anchor.url for anchor in page.anchors] + [address for _, address in page.relations] + list(page.scripts)
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Clue(
        page.url, text[:CLUE], tuple(dict.fromkeys(every)), page.relations, headers, page.generator, home, council
    )


def with_more(page: Page, *more: Page | None) -> Page:
    """The page with the links that its scripts hold or fetched."""
    anchors = [anchor for each in more if each is not None for anchor in each.anchors]
    return replace(page, anchors=(*page.anchors, *anchors)) if anchors else page


def recall(known: KnownUrl | None) -> list[Link]:
    """The links of a page that was rendered before and need not be yet again."""
    rendered_before = known is not None and any(rendering.is_memory(link) for link in known.links)
    return list(known.links) if known is not None and rendered_before else []


def told_by_scripts(response: Response) -> Page | None:
    """What the scripts of a rendered page fetched, as one page."""
    anchors: list[Anchor] = []
    for data in rendering.data_of(response):
        kind = kind_of(data.body, data.media_type.encode())
        value = parse(data.body.decode("utf-8", "replace")) if kind == "data" and len(data.body) <= MAX_DATA else None
        if value is not None:
            anchors += read_data(data.url, value).anchors
    return Page(urls.clean(response.url), "", (), "", "", tuple(anchors)) if anchors else None


@dataclass
class _Pending:
    """An empty page while the data or scripts that may fill it are asked for."""

    shell: Response
    known: KnownUrl | None
    left: set[str]  # their keys
    over: bool = False


@dataclass
class Shells:
    """Pages that hold nothing before their scripts run: filled from data, else rendered where possible, else said."""

    observed: Observed
    possible: bool
    now: datetime
    _waiting: dict[str, _Pending] = field(default_factory=dict)  # by the key of what may fill them
    _rendered: set[str] = field(default_factory=set)
    _read: dict[str, Response] = field(default_factory=dict)  # what need not be fetched again for a rendering

    def is_empty(self, response: Response, page: Page, text: str, survey: Survey, home: bool) -> bool:
        """Whether a page that matters lists nothing, and its scripts would."""
        if survey.documents or rendering.is_rendered(response):
            return False
        empty = sum(anchor.zone == "content" for anchor in page.anchors) <= FEW
        if not (survey.relevance >= ABOUT or (empty and (home or survey.relevance >= FOLLOW))):
            return False
        return bool(rendering.needs_script(text, page))

    def render(self, response: Response, known: KnownUrl | None) -> Request | None:
        """The request that renders a page; None where it is not due, or cannot be rendered."""
        if not self.possible:
            self.observed.note(f"needs JavaScript: {urls.clean(response.url)}")
            return None
        where = urls.key(response.url)
        if where in self._rendered or not rendering.due(known, response, self.now):
            return None
        self._rendered.add(where)
        request = rendering.rendered(response)
        request.meta[rendering.AT_HAND] = dict(self._read)
        return request

    def wait(self, response: Response, known: KnownUrl | None, links: Iterable[Link]) -> None:
        """Keep an empty page until these links have answered."""
        pending = _Pending(response, known, {urls.key(link.url) for link in links})
        self._waiting |= dict.fromkeys(pending.left, pending)

    def answered(self, url: str, useful: bool, more: Iterable[Link] = ()) -> tuple[_Pending, bool] | None:
        """What an answer means for the page that waits for it: the page, and whether it is filled; None while it waits.

        ``more`` are further links that may fill it: a script tells of data.
        """
        pending = self._waiting.pop(urls.key(url), None)
        if pending is None or pending.over:
            return None
        pending.left.discard(urls.key(url))
        further = {urls.key(link.url) for link in more} - {urls.key(url)}
        pending.left |= further
        self._waiting |= dict.fromkeys(further, pending)
        if pending.left and (further or not useful):
            return None
        pending.over = True
        return pending, useful

    def read(self, response: Response) -> None:
        """Keep an answer that a rendering would ask for again."""
        if len(self._read) < MANY_READ:
            self._read[response.url] = response

    def memory(self, response: Response) -> list[Link]:
        """What is kept among the links of a rendered page."""
        if not rendering.is_rendered(response):
            return []
        data = [Link(data.url, score=0.75) for data in rendering.data_of(response)]
        return [rendering.memory(response, self.now), *data]
