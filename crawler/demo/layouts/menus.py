"""Castelvieux-sur-Orvence: a town's content manager, with menus in menus and a page per year."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import NamedTuple

from crawler.demo import papers
from crawler.demo.paper import Look
from crawler.demo.papers import Manner
from crawler.demo.shelf import Shelf
from crawler.demo.wording import long_date, month_name
from crawler.demo.world import Sitting, Town, World

COUNCIL = "/ma-mairie/vie-democratique/conseil-municipal"
MANNER = Manner(
    Look("sans", (0.55, 0.1, 0.15), band=True, footer="Ville de Castelvieux-sur-Orvence"),
    hours="spaced",
    reference="{day:%Y-%m}-{number:02d}",
)
MENU = (
    ("/ma-mairie", "Ma mairie", (
        ("/ma-mairie/demarches", "Démarches en ligne"),
        ("/ma-mairie/vie-democratique", "Vie démocratique"),
        ("/ma-mairie/marches-publics", "Marchés publics"),
    )),
    ("/grandir", "Grandir", (("/grandir/ecoles", "Écoles"), ("/grandir/restauration", "Restauration scolaire"))),
    ("/sortir", "Sortir", (("/sortir/rendez-vous", "Agenda culturel"), ("/sortir/mediatheque", "Médiathèque"))),
    ("/publications", "Publications", (("/publications/magazine", "Le magazine municipal"),)),
)  # fmt: skip
PROSE = {
    "/ma-mairie": "Les services municipaux vous accueillent du lundi au vendredi.",
    "/ma-mairie/demarches": "Carte d’identité, état civil, inscription sur les listes électorales.",
    "/ma-mairie/marches-publics": "Les consultations en cours sont publiées sur le profil d’acheteur de la ville.",
    "/grandir": "De la crèche au lycée, la ville accompagne les familles.",
    "/grandir/ecoles": "Sept écoles publiques accueillent 1 450 élèves.",
    "/sortir": "Musées, concerts et promenades au bord de l’Orvence.",
    "/sortir/mediatheque": "La médiathèque prête livres, disques et jeux.",
    "/contact": "Hôtel de ville, 1, place des Tilleuls-d’Or.",
    "/mentions-legales": "Ce site imaginaire est édité par une ville qui n’existe pas.",
}


class Piece(NamedTuple):
    """A file beside a sitting."""

    url: str
    label: str
    kilobytes: int


def pieces(shelf: Shelf, world: World, sitting: Sitting) -> list[Piece]:
    """File the papers of a sitting that are online today, and say where."""
    stem = f"/documents/assemblee/{sitting.filed:%Y}/{sitting.filed:%Y%m%d}"
    told = []
    ready = [
        (sitting.has_agenda(world.today), "ODJ", "Ordre du jour", papers.agenda, sitting.issued),
        (sitting.has_agenda(world.today), "NS", "Note de synthèse", papers.reports, sitting.issued),
        (sitting.has_list(world.today), "LD", "Liste des délibérations", papers.outcomes, sitting.day),
        (sitting.has_minutes(world.today), "PV", "Procès-verbal", papers.minutes, sitting.following or sitting.day),
    ]
    for online, code, label, blocks, posted in ready:
        if online:
            data = papers.file(blocks, sitting, MANNER, f"{label} {sitting.day:%d/%m/%Y}")
            shelf.file(f"{stem}_{code}.pdf", partial(bytes, data), posted)
            told.append(Piece(f"{stem}_{code}.pdf", label, len(data) // 1024 + 1))
    return told


def build(town: Town, world: World) -> Shelf:
    """The whole site."""
    shelf = Shelf("menus", {"town": town, "menu": MENU})
    by_year = groupby(world.sittings[town.id], key=lambda sitting: sitting.filed.year)
    years = {year: [(sitting, pieces(shelf, world, sitting)) for sitting in group] for year, group in by_year}
    newest = max(years)
    ahead = [entry for entry in world.sittings[town.id] if entry.day >= world.today][::-1]
    shelf.page("/", "home", ahead=ahead[:1], council=COUNCIL, title="Accueil")
    for path, text in PROSE.items():
        shelf.page(path, "prose", title=path.rsplit("/", 1)[1].replace("-", " ").capitalize(), text=text, links=())
    democracy = [(COUNCIL, "Le conseil municipal"), (f"{COUNCIL}/elus", "Vos élus")]
    shelf.page(
        "/ma-mairie/vie-democratique", "prose", title="Vie démocratique", text="La vie de la cité.", links=democracy
    )
    inside = [(f"{COUNCIL}/seances", "Les séances du conseil municipal"), (f"{COUNCIL}/elus", "Vos élus")]
    shelf.page(COUNCIL, "prose", title="Le conseil municipal", text=f"Il compte {town.members} membres.", links=inside)
    shelf.page(f"{COUNCIL}/elus", "elected", title="Vos élus")
    for year, entries in years.items():
        path = f"{COUNCIL}/seances" if year == newest else f"{COUNCIL}/seances/archives-{year}"
        others = [(f"{COUNCIL}/seances/archives-{other}", f"Année {other}") for other in years if other != newest]
        shelf.page(path, "sittings", title=f"Séances {year}", entries=entries, years=others, today=world.today)
    _noise(shelf, town, world)
    for path in list(shelf.resources):
        if not path.endswith(".pdf"):  # the same page again, for the printer
            shelf.resources[f"{path}?impression=oui"] = shelf.resources[path]
    shelf.text("/robots.txt", "User-agent: *\nDisallow: /recherche\nDisallow: /admin\n")
    return shelf


def _noise(shelf: Shelf, town: Town, world: World) -> None:
    """Menus of the canteen, magazines, shows: what a town publishes besides."""
    weeks = [world.began.fromordinal(world.began.toordinal() - world.began.weekday() + 7 * step) for step in (-1, 0, 1)]
    cards = []
    for week in weeks:
        path = f"/documents/restauration/menus-{week:%Y-%m-%d}.pdf"
        shelf.file(path, partial(papers.menu_card, town, MANNER, long_date(week)), weeks[0])
        cards.append((path, f"Menus de la semaine du {long_date(week, weekday=False)}"))
    shelf.page("/grandir/restauration", "prose", title="Restauration scolaire", text="Les menus :", links=cards)
    issues = []
    for back in (40, 130, 220):
        month = world.began.fromordinal(world.began.toordinal() - back)
        path = f"/documents/magazine/castelvieux-mag-{month:%Y-%m}.pdf"
        shelf.file(path, partial(papers.bulletin, town, MANNER, month_name(month)), month)
        issues.append((path, f"Castelvieux Mag – {month_name(month)}"))
    shelf.page("/publications/magazine", "prose", title="Le magazine", text="Feuilletez-le.", links=issues)
    shelf.page("/publications", "prose", title="Publications", text="Le magazine paraît chaque trimestre.", links=())
    shows = [
        (world.began.fromordinal(world.began.toordinal() + step), club)
        for step, club in zip((4, 11, 18), town.clubs, strict=True)
    ]
    shelf.page("/sortir/rendez-vous", "shows", title="Agenda culturel", shows=shows)
    pages = sorted(path for path in shelf.resources if not path.endswith(".pdf"))
    shelf.page("/plan-du-site", "prose", title="Plan du site", text="", links=[(path, path) for path in pages])
