"""Lines of one PDF page by PDFium, with the place, size and weight of their letters.

A handful of calls per line, none per character: the layout costs about a third of what the bare
text costs.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.text.drafts import Draft, clean

# PDFium joins a word cut at the end of a line and leaves U+FFFE where the hyphen stood. The hyphen may belong to the
# word ("vidéo-protection"), so it is kept and the line ends after it.
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|\ufffe")
_BOLD = re.compile(rb"bold|black|heavy|demi|gras|[-,]b(?:i|t|d)?$|\bbd\b")
_NAME_BYTES = 160


@dataclass(slots=True)
class Geometry:
    """Turns PDF coordinates into points from the left and top of the page as it is shown."""

    left: float
    bottom: float
    width: float  # of the unrotated box
    height: float
    rotation: int  # quarter turns clockwise

    def shown(self, x: float, y: float) -> tuple[float, float]:
        """(x, top) of a point of the page's own coordinates."""
        x, y = x - self.left, y - self.bottom
        match self.rotation:
            case 1:
                return y, x
            case 2:
                return self.width - x, y
            case 3:
                return self.height - y, self.width - x
        return x, self.height - y

    @property
    def shown_height(self) -> float:
        return self.width if self.rotation % 2 else self.height


def geometry(page: Any) -> Geometry:
    """The visible box and rotation of a pypdfium2 page."""
    left, bottom, right, top = page.get_bbox()
    return Geometry(left, bottom, abs(right - left) or 1.0, abs(top - bottom) or 1.0, page.get_rotation() // 90)


@dataclass(slots=True)
class LineReader:
    """Reads the lines of one page after another of a document; keeps what it learnt of its fonts."""

    bold_fonts: dict[bytes, bool] = field(default_factory=dict)
    tables: list[tuple[float, ...]] = field(default_factory=list)  # columns of the tables of points seen so far
    _x: Any = field(default_factory=ctypes.c_double)
    _y: Any = field(default_factory=ctypes.c_double)
    _l: Any = field(default_factory=ctypes.c_double)
    _r: Any = field(default_factory=ctypes.c_double)
    _b: Any = field(default_factory=ctypes.c_double)
    _t: Any = field(default_factory=ctypes.c_double)
    _flags: Any = field(default_factory=ctypes.c_int)
    _matrix: Any = field(default_factory=pdfium.FS_MATRIX)
    _name: Any = field(default_factory=lambda: ctypes.create_string_buffer(_NAME_BYTES))

    def lines(self, textpage: Any, text: str, where: Geometry) -> list[Draft]:
        """The lines of a pypdfium2 text page and its ``text``, in PDFium's order, blank ones left out."""
        index = _Index(textpage, text)
        drafts: list[Draft] = []
        start = 0
        for end, after, hyphen in _cuts(text):
            raw = text[start:end]
            words = clean(raw + "-" if hyphen else raw).strip()
            if words:
                first = start + len(raw) - len(raw.lstrip())
                last = start + max(len(raw.rstrip()) - 1, first - start)
                drafts.append(self._measured(words, textpage.raw, index.of(first), index.of(last), where))
            start = after
        return drafts

    def _measured(self, words: str, page: Any, first: int, last: int, where: Geometry) -> Draft:
        draft = Draft(words)
        if pdfium.FPDFText_GetCharOrigin(page, first, self._x, self._y):
            draft.x, baseline = where.shown(self._x.value, self._y.value)
            draft.size = self._size(page, first)
            draft.top = baseline - 0.8 * draft.size
            draft.right = draft.x
        if pdfium.FPDFText_GetCharBox(page, last, self._l, self._r, self._b, self._t):
            x = self._l.value if where.rotation == 2 else self._r.value
            y = self._b.value if where.rotation == 3 else self._t.value
            draft.right = where.shown(x, y)[0]
        draft.bold = self._bold(page, first) and self._bold(page, (first + last) // 2) if last > first else False
        return draft

    def _size(self, page: Any, index: int) -> float:
        """Size as printed: the font's size is often 1 and the text matrix holds the rest."""
        size = float(pdfium.FPDFText_GetFontSize(page, index))
        if pdfium.FPDFText_GetMatrix(page, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return size

    def _bold(self, page: Any, index: int) -> bool:
        if not pdfium.FPDFText_GetFontInfo(page, index, self._name, _NAME_BYTES, self._flags):
            return False
        name = self._name.value
        known = self.bold_fonts.get(name)
        if known is None:
            known = self.bold_fonts[name] = bool(_BOLD.search(name.lower()))
        return known


class _Index:
    """Maps offsets of the page's text to PDFium's character indexes; one to one but for odd fonts."""

    def __init__(self, textpage: Any, text: str) -> None:
        self._page = textpage.raw
        self._text = text if text and max(text) > "\uffff" else None
        self._exact = self._text is None and len(text) == textpage.count_chars()

    def of(self, offset: int) -> int:
        if self._exact:
            return offset
        if self._text is not None:  # PDFium counts UTF-16 units
            offset = len(self._text[:offset].encode("utf-16-le", "surrogatepass")) // 2
        return max(int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, offset)), 0)


def _cuts(text: str) -> list[tuple[int, int, bool]]:
    """(end of a line, start of the next, whether it ends in a hyphen) for each line of ``text``."""
    cuts = [(found.start(), found.end(), found.group() == "\ufffe") for found in _BREAK.finditer(text)]
    return [*cuts, (len(text), len(text), False)]
