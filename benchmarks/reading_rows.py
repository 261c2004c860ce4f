"""What ``reading.py`` times: our reader, its parts, and other readers of PDF text, each in a process of its own."""

from __future__ import annotations

import io
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from time import process_time
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

Document = tuple[str, bytes]  # its file's name, its bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A way to read. ``work`` and ``prepare`` are "module:function"; what is prepared takes no time."""

    name: str
    work: str
    prepare: str = ""
    needs: str = ""  # a module, or a program where it begins with "/"
    slow: bool = False  # gets a fifth of the documents

    @property
    def installed(self) -> bool:
        if self.needs.startswith("/"):
            return which(self.needs[1:]) is not None
        return not self.needs or find_spec(self.needs) is not None


@dataclass(frozen=True, slots=True)
class Measured:
    """One round over all documents; ``seconds`` of processor time, that of child processes included."""

    seconds: float
    pages: int
    megabytes: float  # most memory that the process ever held


READ, BARE, BOXES = "read", "pypdfium2: bare text", "pypdfium2: line boxes"
ROWS = (
    Row(READ, "reading_ours:whole"),
    Row("  text and layout alone", "reading_ours:text_and_layout"),
    Row("  claims and flags alone", "reading_ours:claims_and_flags", prepare="reading_ours:extracted"),
    Row(BARE, "reading_rows:bare"),
    Row(BOXES, "reading_rows:line_boxes"),
    Row("PyMuPDF: text", "reading_rows:by_pymupdf", needs="pymupdf"),
    Row("PyMuPDF: dict", "reading_rows:by_pymupdf_dict", needs="pymupdf", slow=True),
    Row("pdftotext", "reading_rows:by_pdftotext", needs="/pdftotext"),
    Row("pypdf", "reading_rows:by_pypdf", needs="pypdf", slow=True),
    Row("pdfminer.six", "reading_rows:by_pdfminer", needs="pdfminer", slow=True),
)


def bare(document: Document) -> None:
    """What any user of pypdfium2 would write first."""
    opened = pypdfium2.PdfDocument(document[1])
    for page in opened:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    opened.close()


def line_boxes(document: Document) -> None:
    """The text, and for each stretch that PDFium puts a box around: the box, the size and the weight of its letters."""
    opened = pypdfium2.PdfDocument(document[1])
    for page in opened:
        textpage = page.get_textpage()
        textpage.get_text_range()
        for number in range(textpage.count_rects()):
            left, bottom, right, top = textpage.get_rect(number)
            index = textpage.get_index((left + right) / 2, (bottom + top) / 2, 5, 5)
            if index is not None:
                pdfium.FPDFText_GetFontSize(textpage.raw, index)
                pdfium.FPDFText_GetFontWeight(textpage.raw, index)
        textpage.close()
        page.close()
    opened.close()


def by_pdfminer(document: Document) -> None:
    import_module("pdfminer.high_level").extract_text(io.BytesIO(document[1]))


def by_pymupdf(document: Document, how: str = "text") -> None:
    pymupdf = import_module("pymupdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    with pymupdf.open(stream=document[1], filetype="pdf") as opened:
        for page in opened:
            page.get_text(how)


def by_pymupdf_dict(document: Document) -> None:
    by_pymupdf(document, "dict")


def by_pdftotext(document: Document) -> None:
    subprocess.run(["pdftotext", "-q", "-", "-"], input=document[1], capture_output=True, check=True)


def by_pypdf(document: Document) -> None:
    import_module("logging").getLogger("pypdf").setLevel("CRITICAL")
    for page in import_module("pypdf").PdfReader(io.BytesIO(document[1])).pages:
        page.extract_text()


def measure(row: Row, files: Sequence[Path]) -> Measured:
    """In a process of its own: one round over the documents."""
    work, (prepared, pages) = _named(row.work), _prepared(row, tuple(files))
    begin = _clock()
    for document in prepared:
        work(document)
    return Measured(_clock() - begin, pages, most_memory())


@cache
def _prepared(row: Row, files: tuple[Path, ...]) -> tuple[list[Any], int]:
    """The documents as a row wants them, and how many pages they have; the row has read one of them."""
    documents: list[Any] = [(file.name, file.read_bytes()) for file in files]
    pages = sum(page_count(data) for _, data in documents)
    if row.prepare:
        documents = [_named(row.prepare)(document) for document in documents]
    _named(row.work)(documents[0])
    return documents, pages


def call(name: str, *arguments: Any) -> Any:
    """In a process of its own: a function that this one need not import."""
    return _named(name)(*arguments)


def _named(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def page_count(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    count = len(document)
    document.close()
    return count


def most_memory() -> float:
    """MB that this process held at most, or the largest of its children."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    own = int(status.partition("VmHWM:")[2].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _clock() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime
