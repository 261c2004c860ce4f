"""The map of France and of a département, as an HTTP client sees them; all councils are invented."""

from __future__ import annotations

import re
import shutil
from html import unescape

import html5lib
import pytest

from crawler.models import Council
from db.home import Home
from db.portal.queries_map import Tally
from db.store.archive import Store


def text_of(html: str) -> str:
    """What a reader sees: no tags, each entity as its character, spaces as spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


SVG = re.compile(r'<svg class="map".*?</svg>', re.S)
EVIL = "Ville <script>alert(1)</script> \" onload='x'"


@pytest.fixture(scope="session")
def map_home(portal_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """With councils in Corse, in the métropole of Lyon, overseas, off the map and without coordinates."""
    home = Home(tmp_path_factory.mktemp("map") / "home")
    shutil.copytree(portal_home.root, home.root)
    places = (
        Council("commune-2A999", "Petra-Nera", "commune", "2A", "94", latitude=41.92, longitude=8.73),
        Council("epci-999999999", EVIL, "collectivite", "69", "84", latitude=45.76, longitude=4.84),
        Council("commune-69998", "Sans-Lieu", "commune", "69", "84"),
        Council("commune-97699", "Baie-Claire", "commune", "976", "06", latitude=-12.8, longitude=45.15),
    )
    states = ("blind", "ok", "disallowed", "paused")
    with Store(home) as store:
        for council, state in zip(places, states, strict=True):
            store.put_council(council)
            source = store.put_source(council.id)
            store.db.execute("UPDATE sources SET state = ? WHERE id = ?", [state, source])
        store.db.execute("UPDATE councils SET latitude = 48.2, longitude = -3.9 WHERE id = 'commune-99003'")
        store.db.conn.commit()
    return home


@pytest.fixture(scope="session")
def maps(map_home, open_portal):
    return open_portal(home=map_home)


@pytest.mark.parametrize("path", ["/map", "/map/69", "/map/2A", "/map/976", "/map/987", "/map?topic=drones&period=all"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_maps_are_strict_html_without_style_or_script(maps, path, prefix):
    answer = maps.get(prefix + path)
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert " style=" not in answer.text and "<script" not in answer.text and "<style" not in answer.text
    assert "{" not in text_of(answer.text)


def test_every_departement_is_a_named_link_and_has_a_title(maps):
    svg = SVG.search(maps.get("/map").text)[0]
    links = re.findall(r'<a href="(/map/[^"]+)" aria-label="([^"]+)"><title>([^<]+)</title>', svg)
    assert len(links) == 107
    assert all(label == title for _, label, title in links)
    assert "/map/2A" in {href for href, _, _ in links}
    assert 'role="group"' in svg and "<desc" in svg


def test_the_table_says_what_the_map_says(maps):
    html = maps.get("/map").text
    svg, seen = SVG.search(html)[0].replace("\xa0", " "), text_of(SVG.sub("", html))
    assert "Finistère (29) : 1 vote à venir, aucun conseil suivi" in svg
    assert re.search(r"Finistère \(29\)\s*1", seen)
    assert "La Réunion (974)" in seen and "Corse-du-Sud (2A)" in seen
    assert re.search(r"Hors de la carte\s*1\s", seen)  # Trépigny is in no département that there is
    assert re.search(r"Ensemble\s*3\s", seen)
    assert "départements sans conseil suivi" in seen


def test_what_is_not_seen_is_hatched_and_said(maps):
    html = maps.get("/map").text
    area = re.search(r'<a href="/map/2A".*?</a>', html, re.S)[0]
    assert "1 conseil suivi dont 1 aveugle" in area and 'fill="url(#dense)"' in area
    rhone = re.search(r'<a href="/map/69".*?</a>', html, re.S)[0]
    assert "2 conseils suivis dont 1 aveugle" in rhone and 'fill="url(#hatch)"' in rhone
    mayotte = re.search(r'<a href="/map/976".*?</a>', html, re.S)[0]
    assert "aucun conseil suivi" in mayotte and "url(#" not in mayotte  # paused: nobody reads it


def test_filters_narrow_what_is_counted_and_stay_in_the_links(maps):
    html = maps.get("/map?topic=drones&period=36").text
    assert '"/map/974?topic=drones&amp;period=36"' in html
    area = {code: re.search(rf'<a href="/map/{code}.*?</a>', html, re.S)[0] for code in ("974", "29")}
    assert "1 vote à venir" in area["974"] and "vote" not in area["29"].partition("aria-label")[2][:60]
    assert "inconnu ici" in text_of(maps.get("/map?topic=nonsense").text)
    assert maps.get("/map?period=%00&kind=x").status_code == 200


def test_a_departement_shows_its_councils_as_points(maps):
    html = maps.get("/map/29").text
    svg = SVG.search(html)[0].replace("\xa0", " ")
    assert re.search(r'<a href="/council/commune-99003" aria-label="Brézolles-l&#39;Étang : 1 vote à venir', svg)
    assert "Brézolles" in text_of(SVG.sub("", html))
    assert svg.count('class="p-none"') > 250  # the communes of the registry that nobody watches here
    assert "16 mars 2026" in html


def test_what_has_no_coordinates_is_in_the_table_alone_and_hostile_names_are_text(maps):
    html = maps.get("/map/69").text
    svg = SVG.search(html)[0]
    assert "Sans-Lieu" not in svg and "Sans-Lieu" in html
    assert "n’a pas de coordonnées" in text_of(html)
    assert "<script" not in html and "Ville &lt;script&gt;" in html
    assert svg.count('class="p-slash"') == 0  # the blind one has no place on the map


def test_addresses_of_departements(maps):
    assert maps.get("/map/2a").status_code == 301
    assert maps.get("/map/2a").headers["location"] == "/map/2A"
    for path in ("/map/20", "/map/99", "/map/%00", "/map/<b>"):
        assert maps.get(path).status_code == 404
    assert "Aucun département" in text_of(maps.get("/map/99").text)


def test_strangers_see_the_map_without_sql(map_home, open_portal):
    public = open_portal(home=map_home, public=True)
    answer = public.get("/map")
    assert answer.status_code == 200 and "sql=" not in answer.text
    assert public.get("/map/69").status_code == 200


@pytest.mark.parametrize(
    ("tally", "state"),
    [
        (Tally(), "none"),
        (Tally(watched=3), "watched"),
        (Tally(watched=3, blind=1), "watched"),
        (Tally(watched=3, blind=3), "blind"),
        (Tally(adopted=1, watched=1, blind=1), "adopted"),
        (Tally(rejected=2), "rejected"),
        (Tally(adopted=1, rejected=2), "both"),
        (Tally(ahead=1, adopted=1, rejected=2), "ahead"),
    ],
)
def test_the_state_of_a_territory(tally, state):
    assert tally.state == state
    assert (tally + Tally(ahead=1)).ahead == tally.ahead + 1
