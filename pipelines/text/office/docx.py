"""Word documents since 2007 (DOCX, DOCM, DOTX…) by zip and lxml: python-docx loses tables, numbers, boxes and notes.

Nothing in the file is executed or fetched: macros, links to outside and embedded files are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.text.office import ooxml
from pipelines.text.office.docx_numbers import Numbering, numbering
from pipelines.text.office.docx_parts import (
    MAX_DEPTH,
    SDT,
    THROUGH,
    P,
    R,
    T,
    boxes,
    inside,
    margins,
    new_pages,
    notes,
    says,
    symbol,
    words,
)  # fmt: skip
from pipelines.text.office.docx_styles import Paragraphs, Runs, Styles, paragraphs, runs, styles
from pipelines.text.office.flow import Flow
from pipelines.text.office.layout import is_data
from pipelines.text.office.ooxml import ALTERNATE, WORD
from pipelines.text.office.package import open_package
from pipelines.text.office.style import Style

_VAL = f"{WORD}val"
_TBL, _TR, _TC = f"{WORD}tbl", f"{WORD}tr", f"{WORD}tc"
_PPR, _RPR, _SECT = f"{WORD}pPr", f"{WORD}rPr", f"{WORD}sectPr"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATE = f"{ALTERNATE}AlternateContent"
_SHAPES = {f"{WORD}drawing", f"{WORD}pict", f"{WORD}object", _ALTERNATE}
_SIGNS = {
    f"{WORD}tab": "\t",
    f"{WORD}ptab": "\t",
    f"{WORD}noBreakHyphen": "\u2011",
}
_HEADING_LEVELS = 6


def read_docx(data: bytes, flow: Flow) -> None:
    """Send the text of a Word document through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    package = open_package(data)
    main = ooxml.main(package, "word/document.xml", r"word/document\d*\.xml")
    tree, kinds = main.tree, main.kinds
    parts = {key: one.target for key, one in main.parts.items()}

    def root(kind: str) -> etree._Element | None:
        return ooxml.optional(package, kinds.get(kind, f"word/{kind}.xml"))

    flow.title = ooxml.title(package)
    if tree.cut:
        flow.damage = "the file is damaged: its end is missing"
    reader = _Reader(flow, styles(root("styles")), numbering(root("numbering")))
    reader.footnotes, reader.endnotes = notes(root("footnotes")), notes(root("endnotes"))
    for margin in margins(tree.root, lambda key: ooxml.optional(package, parts[key]) if key in parts else None):
        reader.aside(margin.part, flow.headers if margin.header else flow.footers, running=not margin.letterhead)
    reader.sections = iter(new_pages(tree.root)[1:])
    body = tree.root.find(f"{WORD}body")
    reader.story(body if body is not None else tree.root)
    for note in reader.ends:
        reader.aside(note, flow.notes)
    if package.damaged and not flow.damage:
        flow.damage = "the file is damaged: a part of it is missing"


@dataclass(slots=True)
class _Reader:
    flow: Flow
    styles: Styles
    numbering: Numbering
    footnotes: dict[str, etree._Element] = field(default_factory=dict)
    endnotes: dict[str, etree._Element] = field(default_factory=dict)
    ends: list[etree._Element] = field(default_factory=list)  # endnotes that the text refers to
    fields: list[bool] = field(default_factory=list)  # of the open fields, whether we are in their code
    whole_fields: bool = True  # every field that begins ends
    boxes: list[etree._Element] = field(default_factory=list)  # text boxes met in the open paragraph
    notes: list[etree._Element] = field(default_factory=list)
    running: bool = False
    sections: Iterator[bool] = field(default_factory=lambda: iter(()))  # of those to come, whether they begin a page
    before: tuple[str, float] = ("", 0.0)  # style of the last paragraph, and the space below it

    def story(self, root: etree._Element) -> None:
        """The body, or a header, note or text box."""
        kept = (self.fields, self.whole_fields, self.before)
        kinds = [one.get(f"{WORD}fldCharType") for one in root.iter(f"{WORD}fldChar")]
        self.fields, self.whole_fields, self.before = [], kinds.count("begin") == kinds.count("end"), ("", 0.0)
        self.blocks(root, 0)
        self.fields, self.whole_fields, self.before = kept

    def aside(self, root: etree._Element, sink: list, *, running: bool = False) -> None:  # type: ignore[type-arg]
        """A story whose lines go elsewhere."""
        kept, was = self.flow.divert(sink), self.running
        self.running = running
        self.story(root)
        self.running = was
        self.flow.resume(kept)

    def blocks(self, parent: etree._Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            self.flow.damage = self.flow.damage or "nested too deep: a part was left out"
            return
        for child in parent:
            tag = child.tag
            if tag == P:
                self.paragraph(child)
            elif tag == _TBL:
                self.table(child, depth + 1)
            elif tag == SDT:
                if child.find(f"{WORD}sdtPr/{WORD}showingPlcHdr") is None:
                    self.blocks(child, depth + 1)
            elif tag in THROUGH:
                self.blocks(child, depth + 1)
            elif tag == f"{WORD}altChunk":
                self.flow.damage = self.flow.damage or "a part is another file inside this one: it was left out"

    # ------------------------------------------------------------------ paragraphs

    def paragraph(self, element: etree._Element) -> None:
        properties = element.find(_PPR)
        named = properties.find(f"{WORD}pStyle") if properties is not None else None
        name = named.get(_VAL, "") if named is not None else ""
        usual, style, numbered = self.styles.paragraph(name)
        own = paragraphs(properties)
        said = own.over(style) if properties is not None else style
        if said.new_page:
            self.flow.page_break()
        self.runs(element, usual, 0)
        if properties is not None and properties.find(f"{_RPR}/{WORD}del") is not None:
            return  # its mark was deleted: it goes on in the next one
        shown = self._style(said, own, numbered, name)
        self.flow.end(shown)
        self._asides()
        if properties is not None and properties.find(_SECT) is not None and next(self.sections, True):
            self.flow.page_break()

    def _style(self, said: Paragraphs, own: Paragraphs, numbered: str, name: str) -> Style:
        contextual = bool(said.contextual) and self.before[0] == name
        self.before = (name, said.after or 0.0)
        style = Style(
            heading=min(said.outline or 0, _HEADING_LEVELS),
            before=0.0 if contextual else said.before or 0.0,
            after=0.0 if contextual else said.after or 0.0,
            running=self.running,
        )
        if said.number and said.number != "0":
            place = said.place or 0
            if own.number is None and (of_style := self.numbering.place_of(said.number, numbered)) is not None:
                place = of_style
            if (counted := self.numbering.next(said.number, place)) is not None:
                style.item, style.marker = counted
        return style

    def _asides(self) -> None:
        """Text boxes after the paragraph that holds their anchor, footnotes at the end of the page."""
        held, self.boxes = self.boxes, []
        noted, self.notes = self.notes, []
        for box in held:
            was = self.running
            self.running = was or self.flow.again(words(box))
            self.story(box)
            self.running = was
        for note in noted:
            self.aside(note, self.flow.notes)

    def runs(self, parent: etree._Element, usual: Runs, depth: int) -> None:
        for child in parent:
            tag = child.tag
            if tag == R:
                self.run(child, usual)
            elif tag in THROUGH and depth < MAX_DEPTH:
                self.runs(child, usual, depth + 1)
            elif tag == SDT:
                if child.find(f"{WORD}sdtPr/{WORD}showingPlcHdr") is None and depth < MAX_DEPTH:
                    self.runs(child, usual, depth + 1)
            elif isinstance(tag, str) and tag.startswith(_MATH):
                self.flow.text(words(child, f"{_MATH}t"), False, usual.size or 0.0)

    def run(self, element: etree._Element, usual: Runs) -> None:
        look = usual
        for child in element:
            tag = child.tag
            if tag == T:
                self._text(child.text or "", look)
            elif tag == _RPR:
                look = self._look(child, usual)
            elif tag in _SIGNS:
                self._text(_SIGNS[tag], look)
            elif tag == f"{WORD}br":
                self._break(child.get(f"{WORD}type"))
            elif tag == f"{WORD}lastRenderedPageBreak":
                self.flow.page_break(soft=True)
            elif tag == f"{WORD}fldChar":
                self._field(child.get(f"{WORD}fldCharType"))
            elif tag in _SHAPES:
                self._shape(child, look)
            else:
                self._other(child, look)

    def _text(self, text: str, look: Runs) -> None:
        if not look.hidden and not (self.whole_fields and any(self.fields)):
            self.flow.text(text, bool(look.bold), look.size or 0.0)

    def _shape(self, element: etree._Element, look: Runs) -> None:
        found = boxes(self.flow, element)
        self.boxes += found
        if not found and element.tag == _ALTERNATE:  # a sign that old programs have otherwise
            for form in element:
                if form.find(T) is not None:
                    self.run(form, look)
                    return

    def _other(self, child: etree._Element, look: Runs) -> None:
        tag = child.tag
        if tag == f"{WORD}cr":
            self.flow.line_break()
        elif tag == f"{WORD}sym":
            self._text(symbol(child), look)
        elif tag == f"{WORD}footnoteReference":
            self._note(self.footnotes.get(child.get(f"{WORD}id", "")), self.notes)
        elif tag == f"{WORD}endnoteReference":
            self._note(self.endnotes.get(child.get(f"{WORD}id", "")), self.ends)
        elif tag == f"{WORD}ruby":
            for base in child.iter(f"{WORD}rubyBase"):
                self.runs(base, look, MAX_DEPTH - 1)

    def _look(self, properties: etree._Element, usual: Runs) -> Runs:
        look = runs(properties)
        named = properties.find(f"{WORD}rStyle")
        if named is not None:
            look = look.over(self.styles.character(named.get(_VAL, "")))
        return look.over(usual)

    def _break(self, kind: str | None) -> None:
        if kind == "page":
            self.flow.page_break()
        else:
            self.flow.line_break()

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate" and self.fields:
            self.fields[-1] = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _note(self, note: etree._Element | None, where: list[etree._Element]) -> None:
        if note is not None and note not in where:
            where.append(note)

    # ------------------------------------------------------------------ tables

    def table(self, element: etree._Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            self.blocks(element, depth)
            return
        rows = [list(inside(row, _TC)) for row in inside(element, _TR) if row.find(f"{WORD}trPr/{WORD}del") is None]
        data = is_data(
            [[sum(1 for one in cell.iterchildren(P) if says(one)) for cell in row] for row in rows],
            nested=element.find(f".//{_TC}//{_TBL}") is not None,
        )
        self.flow.open_table(data=data)
        for row in rows:
            self.flow.open_row()
            for cell in row:
                merged = cell.find(f"{WORD}tcPr/{WORD}vMerge")
                if merged is not None and merged.get(_VAL, "continue") == "continue":
                    continue
                self.flow.open_cell()
                self.blocks(cell, depth + 1)
                self.flow.close_cell()
        self.flow.close_table()
