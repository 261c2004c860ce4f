"""Port-Maurelle: a table of sittings per year, whose links all say « Télécharger » and show no file name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import groupby

from crawler.demo import papers
from crawler.demo.paper import Block, Look
from crawler.demo.papers import Manner
from crawler.demo.shelf import Shelf, attachment, opaque
from crawler.demo.wording import long_date, month_name
from crawler.demo.world import Sitting, Town, World

MANNER = Manner(
    Look("sans", (0.05, 0.3, 0.5), header="Port-Maurelle – Direction générale des services"),
    hours="upper",
    numbering="point",
    reference="DEL{day:%y%m%d}-{number:02d}",
    rubrics=False,
    voice="counts",
)
TABLE = "/vie-municipale/seances"


def build(town: Town, world: World) -> Shelf:
    """The whole site."""
    shelf = Shelf("ledger", {"town": town})
    sittings = [sitting for sitting in world.sittings[town.id] if sitting.has_agenda(world.today)]
    by_year = {
        year: [(sitting, _cells(shelf, world, sitting)) for sitting in group]
        for year, group in groupby(sittings, key=lambda sitting: sitting.filed.year)
    }
    shelf.redirect("/", "/accueil")
    shelf.page("/accueil", "home", title="Bienvenue à Port-Maurelle")
    shelf.page("/vie-municipale", "civic", title="Vie municipale", table=TABLE)
    for year, rows in by_year.items():
        values = {
            "title": "Séances du conseil municipal",
            "rows": rows,
            "years": list(by_year),
            "year": year,
            "table": TABLE,
        }
        shelf.page(f"{TABLE}?exercice={year}", "table", **values)
        if year == max(by_year):
            shelf.page(TABLE, "table", **values)
    _noise(shelf, town, world)
    shelf.text("/robots.txt", "User-agent: *\nDisallow: /recherche\nDisallow: /espace-elus\n")
    return shelf


def _cells(shelf: Shelf, world: World, sitting: Sitting) -> list[str | None]:
    """File the four papers of a row; the address of each, or None where it is not online."""
    ready: list[tuple[bool, str, Callable[[Sitting, Manner], list[Block]]]] = [
        (sitting.has_agenda(world.today), "Ordre du jour", papers.agenda),
        (sitting.has_agenda(world.today), "Rapports", papers.reports),
        (sitting.has_list(world.today), "Délibérations", papers.outcomes),
        (sitting.has_minutes(world.today), "Procès-verbal", papers.minutes),
    ]
    told: list[str | None] = []
    for online, label, blocks in ready:
        path = f"/telechargement/{opaque(sitting.town.id, sitting.filed, label)}"
        told.append(path if online else None)
        if online:
            name = f"{label} conseil municipal {long_date(sitting.filed, weekday=False)}.pdf"
            shelf.file(
                path,
                partial(papers.file, blocks, sitting, MANNER, "Document"),
                sitting.issued,
                media_type="application/octet-stream",
                Content_Disposition=attachment(name),
            )
    return told


def _noise(shelf: Shelf, town: Town, world: World) -> None:
    """What else may be downloaded: timetables of the harbour, the canteen, the bulletin."""
    others = []
    for rank in range(3):
        day = world.began - timedelta(days=7 * rank + world.began.weekday())
        path = f"/telechargement/{opaque(town.id, 'menu', rank)}"
        name = f"Menus {day:%d-%m-%Y}.pdf"
        shelf.file(
            path,
            partial(papers.menu_card, town, MANNER, long_date(day)),
            day,
            media_type="application/octet-stream",
            Content_Disposition=attachment(name),
        )
        others.append((f"Restaurant scolaire, semaine du {long_date(day, weekday=False)}", path))
    month = world.began - timedelta(days=50)
    path = f"/telechargement/{opaque(town.id, 'bulletin')}"
    shelf.file(
        path,
        partial(papers.bulletin, town, MANNER, month_name(month)),
        month,
        media_type="application/octet-stream",
        Content_Disposition=attachment("Le Môle - bulletin.pdf"),
    )
    others.append((f"Le Môle, bulletin municipal de {month_name(month)}", path))
    shelf.page("/kiosque", "kiosk", title="Kiosque", others=others)
    shelf.page("/le-port", "harbour", title="Le port")
