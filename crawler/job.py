"""One crawl of one source from its lease to its report: begin, hand over to the spider, count, judge, settle."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.leases import free_dead
from crawler.config import Config
from crawler.errors import ArchiveError, SourceError
from crawler.health import Past, Present, Verdict, is_refusal, judge, judge_platform
from crawler.models import Council, CrawlPlan, CrawlReport
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from db.values import optional_moment
from pipelines.archive import UNREAD
from pipelines.intake import Desk, Pool
from spiders import urls
from spiders.api import ApiSpider
from spiders.base import CouncilSpider, Look, Observed
from spiders.discovery import platforms
from spiders.site import SiteSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LEASE = timedelta(hours=5)  # longer than settings.CLOSESPIDER_TIMEOUT
LOGGED = 200  # lines of a crawl's log


def user_agent(config: Config) -> str:
    """An honest name with a contact: "Tocsin/0.1.0 (+https://example.org/about)"."""
    contact = config.operator.contact
    try:
        version = metadata.version("tocsin")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        version = "0"
    return f"Tocsin/{version}" + (f" (+{contact})" if contact else "")


class Job:
    """Holds the store while the crawl lasts. ``begin`` may fail; after it, ``end`` gives the report."""

    def __init__(
        self,
        home: Home,
        config: Config,
        council: Council,
        now: Callable[[], datetime],
        pool: Pool,
        spider: type[CouncilSpider] = SiteSpider,
        max_pages: int | None = None,
    ) -> None:
        self.home, self.config, self.council, self.now, self.pool = home, config, council, now, pool
        self.spider_name, self.platform = spider.name, issubclass(spider, ApiSpider)
        self.early = not issubclass(spider, ApiSpider) or spider.early
        self.max_pages = max_pages or config.crawl.max_pages
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.report: CrawlReport | None = None
        self.item_errors = 0
        self.lines: list[str] = []

    def begin(self) -> None:
        """Lease the source and begin a crawl. Raises SourceError while another process crawls it."""
        self.started = self.now()
        for source in free_dead(self.home):
            self._log(f"{source}: the last crawl was killed; its source is free again")
        self.store = Store(self.home)
        try:
            self.store.put_council(self.council)
            self.store.name_entries(self.council.id, self.council.entries, self.started)
            entries = self.store.entries(self.council.id, self.spider_name) if self.platform else ()
            if self.platform and not entries:
                raise SourceError(f"{self.council.id}: nothing for {self.spider_name} to read was found or named yet")
            self.source_id = self.store.put_source(self.council.id, self.spider_name, early=self.early)
            if not self.store.lease(self.source_id, self.owner, self.started, self.started + LEASE):
                raise SourceError(f"{self.council.id}: another process is crawling it")
            self._before = self.store.source(self.council.id, self.spider_name) or {}
            self.crawl_id = self.store.begin_crawl(self.source_id, self.started)
            self._folder = tempfile.TemporaryDirectory(prefix="tocsin-")
            known = self.store.known_urls(self.council.id)
        except BaseException:
            self.store.close()
            raise
        crawl = self.config.crawl
        self.plan = CrawlPlan(
            self._where_it_is_now(), self.crawl_id, self.started, known, self.max_pages, crawl.delay,
            crawl.allow_private_addresses, user_agent(self.config),
            entries, optional_moment(self._before.get("last_success_at")),
            self._before.get("state") == "blocked",
        )  # fmt: skip
        self.desk = Desk(self.store, self.pool, self.council, self.crawl_id, known, self.now, Path(self._folder.name))

    def _where_it_is_now(self) -> Council:
        """The council with the address that an earlier crawl was led to, unless the operator gave another since."""
        site = self.store.source(self.council.id) or {}
        if self.council.website and site.get("moved_to") and site["moved_from"] == self.council.website:
            return replace(self.council, website=site["moved_to"])
        return self.council

    # ------------------------------------------------------------------ signals

    def item_error(self, item: Any, failure: Any) -> None:
        """A pipeline raised: that item is lost, the crawl has failed."""
        self.item_errors += 1
        fetched = getattr(item, "fetched", item)
        self._log(
            f"pipeline raised {failure.type.__name__}: {failure.getErrorMessage()}: {getattr(fetched, 'url', '?')}"
        )

    def spider_error(self, failure: Any, response: Any) -> None:
        """The spider's own code raised on a page."""
        self.item_errors += 1
        self._log(
            f"spider raised {failure.type.__name__}: {failure.getErrorMessage()}: {getattr(response, 'url', '?')}"
        )

    def _log(self, line: str) -> None:
        if len(self.lines) < LOGGED:
            self.lines.append(line[:500])

    # ------------------------------------------------------------------ the end

    def end(self, crawler: Crawler, reason: str) -> CrawlReport:
        """Judge and record a crawl whose spider closed (``reason`` as Scrapy gives it), then settle the council."""
        spider = crawler.spider
        assert isinstance(spider, CouncilSpider)
        verdict, present = self._verdict(spider, reason)
        self._learn(spider.observed, verdict)
        return self._finish(self._report(crawler, spider, verdict, present, reason))

    def _learn(self, observed: Observed, verdict: Verdict) -> None:
        """Keep what the spider found out about where this council publishes, for the next crawls."""
        store, council, now = self.store, self.council.id, self.now()
        store.put_entries(council, observed.entries.values(), now)
        store.still_shown(council, self.crawl_id, now)
        store.pause_abandoned(council, now)
        if self.platform:
            looks = {entry.url: observed.starts.get(urls.key(entry.url)) for entry in self.plan.entries}
            answered = {url: look for url, look in looks.items() if look is not None}
            told = {url for url, look in answered.items() if look.documents}
            store.fared(council, self.spider_name, {url: look.error for url, look in answered.items()}, told, now)
        elif verdict.ok and observed.moved:
            store.site_moved(self.source_id, self.council.website, observed.moved, now)
        elif not verdict.ok and verdict.state == "blind" and self.plan.council.website != self.council.website:
            store.site_moved(self.source_id, None, None, now)  # the new address is no better: begin with the old again

    def abandon(self, problem: BaseException) -> CrawlReport:
        """Record a crawl that could not be run to its end because something of ours raised."""
        self._log(f"{type(problem).__name__}: {problem}")
        now = self.now()
        state = self._before.get("state", "new")
        report = CrawlReport(
            self.council.id, self.crawl_id, self.started, now, "failed", state,
            f"the crawl broke off: {problem}", item_errors=self.item_errors, log=tuple(self.lines),
            spider=self.spider_name,
        )  # fmt: skip
        return self._finish(report)

    def _finish(self, report: CrawlReport) -> CrawlReport:
        """Record, settle, let go. What fails here fails this council's crawl and says so; the others go on."""
        try:
            self.store.finish_crawl(report)
            if not self.platform or report.versions_new or report.state != "ok":
                settle(self.home, self.config, self.council, self.now())
        except Exception as problem:
            text = f"settling failed: {type(problem).__name__}: {problem}"[:500]
            report = replace(report, state="failed", reason=report.reason or text, log=(*report.log, text))
            with contextlib.suppress(ArchiveError):  # the report is returned, and shown, all the same
                self.store.finish_crawl(report)
        finally:
            with contextlib.suppress(ArchiveError):
                self.store.release(self.source_id, self.owner)
            self.store.close()
            self._folder.cleanup()
        self.report = report
        return report

    def _verdict(self, spider: CouncilSpider, reason: str) -> tuple[Verdict, Present]:
        observed, tally = spider.observed, self.desk.tally
        found = len(observed.listed) + len(tally.html_documents)
        present = Present(
            listed=max(found, sum(tally.documents.values())),
            new=tally.documents["new"] + tally.documents["changed"],
            starts=self._looks(observed.starts.values()),
            productive=self._looks(observed.productive.values()),
            denied=observed.denied,
            interrupted=reason in ("shutdown", "cancelled"),
            moved=observed.moved,
            stopped=next((reason for reason in observed.errors if is_refusal(reason)), None),
            instead=() if self.platform else self._instead(observed),
        )
        today = self.started.astimezone(self.council.zone).date()
        return (judge_platform if self.platform else judge)(self._past(), present, today), present

    def _past(self) -> Past:
        """What this source yielded before, and whether another early one of the council ever did."""
        store, council = self.store, self.council.id
        ended = [row for row in store.history(council, spider=self.spider_name) if row["state"] in ("ok", "failed")]
        return Past(
            self._before.get("state", "new"),
            tuple(row["documents_listed"] for row in ended),
            tuple(moment.astimezone(self.council.zone).date() for moment in store.arrivals(self.source_id)),
            early=self.early,
            alone=not store.yielding(council) - {self.spider_name},
            by_hand=any(entry.spider == self.spider_name for entry in self.council.entries),
        )

    def _instead(self, observed: Observed) -> tuple[str, ...]:
        """The platforms that are read beside the pages and may speak for a site that lists nothing."""
        store, council = self.store, self.council.id
        entries = (*store.entries(council), *observed.entries.values())
        found = {entry.spider for entry in entries} & {spider.name for spider in platforms() if spider.early}
        crawled = {name for name in found if (store.source(council, name) or {}).get("last_crawl_at")}
        return tuple(sorted(found - crawled | (crawled & store.yielding(council))))

    def _looks(self, looks: Any) -> tuple[Look, ...]:
        """Looks at pages, with the error pages that only the reader of their text recognised."""
        pages = self.desk.tally.error_pages
        return tuple(
            replace(look, error=pages[look.url]) if look.url in pages and not look.error else look for look in looks
        )

    def _report(
        self, crawler: Crawler, spider: CouncilSpider, verdict: Verdict, present: Present, reason: str
    ) -> CrawlReport:
        observed, tally, stats = spider.observed, self.desk.tally, crawler.stats.get_stats()
        unread = sum(tally.states[state] for state in UNREAD)
        broken = bool(self.item_errors or unread or not verdict.ok or reason == "start_error")
        return CrawlReport(
            council_id=self.council.id,
            crawl_id=self.crawl_id,
            started_at=self.started,
            finished_at=self.now(),
            state="interrupted" if present.interrupted else "failed" if broken else "ok",
            # what we lost ourselves is not watched either (DESIGN §1, promise 3)
            source_state="blind" if self.item_errors and verdict.ok else verdict.state,
            reason="; ".join(part for part in (self._failure(unread), verdict.reason) if part) or None,
            requests=stats.get("downloader/request_count", 0),
            bytes=stats.get("downloader/response_bytes", 0),
            pages=tally.pages,
            not_modified=stats.get("downloader/response_status_count/304", 0),
            page_errors=sum(observed.errors.values()),
            documents_listed=present.listed,
            documents_new=tally.documents["new"],
            versions_new=tally.documents["new"] + tally.documents["changed"],
            documents_failed=unread,
            item_errors=self.item_errors,
            robots_denied=observed.denied,
            log=self._lines(spider, reason),
            spider=self.spider_name,
        )

    def _failure(self, unread: int) -> str | None:
        if self.item_errors:
            return f"{self.item_errors} items were lost to an error of our own; see the crawl's log"
        return f"{unread} documents could not be read; see the crawl's log" if unread else None

    def _lines(self, spider: CouncilSpider, reason: str) -> tuple[str, ...]:
        tally, observed = self.desk.tally, spider.observed
        lines = [*self.lines, *tally.unread, *observed.notes]
        if observed.refused:
            lines.append(f"{observed.refused} requests to private addresses were refused")
        if tally.states["needs-ocr"]:
            lines.append(f"{tally.states['needs-ocr']} scans wait for OCR")
        if observed.left_over:
            lines.append(
                f"stopped at max_pages = {self.plan.max_pages}: {observed.left_over} links wait for the next crawl"
            )
        if observed.held_back:
            lines.append(f"{observed.held_back} links were left aside: too deep, or too many of one kind (a calendar?)")
        if reason == "closespider_timeout":
            lines.append("stopped after the longest time that one crawl may take; the rest waits for the next")
        return tuple(line[:500] for line in lines[:LOGGED])
