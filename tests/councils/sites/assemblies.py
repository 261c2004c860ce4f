"""Regions and départements: two bodies, hundreds of reports, sorted by commission on pages of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu, slug
from tests.councils.ground import Ground, Meeting
from tests.councils.matter import is_ahead, titles
from tests.councils.wording import long, said

COMMISSIONS = (
    "Finances et administration générale",
    "Éducation, lycées et apprentissage",
    "Mobilités et infrastructures",
    "Agriculture, forêt et ruralité",
    "Culture, sport et vie associative",
    "Sécurité et prévention",
)


def _meeting(ground: Ground, body: str, day: date, clock: time, place: str, reports: int, number: int) -> Meeting:
    """A session with many reports (more than one agenda holds titles: they are drawn in several goes)."""
    found: list[str] = []
    while len(found) < reports:
        found += titles(ground.dice, min(30, reports - len(found)), day.year)
    return ground.meet(Meeting(body, day, clock, place, day - timedelta(days=14), tuple(found), number))


def _shares(count: int) -> list[range]:
    """The reports of each commission, in order."""
    step = -(-count // len(COMMISSIONS))
    return [range(start, min(start + step, count)) for start in range(0, count, step)]


def _frame(ground: Ground, nav: str, generator: str = ""):  # type: ignore[no-untyped-def]
    def frame(title: str, inner: str) -> str:
        return (
            f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">{generator}<title>{escape(title)} |'
            f' {escape(ground.name)}</title></head><body><header role="banner"><a href="/"'
            f' class="logo">{escape(ground.name)}</a><a href="/recherche">Recherche</a></header><nav'
            f' role="navigation"><ul>{nav}</ul></nav><main'
            f' id="contenu"><h1>{escape(title)}</h1>{inner}</main><footer><a href="/cookies">Cookies</a><a'
            ' href="/mon-compte/connexion">Mon compte</a></footer></body></html>'
        )

    return frame


def _region(
    key: str, name: str, kind: str, department: str | None, entry: tuple[str, str], place: str = "/{}"
) -> Ground:
    ground = Ground(key, name, kind=kind, department=department)
    pages = menu(lambda page, _: place.format(page))
    ground.frame = _frame(ground, items([*pages[:20], entry, *pages[20:]]))
    ground.forbid("^/mon-compte", "^/recherche")
    ground.robots("User-agent: *\nDisallow: /recherche\nDisallow: /mon-compte/\n")
    fill(ground, pages, lambda page, _: f"/fichiers/{page}.pdf", 4)
    ground.dress("/cookies", "Cookies", "<p>Nous en posons peu.</p>")
    ground.dress("/", name, "<p>L'actualité du territoire.</p>" + items(pages[5:12]))
    return ground


def site_region_commissions(key: str) -> Ground:
    """A region: session -> commission -> reports as PDF; AP and CP numbers; acts after the vote."""
    ground = _region(key, "Région Hautes-Terres-Atlantiques", "region", None, ("L'assemblée", "/assemblee"))
    place = "à l'Hôtel de Région, salle des délibérations"
    plan = [
        ("commission permanente", date(2026, 3, 27), time(9, 30), 60),
        ("assemblée plénière", date(2026, 4, 16), time(10, 0), 24),
        ("commission permanente", date(2026, 2, 13), time(9, 30), 48),
        ("assemblée plénière", date(2025, 12, 18), time(10, 0), 18),
    ]
    rows = ""
    for number, (body, day, clock, reports) in enumerate(plan, 1):
        meeting = _meeting(ground, body, day, clock, place, reports, number)
        letters = "CP" if "commission" in body else "AP"
        base = f"/assemblee/{letters.lower()}-{day:%Y-%m-%d}"
        odj = ground.paper(
            f"/fichiers/{day:%Y/%m}/ODJ_{letters}_{day:%d%m%Y}.pdf",
            meeting,
            papers.pdf(papers.agenda(ground.name, meeting, number)),
        )
        inside = f'<p>{said(day, clock, 0)}</p><p><a href="{odj}">Ordre du jour</a></p><ul>'
        for commission, share in zip(COMMISSIONS, _shares(reports), strict=False):
            path = f"{base}/{slug(commission)}"
            links = ""
            for index in share:
                code = f"{letters} D {day:%y}-{day:%m}-{index + 1}"
                make = papers.report if is_ahead(meeting) else papers.act
                url = ground.paper(
                    f"/fichiers/{day:%Y/%m}/{code.replace(' ', '_')}.pdf",
                    meeting,
                    papers.pdf(make(ground.name, meeting, index, code)),
                )
                links += f'<li><a href="{url}">{code}</a> {escape(meeting.items[index])}</li>'
            ground.dress(path, commission, f"<p>{body.capitalize()} du {long(day)}</p><ol>{links}</ol>")
            inside += f'<li><a href="{path}">{commission}</a> ({len(share)} rapports)</li>'
        ground.dress(base, f"{body.capitalize()} du {long(day)}", inside + "</ul>")
        rows += f'<div class="card"><a href="{base}">{body.capitalize()} du {long(day, weekday=False)}</a></div>'
    ground.dress(
        "/assemblee",
        "L'assemblée",
        '<p><a href="/assemblee/seances">Séances et délibérations</a></p><p><a href="/vos-elus">Les élus</a></p>',
    )
    ground.dress("/assemblee/seances", "Séances et délibérations", rows)
    return ground


def site_departement_reports(key: str) -> Ground:
    """A département: a page for each report, which holds its PDF and annex; reports paged by twenty."""
    ground = _region(
        key,
        "Département de la Haute-Vézère",
        "departement",
        "24",
        ("Les délibérations", "/le-departement/deliberations"),
    )
    place = "à l'Hôtel du Département"
    plan = [
        ("commission permanente", date(2026, 3, 30), time(14, 30), 42),
        ("conseil départemental", date(2026, 2, 6), time(9, 0), 20),
        ("commission permanente", date(2025, 12, 8), time(14, 30), 36),
    ]
    rows = ""
    for number, (body, day, clock, reports) in enumerate(plan, 1):
        meeting = _meeting(ground, body, day, clock, place, reports, number)
        base = f"/le-departement/deliberations/seance-{200 + number}"
        cells = []
        for index, title in enumerate(meeting.items):
            page = f"/le-departement/deliberations/rapport-{number}{index:03d}"
            pdf = ground.paper(
                f"/fichiers/rapports/{number}{index:03d}.pdf",
                meeting,
                papers.pdf(papers.report(ground.name, meeting, index, f"{number}.{index + 1:02d}")),
            )
            ground.dress(
                page,
                f"Rapport {number}.{index + 1:02d}",
                f'<p>{escape(title)}</p><p>Séance : {body} du {long(day)}</p><a class="fichier"'
                f' href="{pdf}">Télécharger le rapport (PDF)</a>',
            )
            cells.append(f'<tr><td>{number}.{index + 1:02d}</td><td><a href="{page}">{escape(title)}</a></td></tr>')
        odj = ground.paper(
            f"/fichiers/seances/{day:%Y%m%d}-odj.pdf",
            meeting,
            papers.pdf(papers.agenda(ground.name, meeting, number + 1)),
        )
        for start in range(0, len(cells), 20):
            after = (
                f'<a rel="next" href="{base}?page={start // 20 + 2}">Page suivante</a>'
                if start + 20 < len(cells)
                else ""
            )
            ground.dress(
                base + (f"?page={start // 20 + 1}" if start else ""),
                f"Séance du {long(day)}",
                f'<p>{body.capitalize()} – {said(day, clock, 1)}</p><a href="{odj}">Ordre du'
                f" jour</a><table>{''.join(cells[start : start + 20])}</table>{after}",
            )
        rows += f'<li><a href="{base}">{body.capitalize()} du {long(day)}</a></li>'
    ground.dress("/le-departement/deliberations", "Les délibérations", f"<ul>{rows}</ul>")
    return ground


def site_region_tables(key: str) -> Ground:
    """A region: one long table per session, a rubric row per commission, annexes, downloads without suffix."""
    ground = _region(
        key, "Région Val-de-Brenne", "region", None, ("Décisions régionales", "/decisions"), "/rubrique/{}"
    )
    place = "au siège de la Région"
    plan = [
        ("assemblée plénière", date(2026, 3, 19), time(9, 0), 30),
        ("commission permanente", date(2026, 1, 30), time(10, 0), 70),
        ("commission permanente", date(2025, 11, 21), time(10, 0), 50),
    ]
    rows = ""
    for number, (body, day, clock, reports) in enumerate(plan, 1):
        meeting = _meeting(ground, body, day, clock, place, reports, number)
        inside = ""
        for commission, share in zip(COMMISSIONS, _shares(reports), strict=False):
            inside += f'<tr class="rubrique"><th colspan="3">{commission}</th></tr>'
            for index in share:
                code = f"{day:%y}-{100 * number + index}"
                report = ground.paper(
                    f"/telechargement/{number}{index:04d}/file",
                    meeting,
                    papers.pdf(papers.report(ground.name, meeting, index, code)),
                    name=f"Rapport n°{code}.pdf",
                )
                annex = ""
                if index % 5 == 0:
                    extra = ground.paper(
                        f"/telechargement/{number}{index:04d}/annexe",
                        meeting,
                        papers.pdf(papers.note(ground.name, meeting)),
                        name=f"Annexe {code}.pdf",
                    )
                    annex = f'<a href="{extra}">Annexe</a>'
                inside += (
                    f'<tr><td>n°{code}</td><td>{escape(meeting.items[index])}</td><td><a href="{report}">Rapport</a>'
                    f" {annex}</td></tr>"
                )
        convened = ground.paper(
            f"/telechargement/{number}0000/convocation",
            meeting,
            papers.pdf(papers.agenda(ground.name, meeting, 0)),
            name="Convocation.pdf",
        )
        ground.dress(
            f"/decisions/{day:%Y}/{slug(body)}-{number}",
            f"{body.capitalize()} du {long(day)}",
            f'<a href="{convened}">Convocation et ordre du jour</a><table>{inside}</table>',
        )
        rows += (
            f"<tr><td>{said(day, clock, 0)}</td><td><a"
            f' href="/decisions/{day:%Y}/{slug(body)}-{number}">{body.capitalize()}</a></td></tr>'
        )
    ground.dress("/decisions", "Décisions régionales", f"<table>{rows}</table>")
    return ground


def site_departement_recueil(key: str) -> Ground:
    """A département: agendas ahead as pages; acts in a list by year and month, a page per commission of the council."""
    ground = _region(key, "Département du Marais-Doré", "departement", "85", ("Actes et assemblées", "/actes"))
    place = "à l'Hôtel du Département, salle Clemence-Rivoire"
    plan: Sequence[tuple[str, date, time, int]] = [
        ("conseil départemental", date(2026, 3, 23), time(9, 30), 26),
        ("commission permanente", date(2026, 2, 27), time(14, 0), 40),
        ("conseil départemental", date(2025, 12, 15), time(9, 30), 30),
        ("commission permanente", date(2025, 11, 7), time(14, 0), 32),
    ]
    months = []
    upcoming = ""
    for number, (body, day, clock, reports) in enumerate(plan, 1):
        meeting = _meeting(ground, body, day, clock, place, reports, number)
        if is_ahead(meeting):
            path = f"/actes/prochaine-seance-{day:%d-%m-%Y}"
            ground.dress(
                path, f"Prochaine séance : {body}", papers.paragraphs(papers.agenda(ground.name, meeting, 4), 2)
            )
            ground.paper(path, meeting)
            upcoming += f'<p class="alerte"><a href="{path}">Prochaine séance : {long(day)}</a></p>'
            continue
        month = f"/actes/{day:%Y/%m}"
        links = ""
        for index, title in enumerate(meeting.items):
            code = f"{'CP' if 'commission' in body else 'CD'}{day:%y%m%d}_{index + 1:02d}"
            url = ground.paper(
                f"/fichiers/actes/{code}.pdf", meeting, papers.pdf(papers.act(ground.name, meeting, index, code))
            )
            links += f'<li><a href="{url}">{code} – {escape(title)}</a></li>'
        odj = ground.paper(
            f"/fichiers/actes/ODJ_{day:%Y_%m_%d}.odt",
            meeting,
            papers.odt(papers.agenda(ground.name, meeting, number)),
            papers.ODT,
        )
        ground.dress(
            month,
            f"Actes de {day:%m/%Y}",
            f'<h2>{body.capitalize()} du {long(day)}</h2><a href="{odj}">Ordre du jour de la'
            f" séance</a><ul>{links}</ul>",
        )
        months.append((f"{day:%m/%Y}", month))
    years = {path.split("/")[2] for _, path in months}
    for year in years:
        ground.dress(
            f"/actes/{year}",
            f"Actes de l'année {year}",
            "<ul>" + items([m for m in months if f"/{year}/" in m[1]]) + "</ul>",
        )
    ground.dress(
        "/actes",
        "Actes et assemblées",
        upcoming + "<ul>" + items([(f"Année {year}", f"/actes/{year}") for year in sorted(years)]) + "</ul>",
    )
    return ground
