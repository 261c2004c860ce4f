"""Renders the pages of one crawl with scrapy-playwright: one at a time, within limits of time and memory."""

from __future__ import annotations

import asyncio
import itertools
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error
from scrapy import Request, signals
from scrapy.http import HtmlResponse
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.browser_memory import end_overgrown
from crawler.browser_page import Sitting
from crawler.browser_process import SharedBrowserProvider, launch_options
from crawler.browser_requests import Errands, elsewhere
from crawler.errors import RenderingFailed
from spiders.rendering import AT_HAND, SETTING, answer, shell_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

OWN_TIME = 20.0  # seconds that a page may take for itself, without what we take to fetch for it politely
LONGEST = 180.0  # seconds from the first to the last
AT_ONCE = 2  # pages of all councils in one browser
STARTS = 2  # attempts to start the browser in vain, then a crawl renders nothing more
TICK = 0.1
_places: dict[int, asyncio.Semaphore] = {}  # by event loop
_numbers = itertools.count()


class _Handler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # the library has no types
    """scrapy-playwright's handler, for rendering only: all other requests go the usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.browser_provider_cls = SharedBrowserProvider
        self.process_request_headers = None
        self.config = replace(
            Config.from_settings(crawler.settings),
            launch_options=launch_options(str(crawler.settings[SETTING])),
            max_pages_per_context=1,
            navigation_timeout_ms=LONGEST * 1000,
            target_closed_max_retries=0,  # a page that ended the browser must not end the next one
        )

    async def begin(self) -> None:
        """Its signal was sent when the crawl began: browsers are started later, where a page needs one."""
        await self._launch()


class Studio:
    """Made by the middleware for a crawl; ``close`` gives the browser back."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.errands = Errands(crawler)
        self._handler: _Handler | None = None
        self._vain = 0
        logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)  # what fails is an error of its page
        crawler.signals.connect(self.close, signal=signals.engine_stopped)

    async def render(self, request: Request) -> HtmlResponse:
        """The page that the scripts make of the shell. Raises RenderingFailed."""
        if self._vain >= STARTS:
            raise RenderingFailed("the browser does not start")
        places = _places.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(AT_ONCE))
        async with places:
            if self._handler is None:
                self._handler = _Handler.from_crawler(self.crawler)
                await self._handler.begin()
            for url, response in request.meta.get(AT_HAND, {}).items():
                if not elsewhere(url, request.url):
                    self.errands.know(url, response)
            sitting = Sitting(shell_of(request), self.errands)
            inner = self._inner(sitting)
            task = asyncio.ensure_future(self._handler.download_request(inner))
            try:
                response = await self._watched(task, sitting)
            except Error as problem:
                raise RenderingFailed(self._told(problem, sitting)) from None
            finally:
                await sitting.leave(inner.meta.get("playwright_page"))
            self._vain = 0
            return answer(request, response.text, tuple(sitting.data.values()), tuple(sitting.led_to))

    def _told(self, problem: Error, sitting: Sitting) -> str:
        if not sitting.begun:
            self._vain += 1
            return f"the browser does not start ({problem.message.splitlines()[0][:200]})"
        if sitting.crashed:
            return "the page outgrew its memory, or its process ended"
        return f"the browser gave up ({problem.message.splitlines()[0][:200]})"

    def _inner(self, sitting: Sitting) -> Request:
        agent = str(self.crawler.settings["USER_AGENT"])
        return Request(
            sitting.shell.url,
            dont_filter=True,
            meta={
                "playwright": True,
                "playwright_include_page": True,
                "playwright_context": f"page-{next(_numbers)}",
                "playwright_context_kwargs": {
                    "user_agent": agent,
                    "locale": "fr-FR",
                    "service_workers": "block",
                    "accept_downloads": False,
                    "viewport": {"width": 1280, "height": 1600},
                },
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
                "playwright_page_init_callback": sitting.prepare,
                "playwright_page_methods": [PageMethod(sitting.explore)],
            },
        )

    async def _watched(self, task: asyncio.Future[Any], sitting: Sitting) -> Any:
        """Wait for the page, but not too long, not too much of it, and not after the crawl was told to end."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        own = 0.0
        while not task.done():
            await asyncio.wait({task}, timeout=TICK)
            # counted in looks, not by the clock: on a busy machine both sides are slow
            own += TICK if sitting.begun and not sitting.waiting else 0.0
            end_overgrown()
            reason = self._enough(own, loop.time() - began, sitting)
            if reason and not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=10)
                if task.done() and not task.cancelled():
                    task.exception()  # it was asked: nobody complains that it was not
                raise RenderingFailed(reason)
        return task.result()

    def _enough(self, own: float, whole: float, sitting: Sitting) -> str | None:
        engine = self.crawler.engine
        if engine is None or not engine.running:
            return "the crawl ends"
        if sitting.crashed:
            return "the page outgrew its memory, or its process ended"
        if own > OWN_TIME or whole > LONGEST:
            return f"not built after {min(own, whole):.0f} seconds"
        return None

    async def close(self) -> None:
        """Give the browser back at the end of the crawl."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.close()
