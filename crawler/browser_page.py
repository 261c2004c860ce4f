"""One page in the browser: its requests are answered by us, it is given time, asked for more, and taken as it is."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any
from urllib.parse import urldefrag

from playwright.async_api import Error, Page, Route
from playwright.async_api import Request as Asked
from scrapy import Request
from scrapy.http import Response

from crawler import browser_scripts as scripts
from crawler.browser_requests import DATA_KINDS, ELSEWHERE, REQUESTS, Answer, Errands, Refusal, data, elsewhere, refusal
from crawler.errors import RenderingFailed
from spiders.rendering import Data

ELEMENTS = 60_000
CHARACTERS = 8_000_000
TURNS = 5  # clicks on "Voir plus", pages of a list, or scrolls to its end
LOOK, CALM = 0.15, 0.6  # seconds between looks at the page, and without a change until it counts as built
PATIENCE = 6.0  # seconds for a page that never becomes calm: it is taken as it is
_TELLING = re.compile(r"<a\s|\b20\d\d\b", re.I)  # a row that a later page of the list replaced is kept where it tells


class Sitting:
    """What happens with one page; made for it, thrown away with it."""

    def __init__(self, shell: Response, errands: Errands) -> None:
        self.shell, self.errands = shell, errands
        self.data: dict[str, Data] = {}
        self.led_to: list[str] = []
        self.refused: list[str] = []
        self.waiting = 0  # requests of the page that we have not answered yet
        self.begun = self.crashed = self.done = False
        self._entered = False
        self._sent = self._sent_elsewhere = 0

    async def prepare(self, page: Page, _: Request) -> None:
        """Called by scrapy-playwright before it opens the page: our route is asked before its own."""
        await page.add_init_script(scripts.NO_SIDE_DOORS)
        await page.route("**/*", self._route)
        page.on("crash", self._crash)
        self.begun = True

    def _crash(self, _: Page) -> None:
        self.crashed = True

    # ------------------------------------------------------------------ requests

    async def _route(self, route: Route, asked: Asked) -> None:
        with contextlib.suppress(Error):  # the page may be gone by now
            if asked.is_navigation_request():
                await self._navigate(route, asked)
                return
            try:
                answer = await self._answer(asked)
            except Refusal as reason:
                self.refused.append(f"{reason}: {asked.url}")
                await route.abort("blockedbyclient")
                return
            await route.fulfill(status=answer.status, headers=dict(answer.headers), body=answer.body)

    async def _navigate(self, route: Route, asked: Asked) -> None:
        """The page itself is the one that was read; it stays, and frames are read as pages of their own."""
        main = asked.frame.parent_frame is None
        if main and not self._entered and urldefrag(asked.url)[0] == urldefrag(self.shell.url)[0]:
            self._entered = True
            kind = (self.shell.headers.get("Content-Type") or b"text/html").decode("latin-1")
            headers = {"content-type": kind}
            policy = self.shell.headers.get("Content-Security-Policy")
            if policy:
                headers["content-security-policy"] = policy.decode("latin-1")
            await route.fulfill(status=200, headers=headers, body=self.shell.body)
            return
        if main and asked.method == "GET" and asked.url not in self.led_to:
            self.led_to.append(asked.url)
        await route.abort("aborted")  # with this reason the page that is there stays

    async def _answer(self, asked: Asked) -> Answer:
        kind, page = asked.resource_type, self.shell.url
        reason = refusal(asked.method, kind, asked.url, page)
        if reason:
            raise Refusal(reason)
        self.waiting += 1
        try:
            headers = {**asked.headers}
            found = await self.errands.fetch(asked.url, kind, page, headers, lambda: self._may(asked.url))
        finally:
            self.waiting -= 1
        if kind in DATA_KINDS:
            told = data(asked.url, found)
            if told is not None:
                self.data.setdefault(told.url, told)
        return found

    def _may(self, url: str) -> bool:
        """Whether the page may still ask; counts what it asks."""
        other = elsewhere(url, self.shell.url)
        if self.done or self._sent >= REQUESTS or (other and self._sent_elsewhere >= ELSEWHERE):
            return False
        self._sent += 1
        self._sent_elsewhere += other
        return True

    # ------------------------------------------------------------------ the list

    async def explore(self, page: Page) -> None:
        """Called by scrapy-playwright when the page is there: wait until it is built, then ask for more of its list.

        Raises RenderingFailed where it is too large.
        """
        calm = await self._calm(page)
        rows: dict[str, str] = await page.evaluate(scripts.ROWS)
        all_rows = dict(rows)
        tried: list[str] = []
        for _ in range(TURNS if calm else 0):
            did: str = await page.evaluate(scripts.MORE, tried)
            if not did:
                break
            calm = await self._calm(page)
            rows = await page.evaluate(scripts.ROWS)
            if not rows.keys() - all_rows.keys():
                tried.append(did)
            all_rows |= rows
            if not calm:
                break
        if await page.evaluate(scripts.LENGTH) > CHARACTERS:
            raise RenderingFailed("the page is too large")
        lost = [html for words, html in all_rows.items() if words not in rows and _TELLING.search(html)]
        await page.evaluate(scripts.FINISH, lost)
        self.done = True

    async def _calm(self, page: Page) -> bool:
        """Wait until nothing is asked for and the page grows no more; while we fetch for it, it may wait.

        False where it never rests.
        """
        loop = asyncio.get_running_loop()
        before, calm, own, last = -1, 0.0, 0.0, loop.time()
        while calm < CALM and own < PATIENCE:
            await asyncio.sleep(LOOK)
            elements, state = await page.evaluate(scripts.SIZE)
            now = loop.time()
            if elements > ELEMENTS:
                raise RenderingFailed(f"the page has more than {ELEMENTS} elements")
            if self.waiting:
                before, calm, last = -1, 0.0, now
                continue
            own, last = own + now - last, now
            calm = calm + LOOK if elements == before and state == "complete" else 0.0
            before = elements
        return calm >= CALM

    async def leave(self, page: Any) -> None:
        """Close the page's context with all that is in it."""
        self.done = True
        if isinstance(page, Page):
            with contextlib.suppress(Error, asyncio.TimeoutError):
                await asyncio.wait_for(page.context.close(), 10)
