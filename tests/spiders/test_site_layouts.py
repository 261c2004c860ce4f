"""The first crawl finds every announced paper, whatever the layout; the second one costs almost nothing."""

from __future__ import annotations

import pytest


def menu_with_sub_pages(site, kit):
    menu = (
        '<nav><a href="/">Accueil</a> <a href="/mairie/">La mairie</a> <a href="/ecole/">École</a>'
        ' <a href="/loisirs/">Loisirs</a></nav>'
    )
    site.page("/", menu + "<h1>Bienvenue</h1><p>Au bord de l'Orbe.</p><a href='/fete.html'>Fête du village</a>")
    site.page(
        "/mairie/",
        menu
        + """<h1>La mairie</h1><ul><li><a href="/mairie/conseil.html">Le conseil municipal</a></li>
        <li><a href="/mairie/horaires.html">Horaires</a></li></ul>""",
    )
    site.page(
        "/mairie/conseil.html",
        menu
        + """<h1>Le conseil municipal</h1><p>Le conseil se réunit une fois par mois.</p>
        <a href="/mairie/seances.html">Les séances</a>""",
    )
    site.page(
        "/mairie/seances.html",
        menu
        + """<h1>Séances du conseil municipal</h1>
        <h2>12 mars 2026</h2><a href="/docs/odj 12 mars.pdf">Télécharger</a>
        <h2>12 février 2026</h2><a href="/docs/d%C3%A9lib%C3%A9rations-f%C3%A9vrier.pdf">Télécharger</a>""",
    )
    site.page("/ecole/", menu + '<h1>École</h1><a href="/docs/menus-mars.pdf">Menus de la cantine</a>')
    site.page("/loisirs/", menu + "<h1>Loisirs</h1>")
    site.pdf("/docs/odj 12 mars.pdf", kit.agenda("12 mars 2026"))
    site.pdf("/docs/délibérations-février.pdf", kit.agenda("12 février 2026"))
    site.pdf("/docs/menus-mars.pdf", ["Menus de la cantine", "Lundi : purée"])
    return {"/docs/odj 12 mars.pdf", "/docs/délibérations-février.pdf"}


def table_and_accordion_by_year(site, kit):
    """No <nav>, no <main>: blocks and a table; the same links in the menu of each page."""
    top = """<div class="bandeau"><div class="liens"><a href="index.php?p=1">Accueil</a>
        <a href="index.php?p=7">Vie démocratique</a>
        <a href="index.php?p=12">Urbanisme</a></div></div>"""
    site.page("/", top + "<div>Bonjour !</div>")
    site.answers["/index.php?p=1"] = site.answers["/"]
    site.page("/index.php?p=12", top + '<h1>Urbanisme</h1><a href="/plu.pdf">Règlement du PLU</a>')
    rows = "".join(
        f'<tr><td>{day}/0{month}/{year}</td><td><a href="/upload/{year}-{month}-a.pdf">Ordre du jour</a></td>'
        f'<td><a href="/upload/{year}-{month}-b.pdf">PV</a></td></tr>'
        for year, month, day in [(2026, 2, 10), (2025, 6, 3)]
    )
    site.page(
        "/index.php?p=7",
        top
        + f"""<h1>Vie démocratique</h1><h2>Assemblées du conseil communautaire</h2>
        <table><tr><th>Date</th><th>Annonce</th><th>Compte rendu</th></tr>{rows}</table>
        <div class="accordion"><button class="accordion-title" aria-expanded="false">2024</button>
        <div class="panel"><ul><li>Séance du 4 mars <a href="/upload/x1.pdf">pdf (250 Ko)</a></li>
        <li>Séance du 9 décembre <a href="/upload/x2.docx">word</a></li></ul></div></div>""",
    )
    wanted = {f"/upload/{year}-{month}-{kind}.pdf" for year, month in [(2026, 2), (2025, 6)] for kind in "ab"} | {
        "/upload/x1.pdf"
    }
    for number, path in enumerate(sorted(wanted)):
        site.pdf(path, kit.agenda(f"{number + 1} mars 2025"))
    site.pdf("/upload/x2.docx", kit.agenda("9 décembre 2024"))  # a PDF under a wrong name
    site.pdf("/plu.pdf", ["Plan local d'urbanisme"])
    return wanted | {"/upload/x2.docx"}


def news_with_inline_agenda(site, kit):
    """The agenda is the article itself; there is no file."""
    head = "<header><a href='/'>Accueil</a><a href='/actualites/'>Actualités</a><a href='/contact'>Contact</a></header>"
    site.page(
        "/",
        head + "<main><h1>À la une</h1><article><h2><a href='/actualites/brocante'>Brocante</a></h2></article></main>",
    )
    site.page(
        "/actualites/",
        head
        + """<main><h1>Actualités</h1>
        <article><h2><a href="/actualites/brocante">Brocante de printemps</a></h2><p>Dimanche</p></article>
        <article><h2><a href="/actualites/cm-mars">Conseil municipal du 12 mars : l'ordre du jour</a></h2>
        <a href="/actualites/cm-mars">Lire la suite</a></article></main>""",
    )
    items = "".join(f"<li>{item}</li>" for item in kit.ITEMS)
    site.page(
        "/actualites/cm-mars",
        head
        + f"""<main><article><h1>Conseil municipal du 12 mars 2026</h1>
        <p>Le conseil municipal se réunira le jeudi 12 mars 2026 à 18 h 30, salle du conseil, à la mairie.</p>
        <h2>Ordre du jour</h2><ol>{items}</ol></article></main>""",
        title="Conseil municipal du 12 mars 2026",
    )
    site.page("/actualites/brocante", head + "<main><h1>Brocante</h1><p>Venez nombreux.</p></main>")
    return {"/actualites/cm-mars"}


def downloads_without_suffix(site, kit):
    nav = "<ul class='menu'><li><a href='/vie-municipale'>Vie municipale</a></li>"
    nav += "<li><a href='/agenda'>Agenda</a></li></ul>"
    site.page("/", nav + "<div id=content><h1>Accueil</h1></div>")
    site.page("/agenda", nav + "<h1>Agenda des sorties</h1>")
    site.page(
        "/vie-municipale",
        nav
        + """<div id=content><h1>Vie municipale</h1><h2>Convocations et comptes rendus</h2>
        <div class=card><h3>Conseil du 5 mars 2026</h3><a class=btn href="/telechargement/411">Télécharger</a></div>
        <div class=card><h3>Conseil du 5 février 2026</h3><a class=btn href="/telechargement/398">Télécharger</a></div>
        <div class=card><h3>Conseil du 8 janvier 2026</h3>
        <a class=btn href="/fichier.php?id=77&amp;PHPSESSID=ab12">Voir</a></div>
        <a href="/vie-municipale?print=1">Imprimer</a></div>""",
    )
    name = {"Content-Disposition": "attachment; filename*=UTF-8''Convocation%20et%20ordre%20du%20jour.pdf"}
    site.pdf("/telechargement/411", kit.agenda("5 mars 2026"), headers=name)
    site.pdf(
        "/telechargement/398",
        kit.agenda("5 février 2026"),
        headers={"Content-Disposition": 'attachment; filename="CR_0502.pdf"'},
    )
    site.pdf("/fichier.php?id=77", kit.agenda("8 janvier 2026"), modified=True)
    return {"/telechargement/411", "/telechargement/398", "/fichier.php?id=77"}


def pagination(site, kit):
    nav = "<nav><a href='/'>Accueil</a><a href='/publications/actes'>Actes administratifs</a></nav>"
    site.page("/", nav + "<main><h1>Communauté de communes</h1></main>")
    wanted = set()
    for number in range(6):
        papers = "".join(
            f'<li><a href="/files/{number}-{index}.pdf">Délibération {number}{index} du {index + 1} juin 2025</a></li>'
            for index in range(4)
        )
        for index in range(4):
            wanted.add(f"/files/{number}-{index}.pdf")
            site.pdf(
                f"/files/{number}-{index}.pdf",
                kit.agenda(f"{index + 1} juin 2025", f"Affaire numéro {number}", *kit.ITEMS),
            )
        following = f'<a href="?page={number + 1}">Page suivante</a>' if number < 5 else ""
        path = "/publications/actes" + (f"?page={number}" if number else "")
        site.page(
            path, nav + f"<main><h1>Actes administratifs</h1><ul>{papers}</ul></main><nav class=pager>{following}</nav>"
        )
    return wanted


def frames_and_viewers(site, kit):
    """A frameset, documents in an iframe, an object, a viewer, and one behind a script."""
    site.answers["/"] = kit.Answer(
        b'<html><frameset cols="20%,*"><frame src="menu.htm"><frame src="accueil.htm"></frameset></html>', "text/html"
    )
    site.answers["/menu.htm"] = kit.Answer(
        "<html><body><a href='conseil.htm' target=b>Les réunions du conseil</a></body></html>".encode("latin-1"),
        "text/html; charset=iso-8859-1",
    )
    site.answers["/accueil.htm"] = kit.Answer(b"<html><body><h1>Bienvenue</h1></body></html>", "text/html")
    site.answers["/conseil.htm"] = kit.Answer(
        """<html><body><h1>Réunions du conseil municipal</h1>
        <iframe src="/viewer/web/viewer.html?file=%2Fdocs%2Fodj%20mars.pdf"></iframe>
        <object data="/docs/pv.pdf" type="application/pdf"></object>
        <a href="javascript:window.open('/docs/cr-fevrier.pdf','x')">Compte rendu de février</a>
        <a href="#" onclick="window.open('docs/cr-janvier.pdf');return false">Compte rendu de janvier</a>
        </body></html>""".encode("latin-1"),
        "text/html",
    )
    wanted = {"/docs/odj mars.pdf", "/docs/pv.pdf", "/docs/cr-fevrier.pdf", "/docs/cr-janvier.pdf"}
    for number, path in enumerate(sorted(wanted)):
        site.pdf(path, kit.agenda(f"{number + 2} mars 2026"))
    return wanted


LAYOUTS = [
    menu_with_sub_pages,
    table_and_accordion_by_year,
    news_with_inline_agenda,
    downloads_without_suffix,
    pagination,
    frames_and_viewers,
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout(layout, site, crawls, kit):
    wanted = layout(site, kit)
    first = crawls(site)
    assert crawls.documents() == wanted
    assert (first["state"], first["source_state"]) == ("ok", "ok"), first
    assert first["documents_new"] == len(wanted) == first["documents_listed"]
    assert len(site.asked) <= 3 * len(wanted) + 30
    assert not any("PHPSESSID" in path or "print" in path for path in site.asked)
    sent, versions = site.sent, crawls.versions()

    site.forget()
    crawls.now = "2026-03-02T21:00+00:00"
    second = crawls(site)
    assert (second["state"], second["versions_new"], crawls.versions()) == ("ok", 0, versions), second
    assert second["documents_listed"] == first["documents_listed"]
    assert site.sent < 0.05 * sent
    assert set(site.statuses) <= {304, 404}
    assert second["not_modified"] == site.statuses.count(304)


def test_hints_of_generic_links(site, crawls, kit):
    """ "Télécharger" takes its meaning from the heading above, and the server's file name is kept."""
    downloads_without_suffix(site, kit)
    crawls(site)
    found = crawls.query("SELECT url, heading, file_name FROM documents")
    rows = {url.rsplit("/", 1)[1]: rest for url, *rest in found}
    assert rows["411"][0].endswith("Conseil du 5 mars 2026")
    assert rows["411"][1] == "Convocation et ordre du jour.pdf"
    assert rows["398"][1] == "CR_0502.pdf"


def test_inline_agenda_is_read(site, crawls, kit):
    news_with_inline_agenda(site, kit)
    crawls(site)
    assert crawls.query("SELECT date, body FROM sessions") == [("2026-03-12", "conseil municipal")]
    assert crawls.query("SELECT count(*) FROM flags")[0][0] == 1
