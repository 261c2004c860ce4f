"""An Opendatasoft portal as its Explore API v2.1 is documented, with data sets of deliberations. All is invented."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.models import Council
from spiders.api import Clue
from spiders.opendatasoft import AgendaSpider, OpendatasoftSpider

SIRET, OTHER = "21350238800019", "24350013900189"
PATH = "/api/explore/v2.1/catalog/datasets"


class Portal:
    """Catalogue, records with ``where``, ``group_by``, ``limit``; exports; v1 only where ``old``."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.sets: dict[str, dict[str, Any]] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.old = False
        self.limited = 0
        site.fallback = self.answer

    def add(
        self,
        name: str,
        title: str,
        rows: list[dict[str, Any]],
        processed: str = "2026-02-20T04:00:00+00:00",
        **types: str,
    ) -> None:
        fields = [{"name": field, "type": types.get(field, "text"), "label": field} for field in rows[0]]
        metas = {
            "title": title,
            "modified": processed,
            "data_processed": processed,
            "publisher": "Ville",
            "records_count": len(rows),
        }
        self.sets[name] = {
            "dataset_id": name,
            "dataset_uid": "da_1",
            "has_records": True,
            "fields": fields,
            "metas": {"default": metas},
        }
        self.rows[name] = rows

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.limited:
            self.limited -= 1
            return self.kit.Answer(
                b'{"errorcode": 10005, "error": "Too many requests"}',
                "application/json",
                429,
                {"X-RateLimit-Remaining": "0", "Retry-After": "0"},
            )
        if parts.path.startswith("/explore/dataset/") and parts.path.endswith("/download/"):
            return self.csv(parts.path.split("/")[3])
        if self.old:
            return self.version_1(parts.path)
        if not parts.path.startswith(PATH):
            return None
        rest = parts.path.removeprefix(PATH).strip("/").split("/")
        if rest == [""]:
            found = [one for one in self.sets.values() if "delib" in one["dataset_id"] or "ordre" in one["dataset_id"]]
            assert "search(" in query["where"] and int(query["limit"]) <= 100
            return self.json({"total_count": len(found), "results": found})
        name, *what = rest
        if name not in self.sets:
            return self.json({"error_code": "NotFoundError", "message": "no such data set"}, 404)
        if not what:
            return self.json(self.sets[name])
        return self.records(name, what, query)

    def records(self, name: str, what: list[str], query: dict[str, str]) -> Any:
        rows = [row for row in self.rows[name] if _holds(row, query.get("where", ""))]
        limit = int(query.get("limit", "10"))
        if what == ["exports", "json"]:
            return self.json(rows)
        if "group_by" in query:
            fields = query["group_by"].split(",")
            counts = Counter(tuple(row[field] for field in fields) for row in rows)
            groups = [{**dict(zip(fields, values, strict=True)), "n": n} for values, n in counts.items()]
            field, way = query["order_by"].split()
            groups.sort(key=lambda group: str(group[field]), reverse=way == "desc")
            return self.json({"results": groups[:limit]})
        if limit > 100:
            return self.json({"error_code": "InvalidRESTParameterError", "message": "limit"}, 400)
        return self.json({"total_count": len(rows), "results": rows[:limit]})

    def version_1(self, path: str) -> Any:
        if path != "/api/datasets/1.0/search/":
            return self.kit.Answer(b"<h1>404</h1>", status=404)
        found = [
            {"datasetid": name, "metas": one["metas"]["default"], "fields": one["fields"]}
            for name, one in self.sets.items()
        ]
        return self.json({"nhits": len(found), "datasets": found})

    def csv(self, name: str) -> Any:
        rows = self.rows[name]
        lines = [";".join(rows[0]), *(";".join(str(value or "") for value in row.values()) for row in rows)]
        return self.kit.Answer("\n".join(lines).encode("utf-8-sig"), "text/csv")

    def json(self, value: Any, status: int = 200) -> Any:
        return self.kit.Answer(
            json.dumps(value).encode(),
            "application/json; charset=utf-8",
            status,
            {"X-RateLimit-Remaining": "4990"},
            validators=False,
        )


def _holds(row: dict[str, Any], where: str) -> bool:
    """The few forms of ODSQL that are asked."""
    for condition in filter(None, where.split(" and ")):
        name, sign, value = re.fullmatch(r"(\w+) (=|>=|<) (.+)", condition).groups()  # type: ignore[union-attr]
        wanted = value.removeprefix("date").strip("'\"")
        said = str(row[name])
        if not {"=": said[: len(wanted)] == wanted, ">=": said[:10] >= wanted, "<": said[:10] < wanted}[sign]:
            return False
    return True


def act(day: str, number: int, title: str, siret: str = SIRET, **more: Any) -> dict[str, Any]:
    return {
        "coll_nom": "Ville de Valmont" if siret == SIRET else "Valmont Métropole", "coll_siret": siret,
        "delib_id": f"2026-{number:04}", "delib_date": day, "delib_matiere_code": "6.1", "delib_matiere_nom": "Police",
        "delib_objet": title, "vote_effectif": None, "vote_pour": None, "vote_contre": None, "vote_abstention": None,
        "pref_date": f"{day} 00:00:00", **more,
    }  # fmt: skip


@pytest.fixture
def portal(make_site: Any, kit: Any) -> Portal:
    return Portal(make_site(), kit)


def crawl(crawls: Any, site: Any, portal: Portal, path: str = "explore/dataset/autre/") -> dict[str, Any]:
    site.page("/", f"<main><h1>Valmont</h1><a href='{portal.site.url}{path}'>Open data</a></main>")
    reports = crawls.all(site)
    return next(one for one in reports if one["spider"] == "opendatasoft")


def asked(portal: Portal) -> list[str]:
    return [path for path in portal.site.asked if path != "/robots.txt"]


def test_a_document_for_each_day(crawls: Any, site: Any, portal: Portal):
    rows = [
        act("2026-01-26", 10, "Budget"),
        act("2026-01-26", 9, "Vidéoprotection du centre"),
        act("2025-12-08", 1, "Écoles"),
    ]
    portal.add("deliberations-valmont-2026", "Délibérations de la ville", rows, delib_date="date")
    portal.add("arbres", "Arbres", [{"genre": "Tilleul"}])
    report = crawl(crawls, site, portal)
    assert (report["documents_new"], report["source_state"], report["requests"]) == (2, "ok", 5)
    assert crawls.query("SELECT date, status FROM sessions ORDER BY 1") == [
        ("2025-12-08", "held"),
        ("2026-01-26", "held"),
    ]
    items = crawls.query(
        "SELECT i.number, i.title FROM items i JOIN sessions s ON s.id = i.session_id"
        " WHERE s.date = '2026-01-26' ORDER BY position"
    )
    assert items == [("2026-0009", "Vidéoprotection du centre"), ("2026-0010", "Budget")]
    assert crawls.query("SELECT early FROM sources WHERE spider = 'opendatasoft'") == [(0,)]
    assert crawls.query("SELECT count(*) FROM flags")[0][0] == 1


def test_what_was_not_processed_since_costs_one_request(crawls: Any, site: Any, portal: Portal):
    portal.add(
        "deliberations-valmont-2026", "Délibérations", [act("2026-01-26", 9, "Vidéoprotection")], delib_date="date"
    )
    crawl(crawls, site, portal)
    portal.site.forget()
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, site, portal)
    assert (report["versions_new"], report["source_state"], len(asked(portal))) == (0, "ok", 1)
    assert report["documents_listed"] == 1


def test_votes_that_come_later_make_a_version(crawls: Any, site: Any, portal: Portal):
    portal.add(
        "deliberations-valmont-2026", "Délibérations", [act("2026-01-26", 9, "Vidéoprotection")], delib_date="date"
    )
    crawl(crawls, site, portal)
    rows = [act("2026-01-26", 9, "Vidéoprotection", vote_pour=20, vote_contre=3, vote_abstention=1)]
    portal.add("deliberations-valmont-2026", "Délibérations", rows, "2026-03-02T20:00:00+00:00", delib_date="date")
    crawls.now = "2026-03-03T09:00+00:00"
    assert crawl(crawls, site, portal)["versions_new"] == 1
    assert crawls.query('SELECT result, "for", against, abstain FROM items') == [("adopted", 20, 3, 1)]


def test_a_portal_that_serves_several(crawls: Any, site: Any, portal: Portal):
    rows = [act("2026-01-26", 1, "De la ville"), act("2026-01-27", 2, "De la métropole", OTHER)]
    portal.add("deliberations-toutes", "Délibérations", rows, delib_date="date")
    site.page("/", f"<main><a href='{portal.site.url}explore/?sort=modified'>Données</a></main>")
    report = crawl(crawls, site, portal)
    assert report["source_state"] == "ok"
    assert crawls.query("SELECT title FROM items") == [("De la ville",)]


def test_more_than_a_hundred_acts_of_one_day_are_exported(crawls: Any, site: Any, portal: Portal):
    rows = [act("2026-01-26", number, f"Acte numéro {number}") for number in range(130)]
    portal.add("deliberations-valmont", "Délibérations", rows, delib_date="date")
    crawl(crawls, site, portal)
    assert any("/exports/json?" in path for path in asked(portal))
    assert crawls.query("SELECT count(*) FROM items") == [(130,)]


@pytest.mark.parametrize(("kind", "said"), [("datetime", "2026-01-26T18:30:00+00:00"), ("text", "26/01/2026")])
def test_days_of_other_types(crawls: Any, site: Any, portal: Portal, kind: str, said: str):
    rows = [
        {
            "ndeg_delib": "7",
            "date_de_la_seance": said,
            "titre": "Drones de la police",
            "rapporteur": "M. Aubry",
            "assemblee": "Bureau communautaire",
        }
    ]
    portal.add("deliberations", "Délibérations", rows, date_de_la_seance=kind)
    crawl(crawls, site, portal)
    assert crawls.query("SELECT body, date FROM sessions") == [("bureau communautaire", "2026-01-26")]
    assert crawls.query("SELECT number, title FROM items") == [("7", "Drones de la police")]


def test_a_data_set_of_agendas_is_early(crawls: Any, site: Any, portal: Portal):
    rows = [
        {"seance": "2026-03-17", "reference": f"2026 DPSP {n}", "objet": title, "rapporteur": "Mme Aubry", "type": "PJ"}
        for n, title in ((1, "Vidéoprotection : convention"), (2, "Subvention"))
    ]
    portal.add("ordre-du-jour-du-conseil", "Ordre du jour du conseil municipal", rows, seance="date")
    link = f"{portal.site.url}explore/dataset/ordre-du-jour-du-conseil/table/"
    site.page("/", f"<main><h1>Valmont</h1><a href='{link}'>Ordre du jour</a></main>")
    reports = {one["spider"]: one for one in crawls.all(site)}
    assert reports["opendatasoft-agenda"]["documents_new"] == 1 and "opendatasoft" not in reports
    assert crawls.query("SELECT date, status FROM sessions") == [("2026-03-17", "scheduled")]
    assert crawls.query("SELECT early FROM sources WHERE spider = 'opendatasoft-agenda'") == [(1,)]
    portal.rows["ordre-du-jour-du-conseil"].pop()
    portal.sets["ordre-du-jour-du-conseil"]["metas"]["default"]["data_processed"] = "2026-03-03T01:00:00+00:00"
    crawls.now = "2026-03-03T09:00+00:00"
    crawls.all(site)
    assert crawls.query("SELECT title, listed FROM items ORDER BY position") == [
        ("Vidéoprotection : convention", 1),
        ("Subvention", 0),
    ]


def test_an_older_portal_gives_the_whole_as_a_file(crawls: Any, site: Any, portal: Portal):
    portal.add("deliberations-valmont", "Délibérations", [act("2026-01-26", 9, "Vidéoprotection")], delib_date="date")
    portal.old = True
    report = crawl(crawls, site, portal)
    assert (report["documents_new"], report["source_state"]) == (1, "ok")
    assert crawls.query("SELECT date FROM sessions") == [("2026-01-26",)]


def test_a_quota_that_is_spent_is_waited_for(crawls: Any, site: Any, portal: Portal):
    portal.add("deliberations-valmont", "Délibérations", [act("2026-01-26", 9, "Vidéoprotection")], delib_date="date")
    portal.limited = 1
    assert crawl(crawls, site, portal)["documents_new"] == 1


def test_a_broken_answer_is_a_failed_reading_and_no_crash(crawls: Any, site: Any, portal: Portal):
    portal.add("deliberations-valmont", "Délibérations", [act("2026-01-26", 9, "Vidéoprotection")], delib_date="date")
    whole = portal.records
    portal.records = lambda name, what, query: (  # type: ignore[method-assign]
        whole(name, what, query) if "group_by" in query else portal.json({"total_count": 1, "results": "x"})
    )
    report = crawl(crawls, site, portal)
    assert (report["item_errors"], report["documents_failed"], report["state"]) == (0, 1, "failed")
    assert "a broken answer" in crawls.query("SELECT reason FROM versions")[0][0]


# ---------------------------------------------------------------------- signs


def entries(spider: Any, *links: str, url: str = "https://www.valmont.example/", name: str = "Valmont") -> list[str]:
    return [one.url for one in spider.recognise(Clue(url, links=links, council=Council("c", name, "commune")))]


def test_signs():
    host = "https://data.valmont.example"
    both = (f"{host}/explore/dataset/deliberations-2026/information/", f"{host}/explore/dataset/arbres/")
    assert entries(OpendatasoftSpider, *both) == [f"{host}/explore/dataset/deliberations-2026/", f"{host}/"]
    assert entries(AgendaSpider, *both, f"{host}/explore/dataset/odj-conseil/") == [
        f"{host}/explore/dataset/odj-conseil/"
    ]
    assert entries(OpendatasoftSpider, f"{host}/api/explore/v2.1/catalog/datasets/deliberations/exports/csv") == [
        f"{host}/explore/dataset/deliberations/"
    ]
    assert entries(OpendatasoftSpider, "https://data.valmont.example/pages/accueil/") == [f"{host}/"]
    assert entries(OpendatasoftSpider, "https://valmont.opendatasoft.com/") == ["https://valmont.opendatasoft.com/"]
    for other in (
        "https://data.autre.example/",
        "https://www.data.gouv.fr/fr/",
        "https://public.opendatasoft.com/explore/dataset/arbres/",
    ):
        assert entries(OpendatasoftSpider, other) == []
