"""Two towns on WordPress: one with its interface open, one with it shut and everything in posts."""

from __future__ import annotations

from datetime import time, timedelta
from html import escape

from tests.councils import papers, wp_rest
from tests.councils.furniture import fill, items, menu, slug
from tests.councils.ground import Ground, Meeting, Reply
from tests.councils.matter import meetings
from tests.councils.wording import long, said

HEAD = """<!DOCTYPE html>
<html lang="fr-FR"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width">
<title>{title} &#8211; {name}</title>
<link rel='stylesheet' id='astra-css' href='@main@/wp-content/themes/astra/style.css?ver=4.1' media='all'>
<link rel="alternate" type="application/rss+xml" title="{name} &raquo; Flux" href="@main@/feed/">
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="@main@/comments/feed/">
{api}<meta name="generator" content="WordPress 6.4.3">
<script src='@main@/wp-includes/js/jquery/jquery.min.js?ver=3.7.1'></script></head>"""


def _frame(ground: Ground, nav: str, aside: str, api: str):  # type: ignore[no-untyped-def]
    def frame(title: str, inner: str) -> str:
        head = HEAD.format(title=escape(title), name=escape(ground.name), api=api)
        return (
            f'{head}<body class="page"><a class="skip-link" href="#content">Aller au contenu</a><header id="masthead">'
            f'<a href="@main@/" rel="home"><img src="/wp-content/uploads/2021/01/blason.png" alt="{ground.name}"></a>'
            f'<form role="search" method="get" action="@main@/"><input name="s"></form><nav><ul id="primary-menu">{nav}'
            f'</ul></nav></header><div id="content"><main><article><h1 class="entry-title">{escape(title)}</h1>'
            f'<div class="entry-content">{inner}</div></article></main><aside class="widget-area">{aside}</aside></div>'
            '<footer><a href="/mentions-legales/">Mentions légales</a> <a href="@main@/wp-login.php">Connexion</a>'
            ' <a href="@main@/wp-admin/">Administration</a></footer></body></html>'
        )

    return frame


def site_wordpress_open(key: str) -> Ground:
    """Pages for agendas and minutes, files in uploads, /wp-json open; the agenda is a menu entry among forty."""
    ground = Ground(key, "Saint-Ambreuil-les-Étangs", again=True)
    sessions = meetings(ground.dice, 2, 9, clock=time(20, 30), place="salle du Conseil, à la mairie")
    pages = menu(lambda name, _: f"/{name}/")
    nav = items([("Accueil", "@main@/")]) + items(pages[:12], "menu-item")
    nav += (
        '<li class="menu-item-has-children"><a href="#">Vie municipale</a><ul class="sub-menu">'
        '<li><a href="@main@/vie-municipale/les-seances/">Les séances</a></li>'
        '<li><a href="@main@/vie-municipale/comptes-rendus/">Comptes rendus</a></li></ul></li>'
    )
    nav += items(pages[12:], "menu-item")
    ground.frame = _frame(ground, nav, "", '<link rel="https://api.w.org/" href="@main@/wp-json/">')
    fill(ground, pages, lambda name, n: f"/wp-content/uploads/2025/{n % 12 + 1:02d}/{name}.pdf")
    ground.dress("/mentions-legales/", "Mentions légales", "<p>Éditeur : la commune.</p>")
    ground.forbid(r"^/wp-login", r"^/wp-admin", r"[?&]s=")
    entries: list[wp_rest.Entry] = []

    def upload(meeting: Meeting, name: str, lines: papers.Lines) -> str:
        when = meeting.convened if name.startswith("odj") else meeting.day + timedelta(days=6)
        path = f"/wp-content/uploads/{when:%Y/%m}/{name}-{meeting.day:%d%m%Y}.pdf"
        ground.paper(path, meeting, papers.pdf(lines))
        number = 3000 + len(entries)
        entries.append(
            wp_rest.Entry(
                "media",
                number,
                f"{when}T10:00:00",
                f"{name}-{meeting.day}",
                f"{name} {meeting.day:%d%m%Y}",
                f"/?attachment_id={number}",
                source=path,
            )
        )
        return path

    agendas, reports = "", ""
    for meeting in sessions:
        ground.meet(meeting)
        path = upload(meeting, "odj-cm", papers.agenda(ground.name, meeting, meeting.number))
        agendas += (
            f'<h3>Séance du {long(meeting.day)}</h3><div class="wp-block-file"><a href="@main@{path}">Télécharger'
            "</a></div>"
        )
        if meeting.number > 2:
            path = upload(meeting, "PV-CM", papers.minutes(ground.name, meeting))
            listed = upload(meeting, "liste-deliberations", papers.results(ground.name, meeting))
            reports += (
                f'<p><strong>{long(meeting.day)}</strong> : <a href="{path}">Procès-verbal</a> – '
                f'<a href="{listed}">Liste des délibérations</a></p>'
            )
    for path, title, inner in (
        ("/vie-municipale/les-seances/", "Les séances du conseil", agendas),
        ("/vie-municipale/comptes-rendus/", "Comptes rendus", reports),
    ):
        ground.dress(path, title, inner)
        entries.append(wp_rest.Entry("pages", 40 + len(path), "2026-03-12T09:00:00", slug(title), title, path, inner))
    news = [
        wp_rest.Entry(
            "posts",
            900 + n,
            f"2026-0{n % 3 + 1}-{n + 2:02d}T08:00:00",
            f"actu-{n}",
            f"Actualité {label}",
            f"/actu-{n}/",
            f"<p>{label} : du nouveau ce mois-ci.</p>",
            categories=(1,),
        )
        for n, (label, _) in enumerate(pages[:14])
    ]
    for post in news:
        ground.dress(post.link, post.title, post.content)
    wp_rest.install(ground, entries + news, {1: ("actualites", "Actualités")})
    ground.page("/feed/", _feed(news), media="application/rss+xml")
    teaser = "".join(f'<h2><a href="@main@{post.link}">{post.title}</a></h2><p>Lire la suite</p>' for post in news[:6])
    ground.dress("/", "Bienvenue", teaser)
    return ground


def _feed(posts: list[wp_rest.Entry]) -> str:
    rows = "".join(f"<item><title>{escape(p.title)}</title><link>@main@{p.link}</link></item>" for p in posts)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Flux</title>{rows}</channel></rss>'
    )


def site_wordpress_posts(key: str) -> Ground:
    """Each session is a post in a paged category; dated archives and tags lead to the same posts again."""
    ground = Ground(key, "Vaux-Mirebelle", department="71")
    sessions = meetings(ground.dice, 1, 13, clock=time(18, 30), shift=1)
    pages = menu(lambda name, n: f"/{name}-{n}/", 26)
    nav = items([*pages[:9], ("Le conseil municipal", "@main@/category/conseil-municipal/"), *pages[9:]])
    months = sorted({f"{m.day:%Y/%m}" for m in sessions}, reverse=True)
    aside = (
        "<h2>Archives</h2><ul>"
        + items([(m, f"@main@/{m}/") for m in months])
        + "</ul><h2>Étiquettes</h2>"
        + items([(t, f"@main@/tag/{t}/") for t in ("budget", "voirie", "ecole")])
    )
    ground.frame = _frame(ground, nav, aside, "")
    fill(ground, pages, lambda name, n: f"/wp-content/uploads/2024/{n % 12 + 1:02d}/{name}.pdf", 6)
    ground.behave(r"^/wp-json", lambda _: Reply(b'{"code":"rest_forbidden"}', wp_rest.JSON, 401, validators=False))
    ground.forbid(r"^/wp-login", r"^/wp-admin", r"[?&]s=", r"replytocom")
    posts = []
    for meeting in sessions:
        ground.meet(meeting)
        path = f"/{meeting.convened:%Y/%m/%d}/conseil-municipal-du-{slug(long(meeting.day, weekday=False))}/"
        up = f"/wp-content/uploads/{meeting.day:%Y/%m}/"
        files = [("Ordre du jour", "ODJ", papers.agenda(ground.name, meeting, meeting.number + 3))]
        if meeting.number > 1:
            files.append(("Compte-rendu", "CR-CM-du", papers.minutes(ground.name, meeting)))
            files += [
                (f"Délibération n° {i + 1}", f"DCM{i + 1:02d}", papers.act(ground.name, meeting, i)) for i in range(2)
            ]
        links = ""
        for label, name, lines in files:
            url = ground.paper(f"{up}{name}-{meeting.day:%d-%m-%Y}-1.pdf", meeting, papers.pdf(lines))
            links += f'<li><a href="@main@{url}" target="_blank" rel="noopener">{label}</a></li>'
        when = said(meeting.day, meeting.clock, 0)
        ground.dress(
            path,
            f"Conseil municipal du {long(meeting.day, weekday=False)}",
            f"<p>Le conseil se réunira {when}.</p><ul>{links}</ul><p class='comment'><a rel='nofollow' "
            f"href='{path}?replytocom=4#respond'>Répondre</a></p>",
        )
        posts.append((meeting, path))
    for number in range(3):
        part = posts[number * 5 : number * 5 + 5]
        inner = "".join(
            f'<article><h2><a href="@main@{p}" rel="bookmark">Conseil municipal du {long(m.day)}</a></h2>'
            f'<p>Séance publique… <a class="more-link" href="@main@{p}#more">Continuer</a></p></article>'
            for m, p in part
        )
        at = "/category/conseil-municipal/" + (f"page/{number + 1}/" if number else "")
        if number < 2:
            inner += (
                '<nav class="navigation"><a class="page-numbers" href="@main@/category/conseil-municipal/page/'
                f'{number + 2}/">{number + 2}</a> <a class="next page-numbers" href="@main@/category/'
                f'conseil-municipal/page/{number + 2}/">→</a></nav>'
            )
        ground.dress(at, "Catégorie : conseil municipal", inner)
    for month in months:
        inside = [p for p in posts if f"{p[0].day:%Y/%m}" == month]
        ground.dress(f"/{month}/", f"Mois : {month}", items([(f"Séance du {m.day:%d/%m}", p) for m, p in inside]))
    for tag in ("budget", "voirie", "ecole"):
        ground.dress(f"/tag/{tag}/", f"Étiquette : {tag}", items([(str(m.day), p) for m, p in posts[:4]]))
    ground.dress("/", "Accueil", "<h2>À la une</h2>" + items(pages[3:9]))
    return ground
