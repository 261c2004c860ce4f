"""What may be meant by a line that somebody typed: which part is the name, which the place, which the kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.models import CouncilKind
from spiders.registry_names import plain, words
from spiders.registry_places import REGION_ALIASES, Place, Places

Kinds = frozenset[CouncilKind]
COMMUNE: Kinds = frozenset(["commune"])
JOINT: Kinds = frozenset(["epci", "ept", "collectivite"])
DEPARTMENT: Kinds = frozenset(["departement"])
REGION: Kinds = frozenset(["region"])

_SAYS: tuple[tuple[Kinds, re.Pattern[str]], ...] = tuple(
    (kinds, re.compile(rf"(?:(?:la|le|l) )?(?:{pattern})(?P<link> (?:de|d|du|des|en))? (?P<rest>.+)"))
    for kinds, pattern in (
        (COMMUNE, r"(?:mairie|conseil municipal)(?: (?:de|d) (?:la )?(?:ville|commune))?|ville|commune|municipalite"
                  r"|hotel de ville"),
        (DEPARTMENT, "conseil departemental|conseil general|departement|dept|dpt|dep"),
        (REGION, "conseil regional|region"),
        (JOINT, "communaute d agglomeration|communaute de communes|communaute urbaine|communaute|conseil communautaire"
                "|agglomeration|agglo|ca|cc|cu|comcom|com com|metropole|eurometropole|interco|intercommunalite|epci"
                "|ept|conseil de territoire"),
    )
)  # fmt: skip
_SAYS_AFTER = re.compile(
    r"(?P<rest>.+) (?:agglo|agglomeration|metropole|interco|communaute(?: de communes| d agglomeration| urbaine)?)"
)
_DEPARTMENT_CODE = re.compile(r"cd ?(\d[\dab]|9\d\d)")
_QUALIFIERS = (
    re.compile(r"(?P<name>.+?)\s*[(\[](?P<place>[^()\[\]]+)[)\]]\s*"),
    re.compile(r"(?P<name>.+?)\s*[,;]\s*(?P<place>[^,;]+)"),
    re.compile(r"(?:F\s?-\s?)?(?P<place>\d{5}|2[AB]\d{3})[\s,–-]+(?P<name>\D.*)", re.IGNORECASE),
    re.compile(r"(?P<name>.*[^\d\s,–-])[\s,–-]+(?:F\s?-\s?)?(?P<place>\d{5}|2[AB]\d{3})", re.IGNORECASE),
    re.compile(r"(?P<name>.*[^\d\s,/–-])\s*[\s,/–-]\s*(?P<place>\d\d|2[AB]|9[78]\d)", re.IGNORECASE),
    re.compile(r"(?P<name>.+?)\s+(?:-|–|/|dans|en)\s+(?P<place>\D+)", re.IGNORECASE),
)
_DELIVERY = re.compile(r"\s+cedex(\s+\d{1,2})?\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"(?P<name>paris|lyon|marseille)[\s,-]*\d{1,2}\s*(?:er?|e|ème|eme)?(?:\s*arr\w*\.?)?", re.IGNORECASE
)
_SHORT_FOR_UNDER = re.compile(r"[\s-]s[/.]?s[/\s-]+(?=\w)", re.IGNORECASE)
_SHORT_FOR_ON = re.compile(r"[\s-]s/\s*(?=\w)", re.IGNORECASE)
_LONGEST_PLACE = 5  # words: "Provence Alpes Côte d'Azur"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed."""

    name: tuple[str, ...]
    place: Place | None = None
    kinds: Kinds | None = None  # None: not said
    guessed: bool = False  # the place was cut off without a sign for it


def readings(text: str, places: Places) -> list[Reading]:
    """The ways to understand a line, the most literal first; none where it holds no letter."""
    text = _SHORT_FOR_UNDER.sub(" sous ", _DELIVERY.sub("", text.strip()))
    text = _SHORT_FOR_ON.sub(" sur ", text)
    found = [Reading(words(text)), *([Reading(words(text.replace("/", " sur ")))] if "/" in text else [])]
    if quarter := _QUARTER.fullmatch(text):
        found.append(Reading(words(quarter["name"])))
    for pattern in _QUALIFIERS:
        match = pattern.fullmatch(text)
        if match and (place := places.named(match["place"])):
            found += [Reading(words(match["name"]), place), *_nested(match["name"], place)]
    if plain(text) in REGION_ALIASES:
        found.append(Reading(words(text), kinds=REGION))
    found += list(_trailing(text, places))
    found += [said for reading in found for said in _said(reading)]
    return [each for each in dict.fromkeys(found) if each.name]


def _nested(text: str, place: Place) -> Iterator[Reading]:
    """ "29200 Brest (Finistère)": the name that is left may still hold a number."""
    for pattern in _QUALIFIERS[2:4]:
        if match := pattern.fullmatch(text):
            yield Reading(words(match["name"]), place)


def _trailing(text: str, places: Places) -> Iterator[Reading]:
    """ "Brest Finistère": a place named last, without a sign between."""
    tokens = plain(text).split()
    for size in range(1, min(_LONGEST_PLACE, len(tokens) - 1) + 1):
        if place := places.named(" ".join(tokens[-size:])):
            yield Reading(words(" ".join(tokens[:-size])), place, guessed=True)


def _said(reading: Reading) -> Iterator[Reading]:
    """The same without the words that say what kind of council it is."""
    joined = " ".join(reading.name)
    for kinds, pattern in _SAYS:
        if not (match := pattern.fullmatch(joined)):
            continue
        rest = tuple(match["rest"].split())
        article = {" du": ("le",), " des": ("les",)}.get(match["link"] or "", ())
        if article:
            yield replace(reading, name=(*article, *rest), kinds=kinds)
        yield replace(reading, name=rest, kinds=kinds)
    if match := _SAYS_AFTER.fullmatch(joined):
        yield replace(reading, name=tuple(match["rest"].split()), kinds=JOINT)
    if match := _DEPARTMENT_CODE.fullmatch(joined):
        yield replace(reading, name=(match[1],), kinds=DEPARTMENT)
