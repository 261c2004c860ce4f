"""Renders every page that it is told, in crawls of their own, one per council; a reactor cannot restart.

One JSON argument in, one JSON line out: a result per council.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse
from scrapy.settings import Settings

from crawler import browser_memory, browser_page, browser_studio
from crawler import settings as project
from crawler.addresses import ALLOW_SETTING
from crawler.middlewares import AddressMiddleware
from crawler.models import Council, CrawlPlan, Link
from spiders import rendering
from spiders.base import CouncilSpider


class Reader(CouncilSpider):
    """Asks for each page, has its scripts run, and writes down what came."""

    name = "reader"
    custom_settings: ClassVar[dict[str, Any]] = {
        "EXTENSIONS": {"crawler.watching.Watching": None},
        "ITEM_PIPELINES": {},
    }

    async def start(self) -> Any:
        self.pages: dict[str, dict[str, Any]] = {}
        self.most = 0
        for url in self.plan.council.start_urls:
            yield Request(url, self.parse, errback=self.failed, meta={"link": Link(url)}, dont_filter=True)

    def may_send(self, request: Request) -> str | None:
        return None

    def parse(self, response: Any) -> Any:
        if not rendering.is_rendered(response):
            request = rendering.rendered(response)
            request.meta[rendering.AT_HAND] = {
                url: TextResponse(url, body=text.encode()) for url, text in at_hand.items()
            }
            yield request
            return
        own = browser_memory.renderers()
        self.most = max([self.most, *own.values()])
        self.pages[response.url] = {
            "html": response.text,
            "body": response.body.decode(),
            "headers": {name.decode(): value[0].decode() for name, value in response.headers.items()},
            "data": [(data.url, data.body.decode(), data.media_type) for data in rendering.data_of(response)],
            "led_to": rendering.led_to(response),
            "at": time.monotonic(),
        }

    def failed(self, failure: Any) -> None:
        shell = failure.request.meta.get(rendering.RENDER)
        self.pages[failure.request.url] = {
            "error": f"{type(failure.value).__name__}: {failure.value}",
            "shell": shell.text if shell is not None else None,
        }


at_hand: dict[str, str] = {}


def forbid_private(page: str) -> None:
    """What the scripts of ``page`` ask for is judged as it is where private addresses are not allowed."""
    judge = AddressMiddleware.process_request

    def process_request(self: AddressMiddleware, request: Request) -> None:
        before = self.allow
        self.allow = before and request.meta.get(rendering.PART_OF, ("",))[0] != page
        try:
            judge(self, request)
        finally:
            self.allow = before

    AddressMiddleware.process_request = process_request  # type: ignore[method-assign]


def main(told: dict[str, Any]) -> None:
    for name, value in told.get("limits", {}).items():
        for module in (browser_studio, browser_page, browser_memory):
            if hasattr(module, name):
                setattr(module, name, value)
    at_hand.update(told.get("at_hand", {}))
    forbid_private(told.get("public", "no page"))
    if "memory" in told:
        browser_studio.end_overgrown = lambda: browser_memory.end_overgrown(told["memory"])
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.setdict(
        {
            "DOWNLOAD_DELAY": told.get("delay", 0),
            ALLOW_SETTING: told.get("private", True),
            rendering.SETTING: told["browser"],
            "USER_AGENT": "Tocsin/0 (+https://tocsin.example/)",
            **told.get("settings", {}),
        },
        priority="cmdline",
    )
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    process = AsyncCrawlerProcess(settings)
    crawlers = []
    for number, starts in enumerate(told["councils"]):
        council = Council(f"c{number}", "Valmont", "commune", start_urls=tuple(starts))
        plan = CrawlPlan(council, number, datetime(2026, 3, 2, tzinfo=UTC), max_pages=told.get("max_pages", 400))
        crawlers.append(process.create_crawler(Reader))
        process.crawl(crawlers[-1], plan=plan)
    spiders: list[Any] = []
    asyncio.get_event_loop().call_later(0.2, lambda: spiders.extend(crawler.spider for crawler in crawlers))
    if "log" in told:
        print(told["log"], flush=True)
    process.start(install_signal_handlers=True)
    print(
        json.dumps(
            [
                {
                    "pages": spider.pages,
                    "notes": spider.observed.notes,
                    "denied": spider.observed.denied,
                    "refused": spider.observed.refused,
                    "left_over": spider.observed.left_over,
                    "most": spider.most,
                    "stats": {
                        name: value
                        for name, value in crawler.stats.get_stats().items()
                        if isinstance(value, int | float) and name.startswith(("downloader", "playwright"))
                    },
                }
                for spider, crawler in zip(spiders, crawlers, strict=True)
            ]
        ),
        flush=True,
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(json.loads(sys.argv[1]))
