"""What forms and annotations print on a PDF page: values of fields, text boxes, stamps. PDFium's text leaves them out.

They are drawn into the page (in memory) before it is read. What a digital signature shows is not the document's text.
"""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

from pipelines.text.drafts import Draft, clean
from pipelines.text.limits import MAX_ANNOTATIONS
from pipelines.text.pdf_lines import Geometry

_PRINTED = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP}
_HIDDEN = 2 | 32  # bits of /F: Hidden, NoView
_MAX_VALUE = 100_000  # bytes of a field's value


def drawn(document: Any, index: int, page: Any, where: Geometry) -> tuple[Any, list[Draft]]:
    """The page with its annotations drawn into it, and the values of fields that nothing draws.

    ``page`` is a pypdfium2 page; where there is something to draw it is closed and another one given back.
    """
    count = min(raw.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)
    if count <= 0:
        return page, []
    draws, signatures = False, []
    values: list[Draft] = []
    for number in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind == raw.FPDF_ANNOT_WIDGET and _string(annotation, b"FT") == "Sig":
            signatures.append(number)
        elif kind in _PRINTED and not raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            if raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > 2:
                draws = True
            else:
                values += _value(annotation, where)
        raw.FPDFPage_CloseAnnot(annotation)
    if not draws:
        return page, values
    for number in reversed(signatures):
        raw.FPDFPage_RemoveAnnot(page.raw, number)
    if raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page, values
    page.close()
    return document[index], values


def _value(annotation: Any, where: Geometry) -> list[Draft]:
    """The text of a field or text box without an appearance of its own, as viewers draw it."""
    text = _string(annotation, b"V") or _string(annotation, b"Contents")
    box = raw.FS_RECTF()
    if not text or not raw.FPDFAnnot_GetRect(annotation, box):
        return []
    left, top = where.shown(box.left, box.top)
    right, _ = where.shown(box.right, box.bottom)
    lines = [clean(line).strip() for line in text.splitlines()]
    return [
        Draft(line, x=min(left, right), right=max(left, right), top=top + 12.0 * number, size=10.0)
        for number, line in enumerate(lines)
        if line
    ]


def _string(annotation: Any, key: bytes) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < length <= _MAX_VALUE:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
