"""Automatic numbers of a Word document: numbering.xml and the styles that number (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.text.office.numerals import LEVELS, Counters, Format, Level, Use
from pipelines.text.office.ooxml import WORD, integer, switch

_VAL = f"{WORD}val"
_FORMATS: dict[str, Format] = {
    "decimal": "decimal",
    "decimalZero": "padded",
    "upperRoman": "upper-roman",
    "lowerRoman": "lower-roman",
    "upperLetter": "upper-letter",
    "lowerLetter": "lower-letter",
    "ordinal": "ordinal",
    "bullet": "bullet",
    "none": "none",
}
_PLACE = re.compile(r"%([1-9])")


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far they have counted."""

    lists: dict[str, Use] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)

    def place_of(self, number: str, style: str) -> int | None:
        """The level of a list that belongs to a paragraph style."""
        found = self.lists.get(number)
        return next((place for place, level in found.levels.items() if level.style == style), None) if found else None

    def next(self, number: str, place: int) -> tuple[int, str] | None:
        """Count a paragraph; its nesting (from 1) and printed number, None where it is in no list."""
        found = self.lists.get(number)
        return found.next(self.counters, place, number) if found else None


def numbering(root: etree._Element | None) -> Numbering:
    """The lists in numbering.xml."""
    if root is None:
        return Numbering()
    abstracts: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    wanted: dict[str, str] = {}
    for element in root.iter(f"{WORD}abstractNum"):
        key = element.get(f"{WORD}abstractNumId", "")
        abstracts[key] = _levels(element)
        if (link := element.find(f"{WORD}styleLink")) is not None:
            links[link.get(_VAL, "")] = key
        if (link := element.find(f"{WORD}numStyleLink")) is not None:
            wanted[key] = link.get(_VAL, "")
    result = Numbering()
    for element in root.iter(f"{WORD}num"):
        of = element.find(f"{WORD}abstractNumId")
        key = of.get(_VAL, "") if of is not None else ""
        key = links.get(wanted.get(key, ""), key)
        levels = dict(abstracts.get(key, {}))
        starts: dict[int, int] = {}
        for override in element.iter(f"{WORD}lvlOverride"):
            place = integer(override.get(f"{WORD}ilvl")) or 0
            start = override.find(f"{WORD}startOverride")
            levels |= _levels(override)
            if start is not None:
                starts[place] = integer(start.get(_VAL)) or 0
        result.lists[element.get(f"{WORD}numId", "")] = Use(key, levels, starts)
    return result


def _levels(element: etree._Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for level in element.iterchildren(f"{WORD}lvl"):
        place = integer(level.get(f"{WORD}ilvl")) or 0
        if 0 <= place < LEVELS:
            found[place] = _level(level)
    return found


def _level(level: etree._Element) -> Level:
    shape = next(level.iter(f"{WORD}numFmt"), None)  # a custom one stands in mc:AlternateContent
    text = level.find(f"{WORD}lvlText")
    start = level.find(f"{WORD}start")
    restart = level.find(f"{WORD}lvlRestart")
    style = level.find(f"{WORD}pStyle")
    name = shape.get(_VAL, "decimal") if shape is not None else "decimal"
    form = shape.get(f"{WORD}format", "") if shape is not None else ""
    return Level(
        format="padded" if name == "custom" and form.startswith("0") else _FORMATS.get(name, "decimal"),
        pattern=pattern(text.get(_VAL, "") if text is not None else ""),
        start=(integer(start.get(_VAL)) or 0) if start is not None else 0,
        restart=integer(restart.get(_VAL)) if restart is not None else None,
        legal=bool(switch(level.find(f"{WORD}isLgl"), _VAL)),
        style=style.get(_VAL, "") if style is not None else "",
    )


def pattern(text: str) -> tuple[str | int, ...]:
    """ "%1.%2." as (0, ".", 1, ".")."""
    parts: list[str | int] = []
    end = 0
    for found in _PLACE.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(int(found[1]) - 1)
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)
