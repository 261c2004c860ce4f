"""The national portal (udata, API v1) as a council's site links to it. All is invented."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.models import Council
from spiders.api import Clue
from spiders.datagouv import DataGouvSpider, is_on_sessions

SCDL = {"name": "scdl/deliberations"}
NAMES = "COLL_NOM;COLL_SIRET;DELIB_ID;DELIB_DATE;DELIB_MATIERE_NOM;DELIB_OBJET;VOTE_POUR;VOTE_CONTRE;VOTE_ABSTENTION"
TABLE = f"""{NAMES}
Ville de Valmont;21350238800019;2026-05;2026-01-19;Sécurité;Centre de supervision urbain;22;3;2
Ville de Valmont;21350238800019;2026-06;2026-01-19;Finances;Budget primitif;27;0;0
"""


class Udata:
    """Organisations, data sets by pages of ``page_size``, ``X-Fields``, files behind a stable redirect."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.sets: list[dict[str, Any]] = []
        self.files: dict[str, Any] = {}
        self.turn = 0
        site.fallback = self.answer

    def add(self, title: str, *resources: dict[str, Any], tags: tuple[str, ...] = (), slug: str = "") -> dict[str, Any]:
        name = slug or re.sub(r"\W+", "-", title.lower())
        self.sets.append(
            {
                "id": f"5f{len(self.sets):022}", "slug": name, "title": title, "tags": list(tags),
                "description": "x" * 500,
                "page": f"{self.site.url}fr/datasets/{name}/", "organization": {"name": "Valmont"},
                "last_modified": "2026-02-20T10:00:00+00:00", "resources": list(resources),
            }
        )  # fmt: skip
        return self.sets[-1]

    def file(
        self, title: str, body: bytes, kind: str = "csv", modified: str = "2026-02-20T10:00:00", **more: Any
    ) -> dict[str, Any]:
        number = f"0000-{len(self.files)}"
        self.files[number] = body
        return {
            "id": number, "title": title, "type": "main", "format": kind, "mime": "text/csv", "filesize": len(body),
            "url": f"{self.site.url}resources/{number}/2026-{self.turn}/{number}.{kind.rsplit('/', 1)[-1]}",
            "latest": f"{self.site.url}fr/datasets/r/{number}", "last_modified": modified, "schema": {}, **more,
        }  # fmt: skip

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if found := re.fullmatch(r"/(?:fr|api/1)/datasets/r/([\w-]+)/?", parts.path):
            target = next(one["url"] for row in self.sets for one in row["resources"] if one["id"] == found[1])
            return self.kit.Answer(b"", status=302, headers={"Location": target})
        if found := re.fullmatch(r"/resources/([\w-]+)/.*", parts.path):
            return self.kit.Answer(self.files[found[1]], "application/octet-stream")
        if found := re.fullmatch(r"/api/1/datasets/([\w-]+)/", parts.path):
            row = next((one for one in self.sets if found[1] in (one["slug"], one["id"])), None)
            return self.json(row, 200 if row else 404)
        if parts.path != "/api/1/organizations/valmont/datasets/":
            return None
        size, number = min(int(query["page_size"]), 2), int(query.get("page", "1"))
        following = f"{self.site.url}api/1/organizations/valmont/datasets/?page={number + 1}&page_size={size}"
        rows = self.sets[(number - 1) * size : number * size]
        more = number * size < len(self.sets)
        return self.json(
            {
                "data": rows,
                "page": number,
                "page_size": size,
                "total": len(self.sets),
                "next_page": following if more else None,
            }
        )

    def json(self, value: Any, status: int = 200) -> Any:
        return self.kit.Answer(json.dumps(value).encode(), "application/json", status, validators=False)


@pytest.fixture
def udata(make_site: Any, kit: Any) -> Udata:
    return Udata(make_site(), kit)


def crawl(crawls: Any, site: Any, udata: Udata, path: str = "api/1/organizations/valmont/") -> dict[str, Any]:
    site.page("/", f"<main><h1>Valmont</h1><a href='{udata.site.url}{path}'>Nos données</a></main>")
    return next(one for one in crawls.all(site) if one["spider"] == "datagouv")


def test_the_files_of_an_organisation(crawls: Any, site: Any, udata: Udata):
    udata.add("Arbres remarquables", udata.file("arbres", b"a;b\n1;2\n"))
    udata.add("Budget primitif", udata.file("budget", b"a;b\n"), tags=("deliberations",))
    twins = (
        udata.file("Délibérations 2026.json", b"[]", "json"),
        udata.file("Délibérations 2026.csv", TABLE.encode("cp1252"), "file:///srv/udata/ftype/csv"),
        udata.file("Notice", b"%PDF-1.4", "pdf", type="documentation"),
    )
    udata.add("Délibérations du conseil municipal", *twins)
    report = crawl(crawls, site, udata)
    assert (report["documents_new"], report["source_state"], report["documents_listed"]) == (1, "ok", 1)
    assert crawls.documents() == {"/fr/datasets/r/0000-3"}
    items = 'SELECT s.date, i.number, i."for" FROM items i JOIN sessions s ON s.id = i.session_id ORDER BY 2'
    assert crawls.query(items) == [("2026-01-19", "2026-05", 22), ("2026-01-19", "2026-06", 27)]
    assert crawls.query("SELECT found_on, heading FROM documents") == [
        (udata.sets[2]["page"], "Délibérations du conseil municipal"),
    ]  # fmt: skip
    assert crawls.query("SELECT early FROM sources WHERE spider = 'datagouv'") == [(0,)]


def test_a_file_is_asked_for_again_where_it_changed(crawls: Any, site: Any, udata: Udata):
    udata.add("Délibérations", udata.file("Délibérations", TABLE.encode()))
    crawl(crawls, site, udata)
    udata.site.forget()
    crawls.now = "2026-03-10T09:00+00:00"
    report = crawl(crawls, site, udata)
    assert [path for path in udata.site.asked if path != "/robots.txt"] == [
        "/api/1/organizations/valmont/datasets/?page_size=100",
    ]  # fmt: skip
    assert (report["documents_listed"], report["source_state"]) == (1, "ok")
    udata.files["0000-0"] = TABLE.encode() + b"Ville de Valmont;21350238800019;2026-07;2026-03-09;;Drones;10;9;0\n"
    resource = udata.sets[0]["resources"][0]
    resource["last_modified"], resource["url"] = "2026-03-11T10:00:00", resource["url"].replace("2026-0", "2026-1")
    crawls.now = "2026-03-12T09:00+00:00"
    assert crawl(crawls, site, udata)["versions_new"] == 1
    assert crawls.query("SELECT count(*) FROM documents") == [(1,)] and crawls.versions() == 2


def test_commas_are_told_by_where_the_stable_address_leads(crawls: Any, site: Any, udata: Udata):
    udata.add("Délibérations", udata.file("Délibérations", TABLE.replace(";", ",").encode()))
    crawl(crawls, site, udata)
    assert crawls.query("SELECT count(*) FROM items") == [(2,)]


def test_a_page_instead_of_the_file_is_an_error(crawls: Any, site: Any, udata: Udata):
    udata.add("Délibérations", udata.file("Délibérations", b"<!doctype html><html><body>Accueil</body></html>"))
    report = crawl(crawls, site, udata)
    assert report["documents_new"] == 0 and report["page_errors"] == 1
    assert any("a page instead of the document" in line for line in report["log"])


def test_one_data_set_and_one_file_that_pages_link_to(crawls: Any, site: Any, udata: Udata):
    udata.add("SCDL Valmont", udata.file("export", TABLE.encode()), slug="deliberations-valmont")
    assert crawl(crawls, site, udata, "api/1/datasets/deliberations-valmont/")["documents_new"] == 1
    udata.add("Autre", udata.file("export", TABLE.replace("2026-01", "2025-11").encode()))
    assert crawl(crawls, site, udata, "api/1/datasets/r/0000-1")["documents_new"] == 1


def test_signs():
    def entries(*links: str) -> list[str]:
        clue = Clue("https://www.valmont.example/", links=links, council=Council("c", "Valmont", "commune"))
        return [one.url for one in DataGouvSpider.recognise(clue)]

    host = "https://www.data.gouv.fr"
    assert entries(f"{host}/fr/organizations/ville-de-valmont/") == [f"{host}/api/1/organizations/ville-de-valmont/"]
    assert entries(f"{host}/organizations/valmont") == [f"{host}/api/1/organizations/valmont/"]
    assert entries(f"{host}/fr/datasets/deliberations-de-valmont/#_") == [
        f"{host}/api/1/datasets/deliberations-de-valmont/"
    ]
    assert entries(f"{host}/fr/datasets/arbres/") == []
    assert entries(f"{host}/fr/datasets/r/8b2c-11") == [f"{host}/api/1/datasets/r/8b2c-11"]
    assert (
        entries("https://www.autre.example/fr/organizations/x/", "https://geo.data.gouv.fr/fr/datasets/deliberations/")
        == []
    )


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        ({"title": "Délibérations du conseil municipal"}, True),
        ({"title": "Présence des élus aux séances du conseil"}, False),
        ({"title": "SCDL 2024", "tags": ["deliberations"], "resources": [{"schema": SCDL}]}, True),
        ({"title": "Liste des prénoms", "tags": ["etat-civil"], "resources": [{"schema": SCDL}]}, False),
        ({"title": "Subventions", "tags": ["deliberations"], "resources": None}, False),
        ({"title": None, "tags": "x", "resources": ["x"]}, False),
    ],
)  # fmt: skip
def test_declarations_are_no_proof(row: dict[str, Any], ours: bool):
    assert is_on_sessions(row) is ours
