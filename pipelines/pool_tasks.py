"""What workers do, as functions that they import: read a file, recognise one page of it."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from crawler.errors import TooLarge
from crawler.models import Hints, Reading
from pipelines.read import read
from pipelines.text.limits import MAX_BYTES
from pipelines.text.ocr.cache import Cache
from pipelines.text.ocr.engine import recognise
from pipelines.text.ocr.types import OcrPage
from pipelines.text.raster import raster

OPENING = 0.6  # share of a document's time that goes into its text; then what it says is looked for
Pages = Mapping[int, OcrPage]  # by page number
Reader = Callable[[str, str | None, Hints, Pages, float], Reading]
PageReader = Callable[[str, str, int, str | None], OcrPage]


def read_path(path: str, media_type: str | None, hints: Hints, pages: Pages, seconds: float) -> Reading:
    """The file through ``pipelines.read.read``; of its pages without text, those in ``pages`` are known.

    Gunzipped first where it is named ``.gz``. Of a document that cannot be read in ``seconds``, its beginning is.
    Raises TooLarge.
    """
    enough = time.monotonic() + OPENING * seconds
    file = Path(path)
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"a file of over {MAX_BYTES // 1_000_000} MB")
    ocr = (lambda number, render: pages.get(number)) if pages else None
    return read(data, media_type, hints, ocr=ocr, spent=lambda: time.monotonic() > enough)


def recognise_page(path: str, media_type: str, number: int, cache: str | None) -> OcrPage:
    """One page, drawn and recognised; ``cache`` is a folder that remembers pages by their pixels."""
    image = raster(Path(path), media_type, number)
    known = Cache(Path(cache)) if cache else None
    page = known.get(image) if known else None
    if page is None:
        page = recognise(image)
        if known:
            known.put(image, page)
    return page
