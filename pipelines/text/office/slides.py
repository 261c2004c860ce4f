"""Presentations (PPTX, ODP): the text of the slides in their order, a slide a page; speaker's notes are not read."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from pipelines.text.office import ooxml
from pipelines.text.office.flow import Flow
from pipelines.text.office.layout import is_data
from pipelines.text.office.numerals import Format, numeral
from pipelines.text.office.odf import DRAW, PRESENTATION, open_odf
from pipelines.text.office.odf_parts import has_text
from pipelines.text.office.odt import Reader, sheet_of
from pipelines.text.office.ooxml import ALTERNATE, DRAWING, RELATION, SLIDES, integer
from pipelines.text.office.package import open_package
from pipelines.text.office.style import Style

MAX_SLIDES = 2_000
MAX_DEPTH = 60
_P, _TBL = f"{DRAWING}p", f"{DRAWING}tbl"
_NUMBERS: dict[str, Format] = {
    "arabic": "decimal", "romanUc": "upper-roman", "romanLc": "lower-roman", "alphaUc": "upper-letter",
    "alphaLc": "lower-letter",
}  # fmt: skip
_SIGNS = {"Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", "")}
_RUNNING = {"sldNum", "dt", "ftr", "hdr"}


def read_pptx(data: bytes, flow: Flow) -> None:
    """Send the slides of a presentation through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    package = open_package(data)
    main = ooxml.main(package, "ppt/presentation.xml", r"ppt/presentation\d*\.xml")
    flow.title = ooxml.title(package)
    parts = main.parts
    wanted = [one.get(f"{RELATION}id", "") for one in main.tree.root.iter(f"{SLIDES}sldId")]
    targets = [parts[key].target for key in wanted if key in parts]
    for place, target in enumerate(targets[:MAX_SLIDES]):
        if place:
            flow.page_break(force=True)
        slide = ooxml.optional(package, target)
        if slide is None:
            flow.damage = "a slide is broken: it was left out"
        else:
            _Slide(flow).shapes(slide, 0)


@dataclass(slots=True)
class _Slide:
    flow: Flow
    counts: dict[int, int] = field(default_factory=dict)  # of the numbered paragraphs of one shape, by level

    def shapes(self, parent: etree._Element, depth: int) -> None:
        """Text bodies, tables and pictures under ``parent`` in the order of the file."""
        if depth > MAX_DEPTH:
            return
        for child in parent:
            tag = child.tag
            if tag == f"{SLIDES}sp":
                self.shape(child)
            elif tag == _TBL:
                self.table(child)
            elif tag == f"{ALTERNATE}Fallback":
                continue
            elif isinstance(tag, str):
                self.flow.pictures += tag == f"{DRAWING}blip"
                self.shapes(child, depth + 1)

    def shape(self, element: etree._Element) -> None:
        """The paragraphs of one shape."""
        about = element.find(f"{SLIDES}nvSpPr/{SLIDES}cNvPr")
        if about is not None and about.get("hidden") in ("1", "true"):
            return
        place = element.find(f"{SLIDES}nvSpPr/{SLIDES}nvPr/{SLIDES}ph")
        kind = place.get("type", "") if place is not None else ""
        self.counts = {}
        for paragraph in element.iter(_P):
            self.paragraph(paragraph, heading=int(kind in ("title", "ctrTitle")), running=kind in _RUNNING)

    def paragraph(self, element: etree._Element, *, heading: int = 0, running: bool = False) -> None:
        """One paragraph with its number."""
        for child in element:
            if child.tag == f"{DRAWING}br":
                self.flow.line_break()
            elif child.tag in (f"{DRAWING}r", f"{DRAWING}fld"):
                look = child.find(f"{DRAWING}rPr")
                text = child.find(f"{DRAWING}t")
                bold = look is not None and look.get("b") in ("1", "true")
                size = (integer(look.get("sz")) or 0) / 100 if look is not None else 0.0
                self.flow.text((text.text if text is not None else "") or "", bold, size)
        style = Style(heading=heading, running=running)
        properties = element.find(f"{DRAWING}pPr")
        if not running and not heading and self.flow.pending():
            self._number(properties, style)
        self.flow.end(style)

    def _number(self, properties: etree._Element | None, style: Style) -> None:
        level = (integer(properties.get("lvl")) or 0) if properties is not None else 0
        auto = properties.find(f"{DRAWING}buAutoNum") if properties is not None else None
        for deeper in [one for one in self.counts if one > level or (one == level and auto is None)]:
            del self.counts[deeper]
        if auto is not None:
            start = integer(auto.get("startAt")) or 1
            self.counts[level] = self.counts.get(level, start - 1) + 1
            style.item, style.marker = level + 1, _marker(auto.get("type", ""), self.counts[level])
        elif properties is not None and properties.find(f"{DRAWING}buChar") is not None:
            style.item = level + 1

    def table(self, element: etree._Element) -> None:
        """A table, merged cells once."""
        rows = [list(row.iterchildren(f"{DRAWING}tc")) for row in element.iterchildren(f"{DRAWING}tr")]
        counts = [[sum(has_text(one) for one in cell.iter(_P)) for cell in row] for row in rows]
        self.flow.open_table(data=is_data(counts, nested=False))
        for row in rows:
            self.flow.open_row()
            for cell in row:
                if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                    continue
                self.flow.open_cell()
                self.counts = {}
                for paragraph in cell.iter(_P):
                    self.paragraph(paragraph)
                self.flow.close_cell()
        self.flow.close_table()


def _marker(kind: str, number: int) -> str:
    for begin, style in _NUMBERS.items():
        if kind.startswith(begin):
            before, after = _SIGNS.get(kind.removeprefix(begin), ("", "."))
            return f"{before}{numeral(number, style)}{after}"
    return str(number)


def read_odp(data: bytes, flow: Flow) -> None:
    """Send the slides of an OpenDocument presentation through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    document = open_odf(data)
    flow.title, flow.damage = document.title, document.damage
    styles = sheet_of(document)
    for place, page in enumerate(document.body("presentation").iterchildren(f"{DRAW}page")):
        if place >= MAX_SLIDES:
            break
        if place:
            flow.page_break(force=True)
        for shape in page:
            if isinstance(shape.tag, str) and shape.tag.startswith(DRAW):
                reader = Reader(flow, styles)
                reader.forced = int(shape.get(f"{PRESENTATION}class") == "title")
                reader.shape(shape, 0)
