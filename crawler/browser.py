"""The door of rendering: the middleware that takes the requests of ``spiders.rendering`` out of the usual way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from spiders.base import CouncilSpider
from spiders.rendering import RENDER, available, is_rendered

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.browser_studio import Studio


class RenderMiddleware:
    """Renders where asked to. Playwright is imported when the first page needs it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._studio: Studio | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderMiddleware:
        """Not there where no browser is, or none is wanted."""
        if not available(crawler.settings):
            raise NotConfigured  # without words: with some, Scrapy warns at each crawl
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """A page to render ends its way here: it was asked for already, under all checks.

        What its scripts ask for passes every middleware behind this one.
        """
        if RENDER not in request.meta:
            return None
        if self._studio is None:
            from crawler.browser_studio import Studio  # noqa: PLC0415  the extra, and half a second

            self._studio = Studio(self.crawler)
        response = await self._studio.render(request)
        if isinstance(self.crawler.spider, CouncilSpider):
            self.crawler.spider.observed.note(f"built by script, rendered: {request.url}")
        return response

    def process_response(self, request: Request, response: Response) -> Response:
        """What a script built did not come over the network: take it out of the bytes counted."""
        if is_rendered(response) and self.crawler.stats is not None:
            self.crawler.stats.inc_value("downloader/response_bytes", -len(response.body))
        return response
