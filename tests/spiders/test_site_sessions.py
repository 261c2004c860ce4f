"""What belongs to one session, whatever it is called; and sessions among the events and news of a town."""

from __future__ import annotations

import pytest

NAV = "<nav><a href='/'>Accueil</a><a href='/c'>Conseil municipal</a><a href='/agenda'>Agenda</a></nav>"
FOOT = "<div><a href='/pied/plan.pdf'>Plan de la ville</a></div>"


def papers(site, kit, *paths):
    for number, path in enumerate(paths, 1):
        site.pdf(path, kit.agenda(f"{number} mars 2026"))
    return set(paths)


def page(site, path, title, content):
    site.page(path, f"{NAV}<main><h1>{title}</h1>{content}</main>{FOOT}", title=f"{title} - Valmont")


def start(site, content):
    page(site, "/", "Bienvenue", "")
    page(site, "/c", "Conseil municipal", content)
    page(site, "/agenda", "Agenda", "")


def matters_of_all_kinds(site, kit):
    """Canteen, pool, cemetery: what stands on a session's own page was dealt with there."""
    start(site, "<a href='/s/12'>Conseil municipal du 12 mars 2026</a>")
    links = "".join(f"<li><a href='/p/{n}.pdf'>{name}</a></li>" for n, name in enumerate(("Tarifs de la piscine",
                    "Règlement de la cantine", "Cimetière", "Programme culturel", "Marché de Noël")))  # fmt: skip
    page(site, "/s/12", "Conseil municipal du 12 mars 2026", f"<h2>Affaires</h2><ul>{links}</ul>")
    return papers(site, kit, *(f"/p/{n}.pdf" for n in range(5)))


def rubrics_and_reports_below(site, kit):
    """Session, rubric, report: three floors, and no word of sessions but the day on the lowest."""
    start(site, "<a href='/a/cp-mars'>Commission permanente du 12 mars 2026</a>")
    page(site, "/a/cp-mars", "Commission permanente du 12 mars 2026",
         "<a href='/a/cp-mars/dossiers'>Dossiers</a><a href='/rubrique/sports'>Sports et loisirs</a>")  # fmt: skip
    page(site, "/a/cp-mars/dossiers", "Dossiers", "<a href='/p/1.pdf'>Transports scolaires</a>")
    page(site, "/rubrique/sports", "Sports et loisirs", "<p>12 mars 2026</p><a href='/rapport/9'>Stade nautique</a>")
    page(site, "/rapport/9", "Stade nautique", "<p>Réunion du 12 mars 2026</p><a href='/p/2.pdf'>Plan des bassins</a>")
    return papers(site, kit, "/p/1.pdf", "/p/2.pdf")


def letters_alone(site, kit):
    """ "PV", "C.R.", "OdJ" beside a date, on a page that is not about sessions; an annex in the same line."""
    page(site, "/", "Bienvenue", "<a href='/docs'>Documents</a>")
    page(site, "/c", "Conseil municipal", "")
    page(site, "/agenda", "Agenda", "")
    page(site, "/docs", "Documents", """<ul><li>12 mars 2026 <a href="/u/a1.pdf">PV</a>
        <a href="/u/a2.pdf">Annexe 1</a></li>
        <li>Bulletin de mars <a href="/u/b1.pdf">PDF</a></li></ul>
        <p>9 avril 2026 : <a href="/get/7">PV</a>, <a href="/get/8">Plan des travaux</a>,
        <a href="/get/9">Convention</a></p>
        <h3>5 février 2026</h3><a href="/u/c1.pdf">C.R.</a> <a href="/u/c2.pdf">OdJ</a>""")  # fmt: skip
    papers(site, kit, "/get/7", "/get/8", "/get/9")
    return papers(site, kit, "/u/a1.pdf", "/u/a2.pdf", "/u/c1.pdf", "/u/c2.pdf")


def feed_behind_an_icon(site, kit):
    """The page of news shows pictures only; its feed is a plain link."""
    start(site, "")
    page(site, "/", "Bienvenue", "<a href='/infos'>Actualités</a>")
    page(site, "/infos", "Actualités", "<a href='/flux/actus.xml'><img src='/rss.png'></a>")
    item = f"<item><title>Conseil municipal du 12 mars 2026</title><link>{site.url}n/4</link></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Valmont</title>{item}</channel></rss>"
    site.answers["/flux/actus.xml"] = kit.Answer(feed.encode(), "text/xml")
    page(site, "/n/4", "Conseil municipal du 12 mars 2026", "<a href='/u/1.pdf'>Télécharger</a>")
    return papers(site, kit, "/u/1.pdf")


def session_among_events(site, kit):
    """One event of many, in the month after next; its page holds the agenda."""
    start(site, "")
    for month, following in ((3, "/agenda/2026/04"), (4, "/agenda/2026/05"), (5, "")):
        events = "".join(
            f"<article><h3>Loto n° {n}</h3><a href='/evenement/{month}{n}'>En savoir plus</a></article>"
            for n in range(5)
        )
        if month == 3:
            events += "<article><h3>Conseil municipal</h3><a href='/evenement/cm3'>En savoir plus</a></article>"
        if month == 5:
            events += "<article><h3>Séance publique</h3><a href='/evenement/cm5'>En savoir plus</a></article>"
        after = f"<a href='{following}'>Mois suivant</a>" if following else ""
        page(site, "/agenda" if month == 3 else f"/agenda/2026/0{month}", "Agenda", events + after)
        for number in range(5):
            page(site, f"/evenement/{month}{number}", f"Loto n° {number}", "<a href='/affiche.pdf'>Affiche</a>")
    for month in (3, 5):
        page(
            site,
            f"/evenement/cm{month}",
            "Conseil municipal",
            f"<p>12 mai 2026</p><a href='/u/{month}.pdf'>Ordre du jour</a>",
        )
    return papers(site, kit, "/u/3.pdf", "/u/5.pdf")


LAYOUTS = [matters_of_all_kinds, rubrics_and_reports_below, letters_alone, feed_behind_an_icon, session_among_events]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout(layout, site, crawls, kit):
    wanted = layout(site, kit)
    site.pdf("/pied/plan.pdf", ["Plan de la ville"])
    site.pdf("/affiche.pdf", ["Grand loto"])
    report = crawls(site)
    found = {path for path in crawls.documents() if path.endswith(".pdf")}  # a page may be an agenda itself
    assert found == wanted, (report["log"], site.asked)
    without_suffix = {path for path in site.answers if path.startswith("/get/")}
    assert without_suffix - {"/get/8"} <= crawls.documents()  # works are other things; a convention is not
    assert (report["state"], report["source_state"]) == ("ok", "ok"), report


def test_news_beside_a_session_do_not_belong_to_it(site, crawls, kit):
    """Articles that a session's page recommends name another day, or none: what they hold is no paper."""
    start(site, "<a href='/n/1'>Conseil municipal du 12 mars 2026</a>")
    page(
        site,
        "/n/1",
        "Conseil municipal du 12 mars 2026",
        "<a href='/u/1.pdf'>Ordre du jour</a><h2>À lire aussi</h2><a href='/n/2'>Fête du pain</a>",
    )
    page(site, "/n/2", "Fête du pain", "<p>Le 21 juin 2026</p><a href='/u/pain.pdf'>Recettes</a>")
    wanted = papers(site, kit, "/u/1.pdf")
    site.pdf("/u/pain.pdf", ["Pain"])
    site.pdf("/pied/plan.pdf", ["Plan de la ville"])
    crawls(site)
    assert crawls.documents() == wanted
