"""One Chromium for all crawls of this process, started when the first page needs it, ended when nobody does.

It is given no way to the network: names resolve to nothing, and its proxy is a port where nobody listens. What is
not answered by ``crawler.browser_requests`` fails, whatever a page invents (WebSockets, WebRTC, preconnect).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Playwright, Route, async_playwright
from scrapy.exceptions import NotSupported

DEAD_PROXY = "http://127.0.0.1:1"
HEAP = 384  # megabytes of JavaScript objects of one page
FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    f"--js-flags=--max-old-space-size={HEAP}",
)
LAUNCH_TIMEOUT = 30_000  # milliseconds


def launch_options(executable: str) -> dict[str, Any]:
    """How Chromium is started; in its sandbox, which as root it does not have."""
    return {
        "executable_path": executable,
        "chromium_sandbox": os.geteuid() != 0,
        "proxy": {"server": DEAD_PROXY},
        "args": list(FLAGS),
        "timeout": LAUNCH_TIMEOUT,
        "handle_sigint": False,  # the crawl ends first, and then the browser
        "handle_sigterm": False,
        "handle_sighup": False,
    }


class _Shared:
    """The process's browser and how many crawls use it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.driver: Playwright | None = None
        self.browser: Browser | None = None

    async def launch(self, options: dict[str, Any]) -> Browser:
        async with self.lock:
            if self.browser is not None and self.browser.is_connected():
                return self.browser
            await self._end()  # what is left of one that died
            self.driver = await async_playwright().start()
            self.browser = await self.driver.chromium.launch(**options)
            return self.browser

    async def release(self) -> None:
        async with self.lock:
            self.users -= 1
            if self.users <= 0:
                await self._end()

    async def _end(self) -> None:
        browser, driver, self.browser, self.driver = self.browser, self.driver, None, None
        with contextlib.suppress(Error, ConnectionError, asyncio.TimeoutError):
            if browser is not None:
                await asyncio.wait_for(browser.close(), 10)
        with contextlib.suppress(Error, ConnectionError, asyncio.TimeoutError):
            if driver is not None:
                await asyncio.wait_for(driver.stop(), 10)


_shared: dict[int, _Shared] = {}  # by event loop: there is one in life


class Lent:
    """The shared browser as one crawl sees it: to close it is to give it back."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def new_context(self, **options: Any) -> BrowserContext:
        """A context in which nothing is open: a page of ours has its own route, a window that it opens has not."""
        context = await self._browser.new_context(**options)
        await context.route("**", _refuse)
        return context

    def on(self, event: Any, callback: Any) -> None:
        """As of the browser."""
        self._browser.on(event, callback)

    async def close(self) -> None:
        """The provider gives it back."""


async def _refuse(route: Route) -> None:
    with contextlib.suppress(Error):
        await route.abort("blockedbyclient")


class SharedBrowserProvider:
    """For scrapy-playwright's PLAYWRIGHT_BROWSER_PROVIDER: lends the process's browser."""

    def __init__(self, config: Any) -> None:
        self._options: dict[str, Any] = config.launch_options
        self._shared: _Shared | None = None

    async def start(self) -> None:
        """Count as a user; nothing is started yet."""
        self._shared = _shared.setdefault(id(asyncio.get_running_loop()), _Shared())
        self._shared.users += 1

    async def launch_browser(self) -> Lent:
        """The browser, started where none runs. Raises playwright's Error where it does not start."""
        assert self._shared is not None
        return Lent(await self._shared.launch(self._options))

    async def launch_persistent_context(self, context_kwargs: dict[str, Any]) -> BrowserContext:
        """Nothing is kept of a page."""
        raise NotSupported("no profile is kept")

    async def close(self) -> None:
        """Give it back; the last one ends it."""
        if self._shared is not None:
            shared, self._shared = self._shared, None
            await shared.release()
