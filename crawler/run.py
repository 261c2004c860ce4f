"""What is crawled when: several councils in one reactor, a bounded number at once, each with its report."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, Literal, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as project
from crawler.config import Config, require_contact
from crawler.errors import TocsinError
from crawler.job import Job
from crawler.models import Council, CrawlReport, Entry
from crawler.watching import JOB, project_settings
from db.home import Home
from db.store.archive import Store
from pipelines.intake import Pool
from pipelines.pool import ReaderPool
from spiders import urls
from spiders.api import ApiSpider
from spiders.base import CouncilSpider
from spiders.discovery import platforms
from spiders.scope import registered_domain
from spiders.site import SiteSpider

AT_ONCE = 12  # sources; each has one request under way
PLATFORM_PAGES = 40  # at least, however much of max_pages the site took
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
    """Crawl, archive and settle. Once per process: a reactor cannot restart.

    Of each council, in their order: the report of its site, then one for each platform that is read beside it.
    ``progress`` is told each report, ``begun`` each council that starts; ``overrides`` are Scrapy settings.
    Raises ConfigError without a contact beyond loopback. An error of one source is in its report.
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
        self.reports: defaultdict[str, list[CrawlReport]] = defaultdict(list)

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
        return [report for council in {c.id: c for c in councils}.values() for report in self.reports[council.id]]

    async def _all(self, councils: Sequence[Council]) -> None:
        from twisted.internet import reactor as module  # noqa: PLC0415  importing it earlier would install another one

        reactor = cast(Any, module)
        try:
            await asyncio.gather(*(self._one(council) for council in {c.id: c for c in councils}.values()))
        finally:
            reactor.callLater(0, reactor.stop)

    async def _one(self, council: Council) -> None:
        """One council: its site, then each platform that has entries, with what is left of ``max_pages``."""
        site = await self._source(council, SiteSpider, None, (council.website or next(iter(council.start_urls), ""),))
        if site is None or not site.crawl_id or site.state == "interrupted":
            return
        left = self.config.crawl.max_pages - site.requests
        for spider, entries in await asyncio.to_thread(self._platforms, council):
            pages = max(left, min(PLATFORM_PAGES, self.config.crawl.max_pages))
            report = await self._source(council, spider, pages, [entry.url for entry in entries])
            if report is None or report.state == "interrupted":
                return
            left -= report.requests

    def _platforms(self, council: Council) -> list[tuple[type[ApiSpider], tuple[Entry, ...]]]:
        with Store(self.home) as store:
            entries = store.entries(council.id)
        found = [(spider, tuple(each for each in entries if each.spider == spider.name)) for spider in platforms()]
        return [(spider, mine) for spider, mine in found if mine]

    async def _source(
        self, council: Council, spider: type[CouncilSpider], pages: int | None, starts: Iterable[str]
    ) -> CrawlReport | None:
        """Crawl one source when nobody else asks its hosts and there is a place; None for a site that is not begun."""
        async with AsyncExitStack() as stack:
            for host in sorted({registered_domain(urls.host(url)) for url in starts}):  # in one order: no deadlock
                await stack.enter_async_context(self.hosts[host])
            await stack.enter_async_context(self.places)
            if self.stopping and spider is SiteSpider:
                return None
            report = self._not_begun(council, spider, "interrupted", "stopped before it was begun")
            if not self.stopping:
                report = await self._crawl(council, spider, pages)
            self.reports[council.id].append(report)
            if self.progress:
                self.progress(report)
            return report

    async def _crawl(self, council: Council, spider: type[CouncilSpider], pages: int | None) -> CrawlReport:
        job = Job(self.home, self.config, council, self.now, self.pool, spider, pages)
        try:
            job.begin()
        except TocsinError as problem:
            return self._not_begun(council, spider, "failed", str(problem))
        if self.begun and spider is SiteSpider:
            self.begun(council)
        crawler = self.process.create_crawler(spider)
        setattr(crawler, JOB, job)
        self.running.add(crawler)
        try:
            await self.process.crawl(crawler, plan=job.plan)
        except Exception as problem:
            _logger.debug("crawl of %s with %s broke off", council.id, spider.name, exc_info=True)
            return job.report or job.abandon(problem)
        finally:
            self.running.discard(crawler)
        return job.report or job.abandon(RuntimeError("the spider ended without closing"))

    def _not_begun(
        self, council: Council, spider: type[CouncilSpider], state: Literal["failed", "interrupted"], why: str
    ) -> CrawlReport:
        now = self.now()
        return CrawlReport(council.id, 0, now, now, state, "new", why, log=(why,), spider=spider.name)

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
