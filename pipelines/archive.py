"""Second pipeline: documents are read in a worker process and recorded; pages are remembered.

The order matters to a kill at any moment: a document's validators are written with its version, and a page's only
after what the page itself says was recorded. So nothing unread is ever taken for unchanged.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from collections import deque
from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

from crawler.errors import DocumentError
from crawler.models import Fetched, Hints, PageSeen, Reading, SessionClaim
from db.store.claims import decode_claims
from pipelines.agenda.dates import find_dates
from pipelines.agenda.sessions import day_named
from pipelines.intake import Desk, Pool, Taken, desk_of
from pipelines.members import Inside, direct, members
from pipelines.text.fold import fold
from pipelines.text.unpack import SpooledParts

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

Told = tuple[str, date, str | time]
LONG = 800  # characters
MEMBERS_AHEAD = 4  # of one archive, in the hands of the readers
UNREAD = ("failed", "too-large", "locked", "error-page")
_LAST_CLAIMS = (
    "SELECT r.claims FROM documents d JOIN versions v ON v.document_id = d.id"
    " JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL"
    " WHERE d.council_id = ? AND v.media_type IN ('text/html', 'application/xhtml+xml')"
    " AND v.number = (SELECT MAX(last.number) FROM versions last WHERE last.document_id = d.id)"
)
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
        self._announced: set[Told] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        return cls(desk_of(crawler))

    async def process_item(self, item: Any) -> Any:
        """``Taken`` is read and recorded, ``PageSeen`` remembered."""
        if isinstance(item, PageSeen):
            self._seen(item)
            if item.status == 304:
                await self._reopen(item.url)
        elif isinstance(item, Taken) and item.fetched.page is not None:
            await self._page(item, item.fetched.page)
        elif isinstance(item, Taken):
            await self._document(item)
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
        told, hints = self._told(), self.desk.hints(item.fetched)
        papers = _days_of_papers(page, hints.reference_date)
        page = self._itself(page, already or says_something(reading, page.documents, told, day_named(hints), papers))
        if page.url in self.desk.tally.html_documents:
            self._record(replace(item, fetched=replace(item.fetched, page=page)), reading)
            told |= announced(reading.sessions)
        return page

    def _told(self) -> set[Told]:
        """What pages have announced, those of earlier crawls included."""
        if self._announced is None:
            rows = self.desk.store.rows(_LAST_CLAIMS, [self.desk.council.id])
            self._announced = {one for row in rows for one in announced(decode_claims(row["claims"])[0])}
        return self._announced

    # ------------------------------------------------------------------ documents

    async def _document(self, item: Taken) -> None:
        """A document, and those inside it. Its validators come last: a kill before leaves it to the next crawl."""
        desk = self.desk
        reading = await read_in(desk.pool, item.path, item.declared, desk.hints(item.fetched))
        self._record(item, reading)
        if not reading.parts:
            return
        if desk.store.inside(desk.council.id, item.fetched.url) is None:
            await self._members(item, reading.media_type)
        else:
            desk.store.touch_document(desk.council.id, item.fetched.url, desk.now())
        desk.store.remember_document(desk.council.id, item.fetched, reading, crawl_id=desk.crawl_id)

    async def _reopen(self, url: str) -> None:
        """An unchanged archive whose members are not all on record: the code that knew it first could not open it."""
        desk = self.desk
        row = desk.store.unopened(desk.council.id, url)
        if row is not None:
            hints = {name: row[name] for name in ("file_name", "link_text", "heading", "found_on")}
            fetched = Fetched(url, b"", 200, desk.now(), **hints)
            await self._members(Taken(fetched, desk.store.files.path(row["sha256"]), None), row["media_type"])

    async def _members(self, item: Taken, kind: str) -> None:
        desk = self.desk
        folder = desk.folder / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        waiting: deque[tuple[Inside, asyncio.Task[Reading]]] = deque()
        try:
            spooled = await unpack_in(desk.pool, item.path, kind, folder)
            for member in members(item.fetched, spooled):
                reading_it = read_in(desk.pool, member.path, None, desk.hints(member.fetched))
                waiting.append((member, asyncio.create_task(reading_it)))
                if len(waiting) == MEMBERS_AHEAD:
                    await self._member(*waiting.popleft())
            while waiting:
                await self._member(*waiting.popleft())
            desk.store.unpacked(desk.council.id, item.fetched.url, direct(spooled))
        except DocumentError as error:
            desk.tally.states["failed"] += 1
            desk.tally.unread.append(f"failed: it could not be unpacked: {error}: {item.fetched.url}")
        finally:
            for _, task in waiting:
                task.cancel()
            shutil.rmtree(folder, ignore_errors=True)

    async def _member(self, member: Inside, task: asyncio.Task[Reading]) -> None:
        reading = replace(await task, parts=member.parts)
        fetched = replace(member.fetched, body=member.path.read_bytes())
        self._record(Taken(fetched, member.path, None), reading)
        member.path.unlink()

    def _record(self, item: Taken, reading: Reading) -> None:
        desk, fetched, now = self.desk, item.fetched, self.desk.now()
        recorded = desk.store.record_document(
            desk.council.id, fetched, reading, crawl_id=desk.crawl_id, now=now, remember=not reading.parts
        )
        desk.tally.documents[recorded.outcome] += 1
        if recorded.outcome == "same":
            return
        desk.tally.states[recorded.state] += 1
        if recorded.state in UNREAD:
            desk.tally.unread.append(f"{recorded.state}: {reading.reason or 'no reason given'}: {fetched.url}")


def says_something(
    reading: Reading,
    listed: int,
    told: Set[Told] = frozenset(),
    own: date | None = None,
    papers: Set[date] = frozenset(),
) -> bool:
    """Whether a page is a document itself, ``listed`` being how many papers and sessions it links to.

    An agenda is one wherever it stands. A list of links also names dates and bodies, and has hours and subjects in
    its teasers, but what it links to speaks for itself; only a page that lists next to nothing is a document for the
    hour it announces, for a flag, or for being a long text of a kind of its own (minutes, a deliberation).
    A calendar of sittings ahead is one too. What it announces must be news: the line "Prochain conseil municipal"
    stands on every page of a site. ``told`` is what other pages announced, ``own`` the day that a page is named after,
    ``papers`` the days of papers that it links to, which speak for themselves.
    """
    if any(
        session.date is not None and sum(not _names_a_paper(item.title) for item in session.items) >= 2
        for session in reading.sessions
    ):
        return True
    alone = listed <= 1
    long = not listed and reading.kind not in ("other", "annex") and reading.characters >= LONG
    if alone and (long or reading.flags):
        return True
    announces = any(session.date is not None and session.time is not None for session in reading.sessions)
    if not (reading.calendar or (alone and announces)):
        return False
    news = [session for session in reading.sessions if session.date is not None and session.date not in papers]
    return bool(announced(news) - told) or own in {session.date for session in news}


def _days_of_papers(page: PageSeen, today: date | None) -> set[date]:
    """The days that stand on, or above, a page's links to papers; without a year the nearest one is meant."""
    words = (f"{link.heading.rsplit(' – ', 1)[-1]} {link.text}" for link in page.links if link.document)
    return {found.value for text in words for found in find_dates(text, today)}


def announced(sessions: Iterable[SessionClaim]) -> set[Told]:
    """What each session is said to be, one by one: on that day, at that hour, called off."""
    return {
        (session.body, session.date, what)
        for session in sessions
        if session.date is not None
        for what in (session.status, session.time)
        if what is not None
    }


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


async def unpack_in(pool: Pool, path: Path, kind: str, folder: Path) -> SpooledParts:
    """Wait for a worker that unpacks, likewise. Raises DocumentError."""
    return await asyncio.wrap_future(pool.unpack(path, kind, folder))
