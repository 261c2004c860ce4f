"""What every spider of Tocsin is given and hands back; a platform's spider adds only its differences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.models import CrawlPlan, Entry, Fetched, PageSeen
from spiders import urls
from spiders.disposition import disposition_name


class Skipped(IgnoreRequest):
    """A request that we ourselves did not send; the text is its reason."""


class RobotsDenied(Skipped):
    """robots.txt forbids the address."""


class RobotsUnreachable(Skipped):
    """robots.txt answered with a server's error: nothing may be asked (RFC 9309, 2.3.1.4)."""


class HostStopped(Skipped):
    """The host failed or refused too often in this crawl; it is left alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page that matters (a start page, one that was productive) answered."""

    url: str
    status: int = 0
    error: str | None = None  # short: "503", "timeout", "suspended", "wall", "robots", …
    sessions: bool = False  # it still speaks of sessions
    documents: int = 0


@dataclass
class Observed:
    """What the spider saw; ``crawler.run`` judges the source's health by it."""

    starts: dict[str, Look] = field(default_factory=dict)
    productive: dict[str, Look] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)  # keys of documents that pages list
    errors: Counter[str] = field(default_factory=Counter)  # by reason
    notes: list[str] = field(default_factory=list)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by spider and address
    moved: str | None = None  # the new address of the site, where it says or redirects so
    denied: int = 0  # by robots.txt
    refused: int = 0  # private addresses
    left_over: int = 0  # links that max_pages kept back
    held_back: int = 0  # links too deep, or too many of one kind

    def found(self, entry: Entry) -> None:
        """Keep an entry for a platform's spider; the first evidence stays."""
        self.entries.setdefault((entry.spider, entry.url), entry)

    def note(self, line: str) -> None:
        """Add a line for the crawl's log, once."""
        if line not in self.notes and len(self.notes) < 60:
            self.notes.append(line)


class CouncilSpider(scrapy.Spider):
    """Base of all spiders: the plan comes in, pages and documents go out."""

    def __init__(self, *args: Any, plan: CrawlPlan | None = None, council: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council_id = plan.council.id if plan else council  # ``scrapy crawl site -a council=ID``
        self.observed = Observed()
        self.desk: Any = None  # the archive's end of this crawl: for the pipelines, no business of the spider's
        self._plan = plan

    @property
    def plan(self) -> CrawlPlan:
        """All that the spider is told. Raises RuntimeError where nobody told it."""
        if self._plan is None:
            raise RuntimeError("no plan: run `tocsin crawl ID`, or `scrapy crawl site -a council=ID` in a project")
        return self._plan

    @plan.setter
    def plan(self, plan: CrawlPlan) -> None:
        self._plan = plan

    def now(self) -> datetime:
        """The instant of this crawl."""
        return self.plan.now

    def fetched(self, response: Response, url: str, page: PageSeen | None = None, **hints: str) -> Fetched:
        """The bytes of a response with all that is known of them."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            if name.lower() != b"set-cookie"
            for value in values
        )
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return Fetched(
            url=url,
            body=response.body,
            status=response.status,
            fetched_at=self.now(),
            headers=headers,
            media_type=declared.split(";")[0].strip().lower() or None,
            file_name=disposition_name(response.headers.get("Content-Disposition")) or urls.file_name(url) or None,
            link_text=hints.get("link_text", ""),
            heading=hints.get("heading", ""),
            found_on=hints.get("found_on") or None,
            page=page,
        )
