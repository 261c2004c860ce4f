"""What a page offers beside its links: feeds, calendars, the data and scripts that build it. A few per crawl."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from crawler.models import Link
from spiders import urls, words
from spiders.calls import called, sent_on
from spiders.data import read_data
from spiders.links import ABOUT, FOLLOW
from spiders.page import Page
from spiders.scripted import Sources, has_signs, script_sources, sources

Kind = Literal["feed", "calendar", "data", "script", "sitemap"]
LIMITS: dict[Kind, int] = {"feed": 3, "calendar": 3, "data": 24, "script": 4, "sitemap": 2}  # of one crawl
HOME_FEED, SITEMAP = 0.395, 0.39  # scores: what they name is looked at before pages of little promise
OFFERED, BUILDING = 0.65, 0.75
_FEED = re.compile(
    r"\.(?:rss|atom)(?:$|\?)|/(?:feed|rss|atom|flux|flux-rss|fil-rss)(?:/|\.xml|\.php)?(?:$|\?)|[?&](?:format=feed|feed=(?:rss2?|atom)"
    r"|type=(?:rss|atom)|page=backend|output=rss)|/(?:rss|feed|atom|flux)[\w-]*\.(?:xml|php)"
)
_MAY_FEED = re.compile(r"rss|atom|feed|flux|fil|backend|\.xml")
_NAMES_FEED = re.compile(r"\b(?:rss|atom|flux|fil d actualites?|syndication)\b")
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml"})
FEW = 4  # links in the content of a page that scripts fill


class Asides:
    """Keeps count of what was asked for beside pages; in scope is what ``allowed`` says."""

    def __init__(self, allowed: Callable[[str], bool], year: int) -> None:
        self.allowed, self.year = allowed, year
        self.sitemaps: list[str] = []  # as robots.txt names them
        self.templates: dict[str, tuple[str, ...]] = {}  # by the key of the data they belong to
        self._taken: set[str] = set()
        self._count: Counter[Kind] = Counter()

    def offered(self, page: Page, relevance: float, home: bool) -> list[Link]:
        """Feeds and calendars of the site or of its sessions, and from the home page its map."""
        found: list[Link] = []
        on_topic = relevance >= ABOUT
        declared = [*_declared(page)] if home or on_topic else []
        score = OFFERED if on_topic else HOME_FEED
        found += self._links("feed", [*declared, *_linked(page)], _title(page), score)
        for anchor in page.anchors:
            if urls.suffix(anchor.url) == "ics" and (on_topic or _whole_calendar(anchor.text)):
                found += self._links("calendar", [anchor.url], anchor.text, OFFERED)
        if home:
            usual = urls.absolute(page.url, "/sitemap.xml") or page.url
            found += self._links("sitemap", self.sitemaps or [usual], "", SITEMAP)
        return found

    def built(self, page: Page, html: str, relevance: float, home: bool) -> tuple[Page | None, list[Link]]:
        """What the page's scripts hold and open, as a page, and links to data and scripts that it loads."""
        content = sum(anchor.zone == "content" for anchor in page.anchors)
        empty = content <= FEW
        opened = [*called(page, html)] if page.calls else []
        if home and not content:
            opened += sent_on(page, html)
        shown = replace(page, anchors=tuple(opened)) if opened else None
        matters = relevance >= ABOUT or (empty and (home or relevance >= FOLLOW))
        if not matters or not (has_signs(html) or empty):
            return shown, []
        told = sources(html, page, self.year)
        links = self._data(told, page, relevance)
        if not links and not told.values and empty:
            own = [address for address in page.scripts if self.allowed(address) and not _is_library(address)]
            links += self._links("script", own, _title(page), OFFERED)
        values = [*told.values, *told.papers]
        if values:
            inside = read_data(page.url, values, told.templates, _title(page))
            shown = replace(inside, anchors=(*inside.anchors, *opened))
        return shown, links

    def program(self, page: Page, program: str, told_by: str) -> list[Link]:
        """Links to the data that a script file asks for, on behalf of the page that loads it."""
        behalf = Page(told_by, page.title, page.headings, page.text, "", page.anchors)
        return self._data(script_sources(program, behalf, self.year), behalf, ABOUT)

    def _data(self, told: Sources, page: Page, relevance: float) -> list[Link]:
        own = [address for address in told.endpoints if self.allowed(address) and _may_list(address)]
        links = self._links("data", own, _title(page), max(BUILDING, relevance))
        base = urls.absolute(page.url, "x") or page.url
        for link in links:
            self.templates[urls.key(link.url)] = (*told.templates, f"{base[:-1]}{{}}")
        return links

    def _links(self, kind: Kind, addresses: Iterable[str], text: str, score: float) -> list[Link]:
        found = []
        for address in addresses:
            url = urls.clean(address)
            known = urls.key(url) in self._taken
            if (known or self._count[kind] < LIMITS[kind]) and self.allowed(url):
                self._count[kind] += not known
                self._taken.add(urls.key(url))
                found.append(Link(url, text, "", score))
        return found


def remembered(links: Iterable[Link]) -> tuple[str, ...]:
    """The templates that earlier crawls kept among the links of data."""
    return tuple(link.url for link in links if "{" in link.url)


def kept(templates: Iterable[str]) -> Iterator[Link]:
    """Templates as links to be remembered; their score keeps them from ever being followed."""
    return (Link(template) for template in templates)


def _title(page: Page) -> str:
    return next((text for text in (*page.headings[:1], page.title) if text), "")


def _declared(page: Page) -> Iterator[str]:
    for kind, address in page.relations:
        if kind in _FEEDS and "comment" not in address.lower():
            yield address


def _linked(page: Page) -> Iterator[str]:
    """Feeds that a plain link offers, by its address or by its words (an icon has none)."""
    for anchor in page.anchors:
        address = anchor.url.lower()
        if "comment" in address or not _MAY_FEED.search(address):
            continue
        named = bool(_NAMES_FEED.search(words.fold(anchor.text)))
        if _FEED.search(address) or named or (not anchor.text and urls.suffix(address) == "xml"):
            yield anchor.url


def _whole_calendar(text: str) -> bool:
    """Whether the words offer a calendar, rather than one event ("Ajouter à mon agenda")."""
    plain = words.fold(text)
    return not plain.startswith(("ajouter", "add ")) and (
        words.relevance(text) >= ABOUT or any(word in plain for word in ("agenda", "calendrier", "ics", "ical"))
    )


def _is_library(address: str) -> bool:
    name = urlsplit(address).path.rsplit("/", 1)[-1].lower()
    return any(
        sign in name for sign in ("jquery", "bootstrap", "polyfill", "analytics", "matomo", "tarteaucitron", "swiper")
    )


def _may_list(address: str) -> bool:
    """Data of other things (weather, forms, statistics) are not asked for."""
    path = urls.readable(address)
    if urls.suffix(address) not in {"", "json", "xml", "rss", "ics"} | urls.HTML_SUFFIXES:
        return False
    return not words.is_other(path) and not any(
        sign in address.lower()
        for sign in ("admin-ajax", "track", "login", "search", "recherche", "manifest", "/config")
    )
