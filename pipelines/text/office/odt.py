"""OpenDocument texts (ODT, OTT, flat FODT): zip and lxml, with the numbers that lists and headings show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipelines.text.drafts import Draft
from pipelines.text.office.flow import Flow
from pipelines.text.office.layout import is_data
from pipelines.text.office.numerals import Counters
from pipelines.text.office.odf import DRAW, OFFICE, STYLE, TABLE, TEXT, OpenDocument, open_odf
from pipelines.text.office.odf_parts import MAX_DEPTH, has_text, rows_of, words
from pipelines.text.office.odf_styles import Look, Styles, part_of, sheet
from pipelines.text.office.style import Style

_SPACES = re.compile(r"[ \t\r\n]+")
_ODD_SPACES = re.compile(r"[\t\r\n]|  ")
_P, _H, _LIST = f"{TEXT}p", f"{TEXT}h", f"{TEXT}list"
_SECTIONS = {
    f"{TEXT}{name}"
    for name in ("section", "index-body", "index-title", "table-of-content", "illustration-index", "table-index",
                 "object-index", "user-index", "alphabetical-index", "bibliography", "numbered-paragraph")
}  # fmt: skip
_SKIPPED = {
    f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{OFFICE}forms", f"{OFFICE}event-listeners",
    f"{TEXT}tracked-changes", f"{TEXT}note-citation", f"{TEXT}ruby-text", f"{TEXT}script",
    f"{TEXT}hidden-paragraph", f"{TEXT}change", f"{TEXT}change-start", f"{TEXT}change-end",
}  # fmt: skip
_CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}


def read_odt(data: bytes, flow: Flow) -> None:
    """Send an OpenDocument text through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    document = open_odf(data)
    flow.title, flow.damage = document.title, document.damage
    body = document.body("text")
    margins(document, flow)
    reader = Reader(flow, sheet_of(document))
    reader.blocks(body, 0)
    for note in reader.ends:
        reader.aside(note, flow.notes)


def sheet_of(document: OpenDocument) -> Styles:
    """The styles that hold for the text itself."""
    return sheet(part_of(document.styles, "styles"), part_of(document.content, "automatic-styles"))


def margins(document: OpenDocument, flow: Flow) -> None:
    """Each header and footer once. One that stands on the first page alone is a letterhead and no running head."""
    masters = part_of(document.styles, "master-styles")
    styles = sheet(part_of(document.styles, "styles"), part_of(document.styles, "automatic-styles"))
    seen: set[str] = set()
    for master in masters.iterchildren(f"{STYLE}master-page") if masters is not None else ():
        for element in master:
            kind = str(element.tag).removeprefix(STYLE)
            text = words(element)
            if not kind.startswith(("header", "footer")) or element.get(f"{STYLE}display") == "false":
                continue
            if text.strip() and text not in seen:
                seen.add(text)
                reader = Reader(flow, styles, running=kind != "header-first")
                reader.aside(element, flow.headers if kind.startswith("header") else flow.footers)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a list a paragraph stands; ``first``: it carries the item's number."""

    key: object
    style: str
    depth: int
    first: bool


@dataclass(slots=True)
class Reader:
    """The walk through one part."""

    flow: Flow
    styles: Styles
    running: bool = False
    forced: int = 0  # all paragraphs are headings of this level
    counters: Counters = field(default_factory=Counters)
    ends: list[etree._Element] = field(default_factory=list)
    _boxes: list[etree._Element] = field(default_factory=list)
    _notes: list[etree._Element] = field(default_factory=list)
    _lists: dict[str, object] = field(default_factory=dict)  # the last list of each style, and lists by their id
    _before: str = ""

    def aside(self, root: etree._Element, sink: list[Draft]) -> None:
        """A note or header, whose lines go elsewhere."""
        kept = self.flow.divert(sink)
        self.blocks(root, 0)
        self.flow.resume(kept)

    def blocks(self, parent: etree._Element, depth: int, place: _Place | None = None) -> None:
        """Paragraphs, lists, tables and frames under ``parent``."""
        if depth > MAX_DEPTH:
            self.flow.damage = self.flow.damage or "nested too deep: a part was left out"
            return
        for child in parent:
            tag = child.tag
            if tag in (_P, _H):
                self.paragraph(child, place)
                place = _Place(place.key, place.style, place.depth, False) if place is not None else None
            elif tag == _LIST:
                self.list(child, depth + 1, place)
            elif tag == f"{TABLE}table":
                self.table(child, depth + 1)
            elif tag == f"{TEXT}soft-page-break":
                self.flow.page_break(soft=True)
            elif tag == f"{TEXT}note-body" or (tag in _SECTIONS and child.get(f"{TEXT}display") != "none"):
                self.blocks(child, depth + 1, place)
            elif isinstance(tag, str) and tag.startswith(DRAW):
                self.shape(child, depth + 1)

    # ------------------------------------------------------------------ paragraphs

    def paragraph(self, element: etree._Element, place: _Place | None = None) -> None:
        name = element.get(f"{TEXT}style-name", "")
        look = self.styles.look("paragraph", name)
        if look.break_before:
            self.flow.page_break()
        self.runs(element, look, 0)
        close = bool(look.contextual) and self._before == name
        self._before = name
        style = Style(
            heading=self._heading(element, look),
            before=0.0 if close else look.before or 0.0,
            after=0.0 if close else look.after or 0.0,
            running=self.running,
        )
        self._number(element, look, place, style)
        self.flow.end(style)
        self._asides()
        if look.break_after:
            self.flow.page_break()

    def _heading(self, element: etree._Element, look: Look) -> int:
        if self.forced:
            return self.forced
        if element.tag != _H:
            return 1 if element.get(f"{TEXT}style-name") == "Title" else 0
        level = element.get(f"{TEXT}outline-level", "")
        return min(int(level), 6) if level.isdigit() and level != "0" else look.outline or 1

    def _number(self, element: etree._Element, look: Look, place: _Place | None, style: Style) -> None:
        if place is not None:
            style.item = place.depth
            levels = self.styles.lists.get(place.style)
            if place.first and levels is not None:
                style.marker = self.counters.next(place.key, levels, place.depth - 1)
                level = levels.get(place.depth - 1)
                if level is not None and level.format == "none" and not style.marker.strip():
                    style.item = 0
            else:
                style.item = 0 if levels is not None else style.item
        elif element.tag == _H and element.get(f"{TEXT}is-list-header") != "true":
            name = self.styles.outline if look.list_style is None else look.list_style
            if (levels := self.styles.lists.get(name)) is not None and style.heading - 1 in levels:
                start = element.get(f"{TEXT}start-value", "")
                if start.isdigit():
                    self.counters.set(name, style.heading - 1, int(start))
                style.marker = self.counters.next(name, levels, style.heading - 1)

    def _asides(self) -> None:
        boxes, self._boxes = self._boxes, []
        notes, self._notes = self._notes, []
        for box in boxes:
            was = self.running
            self.running = was or (has_text(box) and self.flow.again(words(box)))
            self.shape(box, 1)
            self.running = was
        for note in notes:
            self.aside(note, self.flow.notes)

    def runs(self, parent: etree._Element, look: Look, depth: int) -> None:
        """The characters of a paragraph and what is anchored in it."""
        self._text(parent.text, look)
        for child in parent:
            tag = child.tag
            if tag == f"{TEXT}span" and depth < MAX_DEPTH:
                name = child.get(f"{TEXT}style-name", "")
                self.runs(child, self.styles.look("text", name).over(look) if name else look, depth + 1)
            elif tag == f"{TEXT}s":
                count = child.get(f"{TEXT}c", "1")
                self._raw(" " * (min(int(count), 200) if count.isdigit() else 1), look)
            elif tag == f"{TEXT}tab":
                self._raw("\t", look)
            elif tag == f"{TEXT}line-break":
                self.flow.line_break()
            elif tag == f"{TEXT}soft-page-break":
                self.flow.page_break(soft=True)
            elif tag == f"{TEXT}note":
                ends = child.get(f"{TEXT}note-class") == "endnote"
                (self.ends if ends else self._notes).append(child)
            elif isinstance(tag, str) and tag.startswith(DRAW) and tag != f"{DRAW}a":
                self._boxes.append(child)
            elif tag == f"{TEXT}hidden-text" and child.get(f"{TEXT}is-hidden", "true") == "true":
                pass
            elif isinstance(tag, str) and tag not in _SKIPPED and depth < MAX_DEPTH:
                self.runs(child, look, depth + 1)
            self._text(child.tail, look)

    def _text(self, text: str | None, look: Look) -> None:
        if text:
            self._raw(_SPACES.sub(" ", text) if _ODD_SPACES.search(text) else text, look)

    def _raw(self, text: str, look: Look) -> None:
        if not look.hidden:
            self.flow.text(text, bool(look.bold), look.size or 0.0)

    # ------------------------------------------------------------------ lists, frames, tables

    def list(self, element: etree._Element, depth: int, outer: _Place | None) -> None:
        name = element.get(f"{TEXT}style-name") or (outer.style if outer is not None else "")
        key = outer.key if outer is not None and name == outer.style else self._key(element, name)
        level = (outer.depth if outer is not None else 0) + 1
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            start = item.get(f"{TEXT}start-value", "")
            if start.isdigit():
                self.counters.set(key, level - 1, int(start))
            numbered = item.tag == f"{TEXT}list-item"
            self.blocks(item, depth + 1, _Place(key, name, level, numbered))

    def _key(self, element: etree._Element, name: str) -> object:
        """What a list counts with: its own, or that of the list which it continues."""
        key: object = self._lists.get("#" + element.get(f"{TEXT}continue-list", ""))
        if key is None and element.get(f"{TEXT}continue-numbering") == "true":
            key = self._lists.get(name)
        if key is None:
            key = object()
        self._lists[name] = key
        own = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if own:
            self._lists["#" + own] = key
        return key

    def shape(self, element: etree._Element, depth: int) -> None:
        """The text of a frame or drawing."""
        if depth > MAX_DEPTH:
            return
        self.flow.pictures += element.tag == f"{DRAW}image"
        if element.tag in (f"{DRAW}object", f"{DRAW}object-ole", f"{DRAW}image"):
            return
        kept = self._before
        for child in element:
            if isinstance(child.tag, str) and child.tag.startswith(DRAW):
                self.shape(child, depth + 1)
            elif child.tag in (_P, _H, _LIST, f"{TABLE}table"):
                self.blocks(_only(child), depth + 1)
        self._before = kept

    def table(self, element: etree._Element, depth: int) -> None:
        """A table; its covered cells are the ends of merged ones."""
        look = self.styles.look("table", element.get(f"{TABLE}style-name", ""))
        if look.break_before:
            self.flow.page_break()
        rows = [[cell for cell in row if cell.tag in _CELLS] for row in rows_of(element, 0)]
        data = is_data(
            [[sum(1 for one in cell if one.tag in (_P, _H) and has_text(one)) for cell in row] for row in rows],
            nested=element.find(f".//{TABLE}table") is not None,
        )
        self.flow.open_table(data=data)
        for row in rows:
            self.flow.open_row()
            for cell in row:
                if cell.tag == f"{TABLE}table-cell":
                    self.flow.open_cell()
                    self.blocks(cell, depth + 1)
                    self.flow.close_cell()
        self.flow.close_table()


def _only(element: etree._Element) -> Any:
    """One element as a sequence of children."""
    return (element,)
