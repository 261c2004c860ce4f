"""From bytes of a known type to text; what cannot be opened says so."""

from __future__ import annotations

import logging

from crawler.models import Extracted, Hints
from pipelines.text import limits
from pipelines.text.html import extract_html
from pipelines.text.images import IMAGES, extract_image
from pipelines.text.mhtml import MEDIA_TYPE as MHTML
from pipelines.text.mhtml import extract_mhtml
from pipelines.text.ocr.types import Ocr
from pipelines.text.office.door import OFFICE, extract_office
from pipelines.text.pdf import Spent, extract_pdf, never
from pipelines.text.plain import extract_plain
from pipelines.text.scanned import extract_scanned, says_little
from pipelines.text.signed import signed_content
from pipelines.text.sniff import media_type as sniff
from pipelines.text.unpack import CONTAINERS, describe

SIGNED = "application/pkcs7-mime"

_logger = logging.getLogger(__name__)
_PLAIN = {"text/plain", "text/markdown", "text/calendar", "application/json"}
_NAMES = {
    "application/vnd.ms-powerpoint": "a PowerPoint presentation (.ppt)",
    "application/epub+zip": "an e-book (.epub)",
    "application/postscript": "a PostScript file",
    "application/octet-stream": "a file of unknown type",
}


def extract(data: bytes, media_type: str, hints: Hints, ocr: Ocr | None = None, spent: Spent = never) -> Extracted:
    """Text and layout of ``data``, which is of ``media_type`` (parameters such as charset are heeded).

    ``ocr`` recognises pages that are images; without it they are named in ``waiting``. ``spent`` is asked between
    pages whether to stop there. Never raises for a bad document: the state and the reason tell. ``MemoryError``
    passes, for the process that set the limit to judge.
    """
    kind, _, parameters = media_type.partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-empty":
        return Extracted(kind, "failed", reason="empty")
    if len(data) > limits.MAX_BYTES:
        return Extracted(kind, "too-large", reason=f"a file of {len(data) // 1_000_000} MB")
    try:
        return _opened(data, kind, parameters, hints, ocr, spent)
    except MemoryError:
        raise
    except Exception as error:  # a fault of ours, or of a library, costs this document alone
        _logger.exception("reading %s failed", hints.url or hints.file_name)
        return Extracted(kind, "failed", reason=f"the reader failed: {type(error).__name__}: {error}"[:300])


def _opened(data: bytes, kind: str, parameters: str, hints: Hints, ocr: Ocr | None, spent: Spent) -> Extracted:
    declared = parameters.strip() if "charset" in parameters.lower() else None
    if kind == "application/pdf":
        return extract_pdf(data, ocr, spent)
    if kind == "text/html":
        return extract_html(data, declared)
    if kind in _PLAIN:
        return extract_plain(data, kind, declared)
    if kind in IMAGES:
        return extract_image(data, kind, ocr)
    if kind in OFFICE:
        found = extract_office(data, f"{kind}; {declared}" if declared else kind)
        return extract_scanned(data, found, ocr) if says_little(found) else found
    if kind == MHTML:
        return extract_mhtml(data)
    if kind in CONTAINERS:
        return describe(data, kind)
    if kind == SIGNED:
        return _signed(data, hints, ocr, spent)
    return _unopened(kind, hints)


def _signed(data: bytes, hints: Hints, ocr: Ocr | None, spent: Spent) -> Extracted:
    """The document in a signed envelope; an envelope in it is not opened."""
    inside = signed_content(data)
    kind = sniff(inside, hints.file_name.removesuffix(".p7m")) if inside else ""
    if not inside or kind == SIGNED:
        return Extracted(SIGNED, "unsupported", reason="a signature that does not hold the document it signs")
    return _opened(inside, kind, "", hints, ocr, spent)


def _unopened(kind: str, hints: Hints) -> Extracted:
    name = _NAMES.get(kind)
    if name:
        reason = f"{name} cannot be read"
    elif kind.startswith("image/"):
        reason = f"an image of this type ({kind}) cannot be read"
    else:
        reason = f"the type {kind} cannot be read"
    if kind == "application/octet-stream" and hints.file_name:
        reason = f"{reason}: {hints.file_name[:100]}"
    return Extracted(kind, "unsupported", reason=reason)
