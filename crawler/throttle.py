"""How fast one host is asked: as slowly as it answers, never faster than it or the operator wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class PoliteThrottle(AutoThrottle):
    """Scrapy's AutoThrottle with a floor for each host: the configured delay, or the Crawl-delay of its robots.txt.

    A server that takes three seconds for an answer is asked every three seconds, up to AUTOTHROTTLE_MAX_DELAY; one
    that recovers is asked faster again. Pauses after Retry-After stand beside it (``PoliteRetryMiddleware``): an answer
    that is an error never makes the delay shorter. Off where the operator sets the delay to 0.
    """

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.getfloat("DOWNLOAD_DELAY") <= 0:
            raise NotConfigured
        super().__init__(crawler)

    def _start_delay(self) -> float:
        return self._min_delay()

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        key, slot = self._get_slot(request, spider)
        latency = request.meta.get("download_latency")
        if key is not None and slot is not None and latency is not None:
            floor = self.crawler.engine.downloader.per_slot_settings.get(key, {}).get("delay", 0.0)
            slot.delay = self._adapted(slot, latency / self.target_concurrency, response.status, floor)

    def _adapted(self, slot: Slot, target: float, status: int, floor: float) -> float:
        """The next delay in seconds: up at once, down by halves, within its bounds; the floor wins over both."""
        wanted = min(max(target, (slot.delay + target) / 2), self.maxdelay)
        if status >= 400:
            wanted = max(wanted, slot.delay)
        return max(wanted, self.mindelay, floor)
