"""What every platform's spider does with an answer: told with a spider of its own and answers by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.models import Council, CrawlPlan, Entry, Fetched, KnownUrl, Link, PageSeen
from spiders.announcement import content_name
from spiders.api import ApiSpider, Clue

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROOT = "https://x.example/api"
PAPER = "https://x.example/odj-12-mars-2026.pdf"


class Drawer(ApiSpider):
    name = "drawer"

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        return ()

    def begin(self, entry: Entry) -> Iterable[Request]:
        yield self.ask(entry.url, self.listing, entry=entry.url)

    def listing(self, response: Response) -> Any:
        for url in self.json(response)["papers"]:
            yield from self.paper(Link(url, "Ordre du jour"))


async def started(known: dict[str, KnownUrl] | None = None) -> Drawer:
    spider = Drawer(
        plan=CrawlPlan(Council("c", "Valmont", "commune"), 1, NOW, known or {}, entries=(Entry("drawer", ROOT),))
    )
    spider.first = [request async for request in spider.start()]
    return spider


@pytest.fixture
def begin() -> Any:
    import asyncio

    return lambda known=None: asyncio.run(started(known))


def answered(
    spider: Drawer, request: Request, body: bytes, status: int = 200, kind: str = "application/json"
) -> list[Any]:
    made = HtmlResponse if kind == "text/html" else TextResponse
    response = made(
        request.url, status=status, body=body, headers={"Content-Type": kind}, request=request, encoding="utf-8"
    )
    return list(spider.parse(response))


def look(spider: Drawer) -> Any:
    (found,) = spider.observed.starts.values()
    return found


def test_a_listing_asks_for_its_papers_and_tells_how_it_fared(begin: Any):
    spider = begin()
    (request,) = answered(spider, spider.first[0], b'{"papers": ["%s"]}' % PAPER.encode())
    assert (request.url, request.meta["document"]) == (PAPER, True)
    assert (look(spider).error, look(spider).documents, len(spider.observed.listed)) == (None, 1, 1)
    (fetched,) = answered(spider, request, b"%PDF-1.4", kind="application/pdf")
    assert isinstance(fetched, Fetched) and (fetched.body, fetched.link_text) == (b"%PDF-1.4", "Ordre du jour")


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"other": 1}', b'{"papers": 3}', b""])
def test_what_is_no_listing_is_an_error_of_the_source(begin: Any, body: bytes):
    spider = begin()
    (seen,) = answered(spider, spider.first[0], body)
    assert isinstance(seen, PageSeen) and "not what drawer answers" in str(seen.error)
    assert look(spider).error == seen.error and sum(spider.observed.errors.values()) == 1


def test_otherwise_takes_the_place_of_an_error(begin: Any):
    spider = begin()
    reasons: list[str] = []

    def otherwise(reason: str) -> Any:
        reasons.append(reason)
        yield spider.ask(f"{ROOT}/v1", spider.listing)

    request = spider.ask(ROOT, spider.listing, entry=ROOT, otherwise=otherwise)
    (other,) = answered(spider, request, b"", 404)
    assert (reasons, other.url, spider.observed.starts) == (["404"], f"{ROOT}/v1", {})


def test_listings_are_asked_for_without_conditions_and_as_they_are(begin: Any):
    known = KnownUrl(ROOT, '"e"', sha256="0", fetched_at=NOW)
    spider = begin({ROOT: known})
    assert spider.remembered(spider.first[0]) is None
    assert spider.ask(f"{ROOT}?order=desc&orderby=date", spider.listing).url == f"{ROOT}?order=desc&orderby=date"
    assert spider.may_send(spider.first[0]) is None and spider.may_send(spider.first[0]) == "asked already"


@pytest.mark.parametrize(
    ("fetched", "modified", "asked"),
    [
        (NOW - timedelta(minutes=5), NOW, 0),  # another spider of this run has just fetched it
        (NOW - timedelta(days=2), NOW - timedelta(days=1), 1),
        (NOW - timedelta(days=2), NOW - timedelta(days=3), 0),
        (NOW - timedelta(days=200), NOW - timedelta(days=300), 0),
        (NOW - timedelta(days=2), None, 1),  # new, and nobody says when it changed
    ],
)
def test_known_papers_are_listed_and_asked_for_where_they_changed(
    begin: Any, fetched: datetime, modified: datetime, asked: int
):
    known = KnownUrl(PAPER, '"e"', sha256="0", kind="document", fetched_at=fetched, first_seen_at=fetched)
    spider = begin({PAPER: known})
    assert len(list(spider.paper(Link(PAPER, "Ordre du jour"), modified=modified))) == asked
    assert len(spider.observed.listed) == 1


def test_a_page_instead_of_a_paper_is_an_error(begin: Any):
    spider = begin()
    (request,) = spider.paper(Link(PAPER))
    (seen,) = answered(spider, request, b"<!doctype html><html><body>Accueil</body></html>", kind="text/html")
    assert seen.error == "error-page: a page instead of the document"


def test_a_page_behind_a_paper_without_a_name_is_read_for_its_papers(begin: Any):
    spider = begin()
    (request,) = spider.paper(Link("https://x.example/?attachment_id=9", "Ordre du jour du 12 mars 2026"))
    link = f"<a href='{PAPER}'>Ordre du jour</a>"
    html = f"<!doctype html><html><body><h1>Ordre du jour du conseil municipal</h1>{link}</body></html>"
    fetched, paper = answered(spider, request, html.encode(), kind="text/html")
    assert fetched.page.documents == 1 and paper.url == PAPER


def test_an_unchanged_announcement_still_lists_its_papers(begin: Any):
    page = KnownUrl(
        "https://x.example/cm/", '"e"', sha256="0", links=(Link(PAPER, "Ordre du jour", score=0.9, document=True),)
    )
    paper = KnownUrl(PAPER, '"f"', sha256="1", kind="document", fetched_at=NOW - timedelta(minutes=1))
    spider = begin({page.url: page, PAPER: paper})
    (request,) = spider.page(Link(page.url, "Conseil municipal"))
    (seen,) = answered(spider, request, b"", 304)
    assert (seen.status, seen.links, len(spider.observed.listed)) == (304, page.links, 2)


def test_an_entry_that_is_a_file_tells_how_it_fared(begin: Any):
    spider = begin()
    (request,) = spider.paper(Link(ROOT), entry=ROOT, never_html=True)
    answered(spider, request, b"<!doctype html><html>", kind="text/html")
    assert look(spider).error and not spider.observed.listed
    known = KnownUrl(ROOT, sha256="0", kind="document", fetched_at=NOW)
    spider = begin({ROOT: known})
    assert list(spider.paper(Link(ROOT), entry=ROOT)) == [] and look(spider).documents == 1
    spider = begin({ROOT: replace(known, kind="page")})
    assert list(spider.paper(Link(ROOT), entry=ROOT)) == [] and look(spider).error


@pytest.mark.parametrize(
    ("name", "url", "kind", "wanted"),
    [
        ("odj.pdf", "https://x.example/r/1", None, "odj.pdf"),
        ("r1", "https://x.example/files/delib.csv", None, "delib.csv"),
        ("r1", "https://x.example/r/1", "text/csv", "r1.csv"),
        (None, "https://x.example/r/1", "text/csv", "table.csv"),
        ("r1", "https://x.example/r/1", "application/pdf", "r1"),
    ],
)
def test_names_of_files(name: str | None, url: str, kind: str | None, wanted: str):
    assert content_name(name, url, kind) == wanted
