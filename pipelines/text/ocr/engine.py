"""A raster of a page into recognised lines: plainly first, with more effort only where that reads badly.

Tries are bounded (at most four recognitions, one deadline for all), so a page of figures or a photograph costs what
it costs once. Which of two readings is better is judged by the words of the French dictionary, not by the engine's
confidence: an upside-down page is read with confidence.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain

from PIL import Image

from crawler.errors import TooLarge
from pipelines.text.ocr import layout, prepare
from pipelines.text.ocr.installed import Availability, availability
from pipelines.text.ocr.layout import Row, Word
from pipelines.text.ocr.tesseract import LOCK, Bench, bench
from pipelines.text.ocr.types import OcrPage, Raster

__all__ = ["SETTINGS", "Availability", "availability", "recognise"]

SETTINGS = 3  # raise it whenever a page may come out differently: it is part of the key of the cache

SECONDS = 50.0  # for one page with all its tries
_REACH, _WIDE_REACH = 3, 12  # degrees of skew looked for: in every page, in a hard one
_LEAST_SKEW = 0.5  # degrees; less costs nothing when read as it is
_FEW = 5  # words under which nothing is known of a page
_SMALL_PRINT = 7.5  # points under which the finer raster reads better
_UNREAD = 0.1  # share of the page that looks like print and gave no line


@dataclass(frozen=True, slots=True)
class _Try:
    """One reading of the page."""

    rows: tuple[Row, ...]
    dpi: int
    quarters: int = 0
    rescued: bool = False

    @property
    def words(self) -> list[Word]:
        return list(chain.from_iterable(row.words for row in self.rows))

    @property
    def counted(self) -> int:
        return sum(word.counts for word in self.words)

    @property
    def junk(self) -> bool:
        """May be a page read in the wrong direction, or nothing at all."""
        share = layout.legible(self.words)
        return share is None or share < layout.NOT_FRENCH or self.counted < _FEW

    @property
    def poor(self) -> bool:
        """Reads so badly that another preparation is worth its time."""
        sure = layout.confidence(self.words)
        return self.junk or sure < 0.84 or (sure < 0.88 and (layout.legible(self.words) or 0) < 0.6)


def recognise(raster: Raster, seconds: float = SECONDS) -> OcrPage:
    """Recognise a page.

    Raises ``TooLarge`` where not even one reading ends within ``seconds`` or the image is beyond all measure,
    and ``Unreadable`` where recognition is not installed or the raster is not an image. A blank page has no line and
    is wholly legible; a page that shows something but gives no word has no line and is not legible at all.
    """
    image = prepare.picture(raster)
    with LOCK:
        engine = bench()
        fitted, dpi = prepare.fitted(image, raster.dpi)
        if prepare.blank(fitted):
            return OcrPage((), 1.0, 1.0, engine=engine.has.engine)
        return _page(_Reader(engine, image, raster.dpi, seconds).best(fitted, dpi), engine.has.engine)


class _Reader:
    """The tries at one page, within one deadline."""

    def __init__(self, engine: Bench, image: Image.Image, dpi: int, seconds: float) -> None:
        self.engine, self.original, self.dpi = engine, image, dpi
        self.seconds = seconds
        self.ends = time.monotonic() + seconds

    def best(self, image: Image.Image, dpi: int) -> _Try:
        """The best of the readings that the page deserves."""
        try:
            first = self._read(image, dpi, 0, within=0.5)
        except TooLarge:  # grain may cost ten times what print does: the other half is for the page without it
            clean = prepare.restored(image)
            return self._turned(self._read(clean, dpi, 0, rescued=True), clean, dpi)
        first = self._turned(first, image, dpi)
        if first.poor or self._half_read(first, image):
            return self._rescued(first, image, dpi)
        finer, fine = prepare.bounded(self.original, self.dpi)
        if fine > 1.2 * dpi and 0 < layout.letter_size(first.rows, dpi) < _SMALL_PRINT:
            return self._better(first, finer, fine, first.quarters)
        return first

    def _turned(self, first: _Try, image: Image.Image, dpi: int) -> _Try:
        """A page that reads as junk, from another side; without a way to tell which one is up, from below."""
        if not first.junk:
            return first
        source = image if first.rows or first.rescued else prepare.restored(image)
        quarters = self.engine.turn(source, dpi)
        if quarters is None and first.rows and not self.engine.has.osd:
            quarters = (first.quarters + 2) % 4
        if quarters is None or quarters == first.quarters:
            return first
        return self._better(first, image, dpi, quarters, rescued=first.rescued)

    def _rescued(self, first: _Try, image: Image.Image, dpi: int) -> _Try:
        clean = prepare.restored(image)
        tried = self._better(first, clean, dpi, first.quarters, rescued=True)
        return self._turned(tried, clean, dpi) if tried.rescued else tried

    def _half_read(self, first: _Try, image: Image.Image) -> bool:
        shown = prepare.turned(image, first.quarters)
        return prepare.unread(shown, [row.box for row in first.rows]) > _UNREAD

    def _better(self, first: _Try, image: Image.Image, dpi: int, quarters: int, *, rescued: bool = False) -> _Try:
        """The first reading, or another where there is time for one and it reads more."""
        try:
            second = self._read(image, dpi, quarters, rescued=rescued)
        except TooLarge:
            return first
        return second if layout.worth(second.words) > layout.worth(first.words) else first

    def _read(self, image: Image.Image, dpi: int, quarters: int, *, rescued: bool = False, within: float = 1.0) -> _Try:
        """One reading, in what is left of that share of the time."""
        image = prepare.turned(image if rescued else prepare.calm(image), quarters)
        angle = prepare.skew(image, dpi, _WIDE_REACH if rescued else _REACH)
        if abs(angle) >= _LEAST_SKEW:
            image = prepare.straight(image, angle)
        left = self.ends - (1 - within) * self.seconds - time.monotonic()
        if left <= 0:
            raise TooLarge(f"recognition took more than {self.seconds:.0f} s")
        sheet = self.engine.read(image, dpi, left)
        return _Try(layout.tidy(sheet.rows), dpi, (quarters + sheet.quarters) % 4, rescued)


def _page(read: _Try, engine: str) -> OcrPage:
    words = read.words
    share = layout.reliable(words)
    sure = layout.confidence(words)
    return OcrPage(
        lines=layout.lines(read.rows, read.dpi),
        confidence=round(sure, 3),
        legible=round(sure if share is None else share, 3),  # a page of figures has no word to judge by
        rotation=read.quarters,
        rescued=read.rescued,
        engine=engine,
    )
