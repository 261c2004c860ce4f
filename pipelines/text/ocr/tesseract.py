"""The thin edge to Tesseract: one interface a process, made when first needed."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from crawler.errors import TooLarge, Unreadable
from pipelines.text.ocr.installed import LANGUAGE, Availability, availability, binding
from pipelines.text.ocr.layout import Box, Row, Word

_VARIABLES = {"debug_file": "/dev/null"}  # or it writes to stderr of whoever asked
_DOWNWARDS = 2  # writing direction: the layout found lines that run from top to bottom
_UNSURE = 0.5  # confidence of orientation detection under which it says nothing


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one recognition gave; boxes are those of the page after ``quarters`` turns clockwise."""

    rows: tuple[Row, ...]
    width: int
    quarters: int = 0


class Bench:
    """Tesseract with the French data of one folder; not to be used by two threads at once."""

    def __init__(self, has: Availability) -> None:
        self.has = has
        self._tesserocr = binding()
        self._reader = self._made(LANGUAGE, self._tesserocr.PSM.AUTO)
        self._turner: Any = None

    def _made(self, language: str, mode: int) -> Any:
        engine = self._tesserocr.OEM.LSTM_ONLY if language == LANGUAGE else self._tesserocr.OEM.DEFAULT
        path = f"{self.has.data or Path()}/"
        try:
            return self._tesserocr.PyTessBaseAPI(path=path, lang=language, oem=engine, psm=mode, variables=_VARIABLES)
        except RuntimeError:
            raise Unreadable(f"Tesseract cannot load {language}.traineddata in {self.has.data}") from None

    def read(self, image: Image.Image, dpi: int, seconds: float) -> Sheet:
        """Recognise the image; raises ``TooLarge`` where that takes longer than ``seconds``."""
        pixels = image.tobytes()
        api = self._reader
        try:
            api.SetImageBytes(pixels, image.width, image.height, 1, image.width)
            api.SetSourceResolution(dpi)
            if not api.Recognize(max(int(1000 * seconds), 1)):
                raise TooLarge(f"recognition took more than {seconds:.0f} s")
            rows, downwards = self._rows(api.GetIterator())
        finally:
            api.Clear()  # the image of a page is not kept until the next
        if downwards:
            return Sheet(tuple(_upright(row, image.width) for row in rows), image.height, 3)
        return Sheet(tuple(rows), image.width)

    def _rows(self, place: Any) -> tuple[list[Row], bool]:
        """The rows in reading order, and whether most words stand in lines that run downwards."""
        rows: list[Row] = []
        if place is None:
            return rows, False
        level = self._tesserocr.RIL
        words: list[Word] = []
        block, height, direction, votes = -1, 0.0, 0, 0
        while True:
            if place.IsAtBeginningOf(level.BLOCK):
                block, direction = block + 1, place.Orientation()[1]
            if place.IsAtBeginningOf(level.TEXTLINE):
                words, height = [], float(place.RowAttributes()["row_height"])
            word = _word(place, level.WORD)
            if word is not None:
                words.append(word)
                votes += 1 if direction == _DOWNWARDS else -1
            if place.IsAtFinalElement(level.TEXTLINE, level.WORD) and words:
                rows.append(Row(tuple(words), block, height))
                words = []
            if not place.Next(level.WORD):
                return rows, votes > 0

    def turn(self, image: Image.Image, dpi: int) -> int | None:
        """Quarter turns clockwise that would make the page upright; None where nobody can tell."""
        if not self.has.osd:
            return None
        if self._turner is None:
            self._turner = self._made("osd", self._tesserocr.PSM.OSD_ONLY)
        api = self._turner
        try:
            api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
            api.SetSourceResolution(dpi)
            found = api.DetectOrientationScript()
        finally:
            api.Clear()
        if not found or found["orient_conf"] < _UNSURE:
            return None
        return int(-found["orient_deg"] // 90) % 4


def _word(place: Any, level: int) -> Word | None:
    try:
        text = place.GetUTF8Text(level).strip()
    except RuntimeError:  # a rule or a picture: a place without a word
        return None
    box: Box | None = place.BoundingBox(level)
    if not text or box is None:
        return None
    return Word(text, box, place.Confidence(level) / 100, bool(place.WordIsFromDictionary()))


def _upright(row: Row, width: int) -> Row:
    """A row of a page that lies on its right side, as it stands after three quarter turns clockwise."""
    words = tuple(
        Word(
            word.text, (word.box[1], width - word.box[2], word.box[3], width - word.box[0]), word.confidence, word.known
        )
        for word in row.words
    )
    return Row(words, row.block, row.height)


_BENCHES: dict[tuple[int, str, Path | None], Bench] = {}
LOCK = threading.RLock()


def bench() -> Bench:
    """The bench of this process; raises ``Unreadable`` where recognition is not installed. Hold ``LOCK`` to use it."""
    has = availability()
    if not has.ready:
        raise Unreadable(f"optical recognition is not installed: {' '.join(has.packages) or 'tesserocr'}")
    key = (os.getpid(), has.engine, has.data)
    if key not in _BENCHES:
        _BENCHES.clear()  # other data was installed, or a process was forked: what it holds is its parent's
        _BENCHES[key] = Bench(has)
    return _BENCHES[key]
