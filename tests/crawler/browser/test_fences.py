"""What a page wants from the network goes through our checks, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

pytestmark = pytest.mark.browser
SHOW = "const show = (text) => document.body.insertAdjacentHTML('beforeend', '<p>' + text + '</p>');"
ASK = SHOW + "const ask = (url) => fetch(url).then(r => r.text()).then(show).catch(() => show('nothing from ' + url));"


@dataclass
class Fences:
    """One page that tries everything, rendered once."""

    url: str
    here: str
    asked: list[str]
    asked_elsewhere: list[str]
    agents: list[str]
    seen: list[str]
    result: Any

    @property
    def html(self) -> str:
        return str(self.result["pages"][self.url]["html"])


def hostile(site: Any, other: Any, trap: str) -> str:
    """A page that asks for what it may not have, in all ways that a page has."""
    site.text("/robots.txt", "User-agent: *\nDisallow: /prive/\n")
    site.json("/prive/liste.json", ["SECRET"])
    site.json("/ouvert.json", ["OUVERT"])
    site.headers = {"Access-Control-Allow-Origin": "*"}
    other.headers = {"Access-Control-Allow-Origin": "*"}
    other.text("/robots.txt", "User-agent: Tocsin\nDisallow: /ferme\n")
    other.text("/cadre.js", "addEventListener('load', () => show('BIBLIOTHEQUE'));", "text/javascript")
    other.json("/ferme.json", ["FERME"])
    site.text("/saut.json", f"{other.url}/ferme.json", "redirect")
    other.json("/ouvert.json", ["AILLEURS"])
    site.text("/ouvrier.js", f"fetch('/prive/ouvrier'); new WebSocket('ws://{trap}/ouvrier');", "text/javascript")
    site.text("/sw.js", f"fetch('http://{trap}/sw'); self.addEventListener('install', () => {{}});", "text/javascript")
    head = f"""
        <link rel=preconnect href='http://{trap}/'><link rel=dns-prefetch href='//{trap}'>
        <link rel=prefetch href='http://{trap}/prefetch'><link rel=preload as=image href='http://{trap}/preload'>
        <link rel=icon href='http://{trap}/icon'><link rel=stylesheet href='http://{trap}/style.css'>
        <style>@font-face {{font-family: x; src: url(http://{trap}/font)}} body {{font-family: x;
            background: url(http://{trap}/background)}}</style>
        <script type=speculationrules>
            {{"prefetch": [{{"source": "list", "urls": ["http://{trap}/next"]}}],
              "prerender": [{{"source": "list", "urls": ["/prerender"]}}]}}</script>
        <script src='{other.url}/cadre.js'></script><script src='{other.url}/matomo.js'></script>
    """
    script = f"""
        {ASK}
        ask('/prive/liste.json'); ask('/ouvert.json'); ask('/saut.json');
        ask('{other.url}/ferme.json'); ask('{other.url}/ouvert.json');
        fetch('/ecrire', {{method: 'POST', body: 'x=1'}}).catch(() => show('no POST'));
        navigator.sendBeacon('http://{trap}/beacon', 'x');
        new EventSource('http://{trap}/events');
        new Image().src = 'http://{trap}/image';
        const tries = [
            () => new WebSocket('ws://{trap}/socket'),
            () => new Worker('/ouvrier.js'),
            () => new SharedWorker('/ouvrier.js'),
            () => new WebTransport('https://{trap}/transport'),
            () => navigator.serviceWorker.register('/sw.js').catch(() => show('no worker')),
            () => window.open('http://{trap}/popup'),
            () => {{ const a = document.createElement('a'); a.href = '/gros.zip'; a.download = ''; a.click(); }},
            () => {{
                const peer = new RTCPeerConnection({{iceServers: [
                    {{urls: 'turn:{trap}?transport=tcp', username: 'a', credential: 'b'}}, {{urls: 'stun:{trap}'}}]}});
                peer.createDataChannel('x');
                peer.createOffer().then((offer) => peer.setLocalDescription(offer));
            }},
        ];
        for (const one of tries) {{ try {{ one(); }} catch (_) {{ }} }}
        show(navigator.userAgent + ' ' + navigator.webdriver);
    """
    body = f"<iframe src='http://{trap}/frame'></iframe><img src='http://{trap}/img'><video src='http://{trap}/film'></video>"
    return str(site.page("/", f"{body}<script>{script}</script>", head=head))


@pytest.fixture(scope="module")
def fences(
    make_site: Callable[..., Any],
    render: Callable[..., Any],
    listener: tuple[str, list[bytes]],
    once: Callable[..., Any],
) -> Fences:
    def find() -> dict[str, Any]:
        trap, seen = listener
        site, other = make_site(), make_site()
        url = hostile(site, other, trap)
        result = render([url])
        return {
            "url": url, "here": site.url, "asked": site.asked, "asked_elsewhere": other.asked,
            "agents": list(site.agents | other.agents), "seen": [repr(data) for data in seen], "result": result,
        }  # fmt: skip

    return Fences(**once("fences", find))


def test_no_connection_but_ours(fences: Fences) -> None:
    """WebSocket, preconnect, prefetch, WebRTC, workers and windows: the browser has no way to the network."""
    assert "OUVERT" in fences.html  # the page did run
    assert fences.seen == []


def test_only_what_builds_lists_is_fetched(fences: Fences) -> None:
    assert sorted(fences.asked) == ["GET /", "GET /ouvert.json", "GET /ouvrier.js", "GET /saut.json"]
    assert sorted(fences.asked_elsewhere) == ["GET /cadre.js", "GET /ouvert.json"]
    assert "no POST" in fences.html
    assert "BIBLIOTHEQUE" in fences.html
    assert "AILLEURS" in fences.html


def test_robots_txt_holds_for_what_scripts_fetch(fences: Fences) -> None:
    assert "SECRET" not in fences.html
    assert "FERME" not in fences.html
    assert "nothing from /prive/liste.json" in fences.html
    assert "nothing from /saut.json" in fences.html  # which redirects to a forbidden address
    assert fences.result["denied"] == 4  # with what a worker wanted
    assert f"robots: {fences.here}/prive/liste.json (for the scripts of {fences.url})" in fences.result["notes"]


def test_the_browser_says_who_it_is(fences: Fences) -> None:
    assert "Tocsin/0 (+https://tocsin.example/) true" in fences.html
    assert fences.agents == ["Tocsin/0 (+https://tocsin.example/)"]


def test_private_addresses_and_the_budget(make_site: Callable[..., Any], render: Callable[..., Any]) -> None:
    """A page that was read before it was forbidden, as a public one would be, asks for private addresses in vain."""
    site, other = make_site(), make_site()
    site.json("/a.json", ["PREMIER"])
    site.json("/b.json", ["SECOND"])
    other.json("/secret.json", ["SECRET"])
    other.headers = {"Access-Control-Allow-Origin": "*"}
    port = other.url.rpartition(":")[2]
    asks = "".join(f"ask('{url}');" for url in (
        f"{other.url}/secret.json", f"http://2130706433:{port}/secret.json", f"http://localhost:{port}/secret.json",
        f"http://[::1]:{port}/secret.json",
    ))  # fmt: skip
    first = site.page("/prive", f"<script>{ASK}{asks}</script>")
    second = site.page("/budget", f"<script>{ASK}ask('/a.json'); setTimeout(() => ask('/b.json'), 200);</script>")
    private, budget = render([first], [second], max_pages=2, public=first)
    assert other.asked == []
    assert private["refused"] == 4
    assert private["pages"][first]["html"].count("<p>nothing from") == 4
    assert "PREMIER" in budget["pages"][second]["html"]
    assert "SECOND" not in budget["pages"][second]["html"]
    assert budget["left_over"] == 1
