"""Villebrume: frames, tables and upper-case tags in Latin-1, made by hand long ago and still kept up."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from crawler.demo import papers
from crawler.demo.paper import Look
from crawler.demo.papers import Manner
from crawler.demo.shelf import Resource, Shelf, moment
from crawler.demo.wording import month_name
from crawler.demo.world import LIST_AFTER, Sitting, Town, World

MANNER = Manner(Look("serif", (0.3, 0.3, 0.3)), hours="words", numbering="roman", rapporteurs=False, voice="solemn")
TYPED = str.maketrans(
    {"’": "'", "œ": "oe", "Œ": "Oe", "–": "-", "—": "-", "…": "...", "€": "euros", "\u202f": "\u00a0"}
)
PLAIN = {
    "accueil.htm": ("Bienvenue", "Bienvenue sur le site de la commune. Bonne visite !"),
    "ecole.htm": ("L’école", "L’école du Moulin-à-Vent compte quatre classes. Directrice : Mme Rosemonde Taillavoie."),
    "cantine.htm": (
        "La cantine",
        "Lundi : potage, rôti, purée. Mardi : crudités, poisson, riz. Jeudi : gratin. Vendredi : œufs.",
    ),
    "assos.htm": ("Les associations", "Harmonie de Villebrume, Pétanque brumoise, Amis du lin."),
    "liens.htm": ("Liens", "Les sites des communes voisines."),
}


def build(town: Town, world: World) -> Shelf:
    """The whole site."""
    shelf = Shelf("oldtimer")
    sittings = [sitting for sitting in world.sittings[town.id] if sitting.has_agenda(world.today)]
    ahead = [sitting for sitting in sittings if sitting.day >= world.today]
    newest = max(_issued(sitting, world) for sitting in sittings)
    years = {year: list(group) for year, group in groupby(sittings, key=lambda sitting: sitting.filed.year)}
    _page(shelf, "/", "frames", newest, town=town)
    shelf.resources["/index.html"] = shelf.resources["/"]
    _page(shelf, "/menu.htm", "menu", world.began - timedelta(days=900), town=town)
    for name, (title, text) in PLAIN.items():
        _page(shelf, f"/{name}", "plain", world.began - timedelta(days=400), town=town, title=title, text=text)
    _page(shelf, "/conseil/index.htm", "council", newest, town=town, ahead=ahead, years=list(years))
    for year, listed in years.items():
        issued = max(_issued(sitting, world) for sitting in listed)
        _page(shelf, f"/conseil/cm{year}.htm", "year", issued, town=town, year=year, sittings=listed, today=world.today)
    for sitting in sittings:
        stem = f"/conseil/{{}}{sitting.filed:%d%m%y}.htm"
        _page(shelf, stem.format("oj"), "agenda", sitting.issued, town=town, s=sitting, manner=MANNER)
        if sitting.has_list(world.today):
            _page(shelf, stem.format("cr"), "minutes", sitting.day + LIST_AFTER, town=town, s=sitting, manner=MANNER)
    for back in (60, 150):
        month = world.began - timedelta(days=back)
        path = f"/pdf/brume{month:%m%y}.pdf"
        data = papers.bulletin(town, MANNER, month_name(month))
        shelf.resources[path] = Resource(partial(bytes, data), "application/pdf", moment(month), tagged=False)
    bulletins = sorted(path for path in shelf.resources if path.startswith("/pdf/"))
    _page(shelf, "/bulletin.htm", "bulletins", world.began - timedelta(days=60), town=town, bulletins=bulletins)
    return shelf


def _issued(sitting: Sitting, world: World) -> date:
    """When something of a sitting was last put online."""
    return sitting.day + LIST_AFTER if sitting.has_list(world.today) else sitting.issued


def _page(shelf: Shelf, path: str, template: str, issued: date, **values: Any) -> None:
    """A page in Latin-1 whose only validator is its date."""

    def make() -> bytes:
        return shelf.render(template, **values).translate(TYPED).encode("iso-8859-1", "xmlcharrefreplace")

    shelf.resources[path] = Resource(make, "text/html", moment(issued), tagged=False)
