"""Which pages need their scripts, and what is remembered of those that were rendered. No browser is needed here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.models import KnownUrl, Link
from spiders import rendering
from spiders.page import read_page

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://valmont.example/conseil"
MENU = "<nav><a href=/>Accueil</a></nav>"
TEXT = "<p>" + "La commune vous souhaite la bienvenue sur son site, qui parle de tout. " * 6 + "</p>"


def needs(body: str, head: str = "") -> str:
    html = f"<!doctype html><html><head><title>Conseil municipal</title>{head}</head><body>{MENU}{body}</body></html>"
    return rendering.needs_script(html, read_page(URL, html))


EMPTY = {
    "an application": "<div id=app></div><script type=module src=/assets/index.js></script>",
    "react": "<noscript>You need to enable JavaScript.</noscript><div id=root></div><script src=/a.js></script>",
    "an element of its own": "<liste-des-seances></liste-des-seances><script src=/composants.js></script>",
    "a list by its name": f"{TEXT}<ul id=seances></ul><script>fetch('/api').then(fill('seances'))</script>",
    "a table": f"{TEXT}<table><tbody class=liste-deliberations></tbody></table><script src=/tableau.js></script>",
    "waiting": f"{TEXT}<div class=zone>Chargement en cours…</div><script src=/liste.js></script>",
    "a template": f"{TEXT}<ul><li v-for='s in seances'>{{{{ s.titre }}}}</li></ul><script src=/vue.js></script>",
    "little text": "<h1>Actes</h1><p>Bienvenue</p><script>$.getJSON('/actes', draw)</script>",
}
COMPLETE = {
    "no script": "<div id=app></div>",
    "data only": "<div id=app></div><script type='application/ld+json'>{}</script>",
    "a list": f"{TEXT}<ul><li><a href=/odj.pdf>Ordre du jour</a></li></ul><script>fetch('/count')</script>",
    "empty places of no use": f"{TEXT}<div class=clear></div><div id=fb-root></div><div id=map></div><script src=/a>"
    "</script>",
    "words of a library": f"{TEXT}<div id=cookie-list data-x=1></div><script>fetch('/c')</script>",
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_page_that_is_empty_without_its_scripts(name: str) -> None:
    assert needs(EMPTY[name])


@pytest.mark.parametrize("name", COMPLETE)
def test_a_page_that_is_complete(name: str) -> None:
    assert needs(COMPLETE[name]) == ""


def shell(body: str = "<div id=app></div>", **meta: object) -> HtmlResponse:
    asked = Request(URL, callback=print, errback=print, meta={"link": Link(URL), "download_slot": "x", **meta})
    headers = {"ETag": '"v1"', "Content-Type": "text/html; charset=iso-8859-1", "Content-Encoding": "gzip"}
    return HtmlResponse(URL, headers=headers, body=body.encode(), request=asked)


def rendered_page(body: str = "<div id=app></div>", html: str = "<p>Séance</p>") -> HtmlResponse:
    request = rendering.rendered(shell(body))
    return rendering.answer(request, html, (rendering.Data(URL + "/api", b"[]", "application/json"),), ("/plus",))


def test_the_request_has_the_callbacks_of_the_page_and_its_words() -> None:
    page = shell(clicks=2)
    request = rendering.rendered(page)
    assert (request.url, request.callback, request.errback) == (URL, print, print)
    assert (request.meta["clicks"], request.meta["link"]) == (2, Link(URL))
    assert "download_slot" not in request.meta
    assert rendering.shell_of(request) is page
    assert request.dont_filter


def test_the_answer_has_the_validators_of_the_shell_and_an_encoding_of_ours() -> None:
    page = rendered_page()
    assert rendering.is_rendered(page)
    assert not rendering.is_rendered(shell())
    assert page.text == "<p>Séance</p>"
    assert page.body == "<p>Séance</p>".encode()
    assert page.headers["ETag"] == b'"v1"'
    assert page.headers["Content-Type"] == b"text/html; charset=utf-8"
    assert "Content-Encoding" not in page.headers
    assert [data.url for data in rendering.data_of(page)] == [URL + "/api"]
    assert rendering.led_to(page) == ("/plus",)


def test_a_page_is_rendered_again_when_its_shell_changed_or_after_some_days() -> None:
    kept = rendering.memory(rendered_page(), NOW)
    assert rendering.is_memory(kept)
    assert kept.score == 0
    known = KnownUrl(URL, links=(Link("/a.pdf", "Ordre du jour", document=True), kept))
    soon = NOW + timedelta(hours=12)
    assert not rendering.due(known, shell(), soon)
    assert rendering.due(known, shell("<div id=app></div><p>Neu</p>"), soon)
    assert rendering.due(known, shell(), NOW + rendering.AGAIN)
    assert rendering.due(None, shell(), NOW)
    assert rendering.due(KnownUrl(URL), shell(), NOW)


def test_tokens_of_a_shell_are_no_change() -> None:
    def page(token: str) -> str:
        return (
            f"<script nonce='{token}'>x('{token * 4}')</script><input type=hidden name=t value='{token}'>"
            f"<meta name=csrf-token content='{token}'><!-- made in {token} ms --><div id=app></div>"
        )

    known = KnownUrl(URL, links=(rendering.memory(rendered_page(page("0a1b2c3d")), NOW),))
    assert not rendering.due(known, shell(page("ffee0011")), NOW)


def test_rendering_is_possible_where_a_browser_was_found() -> None:
    assert rendering.available({rendering.SETTING: "/usr/bin/chromium"})
    assert not rendering.available({rendering.SETTING: None})
    assert not rendering.available({})
