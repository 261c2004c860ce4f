from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import ArchiveError
from crawler.models import CrawlReport, Link, PageSeen

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = "https://trepigny.example/seances"
COUNCIL = "commune-99001"


@pytest.fixture
def source(store):
    return store.put_source(COUNCIL)


def report(crawl_id, **more):
    values = {"started_at": NOW, "finished_at": NOW + HOUR, "state": "ok", "source_state": "ok"}
    return CrawlReport(COUNCIL, crawl_id, **(values | more))


def test_a_council_is_brought_up_to_date(store, make):
    store.put_council(replace(make.council, population=1200))
    store.put_council(replace(make.council, population=1300))
    assert [row["population"] for row in store.table("councils").rows] == [1300]


def test_a_source_is_made_once(store, source):
    assert source == "commune-99001/site"
    assert store.put_source(COUNCIL) == source
    assert store.source(COUNCIL)["state"] == "new"
    assert store.source("commune-99999") is None


def test_one_crawl_at_a_time(store, source):
    assert store.lease(source, "a", NOW, NOW + HOUR)
    assert store.lease(source, "a", NOW, NOW + 2 * HOUR)
    assert not store.lease(source, "b", NOW + HOUR, NOW + 3 * HOUR)
    assert store.lease(source, "b", NOW + 2 * HOUR, NOW + 3 * HOUR)
    store.release(source, "a")
    assert not store.lease(source, "a", NOW + 2 * HOUR, NOW + 4 * HOUR)
    store.release(source, "b")
    assert store.lease(source, "a", NOW + 2 * HOUR, NOW + 4 * HOUR)


def test_leases_compare_as_instants(store, source):
    paris = timedelta(hours=1)
    assert store.lease(source, "a", NOW, (NOW + HOUR).astimezone())
    assert not store.lease(source, "b", NOW + paris / 2, NOW + 9 * HOUR)
    assert not store.lease("nowhere/site", "b", NOW, NOW + HOUR)


def test_a_crawl_that_never_ended_is_marked(store, source):
    first = store.begin_crawl(source, NOW)
    second = store.begin_crawl(source, NOW + HOUR)
    states = [(row["id"], row["state"], row["finished_at"]) for row in store.history(COUNCIL)]
    assert states == [(second, "running", None), (first, "interrupted", "2026-03-02T10:00:00+00:00")]


def test_a_report_is_kept_whole(store, source):
    crawl = store.begin_crawl(source, NOW)
    given = report(crawl, requests=12, bytes=3400, versions_new=2, documents_new=1, item_errors=1, log=("é", "b"))
    store.finish_crawl(given)
    (row,) = store.history(COUNCIL)
    assert (row["requests"], row["bytes"], row["versions_new"], row["item_errors"]) == (12, 3400, 2, 1)
    assert row["log"] == ["é", "b"]
    assert store.source(COUNCIL)["last_new_document_at"] == "2026-03-02T10:00:00+00:00"
    with pytest.raises(ArchiveError, match="never begun"):
        store.finish_crawl(report(99))


def test_failures_count_and_end(store, source):
    for number, (state, source_state) in enumerate(
        [("ok", "ok"), ("failed", "blind"), ("failed", "blind"), ("interrupted", "blind"), ("ok", "ok")]
    ):
        end = NOW + number * HOUR
        crawl = store.begin_crawl(source, end)
        store.finish_crawl(report(crawl, state=state, source_state=source_state, reason=state, finished_at=end))
        row = store.source(COUNCIL)
        if number == 3:
            assert (row["state"], row["failures"]) == ("blind", 2)
            assert row["state_since"] == "2026-03-02T10:00:00+00:00"
            assert row["last_success_at"] == "2026-03-02T09:00:00+00:00"
            assert row["last_crawl_at"] == "2026-03-02T12:00:00+00:00"
    assert (row["state"], row["failures"], row["reason"]) == ("ok", 0, "ok")
    assert len(store.history(COUNCIL, limit=2)) == 2


# ---------------------------------------------------------------------- addresses


def seen(**more):
    links = (Link(f"{PAGE}/odj.pdf", "Ordre du jour", "Séances", 0.9, True),)
    values = {"etag": '"1"', "last_modified": "Mon", "sha256": "aa", "text_hash": "bb", "links": links, "documents": 1}
    return PageSeen(PAGE, 200, NOW, **(values | more))


def test_a_page_is_remembered(store, source):
    store.record_page(COUNCIL, store.begin_crawl(source, NOW), seen())
    known = store.known_urls(COUNCIL)[PAGE]
    assert (known.etag, known.last_modified, known.sha256, known.text_hash) == ('"1"', "Mon", "aa", "bb")
    assert known.links == seen().links
    assert (known.kind, known.productive, known.last_productive_at, known.fetched_at) == ("page", 1, NOW, NOW)
    assert store.known_urls("commune-99999") == {}


def test_304_keeps_what_it_does_not_say(store, source):
    store.record_page(COUNCIL, store.begin_crawl(source, NOW), seen())
    again = PageSeen(PAGE, 304, NOW + HOUR, etag='"2"')
    store.record_page(COUNCIL, store.begin_crawl(source, NOW + HOUR), again)
    known = store.known_urls(COUNCIL)[PAGE]
    assert (known.etag, known.last_modified, known.links, known.productive) == ('"2"', "Mon", seen().links, 1)
    assert (known.fetched_at, known.last_productive_at) == (NOW + HOUR, NOW)


@pytest.mark.parametrize(
    "bad",
    [
        PageSeen(PAGE, 503, NOW + HOUR, etag='"x"'),
        PageSeen(PAGE, 200, NOW + HOUR, etag='"x"', error="error-page: account suspended"),
        PageSeen(PAGE, 0, NOW + HOUR, error="timeout"),
    ],
)
def test_an_error_takes_nothing_back(store, source, bad):
    store.record_page(COUNCIL, store.begin_crawl(source, NOW), seen())
    store.record_page(COUNCIL, store.begin_crawl(source, NOW + HOUR), bad)
    known = store.known_urls(COUNCIL)[PAGE]
    assert (known.etag, known.sha256, known.links, known.productive) == ('"1"', "aa", seen().links, 1)
    row = store.row("SELECT * FROM urls")
    assert (row["status"], row["error"], row["looked_at"]) == (bad.status, bad.error, "2026-03-02T09:00:00+00:00")


def test_a_page_that_no_longer_lists_anything(store, source):
    store.record_page(COUNCIL, store.begin_crawl(source, NOW), seen())
    empty = seen(links=(), documents=0, etag=None)
    store.record_page(COUNCIL, store.begin_crawl(source, NOW + HOUR), empty)
    known = store.known_urls(COUNCIL)[PAGE]
    assert (known.links, known.productive, known.etag, known.last_productive_at) == ((), 0, None, NOW)


def test_addresses_that_cannot_be_stored_as_they_are(store, source):
    odd = PageSeen("https://trepigny.example/\ud800\0", 200, NOW)
    store.record_page(COUNCIL, store.begin_crawl(source, NOW), odd)
    assert list(store.known_urls(COUNCIL)) == ["https://trepigny.example/\ufffd\ufffd"]
