"""The three first pages, in both languages, as an HTTP client sees them."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser

import html5lib
import pytest

from db.connection import connect
from db.home import Home

PAGES = ("/", "/council/commune-99003", "/council/commune-99001", "/session/s-70", "/session/s-2", "/session/s-3")


def text_of(html: str) -> str:
    """What a reader sees: no tags, spaces as spaces."""
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_data = seen.append  # type: ignore[method-assign]
    parser.feed(html)
    return re.sub(r"\s+", " ", "".join(seen))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_strict_html_in_their_language(portal, path, prefix):
    answer = portal.get((prefix + path).removesuffix("/") or "/")
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert f'<html lang="{"en" if prefix else "fr"}">' in answer.text
    assert "{" not in text_of(answer.text)


def test_votes_ahead_are_listed_soonest_first_with_their_countdown(portal):
    seen = text_of(portal.get("/").text)
    assert "dans 14 jours" in seen
    assert seen.index("Sainte-Elvire") < seen.index("Trépigny") < seen.index("Brézolles-l'Étang")
    assert "3 séances à venir" in seen
    assert "Une autre séance à venir est connue" in seen  # s-3, of unknown date, with nothing found


def test_private_facts_are_on_no_page(portal):
    for path in (*PAGES, "/archive/flagged", "/archive/pages?_search=confidentielle"):
        answer = portal.get(path)
        assert "reconnaissance faciale" not in text_of(answer.text), path
        assert "/home/elu" not in answer.text
        assert "18:30" not in answer.text or path == "/session/s-70"


@pytest.mark.parametrize(
    ("query", "councils"),
    [
        ("territory=department-974", {"Sainte-Elvire"}),
        ("territory=region-53", {"Brézolles-l'Étang"}),
        ("topic=drones", {"Sainte-Elvire"}),
        ("topic=drones&topic=video-surveillance", {"Sainte-Elvire", "Trépigny", "Brézolles-l'Étang"}),
        ("kind=epci", set()),
        ("council=commune-99001", {"Trépigny"}),
        ("since=2026-03-10", {"Brézolles-l'Étang"}),
        ("until=2026-03-09", {"Sainte-Elvire", "Trépigny"}),
    ],
)
def test_filters_narrow(portal, query, councils):
    html = portal.get(f"/?{query}").text
    assert set(re.findall(r"<h3><a [^>]*>(.*?)</a>", html)) == {name.replace("'", "&#39;") for name in councils}


def test_sessions_on_other_topics_are_not_said_to_hold_nothing(portal):
    seen = text_of(portal.get("/?topic=drones").text)
    assert "3 autres séances à venir sont connues, sur d’autres thèmes ou sans point repéré" in seen
    assert "où nous n’avons rien" not in seen


def test_unknown_filters_are_said_and_narrow_nothing(portal):
    answer = portal.get("/?topic=nonsense&territory=moon&since=yesterday&kind=x")
    assert answer.status_code == 200
    assert "3 séances à venir" in text_of(answer.text)
    for word in ("nonsense", "moon", "yesterday"):
        assert word in text_of(answer.text)


def test_the_form_keeps_what_was_chosen(portal):
    html = portal.get("/en?territory=region-53&topic=drones").text
    assert '<option value="region-53" selected>' in html
    assert '<option value="drones" selected>' in html
    assert 'action="/en"' in html


def test_hostile_titles_show_as_text(portal):
    for path in ("/", "/session/s-70", "/council/commune-99003"):
        html = portal.get(path).text
        assert "<script" not in html
        assert "\u202e" not in html
        assert "&lt;script&gt;alert(" in html
    assert "<b>" not in re.sub(r"<b>\d+</b>", "", portal.get("/session/s-70").text)


def test_a_session_shows_what_changed_in_words_and_as_a_difference(portal):
    html = portal.get("/session/s-70").text
    assert "Point ajouté" in text_of(html)
    assert len(re.findall(r'<li class="new">', html)) == 1
    assert '<li class="gone">' not in html  # what was only renumbered did not go


def test_a_session_shows_when_its_agenda_was_seen_and_the_law_beside_a_printed_date(portal):
    seen = text_of(portal.get("/session/s-70").text)
    assert "Ordre du jour vu en ligne pour la première fois le 27 février 2026" in seen
    assert "avant la séance;" not in seen
    assert "Convocation datée du 10 mars 2026 : 5 jours francs avant la séance" in seen
    assert "CGCT, art. L2121-12" in seen
    undated = text_of(portal.get("/session/s-3").text)
    assert "Convocation datée" not in undated
    assert "Date de séance inconnue" in undated


def test_outcomes_stand_beside_their_items(portal):
    seen = text_of(portal.get("/session/s-2").text)
    assert "Votes de résultats différents" in seen
    assert "20 voix pour, 3 contre, 1 abstention" in seen


def test_a_council_tells_how_it_is_watched(portal):
    seen = text_of(portal.get("/council/commune-99001").text)
    assert "aveugle" in seen
    assert "lu pour la dernière fois le 1er mars 2026" in seen
    assert "Personne ne lit le site" in text_of(portal.get("/council/commune-99003").text)


def test_merged_ids_lead_to_what_they_became(portal):
    answer = portal.get("/en/session/s-69")
    assert (answer.status_code, answer.headers["location"]) == (301, "/en/session/s-70")


@pytest.mark.parametrize("path", ["/session/none", "/council/none", "/nowhere", "/en/nowhere/at/all", "/feeds/x.atom"])
def test_what_is_unknown_is_a_page_that_helps(portal, path):
    answer = portal.get(path)
    assert answer.status_code == 404
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert ('href="/en"' if path.startswith("/en") else 'href="/"') in answer.text


def test_the_language_switch_keeps_page_and_query(portal):
    html = portal.get("/session/s-70?x=a%26b").text
    assert 'href="/en/session/s-70?x=a%26b" hreflang="en"' in html


def test_the_query_behind_a_page_runs_in_datasette(portal):
    for path in ("/", "/session/s-70", "/council/commune-99003"):
        html = portal.get(path).text
        link = re.search(r'href="(/archive\?sql=[^"]+)"', html)
        assert link, path
        answer = portal.get(link[1].replace("&amp;", "&").replace("/archive?", "/archive.json?") + "&_shape=array")
        assert answer.status_code == 200
        assert json.loads(answer.text), path


def test_a_dismissed_flag_disappears_at_once(open_portal, portal_home, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(portal_home.root, home.root)
    mine = open_portal(home=home)
    assert "drone" in mine.get("/").text
    archive = connect(home.archive)
    archive["dismissals"].insert({"flag_id": "f-9", "dismissed_at": "2026-03-02T09:00:00+00:00"})
    archive.close()
    assert "Achat d" not in mine.get("/").text
