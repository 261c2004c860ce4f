"""PDF bytes into pages of text and lines; decides page by page what needs optical recognition.

PDFium reads; pages whose drawing order means nothing go through pdfminer.six's layout analysis.
PDFium is not thread-safe: call this from one thread of a process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from pypdfium2 import raw

from crawler.errors import Locked, TooLarge, Unreadable
from crawler.models import Extracted
from pipelines.text import order
from pipelines.text.drafts import clean, printed
from pipelines.text.limits import MAX_CHARACTERS, MAX_LAYOUT_PAGES, MAX_PAGES, MAX_PARTS
from pipelines.text.ocr.types import Ocr, Raster
from pipelines.text.pdf_images import summary
from pipelines.text.pdf_layout import layout_lines
from pipelines.text.pdf_open import Opened, open_pdf
from pipelines.text.pdf_page import Page, PageReader
from pipelines.text.pdf_verdict import verdict, wanting
from pipelines.text.raster import page_raster, page_view
from pipelines.text.recognised import Wanted, recognise
from pipelines.text.sheets import assembled, mark

MEDIA_TYPE = "application/pdf"
Spent = Callable[[], bool]  # whether the time for a document is up


def never() -> bool:
    """There is time."""
    return False


def extract_pdf(data: bytes, ocr: Ocr | None = None, spent: Spent = never) -> Extracted:
    """Text of a PDF; never raises for a bad one: the state and the reason tell. ``MemoryError`` passes.

    ``ocr`` recognises the pages that need it; without it they are named in ``waiting``. ``spent`` is asked between
    pages: once it says yes, what was read so far is the result.
    """
    try:
        done = _read(open_pdf(data), ocr, spent)
        if done.state == "failed" and not any(page.text for page in done.pages):
            with suppress(Unreadable, TooLarge):
                again = _read(open_pdf(data, repair=True), ocr, spent)
                done = again if again.state != "failed" else done
    except Locked as error:
        return Extracted(MEDIA_TYPE, "locked", reason=str(error))
    except TooLarge as error:
        return Extracted(MEDIA_TYPE, "too-large", reason=str(error))
    except Unreadable as error:
        return Extracted(MEDIA_TYPE, "failed", reason=str(error))
    return done


def _read(opened: Opened, ocr: Ocr | None, spent: Spent) -> Extracted:
    """Read an open document, and close it."""
    document = opened.document
    try:
        count = len(document)
        pages, cut = _pages(document, count, spent)
        analysed = _reorder(opened.source, pages, spent)
        mark(pages)
        wanted = [Wanted(page, *_drawing(document, page.number)) for page in wanting(pages)]
        outcome = recognise(wanted, ocr, spent)
        if outcome.recognised:
            mark(pages)
        title = _title(document)
        parts = min(max(raw.FPDFDoc_GetAttachmentCount(document.raw), 0), MAX_PARTS)
    finally:
        document.close()
    texts, lines = assembled(pages)
    state, reason = verdict(pages, count, cut, outcome, repaired=opened.repaired)
    return Extracted(
        media_type=MEDIA_TYPE,
        state=state,
        pages=texts,
        lines=lines,
        page_count=count,
        image_hashes=summary([page.shown.hashes for page in pages]),
        reason=reason,
        method=("pdfminer" if analysed else "pdfium") + ("+ocr" if outcome.recognised else ""),
        title=title,
        waiting=outcome.waiting,
        parts=parts,
    )


def _title(document: Any) -> str:
    try:
        return clean(document.get_metadata_value("Title") or "").strip()
    except UnicodeDecodeError:
        return ""


def _pages(document: Any, count: int, spent: Spent) -> tuple[list[Page], str | None]:
    """The pages that the limits allow, and why they are not all."""
    reader = PageReader(document)
    pages: list[Page] = []
    characters = 0
    for index in range(count):
        if index >= MAX_PAGES or characters > MAX_CHARACTERS:
            return pages, "too long"
        if index and spent():
            return pages, "out of time"
        pages.append(reader.page(index))
        characters += sum(len(line.text) for line in pages[-1].lines)
    return pages, None


def _drawing(document: Any, number: int) -> tuple[Callable[[], Raster], Callable[[], float]]:
    """How a page is drawn for recognition, and how many of its points a point of the drawing is."""
    return partial(page_raster, document, number), lambda: page_view(document, number).points


def _reorder(data: bytes | Path, pages: Sequence[Page], spent: Spent) -> bool:
    """Put the lines of every page in reading order; whether a layout analysis had a part in it."""
    chaotic = {page.number for page in pages if order.scrambled(page.lines)}
    columns = [page.number for page in pages if page.number in chaotic and _needs_layout(page)][:MAX_LAYOUT_PAGES]
    analysed = layout_lines(data, columns) if columns and isinstance(data, bytes) and not spent() else {}
    used = False
    for page in pages:
        better = analysed.get(page.number, [])
        if better and printed(line.text for line in better) >= 0.8 * printed(line.text for line in page.lines):
            page.lines, used = better, True
        else:
            page.lines = order.by_rows(page.lines) if page.number in chaotic else order.by_blocks(page.lines)
    return used


def _needs_layout(page: Page) -> bool:
    """Columns, or letters drawn one by one; rows are put in order without an analysis."""
    return order.in_columns(page.lines) or printed(line.text for line in page.lines) < 3 * len(page.lines)
