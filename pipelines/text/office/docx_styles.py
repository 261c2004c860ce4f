"""Styles of a Word document: what a paragraph and its runs inherit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from pipelines.text.office.ooxml import WORD, integer, switch

_VAL = f"{WORD}val"
_HEADING = re.compile(r"(?:heading|titre) ([1-9])", re.I)
_CHAIN = 30  # styles based on one another, at most


@dataclass(frozen=True, slots=True)
class Runs:
    """Looks of characters; None where nothing is said."""

    bold: bool | None = None
    size: float | None = None
    hidden: bool | None = None

    def over(self, base: Runs) -> Runs:
        """These where they say something, else those of ``base``."""
        return Runs(
            base.bold if self.bold is None else self.bold,
            base.size if self.size is None else self.size,
            base.hidden if self.hidden is None else self.hidden,
        )


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Properties of a paragraph; spaces in points, ``outline`` from 1 (0: body text); None where nothing is said."""

    outline: int | None = None
    number: str | None = None  # its list
    place: int | None = None  # level in the list, from 0
    before: float | None = None
    after: float | None = None
    contextual: bool | None = None  # no space between paragraphs of one style
    new_page: bool | None = None

    def over(self, base: Paragraphs) -> Paragraphs:
        """These where they say something, else those of ``base``."""
        return Paragraphs(
            base.outline if self.outline is None else self.outline,
            base.number if self.number is None else self.number,
            base.place if self.place is None else self.place,
            base.before if self.before is None else self.before,
            base.after if self.after is None else self.after,
            base.contextual if self.contextual is None else self.contextual,
            base.new_page if self.new_page is None else self.new_page,
        )


@dataclass(frozen=True, slots=True)
class _Raw:
    based: str
    runs: Runs
    paragraphs: Paragraphs


@dataclass(slots=True)
class Styles:
    """The style sheet of a document."""

    raw: dict[str, _Raw] = field(default_factory=dict)
    default: str = ""  # the style of a paragraph that names none
    usual: Runs = Runs(False, 10.0, False)
    usual_paragraphs: Paragraphs = Paragraphs()
    _known: dict[str, tuple[Runs, Paragraphs, str]] = field(default_factory=dict)

    def paragraph(self, name: str) -> tuple[Runs, Paragraphs, str]:
        """What the style ``name`` gives to a paragraph, and the style that numbers it."""
        name = name or self.default
        known = self._known.get(name)
        if known is None:
            runs, paragraphs, numbered = self._inherited(name)
            known = (runs.over(self.usual), paragraphs.over(self.usual_paragraphs), numbered)
            self._known[name] = known
        return known

    def character(self, name: str) -> Runs:
        """What the character style ``name`` says."""
        return self._inherited(name)[0]

    def _inherited(self, name: str) -> tuple[Runs, Paragraphs, str]:
        runs, paragraphs, numbered = Runs(), Paragraphs(), ""
        for _ in range(_CHAIN):
            style = self.raw.get(name)
            if style is None:
                break
            if not numbered and style.paragraphs.number is not None:
                numbered = name
            runs, paragraphs = runs.over(style.runs), paragraphs.over(style.paragraphs)
            name = style.based
        return runs, paragraphs, numbered


def styles(root: etree._Element | None) -> Styles:
    """The style sheet in styles.xml."""
    result = Styles()
    if root is None:
        return result
    defaults = root.find(f"{WORD}docDefaults")
    if defaults is not None:
        result.usual = runs(defaults.find(f"{WORD}rPrDefault/{WORD}rPr")).over(result.usual)
        result.usual_paragraphs = paragraphs(defaults.find(f"{WORD}pPrDefault/{WORD}pPr"))
    for element in root.iterchildren(f"{WORD}style"):
        key = element.get(f"{WORD}styleId", "")
        based = element.find(f"{WORD}basedOn")
        own = paragraphs(element.find(f"{WORD}pPr"))
        if own.outline is None and (level := _heading(element)):
            own = replace(own, outline=level)
        result.raw[key] = _Raw(based.get(_VAL, "") if based is not None else "", runs(element.find(f"{WORD}rPr")), own)
        if element.get(f"{WORD}type") == "paragraph" and element.get(f"{WORD}default") in ("1", "true", "on"):
            result.default = key
    return result


def _heading(style: etree._Element) -> int:
    name = style.find(f"{WORD}name")
    text = name.get(_VAL, "").strip().lower() if name is not None else ""
    found = _HEADING.fullmatch(text)
    return int(found[1]) if found else int(text in ("title", "titre"))


def runs(properties: etree._Element | None) -> Runs:
    """What ``w:rPr`` says."""
    if properties is None:
        return Runs()
    bold = size = hidden = None
    for one in properties:
        if one.tag == f"{WORD}b":
            bold = switch(one, _VAL)
        elif one.tag == f"{WORD}sz":
            half = integer(one.get(_VAL))
            size = half / 2 if half else None
        elif one.tag == f"{WORD}vanish":
            hidden = switch(one, _VAL)
    return Runs(bold, size, hidden)


def paragraphs(properties: etree._Element | None) -> Paragraphs:
    """What ``w:pPr`` says, its style aside."""
    if properties is None:
        return Paragraphs()
    found = Paragraphs()
    for one in properties:
        if one.tag == f"{WORD}numPr":
            number, place = one.find(f"{WORD}numId"), one.find(f"{WORD}ilvl")
            found = replace(
                found,
                number=number.get(_VAL) if number is not None else None,
                place=integer(place.get(_VAL)) if place is not None else None,
            )
        elif one.tag == f"{WORD}outlineLvl":
            level = integer(one.get(_VAL))
            found = replace(found, outline=None if level is None else (level + 1) % 10 if level < 9 else 0)
        elif one.tag == f"{WORD}spacing":
            found = replace(found, before=_space(one, "before"), after=_space(one, "after"))
        elif one.tag == f"{WORD}contextualSpacing":
            found = replace(found, contextual=switch(one, _VAL))
        elif one.tag == f"{WORD}pageBreakBefore":
            found = replace(found, new_page=switch(one, _VAL))
    return found


def _space(spacing: etree._Element, side: str) -> float | None:
    if switch_on(spacing.get(f"{WORD}{side}Autospacing")):
        return 14.0  # as HTML sets paragraphs apart
    lines = integer(spacing.get(f"{WORD}{side}Lines"))
    if lines:
        return lines * 0.12  # hundredths of a line
    twentieths = integer(spacing.get(f"{WORD}{side}"))
    return None if twentieths is None else twentieths / 20


def switch_on(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in ("1", "true", "on")
