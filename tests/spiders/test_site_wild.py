"""Layouts that the spider failed on when it first met them."""

from __future__ import annotations

from datetime import date

import pytest

from spiders import urls, words

NAV = "<nav><a href='/'>Accueil</a><a href='/vie'>Vie communale</a></nav>"


def year_archive_in_a_form(site, kit):
    """The years are sent with GET, and only a <select> names them."""
    site.page("/", NAV)
    form = """<form action="/vie" method="get"><input type="hidden" name="rub" value="4">
        <select name="annee"><option value="">Toutes</option><option>2026</option><option>2025</option></select>
        </form>"""
    site.page("/vie", f"{NAV}<h1>Séances du conseil municipal</h1>{form}<a href='/a.pdf'>Ordre du jour</a>")
    site.page("/vie?rub=4&annee=2025", f"{NAV}<h1>Séances du conseil municipal</h1><a href='/b.pdf'>Procès-verbal</a>")
    site.pdf("/a.pdf", kit.agenda("12 mars 2026"))
    site.pdf("/b.pdf", kit.agenda("4 avril 2025"))
    return {"/a.pdf", "/b.pdf"}


def mandates_years_and_days(site, kit):
    """No page between the council's and the papers holds a word of sessions: mandates, years, days."""
    site.page("/", NAV)
    site.page("/vie", NAV + "<main><h1>Vie communale</h1><a href='/conseil'>Le conseil municipal</a></main>")
    site.page("/conseil", NAV + "<main><h1>Le conseil municipal</h1><a href='/c/m6'>Mandat 2020-2026</a></main>")
    site.page("/c/m6", NAV + "<main><h1>Mandat 2020-2026</h1><a href='/c/m6/2026'>2026</a></main>")
    site.page("/c/m6/2026", NAV + "<main><h1>2026</h1><a href='/c/m6/s1203'>12 mars</a></main>")
    site.page("/c/m6/s1203", NAV + "<main><h1>Séance du 12 mars 2026</h1><a href='/u/1.PDF'>Pièce n° 1</a></main>")
    site.pdf("/u/1.PDF", kit.agenda("12 mars 2026"))
    return {"/u/1.PDF"}


def subjects_of_other_things(site, kit):
    """Deliberations bear their subjects, which are canteens and pools; what else is published stays out."""
    site.page("/", NAV)
    site.page(
        "/vie",
        f"""{NAV}<main><h1>Délibérations</h1><h3>Jeudi 12 mars 2026</h3><a href="/f/1.pdf">Tarifs de la piscine</a>
        <a href="/f/2.pdf">Cantine : règlement intérieur</a>
        <h3>Bulletins</h3><a href="/f/3.pdf">Bulletin n° 3</a></main>""",
    )
    for number in (1, 2, 3):
        site.pdf(f"/f/{number}.pdf", kit.agenda("12 mars 2026"))
    return {"/f/1.pdf", "/f/2.pdf"}


def entrance_and_menu_in_a_select(site, kit):
    """A picture to click on, then a menu that is a list of choices; rows that open the papers by script."""
    site.page("/", "<a href='accueil/index.asp'><img src='entree.jpg'></a>", title="Bienvenue")
    menu = """<select onchange="go(this)"><option value="">Menu</option><option value="r.asp?r=1">Nos chemins</option>
        <option value="r.asp?r=2">Au village</option></select>"""
    site.page("/accueil/index.asp", menu + "<p>Un village au bord de l'Orbe.</p>")
    site.page("/accueil/r.asp?r=1", menu + "<p>Des chemins.</p>")
    row = "<tr onclick=\"document.location='doc.asp?f=cm120326.pdf'\"><td>12/03/26</td></tr>"
    site.page("/accueil/r.asp?r=2", f"{menu}<h2>Réunions de conseil</h2><table>{row}</table>")
    site.pdf("/accueil/doc.asp?f=cm120326.pdf", kit.agenda("12 mars 2026"))
    return {"/accueil/doc.asp?f=cm120326.pdf"}


LAYOUTS = [year_archive_in_a_form, mandates_years_and_days, subjects_of_other_things, entrance_and_menu_in_a_select]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout(layout, site, crawls, kit):
    wanted = layout(site, kit)
    assert crawls(site)["state"] == "ok"
    assert crawls.documents() == wanted


def test_files_kept_in_a_store_elsewhere(make_site, crawls, kit):
    """A host that gives papers without a suffix is asked for them; one that answers with pages is asked once."""
    site, store, other = make_site(), make_site(), make_site()
    site.page("/", NAV)
    papers = "".join(
        f"<h3>Conseil municipal du {day} mars 2026</h3>"
        f"<p>Le compte rendu est <a href='{store.url}files/50{day}'>ici</a>.</p>"
        for day in (12, 26)
    )
    site.page(
        "/vie", f"{NAV}<main><h1>Conseil municipal</h1>{papers}<a href='/la'>Délibérations du 2 avril 2026</a></main>"
    )
    site.page(
        "/la", f"{NAV}<h1>Délibérations du 2 avril 2026</h1><a href='{other.url}s/9x1'>Délibérations du 2 avril</a>"
    )
    store.pdf("/files/5012", kit.agenda("12 mars 2026"))
    store.pdf("/files/5026", kit.agenda("26 mars 2026"))
    other.page("/s/9x1", "<h1>Partage</h1><a href='/s/9x2'>Délibérations du 3 avril 2026</a>")
    assert crawls(site)["state"] == "ok"
    assert {"/files/5012", "/files/5026"} <= crawls.documents()
    assert [path for path in other.asked if path != "/robots.txt"] == ["/s/9x1"]


def test_other_views_of_a_page_are_not_asked_for(site, crawls, kit):
    site.page("/", NAV)
    views = """<a href="/vie?imprime=4">Imprimer cette page</a><a href="/vie?replytocom=3#r">Répondre</a>
        <a href="/vie?m=1">Version mobile</a><a href="/vie?share=x">Partager</a>"""
    site.page("/vie", f"{NAV}<main><h1>Conseil municipal</h1><a href='/a.pdf'>Ordre du jour</a>{views}</main>")
    site.pdf("/a.pdf", kit.agenda("12 mars 2026"))
    crawls(site)
    assert crawls.documents() == {"/a.pdf"}
    assert not [path for path in site.asked if path.startswith("/vie?")]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://d.example/files/5012", True),
        ("http://d.example/download?id=12", True),
        ("http://d.example/s/9x1", True),
        ("http://d.example/conseil-2026", False),
        ("http://d.example/files/5012.html", False),
        ("http://d.example/", False),
    ],
)
def test_looks_like_store(url, wanted):
    assert urls.looks_like_store(url) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("PV du 12 mars 2026 (séance du 02/04/2026)", date(2026, 4, 2)),
        ("1er août 2025", date(2025, 8, 1)),
        ("31/02/2026", None),
        ("12 mars", None),
    ],
)
def test_last_day(text, wanted):
    assert words.last_day(text) == wanted
