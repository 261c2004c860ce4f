"""What pages, scripts, data, feeds and calendars say, without any crawl."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.models import Council, Link
from spiders import content, urls
from spiders.calls import called
from spiders.data import parse, read_data
from spiders.doors import is_closed
from spiders.feeds import read_calendar, read_feed, read_sitemap
from spiders.frontier import Frontier, refines
from spiders.languages import Languages, marker
from spiders.links import document_priority, page_priority
from spiders.moving import new_home
from spiders.page import read_page
from spiders.scripted import sources

HERE = "https://www.une-ville.example/vie/conseil"


def told(script, body=""):
    html = f"<h1>Conseil municipal</h1>{body}<script>{script}</script>"
    return sources(html, read_page(HERE, html), 2026)


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("fetch('/api/actes')", "https://www.une-ville.example/api/actes"),
        ("axios.get(`liste.php`)", "https://www.une-ville.example/vie/liste.php"),
        ("const API='/v1'; fetch(API + '/actes?type=' + 'cm')", "https://www.une-ville.example/v1/actes?type=cm"),
        ("$.ajax({type: 'GET', url: '/ajax/actes', dataType: 'json'})", "https://www.une-ville.example/ajax/actes"),
        ("r.open('GET', 'd.json')", "https://www.une-ville.example/vie/d.json"),
        ("fetch('/a?annee=' + annee)", "https://www.une-ville.example/a?annee=2025"),
        ("load('/x?page=' + page); $.get(`/y?page=${page}`)", "https://www.une-ville.example/y?page=1"),
    ],
)
def test_addresses_that_scripts_ask_for(script, wanted):
    assert wanted in told(script).endpoints


def test_addresses_that_scripts_put_together():
    found = told("""html += '<a href="/docs/' + encodeURIComponent(s.fichier) + '">'; x = `<a href="/s/${s.id}">`;""")
    assert set(found.templates) == {
        "https://www.une-ville.example/docs/{fichier}",
        "https://www.une-ville.example/s/{id}",
    }


@pytest.mark.parametrize(
    "script",
    [
        """var l = [{titre: 'PV', lien: "/a.pdf",},];""",
        """window.__ETAT__ = {"actes": [{"titre": "PV", "lien": "/a.pdf"}]};""",
        r"""const d = JSON.parse('[{"titre":"PV","lien":"\/a.pdf"}]');""",
    ],
)
def test_values_in_scripts(script):
    (value,) = told(script).values
    (anchor,) = read_data(HERE, value).anchors
    assert (anchor.url, anchor.text) == ("https://www.une-ville.example/a.pdf", "PV")


@pytest.mark.parametrize(
    "script", ["", "x = {", "var a = [{b: function () { return 1 }}]", "fetch(", "`" * 99, "[[[[[[" * 500]
)
def test_scripts_that_tell_nothing(script):
    found = told(script)
    assert (found.endpoints, found.values) == ((), ())


def test_words_beside_an_address_in_data():
    page = read_data(
        "https://x.example/api?page=2",
        {"seances": [{"titre": "Conseil municipal", "date": "2026-03-12T18:30:00",
                      "pieces": [{"nom": "Annexe", "url": "/p/1"}]}]},
        heading="Les séances",
    )  # fmt: skip
    annex, following = page.anchors
    assert (annex.url, annex.text) == ("https://x.example/p/1", "Annexe")
    assert annex.heading == "Les séances – Conseil municipal 12 mars 2026"
    assert following.url == "https://x.example/api?page=3"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("rappel([1]);", [1]),
        (")]}',\n[1]", [1]),
        ("<html>", None),
        ("", None),
        ("[" * 9000, None),
    ],
)
def test_data(text, value):
    assert parse(text) == value


def test_calls_of_functions():
    html = """<a href="javascript:voir(412,'cm')">Convocation</a><a onclick="autre()">x</a>
        <script>const voir = (n, t) => { window.open(`/voir.php?type=${t}&n=${n}`) };
        function autre() { location = '/z' }</script>"""
    found = [(anchor.url, anchor.text) for anchor in called(read_page("https://x.example/", html), html)]
    assert found == [("https://x.example/voir.php?type=cm&n=412", "Convocation")]


def test_feeds_and_calendars_that_are_none():
    assert read_feed("https://x.example/", b"<html><p>Bonjour</p></html>") is None
    assert read_feed("https://x.example/", b"/etc/hostname") is None
    assert read_calendar("https://x.example/", b"BEGIN:VCALENDAR") is None
    assert read_sitemap("https://x.example/", b"<html></html>") is None
    assert read_sitemap("https://x.example/", b"\x1f\x8bnot really") is None


@pytest.mark.parametrize(
    ("body", "declared", "wanted"),
    [
        (b"<?xml version='1.0'?><!-- x --><rss version='2.0'><title>", b"text/html", "feed"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", b"application/xml", "html"),
        (b"\n<urlset xmlns='x'>", b"text/plain", "sitemap"),
        (b"BEGIN:VCALENDAR\r\n", b"text/plain", "calendar"),
        (b'{"a": 1}', b"text/html", "data"),
        (b"var a = 1", b"text/javascript; charset=utf-8", "script"),
        (b"%PDF-1.4", b"text/html", "file"),
        ("<html>é".encode("utf-16"), b"", "html"),
    ],
)
def test_kinds_of_answers(body, declared, wanted):
    assert content.kind_of(body, declared) == wanted


@pytest.mark.parametrize(
    ("base", "href", "wanted"),
    [
        ("https://x.example/a/b", "c d.pdf", "https://x.example/a/c%20d.pdf"),
        ("https://x.example/a/b", "f\\pv.pdf", "https://x.example/a/f/pv.pdf"),
        ("https://x.example/a/b", "/c/../d", "https://x.example/d"),
        ("https://x.example:81/a/b", "/d?e=f", "https://x.example:81/d?e=f"),
        ("https://x.example/a/b", "webcal://x.example/c.ics", "http://x.example/c.ics"),
        ("ftp://x.example/", "/d", None),
        ("https://x.example/", "//y.example/z", "https://y.example/z"),
    ],
)
def test_absolute(base, href, wanted):
    assert urls.absolute(base, href) == wanted


def test_queries_in_the_encoding_of_the_page():
    assert urls.absolute("https://x.example/", "é?f=é", "cp1252") == "https://x.example/%C3%A9?f=%E9"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "https://docs.google.com/gview?url=https%3A%2F%2Fx.example%2Fget%2F12&embedded=true",
            "https://x.example/get/12",
        ),
        ("https://x.example/pdfjs/web/viewer.html?file=/get/12", "https://x.example/get/12"),
        ("https://x.example/lire?doc=a.pdf", "https://x.example/a.pdf"),
        ("https://x.example/partage?url=https%3A%2F%2Fx.example%2Fpage", None),
        ("https://x.example/vue.php?id=3", None),
    ],
)
def test_what_viewers_show(url, wanted):
    assert urls.inner(url, "https://x.example/") == wanted


@pytest.mark.parametrize(
    ("url", "text", "wanted"),
    [
        ("https://x.example/wp-admin/", "", True),
        ("https://x.example/seances?action=delete&id=3", "Séance", True),
        ("https://x.example/seances?action=voir&id=3", "Séance", False),
        ("https://x.example/administration-generale", "Administration générale", False),
        ("https://x.example/elus", "Les élus", False),
        ("https://x.example/e", "Espace réservé aux élus", True),
    ],
)
def test_doors(url, text, wanted):
    assert is_closed(url, text) is wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://x.example/en/page", "en"), ("https://x.example/page?lang=de", "de"), ("https://br.x.example/", "br"),
        ("https://x.example/entree", ""), ("https://x.example/en-gb/page", "en"), ("https://x.example/fr/page", "fr"),
    ],
)  # fmt: skip
def test_language_in_an_address(url, wanted):
    assert marker(url) == wanted


def test_a_home_page_that_calls_itself_english_hides_no_french_page():
    languages = Languages(Council("c", "Valmont", "commune", "38"))
    languages.home(read_page("https://x.example/", "<html lang=en>"))
    french = read_page("https://x.example/fr/a", "<html lang=fr><a hreflang=fr href='/fr/b'>Français</a>")
    languages.learn(french)
    assert not languages.page_is_copy(french) and not any(map(languages.is_copy, french.anchors))


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (
            "<p>Le site de la commune a déménagé : <a href='https://nouveau.example/'>ici</a>",
            "https://nouveau.example/",
        ),
        ("<p>Nouvelle adresse : <a href='https://a.example/'>a</a> <a href='https://b.example/'>b</a>", None),
        ("<p>Bienvenue. <a href='https://office-tourisme.example/'>Office de tourisme</a>", None),
        ("<p>Notre site a changé d'adresse : <a href='https://www.une-ville.example/neuf'>ici</a>", None),
    ],
)
def test_new_home(html, wanted):
    assert new_home(read_page("https://www.une-ville.example/", html)) == wanted


@pytest.mark.parametrize(
    ("url", "found_on", "wanted"),
    [
        ("https://x.example/a?annee=2025", "https://x.example/a", False),
        ("https://x.example/a?annee=2025&page=2", "https://x.example/a?annee=2025", True),
        ("https://x.example/a?annee=2024", "https://x.example/a?annee=2025", False),
        ("https://x.example/b?annee=2024&t=1", "https://x.example/a?annee=2025", False),
    ],
)
def test_refines(url, found_on, wanted):
    assert refines(url, found_on) is wanted


def test_a_family_of_copies_is_closed():
    frontier = Frontier(date(2026, 3, 2))
    copies = [frontier.is_copy(f"https://x.example/v/{number}", 77) for number in range(4)]
    assert copies == [False, True, True, True]
    assert frontier.offer(Link("https://x.example/v/9", "Séances", score=0.8), 1) is None
    assert frontier.offer(Link("https://x.example/w/9", "Séances", score=0.8), 1) is not None


def test_papers_of_sessions_to_come_are_urgent():
    today = date(2026, 3, 2)
    coming, past, old = (
        Link(f"https://x.example/{n}", "Rapport", f"Séance du {day}", 0.6, True)
        for n, day in enumerate(("12 mars 2026", "8 janvier 2026", "5 mai 2024"))
    )
    ranks = [document_priority(link, today) for link in (coming, past, old)]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) == 3
    assert page_priority(coming, today) > page_priority(past, today) > page_priority(old, today)
