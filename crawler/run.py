"""What is crawled when: several councils in one reactor, a bounded number at once, each with its report."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as project
from crawler.config import Config, require_contact
from crawler.errors import TocsinError
from crawler.job import Job
from crawler.models import Council, CrawlReport
from crawler.watching import JOB, project_settings
from db.home import Home
from pipelines.intake import Pool
from pipelines.pool import ReaderPool
from spiders import urls
from spiders.scope import registered_domain
from spiders.site import SiteSpider

AT_ONCE = 12  # councils; each has one request under way
WORKERS = 2
Progress = Callable[[CrawlReport], None]
_logger = logging.getLogger(__name__)


def crawl(
    home: Home,
    config: Config,
    councils: Sequence[Council],
    now: Callable[[], datetime],
    *,
    progress: Progress | None = None,
    begun: Callable[[Council], None] | None = None,
    pool: Pool | None = None,
    at_once: int = AT_ONCE,
    overrides: dict[str, Any] | None = None,
) -> list[CrawlReport]:
    """Crawl, archive and settle; a report per council, in their order. Once per process: a reactor cannot restart.

    ``progress`` is told each report, ``begun`` each council that starts; ``overrides`` are Scrapy settings.
    Raises ConfigError without a contact beyond loopback. An error of one council is in its report.
    """
    require_contact(config, home.config, councils)
    if not councils:
        return []
    if pool is not None:
        return _Run(home, config, now, pool, at_once, progress, begun, overrides or {}).run(councils)
    with ReaderPool(WORKERS) as workers:
        return _Run(home, config, now, workers, at_once, progress, begun, overrides or {}).run(councils)


class _Run:
    def __init__(
        self,
        home: Home,
        config: Config,
        now: Callable[[], datetime],
        pool: Pool,
        at_once: int,
        progress: Progress | None,
        begun: Callable[[Council], None] | None,
        overrides: dict[str, Any],
    ) -> None:
        self.home, self.config, self.now, self.pool = home, config, now, pool
        self.progress, self.begun = progress, begun
        self.settings = Settings()
        self.settings.setmodule(project, priority="project")
        self.settings.setdict(project_settings(config) | overrides, priority="cmdline")
        self.stopping = False
        self.running: set[Crawler] = set()
        self.places = asyncio.Semaphore(at_once)
        self.hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.reports: dict[str, CrawlReport] = {}

    def run(self, councils: Sequence[Council]) -> list[CrawlReport]:
        # Robots middleware logs what it counts as an error of ours; it is in the report.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        self.process = AsyncCrawlerProcess(self.settings)
        loop = asyncio.get_event_loop()
        everything = loop.create_task(self._all(councils))
        restore = self._catch_signals(loop)
        try:
            self.process.start(stop_after_crawl=False, install_signal_handlers=False)
        finally:
            restore()
        everything.result()
        return [self.reports[council.id] for council in councils if council.id in self.reports]

    async def _all(self, councils: Sequence[Council]) -> None:
        from twisted.internet import reactor as module  # noqa: PLC0415  importing it earlier would install another one

        reactor = cast(Any, module)
        try:
            await asyncio.gather(*(self._one(council) for council in {c.id: c for c in councils}.values()))
        finally:
            reactor.callLater(0, reactor.stop)

    async def _one(self, council: Council) -> None:
        """One council, when there is a place and nobody else asks its host."""
        host = registered_domain(urls.host(council.website or next(iter(council.start_urls), "")))
        async with self.hosts[host], self.places:
            if self.stopping:
                return
            report = await self._crawl(council)
            self.reports[council.id] = report
            if self.progress:
                self.progress(report)

    async def _crawl(self, council: Council) -> CrawlReport:
        job = Job(self.home, self.config, council, self.now, self.pool)
        try:
            job.begin()
        except TocsinError as problem:
            when = self.now()
            return CrawlReport(council.id, 0, when, when, "failed", "new", str(problem), log=(str(problem),))
        if self.begun:
            self.begun(council)
        crawler = self.process.create_crawler(SiteSpider)
        setattr(crawler, JOB, job)
        self.running.add(crawler)
        try:
            await self.process.crawl(crawler, plan=job.plan)
        except Exception as problem:
            _logger.debug("crawl of %s broke off", council.id, exc_info=True)
            return job.report or job.abandon(problem)
        finally:
            self.running.discard(crawler)
        return job.report or job.abandon(RuntimeError("the spider ended without closing"))

    # ------------------------------------------------------------------ Ctrl-C and SIGTERM

    def _catch_signals(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """The first signal ends the crawls cleanly; a second one acts as it always does."""
        caught = (signal.SIGINT, signal.SIGTERM)
        try:
            before = {number: signal.getsignal(number) for number in caught}
            for number in caught:
                loop.add_signal_handler(number, self._stop, loop, before)
        except (ValueError, RuntimeError):  # not the main thread: the caller has the signals
            return lambda: None

        def restore() -> None:
            for number, handler in before.items():
                if not loop.is_closed():
                    loop.remove_signal_handler(number)
                signal.signal(number, handler)

        return restore

    def _stop(self, loop: asyncio.AbstractEventLoop, before: dict[signal.Signals, Any]) -> None:
        self.stopping = True
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
        for crawler in list(self.running):
            loop.create_task(crawler.stop_async())
