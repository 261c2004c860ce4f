"""Cameras by number: those to come, those that are there, all of them afterwards; worn ones apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.models import FactRole
from pipelines.facts.context import Text
from pipelines.facts.found import Found
from pipelines.facts.numerals import SMALL

MOST = 5_000
_NUMBER = "|".join(sorted((word for word in SMALL if word not in ("un", "une")), key=len, reverse=True))
_COUNT = re.compile(
    rf"(?<![\d.,/'°-])(?<!n° )\b(?P<number>\d{{1,4}}"
    rf"|{_NUMBER})\s(?P<adjectives>(?:[a-z'-]{{3,16}}\s){{0,2}}?)cameras?\b(?P<kind>(?:[- ]"
    r"(?:pietons?|individuelles?|corporelles?|mobiles individuelles|d'intervention|embarquees))?)"
)
_WORN = re.compile(r"pieton|individu|corporel|intervention")
_NO_CAMERA = re.compile(
    r"^[\s-](?:sur (?!l|d|p|v|m|t)|thermique|endoscop|infrarouge|de chasse|photo|de comptage|embarqu|sportiv"
    r"|de recul)"
)
_ASIDE = re.compile(
    r"\b(?:chaque|moins de|plus de|jusqu'a|parmi|sur les|entre|environ|ou|dont|de \d+ a)\s$|\d\s?(?:a|ou|/)\s$"
)
_NEW = re.compile(
    r"\b(?:install(?:ation|er|era|eront)|implant(?:ation|er)|acquisition|acquerir|achat|acheter|achete|pose|poser"
    r"|posera|fourniture"
    r"|deploiement|deployer|ajout|ajouter|extension|mise en place|mettre en place|doter|equiper)\b"
    r"(?:\s(?:et|de|la|l'|d'|des|du|pose|installation|maintenance|fourniture|mise|en|service|place"
    r"|ou)){0,6}\s(?:de\s|d')?$"
)
_MORE = re.compile(r"\b(?:nouvelles|supplementaires|nouveaux)\b")
_THERE = re.compile(
    r"\b(?:exploite|exploitent|dispose(?:nt)?(?: actuellement| deja)? de|possede|equipee?s? de|dotee?s? de"
    r"|compte(?: actuellement| deja| aujourd'hui)?"
    r"|parc de|reseau de|communs? aux|raccordees? aux|composee? de|comporte|comprend|deja"
    r"|champ est le suivant : videoprotection \()\s?(?:ses |les |pres de )?$"
)
_THERE_AFTER = re.compile(
    r"^[^.;,\d]{0,40}\b(?:existantes?|en service|actuelles?|deja (?:installees|en place)|en fonctionnement)\b"
)
_ALL = re.compile(
    r"\b(?:porter (?:a|le nombre (?:de cameras )?(?:de \d+ )?a)|au total|un total de|represente (?:un ensemble"
    r"|un total) de|un ensemble de)\s$"
)
_CHAIN = re.compile(r"^[^.;]{0,120}?\b(?:ainsi que|et de|et)\s$")
_WISH = re.compile(
    r"\b(?:aurait|aurions|ont ete aid|pourrait|combien|retrait|retirer|depos\w+|demontage|demonter|supprim\w+)\b"
)


def cameras(text: Text) -> Iterator[Found]:
    """Every number of cameras of which the text says whether they are to come."""
    last: tuple[int, FactRole | None, bool] = (0, None, False)
    for found in _COUNT.finditer(text.flat):
        value = int(found["number"]) if found["number"].isdigit() else SMALL[found["number"]]
        before, after = text.before(found.start("number"), 140), text.flat[found.end() : found.end() + 60]
        worn = bool(_WORN.search(found["kind"]))
        if not 1 < value <= MOST or _NO_CAMERA.match(after) or _ASIDE.search(before) or _WISH.search(before):
            continue
        role = _role(found["adjectives"], before, after)
        if (
            role is None
            and last[1] is not None
            and last[2] == worn
            and _CHAIN.match(text.flat[last[0] : found.start()])
        ):
            role = last[1]
        last = (found.end(), role, worn)
        if role is not None:
            yield Found("body-cameras" if worn else "cameras", found.start(), found.end(), float(value), role=role)


def _role(adjectives: str, before: str, after: str) -> FactRole | None:
    if _ALL.search(before):
        return "total"
    if _MORE.search(adjectives) or re.match(r"^\s(?:[a-z-]{3,20}\s)?(?:nouvelles|supplementaires)\b", after):
        return "new"
    if _THERE_AFTER.match(after) or "existantes" in adjectives:
        return "existing"
    if _NEW.search(before):
        return "new"
    return "existing" if _THERE.search(before) else None
