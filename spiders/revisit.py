"""When an address that is already known is worth another request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from crawler.models import KnownUrl, Link
from spiders import urls, words
from spiders.links import ABOUT

RECENT = timedelta(days=45)  # agendas are swapped, completed and corrected around their session
SELDOM = timedelta(days=7)
CROWD = 12  # productive pages of one family: each belongs to one session, none is the list


def document_due(known: KnownUrl, link: Link, now: datetime, listing_changed: bool) -> bool:
    """Whether a known document is asked for again (conditionally, where it has validators).

    Every crawl while it is new, where the page that lists it changed, or where its name bears no date, so that the
    next agenda may stand under it; else once a week.
    """
    if known.sha256 is None or seldom(known, now):
        return True  # its content was never archived, or not looked at for long
    conditional = bool(known.etag or known.last_modified)
    named = f"{link.text} {link.heading} {urls.readable(link.url)}"
    timeless = not words.is_dated(named) and words.last_day(named) is None
    if timeless and (conditional or words.announces(named)):
        return True
    old = _is_old(urls.years(named), now)
    if not listing_changed:
        # what is named after a day long past is not swapped any more: once a week will do
        day = words.last_day(named)
        old = old or (day is not None and now.date() - day > RECENT)
    return (listing_changed and (conditional or not old)) or (not old and _is_new(known, now))


def seldom(known: KnownUrl, now: datetime) -> bool:
    """Whether the address was not fetched for so long that it is due whatever it is."""
    return known.fetched_at is None or now - known.fetched_at >= SELDOM


class Memory:
    """What earlier crawls know of a site's pages, and which of them this crawl begins with."""

    def __init__(self, known: Mapping[str, KnownUrl], home: str | None, now: datetime) -> None:
        self.now = now
        self.pages = {urls.key(url): page for url, page in known.items() if page.kind == "page"}
        self.links = _links(self.pages.values())
        self.productive = {where for where, page in self.pages.items() if page.productive}
        self._leading = leading_on(self.pages, self.productive, home)
        self._families = Counter(urls.pattern(self.pages[where].url) for where in self.productive)

    def link(self, url: str) -> Link:
        """The address with the words under which pages link to it."""
        return self.links.get(urls.key(url)) or Link(url, score=ABOUT)

    def due(self, known: KnownUrl, link: Link) -> bool:
        """Whether a known page is asked for again in this crawl; the others wait a week.

        Lists of papers are, every time, but for those of former years; so are pages that lead on to them. A page on
        one session is, while it is new.
        """
        if known.sha256 is None or seldom(known, self.now):
            return True
        papers = [year for found in known.links if found.document for year in urls.years(_words(found))]
        if _is_old(papers, self.now, slack=1):
            return False
        if known.productive and not self._of_one_session(known, link):
            return True
        old = _is_old(urls.years(f"{link.text} {link.heading}"), self.now)
        if urls.key(known.url) in self._leading:
            return not old
        return not old and _is_new(known, self.now) and (known.productive > 0 or link.score >= ABOUT)

    def _of_one_session(self, known: KnownUrl, link: Link) -> bool:
        if self._families[urls.pattern(known.url)] > CROWD:
            return True
        return words.names_a_day(link.text) or words.names_a_day(urls.readable(known.url))


def leading_on(pages: Mapping[str, KnownUrl], productive: set[str], home: str | None) -> set[str]:
    """The keys of pages from which links lead to productive ones, step by step; the home page's menu is no step."""
    at_home = pages.get(home or "")
    menu = {urls.key(link.url) for link in at_home.links} if at_home else set()
    steps = {
        where: {urls.key(link.url) for link in page.links if not link.document} - menu for where, page in pages.items()
    }
    found: set[str] = set()
    while True:
        more = {where for where, targets in steps.items() if where not in found and targets & (productive | found)}
        if not more:
            return found
        found |= more


def _links(pages: Iterable[KnownUrl]) -> dict[str, Link]:
    best: dict[str, Link] = {}
    for page in pages:
        for link in page.links:
            where = urls.key(link.url)
            if where not in best or len(best[where].text) < len(link.text):
                best[where] = link
    return best


def _words(link: Link) -> str:
    return f"{link.text} {link.heading} {link.url}"


def _is_new(known: KnownUrl, now: datetime) -> bool:
    return known.first_seen_at is None or now - known.first_seen_at <= RECENT


def _is_old(years: list[int], now: datetime, slack: int = 0) -> bool:
    """Whether all the years that are named are past; the last one still counts in winter."""
    named = [year for year in years if year <= now.year + 1]
    return bool(named) and max(named) < now.year - max(slack, int(now.month <= 3))
