"""Automatic numbers of a Word 97-2003 document (MS-DOC 2.9.131 to 2.9.150): lists, their levels, their uses."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from pipelines.text.office.doc_file import LIST_USES, LISTS, WordFile
from pipelines.text.office.numerals import Counters, Format, Level, Use

MAX_LISTS = 10_000
_FORMATS: dict[int, Format] = {
    0: "decimal", 1: "upper-roman", 2: "lower-roman", 3: "upper-letter", 4: "lower-letter", 5: "ordinal",
    22: "padded", 23: "bullet", 255: "none",
}  # fmt: skip


@dataclass(slots=True)
class DocNumbering:
    """The lists of a document by their use (from 1) and how far they have counted."""

    uses: list[Use] = field(default_factory=list)
    counters: Counters = field(default_factory=Counters)

    def next(self, use: int, place: int) -> tuple[int, str] | None:
        """Count a paragraph; its nesting (from 1) and printed number, None where it is in no list."""
        if not 0 < use <= len(self.uses):
            return None
        return self.uses[use - 1].next(self.counters, place, use)


def numbering(word: WordFile) -> DocNumbering:
    """The lists of a document; none where their tables are broken."""
    try:
        return DocNumbering(_uses(word.part(LIST_USES), _lists(word.part(LISTS), word.after(LISTS))))
    except (struct.error, IndexError):
        return DocNumbering()


def _lists(table: bytes, after: bytes) -> dict[int, dict[int, Level]]:
    """Levels of each list by its id; the levels stand behind the table."""
    if len(table) < 2:
        return {}
    count = min(struct.unpack_from("<H", table)[0], MAX_LISTS)
    found: dict[int, dict[int, Level]] = {}
    place = 0
    for index in range(count):
        key = struct.unpack_from("<i", table, 2 + 28 * index)[0]
        simple = table[2 + 28 * index + 26] & 1
        levels: dict[int, Level] = {}
        for number in range(1 if simple else 9):
            levels[number], place = _level(after, place)
        found[key] = levels
    return found


def _level(raw: bytes, place: int) -> tuple[Level, int]:
    start, shape, flags = struct.unpack_from("<iBB", raw, place)
    characters, paragraphs, restart = struct.unpack_from("<BBB", raw, place + 24)
    place += 28 + paragraphs + characters
    size = struct.unpack_from("<H", raw, place)[0]
    text = raw[place + 2 : place + 2 + 2 * size].decode("utf-16-le", "replace")
    level = Level(
        format=_FORMATS.get(shape, "decimal"),
        pattern=_pattern(text),
        start=start,
        restart=restart if flags & 0x08 else None,
        legal=bool(flags & 0x04),
    )
    return level, place + 2 + 2 * size


def _pattern(text: str) -> tuple[str | int, ...]:
    """Characters below 9 stand for the numbers of their levels."""
    parts: list[str | int] = []
    for char in text:
        if ord(char) < 9:
            parts.append(ord(char))
        elif parts and isinstance(last := parts[-1], str):
            parts[-1] = last + char
        else:
            parts.append(char)
    return tuple(parts)


def _uses(table: bytes, lists: dict[int, dict[int, Level]]) -> list[Use]:
    if len(table) < 4:
        return []
    count = min(struct.unpack_from("<I", table)[0], MAX_LISTS)
    uses: list[Use] = []
    place = 4 + 16 * count
    for index in range(count):
        key = struct.unpack_from("<i", table, 4 + 16 * index)[0]
        overrides = table[4 + 16 * index + 12]
        levels = dict(lists.get(key, {}))
        starts: dict[int, int] = {}
        place += 4 if place + 4 <= len(table) else 0
        for _ in range(overrides):
            if place + 8 > len(table):
                break
            start, flags = struct.unpack_from("<iI", table, place)
            place += 8
            number = flags & 0x0F
            if flags & 0x20:
                levels[number], place = _level(table, place)
                if flags & 0x10:
                    starts[number] = levels[number].start
            elif flags & 0x10:
                starts[number] = start
        uses.append(Use(key, levels, starts))
    return uses
