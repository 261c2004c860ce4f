"""``status`` and ``sources``: silence is never success."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from filelock import FileLock

from crawler.config import load_config
from crawler.models import CrawlReport, Fetched, PageSeen, Reading
from db.home import Home
from db.store.archive import Store

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOW = ("--now", "2026-03-02T10:00:00+00:00")
HOME_PAGE = "http://127.0.10.1:8800/"
Crawled = Callable[..., None]


@pytest.fixture
def crawled(tocsin: Any, made: Home) -> Crawled:
    """Record a crawl of the one council as a crawl would."""
    text = f'\n[[council]]\nid = "ville-exemple"\nname = "Ville Exemple"\nwebsite = "{HOME_PAGE}"\n'
    made.config.write_text(made.config.read_text() + text)
    council = load_config(made.config).councils[0]

    def call(pages: list[PageSeen] = [], broken: bool = False, at: datetime = AT, **report: Any) -> None:  # noqa: B006
        with Store(made) as store:
            store.put_council(council)
            source = store.put_source(council.id)
            crawl_id = store.begin_crawl(source, at)
            for page in pages:
                store.record_page(council.id, crawl_id, page)
            if broken:
                fetched = Fetched(HOME_PAGE + "broken.pdf", b"%PDF-", 200, at)
                reading = Reading("application/pdf", "failed", reason="not a PDF after all")
                store.record_document(council.id, fetched, reading, crawl_id=crawl_id, now=at)
            done = CrawlReport(council.id, crawl_id, at, at + timedelta(minutes=1), "ok", "ok", requests=7)
            store.finish_crawl(replace(done, **report))

    return call


def status(tocsin: Any, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = tocsin("status", "--json", *(arguments or NOW))
    return result.code, json.loads(result.out)


def test_a_crawl_that_went_well(tocsin: Any, crawled: Crawled) -> None:
    crawled(documents_listed=4, documents_new=3, versions_new=5)
    code, picture = status(tocsin)
    assert (code, picture["ok"], picture["problems"]) == (0, True, [])
    text = tocsin("status", *NOW).out
    assert max(map(len, text.splitlines())) <= 100
    text = " ".join(text.split())
    for word in (
        "ville-exemple",
        "ok",
        "2026-03-02 08:01Z",
        "7 requests",
        "4 listed",
        "3 new",
        "2 changed",
        "not running",
    ):
        assert word in text


@pytest.mark.parametrize("state", ["blind", "blocked", "disallowed"])
def test_a_blind_source_is_exit_1_with_its_reason(tocsin: Any, crawled: Crawled, state: str) -> None:
    crawled(state="failed", source_state=state, reason="nothing where 12 documents used to be")
    code, picture = status(tocsin)
    assert code == 1
    assert picture["problems"] == [
        f"ville-exemple is {state} since 2026-03-02 08:01Z: nothing where 12 documents used to be"
    ]
    assert "nothing where 12 documents" in tocsin("status", *NOW).out


def test_a_failed_crawl_is_exit_1_though_the_source_is_not_blind(tocsin: Any, crawled: Crawled) -> None:
    crawled(state="failed", reason="a pipeline raised", item_errors=1)
    code, picture = status(tocsin)
    assert (code, picture["problems"]) == (1, ["ville-exemple: the last crawl failed: a pipeline raised"])
    assert "1 failed" in " ".join(tocsin("status", *NOW).out.split())


def test_an_unreadable_document_rings_until_the_next_crawl_and_stays_listed(tocsin: Any, crawled: Crawled) -> None:
    crawled(broken=True)
    code, picture = status(tocsin)
    assert (code, picture["problems"]) == (1, ["ville-exemple: 1 document could not be read"])
    crawled(at=AT + timedelta(hours=1))
    code, picture = status(tocsin)
    assert (code, picture["unread"][0]["reason"]) == (0, "not a PDF after all")
    assert "broken.pdf: not a PDF after all" in tocsin("status", *NOW).out


def test_a_killed_crawl_and_one_that_nobody_repeats(tocsin: Any, crawled: Crawled, made: Home) -> None:
    crawled()
    assert status(tocsin, "--now", "2026-03-03T10:00:00+00:00")[0] == 0
    code, picture = status(tocsin, "--now", "2026-03-09T10:00:00+00:00")
    assert code == 1
    assert "nobody has looked since 2026-03-02 08:01Z" in picture["problems"][0]
    with Store(made) as store:
        store.begin_crawl("ville-exemple/site", AT + timedelta(hours=1))
    assert status(tocsin)[1]["problems"] == ["ville-exemple: the last crawl was interrupted"]


def test_what_is_no_longer_watched_rings_no_more(tocsin: Any, crawled: Crawled, made: Home) -> None:
    crawled(state="failed", source_state="blind", reason="gone")
    made.config.write_text("")
    code, picture = status(tocsin)
    assert (code, picture["sources"][0]["watched"]) == (0, False)
    assert "(not watched)" in tocsin("sources").out


def test_the_daemon_is_seen_by_its_lock(tocsin: Any, made: Home) -> None:
    assert status(tocsin)[1]["watch_running"] is False
    assert not made.lock.exists()
    with FileLock(made.lock):
        assert status(tocsin)[1]["watch_running"] is True
    assert status(tocsin)[1]["watch_running"] is False


def test_configured_councils_are_listed_before_their_first_crawl(tocsin: Any, made: Home) -> None:
    assert "tocsin add" in tocsin("sources").out
    made.config.write_text('[[council]]\nid = "commune-29003"\n')
    (row,) = json.loads(tocsin("sources", "list", "--json").out)
    assert (row["council_id"], row["state"], row["watched"]) == ("commune-29003", "new", True)
    assert tocsin("sources").out == tocsin("sources", "list").out
    assert "never crawled" in tocsin("status", *NOW).out


def pages(error: str | None) -> list[PageSeen]:
    seen = PageSeen(HOME_PAGE + "seances", 200, AT, documents=5)
    return [seen, PageSeen(HOME_PAGE, 503 if error else 200, AT, error=error)]


def test_sources_show_and_check_tell_what_is_remembered(tocsin: Any, crawled: Crawled) -> None:
    crawled(pages(None), documents_listed=5, log=("robots.txt read",))
    shown = tocsin("sources", "show", "ville-exemple")
    assert shown.code == 0
    for word in (HOME_PAGE + "seances", "2026-03-02 08:00Z", "robots.txt read"):
        assert word in shown.out
    checked = tocsin("sources", "check", "ville-exemple")
    assert checked.code == 0
    assert checked.out.index("seances\n      lists 5 documents") < checked.out.index("\n      home page")
    assert "nothing looks wrong" in checked.out


def test_sources_check_says_what_looks_wrong(tocsin: Any, crawled: Crawled) -> None:
    crawled(pages("503"))
    crawled(
        [PageSeen(HOME_PAGE + "seances", 200, AT, documents=0)], state="failed", source_state="blind", reason="gone"
    )
    result = tocsin("sources", "check", "ville-exemple")
    assert result.code == 1
    for word in ("blind since", "in error: http://127.0.10.1:8800/ (503)", "no longer: http://127.0.10.1:8800/seances"):
        assert word in result.out
    concerns = json.loads(tocsin("sources", "check", "ville-exemple", "--json").out)["concerns"]
    assert len(concerns) == 3


def test_sources_check_of_what_was_never_watched(tocsin: Any, made: Home) -> None:
    result = tocsin("sources", "check", "commune-29003")
    assert result.code == 0
    for word in ("not watched", "never crawled", "no contact"):
        assert word in result.out
    assert tocsin("sources", "check", "nowhere").code == 2


def test_a_killed_crawl_is_not_shown_as_running_until_its_lease_ends(tocsin: Any, crawled: Crawled, made: Home) -> None:
    crawled()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Store(made) as store:
        store.begin_crawl("ville-exemple/site", AT + timedelta(hours=1))
        store.lease("ville-exemple/site", f"{os.getpid()}-ab", AT, AT + timedelta(hours=5))
        assert status(tocsin)[0] == 0
        store.release("ville-exemple/site", f"{os.getpid()}-ab")
        store.lease("ville-exemple/site", f"{gone.pid}-ab", AT, AT + timedelta(hours=5))
    code, picture = status(tocsin)
    assert (code, picture["problems"]) == (1, ["ville-exemple: the last crawl was interrupted"])
    assert picture["crawls"] == {"running": 0, "interrupted": 1}


def test_messages_that_no_server_takes_ring_until_a_week_after_the_vote(tocsin: Any, world: Home) -> None:
    """Also where another address of the same subscription got the alert, which counts as sent then."""
    text = world.config.read_text().replace('"mailto:veille@example.org"', '"mailto:veille@example.org", "feed"')
    world.config.write_text(text.replace("[alerts]\n", '[alerts]\nsmtp = "smtp://127.0.0.1:9"\n', 1))
    assert tocsin("alerts", "send", *NOW).code == 1
    code, picture = status(tocsin)
    assert code == 1
    (problem,) = picture["problems"]
    assert problem.startswith("2 messages not accepted yet: mail server 127.0.0.1:9")
    assert problem in tocsin("status", *NOW).out
    assert tocsin("alerts", "send", "--now", "2026-03-27T10:00").code == 1
    problems = status(tocsin, "--now", "2026-03-28T10:00")[1]["problems"]
    assert any(each.startswith("1 message given up, the vote is past: mail server") for each in problems)
    problems = status(tocsin, "--now", "2026-04-05T10:00")[1]["problems"]
    assert not any("given up" in each for each in problems)
