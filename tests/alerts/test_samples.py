"""The samples in docs/samples are what the code makes now, and each kind of alert has one."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from alerts import law
from alerts.checklist import points
from alerts.wording import typeset
from crawler.browser_installed import find_browser
from crawler.models import ALERT_KINDS

AGAIN = "the messages look otherwise now: python tests/alerts/samples.py --write --screenshots, then read them"


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))  # as if it were run
        return importlib.import_module("samples")


@pytest.fixture(scope="module")
def made(samples: ModuleType) -> dict[str, str]:
    return dict(samples.files())


def test_the_samples_are_what_the_code_makes(samples: ModuleType, made: dict[str, str]) -> None:
    kept = {name: (samples.FOLDER / name).read_text("utf-8") for name in made if (samples.FOLDER / name).exists()}
    assert {name for name, text in made.items() if kept.get(name) != text} == set(), AGAIN


def test_nothing_else_is_kept_and_every_page_has_its_pictures(samples: ModuleType, made: dict[str, str]) -> None:
    pictures = {f"{name}-{screen}.png" for name in samples.MESSAGES for screen in ("phone", "desk")}
    assert {each.name for each in samples.FOLDER.iterdir()} == set(made) | pictures
    assert sum(each.stat().st_size for each in samples.FOLDER.iterdir()) < 3_000_000


def test_each_kind_of_alert_has_a_sample(samples: ModuleType) -> None:
    told = {name.split("-")[0] for name in samples.MESSAGES}
    assert {kind.split("-")[0] for kind in ALERT_KINDS} <= told


def test_plain_texts_fit_a_narrow_window(made: dict[str, str]) -> None:
    for name, text in made.items():
        if name.endswith(".txt"):
            body = text.split("\n\n", 1)[1]
            assert [line for line in body.splitlines() if len(line) > 72 and not re.search(r"https?://", line)] == []


def test_pages_have_no_address_that_is_no_link(made: dict[str, str]) -> None:
    for name, page in made.items():
        if name.endswith(".html"):
            outside = re.sub(r"<a [^>]*>.*?</a>|<[^>]+>", "", page)
            assert "https://" not in outside, name


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(samples: ModuleType, made: dict[str, str]) -> None:
    found = find_browser()
    if not found.ready:
        pytest.skip(f"needs {', '.join(found.missing)}")
    from playwright.sync_api import sync_playwright

    endless = "Vidéoprotection" * 30
    long = replace(samples.CAMERAS, item_title=endless, place=endless, document_url=f"{samples.SITE}/{'a' * 300}.pdf")
    pages = {name: text for name, text in made.items() if name.endswith(".html")}
    pages["long"] = samples.parts(samples.Reader().hears(samples.FOUND, (long,))[0])[1]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=found.path)
        page = browser.new_page(viewport={"width": 320, "height": 700})
        wide = {}
        for name, text in pages.items():
            page.set_content(text)
            wide[name] = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert {name: width for name, width in wide.items() if width > 320} == {}


# --------------------------------------------------------------------------- the page for watchers

PAGE = Path(__file__).resolve().parents[2] / "docs" / "veille.md"


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def test_the_page_for_watchers_quotes_a_sample(made: dict[str, str]) -> None:
    quoted = re.findall(r"^```text\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M)
    assert quoted
    assert [each for each in quoted if plain(each).strip() not in plain(made["found.txt"])] == []


def test_the_page_for_watchers_states_the_law_as_the_messages_do() -> None:
    rows = [plain(line) for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    page, facts = plain(PAGE.read_text("utf-8")), law.facts()
    for rule in facts["notice"]:
        days = f"{rule['days']} jours francs" if rule["clear"] else f"{rule['days']} jours"
        (row,) = (line for line in rows if f"| {rule['article']} ;" in line)
        assert days in row, rule["id"]
        assert rule["clear"] or f"{days} francs" not in row
    for article in (
        facts["publication"]["list"]["article"], facts["publication"]["minutes"]["article"], facts["appeal"]["article"],
        facts["documents"]["article"], facts["documents"]["refusal"], facts["documents"]["commission"],
        *facts["prefect"]["article"].values(),
    ):  # fmt: skip
        assert article.split("art. ")[1] in page, article
    assert facts["publication"]["list"]["text"] in page
    assert facts["appeal"]["text"] in page


def test_the_examples_of_the_page_are_those_of_the_calendar() -> None:
    page = plain(PAGE.read_text("utf-8"))
    refused = law.documents_refused(date(2026, 3, 20)).day
    assert (refused, law.commission_deadline(refused).day) == (date(2026, 4, 20), date(2026, 6, 19))
    assert "demande le 20 mars 2026, refus né du silence le 20 avril 2026" in page
    assert "CADA à saisir au plus tard le vendredi 19 juin 2026" in page
    assert law.appeal_deadline(date(2026, 3, 16)).day == date(2026, 5, 18)
    assert "publié le lundi 16 mars 2026, l’acte peut être attaqué jusqu’au lundi 18 mai 2026" in page


def test_the_page_lists_the_points_of_the_checklist() -> None:
    page = plain(PAGE.read_text("utf-8"))
    assert [each.id for each in points() if f"- {plain(typeset(each.fr))}" not in page] == []
