"""What else than text a PDF page shows: how much of it is image, how much drawing, and which images."""

from __future__ import annotations

import ctypes
import hashlib
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.text.pdf_calls import address, object_kind, page_object

_MAX_OBJECTS = 20_000  # per page; maps have hundreds of thousands of paths
_MAX_DEPTH = 5
_MAX_HASHES = 2_000  # per document


@dataclass(slots=True)
class Survey:
    """Images and drawings of one page."""

    image_share: float = 0.0  # of the page's area, 0..1; images inside form objects count as the whole page
    paths: int = 0
    hashes: list[str] = field(default_factory=list)  # of the raw image data, in drawing order
    objects: int = 0


def survey(page: Any) -> Survey:
    """Look at the objects of a pypdfium2 page."""
    count = min(pdfium.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS)
    found = Survey(objects=count)
    left, bottom, right, top = page.get_bbox()
    box = (left, bottom, right, top)
    raw = address(page.raw)
    for index in range(count):  # two hundred on the usual page, nearly all of them text
        kind = object_kind(page_object(raw, index))
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths += 1
        elif kind != pdfium.FPDF_PAGEOBJ_TEXT:
            _look(pdfium.FPDFPage_GetObject(page.raw, index), box, found, 0)
    return found


def _look(item: Any, box: tuple[float, float, float, float], found: Survey, depth: int) -> None:
    match pdfium.FPDFPageObj_GetType(item):
        case pdfium.FPDF_PAGEOBJ_PATH | pdfium.FPDF_PAGEOBJ_SHADING:
            found.paths += 1
        case pdfium.FPDF_PAGEOBJ_IMAGE:
            digest = _digest(item)
            if digest:
                found.hashes.append(digest)
            # The place of an object inside a form is relative to the form; a form with an image is taken for a scan.
            found.image_share = min(found.image_share + (1.0 if depth else _share(item, box)), 1.0)
        case pdfium.FPDF_PAGEOBJ_FORM if depth < _MAX_DEPTH:
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                if found.objects >= _MAX_OBJECTS:
                    return
                found.objects += 1
                _look(pdfium.FPDFFormObj_GetObject(item, index), box, found, depth + 1)


def _share(image: Any, box: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(image, left, bottom, right, top):
        return 0.0
    width = min(right.value, box[2]) - max(left.value, box[0])
    height = min(top.value, box[3]) - max(bottom.value, box[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(width, 0.0) * max(height, 0.0) / area if area > 0 else 0.0


def _digest(image: Any) -> str | None:
    length = pdfium.FPDFImageObj_GetImageDataRaw(image, None, 0)
    if not length:
        return None
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFImageObj_GetImageDataRaw(image, buffer, length)
    return hashlib.sha256(memoryview(buffer)).hexdigest()[:32]


def summary(pages: list[list[str]]) -> tuple[str, ...]:
    """Distinct image hashes of a document in page order; beyond 2,000 the rest is one hash."""
    distinct = list(dict.fromkeys(digest for page in pages for digest in page))
    if len(distinct) <= _MAX_HASHES:
        return tuple(distinct)
    rest = hashlib.sha256("".join(distinct[_MAX_HASHES:]).encode()).hexdigest()[:32]
    return (*distinct[:_MAX_HASHES], rest)
