"""Styles of an OpenDocument file: what paragraphs and runs inherit, and the styles of lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.text.office.numerals import LEVELS, Format, Level
from pipelines.text.office.odf import FO, OFFICE, STYLE, TEXT

_CHAIN = 30  # styles based on one another, at most
_LENGTH = re.compile(r"(-?[\d.]+)(pt|cm|mm|in|pc|px|%)")
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0, "px": 0.75}
_FORMATS: dict[str, Format] = {
    "1": "decimal", "i": "lower-roman", "I": "upper-roman", "a": "lower-letter", "A": "upper-letter", "": "none",
    "1st": "ordinal",
}  # fmt: skip
_PLACE = re.compile(r"%(\d+)%")


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says; None where it says nothing. Lengths in points, ``scale`` of its parent's size."""

    bold: bool | None = None
    size: float | None = None
    scale: float | None = None
    hidden: bool | None = None
    outline: int | None = None
    before: float | None = None
    after: float | None = None
    contextual: bool | None = None
    break_before: bool | None = None
    break_after: bool | None = None
    list_style: str | None = None

    def over(self, base: Look) -> Look:
        """This where it says something, else ``base``."""
        size = self.size
        if size is None and base.size is not None:
            size = base.size * (self.scale or 1.0)
        return Look(
            base.bold if self.bold is None else self.bold,
            size,
            None if size is not None else self.scale or base.scale,
            base.hidden if self.hidden is None else self.hidden,
            base.outline if self.outline is None else self.outline,
            base.before if self.before is None else self.before,
            base.after if self.after is None else self.after,
            base.contextual if self.contextual is None else self.contextual,
            base.break_before if self.break_before is None else self.break_before,
            base.break_after if self.break_after is None else self.break_after,
            base.list_style if self.list_style is None else self.list_style,
        )


@dataclass(slots=True)
class Styles:
    """The style sheet that holds for one part (the text, or the headers)."""

    raw: dict[tuple[str, str], tuple[Look, str]] = field(default_factory=dict)  # own look and parent
    usual: dict[str, Look] = field(default_factory=dict)  # by family
    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    outline: str = ""  # the list style of headings
    _known: dict[tuple[str, str], Look] = field(default_factory=dict)

    def look(self, family: str, name: str) -> Look:
        """What ``name`` gives, its parents' part included; characters inherit the defaults from their paragraph."""
        key = (family, name)
        known = self._known.get(key)
        if known is None:
            looks = []
            following = name
            for _ in range(_CHAIN):
                if (found := self.raw.get((family, following))) is None:
                    break
                looks.append(found[0])
                following = found[1]
            known = self.usual.get(family, Look()) if family != "text" else Look()
            for one in reversed(looks):
                known = one.over(known)
            self._known[key] = known
        return known


def sheet(*roots: etree._Element | None) -> Styles:
    """The style sheet out of ``office:styles`` and ``office:automatic-styles`` elements; the last one wins."""
    result = Styles()
    for root in roots:
        for element in root if root is not None else ():
            tag = element.tag
            name = element.get(f"{STYLE}name", "")
            if tag == f"{STYLE}style":
                family = element.get(f"{STYLE}family", "")
                result.raw[family, name] = (_look(element), element.get(f"{STYLE}parent-style-name", ""))
            elif tag == f"{STYLE}default-style":
                result.usual[element.get(f"{STYLE}family", "")] = _look(element)
            elif tag == f"{TEXT}list-style":
                result.lists[name] = levels(element)
            elif tag == f"{TEXT}outline-style":
                result.outline = name or "Outline"
                result.lists[result.outline] = levels(element)
    return result


def part_of(root: etree._Element | None, name: str) -> etree._Element | None:
    """The element ``office:name`` of a document's root."""
    return root.find(f"{OFFICE}{name}") if root is not None else None


def _look(style: etree._Element) -> Look:
    characters = style.find(f"{STYLE}text-properties")
    paragraph = style.find(f"{STYLE}paragraph-properties")
    table = style.find(f"{STYLE}table-properties")
    size, scale = _size(characters.get(f"{FO}font-size")) if characters is not None else (None, None)
    weight = characters.get(f"{FO}font-weight") if characters is not None else None
    display = characters.get(f"{TEXT}display") if characters is not None else None
    outline = style.get(f"{STYLE}default-outline-level")
    broken = paragraph if paragraph is not None else table
    master = style.get(f"{STYLE}master-page-name")
    before = broken.get(f"{FO}break-before") if broken is not None else None
    after = broken.get(f"{FO}break-after") if broken is not None else None
    spaces = paragraph if paragraph is not None else etree.Element("none")
    contextual = spaces.get(f"{STYLE}contextual-spacing")
    return Look(
        bold=None if weight is None else weight == "bold" or (weight.isdigit() and int(weight) >= 600),
        size=size,
        scale=scale,
        hidden=None if display is None else display == "none",
        outline=int(outline) if outline and outline.isdigit() else None,
        before=_points(spaces.get(f"{FO}margin-top")),
        after=_points(spaces.get(f"{FO}margin-bottom")),
        contextual=None if contextual is None else contextual == "true",
        break_before=True if master else None if before is None else before == "page",
        break_after=None if after is None else after == "page",
        list_style=style.get(f"{STYLE}list-style-name"),
    )


def _size(text: str | None) -> tuple[float | None, float | None]:
    found = _LENGTH.fullmatch(text or "")
    if found is None:
        return None, None
    number = float(found[1]) if found[1].count(".") < 2 else 0.0
    return (None, number / 100) if found[2] == "%" else (number * _POINTS[found[2]], None)


def _points(text: str | None) -> float | None:
    return _size(text)[0]


def levels(style: etree._Element) -> dict[int, Level]:
    """The levels of a list style."""
    found: dict[int, Level] = {}
    for element in style:
        text = element.get(f"{TEXT}level", "")
        if not text.isdigit() or not 1 <= int(text) <= LEVELS or not isinstance(element.tag, str):
            continue
        place = int(text) - 1
        if element.tag.endswith(("level-style-number", "outline-level-style")):
            found[place] = _numbered(element, place)
        else:
            found[place] = Level("bullet")
    return found


def _numbered(element: etree._Element, place: int) -> Level:
    form = element.get(f"{STYLE}num-format", "")
    start = element.get(f"{TEXT}start-value", "1")
    prefix, suffix = element.get(f"{STYLE}num-prefix", ""), element.get(f"{STYLE}num-suffix", "")
    count = element.get(f"{TEXT}display-levels", "1")
    said = next((value for key, value in element.attrib.items() if str(key).endswith("}num-list-format")), None)
    pattern: list[str | int] = [prefix]
    if said is not None:
        pattern = [int(part) - 1 if odd % 2 else part for odd, part in enumerate(_PLACE.split(str(said)))]
    elif form:
        first = max(place + 1 - (int(count) if count.isdigit() else 1), 0)
        for one in range(first, place + 1):
            pattern += [one] if one == first else [".", one]
        pattern.append(suffix)
    else:
        pattern.append(suffix)
    return Level(
        format=_FORMATS.get(form, "padded" if form.startswith("0") else "decimal"),
        pattern=tuple(part for part in pattern if part != ""),
        start=int(start) if start.isdigit() and len(start) < 7 else 1,
        repeats=element.get(f"{STYLE}num-letter-sync") == "true",
    )
