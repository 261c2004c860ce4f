"""Second pipeline: documents are read in a worker process and recorded; pages are remembered.

The order matters to a kill at any moment: a document's validators are written with its version, and a page's only
after what the page itself says was recorded. So nothing unread is ever taken for unchanged.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawler.models import Hints, PageSeen, Reading
from pipelines.intake import Desk, Pool, Taken, desk_of
from pipelines.text.fold import fold

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

LONG = 800  # characters
UNREAD = ("failed", "too-large", "locked", "error-page")
# A page is worth a reader's time where it speaks of an assembly's business at all.
_SESSION_WORDS = re.compile(
    r"conseils? (?:municip|communaut|metropolitain|departement|region|syndica|d agglomeration|de paris)|ordre du jour"
    r"|deliberation|seances? |proces verba|commission permanente|assemblee|convocation|vote|adopt"
)
# "Ordre du jour du 12 mars" is an entry of a list; "Approbation du procès-verbal" is a point of an agenda.
_PAPER = re.compile(
    r"(?:ordres? du jour|odj|convocations?|proces verba\w+|comptes? rendus?|pv|cr|liste des deliberations"
    r"|notes? de synthese|deliberations? (?:du|de la seance)|seance du|annexes?"
    r"|(?:conseil|bureau|assemblee|commission)\b.{0,40}\bdu \d+|telecharger?|consulter|lire la suite"
    r"|voir|documents?|fichiers?|pdf)\b"
)


class ArchivePipeline:
    """Reads, records, counts. What raises here costs that one item; ``crawler.job`` counts it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        return cls(desk_of(crawler))

    async def process_item(self, item: Any) -> Any:
        """``Taken`` is read and recorded, ``PageSeen`` remembered."""
        if isinstance(item, PageSeen):
            self._seen(item)
        elif isinstance(item, Taken) and item.fetched.page is not None:
            await self._page(item, item.fetched.page)
        elif isinstance(item, Taken):
            self._record(item, await read_in(self.desk.pool, item.path, item.declared, self.desk.hints(item.fetched)))
        return item

    # ------------------------------------------------------------------ pages

    def _seen(self, seen: PageSeen) -> None:
        store, council = self.desk.store, self.desk.council.id
        known = self.desk.known.get(seen.url)
        if known is not None and known.kind == "document":
            with store.write():
                store.put_url(council, self.desk.crawl_id, seen, "document")
        else:
            self.desk.tally.pages += seen.error is None
            store.record_page(council, self.desk.crawl_id, seen)
        if (
            seen.status == 304
            and store.touch_document(council, seen.url, self.desk.now())
            and (known is None or known.kind == "page")
        ):
            self.desk.tally.html_documents.add(seen.url)
        self._listed(seen)

    def _listed(self, seen: PageSeen) -> None:
        """Documents that a page still lists are still there, though they were not asked for."""
        for link in seen.links:
            known = self.desk.known.get(link.url) if link.document else None
            if known is not None and known.kind == "document":
                self.desk.store.touch_document(self.desk.council.id, link.url, self.desk.now())

    async def _page(self, item: Taken, page: PageSeen) -> None:
        desk = self.desk
        desk.tally.pages += 1
        known = desk.known.get(page.url)
        before = known.text_hash if known else None
        try:
            if page.url in desk.tally.error_pages:
                page = replace(page, error=f"error-page: {desk.tally.error_pages[page.url]}")
            elif before is not None and before == page.text_hash:
                page = self._itself(page, desk.store.touch_document(desk.council.id, page.url, desk.now()))
            elif before is not None or _SESSION_WORDS.search(fold(item.text).text):
                page = await self._read_page(item, page)
        finally:
            item.path.unlink(missing_ok=True)
        desk.store.record_page(desk.council.id, desk.crawl_id, page)
        self._listed(page)

    def _itself(self, page: PageSeen, document: bool) -> PageSeen:
        """A page that is a document counts as one that leads to it: the next crawl begins there."""
        if not document:
            return page
        self.desk.tally.html_documents.add(page.url)
        return replace(page, documents=max(1, page.documents))

    async def _read_page(self, item: Taken, page: PageSeen) -> PageSeen:
        reading = await read_in(self.desk.pool, item.path, item.declared, self.desk.hints(item.fetched))
        already = self.desk.store.touch_document(self.desk.council.id, page.url, self.desk.now())
        page = self._itself(page, already or says_something(reading, page.documents))
        if page.url in self.desk.tally.html_documents:
            self._record(replace(item, fetched=replace(item.fetched, page=page)), reading)
        return page

    # ------------------------------------------------------------------ documents

    def _record(self, item: Taken, reading: Reading) -> None:
        desk, fetched = self.desk, item.fetched
        now = desk.now()
        recorded = desk.store.record_document(desk.council.id, fetched, reading, crawl_id=desk.crawl_id, now=now)
        desk.tally.documents[recorded.outcome] += 1
        if recorded.outcome == "same":
            return
        desk.tally.states[recorded.state] += 1
        if recorded.state in UNREAD:
            desk.tally.unread.append(f"{recorded.state}: {reading.reason or 'no reason given'}: {fetched.url}")


def says_something(reading: Reading, listed: int) -> bool:
    """Whether a page is a document itself, ``listed`` being how many papers and sessions it links to.

    An agenda is one wherever it stands. A list of links also names dates and bodies, and has hours and subjects in
    its teasers, but what it links to speaks for itself; only a page that lists next to nothing is a document for the
    hour it announces, for a flag, or for being a long text of a kind of its own (minutes, a deliberation).
    """
    if any(
        session.date is not None and sum(not _names_a_paper(item.title) for item in session.items) >= 2
        for session in reading.sessions
    ):
        return True
    if listed > 1:
        return False
    announced = any(session.date is not None and session.time is not None for session in reading.sessions)
    long = not listed and reading.kind not in ("other", "annex") and reading.characters >= LONG
    return announced or long or bool(reading.flags)


def _names_a_paper(title: str) -> bool:
    return bool(_PAPER.match(fold(title).text.strip()))


async def read_in(pool: Pool, path: Path, declared: str | None, hints: Hints) -> Reading:
    """Wait for a worker's reading without keeping the reactor; a worker that died is a reading too."""
    future = pool.submit(path, declared, hints)
    waiting = asyncio.wrap_future(future)
    await asyncio.wait({waiting})
    if not waiting.cancelled():
        waiting.exception()  # looked at here, told by result() below
    return pool.result(future)
