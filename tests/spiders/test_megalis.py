"""A council whose acts are published through the white label of Megalis; all is invented but the last sample."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.models import Council
from spiders.api import Clue
from spiders.megalis import MegalisSpider

SIREN = "210000992"
INDEX = "<!doctype html><html><head><title>Publication</title></head><body><app-root></app-root></body></html>"


class WhiteLabel:
    """The search with its cursor, the files by their SHA-256, and the start page for whatever is unknown."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.acts: list[dict[str, Any]] = []
        self.refuses_dates = self.misreads_dates = self.repeats_cursor = self.broken = False
        self.most = 100
        site.page("/", "<h1>Mairie</h1>")
        site.fallback = self.answer

    def act(self, number: int, published: str, title: str, kind: int = 1, *, annexes: int = 0, **more: Any) -> str:
        url, sha = self.file(number, f"{title}. Vu le code. {number}")
        held = []
        for place in range(annexes):
            where, named = self.file(number, f"Annexe {place} de {number}")
            held.append({"id": f"a{place}", "url": where, "hash": named, "content_type": "application/pdf"})
        self.acts.append({
            "hash": sha, "siren": SIREN, "publication_id": number, "id": f"id-{number}", "type": kind,
            "typologie": {1: "99_DE", 2: "99_AT"}.get(kind, "99_HP"), "nature_autre_detail": "",
            "classification_code": "6.1", "classification_libelle": "Libertés publiques/Police municipale",
            "objet": title[:256], "id_publication": number, "date_acte": f"{published[:10]}T00:00:00Z",
            "date_publication": published, "url": url, "content_type": "application/pdf", "annexes": held,
            "blockchain_transaction_hash": "", "blockchain_url": "", "resultat_recherche": True, **more,
        })  # fmt: skip
        return urlsplit(url).path

    def file(self, number: int, text: str) -> tuple[str, str]:
        data = self.kit.make_pdf([text])
        sha = hashlib.sha256(data).hexdigest()
        path = f"/OpenData/{SIREN}/Deliberation/2026/{number}/{sha}.pdf"
        self.site.answers[path] = self.kit.Answer(data, "application/pdf")
        return self.site.url.rstrip("/") + path, sha

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        if parts.path != "/mq_apis/actes/v1/search" or self.broken:
            return self.kit.Answer(INDEX.encode())
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["siren"] == SIREN
        first = query.get("date_de_publication_debut", "")
        if first and self.refuses_dates:
            return self.kit.Answer(b'{"message": "requete invalide"}', "application/json", status=500)
        if first and self.misreads_dates:
            first = "9999"
        wanted = [
            act for act in sorted(self.acts, key=lambda act: act["date_publication"], reverse=True)
            if act["date_publication"] >= first and str(act["type"]) in query["types_actes"].split(",")
        ]  # fmt: skip
        size, begin = min(int(query.get("lignes", "10")), self.most), int(query.get("page_suivante", "0"))
        following = str(begin + size) if begin + size < len(wanted) else ""
        if self.repeats_cursor:
            following = following or str(begin)
        value = {
            "nb_resultats": 3 * len(wanted) + 7,
            "resultats": wanted[begin : begin + size],
            "page_suivante": following,
        }
        return self.kit.Answer(json.dumps(value).encode(), "application/json")


@pytest.fixture
def label(site: Any, kit: Any) -> WhiteLabel:
    return WhiteLabel(site, kit)


def crawl(crawls: Any, label: WhiteLabel) -> dict[str, Any]:
    entry = f"megalis {label.site.url}mq_apis/actes/v1/search?siren={SIREN}"
    reports = crawls.all(label.site, entries=[entry])
    return next(report for report in reports if report["spider"] == "megalis")


def searches(label: WhiteLabel) -> list[str]:
    return [path for path in label.site.asked if path.startswith("/mq_apis/")]


def test_lists_and_minutes_first_then_deliberations_newest_first(crawls: Any, label: WhiteLabel):
    old = label.act(1, "2026-01-16T08:00:00Z", "Tarifs du camping")
    new = label.act(2, "2026-02-20T08:00:00Z", "Extension de la vidéoprotection", annexes=1)
    list_ = label.act(3, "2026-02-19T08:00:00Z", "20260217_cm_liste_deliberations", 71)
    minutes = label.act(4, "2026-02-18T08:00:00Z", "DE2026-04_pv_cm_20260113", 73)
    label.act(5, "2026-02-18T08:00:00Z", "Arrêté de circulation", 2)
    label.act(6, "2024-02-18T08:00:00Z", "Il y a deux ans")
    report = crawl(crawls, label)
    assert report["state"] == "ok", report
    fetched = [path for path in label.site.asked if path.startswith("/OpenData/")]
    assert fetched[:4] == [list_, minutes, new, old]
    assert len(fetched) == 5
    assert f"/{SIREN}/Deliberation/2026/2/" in fetched[4]  # the annex comes last
    told = dict(crawls.query("SELECT link_text, heading FROM documents"))
    assert told == {
        "20260217_cm_liste_deliberations": "Liste des délibérations du 19/02/2026",
        "DE2026-04_pv_cm_20260113": "Procès-verbal",
        "Extension de la vidéoprotection": "Délibération du 20/02/2026",
        "Annexe : Extension de la vidéoprotection": "Délibération du 20/02/2026",
        "Tarifs du camping": "Délibération du 16/01/2026",
    }


def test_nothing_that_it_says_is_ahead(crawls: Any, label: WhiteLabel):
    label.act(2, "2026-02-20T08:00:00Z", "Extension de la vidéoprotection", date_acte="2026-02-17T00:00:00Z")
    crawl(crawls, label)
    assert not MegalisSpider.early
    assert not crawls.query("SELECT * FROM sessions WHERE date >= '2026-03-02'")
    assert {status for (status,) in crawls.query("SELECT status FROM sessions")} <= {"held"}


def test_the_cursor_is_followed_to_its_end_whatever_the_count_says(crawls: Any, label: WhiteLabel):
    label.most = 2
    for number in range(7):
        label.act(number, f"2026-02-{10 + number}T08:00:00Z", f"Délibération {number}")
    assert crawl(crawls, label)["documents_new"] == 7
    assert len(searches(label)) == 4


def test_a_cursor_that_repeats_ends_the_list(crawls: Any, label: WhiteLabel):
    label.repeats_cursor, label.most = True, 2
    for number in range(5):
        label.act(number, f"2026-02-{10 + number}T08:00:00Z", f"Délibération {number}")
    report = crawl(crawls, label)
    assert (report["state"], report["documents_new"]) == ("ok", 5)
    assert len(searches(label)) <= 4


def test_an_unchanged_label_costs_one_request(crawls: Any, label: WhiteLabel):
    for number in range(7):
        label.act(number, f"2026-02-{10 + number}T08:00:00Z", f"Délibération {number}", annexes=1)
    crawl(crawls, label)
    label.site.forget()
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, label)
    assert (report["state"], report["source_state"]) == ("ok", "ok"), report
    assert len(searches(label)) == 1
    assert not [path for path in label.site.asked if path.startswith("/OpenData/")]


def test_an_instance_that_refuses_the_window_is_asked_without(crawls: Any, label: WhiteLabel):
    label.refuses_dates, label.most = True, 2
    crawls.overrides = {"RETRY_ENABLED": False}
    for number in range(3):
        label.act(number, f"2026-02-{10 + number}T08:00:00Z", f"Délibération {number}")
    for number in range(10, 16):
        label.act(number, f"2023-02-{number}T08:00:00Z", f"Ancienne {number}")
    assert crawl(crawls, label)["documents_new"] == 3
    assert sum("page_suivante=4" in path for path in searches(label)) == 1
    assert not any("page_suivante=6" in path for path in searches(label))


def test_an_instance_that_misreads_the_window_is_asked_without(crawls: Any, label: WhiteLabel):
    label.misreads_dates = True
    label.act(1, "2026-02-10T08:00:00Z", "Tarifs")
    assert crawl(crawls, label)["documents_new"] == 1


def test_the_start_page_in_place_of_the_search_is_an_error(crawls: Any, label: WhiteLabel):
    label.broken = True
    report = crawl(crawls, label)
    assert (report["state"], report["source_state"]) == ("failed", "blind")
    assert any("not what megalis answers" in line for line in report["log"])


def test_the_start_page_in_place_of_a_file_is_no_document(crawls: Any, label: WhiteLabel):
    path = label.act(1, "2026-02-20T08:00:00Z", "Tarifs")
    label.act(2, "2026-02-20T08:00:00Z", "Horaires")
    del label.site.answers[path]
    report = crawl(crawls, label)
    assert report["documents_new"] == 1
    assert any("a page instead of the document" in line for line in report["log"])


def test_a_content_that_its_address_does_not_name_is_told_and_kept(crawls: Any, label: WhiteLabel, kit: Any):
    path = label.act(1, "2026-02-20T08:00:00Z", "Tarifs")
    label.site.answers[path] = kit.Answer(kit.make_pdf(["Autre chose"]), "application/pdf")
    report = crawl(crawls, label)
    assert report["documents_new"] == 1
    assert any("has not the SHA-256" in line and path in line for line in report["log"])


def test_acts_of_another_siren_are_left(crawls: Any, label: WhiteLabel):
    label.act(1, "2026-02-20T08:00:00Z", "Tarifs")
    label.act(2, "2026-02-20T08:00:00Z", "D'une autre commune", siren="219999999")
    assert crawl(crawls, label)["documents_new"] == 1


# ------------------------------------------------------------------ recognition

RECIA = f"https://data-api.publication-actes.fr/mq_apis/actes/v1/search?siren={SIREN}"
BRITTANY = f"https://data-publication.megalis.bretagne.bzh/mq_apis/actes/v1/search?siren={SIREN}"
OURS = Council("commune-99001", "Valmont", "commune", siren=SIREN)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (f"https://valmont.publication-actes.fr/?siren={SIREN}", RECIA),
        ("https://valmont.publication-actes.fr/accueil", RECIA),
        (f"https://data.megalis.bretagne.bzh/?siren={SIREN}", BRITTANY),
        (f"https://data.megalis.bretagne.bzh/OpenData/{SIREN}/Deliberation/2026/1/{'a' * 64}.pdf", BRITTANY),
        ("https://data.megalis.bretagne.bzh/organization/commune-de-valmont", BRITTANY),
        (f"https://actes.example/mq_apis/actes/v1/search?siren={SIREN}", f"https://actes.example/mq_apis/actes/v1/search?siren={SIREN}"),
        (f"https://actes.example/marque-blanche/?siren={SIREN}", f"https://actes.example/mq_apis/actes/v1/search?siren={SIREN}"),
        (f"https://x.publication-actes.fr/?siren={SIREN}00017", RECIA),
    ],
)  # fmt: skip
def test_recognised_by_links_and_frames(link: str, url: str):
    (entry,) = MegalisSpider.recognise(Clue("https://valmont.example/actes", links=(link,), council=OURS))
    assert entry.url == url


def test_recognised_by_what_a_script_of_the_page_says():
    api = "https://data-api.publication-actes.fr/mq_apis/actes/v1"
    page = f"<script>var conf = {{api: '{api}', siren: '{SIREN}'}}</script>"
    (entry,) = MegalisSpider.recognise(Clue("https://valmont.example/actes", page))
    assert entry.url == RECIA


@pytest.mark.parametrize(
    "link",
    [
        "https://data.megalis.bretagne.bzh/?siren=219999999",  # the acts of the community of communes
        "https://www.megalis.bretagne.bzh/",
        f"https://annuaire.example/entreprise?siren={SIREN}",
        "https://valmont.example/opendata/",
    ],
)
def test_what_is_not_the_council_s_is_left(link: str):
    assert not list(MegalisSpider.recognise(Clue("https://valmont.example/", links=(link,), council=OURS)))


def test_without_a_siren_there_is_no_entry():
    nameless = Council("x", "Valmont", "commune")
    clue = Clue("https://valmont.example/", links=("https://valmont.publication-actes.fr/",), council=nameless)
    assert not list(MegalisSpider.recognise(clue))


def test_real_acts_of_a_commune_are_read_to_their_year(crawls: Any, label: WhiteLabel, shared: Path):
    """1,396 acts as a live instance answered; their files are not fetched, only asked for."""
    held = json.loads((shared / "corpus/csv/audierne/mairie_deliberations__extracted_pdf_metadata.json").read_text())
    for act in held:
        base = label.site.url.rstrip("/")
        own = {**act, "siren": SIREN, "url": act["url"].replace("https://data.megalis.bretagne.bzh", base)}
        label.acts.append({**own, "annexes": []})
    crawls.now, crawls.max_pages = "2026-01-20T09:00+00:00", 60
    report = crawl(crawls, label)
    year = [act for act in held if act["date_publication"] >= "2025-01-20" and act["type"] in (1, 71, 73)]
    assert report["documents_listed"] == len({act["url"] for act in year})
    assert len(searches(label)) == -(-len(year) // 100)
    first = [path.split("/")[3] for path in label.site.asked if path.startswith("/OpenData/")]
    lists = sum(act["type"] in (71, 73) for act in year)
    assert first[: lists + 1].count("Hors_prefecture") == lists


def test_found_on_the_council_s_site_and_read_in_the_same_crawl(crawls: Any, label: WhiteLabel):
    label.act(2, "2026-02-20T08:00:00Z", "Extension de la vidéoprotection")
    frame = f"<iframe src='{label.site.url}mq_apis/actes/v1/search?siren={SIREN}'></iframe>"
    label.site.page("/", "<h1>Mairie</h1><a href='/actes.html'>Actes et délibérations du conseil municipal</a>")
    label.site.page("/actes.html", f"<h1>Délibérations</h1><p>Les actes du conseil municipal.</p>{frame}")
    reports = crawls.all(label.site)
    assert [report["spider"] for report in reports] == ["site", "megalis"]
    assert any("/OpenData/" in path for path in crawls.documents())


def test_a_real_page_of_a_commune_is_recognised(shared: Path):
    name = "corpus/html/audierne/www.audierne.bzh_deliberations-conseil-municipal_.html"
    page = (shared / name).read_text(encoding="utf-8", errors="replace")
    council = Council("commune-29003", "Audierne", "commune", siren="200054724")
    (entry,) = MegalisSpider.recognise(
        Clue("https://www.audierne.bzh/deliberations-conseil-municipal/", page, council=council)
    )
    assert entry.url == BRITTANY.replace(SIREN, "200054724")
