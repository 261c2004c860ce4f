"""Traps without end, and towns whose pages are the same under many addresses."""

from __future__ import annotations

from datetime import date, time, timedelta
from urllib.parse import parse_qsl

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import Ground, Reply, address
from tests.councils.matter import is_ahead, meetings
from tests.councils.sites.walls import shell, town
from tests.councils.wording import MONTHS, long, said


def site_endless_calendar(key: str) -> Ground:
    """An events calendar whose months never end, day views included; sessions stand in it as well."""
    ground = town(key, "Lac-d'Ambre", "39", ("Agenda", "/agenda/"), ("Conseils", "/les-conseils/"))
    held = {m.day: m for m in meetings(ground.dice, 2, 7, clock=time(20, 0), shift=2, place="salle d'honneur")}
    for meeting in held.values():
        ground.meet(meeting)
    rows = ""
    for meeting in held.values():
        rows += f"<h3>{said(meeting.day, meeting.clock, 0)}</h3>"
        for short, lines in (
            ("odj", papers.agenda(ground.name, meeting, 1)),
            ("pv", papers.minutes(ground.name, meeting)),
        )[: 1 + (not is_ahead(meeting))]:
            path = ground.paper(
                f"/documents/conseils/{meeting.day:%Y}/{short}{meeting.day:%d%m}.pdf", meeting, papers.pdf(lines)
            )
            rows += f'<a href="{path}">{"Ordre du jour" if short == "odj" else "Procès-verbal"}</a> '
    ground.dress("/les-conseils/", "Les conseils", rows)

    def month(target: str) -> Reply | None:
        given = dict(parse_qsl(target.partition("?")[2]))
        shown = date(int(given.get("annee", "2026")), int(given.get("mois", "3")), 1)
        before, after = shown - timedelta(days=5), shown + timedelta(days=35)
        days = "".join(
            f'<td><a href="/agenda/?annee={shown.year}&mois={shown.month}&jour={d}">{d}</a></td>' for d in range(1, 29)
        )
        assert ground.frame is not None
        return Reply(
            ground.frame(
                f"Agenda {MONTHS[shown.month - 1]} {shown.year}",
                f'<a href="/agenda/?annee={before.year}&mois={before.month}">Mois précédent</a> <a'
                f' href="/agenda/?annee={after.year}&mois={after.month}">Mois suivant</a><table'
                f' class="calendrier"><tr>{days}</tr></table>',
            ).encode(),
            validators=False,
        )

    ground.behave(r"^/agenda/\?", month)
    start = month("/agenda/")
    assert start is not None
    ground.page("/agenda/", start.body.decode())
    return ground


def site_facet_search(key: str) -> Ground:
    """A search of acts with facets: year, theme, type, order, view; each page links to all the combinations."""
    ground = town(key, "Ville-Haute-sur-Meurthe", "54", ("Recueil des actes", "/actes"))
    sessions = meetings(ground.dice, 1, 8, clock=time(18, 0), shift=3)
    cards = []
    for meeting in sessions:
        ground.meet(meeting)
        kinds = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, 0))]
        if not is_ahead(meeting):
            kinds += [
                (f"d{n}", f"Délibération n° {meeting.day.year}-{n:03d}", papers.act(ground.name, meeting, n))
                for n in range(3)
            ]
        for short, label, lines in kinds:
            path = ground.paper(
                f"/actes/fichier/{meeting.day:%y%m%d}{short}", meeting, papers.pdf(lines), name=f"{label}.pdf"
            )
            cards.append(
                f'<div class="resultat"><h3>{label} – conseil municipal du {long(meeting.day)}</h3><a'
                f' href="{path}">Consulter</a></div>'
            )
    pages = [cards[n : n + 10] for n in range(0, len(cards), 10)]

    def search(target: str) -> Reply | None:
        given = dict(parse_qsl(target.partition("?")[2]))
        number = int(given.get("page", "1")) if given.get("page", "1").isdigit() else 1
        base = {k: v for k, v in given.items() if k != "page"}

        def link(**more: str) -> str:
            return "/actes?" + "&".join(f"{k}={v}" for k, v in sorted((base | more).items()))

        facets = "".join(
            f'<a href="{link(**{k: v})}">{v}</a> '
            for k, values in (
                ("annee", ("2023", "2024", "2025", "2026")),
                ("theme", ("voirie", "ecoles", "sport", "culture", "budget")),
                ("type", ("odj", "deliberation", "decision")),
                ("tri", ("date", "titre", "theme")),
                ("vue", ("liste", "grille")),
            )
            for v in values
        )
        shown = pages[number - 1] if number <= len(pages) else []
        if "theme" in base or "type" in base or "annee" in base:
            shown = shown[:3]
        pager = "".join(f'<a href="{link(page=str(n))}">{n}</a> ' for n in range(1, len(pages) + 1))
        assert ground.frame is not None
        return Reply(
            ground.frame(
                "Recueil des actes", f'<aside class="facettes">{facets}</aside>{"".join(shown)}<nav>{pager}</nav>'
            ).encode(),
            validators=False,
        )

    ground.behave(r"^/actes(\?|$)", search)
    for number in range(1, len(pages) + 1):
        found = search(f"/actes?page={number}")
        assert found is not None
        ground.page(f"/actes?page={number}" if number > 1 else "/actes", found.body.decode(), validators=False)
    return ground


def site_session_ids(key: str) -> Ground:
    """A new PHPSESSID in every link of every answer, three languages of each page, a print version."""
    ground = Ground(key, "Herrlingen-sur-Moder", department="67", idle=frozenset({"PHPSESSID", "lang"}))
    pages = menu(lambda page, _: f"/{page}.php", 24)
    sessions = meetings(ground.dice, 1, 8, clock=time(20, 15), shift=1)
    rows = ""
    for meeting in sessions:
        ground.meet(meeting)
        rows += f"<h3>Conseil municipal du {long(meeting.day)}</h3>"
        for short, lines in (
            ("ordre-du-jour", papers.agenda(ground.name, meeting, 4)),
            ("proces-verbal", papers.minutes(ground.name, meeting)),
        )[: 1 + (not is_ahead(meeting))]:
            path = ground.paper(
                f"/telecharger.php?doc={short}-{meeting.day:%d%m%Y}", meeting, papers.pdf(lines), name=f"{short}.pdf"
            )
            rows += f'<a href="{path}&PHPSESSID=@sid@">{short.replace("-", " ").capitalize()}</a> '
    texts = {path: f"<p>{title}</p>" for title, path in pages} | {
        "/conseil.php": rows,
        "/": "<p>Bienvenue – Willkommen</p>",
    }
    titles = {path: title for title, path in pages} | {"/conseil.php": "Conseil municipal", "/": "Accueil"}
    count = iter(range(10**9))

    def dressed(path: str, language: str) -> str:
        nav = items(
            [(t, f"{u}?lang={language}&PHPSESSID=@sid@") for t, u in [*pages, ("Conseil municipal", "/conseil.php")]]
        )
        flags = "".join(f'<a href="{path}?lang={code}&PHPSESSID=@sid@">{code}</a> ' for code in ("fr", "de", "en"))
        body = shell(ground, nav, f'{flags}<a href="{path}?lang={language}&print=1&PHPSESSID=@sid@">Imprimer</a>')(
            titles[path], texts[path]
        )
        return body.replace("@sid@", f"{next(count) * 7919:032x}")

    def answer(target: str) -> Reply | None:
        path, _, query = target.partition("?")
        given = dict(parse_qsl(query))
        if path == "/telecharger.php":
            return ground.replies.get(address(f"{path}?doc={given.get('doc', '')}"))
        return Reply(dressed(path, given.get("lang", "fr")).encode(), validators=False) if path in texts else None

    ground.behave("", answer)
    for path in texts:
        ground.page(path, dressed(path, "fr"), validators=False)
    return ground


def site_no_hours(key: str) -> Ground:
    """La Réunion: another time zone; and hours are stated nowhere in half of the sessions' papers."""
    ground = Ground(key, "Ravine-des-Lataniers", department="974", zone="Indian/Reunion")
    pages = menu(lambda page, n: f"/-{page.title()}-{n}-.html", 30)
    ground.frame = shell(ground, items([*pages[:20], ("Séances du conseil municipal", "/-Conseil-.html"), *pages[20:]]))
    fill(ground, pages, lambda page, _: f"/IMG/{page}.pdf", 6)
    rows = ""
    for meeting in [
        *meetings(ground.dice, 2, 4, clock=time(17, 0), shift=1),
        *meetings(ground.dice, 0, 4, clock=None, shift=-200),
    ]:
        ground.meet(meeting)
        rows += f"<tr><td>{said(meeting.day, meeting.clock, 0)}</td>"
        for short, lines in (
            ("odj", papers.agenda(ground.name, meeting, 0)),
            ("pv", papers.minutes(ground.name, meeting)),
        )[: 1 + (not is_ahead(meeting))]:
            path = ground.paper(f"/IMG/pdf/{short}-{meeting.day:%d-%m-%Y}.pdf", meeting, papers.pdf(lines))
            rows += f'<td><a href="{path}">{"Ordre du jour" if short == "odj" else "Procès-verbal"}</a></td>'
        rows += "</tr>"
    ground.dress("/-Conseil-.html", "Séances du conseil municipal", f"<table>{rows}</table>")
    ground.dress("/", ground.name, "<p>Au pied du volcan.</p>")
    return ground
