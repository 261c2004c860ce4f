"""Towns on SPIP and Joomla: articles by number, lists that start at an offset."""

from __future__ import annotations

from datetime import time, timedelta
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import Ground
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import hour, long, said


def site_spip_rubriques(key: str) -> Ground:
    """Articles and rubrics by number, joined documents in IMG, a pager of ten in ?debut_articles."""
    ground = Ground(key, "Tresgnac", department="19", charset="utf-8", told_charset="utf-8")
    sessions = meetings(ground.dice, 1, 14, clock=time(20, 0), shift=2, place="à la mairie de Tresgnac")
    pages = menu(lambda _, n: f"/spip.php?rubrique{n + 20}" if n % 2 else f"/spip.php?article{n + 60}", 30)
    nav = items(pages[:20]) + '<li><a href="spip.php?rubrique3">Vie de la commune</a></li>' + items(pages[20:])

    def frame(title: str, inner: str) -> str:
        return (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html xmlns="http://www.w3.org/1999/xhtml"'
            f' lang="fr"><head><title>{escape(title)} - {ground.name}</title><meta name="generator" content="SPIP 3.2.8'
            ' [24473]" /><link rel="alternate" type="application/rss+xml" title="Syndiquer tout le site"'
            f' href="spip.php?page=backend" /></head><body class="page_article"><div id="nav"><ul>{nav}</ul></div><div'
            f' id="contenu"><h1 class="crayon">{escape(title)}</h1>{inner}</div><div id="pied"><a'
            ' href="spip.php?page=plan">Plan du site</a> | <a href="ecrire/">Espace privé</a> | <a'
            ' href="spip.php?page=login&amp;url=ecrire">Se connecter</a></div></body></html>'
        )

    ground.frame = frame
    ground.forbid("^/ecrire", "page=login")
    fill(ground, pages, lambda name, n: f"/IMG/pdf/{name}.pdf", 6)
    rows, feed = [], []
    for meeting in sessions:
        ground.meet(meeting)
        url = f"/spip.php?article{300 - meeting.number}"
        stamp = f"{meeting.day:%y%m%d}"
        files = [
            (
                "Ordre du jour",
                f"/IMG/pdf/odj_{stamp}.pdf",
                papers.pdf(papers.agenda(ground.name, meeting, 2)),
                "application/pdf",
            )
        ]
        if meeting.number > 1:
            lines = papers.minutes(ground.name, meeting)
            files.append(
                ("Compte rendu", f"/IMG/odt/cr_{stamp}.odt", papers.odt(lines), papers.ODT)
                if meeting.number % 3 == 0
                else ("Compte rendu", f"/IMG/pdf/cr_{stamp}.pdf", papers.pdf(lines), "application/pdf")
            )
        joined = "".join(
            f'<dl class="spip_document_{i} spip_documents"><dt><a'
            f" href='{ground.paper(path, meeting, content, media)[1:]}' title='PDF - 120 ko' type='{media}'><img"
            " src='prive/vignettes/pdf.png' alt='' /></a></dt><dt"
            f" class='spip_doc_titre'><strong>{label}</strong></dt></dl>"
            for i, (label, path, content, media) in enumerate(files)
        )
        ground.dress(
            url,
            f"Conseil du {long(meeting.day, weekday=False)}",
            f"<div class='texte'><p>Prochaine réunion : {said(meeting.day, meeting.clock, 3)}</p></div>{joined}",
        )
        rows.append(f"<li><a href='{url[1:]}'>Conseil du {long(meeting.day, weekday=False)}</a></li>")
        feed.append((f"Conseil du {meeting.day}", url))
    for start in range(0, len(rows), 10):
        more = "".join(
            f"<a href='spip.php?rubrique12&amp;debut_articles={s}#pagination_articles'"
            f" class='lien_pagination'>{s}</a> | "
            for s in range(0, len(rows), 10)
            if s != start
        )
        ground.dress(
            "/spip.php?rubrique12" + (f"&debut_articles={start}" if start else ""),
            "Comptes rendus des conseils",
            f"<ul>{''.join(rows[start : start + 10])}</ul><p class='pagination'>{more}</p>",
        )
    ground.replies[("main", "/spip.php?debut_articles=0&rubrique12")] = ground.replies[("main", "/spip.php?rubrique12")]
    ground.dress(
        "/spip.php?rubrique3",
        "Vie de la commune",
        "<ul>" + items([*pages[4:7], ("Comptes rendus des conseils", "spip.php?rubrique12")]) + "</ul>",
    )
    ground.dress("/spip.php?page=plan", "Plan du site", "<ul>" + items(pages) + "</ul>")
    body = "".join(f"<item><title>{t}</title><link>@main@{u}</link></item>" for t, u in feed[:5])
    ground.page(
        "/spip.php?page=backend",
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{body}</channel></rss>',
        media="text/xml",
    )
    ground.dress("/", ground.name, "<ul>" + items(pages[6:12]) + "</ul>")
    return ground


def site_joomla_lists(key: str) -> Ground:
    """index.php/… everywhere, ?start=10, and a download manager whose addresses end in nothing."""
    ground = Ground(key, "Grand-Mazerolle", department="86")
    sessions = meetings(ground.dice, 2, 14, clock=time(18, 45), shift=-2, place="à la salle polyvalente")
    pages = menu(
        lambda name, n: (
            f"/index.php/{name}" if n % 2 else f"/index.php/component/content/article/{n}-{name}?Itemid={n + 100}"
        )
    )
    nav = (
        items(pages[:5], "item-101 deeper parent")
        + '<li><a href="/index.php/mairie/conseils">Conseils municipaux</a></li>'
        + items(pages[5:])
    )

    def frame(title: str, inner: str) -> str:
        return (
            '<!DOCTYPE html><html xml:lang="fr-fr" lang="fr-fr"><head><base href="@main@/index.php" /><meta'
            ' http-equiv="content-type" content="text/html; charset=utf-8" /><meta name="generator" content="Joomla! -'
            f' Open Source Content Management" /><title>{escape(title)}</title></head><body><ul class="nav menu'
            f' mod-list">{nav}</ul><div class="item-page" itemscope><h2'
            f' itemprop="headline">{escape(title)}</h2>{inner}</div><form action="/index.php" method="post"'
            ' id="login-form"><input type="text" name="username"/><input type="hidden" name="task"'
            ' value="user.login"/><a href="/index.php/component/users/?view=reset">Mot de passe oublié'
            " ?</a></form></body></html>"
        )

    ground.frame = frame
    ground.forbid("component/users", "task=user", r"print=1", "mailto")
    fill(ground, pages, lambda name, n: f"/images/documents/{name}.pdf", 5)
    rows = []
    for meeting in sessions:
        ground.meet(meeting)
        number = 70 + meeting.number
        path = f"/index.php/mairie/conseils/{number}-cm-{meeting.day:%d-%m-%Y}"
        files = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, 5))]
        if not is_ahead(meeting):
            files.append(("pv", "Procès verbal", papers.minutes(ground.name, meeting)))
        links = ""
        for offset, (short, label, lines) in enumerate(files):
            url = f"/index.php/component/phocadownload/category/{number}-cm?download={number * 3 + offset}:{short}"
            ground.paper(url, meeting, papers.pdf(lines), name=f"{short} CM {meeting.day:%d.%m.%y} (validé).pdf")
            links += f'<div class="pd-filebox"><a class="btn" href="{escape(url)}">{label}</a></div>'
        ground.dress(
            path,
            f"Conseil du {meeting.day:%d/%m/%Y}",
            f"<p>Séance à {hour(meeting.clock or time(0), 1)}.</p>{links}"
            f'<ul class="actions"><li><a href="{path}?tmpl=component&amp;print=1"'
            ' rel="nofollow">Imprimer</a></li></ul>',
        )
        when = meeting.day + timedelta(days=2)
        rows.append(
            f'<tr class="cat-list-row0"><td class="list-title"><a href="{path}">Conseil du'
            f" {meeting.day:%d/%m/%Y}</a></td><td"
            f' class="list-date">{when:%d %m %Y}</td><td>{ground.dice.randint(20, 400)}</td></tr>'
        )
    for start in range(0, len(rows), 7):
        pager = "".join(
            f'<li><a class="pagenav" href="/index.php/mairie/conseils?start={s}" title="{s}">{s // 7 + 1}</a></li>'
            for s in range(0, len(rows), 7)
            if s != start
        )
        ground.dress(
            "/index.php/mairie/conseils" + (f"?start={start}" if start else ""),
            "Conseils municipaux",
            f'<table class="category">{"".join(rows[start : start + 7])}</table><div'
            f' class="pagination"><ul>{pager}</ul></div>',
        )
    ground.replies[("main", "/index.php/mairie/conseils?start=0")] = ground.replies[
        ("main", "/index.php/mairie/conseils")
    ]
    ground.dress("/", "Bienvenue à Grand-Mazerolle", "<ul>" + items(pages[8:14]) + "</ul>")
    ground.replies[("main", "/index.php")] = ground.replies[("main", "/")]
    return ground
