"""A new lexicon over the archive: what differs is superseded, the rest is noted, and the past rings nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.config import parse_config
from crawler.errors import Busy
from crawler.models import Council, Fetched, Hints, Reading
from crawler.reflag import FlagSummary, reflag
from crawler.reread import only_reader
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from db.store.desk import Desk
from pipelines.lexicon_files import compile_files
from pipelines.lexicon_types import Lexicon
from pipelines.lexicons import shipped
from pipelines.read import read

TOWN = Council("ville-exemple", "Ville Exemple", "commune", department="69", region="84")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIG = parse_config('[[subscription]]\nname = "tout"\nto = ["feed"]\n')
PAPER = """CONSEIL MUNICIPAL
Séance du {day} à 18 h 30
ORDRE DU JOUR

1. Désignation du secrétaire de séance
2. {subject}
3. Réfection de la toiture de l’école et du préau de la cour
4. Convention avec l’association sportive pour le prêt du gymnase
Fait à la mairie de Ville Exemple, pour affichage et convocation des membres du conseil municipal.
"""
PERISCOPES = "Pose de périscopes municipaux sur la place du Marché"
NEW_ENTRY = f"""
[[strong]]
id = "periscope"
terms = ["périscope municipal", "périscopes municipaux"]
examples = ["{PERISCOPES}"]
"""


def lexicon(extra: str = NEW_ENTRY) -> Lexicon:
    """The shipped lexicon with an entry that nobody has thought of yet."""
    files = shipped()
    files["video-surveillance.toml"] += extra.encode()
    compiled, _ = compile_files(files)
    assert compiled is not None
    return compiled


class Archive:
    """Papers in both archives of a home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def put(self, url: str, text: str, *, private: bool = False, **changes: Any) -> Reading:
        data = text.encode()
        hints = Hints(council_id=TOWN.id, council_name=TOWN.name, reference_date=NOW.date())
        reading = replace(read(data, "text/plain; charset=utf-8", hints, ocr=None), **changes)
        fetched = Fetched(url, data, 200, NOW, file_name=url.rpartition("/")[2])
        with Store(self.home, private=private) as store:
            store.put_council(TOWN)
            store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=NOW)
        return reading

    def settle(self) -> int:
        return settle(self.home, CONFIG, TOWN, NOW)

    def reflag(self, words: Lexicon, at: datetime = NOW + timedelta(days=1), **more: Any) -> FlagSummary:
        return reflag(self.home, CONFIG, words, lambda: at, **more)

    def rows(self, sql: str, *, private: bool = False) -> list[dict[str, Any]]:
        with Store(self.home, private=private) as store:
            return store.rows(sql)

    def alerts(self) -> list[tuple[str, str]]:
        with Desk(self.home) as desk:
            return sorted((alert.kind, str(alert.session_date)) for alert in desk.alerts())


@pytest.fixture
def archive(home: Home) -> Archive:
    return Archive(home)


def test_what_differs_is_superseded_and_rings_for_a_vote_ahead_alone(archive: Archive) -> None:
    archive.put("https://v.example/ahead.txt", PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES))
    archive.put("https://v.example/past.txt", PAPER.format(day="jeudi 22 janvier 2026", subject=PERISCOPES))
    archive.put("https://v.example/other.txt", PAPER.format(day="jeudi 12 mars 2026", subject="Tarifs du camping"))
    archive.settle()
    assert archive.alerts() == []
    words = lexicon()
    summary = archive.reflag(words)
    assert (summary.looked_at, summary.problems) == (3, ())
    assert [(step.url.rpartition("/")[2], step.before, step.after, step.taken) for step in summary.steps] == [
        ("ahead.txt", 0, 1, "changed"),
        ("past.txt", 0, 1, "changed"),
    ]
    assert archive.alerts() == [("found", "2026-03-26"), *[("reminder", "2026-03-26")] * 3]
    assert {row["item_title"] for row in archive.rows("SELECT item_title FROM flagged")} == {PERISCOPES}
    readings = archive.rows("SELECT lexicon_version, superseded_at, late FROM readings ORDER BY id")
    assert [row["lexicon_version"] == words.version for row in readings] == [False, False, True, True, True]
    assert [bool(row["superseded_at"]) for row in readings] == [True, True, False, False, False]
    assert [row["late"] for row in readings[3:]] == [1, 1]
    assert archive.rows("SELECT * FROM changes") == []
    assert archive.reflag(words) == FlagSummary()


def test_what_a_lexicon_takes_back_is_no_flag_any_more_and_comes_back_under_its_id(archive: Archive) -> None:
    archive.put("https://v.example/ahead.txt", PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES))
    archive.settle()
    archive.reflag(lexicon())
    (before,) = archive.rows("SELECT id FROM flags WHERE superseded_at IS NULL")
    archive.reflag(lexicon(""))
    assert archive.rows("SELECT id FROM flags WHERE superseded_at IS NULL") == []
    archive.reflag(lexicon())
    assert archive.rows("SELECT id FROM flags WHERE superseded_at IS NULL") == [before]
    assert archive.alerts().count(("found", "2026-03-26")) == 1


def test_the_text_is_not_read_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put("https://v.example/a.txt", PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES))
    archive.settle()
    monkeypatch.setattr("pipelines.read.read", None)
    text = "SELECT id, version_id, number, text, method, confidence, legible FROM pages"  # marks tell topics
    pages = archive.rows(text)
    items = archive.rows("SELECT id, title, updated_at FROM items")
    assert len(archive.reflag(lexicon()).steps) == 1
    assert archive.rows(text) == pages
    assert archive.rows("SELECT id, title, updated_at FROM items") == items


def test_what_is_private_stays_private(archive: Archive) -> None:
    paper = PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES)
    archive.put("file:/home/x/projet.txt", paper, private=True)
    archive.settle()
    assert len(archive.reflag(lexicon()).steps) == 1
    assert archive.rows("SELECT * FROM flags") == []
    assert len(archive.rows("SELECT * FROM flags", private=True)) == 1


def test_only_what_is_asked_for(archive: Archive) -> None:
    archive.put("https://v.example/a.txt", PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES))
    archive.settle()
    today = lexicon("")
    assert archive.reflag(today).looked_at == 0
    assert archive.reflag(today, everything=True).looked_at == 1
    assert archive.reflag(lexicon(), councils=("ailleurs",)).looked_at == 0


def test_a_kill_before_settling_is_made_good_by_the_next_run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put("https://v.example/a.txt", PAPER.format(day="jeudi 26 mars 2026", subject=PERISCOPES))
    archive.settle()

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as during, pytest.raises(KeyboardInterrupt):
        during.setattr("crawler.reflag.settle", killed)
        archive.reflag(lexicon())
    assert archive.alerts() == []
    summary = archive.reflag(lexicon())
    assert (summary.looked_at, summary.alerts) == (0, 4)


def test_one_at_a_time(archive: Archive) -> None:
    with only_reader(archive.home), pytest.raises(Busy):
        archive.reflag(lexicon())
