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
from pipelines.text.pdf_calls import address, char_box, char_matrix, char_origin, font_info, font_size

# PDFium joins a word cut at the end of a line and leaves U+FFFE where the hyphen stood. The hyphen may belong to the
# word ("vidéo-protection"), so it is kept and the line ends after it.
_BREAK = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029\ufffe]\n?")  # one class at the start: searched at the speed of C
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
        if not self.rotation:
            return x, self.height - y
        match self.rotation:
            case 1:
                return y, x
            case 2:
                return self.width - x, y
        return self.height - y, self.width - x

    @property
    def shown_height(self) -> float:
        return self.width if self.rotation % 2 else self.height


def geometry(page: Any) -> Geometry:
    """The visible box and rotation of a pypdfium2 page."""
    left, bottom, right, top = page.get_bbox()
    return Geometry(left, bottom, abs(right - left) or 1.0, abs(top - bottom) or 1.0, page.get_rotation() // 90)


class _Found:
    """Where PDFium writes what it is asked for, with the addresses that it is told."""

    def __init__(self) -> None:
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.left, self.right, self.bottom, self.top = (ctypes.c_double() for _ in range(4))
        self.matrix = pdfium.FS_MATRIX()
        self.name = ctypes.create_string_buffer(_NAME_BYTES)
        self.flags = ctypes.c_int()
        self.at_point = tuple(map(ctypes.addressof, (self.x, self.y)))
        self.at_box = tuple(map(ctypes.addressof, (self.left, self.right, self.bottom, self.top)))
        self.at_matrix, self.at_name = ctypes.addressof(self.matrix), ctypes.addressof(self.name)
        self.at_flags = ctypes.addressof(self.flags)


@dataclass(slots=True)
class LineReader:
    """Reads the lines of one page after another of a document; keeps what it learnt of its fonts."""

    bold_fonts: dict[bytes, bool] = field(default_factory=dict)
    tables: list[tuple[float, ...]] = field(default_factory=list)  # columns of the tables of points seen so far
    _found: _Found = field(default_factory=_Found)

    def lines(self, textpage: Any, text: str, where: Geometry) -> list[Draft]:
        """The lines of a pypdfium2 text page and its ``text``, in PDFium's order, blank ones left out."""
        index, page = _Index(textpage, text), address(textpage.raw)
        drafts: list[Draft] = []
        start = 0
        for end, after, hyphen in _cuts(text):
            raw = text[start:end]
            words = clean(raw + "-" if hyphen else raw).strip()
            if words:
                first = start + len(raw) - len(raw.lstrip())
                last = start + max(len(raw.rstrip()) - 1, first - start)
                drafts.append(self._measured(words, page, index.of(first), index.of(last), where))
            start = after
        return drafts

    def _measured(self, words: str, page: int, first: int, last: int, where: Geometry) -> Draft:
        draft = Draft(words, first=first, last=last)
        found = self._found
        if char_origin(page, first, *found.at_point):
            draft.x, baseline = where.shown(found.x.value, found.y.value)
            draft.size, draft.angle = self._set(page, first, where.rotation)
            draft.top = baseline - 0.8 * draft.size
            draft.right = draft.x
        if char_box(page, last, *found.at_box):
            x = found.left if where.rotation == 2 else found.right
            y = found.bottom if where.rotation == 3 else found.top
            draft.right = where.shown(x.value, y.value)[0]
        draft.bold = self._bold(page, first) and self._bold(page, (first + last) // 2) if last > first else False
        return draft

    def _set(self, page: int, index: int, rotation: int) -> tuple[float, float]:
        """Size as printed (the font's is often 1 and the text matrix holds the rest), and angle in degrees."""
        size: float = font_size(page, index)
        matrix = self._found.matrix
        if not char_matrix(page, index, self._found.at_matrix):
            return size, 0.0
        size *= math.hypot(matrix.c, matrix.d) or 1.0
        if not rotation and not matrix.b and matrix.a >= 0:
            return size, 0.0
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) - 90 * rotation
        return size, round((angle + 180) % 360 - 180, 1)

    def _bold(self, page: int, index: int) -> bool:
        found = self._found
        if not font_info(page, index, found.at_name, _NAME_BYTES, found.at_flags):
            return False
        name = found.name.value
        known = self.bold_fonts.get(name)
        if known is None:
            known = self.bold_fonts[name] = bool(_BOLD.search(name.lower()))
        return known


class _Index:
    """Maps offsets of the page's text to PDFium's character indexes; one to one but for odd fonts."""

    def __init__(self, textpage: Any, text: str) -> None:
        self._page = textpage.raw
        self._text = text if len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text) else None
        self._exact = self._text is None and len(text) == textpage.count_chars()

    def of(self, offset: int) -> int:
        if self._exact:
            return offset
        if self._text is not None:  # PDFium counts UTF-16 units
            offset = len(self._text[:offset].encode("utf-16-le", "surrogatepass")) // 2
        return max(int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, offset)), 0)


def _cuts(text: str) -> list[tuple[int, int, bool]]:
    """(end of a line, start of the next, whether it ends in a hyphen) for each line of ``text``."""
    cuts = [(*found.span(), text[found.start()] == "\ufffe") for found in _BREAK.finditer(text)]
    return [*cuts, (len(text), len(text), False)]
