"""*Coverage*: honest by construction, blind ones first, measured figures from one file."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import get_args

import html5lib
import pytest

from crawler.models import Council, SourceState, VersionState
from db.home import Home
from db.portal import coverage_plots, queries_coverage
from db.portal.pages import coverage
from db.portal.words import words
from db.store.archive import Store
from spiders.registry import Registry

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def text_of(html: str) -> str:
    """What a reader sees: no tags, each entity as its character, spaces as spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


@pytest.fixture(scope="session")
def coverage_home(portal_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A council of the registry, one that is blocked for a hostile reason, one paused; a document in two versions."""
    home = Home(tmp_path_factory.mktemp("coverage") / "home")
    shutil.copytree(portal_home.root, home.root)
    with Store(home) as store:
        for council, state, reason in (
            ("commune-29019", "ok", None),
            ("commune-99020", "blocked", "403 <script>alert(1)</script>"),
            ("commune-99021", "paused", None),
        ):
            store.put_council(Council(council, f"Ville {council[-2:]}", "commune", "29", "53"))
            source = store.put_source(council)
            store.db.execute(
                "UPDATE sources SET state = ?, reason = ?, state_since = '2026-02-01T00:00:00+00:00',"
                " last_success_at = '2026-01-31T00:00:00+00:00' WHERE id = ?",
                [state, reason, source],
            )
        run = store.db.execute
        seen = "2026-02-0{}T00:00:00+00:00".format
        run(
            "INSERT INTO documents (id, council_id, url, first_seen_at, last_seen_at)"
            " VALUES ('d-x', 'commune-29019', 'https://x.example/a.pdf', ?, ?),"
            " ('d-y', 'commune-29019', 'https://x.example/b.pdf', ?, ?)",
            [seen(1)] * 4,
        )
        sha = run("SELECT sha256 FROM files LIMIT 1").fetchone()[0]
        for document, number, state in (
            ("d-x", 1, "locked"),
            ("d-x", 2, "read"),
            ("d-y", 1, "read"),
            ("d-y", 2, "locked"),
        ):
            run(
                "INSERT INTO versions (document_id, number, sha256, fetched_at, state, seen_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [document, number, sha, seen(number), state, seen(number)],
            )
        store.db.conn.commit()
    return home


@pytest.fixture(scope="session")
def covered(coverage_home, open_portal):
    return open_portal(home=coverage_home)


@pytest.mark.parametrize(
    "path",
    [
        "/coverage",
        "/en/coverage",
        "/coverage?territory=region-53",
        "/coverage?territory=department-01",
        "/coverage?page=99",
    ],
)
def test_the_page_is_strict_html(covered, path):
    answer = covered.get(path)
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert " style=" not in answer.text and "<script" not in answer.text
    assert "{" not in text_of(answer.text)


def test_what_we_do_not_see_comes_first_with_since_when_and_why(covered):
    html = covered.get("/coverage").text
    seen = text_of(html)
    assert "3 conseils sont suivis" in seen  # a paused one is not
    assert "2 de ces conseils nous échappent" in seen
    states = re.findall(r'<tr><th scope="row"><span class="state (\w+)"', html)
    assert states == ["blind", "blocked", "paused", "ok"]
    cards = re.findall(r'<li class="panel">(.*?)</li>', html, re.S)
    assert "Trépigny" in cards[0] and "403 &lt;script&gt;" in cards[1]
    assert "depuis le 1 février 2026 (29 j)" in text_of(cards[1]).replace("1er", "1")
    assert "Lue pour la dernière fois le 31 janvier 2026" in text_of(cards[1])


def test_a_document_counts_by_the_content_seen_last(covered):
    """d-x was locked and is read; d-y was read and is locked."""
    seen = text_of(covered.get("/coverage?territory=department-29").text)
    assert re.search(r"protégé par mot de passe\s+1\s", seen)


def test_an_empty_territory_is_said_to_be_empty(covered):
    seen = text_of(covered.get("/coverage?territory=department-01").text)
    assert "Aucun conseil n’est suivi ici" in seen and "Aucune source n’est lue" in seen
    assert "échappe" not in seen.split("Ce que Tocsin")[0]


def test_kinds_face_the_registry():
    registry = Registry.load()
    found = {each.kind: each for each in queries_coverage.kinds(["commune-29019", "nowhere"], registry, None, None)}
    assert found["commune"].councils > 34_000 and found["commune"].watched == 1
    assert 100_000 < found["commune"].inhabitants.part < 200_000
    assert 65_000_000 < found["commune"].inhabitants.whole < 72_000_000
    assert found["region"].watched == 0
    of_29 = {each.kind: each for each in queries_coverage.kinds(["commune-29019"], registry, "29", None)}
    assert 200 < of_29["commune"].councils < 300 and of_29["departement"].councils == 1


def test_freshness_has_a_place_for_each_source():
    ages = [timedelta(hours=3), timedelta(days=2), timedelta(days=5), timedelta(days=20), timedelta(days=90), None]
    rows = [{"last_success_at": (NOW - age).isoformat() if age else None} for age in ages]
    plot = coverage_plots.freshness(rows, words("fr"), NOW)
    assert [row[1] for row in plot.rows] == ["1"] * 6
    assert coverage_plots.freshness([], words("fr"), NOW).svg is None


def test_measured_figures_are_those_of_the_published_page():
    """benchmarks/quality.py --write makes both; neither is typed by hand."""
    page = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    found = coverage.quality()
    assert datetime.fromisoformat(found["measured_on"])
    for name, one in found["documents"].items():
        for measure, (right, total) in one["rates"].items():
            assert f"({right}/{total};" in page, (name, measure)
    for name, one in found["texts"].items():
        for measure, (right, total) in one["rates"].items():
            assert f"({right}/{total};" in page or not total, (name, measure)
    assert json.loads((ROOT / "db" / "portal" / "quality.json").read_text(encoding="utf-8")) == found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_measured_figure_has_its_words_and_count(language):
    shown = coverage_plots.quality(coverage.quality(), words(language))
    assert len(shown.tables) == 3
    right, total = coverage.quality()["documents"]["scan"]["rates"]["items: recall"]
    assert any(f"{right}/{total}" in cell for _, _, rows in shown.tables for row in rows for cell in row)


def test_the_gaps_that_the_readme_names_are_on_the_page(covered):
    """Each word of README's list of what is not read yet is in the page's list."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    stated = re.search(r"What it does not do yet: (.*?)\n\n", readme, re.S)[1]
    gaps = text_of(covered.get("/en/coverage").text).partition("What Tocsin cannot read")[2].lower()
    for word in ("handwriting", "sound", "video", "rar", "7-zip", "scripts"):
        assert word in " ".join(stated.split()).lower() and word.removesuffix("s") in gaps


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_has_its_words(language):
    said = words(language)
    assert all(said.say(f"council.state.{state}") for state in get_args(VersionState))
    assert all(said.say(f"council.source.{state}") for state in queries_coverage.STATES)
    assert set(queries_coverage.STATES) == set(get_args(SourceState))
