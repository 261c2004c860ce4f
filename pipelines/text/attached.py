"""Files attached to a PDF: annexes of a dossier, or all of it in a "portfolio" whose one page only says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

import pypdfium2

from pipelines.text import member_names
from pipelines.text.bounds import Budget, Part, Refused, opening

PDF = "application/pdf"
_SIGN = b"EmbeddedFile"  # stands in the name tree, and in the streams of nearly all attached files
_IGNORED = frozenset({".joboptions", ".xfdf", ".fdf"})  # what programs leave for themselves


def may_have_files(data: bytes) -> bool:
    """Whether it is worth asking: False for nearly every PDF, without opening it.

    The catalogue that names the attachments may be compressed, but the dictionaries of their streams never are
    (ISO 32000-1, 7.5.7).
    """
    return _SIGN in data


def attached_parts(data: bytes, budget: Budget) -> Iterator[Part | Refused]:
    """The files attached to a PDF as a whole; those pinned to a page are not reached by PDFium. Raises Unreadable."""
    with opening("PDF"):
        document = pypdfium2.PdfDocument(data)
    try:
        with opening("PDF"):
            number = document.count_attachments()
        given = member_names.Unique()
        for index in range(min(number, budget.bounds.entries)):
            if budget.exhausted:
                yield Refused("", f"{budget.exhausted}; the rest was left out")
                return
            found = _part(document, index, budget, len(data))
            if found is not None:
                yield replace(found, name=given(found.name))
    finally:
        document.close()


def _part(document: pypdfium2.PdfDocument, index: int, budget: Budget, size: int) -> Part | Refused | None:
    name = f"attachment {index + 1}"
    try:
        file = document.get_attachment(index)
        judged = member_names.last_part(file.get_name())
        name = judged.path or name
        if judged.ignored and judged.note is None and file.get_name().strip():
            return None
        if PurePosixPath(name).suffix.lower() in _IGNORED:
            return None
        return Part(name, budget.take([bytes(file.get_data())], size))
    except MemoryError:
        raise
    except Exception as error:  # PdfiumError for one that is empty or damaged; the others may be whole
        return Refused(name, f"it cannot be taken out of the PDF ({error})"[:120])
