"""Which marker family carries the items of a list, and which stand below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.agenda.markers import Mark, roman
from pipelines.agenda.people import person
from pipelines.agenda.rows import Row
from pipelines.agenda.words import capitals

_LETTERED = re.compile(r"([A-Z])(?:\s?[.)/]\s?[-–]?|\s?[-–—])\s*(?=\S)")
_CLOSES = re.compile(r"\s*\d{1,4}\s?\)\s*")
_LEAST_SERIES = 4  # numbers that count on from a high one
_USUAL_FIRST = 60  # up to which the first number of a list is likely
_MOST_LEFT_OUT = 6
_LETTERS = 26
_LEAST_AROUND = 3  # points of a series around the lines of one of them
_NUMBERED = ("act", "worded", "arabic", "dotted")


def leveled(marks: list[Mark | None], rows: Sequence[Row]) -> list[Mark | None]:
    """The marks of list items nested in others as details, whatever numbers them."""
    base = min((row.level for row in rows if row.block == "li"), default=0)
    glyph = _base_glyph(marks, rows)
    return [
        Mark("sub", None, 0, mark.rest)
        if mark is not None
        and (
            (row.block == "li" and row.level > base)
            or (glyph and mark.family == "bullet" and _glyph(row, mark) != glyph)
        )
        else mark
        for mark, row in zip(marks, rows, strict=True)
    ]


def _glyph(row: Row, mark: Mark) -> str:
    text = row.text[len(mark.speaker) :].lstrip() if mark.speaker and row.text.startswith(mark.speaker) else row.text
    return "-" if text[:1] in "-–—−‐" else text[:1]


def _base_glyph(marks: Sequence[Mark | None], rows: Sequence[Row]) -> str | None:
    """The first sign of a list whose bullets have several: what the others mark are details."""
    glyphs = [
        _glyph(row, mark)
        for mark, row in zip(marks, rows, strict=True)
        if mark is not None and mark.family == "bullet" and row.block != "li"
    ]
    return glyphs[0] if len(set(glyphs)) > 1 and glyphs.count(glyphs[0]) >= 2 else None


def paired(marks: list[Mark | None], rows: Sequence[Row]) -> tuple[list[Mark | None], frozenset[int]]:
    """Numbers that stand alone on a line, with the title on the next; and the places of these titles."""
    taken = set()
    for place in range(1, len(marks)):
        if _CLOSES.fullmatch(rows[place].text) and (above := rows[place - 1].text).count("(") > above.count(")"):
            marks[place] = None  # "… (page / 35)"
    below = _below_titles(marks, rows)
    for start, place in below.items():
        if (mark := marks[place]) is not None:
            marks[start], marks[place] = replace(mark, rest=rows[start].text, speaker=person(mark.rest)), None
            taken.add(place)
    for place, number in _lone_numbers(marks, rows):
        marks[place] = Mark("arabic", str(number), number, "")
    for place, mark in enumerate(marks[:-1]):
        if mark is not None and mark.number and not mark.rest and marks[place + 1] is None:
            marks[place] = replace(mark, rest=rows[place + 1].text)
            taken.add(place + 1)
    return marks, frozenset(taken)


def _below_titles(marks: Sequence[Mark | None], rows: Sequence[Row]) -> dict[int, int]:
    """Of numbers that stand alone below a title in bold, the first line of each title with the place of its number."""
    lone = [
        place
        for place, mark in enumerate(marks)
        if mark is not None and mark.number and (not mark.rest or person(mark.rest))
    ]
    last = lone[-1] + 1 if lone else 0
    if 0 < last < len(rows) and rows[last].bold and marks[last] is None:
        return {}  # the titles stand below their numbers
    found: dict[int, int] = {}
    for place in lone:
        start = place
        while (
            start > 0 and rows[start - 1].bold and marks[start - 1] is None and (start == place or rows[start - 1].full)
        ):
            start -= 1
        if (
            start < place
            and not rows[place].bold
            and not (place + 1 < len(rows) and rows[place + 1].bold and marks[place + 1])
        ):
            found[start] = place
    return found if len(found) >= _LEAST_AROUND and len(found) >= 0.9 * len(lone) else {}


def _lone_numbers(marks: Sequence[Mark | None], rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Lines that are nothing but 1, 2, 3 …, each above the line of its title; at least two, in order."""
    found: list[tuple[int, int]] = []
    for place, (row, below) in enumerate(pairwise(rows)):
        value = int(row.text) if len(row.text) <= 3 and row.text.isdecimal() else 0
        expected = found[-1][1] + 1 if found else 1
        if (
            value == expected
            and marks[place] is None
            and marks[place + 1] is None
            and any(map(str.isalpha, below.text))
        ):
            found.append((place, value))
    return found if len(found) >= 2 else []


def romanised(marks: Sequence[Mark | None]) -> list[Mark | None]:
    """The marks of a list numbered i, ii, iii …: a single "i" or "v" is no letter there."""
    lower = any(mark is not None and mark.family == "roman" and str(mark.number).islower() for mark in marks)
    return [
        replace(mark, family="roman", value=roman(mark.number))
        if lower and mark is not None and mark.family == "letter" and mark.number in ("i", "v", "x")
        else mark
        for mark in marks
    ]


def lettered(marks: Sequence[Mark | None], rows: Sequence[Row]) -> list[Mark | None]:
    """The marks of a list lettered A, B, C …: its I, L and M are no romans and no gentlemen there."""
    result = list(marks)
    last = 0
    for place, (mark, row) in enumerate(zip(marks, rows, strict=True)):
        if mark is not None and mark.family == "letter":
            last = mark.value
        elif (
            1 < last < _LETTERS
            and (found := _LETTERED.match(row.text))
            and ord(found[1]) - ord("A") == last
            and (mark is None or (mark.family == "roman" and mark.number == found[1]))
        ):
            last += 1
            result[place] = Mark("letter", found[1], last, row.text[found.end() :])
    return result


def primary(marks: Sequence[Mark | None], rows: Sequence[Row]) -> str | None:
    """The family of the items: act numbers before numbers before romans before bullets, where they make a series."""
    counts = Counter(mark.family for mark in marks if mark is not None and mark.family != "sub")
    runs = {family: _run(family, marks) for family in counts if family not in ("act", "bullet")}
    if counts["act"] >= 2 and (outer := _around(marks, runs)) is not None:
        return outer
    if counts["act"] >= 2 and counts["act"] >= 0.5 * max(runs.get("arabic", 0), 1):
        return "act"
    if runs.get("worded", 0) >= 2:
        return "worded"
    if runs.get("dotted", 0) >= 2 and counts["dotted"] > runs.get("arabic", 0):
        return "dotted"
    for family in ("arabic", "bare"):
        if runs.get(family, 0) >= 2 and (family == "arabic" or runs[family] >= 3):
            return family
    if counts["act"] == 1 and not runs.get("arabic"):
        return "act"
    upper = [
        row
        for mark, row in zip(marks, rows, strict=True)
        if mark and mark.family in ("roman", "letter") and capitals(mark.rest)
    ]
    for family in ("roman", "letter"):
        if runs.get(family, 0) >= 2 and not (counts["bullet"] > runs[family] and len(upper) >= 0.6 * runs[family]):
            return family
    if counts["bullet"] >= 2:
        return "bullet"
    return next(
        (family for family in ("arabic", "worded", "roman") if runs.get(family, 0) == 1 and counts["bullet"] >= 2), None
    ) or next((family for family in ("worded", "arabic") if runs.get(family) == 1), None)


def _around(marks: Sequence[Mark | None], runs: dict[str, int]) -> str | None:
    """The series in one point of which all the numbers of acts stand: the lines of a report on decisions, no points."""
    for family in ("worded", "arabic", "roman"):
        if runs.get(family, 0) < _LEAST_AROUND:
            continue
        order = [mark.family for mark in marks if mark is not None and mark.family in (family, "act")]
        first = order.index("act")
        last = len(order) - order[::-1].index("act")
        if first and "act" in order and set(order[first:last]) == {"act"}:
            return family
    return None


def _run(family: str, marks: Sequence[Mark | None]) -> int:
    """How many marks of a family follow in order (restarts at 1 are allowed)."""
    last, run, first = 0, 0, first_of(family, marks)
    for mark in marks:
        if mark is not None and mark.family == family and follows(family, last, mark.value, first):
            last, run = mark.value, run + 1
    return run


def first_of(family: str, marks: Sequence[Mark | None]) -> int:
    """The number that a series begins with which goes on from another day ("201", "202", ...); else 0."""
    values = [mark.value for mark in marks if mark is not None and mark.family == family]
    if family not in ("arabic", "bare", "worded") or len(values) < _LEAST_SERIES or values[0] <= _USUAL_FIRST:
        return 0
    steps = sum(0 < two - one <= 2 for one, two in pairwise(values))
    return values[0] if steps >= 0.9 * (len(values) - 1) else 0


def follows(family: str, last: int, value: int, first: int = 0) -> bool:
    """Whether a number may come after ``last`` (0: none yet) in a series; ``first``: a high one that it begins with."""
    if family in ("act", "bullet"):
        return True
    if first:
        return value == first if not last else last < value <= last + _MOST_LEFT_OUT
    return (
        value == 1
        or (family == "worded" and value > last)
        or last < value <= last + (6 if family in ("arabic", "worded", "dotted") and last else 3)
        or (last == 0 and value <= 60)
    )


def deeper(family: str, marks: Sequence[Mark | None]) -> frozenset[str]:
    """The families that stand below the items: their rows are details of a title."""
    below = (
        {"bullet", "letter"} if family in (*_NUMBERED, "bare", "roman") else {"bullet"} if family == "letter" else set()
    )
    if family in ("arabic", "worded", "act"):
        below.add("dotted")
    if family in ("arabic", "worded", "roman"):
        below.add("act")
    return frozenset(below | {"sub"})
