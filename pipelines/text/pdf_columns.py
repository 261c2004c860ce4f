"""Columns that PDFium ran together: cells without rules, texts side by side, told by the space between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pipelines.text.columns import arranged
from pipelines.text.drafts import Draft
from pipelines.text.headed_rows import headed_rows
from pipelines.text.pdf_letters import Letters
from pipelines.text.pdf_lines import Geometry

_USUAL = 0.5  # width of a letter in sizes, where a page has too few lines to tell
_WIDEST = 0.56  # that a font is held to be
_CAPITALS = 1.3  # times wider
_LEAST_LETTERS = 15  # of a line that helps to tell
_LEAST_WORDS = 8  # letters of a part that may be a text's
_SPREAD, _EXTRA = 1.12, 1.0  # times the usual width of its text, and sizes more, that a line has before it is looked at
_NARROW = 0.7  # of the usual width, below which letters were drawn over one another
_LEAST_LINES = 3
_LEAST_WIDE = 2  # lines of a page with an empty space in them
_FIRST_LOOK = 4  # of the widest lines, after which it is known whether the page has columns
_MOST_LOOKED = 150
_SPACED = re.compile(r"(?:[^\W_] +){4,}[^\W_][\s.,:;!?]*")
_LEADERS = re.compile(r"[.…_·-]{4}")
_SUM = re.compile(r"\d,\d\d\b")
_NUMBER = re.compile(r"(?:n\s?[°º]\s?)?[\w./-]*?(\d{1,4})\s?[.)]?", re.I)


def with_columns(lines: Sequence[Draft], textpage: Any, where: Geometry) -> list[Draft]:
    """The lines of a page with the rows of tables without rules as cells and texts side by side one after the other.

    ``textpage`` is pypdfium2's, ``lines`` know their letters (``first``, ``last``). What is not surely a column stays.
    """
    if where.rotation:
        return list(lines)
    letters = Letters(textpage, where)
    lines = [
        part
        for line in lines
        for part in (letters.level(line) if line.last > line.first >= 0 and not line.angle else (line,))
    ]
    if (table := headed_rows(lines, letters.parts)) is not None:
        return table
    usual = _usual_width(lines)
    wide: list[tuple[float, int]] = []
    for place, line in enumerate(lines):
        text, size = line.text, line.size
        if line.first < 0 or line.angle or line.row is not None or not size:
            continue
        width, fitting = line.right - line.x, usual * size * len(text)
        if text[1:2] == " " and _SPACED.fullmatch(text):
            letters.respace(line)
        elif width > _SPREAD * fitting + _EXTRA * size and " " in text:
            if not text.isupper() or width > _SPREAD * _CAPITALS * fitting + _EXTRA * size:
                wide.append((fitting - width, place))
        elif 0 < width < _NARROW * fitting and len(text) >= _LEAST_LETTERS:
            letters.resort(line)
    listed = _points_apart(lines)
    least = 1 if listed else _LEAST_WIDE
    parts = _cut(lines, [place for _, place in sorted(wide)], letters, least) if len(wide) >= least else {}
    if len(parts) < _LEAST_WIDE and not listed:
        return lines
    return arranged([(line, parts.get(place, [line])) for place, line in enumerate(lines)]) or list(lines)


def _usual_width(lines: Sequence[Draft]) -> float:
    """Width of a letter in sizes on this page, where narrow lines tell more: any line may be wide."""
    widths = sorted(
        (line.right - line.x) / (line.size * len(line.text))
        for line in lines
        if line.size and len(line.text) >= _LEAST_LETTERS and line.right > line.x
    )
    usual = widths[len(widths) // 3] if len(widths) >= 5 else _USUAL
    return usual if usual <= _WIDEST else _USUAL


def _cut(lines: Sequence[Draft], wide: Sequence[int], letters: Letters, least: int) -> dict[int, list[Draft]]:
    """The parts of those lines that have several, by the place of the line; the widest are looked at first.

    ``least``: how many of these must have several before all other lines are looked at.
    """
    found: dict[int, list[Draft]] = {}
    first = [place for place in wide if not _LEADERS.search(lines[place].text)][:_FIRST_LOOK]
    if 3 * sum(bool(_SUM.search(lines[place].text)) for place in first) >= len(first):
        return found  # a budget, whose figures need no columns
    rest = [place for place in range(min(len(lines), _MOST_LOOKED)) if place not in first]
    for looked, place in enumerate([*first, *rest]):
        if looked == len(first) and (len(found) < least or not _promising(lines, list(found.values()))):
            break  # letters spread over a line, a wide font, a form
        line = lines[place]
        if line.first >= 0 and " " in line.text and not line.angle and line.row is None:
            parts = letters.parts(line)
            if len(parts) > 1:
                found[place] = parts
    return found


def _promising(lines: Sequence[Draft], cut: Sequence[Sequence[Draft]]) -> bool:
    """Whether there are points in a row, or words on both sides of a gap."""
    worded = sum(sum(sum(map(str.isalpha, part.text)) >= _LEAST_WORDS for part in parts) > 1 for parts in cut)
    return worded >= 2 or sum(line.text[:1].isdigit() or line.text[:1] in ("N", "n") for line in lines) >= _LEAST_LINES


def _points_apart(lines: Sequence[Draft]) -> bool:
    """Whether there are points with columns beside them that the engine kept apart.

    Lines that are nothing but a number count on, or several lines begin with one and have another beside them.
    """
    numbers = [int(found[1]) for line in lines if len(line.text) <= 18 and (found := _NUMBER.fullmatch(line.text))]
    if sum(after == before + 1 for before, after in pairwise(numbers)) >= _LEAST_LINES - 1:
        return True
    led = {round(line.top + 0.8 * line.size) for line in lines if line.text[:1].isdigit()}
    if len(led) < _LEAST_LINES:
        return False
    beside = [line for line in lines if not line.text[:1].isdigit() and round(line.top + 0.8 * line.size) in led]
    return len(beside) >= _LEAST_LINES
