"""What a site offers beside its links: data, feeds, calendars, maps, and pages that scripts fill."""

from __future__ import annotations

import json

import pytest

NAV = "<nav><a href='/'>Accueil</a><a href='/vie'>Vie municipale</a></nav>"


def start(site, content="", head=""):
    site.page("/", f"{NAV}<main><h1>Bienvenue</h1>{content}</main>{head}")


def data(site, path, value):
    site.answers[path] = site_answer(site, json.dumps(value).encode())


def site_answer(site, body, media="application/json"):
    return type(next(iter(site.answers.values())))(body, media)


def fetched_by_an_inline_script(site, kit):
    """Bare file names: the script puts the folder before them."""
    start(site)
    script = """<script>const BASE = "/donnees"; fetch(BASE + "/seances.json").then(r => r.json()).then(liste => {
        for (const s of liste) { out += '<li><a href="/pieces/' + s.fichier + '">' + s.titre + "</a>
        </li>"; } });</script>"""
    site.page("/vie", f"{NAV}<h1>Conseil municipal</h1><ul id=liste></ul>{script}")
    data(site, "/donnees/seances.json", [
        {"titre": "Ordre du jour", "date": "2026-03-12", "fichier": "odj 12.pdf"},
        {"titre": "Procès-verbal", "date": "2026-02-05", "fichier": "pv.pdf"},
    ])  # fmt: skip
    site.pdf("/pieces/odj 12.pdf", kit.agenda("12 mars 2026"))
    site.pdf("/pieces/pv.pdf", kit.agenda("5 février 2026"))
    return {"/pieces/odj 12.pdf", "/pieces/pv.pdf"}


def details_behind_identifiers(site, kit):
    """A list by year, then the papers of each session under its identifier."""
    start(site)
    script = """<script>function montrer(annee) { $.getJSON(`/api/seances?annee=${annee}`, function (seances) {
        seances.forEach(s => $.getJSON('/api/seances/' + s.id + '/pieces', afficher)); }); }</script>"""
    site.page("/vie", f"{NAV}<h1>Séances du conseil municipal</h1><button>2026</button><button>2025</button>{script}")
    data(site, "/api/seances?annee=2026", [{"id": 7, "libelle": "Conseil municipal du 12 mars 2026"}])
    data(site, "/api/seances?annee=2025", [{"id": 3, "libelle": "Conseil municipal du 4 juin 2025"}])
    data(site, "/api/seances/7/pieces", {"pieces": [{"nom": "Convocation", "url": "/get/1"}]})
    data(site, "/api/seances/3/pieces", {"pieces": [{"nom": "Compte rendu", "url": "/get/2"}]})
    site.pdf("/get/1", kit.agenda("12 mars 2026"))
    site.pdf("/get/2", kit.agenda("4 juin 2025"))
    return {"/get/1", "/get/2"}


def values_in_the_page(site, kit):
    """A literal that is no JSON, an attribute that is, HTML inside a string, and a flipbook's source."""
    start(site)
    site.page(
        "/vie",
        NAV
        + """<h1>Conseil municipal</h1><div id=app data-pieces='[{"nom":"PV du 5 mai 2025","lien":"/a/pv.pdf"}]'></div>
        <div class="_df_book" source="/a/revue.pdf" title="Délibérations du 3 avril 2025"></div>
        <script>var seances = [{titre: 'Ordre du jour de l\\'assemblée', lien: "/a/odj.pdf",},];
        window.__ETAT__ = {"bloc": "<p><a href='/a/note.pdf'>Note de synthèse</a></p>"};
        lecteur({pdf: "a/cr.pdf"});</script>""",
    )
    wanted = {f"/a/{name}.pdf" for name in ("pv", "revue", "odj", "note", "cr")}
    for number, path in enumerate(sorted(wanted), 1):
        site.pdf(path, kit.agenda(f"{number} mars 2026"))
    return wanted


def named_by_a_script_file(site, kit):
    start(site)
    site.page("/vie", f"{NAV}<h1>Vie municipale</h1><div id=app>Chargement…</div><script src='/js/app.js'></script>")
    site.answers["/js/app.js"] = kit.Answer(
        b'(()=>{const u="/donnees/actes.json";fetch(u).then(t)})()', "application/javascript"
    )
    data(site, "/donnees/actes.json", {"actes": [{"objet": "Délibération n° 3 du 12 mars 2026", "pdf": "/d/3.pdf"}]})
    site.pdf("/d/3.pdf", kit.agenda("12 mars 2026"))
    return {"/d/3.pdf"}


def fragments_of_html(site, kit):
    """Two pages ask for the same piece of HTML; neither is lost."""
    start(site)
    script = "<script>$('#liste').load('/morceaux/liste.php?type=cm')</script>"
    for path in ("/vie", "/vie/actes"):
        more = "<a href='/vie/actes'>Délibérations</a>" if path == "/vie" else ""
        site.page(path, f"{NAV}<h1>Conseil municipal</h1>{more}<ul id=liste></ul>{script}")
    piece = "<li>12 mars 2026 <a href='/g/1'>Ordre du jour</a></li><li>5 février 2026 <a href='/g/2.pdf'>PV</a></li>"
    site.answers["/morceaux/liste.php?type=cm"] = kit.Answer(piece.encode())
    site.pdf("/g/1", kit.agenda("12 mars 2026"))
    site.pdf("/g/2.pdf", kit.agenda("5 février 2026"))
    return {"/g/1", "/g/2.pdf"}


def only_in_the_feed(site, kit):
    site.page("/", NAV + "<main><h1>Bienvenue</h1></main>")
    page = site.answers["/"].body.replace(
        b"</head>", b"<link rel=alternate type='application/rss+xml' href='/flux'></head>"
    )
    site.answers["/"] = kit.Answer(page)
    site.page("/vie", f"{NAV}<h1>Vie municipale</h1>")
    site.answers["/flux"] = kit.Answer(
        f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Valmont</title>
        <item><title>Brocante</title><link>{site.url}brocante</link></item>
        <item><title>Conseil municipal du 12 mars 2026</title><link>{site.url}n/812</link></item></channel>
        </rss>""".encode(),
        "application/rss+xml",
    )
    site.page("/n/812", f"{NAV}<h1>Conseil municipal du 12 mars 2026</h1><a href='/f/odj.pdf'>Télécharger</a>")
    site.pdf("/f/odj.pdf", kit.agenda("12 mars 2026"))
    return {"/f/odj.pdf"}


def only_in_the_calendar(site, kit):
    start(site, "<a href='/agenda/tout.ics'>Exporter l'agenda</a>")
    site.page("/vie", f"{NAV}<h1>Vie municipale</h1>")
    site.answers["/agenda/tout.ics"] = kit.Answer(
        f"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260312T173000Z\r
SUMMARY:Conseil municipal\r\nURL:{site.url}rdv/31\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n""".encode(),
        "text/calendar",
    )
    site.page("/rdv/31", f"{NAV}<h1>Conseil municipal</h1><p>12 mars 2026</p><a href='/f/odj.pdf'>Ordre du jour</a>")
    site.pdf("/f/odj.pdf", kit.agenda("12 mars 2026"))
    return {"/f/odj.pdf"}


def only_in_the_map(site, kit):
    """robots.txt names an index; one of its maps is compressed."""
    start(site)
    site.page("/vie", f"{NAV}<h1>Vie municipale</h1>")
    site.answers["/robots.txt"] = kit.Answer(f"Sitemap: {site.url}plans/index.xml\n".encode(), "text/plain")
    space = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    site.answers["/plans/index.xml"] = kit.Answer(
        f"<?xml version='1.0'?><sitemapindex {space}><sitemap><loc>{site.url}plans/images.xml</loc></sitemap>"
        f"<sitemap><loc>{site.url}plans/pages.xml.gz</loc></sitemap></sitemapindex>".encode(), "application/xml",
    )  # fmt: skip
    listed = "".join(f"<url><loc>{site.url}{name}</loc></url>" for name in ("piscine", "seances-du-conseil-municipal"))
    site.answers["/plans/pages.xml.gz"] = kit.Answer(
        kit.gzip.compress(f"<?xml version='1.0'?><urlset {space}>{listed}</urlset>".encode()), "application/x-gzip"
    )
    site.page(
        "/seances-du-conseil-municipal", f"{NAV}<h1>Séances</h1><a href='/f/odj.pdf'>Ordre du jour du 12 mars</a>"
    )
    site.pdf("/f/odj.pdf", kit.agenda("12 mars 2026"))
    return {"/f/odj.pdf"}


LAYOUTS = [
    fetched_by_an_inline_script, details_behind_identifiers, values_in_the_page, named_by_a_script_file,
    fragments_of_html, only_in_the_feed, only_in_the_calendar, only_in_the_map,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_offer(layout, site, crawls, kit):
    """Found, and looked at again for next to nothing, what was put together from templates included."""
    wanted = layout(site, kit)
    first = crawls(site)
    assert crawls.documents() >= wanted, first
    assert (first["state"], first["source_state"]) == ("ok", "ok"), first
    assert {path for path in crawls.documents() if path.endswith(".pdf")} <= wanted
    assert "/piscine" not in site.asked and "/plans/images.xml" not in site.asked
    asked = len(site.asked)
    site.forget()
    crawls.now = "2026-03-02T21:00+00:00"
    second = crawls(site)
    assert (second["state"], second["versions_new"]) == ("ok", 0), second
    assert second["documents_listed"] == first["documents_listed"]
    statuses = {status for path, status in zip(site.asked, site.statuses, strict=True) if path != "/robots.txt"}
    assert len(site.asked) <= asked and statuses <= {304, 404}


def test_changed_data_are_read_with_what_the_page_told_before(site, crawls, kit):
    """The page is unchanged, so its script is not seen again; new entries still find their folder."""
    fetched_by_an_inline_script(site, kit)
    crawls(site)
    entries = json.loads(site.answers["/donnees/seances.json"].body)
    data(
        site,
        "/donnees/seances.json",
        [{"titre": "Ordre du jour", "date": "2026-04-09", "fichier": "odj-avril.pdf"}, *entries],
    )
    site.pdf("/pieces/odj-avril.pdf", kit.agenda("9 avril 2026"))
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawls(site)
    assert report["documents_new"] == 1 and "/pieces/odj-avril.pdf" in crawls.documents()


def test_a_list_that_only_a_browser_could_see_is_said(site, crawls, kit):
    start(site)
    site.page("/vie", f"{NAV}<h1>Conseil municipal</h1><div id=root></div><script>demarrer(document.all.root)</script>")
    crawls.extra = 'browser = "never"'
    report = crawls(site)
    assert report["source_state"] == "blind"
    assert f"needs JavaScript: {site.url}vie" in report["log"]
