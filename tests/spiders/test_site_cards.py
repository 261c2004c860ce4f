"""Links whose words stand beside them, lists of acts on any subject, and papers one click behind a store's page."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.models import Link
from spiders.frontier import DEEPER, Frontier
from spiders.links import ABOUT, DOCUMENT, FOLLOW, Context, judge, kept_elsewhere
from spiders.page import read_page
from spiders.viewer import shown

HERE = "http://www.bruyeres.invalid/mairie/"
TODAY = date(2026, 3, 2)


def links(html: str, context: Context) -> dict[str, Link]:
    page = read_page(HERE, f"<html><body><main>{html}</main></body></html>")
    return {link.url.removeprefix("http://www.bruyeres.invalid"): link for link in judge(page, context, TODAY)}


@pytest.mark.parametrize(
    "card",
    [
        '<div class="tile"><a href="/a"><img src="x.png" alt=""></a><p>Les instances</p></div>',
        '<div><div class="card-title">Les instances</div><div><a href="/a">En savoir plus</a></div></div>',
        '<div><h3 id="t">Les instances</h3><p>Et bien d\'autres.</p><a href="/a" aria-labelledby="t"></a></div>',
    ],
)
def test_a_link_without_words_takes_those_of_its_card(card: str) -> None:
    found = links(card, Context(0.2))
    assert "instances" in found["/a"].text


def test_a_card_with_several_targets_lends_its_words_to_none() -> None:
    found = links('<div><p>Conseil municipal</p><a href="/a">›</a><a href="/b">›</a></div>', Context(0.2))
    assert all("Conseil" not in link.text for link in found.values())


def test_abbreviations_alone_promise_papers() -> None:
    found = links('<a href="/1">CR / PV</a> <a href="/2">Consulter les PV</a> <a href="/3">CM</a>', Context(0.2))
    assert found["/1"].score >= ABOUT
    assert found["/2"].score >= ABOUT
    assert found["/3"].score < FOLLOW


def test_a_list_of_deliberations_holds_acts_whatever_they_are_about() -> None:
    html = '<ul><li><a href="/1.pdf">Tarifs de la cantine</a></li><li><a href="/2.pdf">Bulletin d\'été</a></li></ul>'
    acts = links(html, Context(0.8, acts=True))
    assert acts["/1.pdf"].score >= DOCUMENT
    assert acts["/2.pdf"].score < DOCUMENT
    assert links(html, Context(0.8))["/1.pdf"].score < DOCUMENT


def test_a_theme_of_a_list_of_deliberations_is_followed() -> None:
    found = links('<a href="/deliberations?theme=2">Urbanisme</a> <a href="/services?t=2">Urbanisme</a>', Context(0.2))
    assert found["/deliberations?theme=2"].score >= ABOUT
    assert found["/services?t=2"].score < FOLLOW


def test_a_link_to_the_store_of_other_papers_may_show_one() -> None:
    link = Link("http://store.invalid/file/d/aZ/view", "Procès-verbal", "", 0.8)
    assert not kept_elsewhere(link, 0.8).document
    assert kept_elsewhere(link, 0.8, {"store.invalid"}).document
    assert not kept_elsewhere(Link(link.url, "Menus", "", 0.8), 0.8, {"store.invalid"}).document


def test_the_one_paper_behind_a_page_of_a_store() -> None:
    link = Link("http://store.invalid/file/d/aZ/view", "Procès-verbal", "12 mars 2026", 0.8, True)
    one = '<a href="/uc?export=download&id=aZ">Télécharger</a> <a href="/help">Aide</a>'
    page = read_page(link.url, f"<html><body>{one}</body></html>")
    behind = shown(page, link)
    assert behind is not None
    assert (behind.url, behind.text) == ("http://store.invalid/uc?export=download&id=aZ", "Procès-verbal")
    two = read_page(link.url, f'<html><body>{one}<a href="/uc?export=download&id=bY">Télécharger</a></body></html>')
    assert shown(two, link) is None


def test_a_list_repeated_under_one_choice_closes_no_family() -> None:
    frontier = Frontier(TODAY)
    for theme in range(4):
        assert not frontier.is_copy(f"{HERE}d?theme={theme}", theme)
        assert frontier.is_copy(f"{HERE}d?annee=2026&theme={theme}", theme)
    assert not frontier.is_closed(f"{HERE}d?annee=2025&theme=0")
    for view in range(3):
        assert frontier.is_copy(f"{HERE}d?annee=2026&theme=0&vue={view}", 0)
    assert frontier.is_closed(f"{HERE}d?annee=2026&theme=0&vue=9")


def test_one_click_below_the_home_page_is_explored_until_sessions_are_found() -> None:
    frontier = Frontier(TODAY)
    below = [Link(f"{HERE}{'abcdefgh'[n % 8]}{n}/rubrique-{n}", "Rubrique", "", 0.2) for n in range(DEEPER + 5)]
    assert sum(frontier.offer(link, 2) is not None for link in below) == DEEPER
    assert frontier.refusal(below[0], below[0].url, 2) is None
    frontier.reward(f"{HERE}conseil")
    assert frontier.refusal(below[0], below[0].url, 2) is not None
