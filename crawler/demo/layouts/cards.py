"""Pays de Lissières: cards in pages, folding sections, a viewer in a frame, files on a host of their own."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from crawler.demo import papers
from crawler.demo.paper import Look
from crawler.demo.papers import Manner
from crawler.demo.shelf import Resource, Shelf, opaque
from crawler.demo.wording import long_date, month_name
from crawler.demo.world import Sitting, Town, World

MANNER = Manner(
    Look("sans", (0.2, 0.45, 0.3), band=True, footer="Communauté de communes du Pays de Lissières"),
    hours="h",
    numbering="reference",
    reference="{day:%Y}/{day:%m}{number:02d}",
    rapporteurs=False,
)
ASSEMBLIES = "/la-communaute/assemblees"
PER_PAGE = 6
MONTH = re.compile(r"/temps-forts\?mois=(\d{4})-(\d{2})")


class Section(NamedTuple):
    """A folding section of a sitting's page."""

    heading: str
    viewer: str


def build(town: Town, world: World, library: str) -> tuple[Shelf, Shelf]:
    """The site, and the host of its files, whose base address is ``library``."""
    shelf, files = Shelf("cards", {"town": town}), Shelf("cards")
    sittings = world.sittings[town.id]
    shelf.page("/", "home", fresh=True, token=lambda: secrets.token_hex(16), today=world.today)
    for path, title in (("/la-communaute", "La communauté"), ("/vivre-ici", "Vivre ici"), ("/dechets", "Déchets")):
        shelf.page(path, "prose", title=title, assemblies=ASSEMBLIES)
    last = (len(sittings) - 1) // PER_PAGE
    for number in range(last + 1):
        chunk = sittings[number * PER_PAGE : (number + 1) * PER_PAGE]
        values: dict[str, Any] = {"title": "Assemblées", "cards": [(_address(s), s) for s in chunk], "here": ASSEMBLIES}
        values |= {"number": number, "following": number + 1 if number < last else None}
        shelf.page(f"{ASSEMBLIES}?page={number}", "cards", **values)
        if number == 0:
            shelf.page(ASSEMBLIES, "cards", **values)
    for sitting in sittings:
        sections = _sections(shelf, files, world, sitting, library)
        shelf.page(_address(sitting), "sitting", title="Conseil communautaire", s=sitting, sections=sections)
    shelf.page("/petite-enfance", "prose", title="Petite enfance", assemblies=ASSEMBLIES)
    shelf.endless = lambda target: _month(shelf, target)
    shelf.text("/robots.txt", "User-agent: *\nDisallow: /user/\nDisallow: /*?tri=\n")
    files.text("/robots.txt", "User-agent: *\nAllow: /\n")
    return shelf, files


def _address(sitting: Sitting) -> str:
    return f"{ASSEMBLIES}/conseil-communautaire-{sitting.filed:%d-%m-%Y}"


def _sections(shelf: Shelf, files: Shelf, world: World, sitting: Sitting, library: str) -> list[Section]:
    """File the papers of a sitting in the library, each behind a page that shows it in a frame."""
    ready = [
        (sitting.has_agenda(world.today), "Ordre du jour", papers.agenda),
        (sitting.has_agenda(world.today), "Dossier des rapports", papers.reports),
        (sitting.has_list(world.today), "Liste des délibérations", papers.outcomes),
        (sitting.has_minutes(world.today), "Procès-verbal", papers.minutes),
    ]
    sections = []
    for online, heading, blocks in ready:
        if not online:
            continue
        key = opaque(sitting.filed, heading)
        stored = f"/ged/{key[:2]}/{key}.pdf"
        issued = sitting.issued if sitting.index == 0 else sitting.convened
        files.file(
            stored,
            partial(papers.file, blocks, sitting, MANNER, "Document"),
            issued,
        )
        viewer = f"/visionneuse?fichier={key}"
        title = f"{heading} – {long_date(sitting.filed, weekday=False)}"
        shelf.page(viewer, "viewer", title=title, source=f"{library}{stored}", back=_address(sitting))
        sections.append(Section(heading, viewer))
    return sections


def _month(shelf: Shelf, target: str) -> Resource | None:
    """Any month of the calendar of events: it goes on for ever in both directions."""
    match = MONTH.fullmatch(target)
    if match is None and target != "/temps-forts":
        return None
    try:
        first = date(int(match[1]), int(match[2]), 1) if match else date(2020, 1, 1)
        around = [first - timedelta(days=1), first + timedelta(days=32)]
    except (ValueError, OverflowError):
        return None
    values = {"title": f"Temps forts – {month_name(first)}", "first": first, "around": around}
    return Resource(lambda: shelf.render("month", path=target, **values).encode())
