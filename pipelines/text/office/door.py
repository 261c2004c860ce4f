"""The one door to office files: bytes of a known type into pages of text and lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.errors import Locked, TooLarge, Unreadable
from crawler.models import Extracted, Line, PageText, VersionState
from pipelines.text.drafts import Draft, assemble, printed
from pipelines.text.limits import MAX_BYTES
from pipelines.text.office import ole
from pipelines.text.office.csv_rows import read_csv
from pipelines.text.office.doc import read_doc
from pipelines.text.office.docx import read_docx
from pipelines.text.office.flow import Flow
from pipelines.text.office.ods import read_ods
from pipelines.text.office.odt import read_odt
from pipelines.text.office.rtf import read_rtf
from pipelines.text.office.slides import read_odp, read_pptx
from pipelines.text.office.xls import read_xls
from pipelines.text.office.xlsx import read_xlsx

_OOXML = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"
_ODF = "application/vnd.oasis.opendocument."
_OLE = "application/x-ole-storage"
_TEXTS = frozenset({"text/csv", "text/tab-separated-values"})


@dataclass(frozen=True, slots=True)
class _Format:
    method: str
    read: Callable[[bytes, Flow], None]


_DOCX, _ODT = _Format("docx", read_docx), _Format("odt", read_odt)
_XLSX, _ODS = _Format("xlsx", read_xlsx), _Format("ods", read_ods)
_PPTX, _ODP = _Format("pptx", read_pptx), _Format("odp", read_odp)
_RTF, _CSV = _Format("rtf", read_rtf), _Format("csv", read_csv)
_FORMATS: dict[str, _Format] = {
    _OOXML + "wordprocessingml.document": _DOCX,
    _OOXML + "wordprocessingml.template": _DOCX,
    _MS + "word.document.macroenabled.12": _DOCX,
    _MS + "word.template.macroenabled.12": _DOCX,
    _ODF + "text": _ODT,
    _ODF + "text-template": _ODT,
    _ODF + "text-master": _ODT,
    _ODF + "text-flat-xml": _ODT,
    "application/msword": _Format("doc", read_doc),
    "application/rtf": _RTF,
    "text/rtf": _RTF,
    _OOXML + "spreadsheetml.sheet": _XLSX,
    _OOXML + "spreadsheetml.template": _XLSX,
    _MS + "excel.sheet.macroenabled.12": _XLSX,
    _MS + "excel.template.macroenabled.12": _XLSX,
    _MS + "excel": _Format("xls", read_xls),
    _ODF + "spreadsheet": _ODS,
    _ODF + "spreadsheet-template": _ODS,
    _ODF + "spreadsheet-flat-xml": _ODS,
    _OOXML + "presentationml.presentation": _PPTX,
    _OOXML + "presentationml.slideshow": _PPTX,
    _MS + "powerpoint.presentation.macroenabled.12": _PPTX,
    _ODF + "presentation": _ODP,
    _ODF + "presentation-flat-xml": _ODP,
    **dict.fromkeys(_TEXTS, _CSV),
}

OFFICE: frozenset[str] = frozenset({*_FORMATS, _OLE})


def extract_office(data: bytes, media_type: str) -> Extracted:
    """Text and layout of a word processor's, spreadsheet's or presentation's file of the given type.

    Never raises for a bad document: the state and the reason tell. ``MemoryError`` passes. Parameters of the type
    (charset) are heeded for delimited text.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in OFFICE:
        return Extracted(kind, "unsupported", reason=f"the type {kind} cannot be read")
    if len(data) > MAX_BYTES:
        return Extracted(kind, "too-large", reason=f"a file of {len(data) // 1_000_000} MB")
    flow = Flow()
    method = ""
    state: VersionState = "read"
    reason: str | None = None
    try:
        if kind in _TEXTS:
            method = "csv"
            read_csv(data, flow, media_type)
        else:
            form = _format(data, kind)
            method = form.method
            form.read(data, flow)
    except Locked as error:
        return Extracted(kind, "locked", reason=str(error), method=method)
    except _Unsupported as error:
        return Extracted(kind, "unsupported", reason=str(error))
    except TooLarge as error:
        state, reason = "too-large", str(error)
    except Unreadable as error:
        state, reason = "failed", str(error)
    except MemoryError:
        raise
    except Exception as error:  # a broken file can break any assumption; what was read before it counts
        state, reason = "failed", f"the file is broken ({type(error).__module__}.{type(error).__name__})"
    return _result(kind, method, flow, state, reason or flow.damage or None)


class _Unsupported(Unreadable):
    """A whole file of a kind that is not read."""


def _format(data: bytes, kind: str) -> _Format:
    """The reader for the bytes: an OLE container says itself what it holds."""
    if data.startswith(ole.SIGNATURE):
        held = ole.held(data)
        if held is None and kind != _OLE:
            raise Unreadable("the file is broken: its directory names no document")
        if held is None or held not in _FORMATS:
            raise _Unsupported(f"the type {held or kind} cannot be read")
        return _FORMATS[held]
    if kind == _OLE:
        raise Unreadable("the file is broken: its directory cannot be read")
    return _FORMATS[kind]


def _result(kind: str, method: str, flow: Flow, state: VersionState, reason: str | None) -> Extracted:
    drafts = flow.finish()
    texts, lines = _assembled(drafts)
    if not printed(page.text for page in texts):
        empty = "the file holds no text"
        if flow.pictures:
            empty = f"the file holds no text, only pictures ({flow.pictures})"
        return Extracted(
            kind, state if state != "read" else "failed", page_count=len(drafts), reason=reason or empty, method=method
        )
    if reason:
        state = "partial"
    return Extracted(
        kind, state, tuple(texts), tuple(lines), len(drafts), reason=reason, method=method, title=flow.title
    )


def _assembled(pages: list[list[Draft]]) -> tuple[list[PageText], list[Line]]:
    texts: list[PageText] = []
    lines: list[Line] = []
    for number, drafts in enumerate(pages, start=1):
        page, page_lines = assemble(drafts, number, "text")
        texts.append(page)
        lines += (line for line in page_lines if line.text)
    return texts, lines
