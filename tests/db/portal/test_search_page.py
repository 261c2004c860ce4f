"""*Search* as an HTTP client sees it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import search
from db.portal.filters import Chosen
from db.portal.pages.search import Asked


def text_of(html):
    seen = []
    parser = HTMLParser()
    parser.handle_data = seen.append
    parser.feed(html)
    return re.sub(r"\s+", " ", "".join(seen))


def ask(portal, prefix="", **query):
    answer = portal.get(f"{prefix}/search?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return answer.text


def hits(html):
    return re.findall(r"<h3><a href=\"([^\"]*)\"", html)


def test_the_form_and_its_help_in_both_languages(portal):
    for prefix, word in (("", "Comment chercher"), ("/en", "How to search")):
        html = ask(portal, prefix)
        assert word in text_of(html)
        assert hits(html) == []
    assert '<a href="/search"' in portal.get("/").text


def test_hits_with_their_highlighted_words_and_links(portal):
    html = ask(portal, q="videoprotection marché")
    assert "<mark>vidéoprotection</mark>, place du <mark>Marché</mark>" in html
    assert "Un résultat" in text_of(html)
    (link,) = hits(html)
    assert re.fullmatch(r"/document/[\w-]+\?page=1", link)
    assert "Trépigny, conseil municipal – séance du 9 mars 2026" in text_of(html)
    html = ask(portal, "/en", q="tranche 1")
    assert hits(html) == ["/en/session/s-1#i-1"]
    assert "session of 9 March 2026" in text_of(html)
    assert portal.get(hits(html)[0].partition("#")[0]).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "drone", "territory": "department-974"}, True),
        ({"q": "drone", "territory": "region-53"}, False),
        ({"q": "drone", "topic": "drones"}, True),
        ({"q": "drone", "topic": "biometrics"}, False),
        ({"q": "drone", "council": "commune-99002"}, True),
        ({"q": "drone", "kind": "epci"}, False),
        ({"q": "drone", "document": "agenda"}, True),
        ({"q": "drone", "document": "minutes"}, False),
        ({"q": "drone", "since": "2026-03-08", "until": "2026-03-08"}, True),
        ({"q": "drone", "since": "2026-03-09"}, False),
        ({"q": "drone NOT achat"}, False),
        ({"q": "dro*"}, True),
        ({"q": "«un drone»"}, True),
    ],
)
def test_filters(portal, query, found):
    html = ask(portal, **query)
    assert bool(hits(html)) is found
    assert found or "Aucun résultat" in text_of(html)


def test_the_form_keeps_what_was_asked(portal):
    html = ask(portal, q='"l\'eau" <b>', topic="drones", document="minutes", since="2026-01-01", sort="newest")
    assert 'value="&#34;l&#39;eau&#34; &lt;b&gt;"' in html
    assert '<option value="drones" selected>' in html
    assert '<option value="minutes" selected>' in html
    assert 'name="since" value="2026-01-01"' in html
    assert '<input type="hidden" name="sort" value="newest">' in html
    assert '<details class="filters" open>' in html


def test_unknown_filters_are_said(portal):
    seen = text_of(ask(portal, q="drone", document="poem", territory="moon"))
    assert "poem" in seen
    assert "moon" in seen


def test_hostile_text_shows_as_text(portal):
    html = ask(portal, q="alert")
    assert hits(html)
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;<mark>alert</mark>" in html


def test_what_holds_no_word_is_explained(portal):
    assert "au moins une lettre" in text_of(ask(portal, q='"( *'))
    assert "mots à exclure" in text_of(ask(portal, q="-drone"))


def test_nothing_found_offers_other_ways(portal):
    html = ask(portal, q="drones tranches", topic="drones")
    assert "Chercher « drone* tranche* »" in text_of(html).replace("\xa0", " ").replace("\u202f", " ")
    assert "sans filtre" in text_of(html)
    assert "drone%2A+tranche%2A" in html


def test_wider_words():
    wider = lambda text: Asked(text, Chosen(), (), newest=False).wider  # noqa: E731
    assert wider('caméras -drone "un mot" de') == 'caméra* -drone "un mot" de'
    assert wider("cam* de") == ""


def test_pages_of_results_and_their_order(portal, monkeypatch):
    monkeypatch.setattr("db.portal.pages.search.SIZE", 1)
    first, second = ask(portal, q="vidéoprotection"), ask(portal, q="vidéoprotection", page=2)
    assert "page 1 sur 2" in text_of(first)
    assert hits(first) != hits(second)
    assert hits(ask(portal, q="vidéoprotection", page=99)) == hits(second)
    assert 'aria-current="true">les plus récents' in ask(portal, q="vidéoprotection", sort="newest")


def test_more_than_is_ranked_is_said(portal, monkeypatch):
    monkeypatch.setattr(search, "MOST", 1)
    monkeypatch.setattr("db.portal.pages.search.MOST", 1)
    assert "Plus de 1 résultats" in text_of(ask(portal, q="drone"))
    monkeypatch.setattr(search.Search, "find", lambda *_, **__: search.Found((), 0, more=True, looked=123_456))
    seen = text_of(ask(portal, q="drone")).replace("\xa0", " ").replace("\u202f", " ")
    assert "Aucun résultat parmi les pages récentes" in seen
    assert "seules les 123 456 dernières pages lues" in seen


def test_the_query_behind_runs_in_datasette(portal, public_portal):
    html = ask(portal, q="d'un drone", territory="department-974")
    (address,) = re.findall(r'href="(/archive\?sql=[^"]*)"', html)
    answer = portal.get(address.replace("&amp;", "&").replace("/archive?", "/archive.json?"))
    assert answer.json()["rows"][0][0] == "Sainte-Elvire"
    assert "/archive?sql=" not in ask(public_portal, q="drone")


def test_nothing_private(portal):
    assert hits(ask(portal, q="confidentielle")) == []


def test_strangers_find_agendas_and_flagged_documents_alone(portal, public_portal):
    assert hits(ask(portal, q="procès-verbal œuvre"))
    html = ask(public_portal, q="procès-verbal œuvre")
    assert hits(html) == []
    assert "Portail ouvert au public" in text_of(html)
    assert hits(ask(public_portal, q="drone"))
    assert hits(ask(public_portal, q="caméras marché"))


ODD = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40) | st.text(
    "ab\"'’«»*-()^:{}\x00 ANDORTNE🚁%", max_size=40
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ODD, st.sampled_from(["", "newest", "x"]))
def test_any_input_gives_a_page(portal, text, sort):
    ask(portal, q=text, sort=sort)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "mot " * 2_500, '"' * 10_000, "(" * 10_000, "NOT " * 2_500, "-a* " * 2_500]
)
def test_ten_thousand_characters(portal, text):
    assert portal.get(f"/search?q={quote(text)}").status_code == 200
