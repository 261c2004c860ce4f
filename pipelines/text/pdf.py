"""PDF bytes into pages of text and lines; decides page by page what needs optical recognition.

PDFium reads; pages whose drawing order means nothing go through pdfminer.six's layout analysis.
PDFium is not thread-safe: call this from one thread of a process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from pypdfium2 import raw

from crawler.models import Extracted, Line, PageText, VersionState
from pipelines.text import margins, order
from pipelines.text.drafts import Draft, assemble, clean, printed
from pipelines.text.pdf_images import Survey, summary, survey
from pipelines.text.pdf_layout import layout_lines
from pipelines.text.pdf_lines import LineReader, geometry
from pipelines.text.pdf_tables import with_tables

MEDIA_TYPE = "application/pdf"
MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000  # of one document
LEAST_RULES = 4  # paths on a page that may hold a table (a whole grid may be few paths)
_MAX_LAYOUT_PAGES = 60  # pdfminer.six needs 50 to 250 ms each

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uefff\uf100-\uf8ff\ufffe\uffff]")
_LETTERS = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z\xc0-\u024f]+")
_ACCENTED = re.compile(r"[\xa1-\u024f]")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]")
_LEADERS = re.compile(r"[.…_\-–—•▪●|\s]+")


@dataclass(slots=True)
class _Page:
    number: int
    height: float = 0.0
    lines: list[Draft] = field(default_factory=list)
    shown: Survey = field(default_factory=Survey)
    garbled: bool = False
    broken: bool = False


def extract_pdf(data: bytes) -> Extracted:
    """Text of a PDF; never raises for a bad one: the state and the reason tell."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return _refused(error)
    try:
        count = len(document)
        if count == 0:
            return Extracted(MEDIA_TYPE, "failed", reason="the PDF has no page")
        pages, cut = _pages(document, min(count, MAX_PAGES))
        title = clean(document.get_metadata_value("Title") or "").strip()
    finally:
        document.close()
    analysed = _reorder(data, pages)
    for page in pages:
        margins.mark_stamps(page.lines)
    margins.mark_running([(page.number, page.height, page.lines) for page in pages])
    return _result(pages, count, title, cut or count > MAX_PAGES, "pdfminer" if analysed else "pdfium")


def _refused(error: pypdfium2.PdfiumError) -> Extracted:
    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD:
        return Extracted(MEDIA_TYPE, "locked", reason="the PDF asks for a password")
    if code == raw.FPDF_ERR_SECURITY:
        return Extracted(MEDIA_TYPE, "locked", reason="the PDF has an encryption that we cannot open")
    return Extracted(MEDIA_TYPE, "failed", reason="the PDF is broken: no page could be opened")


def _pages(document: Any, count: int) -> tuple[list[_Page], bool]:
    """The pages up to ``count``, and whether the text was cut at its limit."""
    reader = LineReader()
    pages: list[_Page] = []
    characters = 0
    for index in range(count):
        page = _page(document, index, reader)
        pages.append(page)
        characters += sum(len(line.text) for line in page.lines)
        if characters > MAX_CHARACTERS:
            return pages, True
    return pages, False


def _page(document: Any, index: int, reader: LineReader) -> _Page:
    result = _Page(index + 1)
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        result.broken = True
        return result
    textpage = None
    try:
        where = geometry(page)
        result.height = where.shown_height
        textpage = page.get_textpage()
        text = textpage.get_text_range(errors="surrogatepass")
        result.garbled = _garbled(text)
        result.lines = [] if result.garbled else reader.lines(textpage, text, where)
        result.shown = survey(page)
        if result.lines and result.shown.paths >= LEAST_RULES:
            result.lines = with_tables(result.lines, page, textpage, where, reader.tables)
    except pypdfium2.PdfiumError:
        result.broken = True
    finally:
        if textpage is not None:
            textpage.close()
        page.close()
    return result


def _garbled(text: str) -> bool:
    """Whether the fonts give no true characters, so that a page that prints well reads as noise.

    Told by control and private codes, by too few letters, by more accents than any language has ("ÇáêÉÅíáçå") or by
    the share of vowels: 0.37 to 0.51 on every page of the corpus that can be read.
    """
    bare = _LEADERS.sub("", text[:2500])
    if not bare:
        return False
    if len(_UNREADABLE.findall(bare)) > 0.15 * len(bare):
        return True
    letters = "".join(_LATIN.findall(bare)).lower()
    if len(letters) >= 50 and len(_ACCENTED.findall(letters)) > 0.25 * len(letters):
        return True
    if len(letters) >= 150 and not 0.25 < len(_VOWELS.findall(letters)) / len(letters) < 0.65:
        return True
    return len(bare) > 200 and len(_LETTERS.findall(bare)) < 0.4 * len(bare)


def _reorder(data: bytes, pages: list[_Page]) -> bool:
    """Put the lines of every page in reading order; whether a layout analysis had a part in it."""
    chaotic = {page.number for page in pages if order.scrambled(page.lines)}
    columns = [page.number for page in pages if page.number in chaotic and _needs_layout(page)][:_MAX_LAYOUT_PAGES]
    analysed = layout_lines(data, columns) if columns else {}
    used = False
    for page in pages:
        better = analysed.get(page.number, [])
        if better and printed(line.text for line in better) >= 0.8 * printed(line.text for line in page.lines):
            page.lines, used = better, True
        else:
            page.lines = order.by_rows(page.lines) if page.number in chaotic else order.by_blocks(page.lines)
    return used


def _needs_layout(page: _Page) -> bool:
    """Columns, or letters drawn one by one; rows are put in order without an analysis."""
    return order.in_columns(page.lines) or printed(line.text for line in page.lines) < 3 * len(page.lines)


def _needs_ocr(page: _Page) -> bool:
    """By the characters outside stamps and page furniture against what else the page shows.

    Scans that were e-filed carry a stamp of about 122 characters as their only text.
    """
    if page.garbled:
        return True
    characters = margins.content_characters(page.lines)
    if characters < 30:
        return page.shown.image_share > 0.3 or page.shown.paths >= 40
    return characters < 100 and page.shown.image_share > 0.6


def _result(pages: list[_Page], count: int, title: str, cut: bool, method: str) -> Extracted:
    texts: list[PageText] = []
    lines: list[Line] = []
    for page in pages:
        text, page_lines = assemble(page.lines, page.number, "text" if page.lines else "none")
        texts.append(text)
        lines += page_lines
    state, reason = _verdict(pages, count, cut)
    return Extracted(
        media_type=MEDIA_TYPE,
        state=state,
        pages=tuple(texts),
        lines=tuple(lines),
        page_count=count,
        image_hashes=summary([page.shown.hashes for page in pages]),
        reason=reason,
        method=method,
        title=title,
    )


def _verdict(pages: list[_Page], count: int, cut: bool) -> tuple[VersionState, str | None]:
    """The state of the whole document and why; "read" needs no reason."""
    waiting = [page for page in pages if _needs_ocr(page)]
    broken = [page for page in pages if page.broken]
    idle = {page.number for page in (*waiting, *broken)}
    spoken = [page for page in pages if page.number not in idle and margins.content_characters(page.lines)]
    reasons: list[str] = []
    if waiting:
        garbled = sum(page.garbled for page in waiting)
        why = "fonts without characters" if garbled == len(waiting) else "an image or drawing instead of text"
        reasons.append(f"needs OCR: {why} on {_some(len(waiting), count)}")
    if broken:
        reasons.append(f"broken: {_some(len(broken), count)} could not be opened")
    if cut:
        reasons.append(f"too long: only the first {len(pages)} of {count} pages were read")
    if spoken:
        return ("partial" if reasons else "read"), "; ".join(reasons) or None
    if waiting:
        return "needs-ocr", "; ".join(reasons)
    return "failed", "; ".join(reasons) or "no text and no image on any page"


def _some(pages: int, count: int) -> str:
    if pages == count:
        return "its only page" if count == 1 else f"all {count} pages"
    return f"{pages} of {count} pages"
