"""What navigation does not tell: agendas inside news, calendars, sitemaps, forms."""

from __future__ import annotations

from datetime import UTC, datetime, time
from email.utils import format_datetime
from html import escape

from tests.councils import papers
from tests.councils.furniture import items
from tests.councils.ground import Ground, Reply
from tests.councils.matter import is_ahead, meetings
from tests.councils.sites.scripted import NEWS, town
from tests.councils.wording import hour, long, said


def site_news_agendas(key: str) -> Ground:
    """No file at all: the agenda is written in the news article that calls the meeting; a paged list of ninety news."""
    ground = town(key, "Bourgneuf-la-Lande", "44", ("Actualités", "/actualites"), suffix=".html")
    held = {
        5 + 9 * n: m
        for n, m in enumerate(
            meetings(ground.dice, 2, 7, clock=time(20, 0), shift=4, place="salle du Conseil Municipal")
        )
    }
    news = []
    for number in range(90):
        path = f"/actualites/{number}.html"
        if meeting := held.get(number):
            ground.meet(meeting)
            lines = papers.agenda(ground.name, meeting, meeting.number)[2:]
            title = f"Réunion du conseil municipal {said(meeting.day, None, 0)}"
            ground.dress(
                path,
                title,
                f'<div class="chapo">Publié le {meeting.convened:%d/%m/%Y}</div>{papers.paragraphs(lines, 4)}',
            )
            ground.paper(path, meeting)
        else:
            title = f"{ground.dice.choice(NEWS)} n° {number}"
            ground.dress(path, title, f"<p>Rendez-vous le {number % 28 + 1} du mois à 15 h à la salle des fêtes.</p>")
        news.append((title, path))
    for start in range(0, 90, 9):
        number = start // 9 + 1
        after = (
            f'<a class="suivant" href="/actualites?p={number + 1}">Articles plus anciens »</a>'
            if start + 9 < 90
            else ""
        )
        ground.dress(
            "/actualites" + (f"?p={number}" if start else ""),
            "Actualités",
            "".join(
                f'<div class="actu"><a href="{u}"><img src="/v.jpg" alt=""></a><h2>{escape(t)}</h2><a href="{u}">Lire'
                " la suite</a></div>"
                for t, u in news[start : start + 9]
            )
            + after,
        )
    return ground


def site_calendar_ics(key: str) -> Ground:
    """Dates ahead are only in the site's .ics and its agenda page; papers on a page of their own."""
    ground = town(key, "Valrenne", "38", ("Agenda", "/agenda"))
    sessions = meetings(ground.dice, 2, 6, clock=time(19, 30), shift=5, place="salle des Cordeliers")
    events = ""
    for number in range(25):
        events += (
            f"BEGIN:VEVENT\r\nUID:ev{number}@valrenne\r\nDTSTAMP:20260301T080000Z\r\nDTSTART;TZID=Europe/Paris:"
            f"202603{number + 1:02d}T150000\r\nSUMMARY:Bébés lecteurs n° {number}\r\nEND:VEVENT\r\n"
        )
    rows = ""
    for meeting in sessions:
        if is_ahead(meeting):
            ground.meet(meeting, "/agenda/export.ics")
            events += (
                f"BEGIN:VEVENT\r\nUID:cm{meeting.number}@valrenne\r\nDTSTAMP:20260301T080000Z\r\nDTSTART;TZID=Europe/Paris:{meeting.day:%Y%m%d}T193000\r\nDTEND;TZID=Europe/Paris:{meeting.day:%Y%m%d}T220000\r\nSUMMARY:Conseil"
                " municipal\r\nLOCATION:Salle des Cordeliers\r\nDESCRIPTION:Séance publique du\r\n  conseil"
                " municipal\r\nEND:VEVENT\r\n"
            )
            continue
        ground.meet(meeting)
        for short, label, lines in (
            ("odj", "Convocation et ordre du jour", papers.agenda(ground.name, meeting, 1)),
            ("pv", "Procès-verbal", papers.minutes(ground.name, meeting)),
        ):
            path = ground.paper(f"/docs/cm/{short}_{meeting.day:%d-%m-%y}.pdf", meeting, papers.pdf(lines))
            rows += f'<li><a href="{path}">{label} ({said(meeting.day, None, 5)})</a></li>'
    ground.page(
        "/agenda/export.ics",
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Valrenne//FR\r\n{events}END:VCALENDAR\r\n",
        media="text/calendar",
    )
    ground.dress(
        "/agenda",
        "Agenda",
        '<p>Tous les rendez-vous de la ville. <a href="webcal://exemple.invalid/">S’abonner</a> – <a'
        ' href="/agenda/export.ics">Exporter l’agenda (.ics)</a></p><p><a href="/agenda/archives">Séances passées du'
        " conseil</a></p>",
    )
    ground.dress("/agenda/archives", "Séances passées du conseil", f"<ul>{rows}</ul>")
    return ground


def site_sitemap_hidden(key: str) -> Ground:
    """Navigation no longer leads to the council's pages; the sitemap (an index of two) still names them."""
    ground = town(key, "Estrevelle", "80", ("Nouveautés", "/nouveautes"))
    ground.dress("/nouveautes", "Nouveautés", "<p>Le site fait peau neuve, certaines rubriques arrivent bientôt.</p>")
    urls = ["/", "/nouveautes", *(path for _, path in list(ground.replies) if path.count("/") == 1 and "." not in path)]
    urls += [ground.dress(f"/association/{n}", f"Association {n}", "<p>Contact en mairie.</p>") for n in range(40)]
    hidden = []
    for meeting in meetings(ground.dice, 1, 9, clock=time(18, 0), shift=6):
        ground.meet(meeting)
        path = f"/conseil-municipal/seance-du-{meeting.day:%d-%m-%Y}"
        links = [
            (
                "Ordre du jour",
                ground.paper(
                    f"/docs/{meeting.day:%Y%m%d}_odj.pdf", meeting, papers.pdf(papers.agenda(ground.name, meeting, 0))
                ),
            )
        ]
        if not is_ahead(meeting):
            links.append(
                (
                    "PV",
                    ground.paper(
                        f"/docs/{meeting.day:%Y%m%d}_pv.pdf", meeting, papers.pdf(papers.minutes(ground.name, meeting))
                    ),
                )
            )
        hidden.append(
            ground.dress(
                path,
                f"Séance du {long(meeting.day)}",
                f"<p>{hour(meeting.clock or time(0), 1)}</p><ul>{items(links)}</ul>",
            )
        )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    for number, part in enumerate((urls, hidden), 1):
        rows = "".join(f"<url><loc>@main@{u}</loc><lastmod>2026-0{number}-01</lastmod></url>" for u in part)
        ground.page(f"/sitemaps/pages-{number}.xml", f"{head}<urlset {space}>{rows}</urlset>", media="application/xml")
    rows = "".join(f"<sitemap><loc>@main@/sitemaps/pages-{n}.xml</loc></sitemap>" for n in (1, 2))
    ground.page("/sitemap_index.xml", f"{head}<sitemapindex {space}>{rows}</sitemapindex>", media="application/xml")
    ground.robots("User-agent: *\nDisallow: /recherche\nSitemap: @main@/sitemap_index.xml\n")
    ground.forbid("^/recherche")
    home = ground.replies[("main", "/")]
    ground.page("/", home.body.decode(), leads=["/sitemap_index.xml"])
    return ground


def site_year_form(key: str) -> Ground:
    """Sessions of the current year; older ones behind a form with method GET and a select of years."""
    ground = town(key, "Coudrecieux-Bas", "72", ("Délibérations", "/deliberations.php"), suffix=".php")
    years: dict[int, str] = {}
    for meeting in meetings(ground.dice, 1, 14, clock=time(20, 30), shift=-2):
        ground.meet(meeting)
        row = f"<dt>{said(meeting.day, meeting.clock, 1)}</dt>"
        kinds = [("ODJ", papers.agenda(ground.name, meeting, 3))]
        if not is_ahead(meeting):
            kinds.append(("CR", papers.minutes(ground.name, meeting)))
        for short, lines in kinds:
            path = ground.paper(f"/pdf/{short}_CM_{meeting.day:%d_%m_%Y}.pdf", meeting, papers.pdf(lines))
            row += f'<dd><a href="{path[1:]}">{short}</a></dd>'
        years[meeting.day.year] = years.get(meeting.day.year, "") + row
    options = "".join(f'<option value="{year}">{year}</option>' for year in years)
    form = (
        '<form action="deliberations.php" method="get"><label>Année : <select name="annee"'
        f' onchange="this.form.submit()">{options}</select></label><input type="hidden" name="tri" value="date"></form>'
    )
    leads = [f"/deliberations.php?annee={year}&tri=date" for year in years]
    for year, rows in years.items():
        ground.dress(
            f"/deliberations.php?annee={year}&tri=date", f"Délibérations {year}", form + f"<dl>{rows}</dl>", leads=leads
        )
        ground.replies[("main", f"/deliberations.php?annee={year}")] = ground.replies[
            ("main", f"/deliberations.php?annee={year}&tri=date")
        ]
    ground.dress("/deliberations.php", "Délibérations", form + f"<dl>{years[2026]}</dl>", leads=leads)
    ground.behave("^/recherche.php", lambda _: Reply(b"<html></html>"))
    return ground


def site_feed_only(key: str) -> Ground:
    """Pages of sessions that only the RSS feed of the section names (the head of each page announces it)."""
    ground = town(
        key,
        "Marsannelle",
        "21",
        ("Le fil municipal", "/fil"),
        head=(
            '<link rel="alternate" type="application/rss+xml" title="Le fil du conseil municipal"'
            ' href="/fil/conseil.xml"/>'
        ),
    )
    entries = ""
    for meeting in meetings(ground.dice, 1, 9, clock=time(18, 15), shift=-1, place="salle du Conseil"):
        ground.meet(meeting)
        links = [("Convocation", "convocation", papers.agenda(ground.name, meeting, 6))]
        if not is_ahead(meeting):
            links.append(("Procès-verbal", "pv", papers.minutes(ground.name, meeting)))
        inside = ""
        for label, short, lines in links:
            file = ground.paper(f"/docs/{meeting.day:%Y%m%d}/{short}.pdf", meeting, papers.pdf(lines))
            inside += f'<li><a href="{file}">{label}</a></li>'
        path = f"/fil/{meeting.day:%Y-%m-%d}-conseil"
        ground.dress(path, f"Conseil municipal du {long(meeting.day)}", f"<ul>{inside}</ul>")
        entries += (
            f"<item><title>Conseil municipal du {long(meeting.day)}</title><link>@main@{path}</link><pubDate>"
            f"{format_datetime(datetime.combine(meeting.convened, time(9), UTC))}</pubDate></item>"
        )
    ground.page(
        "/fil/conseil.xml",
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Le fil'
        f" du conseil municipal</title><link>@main@/fil</link>{entries}</channel></rss>",
        media="application/rss+xml",
    )
    ground.dress(
        "/fil",
        "Le fil municipal",
        '<p>Suivez les séances du conseil par <a href="/fil/conseil.xml">notre flux RSS</a>.</p>',
    )
    return ground
