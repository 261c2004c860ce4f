"""Deliberative bodies: how they are printed, and their one canonical name (lower-case French)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawler.models import CouncilKind
from pipelines.agenda.words import name_words, plain

DEFAULTS: dict[CouncilKind, str] = {
    "commune": "conseil municipal",
    "epci": "conseil communautaire",
    "departement": "conseil départemental",
    "region": "conseil régional",
    "collectivite": "assemblée plénière",
    "ept": "conseil de territoire",
}
_PATTERNS = (
    (r"conseil(?:s)? municipal(?:e)?(?: des? (?:jeunes|enfants))", ""),  # not ours: it decides nothing
    (r"conseil (?:d'arrondissement|du \d{1,2}(?:er|e|eme) arrondissement)", "conseil d'arrondissement"),
    (r"conseil municipal|conseillers municipaux|conseil de la commune|conseil de paris", "conseil municipal"),
    (r"bureau metropolitain", "bureau métropolitain"),
    (r"bureau municipal", "bureau municipal"),
    (r"bureau (?:communautaire|de la communaute|de l'agglomeration)|bureau delibera(?:tif|nt)", "bureau communautaire"),
    (r"bureau (?:syndical|du syndicat)", "bureau syndical"),
    (r"bureau territorial|bureau de territoire", "bureau de territoire"),
    (r"commission permanente", "commission permanente"),
    (r"conseil metropolitain|conseil de (?:la )?metropole", "conseil métropolitain"),
    (r"conseil de (?:la )?communaute|conseil (?:intercommunal )?communautaire|conseillers communautaires"
     r"|conseil d'agglomeration|assemblee generale de la communaute", "conseil communautaire"),
    (r"conseil de territoire|conseil territorial", "conseil de territoire"),
    (r"conseil departemental|assemblee departementale|conseil general|conseillers departementaux",
     "conseil départemental"),
    (r"conseil regional|assemblee regionale|conseillers regionaux", "conseil régional"),
    (r"assemblee pleniere|seance pleniere|session pleniere|reunion pleniere", "assemblée plénière"),
    (r"comite syndical|conseil syndical", "comité syndical"),
    (r"assemblee de corse", "assemblée de corse"),
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


def body_in_name(name: str, kind: CouncilKind = "commune") -> str | None:
    """The body a file name or link text stands for, abbreviations included (CM, CC, CP)."""
    words = name_words(name)
    if found := find_bodies(re.sub(r"[-.]", " ", words)):
        return found[0].name
    known = _SHORT | _SHORT_BY_KIND.get(kind, {})
    for word in re.findall(r"[a-z]+", words):
        if word in known:
            return known[word]
    return None
