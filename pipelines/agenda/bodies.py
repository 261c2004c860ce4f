"""Deliberative bodies: how they are printed, and their one canonical name (lower-case French)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.models import CouncilKind
from pipelines.agenda.commissions import commission_in
from pipelines.agenda.words import name_words, plain

DEFAULTS: dict[CouncilKind, str] = {
    "commune": "conseil municipal",
    "epci": "conseil communautaire",
    "departement": "conseil départemental",
    "region": "conseil régional",
    "collectivite": "assemblée plénière",
    "ept": "conseil de territoire",
}
BUREAU = "bureau"  # of the council, whatever its kind: see ``canonical``
_BUREAUX: dict[CouncilKind, str] = {
    "commune": "bureau municipal",
    "epci": "bureau communautaire",
    "ept": "bureau de territoire",
    "departement": "bureau départemental",
    "region": "bureau régional",
    "collectivite": "bureau",
}
_DAY = r"(?:du (?=\d|lun|mar|mer|jeu|ven|sam|dim)|(?=\d{1,2}[/.]\d|\d{1,2} [a-z]{3}))"
_PATTERNS = (
    (r"conseil(?:s)? municipal(?:e)?(?: des? (?:jeunes|enfants|aines|sages))", ""),  # not ours: it decides nothing
    (r"conseil (?:d'arrondissement|du \d{1,2}(?:er|e|eme) arrondissement)", "conseil d'arrondissement"),
    (r"conseils? municipal|conseils? municipaux|conseillers municipaux|conseil de la commune|conseil de paris"
     r"|assemblee municipale", "conseil municipal"),
    (r"bureau (?:metropolitain|de la metropole)", "bureau métropolitain"),
    (r"bureau municipal", "bureau municipal"),
    (r"bureau (?:communautaire|de la communaute|de l'agglomeration|d'agglomeration)|bureau delibera(?:tif|nt)",
     "bureau communautaire"),
    (r"bureau (?:syndical|du syndicat)", "bureau syndical"),
    (r"bureau territorial|bureau de territoire", "bureau de territoire"),
    (rf"bureau {_DAY}|(?:reunion|seance) (?:de|du) bureau"
     r"(?! (?:communautaire|metropolitain|syndical|municipal|territorial|deliberatif|de |d'|du syndicat))", BUREAU),
    (r"commission permanente(?: du conseil (?:departemental|regional|general))?", "commission permanente"),
    (r"conseil metropolitain|conseil de (?:la )?metropole|assemblee metropolitaine", "conseil métropolitain"),
    (r"conseil de (?:la )?communaute|conseils? (?:intercommunal )?communautaires?|conseillers communautaires"
     r"|conseil d'agglomeration|assemblee generale de la communaute|assemblee communautaire|conseil intercommunal",
     "conseil communautaire"),
    (r"conseil de territoire|conseil territorial", "conseil de territoire"),
    (r"assemblee pleniere(?: du conseil (?:departemental|regional))?|(?:seance|session|reunion) pleniere"
     r"(?! du conseil (?:departemental|regional))", "assemblée plénière"),
    (r"conseil departemental|assemblee departementale|conseil general|conseillers departementaux",
     "conseil départemental"),
    (r"conseil regional|assemblee regionale|conseillers regionaux", "conseil régional"),
    (r"comite syndical|conseil syndical|comite du syndicat", "comité syndical"),
    (r"assemblee de corse", "assemblée de corse"),
    (r"assemblee de guyane", "assemblée de guyane"),
    (r"assemblee de martinique", "assemblée de martinique"),
    (r"conseil d'alsace", "conseil d'alsace"),
    (r"conseil d'administration", "conseil d'administration"),
)  # fmt: skip
_BODY = re.compile("|".join(f"({pattern})" for pattern, _ in _PATTERNS).replace(" ", r"\s*"))
_FIRST_WORD = re.compile("conseil|bureau|commission|comite|assemblee|seance|session|reunion")  # of every pattern
_SHORT = {
    "cm": "conseil municipal", "crcm": "conseil municipal", "pvcm": "conseil municipal", "odjcm": "conseil municipal",
    "dcm": "conseil municipal", "cc": "conseil communautaire", "bc": "bureau communautaire",
}  # fmt: skip
# On a town's site "AP" is a prefect's order and "CP" a press release: these need a council that has such a body.
_SHORT_BY_KIND: dict[CouncilKind, dict[str, str]] = {
    "departement": {"cp": "commission permanente", "cd": "conseil départemental", "ap": "assemblée plénière"},
    "region": {
        "cp": "commission permanente",
        "cr": "conseil régional",
        "ap": "assemblée plénière",
        "sp": "assemblée plénière",
    },
    "collectivite": {"cp": "commission permanente", "ap": "assemblée plénière"},
    "epci": {"ca": "conseil communautaire", "cm": "conseil métropolitain"},
    "ept": {"ct": "conseil de territoire", "bt": "bureau de territoire"},
}


class FoundBody(NamedTuple):
    name: str
    start: int
    end: int


def find_bodies(text: str) -> tuple[FoundBody, ...]:
    """Bodies named in a text, in order; youth councils are left out, for what they vote binds nobody."""
    found: list[FoundBody] = []
    low = plain(text)
    end = 0
    for word in _FIRST_WORD.finditer(low):  # fifteen times faster than looking for the patterns themselves
        if word.start() < end or not (match := _BODY.match(low, word.start())):
            continue
        end = match.end()
        if name := _PATTERNS[(match.lastindex or 1) - 1][1]:
            found.append(FoundBody(name, match.start(), end))
    return tuple(found)


def canonical(name: str, kind: CouncilKind) -> str:
    """The name of a body with a bureau's council added."""
    return _BUREAUX[kind] if name == BUREAU else name


def body_in_name(name: str, kind: CouncilKind = "commune") -> str | None:
    """The body a file name or link text stands for, abbreviations included (CM, CC, CP)."""
    words = re.sub(r"[-.]", " ", name_words(name))
    if commission := commission_in(words):
        return commission
    if found := find_bodies(words):
        return canonical(found[0].name, kind)
    known = _SHORT | _SHORT_BY_KIND.get(kind, {})
    for word in re.findall(r"[a-z]+", words):
        if word in known:
            return known[word]
    return None
