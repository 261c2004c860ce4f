"""The ruled lines of a PDF page: drawn as strokes, as thin rectangles or as the frames of cells."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.text.pdf_calls import address, object_kind, page_object

_MOST_OBJECTS = 3_000  # a page with more is a map or a drawing, no table
_MOST_SEGMENTS = 400  # of one path
_THICK = 2.5  # points of the thickest rule
_SHORT = 6.0  # points below which a stroke is no rule


@dataclass(frozen=True, slots=True)
class Box:
    """A rule in the page's own coordinates (points, upwards)."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def tall(self) -> bool:
        return self.right - self.left <= _THICK and self.top - self.bottom > _SHORT

    @property
    def flat(self) -> bool:
        return self.top - self.bottom <= _THICK and self.right - self.left > _SHORT


def rules(page: Any) -> Iterator[Box]:
    """The upright and level rules of a pypdfium2 page; a frame gives its four edges."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    if count > _MOST_OBJECTS:
        return
    raw = address(page.raw)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(count):
        if object_kind(page_object(raw, index)) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        item = pdfium.FPDFPage_GetObject(page.raw, index)
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        box = Box(left.value, bottom.value, right.value, top.value)
        if box.tall or box.flat:
            yield box
        elif box.right - box.left > _SHORT or box.top - box.bottom > _SHORT:
            yield from _edges(item)


def _edges(item: Any) -> Iterator[Box]:
    """The straight segments of a path, moved to where the page shows them."""
    count = pdfium.FPDFPath_CountSegments(item)
    if not 2 <= count <= _MOST_SEGMENTS:
        return
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            return
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            yield from _rule(last, point)
        if start is not None and pdfium.FPDFPathSegment_GetClose(segment):
            yield from _rule(point, start)
        last = point


def _rule(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Box]:
    box = Box(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
    if box.tall or box.flat:
        yield box
