"""What fills a town's site besides its council: pages and leaflets that nobody needs here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from html import escape

from tests.councils.ground import Ground
from tests.councils.matter import DATA
from tests.councils.papers import flyer

Menu = list[tuple[str, str]]  # label, address


@cache
def topics() -> tuple[tuple[str, str], ...]:
    lines = (DATA / "topics.txt").read_text(encoding="utf-8").splitlines()
    return tuple((label, text) for label, _, text in (line.partition("|") for line in lines))


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def menu(where: Callable[[str, int], str], count: int = 32) -> Menu:
    """Labels and addresses of the pages that ``fill`` will put there."""
    return [(label, where(slug(label), number)) for number, (label, _) in enumerate(topics()[:count], 1)]


def fill(ground: Ground, pages: Menu, leaflet: Callable[[str, int], str] | None = None, every: int = 4) -> None:
    """Put the pages of a menu there, some of them with leaflets (menus of canteens, forms)."""
    for number, (label, path) in enumerate(pages):
        text = dict(topics()).get(label, label)
        near = pages[(number + 3) % len(pages)], pages[(number + 11) % len(pages)]
        inner = f"<p>{escape(text)}.</p>" + "".join(
            f'<p>Voir aussi : <a href="{escape(url)}">{escape(name)}</a></p>' for name, url in near
        )
        if leaflet and number % every == 0:
            links = [
                (f"Menus du restaurant scolaire n° {number}", leaflet(f"menus-cantine-{number}", number)),
                (f"Programme des loisirs {number}", leaflet(f"plaquette-loisirs-{number}", number + 1)),
            ]
            for title, url in links:
                ground.file(url, flyer(f"{title} – {ground.name}"))
            inner += "<ul>" + "".join(f'<li><a href="{escape(url)}">{title}</a></li>' for title, url in links) + "</ul>"
        ground.dress(path, label, inner)


def items(links: Menu, cls: str = "") -> str:
    """Links as list items."""
    mark = f' class="{cls}"' if cls else ""
    return "".join(f'<li{mark}><a href="{escape(url)}">{escape(label)}</a></li>' for label, url in links)
