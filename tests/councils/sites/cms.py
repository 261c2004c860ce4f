"""Towns on Drupal and TYPO3, each with the addresses and the pager of its system."""

from __future__ import annotations

import hashlib
from datetime import time
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu, slug
from tests.councils.ground import Ground
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import long, said

SHORT = ("jan", "fev", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")


def site_drupal_paged(key: str) -> Ground:
    """A view of sessions, ten to a page from ?page=1; papers hang on the node of each session."""
    ground = Ground(key, "Courlandes-sur-Aubre", department="51", again=True)
    sessions = meetings(
        ground.dice, 2, 15, clock=time(18, 0), place="dans la salle des mariages de l'Hôtel de Ville", shift=-1
    )
    pages = menu(lambda name, n: f"/{name}" if n % 3 else f"/node/{n}")
    nav = "".join(
        f'<li class="nav-item menu-item--collapsed"><a href="{u}" class="nav-link" data-drupal-link-system-path'
        f'="node/{i}">{escape(t)}</a></li>'
        for i, (t, u) in enumerate(pages)
    )

    def frame(title: str, inner: str) -> str:
        return (
            '<!DOCTYPE html><html lang="fr" dir="ltr" prefix="og: https://ogp.me/ns#"><head><meta'
            ' charset="utf-8"/><meta name="Generator" content="Drupal 10'
            f' (https://www.drupal.org)"/><title>{escape(title)} | {ground.name}</title></head><body'
            ' class="path-node"><a href="#main" class="visually-hidden focusable">Aller au contenu</a><div'
            ' class="dialog-off-canvas-main-canvas"><header><a href="/" rel="home">Accueil</a> <a'
            f' href="/user/login">Se connecter</a></header><nav role="navigation"><ul class="nav">{nav}<li><a'
            ' href="/mairie">La mairie</a></li></ul></nav><main><div'
            f' class="region-content"><h1>{escape(title)}</h1>{inner}</div></main><footer><a'
            ' href="/search/node">Rechercher</a> <a href="/print/pdf/node/1" rel="nofollow">Version'
            " imprimable</a></footer></div></body></html>"
        )

    ground.frame = frame
    ground.robots("User-agent: *\nDisallow: /admin/\nDisallow: /user/login\nDisallow: /search/\nDisallow: /print/\n")
    ground.forbid("^/user/", "^/admin", "^/search", "^/print")
    fill(ground, pages, lambda name, n: f"/sites/default/files/2025-{n % 12 + 1:02d}/{name}.pdf", 5)
    rows = []
    for meeting in sessions:
        ground.meet(meeting)
        day = f"{meeting.day:%Y-%m}"
        node = f"/seance/{slug(long(meeting.day))}"
        block = ""
        kinds = [("Ordre du jour", "odj", papers.agenda(ground.name, meeting, meeting.number))]
        if is_ahead(meeting):
            kinds.append(("Note de synthèse", "note", papers.note(ground.name, meeting)))
        else:
            kinds.append(("Procès-verbal", "pv", papers.minutes(ground.name, meeting)))
        for label, short, lines in kinds:
            path = ground.paper(
                f"/sites/default/files/{day}/{short.upper()} CM {meeting.day:%d %m %Y}.pdf", meeting, papers.pdf(lines)
            )
            block += (
                '<div class="field field--name-field-fichier"><span class="file file--mime-application-pdf"><a'
                f' href="{path.replace(" ", "%20")}" type="application/pdf"'
                f' title="{path.rpartition("/")[2]}">{label}</a></span><span>({ground.dice.randint(90, 900)}'
                " Ko)</span></div>"
            )
        when = f'<time datetime="{meeting.day}T17:00:00Z">{said(meeting.day, meeting.clock, 0)}</time>'
        ground.dress(node, f"Conseil municipal du {long(meeting.day)}", f"<div class='field--date'>{when}</div>{block}")
        rows.append(
            f'<div class="views-row"><h3><a href="{node}" hreflang="fr">Séance du {long(meeting.day)}</a></h3></div>'
        )
    for number in range(0, len(rows), 6):
        page = number // 6
        pager = "".join(
            f'<li class="pager__item"><a href="?page={n}" title="Page {n + 1}">{n + 1}</a></li>' for n in range(3)
        )
        last = f'<li class="pager__item--next"><a href="?page={page + 1}" rel="next">››</a></li>' if page < 2 else ""
        ground.dress(
            "/mairie/seances" + (f"?page={page}" if page else ""),
            "Séances du conseil",
            "".join(rows[number : number + 6]) + f'<nav class="pager"><ul>{pager}{last}</ul></nav>',
        )
    ground.replies[("main", "/mairie/seances?page=0")] = ground.replies[("main", "/mairie/seances")]
    ground.dress(
        "/mairie", "La mairie", items([("Horaires", pages[31][1]), ("Le conseil municipal", "/mairie/conseil")])
    )
    ground.dress(
        "/mairie/conseil",
        "Le conseil municipal",
        "<p>Vingt-sept élus vous représentent.</p>"
        '<p>Consultez <a href="/mairie/seances">toutes les séances</a> ou le <a href="/node/21">trombinoscope</a>.</p>',
    )
    ground.dress("/", "Courlandes", "<h2>En ce moment</h2>" + items(pages[5:10]))
    return ground


def site_typo3_news(key: str) -> Ground:
    """An EPCI: council and bureau on one evening, news records with cHash, files in fileadmin."""
    ground = Ground(key, "Communauté de communes du Val d'Orsenne", kind="epci", department="85", strict=True)
    councils = meetings(
        ground.dice, 2, 11, body="conseil communautaire", clock=time(19, 30), place="au siège, salle Jean-Moline"
    )
    boards = meetings(
        ground.dice, 1, 6, body="bureau communautaire", clock=time(17, 30), place="au siège, salle du Bureau"
    )
    pages = menu(lambda name, n: f"/index.php?id={100 + n}" if n % 2 else f"/vivre/{name}/")
    nav = (
        items(pages[:15])
        + '<li class="sub"><a href="/la-communaute/assemblees/">Les assemblées</a></li>'
        + items(pages[15:])
    )

    def frame(title: str, inner: str) -> str:
        return (
            '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><!-- This website is powered by TYPO3 -'
            ' inspiring people to share! --><meta name="generator" content="TYPO3'
            f' CMS"><title>{escape(title)}</title><link rel="stylesheet"'
            f' href="/typo3temp/assets/css/a1.css"></head><body id="p12"><ul class="nav">{nav}</ul><div'
            f' class="csc-default"><h1>{escape(title)}</h1>{inner}</div><a href="/espace-elus/" class="lock">Espace'
            " élus (accès réservé)</a></body></html>"
        )

    ground.frame = frame
    ground.forbid("^/espace-elus")
    fill(ground, pages, lambda name, n: f"/fileadmin/user_upload/Documents/Divers/{name}.pdf", 5)
    news = []
    for meeting in sorted(councils + boards, key=lambda m: (m.day, m.clock), reverse=True):
        ground.meet(meeting)
        short = "cc" if "conseil" in meeting.body else "bureau"
        base = f"/fileadmin/user_upload/Assemblees/{meeting.day.year}/{short.upper()}/"
        stamp = f"{meeting.day.day}{SHORT[meeting.day.month - 1]}{meeting.day:%y}"
        files = [
            (
                "Ordre du jour",
                f"{base}ODJ/odj_{slug(meeting.body).replace('-', '_')}_{stamp}.pdf",
                papers.agenda(ground.name, meeting, 4),
            )
        ]
        if not is_ahead(meeting):
            files.append(("Compte-rendu", f"{base}CR/cr_{short}_{stamp}.pdf", papers.minutes(ground.name, meeting)))
        links = "".join(
            '<li><span class="news-related-files-link"><a'
            f' href="{ground.paper(p, meeting, papers.pdf(lines))}">{label}</a></span></li>'
            for label, p, lines in files
        )
        number = 400 + len(news)
        query = f"tx_news_pi1[action]=detail&tx_news_pi1[controller]=News&tx_news_pi1[news]={number}"
        url = f"/la-communaute/assemblees/?{query}&cHash={hashlib.md5(query.encode()).hexdigest()}"
        ground.dress(
            url,
            f"{meeting.body.capitalize()} du {long(meeting.day)}",
            f"<p>{said(meeting.day, meeting.clock, 1)}</p><ul>{links}</ul>",
        )
        news.append(
            f'<div class="article articletype-0"><a href="{escape(url)}"><span>{meeting.body.capitalize()} du '
            f"{long(meeting.day, weekday=False)}</span></a></div>"
        )
    count = -(-len(news) // 8)
    urls = ["/la-communaute/assemblees/"]
    for number in range(2, count + 1):
        query = f"tx_news_pi1[currentPage]={number}"
        urls.append(f"/la-communaute/assemblees/?{query}&cHash={hashlib.md5(query.encode()).hexdigest()}")
    for number, url in enumerate(urls):
        pager = "".join(f'<li><a href="{escape(u)}">{n}</a></li>' for n, u in enumerate(urls, 1) if n - 1 != number)
        ground.dress(
            url,
            "Les assemblées",
            "".join(news[number * 8 : number * 8 + 8]) + f'<ul class="f3-widget-paginator">{pager}</ul>',
        )
    ground.dress("/", "Val d'Orsenne", items(pages[2:9]))
    return ground
