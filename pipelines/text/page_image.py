"""A page as people see it, with the places of passages on it: for evidence, where a transcript alone would not do.

PDFium is not thread-safe and documents are hostile: call this in a worker (``pipelines.pool.ReaderPool.page_image``).
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from crawler.errors import TooLarge, Unreadable
from pipelines.text.limits import MAX_BYTES
from pipelines.text.page_places import Passage, Rectangle, places
from pipelines.text.pdf_open import open_pdf
from pipelines.text.raster import opened_page, raster

WIDTH = 1_100  # pixels: a page of A4 at some 130 dpi, sharp enough to be read on paper and on a telephone
_TALLEST = 4.0  # times the width: the roll of a plotter is no page
_QUALITY = 80
_MARK = (255, 228, 92)  # multiplied with the page, as a highlighter does: black letters stay black
PICTURED = frozenset({"application/pdf"})


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page drawn as JPEG; places in shares (0..1) of its width and height, from its top left."""

    data: bytes = field(repr=False)
    width: int  # pixels
    height: int
    places: tuple[tuple[Rectangle, ...], ...] = ()  # of each passage asked for; () where it has no place on the page


def page_image(
    source: bytes | Path,
    media_type: str,
    number: int,
    passages: Sequence[Passage] = (),
    *,
    width: int = WIDTH,
    painted: bool = True,
) -> PageImage:
    """Page ``number`` (from 1) of a PDF, frame of an image or picture in a word processor's file.

    ``passages`` are looked for among the letters of a PDF's page; ``painted``: they are highlighted in the image. A
    path that ends in ``.gz`` is gunzipped first. Raises ``Unreadable``, ``Locked`` or ``TooLarge``.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if isinstance(source, Path) and source.suffix == ".gz":
        source = _gunzipped(source)
    if kind not in PICTURED:
        grey = raster(source, kind, number)
        return _finished(Image.frombytes("L", (grey.width, grey.height), grey.pixels), width, (), painted=False)
    opened = open_pdf(source)
    try:
        image, found = _drawn(opened.document, number, passages, width)
    finally:
        opened.document.close()
    return _finished(image, width, found, painted=painted)


def draw_path(path: str, media_type: str, number: int, passages: Sequence[Passage], painted: bool) -> PageImage:
    """``page_image`` as a worker is asked for it."""
    return page_image(Path(path), media_type, number, passages, painted=painted)


def _gunzipped(path: Path) -> bytes:
    with gzip.open(path, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"a file of over {MAX_BYTES // 1_000_000} MB")
    return data


def _drawn(
    document: Any, number: int, passages: Sequence[Passage], width: int
) -> tuple[Image.Image, tuple[tuple[Rectangle, ...], ...]]:
    page = opened_page(document, number)
    try:
        across, down = (max(side, 1.0) for side in page.get_size())
        bitmap = page.render(scale=min(width / across, width * _TALLEST / down))
        try:
            image = bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
        return image, places(page, passages) if passages else ()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"page {number} cannot be drawn: {error}") from None
    finally:
        page.close()


def _finished(image: Image.Image, width: int, found: tuple[tuple[Rectangle, ...], ...], *, painted: bool) -> PageImage:
    """The image in its size, highlighted, as a JPEG."""
    if image.width > width or image.height > width * _TALLEST:
        image.thumbnail((width, int(width * _TALLEST)), Image.Resampling.LANCZOS)
    boxes = [box for boxes in found for box in boxes]
    if painted and boxes:
        marks = Image.new("RGB", image.size, (255, 255, 255))
        pen = ImageDraw.Draw(marks)
        for left, top, right, bottom in boxes:
            pen.rectangle((left * image.width, top * image.height, right * image.width, bottom * image.height), _MARK)
        image = ImageChops.multiply(image.convert("RGB"), marks)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return PageImage(stream.getvalue(), image.width, image.height, found)
