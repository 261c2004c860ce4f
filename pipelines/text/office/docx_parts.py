"""Pieces of a Word document's tree that its reader looks for: rows, text boxes, notes, signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from pipelines.text.office.flow import Flow
from pipelines.text.office.ooxml import ALTERNATE, DRAWING, RELATION, VML, WORD

MAX_DEPTH = 60  # of tables and controls inside one another
P, R, T, SDT = f"{WORD}p", f"{WORD}r", f"{WORD}t", f"{WORD}sdt"
CHOICE, _FALLBACK, BOX = f"{ALTERNATE}Choice", f"{ALTERNATE}Fallback", f"{WORD}txbxContent"
# Elements around text that say nothing of it.
THROUGH = {
    f"{WORD}{name}"
    for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent")
} | {f"{ALTERNATE}AlternateContent", CHOICE}  # fmt: skip


def notes(root: etree._Element | None) -> dict[str, etree._Element]:
    """Foot- or endnotes by id, without the rules that separate them."""
    if root is None:
        return {}
    return {
        note.get(f"{WORD}id", ""): note
        for note in root
        if isinstance(note.tag, str) and note.get(f"{WORD}type", "normal") == "normal"
    }


def boxes(flow: Flow, shape: etree._Element, depth: int = 0) -> list[etree._Element]:
    """The text boxes in a shape, each once: its form for new programs, else the one for old ones."""
    if depth > MAX_DEPTH:
        return []
    found: list[etree._Element] = []
    for child in shape:
        tag = child.tag
        if tag == BOX:
            found.append(child)
        elif tag == _FALLBACK and found:
            continue
        elif tag == f"{VML}textpath" and child.get("string"):
            found.append(_word_art(child.get("string", "")))
        else:
            flow.pictures += tag in (f"{DRAWING}blip", f"{VML}imagedata")
            found += boxes(flow, child, depth + 1)
    return found


def inside(parent: etree._Element, tag: str, depth: int = 0) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those in controls and marked insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif (child.tag in THROUGH or child.tag == SDT) and depth < MAX_DEPTH:
            yield from inside(child, tag, depth + 1)


def words(element: etree._Element, tag: str = T) -> str:
    """All characters under an element."""
    return "".join(one.text or "" for one in element.iter(tag))


def says(paragraph: etree._Element) -> bool:
    """Whether a paragraph prints anything."""
    return any(one.text and not one.text.isspace() for one in paragraph.iter(T))


def symbol(element: etree._Element) -> str:
    """The character of ``w:sym``: one of the private use area, where its font has signs of its own."""
    code = element.get(f"{WORD}char", "")
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE else ""


def _word_art(text: str) -> etree._Element:
    """Letters drawn as a picture, as a text box of one paragraph."""
    box = etree.Element(BOX)
    etree.SubElement(etree.SubElement(etree.SubElement(box, P), R), T).text = text
    return box


@dataclass(frozen=True, slots=True)
class Margin:
    """A header or footer; ``letterhead``: it stands on the first page alone and is no running head."""

    part: etree._Element
    header: bool
    letterhead: bool


def margins(root: etree._Element, part_of: Callable[[str], etree._Element | None]) -> Iterator[Margin]:
    """Each header and footer once, by the sections that name them; ``part_of`` gives the part for an id."""
    seen: set[str] = set()
    for place, section in enumerate(root.iter(f"{WORD}sectPr")):
        first_differs = section.find(f"{WORD}titlePg") is not None
        for reference in section.iterchildren(f"{WORD}headerReference", f"{WORD}footerReference"):
            kind = reference.get(f"{WORD}type", "default")
            part = part_of(reference.get(f"{RELATION}id", ""))
            if part is None or (kind == "first" and not first_differs):
                continue
            text = words(part)
            if text.strip() and text not in seen:
                seen.add(text)
                header = reference.tag == f"{WORD}headerReference"
                yield Margin(part, header, header and kind == "first" and place == 0)


def new_pages(root: etree._Element) -> list[bool]:
    """Of each section whether it begins a page."""
    kinds = (section.find(f"{WORD}type") for section in root.iter(f"{WORD}sectPr"))
    return [kind is None or kind.get(f"{WORD}val") not in ("continuous", "nextColumn") for kind in kinds]
