"""What goes around every answer: headers, methods, hostile addresses, what Datasette keeps offering, public mode."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.errors import ArchiveError
from db.home import Home
from db.portal import rendering
from db.portal.page import Page

STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HOSTILE = (
    "/session/%00",
    "/session/%ff%fe",
    "/session/..%2f..%2fetc%2fpasswd",
    "/council/'%20OR%201=1--",
    "/council/%F0%9F%94%94",
    "/session/" + "x" * 3000,
    "/?page=-1",
    "/?page=99999999999999999999",
    "/?territory=department-%00&topic=%ff&since=0000-00-00",
    "/?kind=%27%22%3E%3Cscript%3E",
    "/council/commune-99001?past=x&documents=1e9&flagged=%00",
    "/?" + "topic=drones&" * 500,
    "/%00",
    "/%2e%2e/",
    "/static/..%2fportal.css",
    "/static/%00",
    "/feeds/..%2fdesk.db",
    "/feeds/..%2f..%2fetc%2fpasswd",
    "/feeds/%00.atom",
    "/en/session/%3Cimg%20src=x%3E",
    "//evil.example/",
    "/?council=" + "%F0%9F" * 200,
    "/?until=9999-12-31&since=0001-01-01",
)


@pytest.mark.parametrize("path", ["/", "/en", "/session/s-70", "/council/commune-99003", "/nowhere", "/session/none"])
def test_our_pages_allow_nothing_from_elsewhere(portal, path):
    headers = portal.get(path).headers
    assert headers["content-security-policy"] == STRICT
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/session/s-70", "/archive", "/archive/flagged", "/static/portal.css"])
def test_no_page_names_another_host_for_a_part_of_itself(portal, path):
    html = portal.get(path).text
    for sign in ('src="http', 'src="//', "url(http", "url(//", 'rel="stylesheet" href="http', "@import"):
        assert sign not in html


@pytest.mark.parametrize("path", HOSTILE)
def test_no_address_breaks_a_page(portal, path):
    answer = portal.get(path)
    assert answer.status_code in (200, 301, 302, 404), path
    assert "<script>" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/archive", "/archive/flags", "/-/messages", "/session/s-70"])
def test_nothing_can_be_written(portal, method, path):
    assert portal.ask(method, path).status_code == 405


def test_sql_reads_and_cannot_write(portal):
    ask = "/archive.json?_shape=array&sql="
    assert portal.get(f"{ask}select+count(*)+as+n+from+sessions").json() == [{"n": 5}]
    for sql in ("delete+from+flags", "attach+'desk.db'+as+d", "pragma+user_version=99", "update+flags+set+score=0"):
        assert portal.get(ask + sql).status_code == 400
    assert portal.get(f"{ask}with+x+as+(select+1)+select+*+from+x").status_code == 200


def test_only_the_public_archive_is_served(portal):
    names = [each["name"] for each in portal.get("/-/databases.json").json()]
    assert names == ["archive"]
    (found,) = portal.get("/-/databases.json").json()
    assert found["is_mutable"] is True
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        portal.datasette.get_database("archive").connect().execute("DELETE FROM flags")


def test_datasette_keeps_its_own_pages_one_click_away(portal):
    assert 'href="/archive"' in portal.get("/").text
    for path in (
        "/archive",
        "/archive/flagged?_facet=council",
        "/archive/flagged.csv",
        "/-/plugins",
        "/archive/sessions/s-70",
    ):
        answer = portal.get(path)
        assert answer.status_code == 200, path
        assert "'unsafe-inline'" in answer.headers["content-security-policy"]
    assert portal.get("/archive/nope").status_code == 404


def test_feeds_have_their_media_types(portal):
    assert portal.get("/feeds/tocsin.atom").headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert portal.get("/feeds/tocsin.ics").headers["content-type"] == "text/calendar; charset=utf-8"
    assert "/feeds/tocsin.atom" in portal.get("/").text


def test_a_style_sheet_is_kept_by_browsers_under_the_mark_of_its_content(portal):
    html = portal.get("/").text
    address = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = portal.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert portal.get("/static/portal.css?v=old").headers["cache-control"] == "no-cache"


def test_public_mode_offers_no_sql_and_no_whole_text(public_portal):
    assert public_portal.get("/").headers["x-robots-tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in public_portal.get("/").text
    assert "Disallow: /\n" in public_portal.get("/robots.txt").text
    assert "?sql=" not in public_portal.get("/session/s-70").text
    for path in (
        "/archive.json?sql=select+1",
        "/archive/pages",
        "/archive/pages.json",
        "/archive/readings",
        "/archive/versions/1",
    ):
        assert public_portal.get(path).status_code in (403, 404), path
    for path in ("/-/databases", "/-/databases.json", "/-/threads", "/-/actor", "/-/allow-debug"):
        assert public_portal.get(path).status_code == 404, path
    assert public_portal.get("/archive/flagged").status_code == 200
    assert public_portal.get("/-/static/app.css").status_code == 200


def test_a_portal_under_a_path_links_beneath_it(open_portal):
    below = open_portal(base="/tocsin")  # its client puts the path in front by itself
    html = below.get("/en/session/s-70").text
    assert 'href="/tocsin/en/council/commune-99003"' in html
    assert 'href="/tocsin/session/s-70" hreflang="fr"' in html
    assert below.get("/static/portal.css").status_code == 200
    assert below.get("/archive/flagged").status_code == 200


def test_an_empty_home_has_an_honest_first_page(open_portal, tmp_path):
    root = tmp_path / "new"
    root.mkdir()
    answer = open_portal(home=Home(root)).get("/en")
    assert answer.status_code == 200
    assert "That does not prove that there is none" in answer.text


def test_a_page_that_takes_too_long_says_so(open_portal):
    slow = open_portal(time_limit=0)
    answer = slow.get("/")
    assert answer.status_code == 503
    assert "trop de temps" in answer.text


def test_an_error_of_ours_is_a_page_without_its_details(portal, monkeypatch, caplog):
    async def broken(page):
        raise ZeroDivisionError("secret detail")

    ours = Page("broken", "/broken", broken)
    from db.portal.plugin import _view

    monkeypatch.setattr(type(portal.datasette), "_routes", _with(portal, ours, _view))
    portal.datasette.client.app = portal.datasette.app()
    try:
        answer = portal.get("/en/broken")
    finally:
        monkeypatch.undo()
        portal.datasette.client.app = portal.datasette.app()
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def _with(portal, page, wrap):
    import re

    from datasette.app import wrap_view

    routes = portal.datasette._routes()
    return lambda self: [(re.compile(page.pattern), wrap_view(wrap(page), self)), *routes]


def test_every_page_has_a_template_and_words_in_both_languages():
    from db.portal.words import words

    def keys(value, name=""):
        if not isinstance(value, dict):
            return {name}
        return set().union(*(keys(each, f"{name}.{key}") for key, each in value.items()))

    french, english = words("fr").phrases, words("en").phrases
    for page in rendering.pages():
        rendering.environment().get_template(f"{page.name}.html")
        assert keys(french[page.name]) == keys(english[page.name])
        assert page.menu is None or page.name in french["base"]["nav"]
    assert keys(french["base"]) == keys(english["base"])


def test_a_damaged_archive_is_said(tmp_path, open_portal):
    (tmp_path / "archive.db").write_bytes(b"not a database" * 100)
    with pytest.raises(ArchiveError, match="damaged"):
        open_portal(home=Home(tmp_path))
