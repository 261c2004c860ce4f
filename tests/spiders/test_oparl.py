"""A council in Germany whose meetings are told by an OParl interface, as its specification has it. All is invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.models import Council, Entry
from spiders.api import Clue
from spiders.oparl import OparlSpider
from spiders.oparl_objects import is_of

TYPE = "https://schema.oparl.org/1.1/"


class Interface:
    """The interface of one council: System, bodies, lists by pages with ``modified_since``, objects, files."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.root = f"{site.url}oparl/v1.1/"
        self.bodies = [self.body(1, "Stadt Valmont")]
        self.meetings: list[dict[str, Any]] = []
        self.papers: list[dict[str, Any]] = []
        self.objects: dict[str, dict[str, Any]] = {}
        self.page_size = 2
        self.ignores_since = False
        site.page("/", "<h1>Stadt Valmont</h1><p>Willkommen.</p>")
        site.fallback = self.answer

    def body(self, number: int, name: str, **more: Any) -> dict[str, Any]:
        lists = {what: f"{self.root}body/{number}/{what}s" for what in ("meeting", "paper", "organization", "person")}
        return {"id": f"{self.root}body/{number}", "type": f"{TYPE}Body", "name": name, **lists, **more}

    def meeting(self, number: int, start: str, modified: str = "2026-02-20T09:00:00+01:00", **more: Any) -> str:
        value = {
            "id": f"{self.root}meeting/{number}", "type": f"{TYPE}Meeting", "name": f"{number}. Sitzung des Stadtrates",
            "start": start, "organization": [f"{self.root}organization/3"], "modified": modified, **more,
        }  # fmt: skip
        self.meetings.append(value)
        return str(value["id"])

    def file(self, name: str, text: str) -> dict[str, Any]:
        path = f"/files/{name}.pdf"
        self.site.pdf(path, [text])
        return {
            "id": f"{self.root}file/{name}", "type": f"{TYPE}File", "name": name, "fileName": f"{name}.pdf",
            "mimeType": "application/pdf", "accessUrl": self.site.url.rstrip("/") + path,
        }  # fmt: skip

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        what = parts.path.removeprefix("/oparl/v1.1/")
        value: Any
        if what == "system":
            value = {
                "id": f"{self.root}system",
                "type": f"{TYPE}System",
                "oparlVersion": TYPE,
                "body": f"{self.root}bodies",
            }
        elif what == "bodies":
            value = self.page(self.bodies, parts.path, query)
        elif what.endswith("/meetings"):
            value = self.page(self.meetings, parts.path, query)
        elif what.endswith("/papers"):
            value = self.page(self.papers, parts.path, query)
        else:
            held = {one["id"]: one for one in (*self.bodies, *self.meetings, *self.papers)} | self.objects
            value = held.get(self.root + what)
        return value and self.kit.Answer(json.dumps(value).encode(), "application/json")

    def page(self, values: list[dict[str, Any]], path: str, query: dict[str, str]) -> dict[str, Any]:
        since = query.get("modified_since") if not self.ignores_since else None
        wanted = [one for one in values if since is None or "modified" not in one or _at(one["modified"]) >= _at(since)]
        number, size = int(query.get("page", "1")), self.page_size
        last = max(1, -(-len(wanted) // size))
        kept = {**query, "page": str(number + 1)}
        following = (
            self.site.url.rstrip("/") + path + "?" + "&".join(f"{k}={v.replace('+', '%2B')}" for k, v in kept.items())
        )
        links = {"first": f"{self.root}{path}", "next": following} if number < last else {}
        pagination = {"totalElements": len(wanted), "elementsPerPage": size, "currentPage": number, "totalPages": last}
        return {"data": wanted[(number - 1) * size : number * size], "pagination": pagination, "links": links}


def _at(stated: str) -> datetime:
    return datetime.fromisoformat(stated)


@pytest.fixture
def interface(site: Any, kit: Any) -> Interface:
    return Interface(site, kit)


def crawl(crawls: Any, interface: Interface) -> dict[str, Any]:
    reports = crawls.all(interface.site, entries=[f"oparl {interface.root}system"])
    return next(report for report in reports if report["spider"] == "oparl")


def point(number: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"https://x.example/{number}", "type": f"{TYPE}AgendaItem", "number": number, "name": name, **more}


def test_meetings_ahead_become_sessions_and_their_files_documents(crawls: Any, interface: Interface):
    invitation = interface.file("einladung", "Einladung zur Sitzung des Stadtrates")
    draft = interface.file("vorlage-17", "Beschlussvorlage 17/2026")
    first = interface.meeting(
        12, "2026-03-17T18:00:00+01:00", invitation=invitation, location={"description": "Rathaus"},
        agendaItem=[
            point("1", "Eröffnung"),
            point("5", "Videoüberwachung am Bahnhof", public=True),
            point("9", "Grundstücke", public=False, auxiliaryFile=[interface.file("geheim", "Nicht öffentlich")]),
        ],
    )  # fmt: skip
    interface.meeting(13, "2026-04-21T16:00:00Z")
    interface.meeting(11, "2026-02-10T18:00:00+01:00", cancelled=True)
    interface.meeting(2, "2024-02-10T18:00:00+01:00", "2024-03-01T09:00:00+01:00")
    interface.papers.append(
        {"id": f"{interface.root}paper/17", "type": f"{TYPE}Paper", "name": "Videoüberwachung", "reference": "17/2026",
         "mainFile": draft, "consultation": [{"meeting": first}], "modified": "2026-02-25T09:00:00+01:00"}
    )  # fmt: skip
    interface.papers.append(
        {"id": f"{interface.root}paper/3", "type": f"{TYPE}Paper", "mainFile": interface.file("alt", "Alt"),
         "consultation": [{"meeting": f"{interface.root}meeting/2"}], "modified": "2026-02-25T09:00:00+01:00"}
    )  # fmt: skip
    report = crawl(crawls, interface)
    assert report["state"] == "ok", report
    assert crawls.documents() == {
        "/oparl/v1.1/meeting/11", "/oparl/v1.1/meeting/12", "/oparl/v1.1/meeting/13",
        "/files/einladung.pdf", "/files/vorlage-17.pdf",
    }  # fmt: skip
    sessions = crawls.query("SELECT body, date, starts_at, status, place FROM sessions ORDER BY date")
    assert sessions == [
        ("Stadtrat", "2026-02-10", "2026-02-10T18:00:00+01:00", "cancelled", None),
        ("Stadtrat", "2026-03-17", "2026-03-17T18:00:00+01:00", "scheduled", "Rathaus"),
        ("Stadtrat", "2026-04-21", "2026-04-21T18:00:00+02:00", "scheduled", None),
    ]
    assert crawls.query("SELECT number, title FROM items ORDER BY position") == [
        ("1", "Eröffnung"), ("5", "Videoüberwachung am Bahnhof"),
    ]  # fmt: skip
    held = dict(crawls.query("SELECT url, link_text || ' | ' || heading FROM documents WHERE url LIKE '%.pdf'"))
    assert set(held.values()) == {
        "einladung | 12. Sitzung des Stadtrates, 2026-03-17",
        "Vorlage: 17/2026 Videoüberwachung: vorlage-17 | 12. Sitzung des Stadtrates, 2026-03-17",
    }


def test_the_bytes_kept_are_those_that_were_served(crawls: Any, interface: Interface):
    interface.meeting(12, "2026-03-17T18:00:00+01:00", vendor=" seltsam ")
    crawl(crawls, interface)
    ((sha,),) = crawls.query("SELECT v.sha256 FROM versions v JOIN documents d ON d.id = v.document_id")
    kept = (crawls.home.root / "files" / sha[:2] / sha[2:]).read_bytes()
    assert kept == json.dumps(interface.meetings[0]).encode()


def test_a_second_crawl_asks_for_what_changed_alone(crawls: Any, interface: Interface):
    for number in range(20, 26):
        points = [point("1", f"Bebauungsplan {number}"), point("2", f"Kameras am Platz {number}")]
        interface.meeting(number, f"2026-05-{number}T18:00:00+02:00", agendaItem=points)
    assert crawl(crawls, interface)["documents_new"] == 6
    interface.site.forget()
    interface.meetings[3] |= {"start": "2026-05-28T18:00:00+02:00", "modified": "2026-03-02T20:00:00+01:00"}
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, interface)
    assert report["state"] == "ok", report
    assert [path for path in interface.site.asked if "/meeting/" in path] == ["/oparl/v1.1/meeting/23"]
    assert len(interface.site.asked) <= 9
    dates = crawls.query("SELECT date, status FROM sessions WHERE superseded_at IS NULL ORDER BY date")
    assert len(dates) == 6
    assert dates[-1] == ("2026-05-28", "moved")


def test_points_that_have_their_own_addresses_are_fetched_there(crawls: Any, interface: Interface):
    url = f"{interface.root}agendaitem/7"
    hidden = f"{interface.root}agendaitem/8"
    interface.objects[url] = point("7", "Videoüberwachung am Bahnhof", id=url)
    interface.objects[hidden] = point("8", "Vertrauliches", id=hidden, public=False)
    interface.meeting(12, "2026-03-17T18:00:00+01:00", agendaItem=[url, hidden])
    crawl(crawls, interface)
    assert crawls.query("SELECT count(*) FROM sessions") == [(1,)]
    assert crawls.query("SELECT number, title FROM items") == [("7", "Videoüberwachung am Bahnhof")]


def test_a_deleted_meeting_is_kept_as_it_was(crawls: Any, interface: Interface):
    interface.meeting(12, "2026-03-17T18:00:00+01:00", agendaItem=[point("5", "Videoüberwachung am Bahnhof")])
    crawl(crawls, interface)
    interface.meetings[0] = {key: interface.meetings[0][key] for key in ("id", "type")} | {
        "deleted": True, "modified": "2026-03-03T08:00:00+01:00",
    }  # fmt: skip
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, interface)
    assert any("deleted there, kept here" in line for line in report["log"])
    assert crawls.query("SELECT status FROM sessions") == [("scheduled",)]
    assert crawls.versions() == 1


def test_a_meeting_whose_start_is_no_date_costs_that_meeting_alone(crawls: Any, interface: Interface):
    interface.meeting(3, "200-10-03T18:00:00+02:00")
    interface.meeting(12, "2026-03-17T18:00:00+01:00")
    report = crawl(crawls, interface)
    assert (report["state"], report["documents_new"]) == ("ok", 1)
    assert any("its start is no date" in line for line in report["log"])


def test_loops_and_lists_elsewhere_are_not_followed(crawls: Any, interface: Interface, make_site: Any):
    other = make_site()
    interface.ignores_since = True
    interface.page_size = 1
    for number in range(1, 41):
        interface.meeting(number, "2026-05-20T18:00:00+02:00", name=f"Ausschuss {number}")
    plain = interface.page

    def looping(values: Any, path: str, query: dict[str, str]) -> dict[str, Any]:
        answer = plain(values, path, query)
        if path.endswith("papers"):
            answer["links"] = {"next": f"{other.url}oparl/v1.1/body/1/papers"}
        return answer

    interface.page = looping  # type: ignore[method-assign]
    report = crawl(crawls, interface)
    assert other.asked == []
    assert sum("/meetings" in path for path in interface.site.asked) == 25
    assert any("only 25 pages of the list of meetings" in line for line in report["log"])


def test_of_several_bodies_the_council_s_own(crawls: Any, interface: Interface):
    interface.bodies = [interface.body(7, "Gemeinde Oberau"), interface.body(1, "Stadt Valmont")]
    interface.meeting(12, "2026-03-17T18:00:00+01:00")
    crawl(crawls, interface)
    asked = " ".join(interface.site.asked)
    assert "/body/1/meetings" in asked
    assert "/body/7/" not in asked


def test_no_body_of_ours_is_told(crawls: Any, interface: Interface):
    interface.bodies = [interface.body(7, "Gemeinde Oberau"), interface.body(8, "Gemeinde Unterau")]
    report = crawl(crawls, interface)
    assert report["source_state"] == "blind"
    assert any("none of its bodies is Valmont" in line for line in report["log"])


def test_an_answer_that_is_none_is_an_error_of_the_source(crawls: Any, interface: Interface):
    interface.site.page("/oparl/v1.1/system", "<h1>Wartung</h1>")
    report = crawl(crawls, interface)
    assert (report["state"], report["source_state"]) == ("failed", "blind")
    assert any("not what oparl answers" in line for line in report["log"])


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://ris.valmont.example/oparl/v1.1/system", True),
        ("https://ris.valmont.example/oparl/v1/system/1", True),
        ("https://ris.valmont.example/webservice/oparl/v1.1/system", True),
        ("https://ris.valmont.example/oi/oparl/1.0/system.asp", True),
        ("https://ris.valmont.example/oparl/bodies/0001", True),
        ("https://ris.valmont.example/public/oparl/system?format=json", True),
        ("https://ris.valmont.example/oparl/1.1/", True),
        ("https://ris.valmont.example/oparl/bodies/0001/papers", False),
        ("https://valmont.example/politik/oparl-schnittstelle/", False),
        ("https://valmont.example/oparl/", False),
        ("https://dev.oparl.org/oparl/v1.1/system", False),
        ("https://github.com/OParl/spec/oparl/v1/system", False),
    ],
)
def test_recognised_by_links_to_the_interface(url: str, found: bool):
    entries = list(OparlSpider.recognise(Clue("https://valmont.example/", "<a>", links=(url,))))
    assert entries == (
        [Entry("oparl", url, "a link to the council's OParl interface", "https://valmont.example/")] if found else []
    )


def test_recognised_by_its_own_answer_and_by_a_relation():
    text = json.dumps({"id": "https://x.example/api", "type": "https:\\/\\/schema.oparl.org\\/1.0\\/System"}).replace(
        "\\\\", "\\"
    )
    for html in (text, '{"type": "https://schema.oparl.org/1.1/Body", "name": "x"}'):
        assert [entry.url for entry in OparlSpider.recognise(Clue("https://x.example/api", html))] == [
            "https://x.example/api"
        ]
    related = Clue("https://x.example/", "", relations=(("oparl", "https://x.example/daten/"),))
    assert [entry.url for entry in OparlSpider.recognise(related)] == ["https://x.example/daten/"]
    assert not list(OparlSpider.recognise(Clue("https://x.example/", '{"type": "https://schema.oparl.org/1.1/Paper"}')))


def test_a_body_is_the_council_s_by_web_site_or_name():
    council = Council("c", "Valmont", "commune", website="https://www.valmont.example/")
    assert is_of({"name": "Samtgemeinde", "website": "http://valmont.example/start"}, council)
    assert is_of({"name": "Stadt Valmont, kreisfreie Stadt"}, council)
    assert not is_of({"name": "Valmontshausen", "website": "https://valmontshausen.example"}, council)


def test_it_announces():
    assert OparlSpider.early
    assert datetime(2026, 3, 2, tzinfo=UTC).tzinfo is UTC


def test_found_on_the_council_s_site_and_read_in_the_same_crawl(crawls: Any, interface: Interface):
    interface.meeting(12, "2026-03-17T18:00:00+01:00", agendaItem=[point("5", "Videoüberwachung am Bahnhof")])
    interface.site.page(
        "/", f"<h1>Stadt Valmont</h1><a href='/rat/'>Politik</a> <a href='{interface.root}system'>Offene Daten</a>"
    )
    reports = crawls.all(interface.site)
    assert [report["spider"] for report in reports] == ["site", "oparl"]
    assert crawls.query("SELECT date, status FROM sessions") == [("2026-03-17", "scheduled")]
    assert crawls.query("SELECT spider, why FROM entries") == [("oparl", "a link to the council's OParl interface")]
    assert crawls.query("SELECT count(*) > 0 FROM flags") == [(1,)]


def test_the_interface_itself_as_web_site(crawls: Any, interface: Interface):
    interface.meeting(12, "2026-03-17T18:00:00+01:00")
    reports = crawls.all(f"{interface.root}system")
    assert "oparl" in [report["spider"] for report in reports]
    assert crawls.query("SELECT date, status FROM sessions") == [("2026-03-17", "scheduled")]
