"""Texts in columns that were read across, put one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipelines.text.drafts import Draft

_LEAST_LINES = 3
_LEAST_LETTERS = 7  # of its middling line
_SHARE = 0.15  # of the whole width that a column of text has at least
_FLOWING = 0.4  # of the steps from line to line that go on within a sentence
_MARK = re.compile(
    r"(?:point|question|rapport|d[ée]lib[ée]ration)?\s?(?:n\s?[°º]\s?)?(\d{1,3})\s?(?:[.)°/–-]|\b(?=\s[A-ZÀ-Ý]))",
    re.I,
)
_SMALLER = 0.9  # times the size of the text: a box beside it


def side_texts(columns: Sequence[Sequence[Draft]]) -> list[Draft] | None:
    """The columns one after the other, a box in smaller print last; None where they are not surely texts."""
    if not 2 <= len(columns) <= 3 or not all(map(_is_text, columns)):
        return None
    left, right = min(piece.x for piece in columns[0]), max(piece.right for piece in columns[-1])
    widths = [max(piece.right for piece in column) - min(piece.x for piece in column) for column in columns]
    if min(widths) < _SHARE * (right - left) or right <= left:
        return _box_last(columns)
    if _counts_on(columns) or all(_flows(column) for column in columns):
        return [piece for column in columns for piece in column]
    return _box_last(columns)


def _is_text(column: Sequence[Draft]) -> bool:
    """Whether it holds words, not bullets or figures."""
    letters = [sum(map(str.isalpha, piece.text)) for piece in column]
    return len(column) >= _LEAST_LINES and median(letters) >= _LEAST_LETTERS


def _counts_on(columns: Sequence[Sequence[Draft]]) -> bool:
    """Whether the points of a list go on from the foot of a column to the head of the next."""
    numbers = [[int(found[1]) for piece in column if (found := _MARK.match(piece.text))] for column in columns]
    if any(len(column) < 2 for column in numbers):
        return False
    whole = [number for column in numbers for number in column]
    return all(after - before in (1, 2) for before, after in pairwise(whole))


def _flows(column: Sequence[Draft]) -> bool:
    """Whether its lines are those of sentences."""
    steps = sum(_goes_on(before.text, after.text) for before, after in pairwise(column))
    return steps >= _FLOWING * (len(column) - 1)


def _goes_on(before: str, after: str) -> bool:
    return after[:1].islower() or (before[-1:] in "-,’'" and after[:1].isalpha())


def _box_last(columns: Sequence[Sequence[Draft]]) -> list[Draft] | None:
    """A text with a box of smaller print beside it (addresses, members): the text, then the box."""
    if len(columns) != 2:
        return None
    sizes = [median(piece.size for piece in column) for column in columns]
    text, box = (columns[1], columns[0]) if sizes[0] < sizes[1] else (columns[0], columns[1])
    if min(sizes) > _SMALLER * max(sizes):
        return None
    marks = [int(found[1]) for piece in text if (found := _MARK.match(piece.text))]
    listed = len(marks) >= _LEAST_LINES and all(after > before for before, after in pairwise(marks))
    return [*text, *box] if listed or _flows(text) else None
