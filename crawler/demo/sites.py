"""The five sites of the demo, each from a generator of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.demo.layouts import cards, journal, ledger, menus, oldtimer
from crawler.demo.shelf import Shelf
from crawler.demo.world import Town, World

LIBRARY = "bibliotheque-de-lissieres"  # a host of files, beside the five sites
HOSTS = (
    "castelvieux-sur-orvence",
    "saint-aubrin-les-etangs",
    "port-maurelle",
    "villebrume",
    "cc-pays-de-lissieres",
    LIBRARY,
)


@dataclass(frozen=True, slots=True)
class Site:
    """What one host serves; ``town`` is None for a host of files only."""

    host: str
    shelf: Shelf
    town: Town | None


def build(world: World, addresses: Mapping[str, str]) -> list[Site]:
    """All sites of ``world``, in the order of ``HOSTS``; ``addresses`` are base URLs without a slash at the end."""
    by_id = {town.id: town for town in world.towns}
    lissieres = by_id["cc-pays-de-lissieres"]
    site, library = cards.build(lissieres, world, addresses[LIBRARY])
    shelves = {
        "castelvieux-sur-orvence": menus.build(by_id["castelvieux-sur-orvence"], world),
        "saint-aubrin-les-etangs": journal.build(by_id["saint-aubrin-les-etangs"], world),
        "port-maurelle": ledger.build(by_id["port-maurelle"], world),
        "villebrume": oldtimer.build(by_id["villebrume"], world),
        "cc-pays-de-lissieres": site,
        LIBRARY: library,
    }
    return [Site(host, shelves[host], by_id.get(host)) for host in HOSTS]
