"""Numbers that word processors print before a paragraph without storing them: lists counted as their program counts.

One model for DOCX, DOC and ODF: a list has up to nine levels, each with a format, a pattern ("%1.%2.") and rules of
restart (ECMA-376 part 1, 17.9; MS-DOC 2.9.150; ODF 1.3 part 3, 19.880).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Format = Literal[
    "decimal", "padded", "upper-roman", "lower-roman", "upper-letter", "lower-letter", "ordinal", "bullet", "none"
]
LEVELS = 10
_ROMANS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """``pattern`` mixes signs and the places (0 for the first) of the levels whose numbers are shown."""

    format: Format = "decimal"
    pattern: tuple[str | int, ...] = ()
    start: int = 1
    restart: int | None = None  # counts anew below levels before this place only; 0: never; None: below any
    legal: bool = False  # all its numbers in arabic
    repeats: bool = True  # after "z" comes "aa", then "bb" (Word); else "aa", then "ab"
    style: str = ""  # the paragraph style that belongs to it


@dataclass(slots=True)
class _Count:
    values: dict[int, int] = field(default_factory=dict)
    overridden: set[tuple[Hashable, int]] = field(default_factory=set)


@dataclass(slots=True)
class Counters:
    """How far every list of a document has counted."""

    lists: dict[Hashable, _Count] = field(default_factory=dict)

    def next(
        self, key: Hashable, levels: Mapping[int, Level], place: int, *, starts: Mapping[int, int] | None = None,
        instance: Hashable = None,
    ) -> str:  # fmt: skip
        """Count a paragraph at ``place`` of the list ``key``; its number as printed, "" for bullets.

        ``starts`` are the numbers with which the ``instance`` of the list begins anew when it is first met.
        """
        level = levels.get(place)
        if level is None:
            return ""
        count = self.lists.setdefault(key, _Count())
        first = (instance, place)
        if starts and place in starts and first not in count.overridden:
            count.overridden.add(first)
            count.values[place] = starts[place]
        elif place in count.values:
            count.values[place] += 1
        else:
            count.values[place] = level.start
        _restart(count, levels, place)
        return shown(levels, count.values, place)

    def forget(self, key: Hashable) -> None:
        """Let the list begin anew."""
        self.lists.pop(key, None)

    def set(self, key: Hashable, place: int, value: int) -> None:
        """Let the next paragraph at ``place`` have the number ``value``."""
        self.lists.setdefault(key, _Count()).values[place] = value - 1


@dataclass(frozen=True, slots=True)
class Use:
    """A list as a document uses it; those of one ``key`` count together. ``starts``: numbers it begins anew with."""

    key: Hashable
    levels: Mapping[int, Level]
    starts: Mapping[int, int]

    def next(self, counters: Counters, place: int, instance: Hashable) -> tuple[int, str] | None:
        """Count a paragraph; its nesting (from 1) and printed number, None where it is in no list."""
        level = self.levels.get(place)
        if level is None:
            return None
        marker = counters.next(self.key, self.levels, place, starts=self.starts, instance=instance)
        if not marker.strip() and level.format != "bullet":
            return None
        return place + 1, marker


def _restart(count: _Count, levels: Mapping[int, Level], place: int) -> None:
    for deeper in [one for one in count.values if one > place]:
        restart = levels[deeper].restart if deeper in levels else None
        if restart is None or place < restart:
            del count.values[deeper]


def shown(levels: Mapping[int, Level], values: Mapping[int, int], place: int) -> str:
    """The printed number of a paragraph at ``place``; levels that were not met yet show their start."""
    level = levels[place]
    if level.format == "bullet":
        return ""
    parts = []
    for part in level.pattern:
        if isinstance(part, str):
            parts.append(part)
        elif (of := levels.get(part)) is not None:
            style: Format = "decimal" if level.legal and of.format not in ("bullet", "none") else of.format
            parts.append(numeral(values.get(part, of.start), style, repeats=of.repeats))
    return "".join(parts)


def numeral(number: int, style: Format, *, repeats: bool = True) -> str:
    """A number as printed: "3", "03", "c", "C", "iii", "III", "3e"."""
    match style:
        case "none" | "bullet":
            return ""
        case "padded":
            return f"{number:02d}"
        case "ordinal":
            return f"{number}er" if number == 1 else f"{number}e"
        case "upper-letter" | "lower-letter" if 0 < number <= 780:
            letters = _letters(number, repeats=repeats)
            return letters.upper() if style == "upper-letter" else letters
        case "upper-roman" | "lower-roman" if 0 < number < 4000:
            text = _roman(number)
            return text.upper() if style == "upper-roman" else text
        case _:
            return str(number)


def _letters(number: int, *, repeats: bool) -> str:
    if repeats:
        return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMANS:
        count, number = divmod(number, value)
        text += sign * count
    return text
