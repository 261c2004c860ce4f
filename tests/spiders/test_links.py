"""Links judged where they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import Council, KnownUrl, Link
from spiders.errorpage import error_kind
from spiders.frontier import EXPLORED, Frontier
from spiders.links import Context, about, document_priority, is_paper, judge
from spiders.page import read_page
from spiders.revisit import Memory, document_due
from spiders.scope import Scope

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = """<html><head><title>Séances | Ville de Valmont</title></head><body>
<nav><a href=/bulletin.pdf>Bulletin</a><a href=/mairie>La mairie</a></nav>
<main><h1>Séances du conseil</h1>
 <h2>2026</h2><p><strong>Séance du 12 mars</strong></p><a href=/d/1.pdf>Télécharger</a>
 <h2>Vie pratique</h2><ul><li>Menus de la cantine <a href=/d/2.pdf>Télécharger</a></li></ul>
 <details><summary>Archives 2024</summary><a href=/d/3.pdf>pdf</a><a href=/d/4>Séance du 5 mai</a></details>
</main><footer><a href=/d/5.pdf>Charte graphique</a></footer></body></html>"""


def links(html: str = PAGE, **context) -> dict[str, Link]:
    page = read_page("http://v.example/seances", html)
    found = judge(page, Context(**({"about": about(page)} | context)), TODAY)
    return {link.url.removeprefix("http://v.example"): link for link in found}


def test_a_page_of_sessions_vouches_for_its_content_alone():
    found = links()
    assert {url for url, link in found.items() if is_paper(link)} == {"/d/1.pdf", "/d/3.pdf"}
    assert found["/d/1.pdf"].heading == "Séances du conseil – 2026 – Séance du 12 mars"
    assert found["/d/4"].score >= 0.6 and found["/mairie"].score < 0.6


def test_boilerplate_is_no_content_whatever_its_markup():
    html = "<body><h1>Séances du conseil</h1><div><a href=/charte.pdf>Charte</a></div></body>"
    assert is_paper(links(html)["/charte.pdf"])
    assert not is_paper(links(html, boilerplate=lambda url: True)["/charte.pdf"])


def test_a_list_without_markup_of_navigation():
    row = "<tr><td>12/03/2026</td><td><a href=/x/9>Voir</a></td></tr>"
    html = f"<body><h1>Conseil municipal</h1><table>{row}</table></body>"
    assert links(html)["/x/9"].score >= 0.6


def test_hostile_nesting_ends():
    page = read_page("http://v.example/", "<div>" * 5000 + "<a href=/x>x</a>")
    assert len(page.anchors) <= 1


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<h1>Account Suspended</h1>", "suspended"),
        ("<title>Just a moment...</title><body>Checking your browser</body>", "wall"),
        ("<h1>Page introuvable</h1><p>La page demandée n'existe pas.</p>", "gone"),
        ("", "empty"),
        (
            "<h1>Conseil municipal</h1><p>Le site de la piscine est en maintenance.</p>"
            + "<p>Texte de la page.</p>" * 60,
            None,
        ),
        ("<h1>Bienvenue</h1><p>Le village.</p>", None),
    ],
)
def test_error_pages(html, kind):
    assert error_kind(read_page("http://v.example/", html)) == kind


def test_newer_papers_come_first():
    old, new = (
        Link(f"http://v.example/{year}/odj.pdf", "Ordre du jour", score=0.8, document=True) for year in (2015, 2026)
    )
    assert document_priority(new, TODAY) > document_priority(old, TODAY)


def test_exploration_is_bounded_and_from_home_alone():
    frontier = Frontier(TODAY)
    weak = [Link(f"http://v.example/page-{chr(97 + n % 26)}{n}", score=0.1) for n in range(60)]
    assert not any(frontier.offer(link, 1) is not None for link in weak)
    assert sum(frontier.offer(link, 1, from_home=True) is not None for link in weak) == EXPLORED


def test_a_better_score_asks_again():
    frontier = Frontier(TODAY)
    assert frontier.offer(Link("http://v.example/x", score=0.4), 1) is not None
    assert frontier.offer(Link("http://v.example/x", score=0.45), 1) is None
    assert frontier.offer(Link("http://v.example/x", score=0.8), 1) is not None


def test_families_are_bounded_until_rewarded():
    frontier = Frontier(TODAY)
    months = [Link(f"http://v.example/agenda/2026/{n}", score=0.7) for n in range(1, 31)]
    assert sum(frontier.offer(link, 1) is not None for link in months) == 8
    assert len(frontier.reward(months[0].url)) == 22


@pytest.mark.parametrize(
    ("website", "url", "page"),
    [
        ("https://www.valmont.fr/", "http://valmont.fr/x", True),
        ("https://www.valmont.fr/", "http://docs.valmont.fr/x", True),
        ("https://www.valmont.fr/", "http://autre.fr/x", False),
        ("https://mairie.valmont.fr/", "http://docs.valmont.fr/x", True),
        ("https://valmont.agglo-orbe.fr/", "http://voisine.agglo-orbe.fr/x", False),
        ("https://valmont.blogspot.com/", "http://voisine.blogspot.com/x", False),
        ("http://127.0.10.1:8800/", "http://127.0.10.2:8800/", False),
        ("http://127.0.10.1:8800/", "http://127.0.10.1:8801/", False),
    ],
)
def test_scope(website, url, page):
    assert Scope(Council("c", "Valmont", "commune", website=website)).page(url) is page


def known(url="http://v.example/odj.pdf", age=1, seen=100, kind="document", **more) -> KnownUrl:
    at = NOW - timedelta(days=age)
    return KnownUrl(
        url, etag='"x"', sha256="0" * 64, kind=kind, fetched_at=at, first_seen_at=NOW - timedelta(days=seen), **more
    )


@pytest.mark.parametrize(
    ("remembered", "text", "changed", "due"),
    [
        (known(), "Ordre du jour", False, True),  # the next agenda may stand under it
        (known(), "Ordre du jour du 12 mars 2026", False, False),
        (known(seen=10), "Ordre du jour du 12 mars 2026", False, True),
        (known(seen=10), "PV du 3 mai 2019", False, False),
        (known(age=8), "PV du 3 mai 2019", False, True),
        (known(), "PV du 3 mai 2019", True, True),
        (KnownUrl("http://v.example/odj.pdf", kind="document", fetched_at=NOW), "PV du 3 mai 2019", False, True),
    ],
)
def test_when_a_document_is_due(remembered, text, changed, due):
    assert document_due(remembered, Link(remembered.url, text, score=0.8, document=True), NOW, changed) is due


def test_when_a_page_is_due():
    paper = Link("http://v.example/odj.pdf", "Ordre du jour du 12 mars 2026", score=0.8, document=True)
    former = Link("http://v.example/pv.pdf", "PV du 12 mars 2015", score=0.8, document=True)
    listing = known("http://v.example/2019/seances", kind="page", productive=1, links=(paper,))
    archive = known("http://v.example/archives", kind="page", productive=30, links=(former,))
    one = known("http://v.example/seance-du-12-mars-2026", kind="page", productive=2, links=(paper,))
    step = known("http://v.example/vie", kind="page", links=(Link(listing.url, "Séances", score=0.8),))
    nothing = known("http://v.example/loisirs", kind="page")
    home = known(
        "http://v.example/",
        kind="page",
        links=(Link(nothing.url, "Loisirs", score=0.1), Link(step.url, "La mairie", score=0.4)),
    )
    pages = (listing, archive, one, step, nothing, home)
    memory = Memory({page.url: page for page in pages}, None, NOW)
    assert [memory.due(page, memory.link(page.url)) for page in pages] == [True, False, False, True, False, True]
