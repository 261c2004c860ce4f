"""Downloader middlewares: what may be asked, how politely, and what is remembered of the answer."""

from __future__ import annotations

import ipaddress
from collections import Counter
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler import addresses
from crawler.errors import ForbiddenAddress
from crawler.models import PageSeen
from spiders import urls
from spiders.base import HostStopped, RobotsDenied, RobotsUnreachable, Skipped
from spiders.rendering import PART_OF

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

MAX_WAIT = 120.0  # seconds: a server that asks for more is left alone for this crawl
FAILURES = 8  # in a row, then a host is left alone
REFUSALS = 6  # in a row: 401, 403, 429, 451; a few pages may be for members only
WALLS = 2  # pages in a row that are a bot wall, whatever their status
REFUSED = (401, 403, 429, 451)


class AddressMiddleware:
    """Refuses addresses that are private by their spelling, by what they resolved to, or by the peer that answered."""

    def __init__(self, crawler: Crawler) -> None:
        self.allow = crawler.settings.getbool(addresses.ALLOW_SETTING)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Each request, redirect and robots.txt passes here."""
        reason = None if self.allow else addresses.refusal(request.url)
        if reason:
            raise ForbiddenAddress(reason)

    def process_response(self, request: Request, response: Response) -> Response:
        """Should another resolver ever be installed, the peer is still looked at."""
        peer = response.ip_address
        if not self.allow and peer is not None and not addresses.is_public(ipaddress.ip_address(str(peer))):
            raise ForbiddenAddress(f"{urls.host(request.url)} answered from a private address ({peer})")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A name that our resolver refused looks like a failed lookup: say what it was."""
        host = urls.host(request.url)
        if host in addresses.refused and type(exception).__name__ == "CannotResolveHostError":
            raise ForbiddenAddress(f"{host} leads to a private or reserved address ({addresses.refused[host]})")


class ScopeMiddleware:
    """Asks the spider whether a request, or what it was redirected to, is its business; one slot per host."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.meta["download_slot"] = slot_of(request.url)
        ask = getattr(self.crawler.spider, "may_send", None)
        reason = ask(request) if ask else None
        if reason:
            raise Skipped(reason)


def slot_of(url: str) -> str:
    """``www.`` is the same server: one polite queue for both."""
    return urls.host(url).removeprefix("www.")


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 has it: a server's error forbids all, a missing file nothing; Crawl-delay is honoured."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Decide on one request, once its robots.txt is known."""
        reason = self._unreachable.get(request.url.split("/")[2])
        if reason:
            raise RobotsUnreachable(reason)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as problem:
            raise RobotsDenied(str(problem)) from None

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status == 429 or response.status >= 500:
            self._unreachable[netloc] = f"robots.txt answered {response.status}"
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers.get(netloc)
        hear = getattr(self.crawler.spider, "robots_read", None)
        if hear and parser:
            hear(tuple(parser.rp.sitemaps))  # type: ignore[union-attr]
        delay = parser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"]) if parser else None  # type: ignore[union-attr]
        if delay:
            self._slow_down(slot_of(request.url), min(float(delay), MAX_WAIT))

    def _slow_down(self, slot: str, delay: float) -> None:
        downloader = self.crawler.engine.downloader
        delay = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[slot] = {"delay": delay}  # slots are thrown away when idle
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, ForbiddenAddress):
            name = str(exc) if isinstance(exc, Skipped) else type(exc).__name__
            self._unreachable[netloc] = f"robots.txt unreachable ({name})"
        super()._robots_error(exc, netloc)


class PoliteRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, with Retry-After, a growing pause of the whole host, and an end to it.

    A host that refuses us is not fought: after a few refusals or a bot wall it is asked nothing more in this crawl, and
    where it refused us last time already, after the first one.
    """

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._failures: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._walls: Counter[str] = Counter()
        self._stopped: dict[str, str] = {}
        self._answering: set[str] = set()  # hosts that gave something in this crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = super().from_crawler(crawler)
        crawler.signals.connect(made.item_scraped, signal=signals.item_scraped)
        return made

    def process_request(self, request: Request) -> None:
        """A host that was given up is not asked again in this crawl."""
        reason = self._stopped.get(slot_of(request.url))
        if reason:
            raise HostStopped(reason)

    def item_scraped(self, item: Any) -> None:
        """A page that is a bot wall only its text tells; the spider says so in what it makes of the page."""
        page = item if isinstance(item, PageSeen) else getattr(getattr(item, "fetched", None), "page", None)
        if page is None:
            return
        host = slot_of(page.url)
        self._walls[host] = self._walls[host] + 1 if page.error == "wall" else 0
        if page.error is None:
            self._answering.add(host)
        if self._walls[host] >= (1 if self._refused_before(host) else WALLS):
            self._stopped.setdefault(host, "the host refuses robots: a bot wall")

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Pause and retry on 429 and server errors; count what fails in a row."""
        host = slot_of(request.url)
        if response.status < 400 or response.status in (404, 410):
            self._failures[host] = self._refusals[host] = 0
            return response
        self._failed(host, f"the host answered {response.status} {FAILURES} times in a row")
        if response.status in REFUSED and "link" in request.meta:  # robots.txt may be refused, and pages not
            self._refused(host, response.status)
        if response.status in (429, 503):
            wait = retry_after(response)
            if wait is not None and wait > MAX_WAIT:
                self._stopped[host] = f"the host answered {response.status} and asks to wait {wait:.0f} seconds"
                return response
            self._pause(host, wait if wait is not None else 4 * self._delay() * 2 ** request.meta.get("retry_times", 0))
        if host in self._stopped:
            return response
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """Retry what may pass; count what fails in a row."""
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        host = slot_of(request.url)
        self._failed(host, f"the host failed {FAILURES} times in a row ({type(exception).__name__})")
        return None if host in self._stopped else super().process_exception(request, exception)

    def _failed(self, host: str, reason: str) -> None:
        self._failures[host] += 1
        if self._failures[host] >= FAILURES:
            self._stopped.setdefault(host, reason)

    def _refused(self, host: str, status: int) -> None:
        self._refusals[host] += 1
        if self._refused_before(host):
            self._stopped.setdefault(host, f"the host answered {status}, as it did last time")
        elif self._refusals[host] >= REFUSALS:
            self._stopped.setdefault(host, f"the host answered {status} {REFUSALS} times in a row")

    def _refused_before(self, host: str) -> bool:
        """Whether this is the one look that a source is given whose last crawl was refused."""
        plan = getattr(self.crawler.spider, "plan", None)
        return plan is not None and plan.blocked and host not in self._answering

    def _delay(self) -> float:
        return self.crawler.settings.getfloat("DOWNLOAD_DELAY")

    def _pause(self, host: str, seconds: float) -> None:
        """Keep the host's queue from sending anything for so long: Scrapy waits ``delay`` after ``lastseen``."""
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None and seconds > 0:
            slot.delay = max(slot.delay, 0.001)
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


def retry_after(response: Response) -> float | None:
    """Seconds that a server asks to wait: a number, or a date measured against its own clock."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if not value:
        return None
    if value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        sent = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
    except (TypeError, ValueError):
        return None
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (until, sent)]
    return max(0.0, (aware[0] - aware[1]).total_seconds())


class ConditionalMiddleware:
    """``If-None-Match`` and ``If-Modified-Since`` from what earlier crawls remember of the address."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Set them anew for each hop: a redirect's target has its own."""
        request.headers.pop("If-None-Match", None)
        request.headers.pop("If-Modified-Since", None)
        ask = getattr(self.crawler.spider, "remembered", None)
        known = ask(request) if ask and "link" in request.meta else None
        if known is None or (known.sha256 is None and not known.links):
            return  # without the content itself "unchanged" would tell us nothing
        if known.etag:
            request.headers["If-None-Match"] = known.etag.encode("latin-1", "ignore")
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified.encode("latin-1", "ignore")


class BudgetMiddleware:
    """At most ``max_pages`` requests leave for one crawl, redirects and retries included; robots.txt is free."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sent = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Stands next to the downloader: what comes this far is sent."""
        if "link" not in request.meta and PART_OF not in request.meta:
            return
        plan = getattr(self.crawler.spider, "plan", None)
        if plan is not None and self.sent >= plan.max_pages:
            raise Skipped("max_pages")
        self.sent += 1
