"""Larger towns: hundreds of pages that nobody needs here, papers behind redirects, bundles, dates without papers."""

from __future__ import annotations

import io
import zipfile
from datetime import time
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu, topics
from tests.councils.ground import Ground
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import long, said


def _frame(ground: Ground, nav: str):  # type: ignore[no-untyped-def]
    def frame(title: str, inner: str) -> str:
        return (
            f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)} | {ground.name}</title>'
            f'</head><body><div class="topbar"><a href="/accessibilite">Accessibilité</a></div><nav id="nav"><ul>{nav}'
            f'</ul></nav><div id="main"><h1>{escape(title)}</h1>{inner}</div></body></html>'
        )

    return frame


def site_big_city(key: str) -> Ground:
    """Three hundred pages of news and associations; sessions four clicks deep, many papers each."""
    ground = Ground(key, "Montferrand-les-Ponts", department="63", again=True)
    rubrics = [("Vivre", "/vivre"), ("Grandir", "/grandir"), ("Bouger", "/bouger"), ("Sortir", "/sortir")]
    nav = items([*rubrics, ("Ma mairie", "/ma-mairie"), ("Actualités", "/actualites"), ("Annuaire", "/annuaire")])
    ground.frame = _frame(ground, nav)
    ground.dress("/accessibilite", "Accessibilité", "<p>Site conforme.</p>")
    for number, (label, path) in enumerate(rubrics):
        inside = [(f"{name}", f"{path}/{n}") for n, (name, _) in enumerate(topics()) if n % 4 == number]
        ground.dress(path, label, f"<ul>{items(inside)}</ul>")
        fill(ground, inside, lambda name, n: f"/ged/{n}/{name}.pdf", 3)
    for what, count, title in (("actualites", 160, "Brève"), ("annuaire", 90, "Association")):
        for start in range(0, count, 20):
            shown = [(f"{title} {n}", f"/{what}/{n}") for n in range(start, min(start + 20, count))]
            for name, path in shown:
                ground.dress(path, name, f'<p>{name} de la ville.</p><a href="/{what}">Retour à la liste</a>')
            after = f'<a href="/{what}?page={start // 20 + 2}">Suivant</a>' if start + 20 < count else ""
            ground.dress(f"/{what}" + (f"?page={start // 20 + 1}" if start else ""), what.title(), items(shown) + after)
    years: dict[int, list[tuple[str, str]]] = {}
    for meeting in meetings(
        ground.dice, 2, 10, clock=time(17, 30), place="dans l'hémicycle de l'Hôtel de Ville", shift=4
    ):
        ground.meet(meeting)
        kinds = [
            ("Ordre du jour", papers.agenda(ground.name, meeting, 0)),
            ("Note de synthèse", papers.note(ground.name, meeting)),
        ]
        if not is_ahead(meeting):
            kinds += [
                ("Procès-verbal", papers.minutes(ground.name, meeting)),
                ("Liste des délibérations", papers.results(ground.name, meeting)),
            ]
            kinds += [(f"Délibération {n + 1:02d}", papers.act(ground.name, meeting, n)) for n in range(4)]
        links = ""
        for number, (label, lines) in enumerate(kinds):
            path = ground.paper(
                f"/ged/conseil/{meeting.day:%Y%m%d}/{number:02d}",
                meeting,
                papers.pdf(lines),
                name=f"{label} {meeting.day:%d-%m-%Y}.pdf",
            )
            links += f'<li class="doc"><a href="{path}">{label} <em>PDF</em></a></li>'
        page = f"/ma-mairie/democratie/conseil/{meeting.day.year}/{meeting.number}"
        ground.dress(
            page, f"Séance du {long(meeting.day)}", f"<p>{said(meeting.day, meeting.clock, 0)}</p><ul>{links}</ul>"
        )
        years.setdefault(meeting.day.year, []).append((f"Séance du {long(meeting.day)}", page))
    for year, links_ in years.items():
        ground.dress(f"/ma-mairie/democratie/conseil/{year}", f"Conseil municipal : {year}", items(links_))
    archive = [(f"Année {year}", f"/ma-mairie/democratie/conseil/{year}") for year in years]
    ground.dress(
        "/ma-mairie/democratie/conseil", "Le conseil municipal", f"<p>Quarante-neuf élus.</p><ul>{items(archive)}</ul>"
    )
    links_ = [
        ("Budget", "/vivre"),
        ("Conseil municipal", "/ma-mairie/democratie/conseil"),
        ("Conseils de quartier", "/bouger"),
    ]
    ground.dress("/ma-mairie/democratie", "Démocratie locale", f"<ul>{items(links_)}</ul>")
    ground.dress(
        "/ma-mairie",
        "Ma mairie",
        f"<ul>{items([('Horaires', '/vivre/0'), ('Démocratie locale', '/ma-mairie/democratie')])}</ul>",
    )
    ground.dress("/", "Accueil", "".join(f'<a href="/actualites/{n}">Brève {n}</a> ' for n in range(12)))
    return ground


def site_short_links(key: str) -> Ground:
    """Papers behind short links that redirect; a dead one leads home; one session's papers are a bundle (zip)."""
    ground = Ground(key, "Pontchâtel", department="58")
    pages = menu(lambda name, _: f"/{name}.aspx", 27)
    ground.frame = _frame(ground, items([*pages[:6], ("Séances et délibérations", "/seances.aspx"), *pages[6:]]))
    fill(ground, pages, lambda name, _: f"/telechargements/{name}.pdf", 5)
    rows = ""
    for meeting in meetings(ground.dice, 1, 9, clock=time(19, 0), shift=-3):
        ground.meet(meeting)
        rows += f'<div class="seance"><h2>Conseil municipal du {long(meeting.day)}</h2>'
        kinds = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, 1))]
        if not is_ahead(meeting):
            kinds.append(("pv", "Procès-verbal", papers.minutes(ground.name, meeting)))
        for number, (short, label, lines) in enumerate(kinds):
            path = ground.paper(
                f"/telechargements/{meeting.day:%Y}/{short}-{meeting.day:%d%m}.pdf", meeting, papers.pdf(lines)
            )
            ground.redirect(f"/l.aspx?d={meeting.number * 2 + number}", path)
            rows += f'<a class="lien" href="/l.aspx?d={meeting.number * 2 + number}">{label}</a> '
        if meeting.number == 3:
            bundle = _bundle(
                [(f"delib-{n + 1}.pdf", papers.pdf(papers.act(ground.name, meeting, n))()) for n in range(3)]
            )
            path = ground.paper(
                f"/telechargements/deliberations-{meeting.day:%Y-%m-%d}.zip", meeting, bundle, "application/zip"
            )
            rows += f'<a class="lien" href="{path}">Toutes les délibérations (zip)</a>'
        rows += "</div>"
    ground.redirect("/l.aspx?d=999", "/")
    ground.dress(
        "/seances.aspx", "Séances et délibérations", rows + '<a href="/l.aspx?d=999">Procès-verbal du 3 mars 2019</a>'
    )
    ground.dress("/", "Accueil", "<p>Bienvenue à Pontchâtel.</p>")
    return ground


def _bundle(parts: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def site_dates_ahead(key: str) -> Ground:
    """The dates of coming sessions are a list on the council's page, long before there is an agenda."""
    ground = Ground(key, "Saint-Aubert-du-Pin", department="50")
    pages = menu(lambda name, n: f"/{n}/{name}", 29)
    ground.frame = _frame(
        ground, items([*pages[:10], ("Le conseil municipal", "/mairie/conseil-municipal"), *pages[10:]])
    )
    fill(ground, pages, lambda name, _: f"/docs/{name}.pdf", 6)
    coming, rows = "", ""
    for meeting in meetings(ground.dice, 2, 7, clock=time(20, 30), shift=6, place="salle de la mairie"):
        if is_ahead(meeting):
            ground.meet(meeting, "/mairie/conseil-municipal")
            coming += f"<li>{said(meeting.day, meeting.clock, 0)}</li>"
            continue
        ground.meet(meeting)
        for short, label, lines in (
            ("convocation", "Convocation", papers.agenda(ground.name, meeting, 2)),
            ("pv", "PV", papers.minutes(ground.name, meeting)),
        ):
            path = ground.paper(f"/docs/{meeting.day:%Y-%m-%d}-{short}.pdf", meeting, papers.pdf(lines))
            rows += f'<li>{said(meeting.day, None, 4)} : <a href="{path}">{label}</a></li>'
    ground.dress(
        "/mairie/conseil-municipal",
        "Le conseil municipal",
        f"<h2>Prochaines séances du conseil municipal</h2><ul>{coming}</ul><h2>Séances passées</h2><ul>{rows}</ul>",
    )
    ground.dress("/", "Accueil", "<p>Bienvenue.</p>")
    return ground
