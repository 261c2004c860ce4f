"""How the addresses of a crawl answered: errors counted, and looks at the pages that its source is judged by."""

from __future__ import annotations

from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from crawler.models import PageSeen
from spiders import urls
from spiders.base import HostStopped, Look, Observed, RobotsDenied, RobotsUnreachable, Skipped
from spiders.content import failure_name


def first_of(asked: Request | Response) -> str:
    """The address first asked for, before redirects."""
    return urls.clean(asked.meta.get("redirect_urls", [asked.url])[0])


class Outcomes:
    """Writes to ``Observed``; ``starts`` and ``productive`` are the keys of pages that matter."""

    def __init__(self, observed: Observed, starts: set[str], productive: set[str], now: datetime) -> None:
        self.observed, self.now = observed, now
        self._starts, self._productive = starts, productive

    def look(self, look: Look, *places: str) -> None:
        """Keep how a page answered, under each address that it was asked by."""
        for where in {urls.key(url) for url in (look.url, *places)}:
            if where in self._starts:
                self.observed.starts[where] = look
            if where in self._productive:
                self.observed.productive[where] = look

    def error(self, url: str, status: int, reason: str, response: Response | None = None) -> PageSeen:
        """Count an error; nothing that fails goes unsaid."""
        self.observed.errors[reason] += 1
        self.observed.note(f"{reason}: {url}")
        self.look(Look(url, status, reason))
        size = len(response.body) if response is not None else 0
        return PageSeen(url, status, self.now, bytes=size, error=reason)

    def failure(self, url: str, problem: BaseException) -> PageSeen | None:
        """Count a request without an answer: denied, refused, timed out, or not sent by us."""
        if isinstance(problem, RobotsDenied):
            self.observed.denied += 1
            self.look(Look(url, 0, "robots"))
            return None
        if isinstance(problem, Skipped) and not isinstance(problem, RobotsUnreachable | HostStopped):
            self.observed.left_over += str(problem) == "max_pages"
            return None
        reason = failure_name(problem)
        if reason == "refused":
            self.observed.refused += 1
            self.observed.note(f"refused: {problem}")
        return self.error(url, 0, reason)
