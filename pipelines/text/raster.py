"""Pages as grey images for optical recognition, at the resolution at which they were scanned.

PDFium is not thread-safe: call this from one thread of a process.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from crawler.errors import Unreadable
from pipelines.text.images import frame_raster
from pipelines.text.limits import MAX_DEPTH, MAX_OBJECTS, MAX_RASTER_PIXELS
from pipelines.text.ocr.prepare import BEST_DPI, LEAST_DPI, MOST_DPI
from pipelines.text.ocr.types import Raster
from pipelines.text.office.door import OFFICE
from pipelines.text.pdf_forms import drawn
from pipelines.text.pdf_lines import geometry
from pipelines.text.pdf_open import open_pdf
from pipelines.text.scanned import scanned_raster

_A4 = 842.0  # points, its longer side
_LARGE = 1_250.0  # points, longer than the longer side of A3
_COARSE = 110.0  # dpi at which nobody scans


def raster(source: bytes | Path, media_type: str, number: int) -> Raster:
    """Page ``number`` (from 1) of a PDF, frame of an image or picture of a page in a word processor's file, as shown.

    A path is not read as a whole, but for the last. Raises ``Unreadable`` (no such page, or broken), ``Locked`` or
    ``TooLarge``.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        return frame_raster(source, kind, number)
    if kind in OFFICE:
        return scanned_raster(source if isinstance(source, bytes) else source.read_bytes(), kind, number)
    opened = open_pdf(source)
    try:
        return page_raster(opened.document, number)
    finally:
        opened.document.close()


def page_view(document: Any, number: int) -> View:
    """How a page of an open pypdfium2 document is drawn; raises ``Unreadable``."""
    page = opened_page(document, number)
    try:
        return view_of(page)
    finally:
        page.close()


def page_raster(document: Any, number: int) -> Raster:
    """A page of an open pypdfium2 document; raises ``Unreadable``."""
    page = opened_page(document, number)
    try:
        view = view_of(page)
        bitmap = page.render(scale=view.scale, grayscale=True)
        try:
            return Raster(_packed(bitmap), bitmap.width, bitmap.height, view.dpi)
        finally:
            bitmap.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"page {number} cannot be drawn: {error}") from None
    finally:
        page.close()


def opened_page(document: Any, number: int) -> Any:
    """The page with its forms and stamps drawn into it, as a printer would."""
    if not 1 <= number <= len(document):
        raise Unreadable(f"the PDF has no page {number}")
    try:
        page = document[number - 1]
        return drawn(document, number - 1, page, geometry(page))[0]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"page {number} cannot be opened: {error}") from None


def _packed(bitmap: Any) -> bytes:
    """The pixels of a grey bitmap without the padding at the end of its rows."""
    data = bytes(bitmap.buffer)
    if bitmap.stride == bitmap.width:
        return data[: bitmap.width * bitmap.height]
    return b"".join(data[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height))


@dataclass(frozen=True, slots=True)
class View:
    """How a page is drawn: pixels for a point of it, and the resolution that recognition is told."""

    scale: float
    dpi: int

    @property
    def points(self) -> float:
        """Points of the page for one point of the raster; 1 unless the page's size says nothing of its print."""
        return self.dpi / (72 * self.scale)


def view_of(page: Any) -> View:
    """The view of a pypdfium2 page at the resolution of its main image, within the engine's range.

    A coarse image is drawn larger: what else the page shows, letters drawn as curves for one, is not coarse.
    Phones and some scanners write pages of one point a pixel, as large as a table: these are taken for A4.
    """
    width, height = (max(side, 1.0) for side in page.get_size())
    longer = max(width, height)
    native = _native_dpi(page)
    unit = longer / _A4 if longer > _LARGE and native is not None and native <= _COARSE else 1.0
    dpi = native * unit if native else MOST_DPI
    dpi = BEST_DPI if dpi < LEAST_DPI else min(dpi, MOST_DPI)
    most = math.sqrt(MAX_RASTER_PIXELS / (width * height))
    scale = min(dpi / 72 / unit, most)
    return View(scale, max(round(72 * scale * unit), 1))


def _native_dpi(page: Any) -> float | None:
    """Resolution of the largest image on the page; None where there is none to speak of."""
    width, height = page.get_size()
    best, dpi, looked = 0.02 * width * height, None, 0
    stack = [(raw.FPDFPage_GetObject(page.raw, index), 1.0, 0) for index in range(_count(page.raw))]
    while stack and looked < MAX_OBJECTS:
        item, zoom, depth = stack.pop()
        looked += 1
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            area, own = _image(item, page, zoom)
            if area > best:
                best, dpi = area, own
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            inner = min(raw.FPDFFormObj_CountObjects(item), MAX_OBJECTS)
            stack += [(raw.FPDFFormObj_GetObject(item, index), zoom * _zoom(item), depth + 1) for index in range(inner)]
    return dpi


def _count(page: Any) -> int:
    return min(int(raw.FPDFPage_CountObjects(page)), MAX_OBJECTS)


def _zoom(item: Any) -> float:
    """How much larger a form draws what is in it."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, matrix):
        return 1.0
    return math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0


def _image(item: Any, page: Any, zoom: float) -> tuple[float, float]:
    """(area in square points, dots per inch) of an image as drawn."""
    matrix = raw.FS_MATRIX()
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFPageObj_GetMatrix(item, matrix) or not raw.FPDFImageObj_GetImagePixelSize(item, width, height):
        return 0.0, 0.0
    area = abs(matrix.a * matrix.d - matrix.b * matrix.c) * zoom * zoom
    if area <= 0 or not width.value or not height.value:
        return 0.0, 0.0
    return area, 72 * math.sqrt(width.value * height.value / area)
