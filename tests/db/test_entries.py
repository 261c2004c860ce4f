"""Where platforms begin: what is kept of an entry, and when it is asked no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.models import CrawlReport, Entry, PageSeen
from db.health import summed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNCIL = "commune-99001"
HOME, API = "https://trepigny.example/", "https://trepigny.example/wp-json/"
FOUND = Entry("wordpress", API, "the page names it", HOME)


def row(store, url=API):
    return next(row for row in store.entry_rows(COUNCIL) if row["url"] == url)


def fail(store, times: int, start: datetime = NOW) -> None:
    for number in range(times):
        store.fared(COUNCIL, "wordpress", {API: "404"}, set(), start + number * DAY)


def test_an_entry_is_kept_once_with_its_dates(store):
    store.put_entries(COUNCIL, [FOUND, Entry("oparl", HOME)], NOW)
    store.put_entries(COUNCIL, [FOUND], NOW + DAY)
    assert store.entries(COUNCIL, "wordpress") == (FOUND,)
    assert [entry.spider for entry in store.entries(COUNCIL)] == ["oparl", "wordpress"]
    assert (row(store)["first_seen_at"], row(store)["last_seen_at"]) == (
        "2026-03-02T09:00:00+00:00", "2026-03-03T09:00:00+00:00",
    )  # fmt: skip
    assert store.entries("commune-99999") == ()


def test_what_was_never_of_use_is_asked_no_more(store):
    store.put_entries(COUNCIL, [FOUND], NOW)
    fail(store, 4)
    assert store.entries(COUNCIL) == (FOUND,)
    assert (row(store)["failures"], row(store)["failing_since"][:10], row(store)["error"]) == (4, "2026-03-02", "404")
    fail(store, 1)
    assert store.entries(COUNCIL) == () and row(store)["in_use"] == 0


def test_what_was_of_use_is_asked_as_long_as_the_site_shows_it(store):
    store.put_entries(COUNCIL, [FOUND], NOW)
    store.fared(COUNCIL, "wordpress", {API: None}, {API}, NOW)
    fail(store, 6, NOW + DAY)
    assert store.entries(COUNCIL) == ()
    store.put_entries(COUNCIL, [FOUND], NOW + 9 * DAY)
    assert store.entries(COUNCIL) == (FOUND,)
    store.fared(COUNCIL, "wordpress", {API: None}, set(), NOW + 10 * DAY)
    assert (row(store)["failures"], row(store)["error"]) == (0, None)
    assert row(store)["last_productive_at"][:10] == "2026-03-02"


def test_a_page_that_is_unchanged_still_shows_its_entries(store):
    store.put_entries(COUNCIL, [FOUND], NOW)
    crawl = store.begin_crawl(store.put_source(COUNCIL), NOW + DAY)
    store.still_shown(COUNCIL, crawl, NOW + DAY)
    assert row(store)["last_seen_at"][:10] == "2026-03-02"
    store.record_page(COUNCIL, crawl, PageSeen(HOME, 304, NOW + DAY))
    store.still_shown(COUNCIL, crawl, NOW + DAY)
    assert row(store)["last_seen_at"][:10] == "2026-03-03"


def test_the_operator_has_the_last_word(store):
    named = Entry("wordpress", API, "named in tocsin.toml")
    store.put_entries(COUNCIL, [FOUND], NOW)
    fail(store, 9)
    store.name_entries(COUNCIL, [named, Entry("oparl", HOME, "named in tocsin.toml")], NOW)
    assert len(store.entries(COUNCIL)) == 2
    store.name_entries(COUNCIL, [], NOW)
    assert [entry.spider for entry in store.entries(COUNCIL)] == ["oparl"]


def test_a_platform_that_nobody_crawls_any_more_is_not_called_blind(store):
    store.put_entries(COUNCIL, [FOUND], NOW)
    source = store.put_source(COUNCIL, "wordpress")
    crawl = store.begin_crawl(source, NOW)
    store.finish_crawl(CrawlReport(COUNCIL, crawl, NOW, NOW, "failed", "blind", "404", spider="wordpress"))
    store.put_source(COUNCIL)
    store.pause_abandoned(COUNCIL, NOW)
    assert store.source(COUNCIL, "wordpress")["state"] == "blind"
    fail(store, 5)
    store.pause_abandoned(COUNCIL, NOW + DAY)
    assert store.source(COUNCIL, "wordpress")["state"] == "paused"
    assert store.source(COUNCIL)["state"] == "new"


def test_a_source_says_whether_it_is_early(store):
    source = store.put_source(COUNCIL, "scdl", early=False)
    assert store.source_row(source)["early"] == 0
    store.put_source(COUNCIL, "scdl", early=True)
    assert store.source_row(source)["early"] == 1


def test_a_move_is_kept_until_it_is_taken_back(store):
    source = store.put_source(COUNCIL)
    store.site_moved(source, HOME, "https://www.trepigny.example/", NOW)
    store.site_moved(source, HOME, "https://www.trepigny.example/", NOW + DAY)
    kept = store.source_row(source)
    assert (kept["moved_from"], kept["moved_to"], kept["moved_at"][:10]) == (
        HOME, "https://www.trepigny.example/", "2026-03-02",
    )  # fmt: skip
    store.site_moved(source, None, None, NOW)
    assert store.source_row(source)["moved_to"] is None


# --------------------------------------------------------------------------- how a council is watched


def source(spider: str, state: str, *, yielded: bool = True, early: bool = True):
    return {"source_id": f"c/{spider}", "spider": spider, "state": state, "reason": state, "early": early,
            "yielded": yielded}  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "state"),
    [
        ([], "new"),
        ([source("site", "ok")], "ok"),
        ([source("site", "ok"), source("wordpress", "blind", yielded=False)], "ok"),
        ([source("site", "ok"), source("wordpress", "blind")], "blind"),
        ([source("site", "blind", yielded=False), source("wordpress", "ok")], "ok"),
        ([source("site", "quiet", yielded=False), source("oparl", "blind", yielded=False)], "blind"),
        ([source("site", "blind"), source("scdl", "ok", early=False)], "blind"),
        ([source("site", "ok"), source("scdl", "blind", early=False)], "ok"),
        ([source("scdl", "ok", early=False)], "blind"),
        ([source("site", "ok"), source("wordpress", "paused")], "ok"),
        ([source("site", "paused")], "paused"),
        ([source("site", "blocked"), source("wordpress", "quiet")], "blocked"),
    ],
)
def test_the_state_of_a_council_is_that_of_its_early_sources(sources, state):
    assert summed(sources)["state"] == state
