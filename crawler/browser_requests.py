"""What a page's scripts ask for, fetched by Scrapy's engine: robots.txt, addresses, delay and budget hold as ever."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.errors import ForbiddenAddress
from crawler.models import Council
from spiders import urls
from spiders.base import CouncilSpider, RobotsDenied, Skipped
from spiders.content import failure_name
from spiders.rendering import PART_OF, Data
from spiders.scope import Scope

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

KINDS = frozenset({"script", "xhr", "fetch"})
DATA_KINDS = frozenset({"xhr", "fetch"})
REQUESTS = 40  # of one page that leave the machine
ELSEWHERE = 12  # of them to hosts of others
MOST = 5 * 1024 * 1024  # bytes of one answer
MOST_DATA = 2 * 1024 * 1024  # bytes of one answer that are handed to the spider
KEPT = 24 * 1024 * 1024  # bytes of answers remembered during a crawl: sites' pages share their scripts
TIMEOUT = 20  # seconds for one answer

_SENT = frozenset({"accept", "origin", "referer", "x-requested-with", "authorization", "apikey", "x-api-key"})
_KEPT_BACK = frozenset(
    {
        "content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "alt-svc", "link",
        "strict-transport-security", "report-to", "nel", "reporting-endpoints", "refresh", "x-frame-options",
        "content-security-policy-report-only",
    }
)  # fmt: skip
_TRACKER = re.compile(
    r"(^|[./-])(google-analytics|googletagmanager|googlesyndication|doubleclick|facebook|fbcdn|twitter|x\.com|linkedin"
    r"|hotjar|matomo|piwik|xiti|ati-host|atinternet|eulerian|clarity\.ms|newrelic|nr-data|sentry|datadoghq"
    r"|axept|axeptio|cookiebot|didomi|tarteaucitron|onetrust|quantcast|addthis|sharethis|addtoany|recaptcha|hcaptcha"
    r"|youtube|vimeo|dailymotion|readspeaker|userway|crisp\.chat|intercom)(?=[./-]|$)",
    re.I,
)
_TRACKING_PATH = re.compile(r"/(?:matomo|piwik)\.(?:js|php)|/gtag/|/recaptcha/|/cdn-cgi/", re.I)
_CACHE_KEY = re.compile(
    r"^(?:_|t|ts|time|timestamp|cb|rnd|rand|random|nocache|cache|v)=(?:\d{10,17}|0?\.\d{6,})$", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser is given."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Refusal(Exception):
    """An answer that the page does not get; the text is the reason."""


def refusal(method: str, kind: str, url: str, page: str) -> str | None:
    """Why a request of the page ``page`` is not even tried, by its form; None where the engine decides.

    GET only: what a POST does cannot be told from outside. Pictures, fonts, styles, sounds and streams add no link.
    """
    if method != "GET":
        return f"{method} is not sent"
    if kind not in KINDS:
        return f"a {kind} is not needed"
    if not url.startswith(("http://", "https://")):
        return "no web address"
    if _TRACKING_PATH.search(url) or (elsewhere(url, page) and _TRACKER.search(urls.host(url))):
        return "counts visitors"
    return None


def elsewhere(url: str, page: str) -> bool:
    """Whether an address belongs to others than the page's own site."""
    return not _scope(page).page(url)


@lru_cache(maxsize=512)
def _scope(page: str) -> Scope:
    return Scope(Council("", "", "commune", website=page))


def stable(url: str) -> str:
    """The address without a parameter that only defeats caches (``_=1767225600000``)."""
    address, mark, query = url.partition("#")[0].partition("?")
    kept = [piece for piece in query.split("&") if not _CACHE_KEY.match(piece)]
    return address + (mark + "&".join(kept) if any(kept) else "")


class Errands:
    """Fetches for the pages of one crawl; an address is asked for once, whichever page wants it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._begun: dict[str, asyncio.Future[Answer]] = {}
        self._room = KEPT

    def know(self, url: str, response: Response) -> None:
        """An answer that the crawl has already, so that it is not asked for again."""
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        done.set_result(_answer(response))
        self._begun.setdefault(stable(url), done)

    async def fetch(
        self, url: str, kind: str, page: str, headers: Mapping[str, str], may: Callable[[], bool]
    ) -> Answer:
        """The answer of ``url``; ``may`` is asked before anything leaves. Raises Refusal."""
        wanted = stable(url)
        task = self._begun.get(wanted)
        if task is None:
            if not may():
                raise Refusal("too many requests of one page")
            sent = {name: value for name, value in headers.items() if name.lower() in _SENT}
            task = asyncio.ensure_future(self._ask(wanted, kind, page, sent))
            self._begun[wanted] = task
            task.add_done_callback(lambda done: self._keep(wanted, done))
        # A page that is given up must not break off a request in the middle of Scrapy's downloader.
        return await asyncio.shield(task)

    def _keep(self, url: str, done: asyncio.Future[Answer]) -> None:
        if done.cancelled() or done.exception() is not None:
            return  # what was refused is refused again without asking
        size = len(done.result().body)
        if size > self._room:
            self._begun.pop(url, None)
        else:
            self._room -= size

    async def _ask(self, url: str, kind: str, page: str, headers: Mapping[str, str]) -> Answer:
        request = Request(
            url,
            headers=dict(headers),
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={PART_OF: (page, kind), "download_maxsize": MOST, "download_timeout": TIMEOUT},
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as problem:
            raise Refusal(self._told(problem, url, page)) from problem
        return _answer(response)

    def _told(self, problem: Exception, url: str, page: str) -> str:
        """Count and note what was not answered, as for any other request of the crawl."""
        spider = self.crawler.spider
        reason = str(problem) if isinstance(problem, IgnoreRequest) else failure_name(problem)
        if isinstance(spider, CouncilSpider):
            observed = spider.observed
            if isinstance(problem, RobotsDenied):
                observed.denied += 1
                reason = "robots"
            elif isinstance(problem, ForbiddenAddress):
                observed.refused += 1
                reason = str(problem)
            elif isinstance(problem, Skipped) and str(problem) == "max_pages":
                observed.left_over += 1
            observed.note(f"{reason}: {url} (for the scripts of {page})")
        return reason


def _answer(response: Response) -> Answer:
    names = {name.decode("latin-1").lower(): values for name, values in response.headers.items()}
    kept = {name: values[-1].decode("latin-1") for name, values in names.items() if values and name not in _KEPT_BACK}
    return Answer(response.status, kept, response.body)


def data(url: str, answer: Answer) -> Data | None:
    """An answer as the spider may read it; None where it is none."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if answer.status != 200 or not answer.body or len(answer.body) > MOST_DATA:
        return None
    return Data(stable(url), answer.body, kind)
