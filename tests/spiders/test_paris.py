"""Debates in a search of the Lutece framework, as that of Paris shows them. All texts are invented."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from crawler.models import Council
from spiders.api import Clue
from spiders.paris import ParisSpider

PORTAL = "/a06/jsp/site/Portal.jsp"
DOWNLOAD = "/a06/jsp/site/plugins/solr/modules/ods/DoDownload.jsp"
WHERE = "PAR ANNÉE"


class Search:
    """Facets, lists of documents by pages, the documents under whatever query found them, attachments."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.documents: dict[int, tuple[str, str, str, str]] = {}  # session, kind, title, text
        self.attached: dict[int, int] = {}
        self.most, self.shows_facets, self.latin = 3, True, False
        site.page("/", "<h1>Mairie</h1>")
        site.fallback = self.answer

    def add(self, number: int, session: str, title: str, kind: str = "Débat", attached: int | None = None) -> None:
        text = f"M. LE MAIRE. - Nous passons à l'examen du vœu sur la délibération {number}. " * 12
        self.documents[number] = (session, kind, title, text)
        if attached:
            self.attached[number] = attached

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path == DOWNLOAD:
            return self.kit.Answer(self.kit.make_pdf([f"Pièce {query['id_document'][0]}"]), "application/pdf")
        if parts.path != PORTAL:
            return None
        if query["page"] == ["ods-solr.display_document"]:
            number = int(query["id_document"][0])
            return self.html(self.document(number), cut=True) if number in self.documents else None
        return self.html(self.list(query)) if query["page"] == ["ods-solr"] else None

    def html(self, body: str, *, cut: bool = False) -> Any:
        declared = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
        head = f"<html><head>{declared}<title>Débats</title></head>"
        page = f"{head}<body>{body}</body></html>"
        # bodies come out of an older store: Latin-1 under the name of UTF-8, without œ and curly quotes
        data = page.encode("latin-1", "replace") if self.latin and cut else page.encode()
        return self.kit.Answer(data, "text/html;charset=UTF-8", validators=False)

    def list(self, query: dict[str, list[str]]) -> str:
        named = [value.removeprefix("seance_string:") for value in query.get("fq", []) if value.startswith("seance_")]
        found = [n for n, one in sorted(self.documents.items()) if not named or one[0] == named[0]]
        page = int(query.get("page_index", ["1"])[0])
        shown = found[(page - 1) * self.most : page * self.most]
        rows = "".join(
            f'<li><a href="Portal.jsp?page=ods-solr.display_document&amp;id_document={n}&amp;items_per_page=20'
            f'&amp;sort_name=&amp;query=&amp;fq=seance_string%3A{self.documents[n][0]}">{self.documents[n][2]}</a></li>'
            for n in shown
        )
        sessions = sorted({one[0] for one in self.documents.values()})
        facets = "".join(
            f'<a href="Portal.jsp?page=ods-solr&amp;query=&amp;fq=seance_string%3A{s.replace(" ", "%20")}">{s}</a>'
            for s in sessions
        )
        onward = [("page", "ods-solr"), *[("fq", v) for v in query.get("fq", [])], ("page_index", str(page + 1))]
        more = f'<a href="Portal.jsp?{urlencode(onward)}">Suivant</a>' if page * self.most < len(found) else ""
        top = f"<form action='Portal.jsp?page=ods-solr'></form>{WHERE}"
        return f"{top}<ul>{facets if self.shows_facets else ''}</ul>{rows}{more}"

    def document(self, number: int) -> str:
        session, kind, title, text = self.documents[number]
        other = self.attached.get(number)
        link = (
            f'<a href="plugins/solr/modules/ods/DoDownload.jsp?id_document={other}&amp;x=1">Délibération</a>'
            if other
            else ""
        )
        said = f"{kind}/ Conseil municipal/ {session.title()}"
        return f"<a href='Portal.jsp?page=ods-solr'>retour Retour</a><h1>{title}</h1><p>{said}</p><p>{text}</p>{link}"


@pytest.fixture
def search(site: Any, kit: Any) -> Search:
    return Search(site, kit)


def crawl(crawls: Any, search: Search) -> dict[str, Any]:
    entry = f"paris {search.site.url.rstrip('/')}{PORTAL}?page=ods-solr"
    reports = crawls.all(search.site, entries=[entry])
    return next(report for report in reports if report["spider"] == "paris")


def shown(search: Search) -> list[str]:
    return [path for path in search.site.asked if "display_document" in path]


def test_the_documents_of_recent_sessions_each_once_under_one_address(crawls: Any, search: Search):
    for number in range(1, 8):
        search.add(number, "FEVRIER 2026", f"2026 DPSP {number} - Plan de vidéoprotection")
    search.add(20, "JANVIER 2026", "2026 SG 4 - Budget", "Délibération", attached=900)
    search.add(50, "JUIN 2018", "2018 SG 30 - Il y a longtemps")
    report = crawl(crawls, search)
    assert report["state"] == "ok", report
    assert sorted(shown(search)) == sorted(
        f"{PORTAL}?page=ods-solr.display_document&id_document={number}" for number in (*range(1, 8), 20)
    )
    held = dict(crawls.query("SELECT url, link_text || ' | ' || heading FROM documents"))
    names = {dict(parse_qsl(urlsplit(url).query))["id_document"]: text for url, text in held.items()}
    assert names["3"] == "2026 DPSP 3 - Plan de vidéoprotection | Débat/ Conseil municipal/ Fevrier 2026"
    assert names["900"] == "Délibération | Délibération/ Conseil municipal/ Janvier 2026"
    assert len(held) == 9


def test_nothing_that_it_says_is_ahead(crawls: Any, search: Search):
    search.add(1, "MARS 2026", "2026 DPSP 1 - Plan de vidéoprotection du 30 mars 2026")
    crawl(crawls, search)
    assert not ParisSpider.early
    assert not crawls.query("SELECT * FROM sessions WHERE date >= '2026-03-02' AND status = 'scheduled'")


def test_a_second_crawl_asks_for_no_document_that_it_knows(crawls: Any, search: Search):
    for number in range(1, 5):
        search.add(number, "FEVRIER 2026", f"2026 DPSP {number}")
    crawl(crawls, search)
    search.site.forget()
    search.add(9, "FEVRIER 2026", "2026 DPSP 9")
    crawls.now = "2026-03-02T21:00+00:00"
    crawl(crawls, search)
    assert [path for path in shown(search) if path.endswith("=9")]


def test_months_are_asked_for_by_name_where_no_facet_names_them(crawls: Any, search: Search):
    search.shows_facets = False
    search.add(1, "FEVRIER 2026", "2026 DPSP 1")
    crawl(crawls, search)
    assert len(shown(search)) == 1


def test_a_page_in_latin_1_under_the_name_of_utf_8_is_read(crawls: Any, search: Search):
    search.latin = True
    search.add(1, "FEVRIER 2026", "2026 DPSP 1 - Prévention, sécurité et vidéoprotection")
    crawl(crawls, search)
    ((text,),) = crawls.query("SELECT text FROM pages")
    assert "Prévention, sécurité et vidéoprotection" in text
    assert "\ufffd" not in text
    assert crawls.query("SELECT count(*) > 0 FROM flags") == [(1,)]


def test_another_page_in_place_of_the_search_is_an_error(crawls: Any, search: Search):
    search.site.page(f"{PORTAL}?page=ods-solr", "<h1>Maintenance</h1>")
    report = crawl(crawls, search)
    assert (report["state"], report["source_state"]) == ("failed", "blind")


PARIS = Council("commune-75056", "Paris", "commune", website="https://www.paris.fr/")
ELSEWHERE = Council("commune-99001", "Valmont", "commune", website="https://valmont.example/")
HOME = "https://a06-v7.apps.paris.fr/a06/jsp/site/Portal.jsp?page=ods-solr"


@pytest.mark.parametrize(
    "link",
    [
        f"http://a06.apps.paris.fr{PORTAL}?page=ods-solr.display_document&id_document=129964&fq=type%3AD%C3%A9bat",
        f"https://a06-v7.apps.paris.fr:443{PORTAL}?page=ods-solr",
        f"https://a06-v7.apps.paris.fr{DOWNLOAD}?id_document=7",
        "https://a06.apps.paris.fr/",
    ],
)
def test_one_entry_whatever_the_address(link: str):
    assert [
        entry.url for entry in ParisSpider.recognise(Clue("https://www.paris.fr/", links=(link,), council=PARIS))
    ] == [HOME]
    assert not list(ParisSpider.recognise(Clue("https://valmont.example/", links=(link,), council=ELSEWHERE)))


def test_the_same_search_on_a_council_s_own_host():
    link = f"https://valmont.example{PORTAL}?page=ods-solr"
    clue = Clue("https://valmont.example/", links=("https://valmont.example/jsp/site/Portal.jsp?page=contact", link))
    assert [entry.url for entry in ParisSpider.recognise(clue)] == [link]


def test_found_on_the_council_s_site_and_read_in_the_same_crawl(crawls: Any, search: Search):
    search.add(1, "FEVRIER 2026", "2026 DPSP 1")
    search.site.page("/", f"<h1>Mairie</h1><a href='{PORTAL}?page=ods-solr'>Débats et délibérations du conseil</a>")
    reports = crawls.all(search.site)
    assert "paris" in [report["spider"] for report in reports]
    assert f"{PORTAL}?page=ods-solr.display_document&id_document=1" in search.site.asked
