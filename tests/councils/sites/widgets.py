"""What folds or hides its meaning: numbers for addresses, accordions, tabs, icons without a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from html import escape
from itertools import groupby

from tests.councils import papers
from tests.councils.furniture import fill, items, menu, slug
from tests.councils.ground import Ground, Meeting
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import long, said

Files = list[tuple[str, str, papers.Lines]]


def session_files(ground: Ground, meeting: Meeting, hand: int = 0, *, acts: int = 0) -> Files:
    """The papers of a session: name, label, lines."""
    found: Files = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, hand))]
    if not is_ahead(meeting):
        found.append(("pv", "Procès-verbal", papers.minutes(ground.name, meeting)))
        found += [
            (f"delib{i + 1:02d}", f"Délibération {i + 1}", papers.act(ground.name, meeting, i)) for i in range(acts)
        ]
    return found


def bootstrap(ground: Ground, nav: str, foot: str = "") -> Callable[[str, str], str]:
    def frame(title: str, inner: str) -> str:
        return (
            f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)} –'
            f' {escape(ground.name)}</title><link href="/css/bootstrap.min.css" rel="stylesheet"></head><body><nav'
            f' class="navbar navbar-expand-lg"><a class="navbar-brand" href="/">{escape(ground.name)}</a><button'
            f' data-bs-toggle="collapse">Menu</button><ul class="navbar-nav">{nav}</ul></nav><div class="container"><ol'
            ' class="breadcrumb"><li><a'
            f' href="/">Accueil</a></li><li>{escape(title)}</li></ol><h1>{escape(title)}</h1>{inner}</div><footer'
            f' class="bg-dark">{foot}</footer></body></html>'
        )

    return frame


def site_numbered_network(key: str) -> Ground:
    """Addresses made of numbers alone (/fr/rb/…, /fr/nw/…, /_docs/…); the words stand only on the links."""
    ground = Ground(key, "Les Hauts-de-Clairance", department="09")
    sessions = meetings(ground.dice, 1, 10, clock=time(20, 30), shift=4)
    pages = menu(lambda name, n: f"/fr/rb/{1637000 + n}/{name}")
    nav = items([*pages[:18], ("Conseil municipal", "/fr/rb/1637901/conseil-municipal-3"), *pages[18:]])
    ground.frame = bootstrap(
        ground, nav, '<a href="/fr/login.php">Intranet</a> <a href="/fr/st/1/stats">Statistiques</a>'
    )
    ground.robots("User-agent: *\nDisallow: /fr/login.php\nDisallow: /fr/st/\nCrawl-delay: 0\n")
    ground.forbid("^/fr/login", "^/fr/st/")
    fill(ground, pages, lambda _, n: f"/_docs/1/{90000 + n * 7}.pdf", 3)
    for number in range(1, 61):
        ground.dress(
            f"/fr/nw/563383/{364000 + number}/actualite-{number}",
            f"Actualité {number}",
            f"<p>Brève numéro {number}.</p><a"
            f" href='/fr/nw/563383/{364000 + number % 60 + 1}/actualite-{number % 60 + 1}'>Suivante</a>",
        )
    blocks = {"liste": "", "odj": "", "pv": ""}
    for meeting in sessions:
        ground.meet(meeting)
        for short, _label, lines in [
            *session_files(ground, meeting, 6),
            ("liste", "", papers.results(ground.name, meeting)),
        ]:
            if short == "liste" and is_ahead(meeting):
                continue
            path = ground.paper(
                f"/_docs/Fichier/{meeting.day.year}/{ground.dice.randint(10**6, 10**7)}.pdf", meeting, papers.pdf(lines)
            )
            blocks[short] += (
                f'<p class="doc"><a href="{path}" target="_blank">Séance du {long(meeting.day, weekday=False)}</a>'
                " (pdf)</p>"
            )
    names = {"liste": "Liste des délibérations", "odj": "Ordres du jour", "pv": "Procès-verbaux"}
    links = [(title, f"/fr/rb/{1637910 + n}/{slug(title)}-4") for n, title in enumerate(names.values())]
    for (short, title), (_, path) in zip(names.items(), links, strict=True):
        ground.dress(path, title, blocks[short])
    ground.dress("/fr/rb/1637901/conseil-municipal-3", "Conseil municipal", "<ul>" + items(links) + "</ul>")
    ground.dress(
        "/",
        "Accueil",
        "".join(f'<a href="/fr/nw/563383/{364000 + n}/actualite-{n}">Actualité {n}</a> ' for n in range(1, 13)),
    )
    return ground


def site_accordion_years(key: str) -> Ground:
    """One page, a fold per year; every link says "Télécharger", files have meaningless names."""
    ground = Ground(key, "Port-Sauvin", department="17")
    sessions = meetings(ground.dice, 2, 13, clock=time(19, 15), shift=-4, place="espace culturel du Phare")
    pages = menu(lambda name, _: f"/{name}", 30)
    nav = (
        items(pages) + '<li class="dropdown"><a href="#" data-bs-toggle="dropdown">Ma ville</a><div><a'
        ' href="/conseil/instances">Instances</a></div></li>'
    )
    ground.frame = bootstrap(ground, nav)
    fill(ground, pages, lambda name, n: f"/uploads/media/{n:04d}/{name}.pdf", 4)
    folds = ""
    for year, group in groupby(sessions, key=lambda m: m.day.year):
        inside = ""
        for meeting in group:
            ground.meet(meeting)
            inside += f"<h4>Conseil municipal du {long(meeting.day, weekday=False)}</h4><ul>"
            for _, label, lines in session_files(ground, meeting, 1, acts=2):
                path = ground.paper(
                    f"/uploads/media/default/0001/{ground.dice.getrandbits(64):016x}.pdf", meeting, papers.pdf(lines)
                )
                inside += (
                    f'<li>{label} <a class="btn btn-sm" href="{path}"><i class="fa fa-download"></i>'
                    " Télécharger</a></li>"
                )
            inside += "</ul>"
        folds += (
            '<div class="accordion-item"><h2><button class="accordion-button collapsed"'
            f' data-bs-target="#y{year}">{year}</button></h2><div id="y{year}" class="accordion-collapse collapse"><div'
            f' class="accordion-body">{inside}</div></div></div>'
        )
    ground.dress("/conseil/instances", "Instances", f'<div class="accordion">{folds}</div>')
    ground.dress("/", "Accueil", "<p>Port de plaisance et vieux gréements.</p>")
    return ground


def site_tabs_rss(key: str) -> Ground:
    """Tabs for agendas and minutes, in DOCX too; old sessions are only in the Atom feed of the section."""
    ground = Ground(key, "Aulnaie-Bocage", department="50")
    sessions = meetings(ground.dice, 1, 12, clock=time(20, 0), shift=5)
    pages = menu(lambda name, _: f"/p/{name}.html", 31)
    nav = items(pages[:22]) + '<li><a href="/p/vie-democratique.html">Vie démocratique</a></li>' + items(pages[22:])
    base = bootstrap(ground, nav)
    ground.frame = lambda title, inner: base(title, inner).replace(
        "</head>",
        '<link rel="alternate" type="application/atom+xml" title="Conseil municipal" href="/flux/conseil.atom"></head>',
    )
    fill(ground, pages, lambda name, _: f"/f/{name}.pdf", 6)
    tabs, entries = {"odj": "", "pv": ""}, ""
    for meeting in sessions:
        ground.meet(meeting)
        for short, label, lines in session_files(ground, meeting, 5):
            word = short == "pv" and meeting.number % 2 == 0
            path = f"/f/{meeting.day.year}/{meeting.day:%m}/{short}{'.docx' if word else '.pdf'}"
            ground.paper(
                path,
                meeting,
                papers.docx(lines) if word else papers.pdf(lines),
                papers.DOCX if word else "application/pdf",
            )
            if meeting.number <= 7:
                tabs[short] += f'<tr><td>{said(meeting.day, None, 1)}</td><td><a href="{path}">{label}</a></td></tr>'
            entries += (
                f"<entry><title>{label} du conseil municipal du"
                f" {long(meeting.day)}</title><id>urn:x:{path}</id><updated>{meeting.day}T09:00:00Z"
                f'</updated><link rel="alternate" href="@main@{path}"/></entry>'
            )
    ground.page(
        "/flux/conseil.atom",
        '<?xml version="1.0" encoding="utf-8"?><feed'
        f' xmlns="http://www.w3.org/2005/Atom"><title>Conseil</title>{entries}</feed>',
        media="application/atom+xml",
    )
    ground.dress(
        "/p/vie-democratique.html",
        "Vie démocratique",
        '<ul class="nav nav-tabs" role="tablist"><li><a href="#odj" data-bs-toggle="tab">Ordres du jour</a></li><li><a'
        ' href="#pv" data-bs-toggle="tab">Procès-verbaux</a></li></ul><div class="tab-pane active"'
        f' id="odj"><table>{tabs["odj"]}</table></div><div class="tab-pane"'
        f' id="pv"><table>{tabs["pv"]}</table></div><p>Seules les sept dernières séances sont affichées. <a'
        ' href="/flux/conseil.atom">Toutes les séances (flux)</a></p>',
    )
    ground.dress("/", "Accueil", "<p>Bienvenue.</p>")
    return ground


def site_icon_table(key: str) -> Ground:
    """A table of icons: no link has a text, only titles and images; downloads by number with Content-Disposition."""
    ground = Ground(key, "Sérignac-le-Neuf", department="47")
    sessions = meetings(ground.dice, 1, 11, clock=time(18, 0), shift=-5)
    pages = menu(lambda _, n: f"/index.php?page={n}", 28)
    nav = items([*pages[:14], ("Délibérations", "/index.php?page=77"), *pages[14:]])
    ground.frame = bootstrap(ground, nav, '<a href="/index.php?page=1&action=logout">Déconnexion</a>')
    ground.forbid("action=logout", "action=supprimer")
    fill(ground, pages, lambda _, n: f"/download.php?id={n + 9000}", 5)
    rows = ""
    for meeting in sessions:
        ground.meet(meeting)
        cells = ""
        for short, label, lines in session_files(ground, meeting, 3):
            number = meeting.number * 10 + len(cells) % 7
            while ("main", f"/download.php?id={number}") in ground.papers:
                number += 1
            ground.paper(
                f"/download.php?id={number}",
                meeting,
                papers.pdf(lines),
                "application/octet-stream",
                name=f"{short.upper()}_séance_{meeting.day:%Y-%m-%d}.pdf",
            )
            cells += (
                f'<td><a href="download.php?id={number}" title="{label} du {said(meeting.day, None, 1)}"><img'
                f' src="/img/{short}.png" alt=""></a></td>'
            )
        rows += (
            f'<tr><th scope="row">{long(meeting.day, weekday=False)}</th>{cells}<td><a'
            f' href="?page=77&action=supprimer&id={meeting.number}"><img src="/img/x.png"></a></td></tr>'
        )
    ground.dress(
        "/index.php?page=77", "Délibérations", f"<table><tr><th>Séance</th><th>ODJ</th><th>PV</th></tr>{rows}</table>"
    )
    ground.dress("/", "Accueil", "<p>Village perché.</p>")
    return ground
