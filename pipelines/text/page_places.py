"""Where a passage of our text stands on the page of a PDF.

Our text was put in order, its hyphens joined and its ligatures taken apart; PDFium's letters were not. What both have
in common are letters and digits, so these are compared, and words around the passage tell its repetitions apart.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdfium2 import raw

from pipelines.text.pdf_lines import Geometry, geometry

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom in shares (0..1) of the page as shown

_AROUND = 60  # characters before and after a passage that tell it from its repetitions
_LEAST = 3  # letters: shorter ones stand everywhere
_MOST_LETTERS = 60_000  # of a page, that are looked at
_FAR = 0.1  # of the page's width between two words of a line: further apart they are two columns


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a page's text with what stands around it."""

    text: str
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Passage:
        """The passage from ``start`` to ``end`` of a page's text."""
        return cls(text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND])


def places(page: Any, passages: Sequence[Passage]) -> tuple[tuple[Rectangle, ...], ...]:
    """The rectangles of each passage on an open pypdfium2 page, one a line; () for what is not among its letters."""
    where, letters = geometry(page), page.get_textpage()
    try:
        text, indexes = _letters(letters)
        return tuple(
            _rectangles(where, letters, indexes[begin:end]) if begin < end else ()
            for begin, end in (find(text, passage) for passage in passages)
        )
    finally:
        letters.close()


def letters_of(text: str) -> str:
    """Letters and digits alone, without accents and in lower case."""
    return "".join(
        ch for ch in unicodedata.normalize("NFKD", text).casefold() if ch.isalnum() and not unicodedata.combining(ch)
    )


def find(text: str, passage: Passage) -> tuple[int, int]:
    """Where the passage stands in a text of ``letters_of``: of several places the one with most of its surroundings.

    (0, 0) where it does not.
    """
    wanted = letters_of(passage.text)
    if len(wanted) < _LEAST:
        return 0, 0
    before, after = letters_of(passage.before)[::-1], letters_of(passage.after)
    best, where = -1, 0
    begin = text.find(wanted)
    while begin >= 0:
        end = begin + len(wanted)
        alike = _common(text[max(0, begin - len(before)) : begin][::-1], before) + _common(text[end:], after)
        if alike > best:
            best, where = alike, begin
        begin = text.find(wanted, begin + 1)
    return (where, where + len(wanted)) if best >= 0 else (0, 0)


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _letters(letters: Any) -> tuple[str, list[int]]:
    """The page's letters and digits, and for each the index of the character that it comes from."""
    text: list[str] = []
    indexes: list[int] = []
    for index in range(min(letters.count_chars(), _MOST_LETTERS)):
        code = raw.FPDFText_GetUnicode(letters.raw, index)
        for ch in letters_of(chr(code)) if 0 < code <= 0x10FFFF else "":
            text.append(ch)
            indexes.append(index)
    return "".join(text), indexes


def _rectangles(where: Geometry, letters: Any, indexes: Sequence[int]) -> tuple[Rectangle, ...]:
    """One rectangle for each line over which the characters run, a little larger than their letters."""
    found = (_box(where, letters, index) for index in dict.fromkeys(indexes))
    boxes = [box for box in found if box is not None]
    if upright := _is_upright(boxes):
        boxes = [_turned(box) for box in boxes]
    lines: list[Rectangle] = []
    for box in boxes:
        joined = bool(lines) and _same_line(lines[-1], box)
        lines.append(_around(lines.pop(), box) if joined else box)
    grown = (_grown(line) for line in lines)
    return tuple(_turned(line) if upright else line for line in grown)


def _is_upright(boxes: Sequence[Rectangle]) -> bool:
    """Whether the letters follow each other down or up the page, as on one that is shown turned."""
    steps = [(abs(two[0] - one[0]), abs(two[1] - one[1])) for one, two in pairwise(boxes)]
    return sum(down > across for across, down in steps) > len(steps) / 2


def _around(one: Rectangle, other: Rectangle) -> Rectangle:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _turned(box: Rectangle) -> Rectangle:
    return box[1], box[0], box[3], box[2]


def _box(where: Geometry, letters: Any, index: int) -> Rectangle | None:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not raw.FPDFText_GetCharBox(letters.raw, index, left, right, bottom, top):
        return None
    wide, high = (where.height, where.width) if where.rotation % 2 else (where.width, where.height)
    x1, y1 = where.shown(left.value, top.value)
    x2, y2 = where.shown(right.value, bottom.value)
    (first, last), (upper, lower) = sorted((x1, x2)), sorted((y1, y2))
    return _within(first / wide), _within(upper / high), _within(last / wide), _within(lower / high)


def _within(share: float) -> float:
    return round(min(max(share, 0.0), 1.0), 5)


def _same_line(one: Rectangle, other: Rectangle) -> bool:
    height = min(one[3] - one[1], other[3] - other[1])
    gap = max(other[0] - one[2], one[0] - other[2])
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.3 * height and gap < _FAR


def _grown(line: Rectangle) -> Rectangle:
    margin = 0.18 * (line[3] - line[1])
    left, top, right, bottom = line
    return max(0.0, left - margin / 2), max(0.0, top - margin), min(1.0, right + margin / 2), min(1.0, bottom + margin)
