"""A council in the United States whose calendar is kept by Legistar, as its help page describes it. All is invented."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from scrapy.http import Request, Response

from crawler.models import Council, CrawlPlan, Entry
from spiders.api import Clue
from spiders.legistar import LegistarSpider, bare

OWN_NAME = "https://laws.c.example/Calendar.aspx"


class Calendar:
    """The interface of one client: events by an OData filter, one event whole, its items alone."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.root = f"{site.url}v1/portamery"
        self.events: list[dict[str, Any]] = []
        self.items: dict[int, list[dict[str, Any]]] = {}
        self.expands = True  # whether an event answers with its items
        self.knows_one = True  # whether one event has an address at all
        site.page("/", "<h1>City of Valmont</h1>")
        site.fallback = self.answer

    def event(self, number: int, day: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        value = {
            "EventId": number, "EventBodyName": "City Council", "EventDate": f"{day}T00:00:00", "EventTime": "6:30 PM",
            "EventAgendaStatusName": "Final", "EventLocation": "Council Chambers", "EventComment": None,
            "EventAgendaFile": None, "EventMinutesFile": None, "EventLastModifiedUtc": "2026-02-20T04:16:05.3",
            "EventAgendaLastPublishedUTC": "2026-02-20T00:59:23.113", "EventItems": [], **more,
        }  # fmt: skip
        self.events.append(value)
        self.items[number] = list(items)
        return value

    def pdf(self, name: str) -> str:
        self.site.pdf(f"/files/{name}", [name])
        return f"{self.site.url}files/{name}"

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        one = re.fullmatch(r"/v1/portamery/Events/(\d+)(/EventItems)?", parts.path)
        if parts.path == "/v1/portamery/Events":
            since = re.fullmatch(r"EventDate ge datetime'(\d{4}-\d\d-\d\d)'", query["$filter"])
            assert since, query
            wanted = sorted((e for e in self.events if e["EventDate"] >= since[1]), key=lambda e: e[query["$orderby"]])
            skip = int(query["$skip"])
            return self.json(wanted[skip : skip + int(query["$top"])])
        if one and one[2]:
            assert query["Attachments"] == query["AgendaNote"] == query["MinutesNote"] == "1"
            return self.json(self.items[int(one[1])])
        if one and self.knows_one:
            event = next(e for e in self.events if e["EventId"] == int(one[1]))
            return self.json({**event, "EventItems": self.items[int(one[1])]} if self.expands else event)
        return None

    def json(self, value: Any) -> Any:
        return self.kit.Answer(json.dumps(value).encode(), "application/json; charset=utf-8", validators=False)


def item(order: int, number: str | None, title: str, *attachments: str, **more: Any) -> dict[str, Any]:
    held = [{"MatterAttachmentName": url.rsplit("/", 1)[-1], "MatterAttachmentHyperlink": url} for url in attachments]
    return {
        "EventItemId": 100 + order, "EventItemAgendaSequence": order, "EventItemAgendaNumber": number,
        "EventItemTitle": title, "EventItemMatterId": order, "EventItemMatterAttachments": held, **more,
    }  # fmt: skip


@pytest.fixture
def calendar(site: Any, kit: Any) -> Calendar:
    return Calendar(site, kit)


def crawl(crawls: Any, calendar: Calendar) -> dict[str, Any]:
    reports = crawls.all(calendar.site, entries=[f"legistar {calendar.root}/Events"], timezone="America/Los_Angeles")
    return next(report for report in reports if report["spider"] == "legistar")


def paths(crawls: Any) -> set[str]:
    return {path.partition("?")[0] for path in crawls.documents()}


def test_events_ahead_become_sessions_in_local_time(crawls: Any, calendar: Calendar):
    calendar.event(
        896, "2026-03-10",
        item(1, "4.1", "Contract for body-worn cameras", calendar.pdf("contract.pdf")),
        item(2, "4.2", "Harbor fees"),
        EventAgendaFile=calendar.pdf("896_A.pdf"),
    )  # fmt: skip
    calendar.event(897, "2026-02-10", item(3, "5", "Drones", EventItemPassedFlagName="Pass", EventItemTally="6-1"))
    calendar.event(898, "2026-03-24", EventAgendaStatusName="Cancelled")
    calendar.event(12, "2019-03-10", item(4, "1", "Long ago"))
    report = crawl(crawls, calendar)
    assert report["state"] == "ok", report
    assert paths(crawls) == {
        "/v1/portamery/Events/896", "/v1/portamery/Events/897", "/v1/portamery/Events/898",
        "/files/contract.pdf", "/files/896_A.pdf",
    }  # fmt: skip
    assert crawls.query("SELECT body, date, starts_at, status FROM sessions ORDER BY date") == [
        ("City Council", "2026-02-10", "2026-02-10T18:30:00-08:00", "held"),
        ("City Council", "2026-03-10", "2026-03-10T18:30:00-07:00", "scheduled"),
        ("City Council", "2026-03-24", "2026-03-24T18:30:00-07:00", "cancelled"),
    ]
    assert crawls.query('SELECT number, title, result, "for", against FROM items ORDER BY number') == [
        ("4.1", "Contract for body-worn cameras", None, None, None),
        ("4.2", "Harbor fees", None, None, None),
        ("5", "Drones", "adopted", 6, 1),
    ]
    assert crawls.query("SELECT link_text, heading FROM documents WHERE url LIKE '%contract.pdf'") == [
        ("4.1 contract.pdf", "City Council, 2026-03-10 18:30")
    ]


@pytest.mark.parametrize("knows_one", [True, False])
def test_items_are_asked_for_alone_where_the_event_leaves_them_out(crawls: Any, calendar: Calendar, knows_one: bool):
    calendar.expands, calendar.knows_one = False, knows_one
    calendar.event(896, "2026-03-10", item(1, "4.1", "Contract for body-worn cameras", calendar.pdf("contract.pdf")))
    report = crawl(crawls, calendar)
    assert report["state"] == "ok", report
    assert "/v1/portamery/Events/896/EventItems" in paths(crawls)
    assert "/files/contract.pdf" in paths(crawls)
    assert crawls.query("SELECT body, date, starts_at FROM sessions") == [
        ("City Council", "2026-03-10", "2026-03-10T18:30:00-07:00")
    ]
    assert crawls.query("SELECT number, title FROM items") == [("4.1", "Contract for body-worn cameras")]


def test_a_second_crawl_asks_for_what_is_near_or_changed(crawls: Any, calendar: Calendar):
    for number in range(10):
        calendar.event(900 + number, f"2026-0{3 + number // 2}-{10 + number}", item(1, "1", f"Matter {number}"))
    crawl(crawls, calendar)
    calendar.site.forget()
    calendar.events[8] |= {"EventLastModifiedUtc": "2026-03-02T23:00:00"}
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, calendar)
    assert report["state"] == "ok", report
    asked = {path.partition("?")[0] for path in calendar.site.asked if "/Events/" in path}
    assert asked == {"/v1/portamery/Events/900", "/v1/portamery/Events/901", "/v1/portamery/Events/908"}


def test_pages_of_events_are_read_to_their_end(crawls: Any, calendar: Calendar):
    for number in range(203):
        day = f"2026-{3 + number % 9:02}-{1 + number % 28:02}"
        calendar.event(2000 + number, day, EventBodyName=f"Body {number}")
    crawls.max_pages = 30
    crawl(crawls, calendar)
    lists = [unquote(path) for path in calendar.site.asked if "$filter" in unquote(path)]
    assert [path.rpartition("=")[2] for path in lists] == ["0", "200"]


def test_an_error_of_the_interface_is_one_of_the_source(crawls: Any, calendar: Calendar):
    calendar.site.fallback = lambda path: calendar.kit.Answer(
        b'{"Message": "Token required"}', "application/json", status=403
    )
    report = crawl(crawls, calendar)
    assert (report["state"], report["source_state"]) == ("failed", "blocked")


@pytest.mark.parametrize(
    ("clue", "url"),
    [
        (Clue("https://c.example/", links=("https://valmont.legistar.com/Calendar.aspx",)), "valmont"),
        (Clue("https://valmont.legistar.com/Calendar.aspx"), "valmont"),
        (Clue("https://c.example/", links=("https://webapi.legistar.com/v1/valmont/Matters?x=1",)), "valmont"),
        (Clue(OWN_NAME, html='<a href="https://legistar1.granicus.com/valmont/x.pdf">'), "valmont"),
        (Clue(OWN_NAME, html='<img src="https://valmont.legistar.com/a.png">'), "valmont"),
    ],
)  # fmt: skip
def test_recognised_by_site_interface_or_calendar(clue: Clue, url: str):
    assert {entry.url for entry in LegistarSpider.recognise(clue)} == {f"https://webapi.legistar.com/v1/{url}/Events"}


@pytest.mark.parametrize(
    "clue",
    [
        Clue("https://c.example/Calendar.aspx", html="<h1>Calendar</h1>"),
        Clue("https://c.example/", links=("https://www.legistar.com/", "https://support.legistar.com/x")),
        Clue("https://c.example/", links=("https://webapi.legistar.com/Help",)),
        Clue("https://c.example/", links=("https://c.example/events", "https://c.example/v1/x/eventful")),
    ],
)
def test_other_sites_are_not_taken_for_it(clue: Clue):
    assert not list(LegistarSpider.recognise(clue))


def spider(url: str) -> LegistarSpider:
    plan = CrawlPlan(
        Council("c", "Valmont", "commune", timezone="America/Los_Angeles"), 1, datetime(2026, 3, 2, tzinfo=UTC),
        entries=(Entry("legistar", url),),
    )  # fmt: skip
    made = LegistarSpider(plan=plan)
    made.begun, made.known = set(), {}
    return made


def test_the_token_is_sent_to_the_interface_alone_and_never_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOCSIN_LEGISTAR_TOKEN", "s3cr=t&x")
    url = "https://webapi.legistar.com/v1/valmont/Events"
    made = spider(url)
    (request,) = made.begin(Entry("legistar", url))
    assert request.url.endswith("&token=s3cr%3Dt%26x")
    assert "token" not in str(request.meta)
    body = json.dumps([{"EventId": "wrong"}, 3]).encode()
    seen = list(made.parse(Response(request.url, body=body, request=request)))
    assert "s3cr" not in f"{seen}{made.observed}"
    (elsewhere,) = made.begin(Entry("legistar", "https://other.example/v1/valmont/Events"))
    assert "token" not in elsewhere.url


def test_an_event_is_kept_without_the_token(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOCSIN_LEGISTAR_TOKEN", "s3cret")
    made = spider("https://webapi.legistar.com/v1/valmont/Events")
    request = made.ask(
        "https://webapi.legistar.com/v1/valmont/Events/5?EventItems=1", made.read_event, root="r", home="h", named="n"
    )
    answer = Response(request.url, body=b'{"EventId": 5, "EventItems": [{"EventItemId": 1}]}', request=request)
    kept = [thing for thing in made.parse(answer) if not isinstance(thing, Request)]
    assert [thing.url for thing in kept] == ["https://webapi.legistar.com/v1/valmont/Events/5?EventItems=1"]
    assert "s3cret" not in repr(kept)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://x.example/a?token=1", "https://x.example/a"),
        ("https://x.example/a?b=2&token=1", "https://x.example/a?b=2"),
        ("https://x.example/a?token=1&b=2", "https://x.example/a?b=2"),
        ("https://x.example/a?b=2", "https://x.example/a?b=2"),
    ],
)
def test_bare(url: str, clean: str):
    assert bare(url) == clean


def test_found_on_the_council_s_site_and_read_in_the_same_crawl(crawls: Any, calendar: Calendar):
    calendar.event(896, "2026-03-10", item(1, "4.1", "Automated license plate readers"))
    calendar.site.page("/", f"<h1>City of Valmont</h1><a href='{calendar.root}/Events'>Meetings as data</a>")
    reports = crawls.all(calendar.site, timezone="America/Los_Angeles")
    assert [report["spider"] for report in reports] == ["site", "legistar"]
    assert crawls.query("SELECT date, status FROM sessions WHERE superseded_at IS NULL") == [
        ("2026-03-10", "scheduled")
    ]
    assert crawls.query("SELECT count(*) > 0 FROM flags") == [(1,)]
