"""The project's ends in Scrapy: ``scrapy crawl site -a council=ID`` archives and settles as ``tocsin crawl`` does."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.addresses import ALLOW_SETTING
from crawler.browser_installed import setting as browser_setting
from crawler.config import Config, load_config, require_contact
from crawler.errors import UsageError
from crawler.job import Job, user_agent
from crawler.models import Council
from db.home import Home
from pipelines.pool import ReaderPool
from spiders.base import CouncilSpider
from spiders.registry import Registry
from spiders.rendering import SETTING as BROWSER_SETTING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

JOB = "job"


def project_settings(config: Config) -> dict[str, Any]:
    """What the home's configuration changes in ``crawler.settings``."""
    return {
        "USER_AGENT": user_agent(config),
        "DOWNLOAD_DELAY": config.crawl.delay,
        ALLOW_SETTING: config.crawl.allow_private_addresses,
        BROWSER_SETTING: browser_setting(config.crawl.browser),
    }


def home_of_environment() -> Home:
    """The home of a plain ``scrapy`` command: $TOCSIN_HOME, else ./tocsin-home."""
    home = Home(Path(os.environ.get("TOCSIN_HOME") or "tocsin-home").expanduser().absolute())
    Registry.prefer(home.root)
    return home


class HomeAddon:
    """Brings the home's configuration into Scrapy's settings, where there is a home and nobody did so before."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Called by Scrapy before anything that could ask for an address is made."""
        home = home_of_environment()
        if settings.get(ALLOW_SETTING) is None and home.config.exists():
            for name, value in project_settings(load_config(home.config)).items():
                settings.set(name, value, priority="addon")


class Watching:
    """Gives a spider its plan and its desk where nobody has, and tells the job what happens."""

    def __init__(self, crawler: Crawler, job: Job, pool: ReaderPool | None) -> None:
        self.crawler, self.job, self.pool = crawler, job, pool
        crawler.signals.connect(self.item_error, signal=signals.item_error)
        crawler.signals.connect(self.spider_error, signal=signals.spider_error)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Watching:
        """Made before the pipelines, so that these find a desk."""
        spider = crawler.spider
        if not isinstance(spider, CouncilSpider):
            raise NotConfigured
        job = getattr(crawler, JOB, None)
        pool: ReaderPool | None = None
        if job is None:
            pool = ReaderPool()
            try:
                job = _job_of_environment(spider, pool)
            except BaseException:
                pool.close(wait=False)
                raise
        spider.plan, spider.desk = job.plan, job.desk
        return cls(crawler, job, pool)

    def item_error(self, item: Any, failure: Any, **_: Any) -> None:
        self.job.item_error(item, failure)

    def spider_error(self, failure: Any, response: Any, **_: Any) -> None:
        self.job.spider_error(failure, response)

    def spider_closed(self, reason: str, **_: Any) -> None:
        """The last act of a crawl; with a pool of our own, that ends too."""
        try:
            self.job.end(self.crawler, reason)
        finally:
            if self.pool is not None:
                self.pool.close()


def _job_of_environment(spider: CouncilSpider, pool: ReaderPool) -> Job:
    home = home_of_environment()
    if not home.config.exists():
        raise UsageError(f"no Tocsin home in {home.root}; make one with: tocsin init --home DIR")
    config = load_config(home.config)
    council = _council(config, spider.council_id)
    require_contact(config, home.config, [council])
    job = Job(home, config, council, _clock, pool, type(spider))
    job.begin()
    return job


def _clock() -> datetime:
    """A plain ``scrapy`` command has no ``--now``: this is the edge of the program."""
    return datetime.now(UTC)


def _council(config: Config, wanted: str | None) -> Council:
    found = next((council for council in config.councils if council.id == wanted), None)
    found = found or (Registry.load().get(wanted) if wanted else None)
    if found is None:
        raise UsageError(f"no council {wanted!r}; say which: -a council=ID")
    return found
