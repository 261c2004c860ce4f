"""Lists that scripts build are read as a visitor sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

pytestmark = pytest.mark.browser
ROWS = [{"titre": f"Ordre du jour du {day} mars 2026", "pdf": f"/odj-{day}.pdf"} for day in range(10, 22)]
BUILD = """
function add(rows) {
    for (const row of rows) {
        const entry = document.createElement('li');
        const link = document.createElement('a');
        link.href = row.pdf; link.textContent = row.titre;
        entry.append(link);
        document.getElementById('seances').append(entry);
    }
}
"""


@dataclass
class World:
    """Six sites, rendered in one run as six councils at once; what came of each."""

    here: dict[str, str]
    urls: dict[str, list[str]]
    asked: dict[str, list[str]]
    agents: list[str]
    results: dict[str, Any]

    def page(self, name: str) -> Any:
        return self.results[name]["pages"][self.urls[name][0]]


def by_fetch(site: Any) -> list[str]:
    site.json("/api/seances?annee=2026", ROWS)
    site.text("/app.js", BUILD + "fetch('/api/seances?annee=2026&_=1767225600000').then(r => r.json()).then(add)")
    site.headers = {"ETag": '"v1"'}
    return [
        site.page(path, "<h1>Séances</h1><ul id=seances></ul><script src=/app.js></script>")
        for path in ("/conseil", "/archives")
    ]


def by_pages(site: Any) -> list[str]:
    for number in range(3):
        site.json(f"/conseil/donnees/page-{number}.json", ROWS[4 * number : 4 * number + 4])
    script = """
        let page = 0;
        function show() {
            const asked = new XMLHttpRequest();
            asked.open('GET', 'donnees/page-' + page + '.json');
            asked.onload = () => {
                document.getElementById('seances').replaceChildren();
                add(JSON.parse(asked.responseText));
                document.getElementById('suivant').disabled = page === 2;
            };
            asked.send();
        }
        document.getElementById('suivant').onclick = () => { page += 1; show(); };
        show();
    """
    content = "<main><ul id=seances></ul><button id=suivant>Suivant ›</button></main>"
    return [site.page("/conseil/liste", f"{content}<script>{BUILD}{script}</script>")]


def by_more(site: Any) -> list[str]:
    script = """
        let shown = 0;
        function more() {
            fetch('/api/' + shown).then(r => r.json()).then(add);
            shown += 1;
        }
        document.querySelector('button').onclick = more;
        more();
    """
    for number in range(40):
        site.json(f"/api/{number}", [{"titre": f"Séance numéro {number} du conseil", "pdf": f"/{number}.pdf"}])
    return [site.page("/", f"<ul id=seances></ul><button>Charger plus</button><script>{BUILD}{script}</script>")]


def by_scrolling(site: Any) -> list[str]:
    script = """
        let shown = 0;
        new IntersectionObserver((seen) => {
            if (seen[0].isIntersecting && shown < 3) fetch('/api/' + shown++).then(r => r.json()).then(add);
        }).observe(document.getElementById('end'));
    """
    for number in range(3):
        site.json(f"/api/{number}", [{"titre": f"Séance {number} du conseil municipal", "pdf": f"/{number}.pdf"}])
    content = "<ul id=seances></ul><div style='height:5000px'>Bienvenue</div><div id=end>Fin</div>"
    return [site.page("/", f"{content}<script>{BUILD}{script}</script>")]


def of_old(site: Any) -> list[str]:
    script = """
        class Liste extends HTMLElement {
            connectedCallback() {
                this.attachShadow({mode: 'open'}).innerHTML = '<p><a href="/odj.pdf">Délibérations \\u20ac</a></p>';
            }
        }
        customElements.define('une-liste', Liste);
        if (!document.cookie) setTimeout(() => { location.href = '/la-suite'; }, 10);
    """
    content = f"<p>Séance à l’hôtel</p><une-liste></une-liste><script>{script}</script>"
    head = "<meta http-equiv=refresh content='900;url=/ailleurs'>"
    return [site.page("/", content, head=head, charset="cp1252")]


def with_what_is_known(site: Any) -> list[str]:
    """Its script was read by the crawl before the page was rendered."""
    return [site.page("/", "<p></p><script src=/lue.js></script>")]


WORLD: dict[str, Callable[[Any], list[str]]] = {
    "fetch": by_fetch, "pages": by_pages, "more": by_more, "scrolling": by_scrolling, "old": of_old,
    "known": with_what_is_known,
}  # fmt: skip


@pytest.fixture(scope="module")
def world(make_site: Callable[..., Any], render: Callable[..., Any], once: Callable[..., Any]) -> World:
    def find() -> dict[str, Any]:
        sites = {name: make_site() for name in WORLD}
        urls = {name: build(sites[name]) for name, build in WORLD.items()}
        known = {sites["known"].url + "/lue.js": "document.querySelector('p').textContent = 'déjà lue'"}
        results = dict(zip(WORLD, render(*urls.values(), at_hand=known), strict=True))
        return {
            "here": {name: site.url for name, site in sites.items()},
            "urls": urls,
            "asked": {name: site.asked for name, site in sites.items()},
            "agents": sorted({agent for site in sites.values() for agent in site.agents}),
            "results": results,
        }

    return World(**once("lists", find))


def test_a_list_that_fetch_builds(world: World) -> None:
    page = world.page("fetch")
    assert all(f'href="{row["pdf"]}"' in page["html"] and row["titre"] in page["html"] for row in ROWS)
    assert [[found, kind] for found, _, kind in page["data"]] == [
        [world.here["fetch"] + "/api/seances?annee=2026", "application/json"]
    ]
    assert page["headers"]["Etag"] == '"v1"'
    assert world.agents == ["Tocsin/0 (+https://tocsin.example/)"]


def test_an_address_is_asked_for_once_in_a_crawl(world: World) -> None:
    """The page itself is not fetched again, nor what two pages share."""
    result = world.results["fetch"]
    assert sorted(world.asked["fetch"]) == [
        "GET /api/seances?annee=2026", "GET /app.js", "GET /archives", "GET /conseil",
    ]  # fmt: skip
    assert result["stats"]["downloader/request_count"] == 5  # with robots.txt
    assert result["stats"]["playwright/page_count"] == 2
    assert all(ROWS[0]["titre"] in page["html"] and page["data"] for page in result["pages"].values())


def test_xhr_with_a_relative_address_and_pages_by_button(world: World) -> None:
    """Each page replaces the one before; what the first ones listed is not lost."""
    page = world.page("pages")
    assert [row["pdf"] for row in ROWS if f'href="{row["pdf"]}"' not in page["html"]] == []
    assert len(page["data"]) == 3


def test_more_is_asked_for_a_bounded_number_of_times(world: World) -> None:
    html = world.page("more")["html"]
    assert [number for number in range(40) if f'"/{number}.pdf"' in html] == list(range(6))


def test_scrolling_brings_the_rest(world: World) -> None:
    assert '"/0.pdf"' in world.page("scrolling")["html"]


def test_old_encodings_shadow_roots_and_refreshes(world: World) -> None:
    """What is handed on says in which encoding it is, whatever the page said of itself."""
    page = world.page("old")
    assert page["html"] == page["body"]
    assert 'charset="utf-8"' in page["html"]
    assert "cp1252" not in page["html"]
    assert "refresh" not in page["html"]
    assert page["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "Séance à l’hôtel" in page["html"]
    assert '<a href="/odj.pdf">Délibérations €</a>' in page["html"]


def test_a_page_that_goes_elsewhere_is_kept_and_says_where(world: World) -> None:
    assert world.page("old")["led_to"] == [world.here["old"] + "/la-suite"]
    assert world.asked["old"] == ["GET /"]


def test_what_the_crawl_has_read_is_not_asked_for_again(world: World) -> None:
    assert "<p>déjà lue</p>" in world.page("known")["html"]
    assert world.asked["known"] == ["GET /"]


def test_councils_at_once_keep_their_lists_apart(world: World) -> None:
    assert "numéro" not in world.page("fetch")["html"]
    assert sum(result["stats"]["playwright/page_count"] for result in world.results.values()) == 7
