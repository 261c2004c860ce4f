"""From bytes of a known type to text; what this version cannot open says so."""

from __future__ import annotations

from crawler.models import Extracted, Hints, VersionState
from pipelines.text.html import extract_html
from pipelines.text.pdf import extract_pdf
from pipelines.text.plain import extract_plain

MAX_BYTES = 200_000_000

_PLAIN = {
    "text/plain", "text/markdown", "text/csv", "text/tab-separated-values", "text/calendar", "application/json",
}  # fmt: skip
_CONTAINERS = {
    "application/zip", "application/gzip", "application/x-7z-compressed", "application/vnd.rar", "application/x-bzip2",
    "application/x-xz",
}  # fmt: skip
_NAMES = {
    "application/msword": "a Word document (.doc)",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word document (.docx)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel workbook (.xlsx)",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a PowerPoint presentation (.pptx)",
    "application/vnd.ms-excel": "an Excel workbook (.xls)",
    "application/vnd.ms-powerpoint": "a PowerPoint presentation (.ppt)",
    "application/vnd.ms-outlook": "an Outlook message (.msg)",
    "application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (.ods)",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (.odp)",
    "application/rtf": "a rich text file (.rtf)",
    "message/rfc822": "an e-mail message (.eml)",
    "application/epub+zip": "an e-book (.epub)",
    "application/octet-stream": "a file of unknown type",
}


def extract(data: bytes, media_type: str, hints: Hints) -> Extracted:
    """Text and layout of ``data``, which is of ``media_type`` (parameters such as charset are heeded).

    Never raises for a bad document: the state and the reason tell. ``MemoryError`` passes, for the process that set
    the limit to judge.
    """
    kind, _, parameters = media_type.partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-empty":
        return Extracted(kind, "failed", reason="empty")
    if len(data) > MAX_BYTES:
        return Extracted(kind, "too-large", reason=f"a file of {len(data) // 1_000_000} MB")
    declared = parameters.strip() if "charset" in parameters.lower() else None
    if kind == "application/pdf":
        return extract_pdf(data)
    if kind == "text/html":
        return extract_html(data, declared)
    if kind in _PLAIN:
        return extract_plain(data, kind, declared)
    return _unopened(kind, hints)


def _unopened(kind: str, hints: Hints) -> Extracted:
    state: VersionState = "container" if kind in _CONTAINERS else "unsupported"
    name = _NAMES.get(kind)
    if state == "container":
        reason = f"an archive of files ({kind})"
    elif name:
        reason = f"{name} cannot be read yet"
    elif kind.startswith("image/"):
        reason = f"an image ({kind}) cannot be read yet: it needs OCR"
    else:
        reason = f"the type {kind} cannot be read"
    if kind == "application/octet-stream" and hints.file_name:
        reason = f"{reason}: {hints.file_name[:100]}"
    return Extracted(kind, state, reason=reason)
