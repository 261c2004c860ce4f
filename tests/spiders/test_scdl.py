"""Tables of deliberations as files of a council's site. All is invented."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.models import Council
from spiders.api import Clue
from spiders.scdl import ScdlSpider

TABLE = """COLL_NOM,COLL_SIRET,DELIB_ID,DELIB_DATE,DELIB_OBJET,VOTE_POUR,VOTE_CONTRE
Ville de Valmont,21350238800019,2026-05,2026/01/19 00:00:00+00,"Vidéoprotection, place du marché",22,3
"""
LINK = "/telecharger/format=csv&resource_id=7f-deliberations&use_labels_for_header=true"


def crawl(crawls: Any, site: Any) -> dict[str, Any]:
    site.page("/", f"<main><h1>Valmont</h1><a href='{LINK}'>Données</a></main>")
    return next(one for one in crawls.all(site) if one["spider"] == "scdl")


def test_a_table_behind_a_script(crawls: Any, site: Any, kit: Any):
    site.answers[LINK] = kit.Answer(TABLE.encode("utf-8-sig"), "text/csv")
    report = crawl(crawls, site)
    assert report["source_state"] == "ok" and report["documents_listed"] == 1
    assert crawls.query("SELECT s.date, i.title FROM items i JOIN sessions s ON s.id = i.session_id") == [
        ("2026-01-19", "Vidéoprotection, place du marché"),
    ]  # fmt: skip
    site.forget()
    crawls.now = "2026-03-04T09:00+00:00"
    again = crawl(crawls, site)
    assert (again["versions_new"], again["source_state"], again["documents_listed"]) == (0, "ok", 1)
    assert set(site.statuses) <= {200, 304, 404} and site.asked.count(LINK) <= 1


def test_the_home_page_instead_of_the_table(crawls: Any, site: Any, kit: Any):
    site.answers[LINK] = kit.Answer(b"<!doctype html><html><body><h1>Accueil</h1></body></html>", "text/csv")
    report = crawl(crawls, site)
    assert report["documents_new"] == 0 and report["source_state"] in ("quiet", "blind")
    assert crawls.query("SELECT count(*) FROM documents") == [(0,)]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://x.example/files/deliberations-2024.csv", True),
        ("https://x.example/open/SCDL_Valmont.csv", True),
        (f"https://x.example{LINK}", True),
        ("https://x.example/files/deliberations-2024.pdf", False),
        ("https://x.example/files/deliberations-subventions.csv", False),
        ("https://x.example/files/marches.csv", False),
        ("https://data.x.example/api/explore/v2.1/catalog/datasets/deliberations/exports/csv", False),
        ("https://static.data.gouv.fr/resources/deliberations/2024/deliberations.csv", True),
    ],
)
def test_signs(link: str, found: bool):
    clue = Clue("https://www.valmont.example/", links=(link,), council=Council("c", "Valmont", "commune"))
    assert [one.url for one in ScdlSpider.recognise(clue)] == [link] * found
