"""First pipeline: the bytes of a document are kept before anything else is done with them."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from crawler.models import Council, Fetched, Hints, KnownUrl, Reading
from db.store.archive import Store
from pipelines.members import hints_of
from pipelines.text.html import error_reason, main_text
from pipelines.text.sniff import media_type
from pipelines.text.unpack import SpooledParts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

HTML = ("text/html", "application/xhtml+xml")


class Pool(Protocol):
    """What the pipelines need of ``pipelines.pool.ReaderPool``."""

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Future[Reading]: ...

    def result(self, future: Future[Reading]) -> Reading: ...

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]: ...


@dataclass
class Tally:
    """What became of the items of one crawl."""

    pages: int = 0
    documents: Counter[str] = field(default_factory=Counter)  # outcome: new, changed, same
    states: Counter[str] = field(default_factory=Counter)  # of versions read in this crawl
    html_documents: set[str] = field(default_factory=set)  # addresses of pages that are documents themselves
    error_pages: dict[str, str] = field(default_factory=dict)  # pages answered with 200 that are none: reason
    unread: list[str] = field(default_factory=list)  # "failed: reason: URL"


@dataclass
class Desk:
    """The archive's end of one crawl, handed to the pipelines on the spider."""

    store: Store
    pool: Pool
    council: Council
    crawl_id: int
    known: Mapping[str, KnownUrl]
    now: Callable[[], datetime]
    folder: Path  # for pages while they are read; thrown away after the crawl
    tally: Tally = field(default_factory=Tally)

    def hints(self, fetched: Fetched) -> Hints:
        """What is known of a document before it is opened."""
        return hints_of(self.council, fetched)


@dataclass(frozen=True, slots=True)
class Taken:
    """Fetched bytes, kept in a file that a reader may open."""

    fetched: Fetched
    path: Path
    declared: str | None  # Content-Type as the server sent it
    text: str = field(default="", repr=False)  # main text, where it is a page


class IntakePipeline:
    """Keeps documents in the file store; pages go to a temporary file, for most of them are no documents."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> IntakePipeline:
        return cls(desk_of(crawler))

    def process_item(self, item: Any) -> Any:
        """``Fetched`` becomes ``Taken``; anything else passes."""
        if not isinstance(item, Fetched):
            return item
        declared = next((value for name, value in item.headers if name.lower() == "content-type"), item.media_type)
        if item.page is None:
            kind = media_type(item.body, item.file_name or "")
            if self._taken_down(item):
                return None
            sha = self.desk.store.files.put(item.body, compress=kind in HTML)
            return Taken(item, self.desk.store.files.path(sha), declared)
        charset = _charset(declared)
        text = main_text(item.body, charset)
        reason = error_reason(item.body, charset) if not item.page.documents else None
        if reason:
            self.desk.tally.error_pages[item.page.url] = reason
        sha = hashlib.sha256(item.body).hexdigest()
        page = replace(item.page, sha256=sha, text_hash=hashlib.sha256(text.encode()).hexdigest())
        path = self.desk.folder / secrets.token_hex(16)  # the same bytes may be read under two addresses at once
        path.write_bytes(item.body)
        return Taken(replace(item, page=page), path, declared or "text/html", text)

    def _taken_down(self, item: Fetched) -> bool:
        """Bytes that were taken down are not kept again, not even until they are read: only that they are still there.

        A page is looked at all the same, for its links; ``record_document`` keeps nothing of it.
        """
        store, now = self.desk.store, self.desk.now()
        if store.taken_down(hashlib.sha256(item.body).hexdigest()) is None:
            return False
        empty = Reading(item.media_type or "", "taken-down")
        recorded = store.record_document(self.desk.council.id, item, empty, crawl_id=self.desk.crawl_id, now=now)
        self.desk.tally.documents[recorded.outcome] += 1
        return True


def desk_of(crawler: Crawler) -> Desk:
    """The desk of a crawl. Raises RuntimeError where a spider was run without one."""
    desk = getattr(crawler.spider, "desk", None)
    if not isinstance(desk, Desk):
        raise RuntimeError("no archive to write to: run `tocsin crawl ID`, or `scrapy crawl site -a council=ID`")
    return desk


def _charset(declared: str | None) -> str | None:
    _, found, charset = (declared or "").lower().partition("charset=")
    return charset.split(";")[0].strip(" \"'") if found else None
