"""Many small sites, each with one thing that real sites do in their own way."""

from __future__ import annotations

import pytest

NAV = "<nav><a href='/'>Accueil</a><a href='/c'>Conseil municipal</a></nav>"


def council(site, content, path="/c", title="Conseil municipal", **answer):
    site.page("/", f"{NAV}<main><h1>Bienvenue</h1></main>")
    site.page(path, f"{NAV}<main><h1>{title}</h1>{content}</main>", **answer)


def papers(site, kit, *paths):
    for number, path in enumerate(paths, 1):
        site.pdf(path, kit.agenda(f"{number} mars 2026"))
    return set(paths)


def numbered(site, kit, first, following, count=4, per=3):
    """A paged list; ``following(n)`` is the address of page n and the words of the link to it."""
    wanted = set()
    for number in range(count):
        files = [f"/f/{number}-{index}.pdf" for index in range(per)]
        links = "".join(f"<li><a href='{path}'>Délibération {path[3:6]}</a></li>" for path in files)
        more = following(number + 1) if number + 1 < count else ""
        path = first if number == 0 else following(number).split("'")[1].replace("&amp;", "&").partition("#")[0]
        site.page(path, f"{NAV}<h1>Délibérations</h1><ul>{links}</ul><div class=pagination>{more}</div>")
        wanted |= papers(site, kit, *files)
    return wanted


def typo3(site, kit):
    council(site, "<a href='/a'>Délibérations</a>")
    return numbered(site, kit, "/a", lambda n: (
        f"<a href='/a?tx_news_pi1%5B%40widget_0%5D%5BcurrentPage%5D={n + 1}&amp;cHash={n}'>{n + 1}</a>"))  # fmt: skip


def spip(site, kit):
    council(site, "<a href='/spip.php?rubrique4'>Délibérations</a>")
    return numbered(site, kit, "/spip.php?rubrique4", lambda n: (
        f"<a href='/spip.php?rubrique4&amp;debut_articles={10 * n}#pagination_articles'>{10 * n}</a>"))  # fmt: skip


def drupal_with_two_pagers(site, kit):
    council(site, "<a href='/actes'>Délibérations</a>")
    return numbered(site, kit, "/actes", lambda n: f"<a href='/actes?page=0%2C{n}' rel=next><span>››</span></a>")


def joomla(site, kit):
    council(site, "<a href='/index.php/actes'>Délibérations</a>")
    return numbered(site, kit, "/index.php/actes", lambda n: f"<a href='/index.php/actes?start={10 * n}'>Suivant</a>")


def wordpress(site, kit):
    council(site, "<a href='/category/actes/'>Délibérations</a>")
    return numbered(
        site, kit, "/category/actes/", lambda n: f"<a href='/category/actes/page/{n + 1}/'>Page suivante</a>"
    )


def webdev(site, kit):
    council(site, "<a href='/site_web/page.awp?id=7'>Délibérations</a>")
    return numbered(
        site,
        kit,
        "/site_web/page.awp?id=7",
        lambda n: f"<a href='/site_web/page.awp?id=7&amp;page={n + 1}'>{n + 1}</a>",
    )


def load_more(site, kit):
    council(site, "<a href='/actes'>Délibérations</a>")
    return numbered(site, kit, "/actes", lambda n: f"<button data-next='/actes/suite?rang={n}'>Charger plus</button>")


def load_more_by_attributes(site, kit):
    council(site, "<a href='/actes'>Délibérations</a>")
    return numbered(
        site, kit, "/actes", lambda n: f"<button hx-get='/actes/suite?rang={n}' hx-swap=outerHTML>Voir plus</button>"
    )


def infinite_scroll(site, kit):
    council(site, "<a href='/actes'>Délibérations</a>")
    return numbered(site, kit, "/actes", lambda n: f"<div hx-get='/actes/suite?rang={n}' hx-trigger=revealed></div>")


def blog(site, kit):
    """The home page is the list; agendas are its articles."""
    wanted = set()
    for number in range(3):
        post = f"/2026/0{number + 1}/reunion-du-conseil.html"
        older = f"<a href='/search?updated-max=2026-0{number}-01&amp;max-results=7'>Messages plus anciens</a>"
        where = "/" if number == 0 else f"/search?updated-max=2026-0{number - 1}-01&max-results=7"
        site.page(where, f"<h3><a href='{post}'>Réunion du conseil municipal du {number + 3} mars 2026</a></h3>"
                  f"<h3><a href='/2026/0{number + 1}/fete.html'>Fête du village</a></h3>{older}")  # fmt: skip
        items = "".join(f"<li>{item}</li>" for item in kit.ITEMS)
        site.page(post, f"<h3>Réunion du conseil municipal du {number + 3} mars 2026</h3>"
            f"<p>Le conseil municipal se réunira"
                  f" le {number + 3} mars 2026 à 20 h à la mairie.</p><p>Ordre du jour</p>"
                      f"<ol>{items}</ol>")  # fmt: skip
        wanted.add(post)
    return wanted


def select_that_jumps(site, kit):
    council(site, """<select onchange="location.href='/c?annee='+this.value"><option value="2026">2026</option>
        <option value="2025">2025</option></select><a href='/f/a.pdf'>Procès-verbal</a>""")  # fmt: skip
    site.page("/c?annee=2025", f"{NAV}<h1>Conseil municipal</h1><a href='/f/b.pdf'>Procès-verbal</a>")
    return papers(site, kit, "/f/a.pdf", "/f/b.pdf")


def year_buttons(site, kit):
    council(site, "<form><button name=an value=2025>2025</button></form><a href='/f/a.pdf'>Procès-verbal</a>")
    site.page("/c?an=2025", f"{NAV}<h1>Conseil municipal</h1><a href='/f/b.pdf'>Procès-verbal</a>")
    return papers(site, kit, "/f/a.pdf", "/f/b.pdf")


def select_of_sessions(site, kit):
    council(site, """<form action="/seance.php"><select name=id><option value="">Choisir</option>
        <option value="41">12 mars 2026</option><option value="40">5 février 2026</option></select>
        </form>""")  # fmt: skip
    for number in (40, 41):
        site.page(f"/seance.php?id={number}", f"{NAV}<h1>Séance</h1><a href='/f/{number}.pdf'>Ordre du jour</a>")
    return papers(site, kit, "/f/40.pdf", "/f/41.pdf")


def downloads_without_a_sign(site, kit):
    """Nothing in the address says document; the subjects are of all kinds."""
    council(site, """<h2>Séance du 12 mars 2026</h2><table><tr><td>1</td><td>Tarifs de la piscine</td>
        <td><a href="/ressource/9af3">Voir</a></td></tr><tr><td>2</td><td>Budget</td><td><a href="/ressource/77b1">
        <img src="/i/pdf.png" alt="PDF"></a></td></tr></table>
        <a href="/ressource/c0de">Plan de zonage</a>""")  # fmt: skip
    return papers(site, kit, "/ressource/9af3", "/ressource/77b1", "/ressource/c0de")


def viewers(site, kit):
    """Viewers that are told the file by other names, or in a script; lazy frames; a parameter of an object."""
    there = site.url.replace(":", "%3A").replace("/", "%2F")
    council(site, f"""<h2>Délibérations</h2>
        <iframe src="https://docs.google.com/viewer?url={there}f%2Fa.pdf&amp;embedded=true"></iframe>
        <iframe data-src="/lecteur/web/viewer.html?file=../../get/12"></iframe>
        <object type="application/pdf"><param name="src" value="/f/c.pdf"></object>
        <a data-fancybox data-type=iframe data-src="/f/d.pdf" href="javascript:;">Feuilleter</a>
        <a href="https://view.officeapps.live.com/op/embed.aspx?src={site.url}f/e.docx">Aperçu</a>""")  # fmt: skip
    return papers(site, kit, "/f/a.pdf", "/get/12", "/f/c.pdf", "/f/d.pdf", "/f/e.docx")


def windows_opened_by_scripts(site, kit):
    council(site, r"""<a href="javascript:window.open('f\/a.pdf','','width=600')">Ordre du jour</a>
        <a href="javascript:void(0)" onclick="javascript:ouvrir(&quot;f/b b.pdf&quot;)">Compte rendu</a>
        <table><tr><td onclick="location='/f/c.pdf'">Procès-verbal</td></tr></table>
        <img onclick="window.open('f/d.pdf')" alt="Délibération">
        <a href="javascript:voir(412)">Convocation</a>
        <script>function voir(numero) { window.open('/f/voir.php?piece=' + numero, 'w'); }</script>""")  # fmt: skip
    return papers(site, kit, "/f/a.pdf", "/f/b b.pdf", "/f/c.pdf", "/f/d.pdf", "/f/voir.php?piece=412")


def spaces_accents_and_plus_signs(site, kit):
    council(site, r"""<a href="/f/Compte rendu été 2025.pdf">Compte rendu</a><a href="/f/odj+mars.pdf">Ordre du jour</a>
        <a href="/f\pv\avril.pdf">Procès-verbal</a>
        <a href="/f/d%C3%A9lib%20n%C2%B03.pdf">Délibération</a>""")  # fmt: skip
    return papers(site, kit, "/f/Compte rendu été 2025.pdf", "/f/odj+mars.pdf", "/f/pv/avril.pdf", "/f/délib n°3.pdf")


def old_encodings(site, kit):
    """Windows-1252 that nothing declares, in the text and in the query of a link; UTF-16 without a word."""
    site.page("/", f"{NAV}<main><h1>Bienvenue</h1></main>")
    html = (
        "<h1>Séances du conseil municipal</h1><a href='doc.php?f=délib.pdf'>Délibérations</a>"
        "<a href='/w'>Procès-verbaux</a>"
    )
    site.answers["/c"] = kit.Answer(html.encode("cp1252"), "text/html")
    wide = "<html><h1>Procès-verbaux du conseil</h1><a href='/f/pv.pdf'>Procès-verbal n° 3</a></html>"
    site.answers["/w"] = kit.Answer(wide.encode("utf-16"), "text/html")
    site.pdf("/doc.php?f=d%E9lib.pdf", kit.agenda("12 mars 2026"))
    return papers(site, kit, "/f/pv.pdf") | {"/doc.php?f=d\ufffdlib.pdf"}


def directory_listing(site, kit):
    council(site, "<a href='/docs/cm/'>Archives du conseil municipal</a>")
    head = (
        "<title>Index of {0}</title><h1>Index of {0}</h1><a href='?C=N;O=D'>Name</a>"
        "<a href='?C=M;O=A'>Last modified</a><a href='/docs/'>Parent Directory</a>"
    )
    site.answers["/docs/cm/"] = kit.Answer(
        (head.format("/docs/cm") + "<a href='2025/'>2025/</a><a href='divers/'>divers/</a>").encode()
    )
    site.answers["/docs/cm/2025/"] = kit.Answer(
        (head.format("/docs/cm/2025") + "<a href='0312.pdf'>0312.pdf</a><a href='a%20b.pdf'>a b.pdf</a>").encode()
    )
    site.answers["/docs/cm/divers/"] = kit.Answer(
        (head.format("/docs/cm/divers") + "<a href='note.pdf'>note.pdf</a>").encode()
    )
    return papers(site, kit, "/docs/cm/2025/0312.pdf", "/docs/cm/2025/a b.pdf", "/docs/cm/divers/note.pdf")


def accordions_and_tabs(site, kit):
    """Headings that are buttons and tabs; icons whose words are in attributes."""
    council(site, """<div class="accordion-item"><button aria-expanded=false>2026</button><div><details>
        <summary>12 mars</summary>
        <a href="/f/a.pdf" aria-label="Ordre du jour"><i class=icon-pdf></i></a></details></div></div>
        <ul role=tablist><li role=tab>2025</li></ul><div role=tabpanel><dl><dt>4 juin</dt><dd>
        <a href="/f/b.pdf">Télécharger (PDF, 2 Mo)</a></dd></dl></div>
        <noscript><a href="/f/c.pdf">Compte rendu du 3 mai</a></noscript>""")  # fmt: skip
    return papers(site, kit, "/f/a.pdf", "/f/b.pdf", "/f/c.pdf")


def frames_within_frames(site, kit):
    site.answers["/"] = kit.Answer(
        b"<html><frameset rows='80,*'><frame src=haut.htm><frame src=corps.htm></frameset></html>"
    )
    site.answers["/corps.htm"] = kit.Answer(
        b"<html><frameset cols='20%,*'><frame src=menu.htm name=menu><frame src=page1.htm></frameset></html>"
    )
    site.answers["/haut.htm"] = kit.Answer(b"<html><img src=blason.gif></html>")
    site.answers["/page1.htm"] = kit.Answer(b"<html><body>Bonjour</body></html>")
    site.answers["/menu.htm"] = kit.Answer(
        "<html><a href=p4.htm target=c>Délibés</a><a href=p5.htm>Réunions du C.M.</a></html>".encode("latin-1")
    )
    site.answers["/p4.htm"] = kit.Answer(b"<html>Rien</html>")
    site.answers["/p5.htm"] = kit.Answer(
        "<html><h2>Réunions du conseil</h2><a href=cr/120326.doc>12 mars 2026</a></html>".encode("latin-1")
    )
    return papers(site, kit, "/cr/120326.doc")


def entrance_by_script(site, kit):
    site.answers["/"] = kit.Answer(b"<html><script>window.location.href = 'fr/accueil.php';</script></html>")
    site.page("/fr/accueil.php", "<ul><li><a href='/c'>Vie municipale</a></ul>")
    site.page("/c", "<h1>Vie municipale</h1><a href='/f/a.pdf'>Compte rendu du conseil du 12 mars</a>")
    return papers(site, kit, "/f/a.pdf")


LAYOUTS = [
    typo3, spip, drupal_with_two_pagers, joomla, wordpress, webdev, load_more, load_more_by_attributes, infinite_scroll,
    blog, select_that_jumps, year_buttons, select_of_sessions, downloads_without_a_sign, viewers,
    windows_opened_by_scripts, spaces_accents_and_plus_signs, old_encodings, directory_listing, accordions_and_tabs,
    frames_within_frames, entrance_by_script,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout(layout, site, crawls, kit):
    wanted = layout(site, kit)
    report = crawls(site)
    assert crawls.documents() == wanted, (report["log"], site.asked)
    assert (report["state"], report["source_state"]) == ("ok", "ok"), report
    assert len(site.asked) <= 3 * len(wanted) + 30
