"""What to ask for next: best first, each address once, no family of addresses without end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from crawler.models import Link
from spiders import urls
from spiders.links import ABOUT, DOCUMENT, FOLLOW, document_priority, page_priority

EXPLORED = 25  # pages of little promise that a crawl looks at, from the home page alone
DEEPER = 25  # the same one click further, as long as nothing about sessions was found
SOME = 0.15  # the least promise of those: what holds no word of institutions or news is left out
MIDDLING = 60  # pages that may be about the institution
FAMILY = 40  # members of one family of addresses, before it has shown anything new
CALENDAR = 8  # the same for calendars
NAMED = 0.75  # a link of a calendar whose own words name a council's session is no mere day of it
REFINED = 12  # the same for a list that is filtered again and again: a facet upon a facet
REWARD = 3  # more members for each that showed something new
COPIES = 3  # pages of one family that say the same as another: then the family is a trap
BARREN = 2  # pages of a list in a row without anything new: then the list is at its end
DEPTH = 8  # clicks from a start page; pagination does not count
UPGRADE = 0.15  # a better score by so much asks again for what still waits

Waiting = tuple[Link, int, bool]


class Frontier:
    """Decides which links become requests, and with what priority (0..1200)."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.asked: dict[str, float] = {}  # key -> best score asked for
        self.begun: set[str] = set()  # keys whose request has left
        self.on_pages: Counter[str] = Counter()
        self.left_over = 0  # links too deep
        self._families: Counter[str] = Counter()
        self._rewards: Counter[str] = Counter()
        self._waiting: dict[str, list[Waiting]] = defaultdict(list)
        self._contents: dict[int, str] = {}  # what a page says -> its key
        self._copies: Counter[str] = Counter()
        self._repeated: set[str] = set()
        self._barren: Counter[str] = Counter()
        self._explored = self._deeper = self._middling = 0

    def seen_on_page(self, links: list[str]) -> None:
        """Count the addresses that stand on a page, to tell menus from content."""
        self.on_pages.update({urls.key(url) for url in links})

    def is_boilerplate(self, url: str) -> bool:
        """Whether the address stood on another page already."""
        return self.on_pages[urls.key(url)] > 0

    def is_copy(self, url: str, content: int) -> bool:
        """Whether another page of this crawl said the same; a family of copies is closed.

        Session ids in paths, growing paths, views for printing and filters without effect show the same again.
        """
        first = self._contents.setdefault(content, urls.key(url))
        if first == urls.key(url):
            return False
        if first in self._repeated or not narrows(urls.key(url), first):
            self._copies[urls.pattern(url)] += 1
        self._repeated.add(first)  # a list shows what it shows unasked under one of its choices too: once is no trap
        return True

    def is_closed(self, url: str) -> bool:
        """Whether the address belongs to a family of copies."""
        return self._copies[urls.pattern(url)] >= COPIES

    def at_end(self, url: str, new: bool) -> bool:
        """Note whether a page of a list showed something new; whether the list is at its end."""
        family = urls.pattern(url)
        self._barren[family] = 0 if new else self._barren[family] + 1
        return self._barren[family] >= BARREN

    def offer(self, link: Link, depth: int, from_home: bool = False, found_on: str = "") -> int | None:
        """The priority with which to ask for a link, or None where it is not asked for (again)."""
        where = urls.key(link.url)
        before = self.asked.get(where)
        if where in self.begun or (before is not None and link.score < before + UPGRADE):
            return None
        if link.document:
            if link.score < DOCUMENT:
                return None
        elif before is None and not self._page_allowed(link, depth, from_home, found_on):
            return None
        self.asked[where] = link.score
        return self.priority(link, depth)

    def priority(self, link: Link, depth: int) -> int:
        """Papers of sessions to come, then promising pages, then the rest; older years wait."""
        if link.document:
            return document_priority(link, self.today)
        return page_priority(link, self.today) - 5 * min(depth, DEPTH)

    def reward(self, url: str) -> list[Waiting]:
        """A page showed something new: its families may go on; returns what was kept back of them."""
        families = {urls.pattern(url), path_of(url)}
        self._rewards.update(families)
        return [held for family in families for held in self._waiting.pop(family, [])]

    def was_rewarded(self, url: str) -> bool:
        """Whether a page of this family showed something new before."""
        return self._rewards[urls.pattern(url)] > 0

    def _page_allowed(self, link: Link, depth: int, from_home: bool, found_on: str) -> bool:
        family = urls.pattern(link.url)
        if depth > DEPTH or self.is_closed(link.url):
            self.left_over += 1
            return False
        if link.score < FOLLOW and not self._explores(link, depth, from_home):
            return False
        endless = urls.is_calendar(link.url) and link.score < NAMED
        limits = [(family, CALENDAR if endless else FAMILY)]
        if refines(link.url, found_on):
            limits.append((path_of(link.url), REFINED))
        rewards = self._rewards[family]
        middling = FOLLOW <= link.score < ABOUT
        for name, limit in limits:
            if self._families[name] >= limit + REWARD * self._rewards[name] or (
                middling and not rewards and self._middling >= MIDDLING
            ):
                self._waiting[name].append((link, depth, from_home))
                return False
        for name, _ in limits:
            self._families[name] += 1
        self._middling += middling
        return True

    def _explores(self, link: Link, depth: int, from_home: bool) -> bool:
        if from_home and self._explored < EXPLORED:
            self._explored += 1
            return True
        if from_home or self._rewards or depth > 2 or link.score < SOME or self._deeper >= DEEPER:
            return False
        self._deeper += 1
        return True

    def refusal(self, link: Link, url: str, depth: int) -> str | None:
        """Why a page that waited is not asked for after all; None where it is."""
        if link.document:
            return None
        if self.is_closed(url):
            return "the same as other pages"
        idle = depth > 1 and link.score < FOLLOW and bool(self._rewards)
        return "sessions were found elsewhere" if idle else None

    @property
    def waiting(self) -> int:
        """Links that some limit keeps back."""
        return self.left_over + sum(len(links) for links in self._waiting.values())


def path_of(url: str) -> str:
    """All that a path answers, whatever it is asked for: the family of a filtered list."""
    return f"{urls.host(url)}{urlsplit(url).path}?*"


def narrows(url: str, wide: str) -> bool:
    """Whether an address asks for one of the choices of another: the same path, and more names than that."""
    target, here = urlsplit(url), urlsplit(wide)
    return target.path == here.path and set(parse_qsl(target.query)) > set(parse_qsl(here.query))


def refines(url: str, found_on: str) -> bool:
    """Whether the address filters the list that it stands on once more: the same path, and one name beyond the first.

    The first filter is the year of an archive, or a page of it; those upon it divide the same papers again.
    """
    target, here = urlsplit(url), urlsplit(found_on)
    if target.path != here.path or not here.query:
        return False
    names = {name for name, _ in parse_qsl(target.query, keep_blank_values=True)}
    return len(names) >= 2 and names > {name for name, _ in parse_qsl(here.query, keep_blank_values=True)}
