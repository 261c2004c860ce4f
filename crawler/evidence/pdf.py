"""A dossier as a PDF for people who print: the same view as the page, in fonts that it carries inside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from crawler.evidence.pdf_picture import Picture
from crawler.evidence.view import CaseView, Event, PaperView, Rows, Sheet, VersionView, View

_INK, _SOFT, _LINE, _MARK, _WARN = "#1b1b1f", "#5a5a63", "#d9d9e0", "#ffe45c", "#8c1d18"
_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_TALLEST = A4[1] - 2 * _MARGIN - 36 * mm  # an image, with heading and caption above and the foot below
_LABEL = 38 * mm
_LONGEST = 1_500  # characters of a cell, which cannot run over a page
_SAME = {"\u202f": "\u00a0", "\u2011": "-", "\u2192": "\u00bb", "\u2022": "\u00b7"}  # what Vera has instead
_FONTS = {"Dossier": "Vera.ttf", "Dossier-Bold": "VeraBd.ttf"}  # reportlab ships them; they have French letters


def write_pdf(view: View, folder: Path, target: Path, now: datetime) -> None:
    """Write the PDF; images of pages are read from ``folder`` one by one. The same view gives the same bytes."""
    _fonts()
    template = _Template(str(target), view, now)
    template.build(list(_story(view, folder)))


@cache
def _fonts() -> dict[int, Any]:
    """Register the fonts; the characters that they have."""
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily("Dossier", normal="Dossier", bold="Dossier-Bold")
    found: dict[int, Any] = pdfmetrics.getFont("Dossier").face.charToGlyph
    return found


def _plain(text: str) -> str:
    """Text that the fonts can show: what they lack becomes its like, or a question mark."""
    known = _fonts()
    return "".join(ch if ord(ch) in known else _SAME.get(ch, "?") for ch in text.replace("\n", " "))


def _text(text: str) -> str:
    """Text as reportlab's markup, which knows tags and entities."""
    return escape(_plain(text))


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    leading = more.pop("leading", size * 1.4)
    return ParagraphStyle(
        name, fontName=more.pop("font", "Dossier"), fontSize=size, leading=leading, textColor=HexColor(_INK),
        alignment=TA_LEFT, splitLongWords=True, allowWidows=0, allowOrphans=0, **more,
    )  # fmt: skip


_BODY = _style("body", 9)
_SMALL = _style("small", 7.5)
_CODE = _style("code", 7)
_TITLE = _style("title", 10, font="Dossier-Bold", spaceAfter=4)
_SUBJECT = _style("subject", 19, font="Dossier-Bold", leading=24, spaceAfter=14)
_H2 = _style("h2", 14, font="Dossier-Bold", leading=18, spaceAfter=8, keepWithNext=True)
_H3 = _style("h3", 10.5, font="Dossier-Bold", spaceBefore=12, spaceAfter=4, keepWithNext=True)
_H4 = _style("h4", 9, font="Dossier-Bold", spaceBefore=8, spaceAfter=2, keepWithNext=True)
_QUOTE = _style("quote", 9, leftIndent=10, borderPadding=0, spaceBefore=4)
_CONTENTS = _style("contents", 9, leftIndent=10, firstLineIndent=-10, spaceAfter=2)
_ABOUT = _style("about", 8.5, spaceBefore=5)
_CAPTION = _style("caption", 7.5, spaceBefore=10, spaceAfter=3, keepWithNext=True)
_SOURCE = _style("source", 7.5, leftIndent=10, spaceAfter=4)


class _Heading(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A heading with its place in the outline."""

    def __init__(self, text: str, style: ParagraphStyle, level: int, key: str, outline: str) -> None:
        super().__init__(f'<a name="{key}"/>{text}', style)
        self.place = (level, key, outline)


class _Template(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """A4 with a foot on each page, an outline, and metadata that only the dossier itself decides."""

    def __init__(self, target: str, view: View, now: datetime) -> None:
        subject = _plain(view.subject)
        super().__init__(
            target, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
            title=f"{_plain(view.title)} - {subject}", author="Tocsin", lang=view.language, invariant=1,
        )  # fmt: skip
        self.view, self.now = view, now
        frame = Frame(_MARGIN, _MARGIN + 6 * mm, _WIDTH, A4[1] - 2 * _MARGIN - 6 * mm, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._foot)])

    def beforeDocument(self) -> None:
        """The date inside is that of the dossier; reportlab knows the system's clock or the year 2000 alone."""
        stamp = self.canv._doc._timeStamp
        stamp.t, stamp.lt = self.now.timestamp(), self.now.astimezone(UTC).timetuple()
        stamp.YMDhms = tuple(stamp.lt)[:6]

    def _foot(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFont("Dossier", 7)
        canvas.setFillColor(HexColor(_SOFT))
        mark = f" – {self.view.labels['private_mark']}" if self.view.warning else ""
        canvas.drawString(_MARGIN, _MARGIN - 2 * mm, _plain(f"{self.view.title} – {self.view.subject}")[:110] + mark)
        canvas.drawRightString(A4[0] - _MARGIN, _MARGIN - 2 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, _Heading):
            level, key, outline = flowable.place
            self.canv.bookmarkPage(f"outline-{key}")
            self.canv.addOutlineEntry(_plain(outline)[:120], f"outline-{key}", level, closed=level == 0)


# --------------------------------------------------------------------------- the story


def _story(view: View, folder: Path) -> Iterator[Flowable]:
    yield Paragraph(_text(view.title.upper()), _TITLE)
    yield Paragraph(_text(view.subject), _SUBJECT)
    if view.warning:
        yield _boxed([Paragraph(f'<font color="{_WARN}"><b>{_text(view.warning)}</b></font>', _BODY)], _WARN, "#ffffff")
        yield Spacer(1, 8)
    yield _table(view.rows)
    yield Spacer(1, 12)
    about = [Paragraph(f"<b>{_text(view.about_title)}</b>", _BODY)]
    about += [Paragraph(_text(line), _ABOUT) for line in view.about]
    yield _boxed(about, _LINE, "#f4f4f7")
    yield Paragraph(_text(view.labels["toc"]), _H3)
    for case in view.cases:
        link = f'<link href="#{case.anchor}" color="#0b4fa8">{_text(case.title)}</link>'
        yield Paragraph(f'{link} <font color="{_SOFT}" size="7.5">{_text(case.context)}</font>', _CONTENTS)
    yield Paragraph(f'<link href="#documents" color="#0b4fa8">{_text(view.labels["documents"])}</link>', _CONTENTS)
    for case in view.cases:
        yield PageBreak()
        yield from _case(view, case, folder)
    yield PageBreak()
    heading = view.labels["documents"]
    yield _Heading(_text(heading), _H2, 0, "documents", heading)
    yield Paragraph(f'<font color="{_SOFT}">{_text(view.labels["legend"])}</font>', _SMALL)
    for paper in view.papers:
        yield from _paper(view, paper)


def _private(view: View, private: bool) -> str:
    mark = _text(view.labels["private_mark"])
    return f' <font color="{_WARN}" size="8">[{mark}]</font>' if private else ""


def _case(view: View, case: CaseView, folder: Path) -> Iterator[Flowable]:
    labels = view.labels
    yield _Heading(_text(case.title) + _private(view, case.private), _H2, 0, case.anchor, case.title)
    yield _table(case.rows)
    yield Paragraph(_text(labels["passages"]), _H3)
    for quote in case.quotes:
        phrase = _piece(quote.phrase, marked=True)
        source = f'<font color="{_SOFT}">{_text(quote.source)}</font>'
        number = f" · {_ref(view, quote.number)}" if quote.number else ""
        yield KeepTogether(
            [
                Paragraph(f"{_text(quote.before)}{phrase}{_text(quote.after)}", _QUOTE),
                Paragraph(source + number, _SOURCE),
            ]
        )
    if case.facts:
        yield Paragraph(_text(labels["facts"]), _H3)
        yield from (Paragraph(f"· {_text(fact)}", _QUOTE) for fact in case.facts)
    yield Paragraph(_text(labels["timeline"]), _H3)
    yield _events(view, case.events)
    heading = [Paragraph(_text(labels["sheets"]), _H3)]
    for sheet in case.sheets:
        yield from _sheet(view, sheet, folder, heading)
        heading = []
    if case.left:
        yield Paragraph(_text(case.left), _SMALL)


def _ref(view: View, number: int) -> str:
    return f'<link href="#d{number}" color="#0b4fa8">{_text(view.labels["paper"])}\u00a0{number}</link>'


def _events(view: View, events: tuple[Event, ...]) -> Flowable:
    labels = view.labels
    heads = (labels[key] for key in ("when", "what", "paper"))
    rows = [[Paragraph(f'<font color="{_SOFT}">{_text(head)}</font>', _SMALL) for head in heads]]
    for event in events:
        number = _ref(view, event.number) if event.number else ""
        rows.append([Paragraph(text, _SMALL) for text in (_text(event.when), _text(event.what), number)])
    return _grid(rows, (36 * mm, _WIDTH - 36 * mm - 24 * mm, 24 * mm), repeat=1)


def _sheet(view: View, sheet: Sheet, folder: Path, heading: list[Flowable]) -> Iterator[Flowable]:
    marked = f" – {_text(view.labels['sheet_text'])}" if sheet.pieces else ""
    caption = Paragraph(
        f'{_ref(view, sheet.number)} · <font color="{_SOFT}">{_text(sheet.caption)}{marked}</font>',
        _CAPTION,
    )
    if sheet.image:
        scale = min(_WIDTH / sheet.width, _TALLEST / sheet.height)
        image = Picture(folder / sheet.image, sheet.width * scale, sheet.height * scale)
        framed = Table([[image]], style=[("BOX", (0, 0), (-1, -1), 0.6, HexColor(_LINE)), *_padding(0)])
        yield KeepTogether([*heading, caption, framed])
    elif sheet.failure:
        yield KeepTogether([*heading, caption, Paragraph(_text(sheet.failure), _SMALL)])
    else:
        yield from (*heading, caption)
        yield Paragraph("".join(_piece(text, marked) for text, marked in sheet.pieces), _QUOTE)


def _piece(text: str, marked: bool) -> str:
    return f'<font backColor="{_MARK}">{_text(text)}</font>' if marked and text else _text(text)


def _paper(view: View, paper: PaperView) -> Iterator[Flowable]:
    key = f"d{paper.number}"
    yield _Heading(_text(paper.title) + _private(view, paper.private), _H3, 1, key, paper.title)
    if paper.private:
        yield Paragraph(f'<font color="{_WARN}">{_text(view.labels["private_document"])}</font>', _SMALL)
    yield _table(paper.rows, gone=paper.gone, url=paper.url)
    for version in paper.versions:
        yield from _version(view, version)


def _version(view: View, version: VersionView) -> Iterator[Flowable]:
    yield Paragraph(_text(version.title), _H4)
    file = ((view.labels["file"], version.file),) if version.file else ()
    yield _table((*version.rows, *file))
    if version.headers:
        yield Paragraph(f'<font color="{_SOFT}">{_text(view.labels["headers"])}</font>', _SMALL)
        rows = [[Paragraph(_text(name), _CODE), Paragraph(_text(value), _CODE)] for name, value in version.headers]
        yield _grid(rows, (_LABEL + 6 * mm, _WIDTH - _LABEL - 6 * mm))


# --------------------------------------------------------------------------- pieces


def _table(rows: Rows, *, gone: str = "", url: str | None = None) -> Flowable:
    """Labels and values."""
    cells = []
    for label, value in rows:
        said = _text(value if len(value) <= _LONGEST else value[:_LONGEST] + "…")
        if url and value == url:
            said = f'<link href="{escape(value, {chr(34): "&quot;"})}" color="#0b4fa8">{said}</link>'
        elif gone and value == gone:
            said = f'<font color="{_WARN}">{said}</font>'
        cells.append([Paragraph(f'<font color="{_SOFT}">{_text(label)}</font>', _SMALL), Paragraph(said, _SMALL)])
    table = Table(cells, colWidths=(_LABEL, _WIDTH - _LABEL), hAlign="LEFT")
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(1.5)]))
    return table


def _grid(rows: list[list[Flowable]], widths: tuple[float, ...], repeat: int = 0) -> Flowable:
    table = Table(rows, colWidths=widths, hAlign="LEFT", repeatRows=repeat)
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), line, *_padding(2)]))
    return table


def _padding(points: float) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    return [
        ("TOPPADDING", *whole, points), ("BOTTOMPADDING", *whole, points), ("LEFTPADDING", *whole, 0),
        ("RIGHTPADDING", *whole, 4 if points else 0),
    ]  # fmt: skip


def _boxed(content: list[Flowable], line: str, back: str) -> Flowable:
    box = Table([[content]], colWidths=(_WIDTH,))
    style = [("BOX", (0, 0), (-1, -1), 1, HexColor(line)), ("BACKGROUND", (0, 0), (-1, -1), HexColor(back))]
    whole = ((0, 0), (-1, -1))
    style += [(side, *whole, 9) for side in ("TOPPADDING", "BOTTOMPADDING", "LEFTPADDING", "RIGHTPADDING")]
    box.setStyle(TableStyle(style))
    return box
