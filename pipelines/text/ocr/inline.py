"""Recognition at once, in the process that reads; the pool gives each page a process and a deadline instead."""

from __future__ import annotations

from collections.abc import Callable

from crawler.errors import DocumentError
from pipelines.text.ocr.cache import Cache
from pipelines.text.ocr.engine import availability, recognise
from pipelines.text.ocr.types import Ocr, OcrPage, Raster


def recogniser(cache: Cache | None = None) -> Ocr | None:
    """A function that recognises a page when asked; None where recognition is not installed.

    It answers None for a page that cannot be recognised (too large, too slow, no image), which stays among those that
    wait and is reported with its document.
    """
    if not availability().ready:
        return None

    def ocr(_number: int, render: Callable[[], Raster]) -> OcrPage | None:
        try:
            raster = render()
            page = cache.get(raster) if cache is not None else None
            if page is None:
                page = recognise(raster)
                if cache is not None:
                    cache.put(raster, page)
        except DocumentError:
            return None
        return page

    return ocr
