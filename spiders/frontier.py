"""What to ask for next: best first, each address once, no family of addresses without end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from crawler.models import Link
from spiders import urls
from spiders.links import ABOUT, DOCUMENT, FOLLOW, document_priority

EXPLORED = 25  # pages of little promise that a crawl looks at, from the home page alone
MIDDLING = 60  # pages that may be about the institution
FAMILY = 40  # members of one family of addresses, before it has shown anything new
CALENDAR = 8  # the same for calendars
REWARD = 3  # more members for each that showed something new
DEPTH = 8  # clicks from a start page; pagination does not count
UPGRADE = 0.15  # a better score by so much asks again for what still waits


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
        self._waiting: dict[str, list[tuple[Link, int, bool]]] = defaultdict(list)
        self._explored = self._middling = 0

    def seen_on_page(self, links: list[str]) -> None:
        """Count the addresses that stand on a page, to tell menus from content."""
        self.on_pages.update({urls.key(url) for url in links})

    def is_boilerplate(self, url: str) -> bool:
        """Whether the address stood on another page already."""
        return self.on_pages[urls.key(url)] > 0

    def offer(self, link: Link, depth: int, from_home: bool = False) -> int | None:
        """The priority with which to ask for a link, or None where it is not asked for (again)."""
        where = urls.key(link.url)
        before = self.asked.get(where)
        if where in self.begun or (before is not None and link.score < before + UPGRADE):
            return None
        if link.document:
            if link.score < DOCUMENT:
                return None
        elif not self._page_allowed(link, depth, from_home, again=before is not None):
            return None
        self.asked[where] = link.score
        return self.priority(link, depth)

    def priority(self, link: Link, depth: int) -> int:
        """Documents of sessions to come, then promising pages, then the rest; older years wait."""
        if link.document:
            return document_priority(link, self.today)
        named = [year for year in urls.years(f"{link.text} {link.url}") if year <= self.today.year + 1]
        age = max(0, self.today.year - max(named)) if named else 0
        return int(1000 * link.score) - 5 * min(depth, DEPTH) - 10 * min(age, 20)

    def reward(self, url: str) -> list[tuple[Link, int, bool]]:
        """A page showed something new: its family may go on; returns what was kept back of it."""
        family = urls.pattern(url)
        self._rewards[family] += 1
        return self._waiting.pop(family, [])

    def _page_allowed(self, link: Link, depth: int, from_home: bool, again: bool) -> bool:
        if again:
            return True
        if depth > DEPTH:
            self.left_over += 1
            return False
        if link.score < FOLLOW:
            if not from_home or self._explored >= EXPLORED:
                return False
            self._explored += 1
        family = urls.pattern(link.url)
        rewards = self._rewards[family]
        limit = CALENDAR if urls.is_calendar(link.url) else FAMILY
        middling = FOLLOW <= link.score < ABOUT
        if self._families[family] >= limit + REWARD * rewards or (
            middling and not rewards and self._middling >= MIDDLING
        ):
            self._waiting[family].append((link, depth, from_home))
            return False
        self._families[family] += 1
        self._middling += middling
        return True

    @property
    def waiting(self) -> int:
        """Links that some limit keeps back."""
        return self.left_over + sum(len(links) for links in self._waiting.values())
