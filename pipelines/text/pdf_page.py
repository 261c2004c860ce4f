"""One page of a PDF by PDFium: its lines, what else it shows, and whether what it shows is in its lines."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from pipelines.text import margins
from pipelines.text.drafts import Draft
from pipelines.text.limits import MAX_LOOKS
from pipelines.text.mending import mend
from pipelines.text.pdf_columns import with_columns
from pipelines.text.pdf_forms import drawn
from pipelines.text.pdf_images import Survey, survey
from pipelines.text.pdf_lines import LineReader, geometry
from pipelines.text.pdf_tables import with_tables
from pipelines.text.sheets import Sheet

LEAST_RULES = 4  # paths on a page that may hold a table (a whole grid may be few paths)
_SAMPLE = 2_500  # characters of a page that tell whether its fonts do
_LONGEST = 200  # of them from one line: a line that runs far off the page is not the page

_logger = logging.getLogger(__name__)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uefff\uf100-\uf8ff\ufffe\uffff]")
_LETTERS = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z\xc0-\u024f]+")
_ACCENTED = re.compile(r"[\xa1-\u024f]")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]")
_HIGH = bytes(range(0xA1, 0x100))
_NO_LETTERS = bytes(code for code in range(0x100) if not chr(code).isalpha())
_ODD_BYTES = bytes([*range(0x20), ord("?"), *range(0x7F, 0xA0)])  # what latin-1 lacks is a question mark
_LEADERS = re.compile(r"[.…_\-–—•▪●|\s]+")


@dataclass(slots=True)
class Page(Sheet):
    """A page of a PDF."""

    shown: Survey = field(default_factory=Survey)
    garbled: bool = False  # its fonts give no true characters
    broken: bool = False
    unread: bool = False  # an image on it seems to hold more text than its lines


@dataclass(slots=True)
class PageReader:
    """Reads the pages of one document; keeps what it learnt of its fonts and tables."""

    document: Any  # of pypdfium2
    lines: LineReader = field(default_factory=LineReader)
    looks: int = 0

    def page(self, index: int) -> Page:
        """The page at ``index`` (from 0); what is wrong with it is noted, never raised."""
        result = Page(index + 1)
        try:
            page = self.document[index]
        except pypdfium2.PdfiumError:
            result.broken = True
            return result
        try:
            self._read(result, page)
        except MemoryError:
            raise
        except Exception as error:  # odd numbers and names of a broken page surface anywhere; it costs that page
            _logger.warning("page %d could not be read: %s: %s", index + 1, type(error).__name__, error)
            result.broken = True
        return result

    def _read(self, result: Page, page: Any) -> None:
        textpage = None
        try:
            where = geometry(page)
            result.width = where.height if where.rotation % 2 else where.width
            result.height = where.shown_height
            page, values = drawn(self.document, result.number - 1, page, where)
            textpage = page.get_textpage()
            text = textpage.get_text_range(errors="surrogatepass")
            result.garbled = garbled(text)
            result.lines = [] if result.garbled else mend(self.lines.lines(textpage, text, where))
            result.shown = survey(page)
            if result.lines and result.shown.paths >= LEAST_RULES:
                result.lines = with_tables(result.lines, page, textpage, where, self.lines.tables)
            result.lines = with_columns(result.lines, textpage, where) + values
            result.unread = self._unread(result, page)
        finally:
            if textpage is not None:
                textpage.close()
            page.close()

    def _unread(self, result: Page, page: Any) -> bool:
        """Whether to look, and what a look says: only at pages of few words with large images."""
        if result.shown.image_share < 0.25 or result.garbled or self.looks >= MAX_LOOKS:
            return False
        margins.mark_stamps(result.lines)
        if needs_ocr(result) or not 30 <= margins.content_characters(result.lines) < 500:
            return False
        self.looks += 1
        return text_in_image(page, result.lines)


def garbled(text: str) -> bool:
    """Whether the fonts give no true characters, so that a page that prints well reads as noise.

    Told by control and private codes, by too few letters, by more accents than any language has ("ÇáêÉÅíáçå") or by
    the share of vowels: 0.37 to 0.51 on every page of the corpus that can be read.
    """
    sample = "\n".join(line[:_LONGEST] for line in text[: 8 * _SAMPLE].split("\n"))
    if _plainly_latin(sample[:_SAMPLE]):
        return False
    bare = _LEADERS.sub("", sample[:_SAMPLE])
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


def _plainly_latin(text: str) -> bool:
    """Whether a text is far from any sign of garbling: told at a fiftieth of the cost, and true of most pages."""
    raw = text.encode("latin-1", "replace")
    odd = len(raw) - len(raw.translate(None, _ODD_BYTES))
    letters = raw.translate(None, _NO_LETTERS)
    accented = len(letters) - len(letters.translate(None, _HIGH))
    vowels = len(letters) - len(letters.translate(None, b"aeiouyAEIOUY"))
    return (
        odd <= 0.1 * len(letters)
        and len(letters) >= max(1, 0.5 * len(raw))
        and accented <= 0.15 * len(letters)
        and 0.3 <= vowels / len(letters) <= 0.5
    )


def text_in_image(page: Any, lines: list[Draft]) -> bool:
    """Whether a page drawn small shows print where it has no line: much contrast on a light ground.

    Of the corpus's pages with text beside large images, newspaper cuttings and scanned pages below a typed header
    have 0.046 to 0.063 of their area in upright edges, photographs, plans and charts up to 0.038; pages scanned whole
    0.037 to 0.117.
    """
    scale = min(1.0, 1_200 / max(*page.get_size(), 1.0))
    picture = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil().convert("L")
    bare = Image.new("L", picture.size, 255)
    brush = ImageDraw.Draw(bare)
    for line in lines:
        if line.right >= line.x:
            box = (line.x - 3, line.top - 3, line.right + 3, line.top + 1.25 * line.size + 3)
            brush.rectangle([scale * side for side in box], fill=0)
    tones = picture.histogram(bare)
    area = sum(tones)
    if area < 0.2 * picture.width * picture.height or sum(tones[225:]) < 0.6 * area:
        return False
    edges = ImageChops.difference(picture, ImageChops.offset(picture, 1, 0)).histogram(bare)
    return bool(sum(edges[50:]) >= 0.04 * picture.width * picture.height)


def needs_ocr(page: Page) -> bool:
    """By the characters outside stamps and page furniture against what else the page shows.

    Scans that were e-filed carry a stamp of about 122 characters as their only text.
    """
    if page.garbled or page.unread:
        return True
    visible = [line for line in page.lines if line.x < page.width and line.right > 0 and line.top < page.height]
    characters = margins.content_characters(visible)
    if characters < 30:
        return page.shown.image_share > 0.3 or page.shown.paths >= 40
    return characters < 100 and page.shown.image_share > 0.6
