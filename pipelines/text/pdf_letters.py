"""A closer look, letter by letter, at the few lines of a PDF page whose width does not fit their text.

PDFium runs the cells of a row and the columns of a page together into one line, with a single space where there is an
empty inch; it keeps one space between spaced letters and between spaced words alike; and a raised "er" that was drawn
last stands at the end of the line. Where letters stand tells, at the cost of calls per letter.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.text.drafts import Draft, clean
from pipelines.text.pdf_lines import Geometry

_GUTTER = 1.4  # sizes of empty space that no word space has, in justified lines neither
_WORD_GAP = 1.3  # times the usual gap, and the usual step, between spaced letters
_EDGE = 1.5  # points from the left edge of a column at which its text begins
_LEAP = 1.0  # sizes between the baselines of two letters of which no raised one is capable
_MOST_LEAPS = 6  # of a line; more is text along a curve
_MOST_RAISED = 4  # letters of a raised end of a word
_WORD = re.compile(r"[^\W_]")
_SPACE = re.compile(r"[ \t\xa0]+")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A printed character with its edges, in points from the left of the page."""

    sign: str
    place: int  # in the text of the line
    left: float
    right: float


class Letters:
    """Places of the letters of one page of pypdfium2 that is not stored turned."""

    def __init__(self, textpage: Any, where: Geometry) -> None:
        self._page = textpage
        self._where = where
        self._matrix = pdfium.FS_MATRIX()
        self._edges = [ctypes.c_double() for _ in range(4)]

    def level(self, line: Draft) -> list[Draft]:
        """The line cut where it leaps up or down the page: PDFium now and then goes on with a stamp or a watermark."""
        base = line.top + 0.8 * line.size
        begin = line.x, base
        if abs(self._origin(line.last, begin)[1] - base) <= _LEAP * line.size:
            return [line]
        raw = self._raw(line)
        places = [place for place, sign in enumerate(raw) if not sign.isspace()]
        bases = [self._origin(line.first + place, begin)[1] for place in places]
        cuts = [
            after
            for (_, one), (after, two) in pairwise(zip(places, bases, strict=True))
            if abs(two - one) > _LEAP * line.size and abs(two - one) > _LEAP * self._size(line.first + after)
        ]
        ends = [max(place for place in places if place < cut) + 1 for cut in cuts]
        if not cuts or len(cuts) > _MOST_LEAPS:
            return [line]
        parts = [
            self._part(line, raw, begin, end)
            for begin, end in zip([places[0], *cuts], [*ends, places[-1] + 1], strict=True)
        ]
        return [part for part in parts if part.text] or [line]

    def _part(self, line: Draft, raw: str, begin: int, end: int) -> Draft:
        """The letters ``raw[begin:end]`` of a line as one of its own."""
        first, last = line.first + begin, line.first + end - 1
        size = self._size(first) or line.size
        x, base = self._origin(first, (line.x, line.top + 0.8 * line.size))
        right = self._edge(last)
        return replace(
            line,
            text=clean(raw[begin:end]).strip(),
            x=x,
            right=right[1] if right else line.right,
            top=base - 0.8 * size,
            size=size,
            angle=round(math.degrees(math.atan2(self._matrix.b, self._matrix.a)), 1),
            first=first,
            last=last,
        )

    def parts(self, line: Draft, edges: Sequence[float] = ()) -> list[Draft]:
        """The line cut where an empty space is wider than any between words; the line itself where none is.

        ``edges``: where columns are known to begin, points from the left; a word that begins there is of that column.
        """
        raw = self._raw(line)
        cuts: list[tuple[int, int]] = []
        for found in _SPACE.finditer(raw) if raw else ():
            if not _WORD.search(raw, 0, found.start()):
                continue  # a bullet stands apart from its text, or a blank begins the line
            before = self._edge(line.first + found.start() - 1)
            after = self._edge(line.first + found.end())
            if (
                before
                and after
                and (after[0] - before[1] > _GUTTER * line.size or any(abs(after[0] - edge) <= _EDGE for edge in edges))
            ):
                cuts.append((found.start(), found.end()))
        if not cuts:
            return [line]
        begins, ends = [0, *(after for _, after in cuts)], [*(before for before, _ in cuts), len(raw)]
        parts = [self._part(line, raw, begin, end) for begin, end in zip(begins, ends, strict=True)]
        return [part for part in parts if part.text] or [line]

    def respace(self, line: Draft) -> None:
        """Two spaces between the words of a line of single letters, as they are printed further apart."""
        letters = self._letters(line)
        if len(letters) < 5 or "".join(letter.sign for letter in letters) != "".join(line.text.split()):
            return
        gaps = [after.left - before.right for before, after in pairwise(letters)]
        steps = [(after.left + after.right - before.left - before.right) / 2 for before, after in pairwise(letters)]
        least_gap, least_step = _WORD_GAP * max(median(gaps), 0.15 * line.size), _WORD_GAP * median(steps)
        text = letters[0].sign
        for gap, step, letter in zip(gaps, steps, letters[1:], strict=True):
            text += ("  " if gap > least_gap and step > least_step else " ") + letter.sign
        line.text = text

    def resort(self, line: Draft) -> None:
        """Put letters that were drawn last (a raised "er") where they stand in the line, if there is room for them."""
        letters = list(self._letters(line))
        back = [place for place in range(1, len(letters)) if letters[place].left < letters[place - 1].left - line.size]
        if len(back) != 1 or len(letters) - back[0] > _MOST_RAISED:
            return
        rest, late = letters[: back[0]], letters[back[0] :]
        slack = 0.15 * line.size
        place = sum(letter.left < late[0].left for letter in rest)
        if not place or rest[place - 1].right > late[0].left + slack or rest[place].left < late[-1].right - slack:
            return
        raw, here = self._raw(line), rest[place - 1].place + 1
        moved = raw[late[0].place : late[-1].place + 1]
        line.text = clean(raw[:here] + moved + raw[here : late[0].place]).strip()
        line.right = rest[-1].right

    def _size(self, index: int) -> float:
        """Size as printed, in points."""
        size = float(pdfium.FPDFText_GetFontSize(self._page.raw, index))
        if pdfium.FPDFText_GetMatrix(self._page.raw, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return size

    def _origin(self, index: int, otherwise: tuple[float, float]) -> tuple[float, float]:
        """Points from the left and top of the page to where a letter stands on its baseline."""
        x, y = self._edges[:2]
        if not pdfium.FPDFText_GetCharOrigin(self._page.raw, index, x, y):
            return otherwise
        return self._where.shown(x.value, y.value)

    def _raw(self, line: Draft) -> str:
        """The text behind a line, a character for each index; empty where they do not agree."""
        count = line.last - line.first + 1
        raw: str = self._page.get_text_range(line.first, count, errors="surrogatepass") if count > 0 else ""
        return raw if len(raw) == count else ""

    def _letters(self, line: Draft) -> Sequence[_Letter]:
        """The letters of a line in the order of the stream, without white space."""
        found = []
        for offset, sign in enumerate(self._raw(line)):
            if not sign.isspace() and (edge := self._edge(line.first + offset)):
                found.append(_Letter(sign, offset, *edge))
        return found

    def _edge(self, index: int) -> tuple[float, float] | None:
        left, right, bottom, top = self._edges
        if not pdfium.FPDFText_GetCharBox(self._page.raw, index, left, right, bottom, top):
            return None
        return left.value - self._where.left, right.value - self._where.left
