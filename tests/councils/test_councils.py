"""Invented council sites, crawled from their home pages alone: what was announced is found, politely and within bounds.

A few sites that stand for the others in every run, all of them with ``--full``. The table is printed either way;
``python tests/councils/measure.py`` prints it with the first mistakes of each site.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.councils.all_sites import builders
from tests.councils.judging import measure, table
from tests.councils.wording import said

QUICK = ("typo3-news", "json-inline", "moved-notice", "bot-wall", "departement-recueil")


def test_each_site_is_read_as_a_patient_human_would(request: pytest.FixtureRequest, full: bool, tmp_path: Path) -> None:
    # One test for all: they share two processes, and workers of pytest-xdist would each crawl them again.
    chosen = [build(name) for name, build in builders().items() if full or name in QUICK]
    found = measure(chosen, tmp_path)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print("\n" + table(found, details=12))
    assert not {verdict.key: verdict.complaints for verdict in found if verdict.complaints}


def test_there_are_enough_sites_of_enough_kinds() -> None:
    grounds = [build(name) for name, build in builders().items()]
    assert len(grounds) >= 32
    assert sum(ground.kind in ("region", "departement") for ground in grounds) >= 3
    assert len({ground.name for ground in grounds}) == len(grounds)
    for ground in grounds:
        path = ground.tree()  # raises where a paper cannot be reached by clicking
        assert set(ground.papers) <= set(path), ground.key
        assert ground.expect != "ok" or not any(ground.is_forbidden(*where) for where in path), ground.key


def test_the_sites_share_nothing_with_what_reads_them() -> None:
    here = Path(__file__).parent
    imports = re.compile(r"^\s*(?:from|import) (?:spiders|crawler|pipelines|db|alerts)\b", re.MULTILINE)
    assert not [path.name for path in here.rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("hand, text", [
    (0, "jeudi 26 mars 2026 à 18 h 05"), (1, "26/03/2026 à 18h05"),
    (2, "jeudi vingt-six mars deux mille vingt-six à dix-huit heures cinq"), (3, "JEUDI 26 MARS 2026 A 18H05"),
    (4, "26 mars 2026 à 18 heures 05 minutes"), (5, "26.03.2026 à 18:05"),
])  # fmt: skip
def test_a_day_in_every_hand(hand: int, text: str) -> None:
    from datetime import date, time

    assert said(date(2026, 3, 26), time(18, 5), hand) == text
