"""Word processors' files that hold little but pictures of scanned pages: each picture is a page to be recognised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import unquote

from crawler.errors import DocumentError, Unreadable
from crawler.models import Extracted
from pipelines.text.drafts import printed
from pipelines.text.images import IMAGES, frame_raster, page_sizes, verdict
from pipelines.text.ocr.types import Ocr, Raster
from pipelines.text.office.door import extract_office
from pipelines.text.office.ooxml import DRAWING, RELATION, VML, main_part, part, relations
from pipelines.text.office.package import Package, open_package
from pipelines.text.recognised import Wanted, recognise
from pipelines.text.sheets import Sheet, assembled, mark
from pipelines.text.sniff import media_type as sniff

MAX_PICTURES = 500
_TITLE = 200  # characters printed, below which a file with scanned pages is taken to be one
_LEAST_SIDE = 600  # pixels: a page at 75 dpi; coats of arms and signatures are smaller
_SLIMMEST = 2.5  # times as long as wide: the strips and banners of letterheads are slimmer
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}image"
_HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, slots=True)
class _Page:
    """Frame ``frame`` (from 1) of a picture, which is a page; its size in points."""

    data: bytes
    kind: str
    frame: int
    size: tuple[float, float]


def says_little(told: Extracted) -> bool:
    """Whether a file may be a scan: of a kind whose pictures are looked for, with no more text than a title."""
    spoken = told.state in ("read", "partial") or (told.state == "failed" and told.page_count > 0)
    return spoken and told.method in ("docx", "odt") and printed(page.text for page in told.pages) < _TITLE


def extract_scanned(data: bytes, told: Extracted, ocr: Ocr | None = None) -> Extracted:
    """The pages of ``told``, then the pictures as pages; ``told`` as it is, where none of them is as large as a page.

    Never raises for a bad document; ``MemoryError`` passes.
    """
    try:
        found = _pages(data)
    except DocumentError:
        return told
    if not found:
        return told
    sheets = [Sheet(number, *page.size, method="none") for number, page in enumerate(found, start=1 + len(told.pages))]
    wanted = [Wanted(sheet, partial(_raster, page)) for sheet, page in zip(sheets, found, strict=True)]
    outcome = recognise(wanted, ocr)
    mark(sheets)
    pages, lines = assembled(sheets)
    pages, lines = (*told.pages, *pages), (*told.lines, *lines)
    state, reason = verdict(outcome, len(pages), len(found) == MAX_PICTURES, bool(lines))
    if told.state == "partial":
        state, reason = (state if state == "needs-ocr" else "partial"), "; ".join(filter(None, (reason, told.reason)))
    return replace(
        told,
        state=state,
        pages=pages,
        lines=lines,
        page_count=len(pages),
        image_hashes=tuple(hashlib.sha256(page.data).hexdigest()[:32] for page in found),
        reason=reason,
        method="ocr" if outcome.recognised else told.method,
        waiting=outcome.waiting,
    )


def scanned_raster(data: bytes, kind: str, number: int) -> Raster:
    """Page ``number`` (from 1) of such a file; raises ``Unreadable`` or ``TooLarge``."""
    found, place = _pages(data), number - len(extract_office(data, kind).pages)
    if not 1 <= place <= len(found):
        raise Unreadable(f"the file has no picture of a page {number}")
    return _raster(found[place - 1])


def _raster(page: _Page) -> Raster:
    return frame_raster(page.data, page.kind, page.frame)


def _pages(data: bytes) -> list[_Page]:
    """The pictures that are pages, in the order in which the document shows them; broken ones are left out."""
    package = open_package(data)
    found: list[_Page] = []
    for name in _names(package):
        picture = package.read(name)
        kind = sniff(picture, "") if picture else ""
        if not picture or kind not in IMAGES:
            continue
        try:
            sizes = page_sizes(picture, kind, _LEAST_SIDE, _SLIMMEST)
        except DocumentError:
            continue
        found += (_Page(picture, kind, frame, size) for frame, size in enumerate(sizes, start=1))
        if len(found) >= MAX_PICTURES:
            break
    return found[:MAX_PICTURES]


def _names(package: Package) -> list[str]:
    """Names of the parts that the body shows as pictures, each once: old and new programs are told of it apart."""
    content = part(package, "content.xml")
    if content is not None:  # OpenDocument
        shown = (unquote(image.get(_HREF, "")).removeprefix("./") for image in content.root.iter(_DRAW))
        return list(dict.fromkeys(shown))
    name = main_part(package, "word/document.xml", r"word/document\d*\.xml")
    body = part(package, name)
    if body is None:
        return []
    known = relations(package, name)
    ids = [
        one.get(f"{RELATION}embed") or one.get(f"{RELATION}id") or ""
        for one in body.root.iter(f"{DRAWING}blip", f"{VML}imagedata")
    ]
    return list(dict.fromkeys(known[one].target for one in ids if one in known))
