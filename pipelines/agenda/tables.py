"""Tables whose first row names their columns: which cell is the number, the title, the rapporteur, the rubric."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.markers import Mark, roman, titleish
from pipelines.agenda.people import person
from pipelines.agenda.words import plain, squeeze

# Of each role its names, the best first; a column has one role.
_ROLES: tuple[tuple[str, str], ...] = (
    ("title", r"objets?\b|intitules?\b|libelles?\b"),
    ("title", r"titres?\b|designations?\b|sujets?\b|questions?\b|affaires?\b|points?\b|deliberations?\b"),
    ("number", r"n ?°|num(?:ero)?s?\b|no\b|ref(?:erence)?s?\b|code\b|rapports?$|dossiers?$"),
    ("title", r"rapports?\b|dossiers?\b|ordre du jour"),
    ("rapporteur", r"(?:vice-president )?(?:rapporteur|presente par|presentation|elue?s?\b|intervenant)"),
    ("theme", r"commissions?\b|themes?\b|thematiques?\b|rubriques?\b|missions?\b|directions?\b|poles?\b|services?\b"
              r"|secteurs?\b|matieres?\b|domaines?\b|politiques?\b|delegations?\b|programmes?\b"),
    ("other", r"pages?\b|votes?\b|resultats?\b|sens\b|decisions?\b|avis\b|dates?\b|pour\b|contre\b|abst|nppv"
              r"|documents?\b|annexes?\b|observations?\b|montants?\b|statut|etat\b|adopt|approuv|heures?\b|type\b|nature\b|ordre\b"),
)  # fmt: skip
_NAMES = tuple((role, re.compile(names)) for role, names in _ROLES)
_LONGEST = 40  # characters of a column's name
_NUMBER = re.compile(
    r"(?:(?:rapport|dossier|d[ée]lib[ée]ration|point|affaire)\s{0,2})?(?:n\s?[°ºo]\s?)?"
    r"(?=.{0,24}\d)([\w./\- ]{1,25}?)\s?[.)]?",
    re.IGNORECASE,
)
_FILES = re.compile(r"(?:rapports?|dossiers?|points?)")
_ROMAN = re.compile(r"([IVXL]{1,6})\s?[.)]?")


def columns(cells: Sequence[str]) -> dict[int, str] | None:
    """The role of each column that a row of names gives, by place; None where it names no column of titles."""
    low = [plain(cell).strip(" .:") for cell in cells]
    if len(cells) < 2 or any(len(name) > _LONGEST for name in low):
        return None
    found: dict[int, str] = {}
    for role, names in _NAMES:
        if role in ("title", "number") and role in found.values():
            continue
        place = next((place for place, name in enumerate(low) if place not in found and names.match(name)), None)
        while place is not None:
            found[place] = role
            if role in ("title", "number"):
                break
            place = next((place for place, name in enumerate(low) if place not in found and names.match(name)), None)
    if "title" not in found.values():  # "Dossier | Rapporteur"
        found |= {place: "title" for place, role in found.items() if role == "number" and _FILES.fullmatch(low[place])}
    named = len(found) >= len([name for name in low if name])
    return found if named and "title" in found.values() and len(set(found.values())) > 1 else None


def below(head: Sequence[float], cells: Sequence[str], edges: Sequence[float]) -> tuple[str, ...]:
    """The cells of a row by the columns of a head, of which the left edges are known; empty where none stands."""
    if len(set(head)) < len(head) or len(edges) != len(cells) or len(set(edges)) < min(2, len(cells)):
        return tuple(cells)
    found = [""] * len(head)
    for text, edge in zip(cells, edges, strict=True):
        place = min(range(len(head)), key=lambda k: abs(head[k] - edge))
        found[place] = f"{found[place]} {text}".strip()
    return tuple(found)


def tabled(rows: Sequence[Sequence[str]], edges: Sequence[Sequence[float]] = ()) -> dict[int, Mark]:
    """The marks of the rows of such tables that have a number, by place; ``rows`` are their cells, none elsewhere.

    ``edges``: where each cell begins, for rows of which some cells are empty.
    """
    marks: dict[int, Mark] = {}
    roles: dict[int, str] | None = None
    width = 0
    head: frozenset[str] = frozenset()
    left: Sequence[float] = ()
    for place, cells in enumerate(rows):
        if not cells:
            continue
        if head and set(cells) < head:
            continue  # the head again, on another page, less a part of it
        if named := columns(cells):
            head = frozenset(cells)
            roles, width = named, len(cells)
            left = edges[place] if edges else ()
        elif (
            roles is not None
            and (
                len(of_row := _whole(cells, edges[place] if edges else (), left, width)) == width
                or (len(cells) > width and roles.get(width - 1) == "other")
            )  # lines in the last cell
            and (mark := _mark({roles.get(k, ""): cell for k, cell in enumerate(of_row)}))
        ):
            marks[place] = mark
    return marks


def _whole(cells: Sequence[str], edges: Sequence[float], head: Sequence[float], width: int) -> Sequence[str]:
    """The cells of a row with those that are empty, where it has fewer than its head."""
    return below(head, cells, edges) if 1 < len(cells) < width and len(head) == width else cells


def _mark(said: dict[str, str]) -> Mark | None:
    title = squeeze(said.get("title", ""))
    numeral = said.get("number", "").strip()
    number = _NUMBER.fullmatch(numeral)
    if not title or not titleish(title):
        return None
    if found := _ROMAN.fullmatch(numeral):
        speaker = said.get("rapporteur", "").strip()
        return Mark("roman", found[1], roman(found[1]), title, person(speaker) or speaker or None, None)
    if number is None:
        return None
    value = int(re.findall(r"\d{1,9}", number[1])[-1])
    family = "arabic" if number[1].isdigit() and len(number[1]) < 3 else "act"
    speaker = said.get("rapporteur", "").strip()
    theme = said.get("theme", "").strip()
    return Mark(family, number[1].strip(), value, title, person(speaker) or speaker or None, theme or None)
