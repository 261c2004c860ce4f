"""``sources show`` and ``sources check``: the stored plan of a council, over all its sources."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.concerns import concerns
from crawler.config import Config, Operator
from crawler.models import Council, CrawlReport, Entry, PageSeen
from crawler.sources import Memory, remember
from db.home import Home
from db.store.archive import Store

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SITE, API = "http://127.0.10.1:8800/", "http://127.0.10.1:8800/wp-json/"
TOWN = Council("ville-exemple", "Ville Exemple", "commune", website=SITE)
WATCHED = Config(operator=Operator("https://example.org/"), councils=(TOWN,))


@pytest.fixture
def watched(made: Home) -> Home:
    """A home with a council whose site and WordPress were crawled."""
    block = f'\n[[council]]\nid = "{TOWN.id}"\nname = "{TOWN.name}"\nwebsite = "{SITE}"\n'
    made.config.write_text(made.config.read_text() + block)
    with Store(made) as store:
        store.put_council(TOWN)
        store.put_entries(TOWN.id, [Entry("wordpress", API, "the page names its REST interface", SITE)], AT)
        pages = [PageSeen(SITE, 200, AT), PageSeen(SITE + "seances", 200, AT, documents=5)]
        crawl(store, "site", pages, documents_listed=5)
        crawl(store, "wordpress", documents_listed=2)
        store.fared(TOWN.id, "wordpress", {API: None}, {API}, AT)
    return made


def crawl(store: Store, spider: str, pages: list[PageSeen] = [], early: bool = True, **report: Any) -> None:  # noqa: B006
    source = store.put_source(TOWN.id, spider, early=early)
    crawl_id = store.begin_crawl(source, AT)
    for page in pages:
        store.record_page(TOWN.id, crawl_id, page)
    done = CrawlReport(TOWN.id, crawl_id, AT, AT + timedelta(minutes=1), "ok", "ok", requests=7, spider=spider)
    store.finish_crawl(replace(done, **report))


def told(home: Home, today: date = date(2026, 3, 3), config: Config = WATCHED, **more: Any) -> list[str]:
    return concerns(remember(home, config.councils[0]), config, today, **more)


def test_the_plan_names_pages_and_platforms_with_their_reasons(tocsin: Any, watched: Home) -> None:
    text = tocsin("sources", "show", TOWN.id).out
    plan = json.loads(tocsin("sources", "show", TOWN.id, "--json").out)["plan"]
    assert [(row["spider"], row["url"], row["why"]) for row in plan] == [
        ("site", SITE + "seances", "lists 5 documents"),
        ("site", SITE, "home page"),
        ("wordpress", API, f"the page names its REST interface ({SITE})"),
    ]
    assert [row["last_productive_at"] and row["last_productive_at"][:10] for row in plan] == [
        "2026-03-02", None, "2026-03-02",
    ]  # fmt: skip
    for words in ("wordpress: ok", "in all: ok", "the plan", "wp-json"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_check_is_a_few_lines(tocsin: Any, watched: Home) -> None:
    result = tocsin("sources", "check", TOWN.id)
    assert (result.code, "nothing looks wrong" in result.out) == (0, True)
    assert f"wordpress {API}" in result.out and "site, 2026-03-02 08:00Z: 7 requests, 5 documents listed" in result.out
    assert len(result.out.splitlines()) < 25 and max(map(len, result.out.splitlines())) <= 100


def test_a_platform_that_fails_is_a_problem_with_its_name(tocsin: Any, watched: Home) -> None:
    with Store(watched) as store:
        crawl(store, "wordpress", state="failed", source_state="blind", reason="it answered 503")
        store.fared(TOWN.id, "wordpress", {API: "503"}, set(), AT)
    result = tocsin("sources", "check", TOWN.id)
    assert result.code == 1 and f"{TOWN.id}/wordpress: blind since" in result.out
    assert any("failed in the last crawl, since 2026-03-02: 503" in line for line in told(watched))
    status = json.loads(tocsin("status", "--json", "--now", "2026-03-02T10:00:00+00:00").out)
    assert status["problems"] == [f"{TOWN.id}/wordpress is blind since 2026-03-02 08:01Z: it answered 503"]
    assert status["councils"][TOWN.id]["state"] == "blind"
    assert f"{TOWN.id}/wordpress" in "".join(tocsin("sources").out.split())


def test_what_is_asked_no_more_stands_in_brackets(tocsin: Any, watched: Home) -> None:
    with Store(watched) as store:
        store.put_entries(TOWN.id, [Entry("oparl", SITE + "oparl", "a link")], AT)
        for day in range(5):
            store.fared(TOWN.id, "oparl", {SITE + "oparl": "404"}, set(), AT + timedelta(days=day))
    assert "(oparl)" in tocsin("sources", "show", TOWN.id).out
    assert "oparl" not in tocsin("sources", "check", TOWN.id).out.split("looks wrong")[0]
    assert any("oparl failed in 5 crawls in a row" in line and "not asked any more" in line for line in told(watched))


def test_a_move_is_told_and_the_operator_has_the_last_word(tocsin: Any, watched: Home) -> None:
    with Store(watched) as store:
        store.site_moved(f"{TOWN.id}/site", SITE, "http://127.0.10.2:8800/", AT)
    assert "moved on 2026-03-02 to http://127.0.10.2:8800/" in tocsin("sources", "show", TOWN.id).out
    assert any("the site moved on 2026-03-02" in line for line in told(watched))
    assert remember(watched, TOWN).starts == ("http://127.0.10.2:8800/",)
    elsewhere = replace(TOWN, website="http://127.0.10.3:8800/")
    assert remember(watched, elsewhere).starts == (elsewhere.website,)
    assert not any("moved" in line for line in told(watched, config=replace(WATCHED, councils=(elsewhere,))))


def with_rows(home: Home, **rows: Any) -> Memory:
    return replace(remember(home, TOWN), **rows)


@pytest.mark.parametrize(("day", "stale"), [("2025-03-01", True), ("2025-03-10", False), ("2026-03-26", False)])
def test_no_paper_of_a_session_for_a_year(watched: Home, day: str, stale: bool) -> None:
    memory = with_rows(watched, newest=({"found_on": SITE + "seances", "date": day},))
    lines = concerns(memory, WATCHED, date(2026, 3, 3))
    assert [day in line and SITE + "seances" in line for line in lines] == ([True] if stale else [])


def test_pages_that_need_a_script_are_named(watched: Home) -> None:
    with Store(watched) as store:
        crawl(store, "site", documents_listed=5, log=("needs JavaScript: " + SITE + "a", "needs JavaScript: " + SITE))
    (line,) = told(watched)
    assert line.startswith(f"needs JavaScript: {SITE}a and 1 more page")


def test_robots_and_an_unsure_registry(watched: Home) -> None:
    with Store(watched) as store:
        crawl(store, "site", documents_listed=5, robots_denied=3)
    lines = told(watched, confidence="low")
    assert any("registry is not sure" in line for line in lines) and any(
        "refused 3 addresses" in line for line in lines
    )
    assert not any("registry" in line for line in told(watched, confidence="high"))


def test_an_entry_that_the_site_shows_no_more(watched: Home) -> None:
    with Store(watched) as store:
        later = AT + timedelta(days=100)
        source = store.put_source(TOWN.id)
        crawl_id = store.begin_crawl(source, later)
        store.finish_crawl(CrawlReport(TOWN.id, crawl_id, later, later, "ok", "ok", documents_listed=5))
    assert any("shows this wordpress no more since 2026-03-02" in line for line in told(watched, date(2026, 6, 10)))


def test_what_is_published_after_the_vote_watches_nobody(made: Home) -> None:
    with Store(made) as store:
        store.put_council(TOWN)
        crawl(store, "site", source_state="blind", state="failed")
        crawl(store, "scdl", early=False, documents_listed=40)
    memory = remember(made, TOWN)
    assert memory.state["state"] == "blind"
    assert any("after the vote" in line for line in concerns(memory, WATCHED, date(2026, 3, 3)))
