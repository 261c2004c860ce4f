"""Where notes, text boxes and sections of a Word 97-2003 document stand."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pipelines.text.office.doc_file import BOXES, SECTIONS, SHAPES, WordFile, sprms


def notes(word: WordFile, refs: int, texts: int, begin: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Stretches of notes by the place of their mark in the text."""
    places = longs(word.part(texts))
    table = word.part(refs)
    count = max((len(table) - 4) // 6, 0)
    marks = struct.unpack_from(f"<{count}I", table) if count else ()
    for mark, first, last in zip(marks, places, places[1:], strict=False):
        if begin + first < min(begin + last, end):
            yield mark, (begin + first, min(begin + last, end))


def text_boxes(word: WordFile, text: str, begin: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Stretches of text boxes by the place of their anchor (MS-DOC 2.8.23, 2.8.32)."""
    anchors, texts = word.part(SHAPES), word.part(BOXES)
    shapes: dict[int, int] = {}
    count = max((len(anchors) - 4) // 30, 0)
    for index in range(count):
        place = struct.unpack_from("<I", anchors, 4 * index)[0]
        shapes[struct.unpack_from("<i", anchors, 4 * (count + 1) + 26 * index)[0]] = place
    count = max((len(texts) - 4) // 26, 0)
    places = struct.unpack_from(f"<{count + 1}I", texts) if count else ()
    for index in range(count):
        shape = struct.unpack_from("<i", texts, 4 * (count + 1) + 22 * index + 14)[0]
        first, last = begin + places[index], min(begin + places[index + 1], end)
        if shape in shapes and first < last and text[first:last].strip():
            yield shapes[shape], (first, last)


def section_ends(word: WordFile) -> Iterator[int]:
    """Places of the marks that end a section after which the next one goes on on the same page."""
    table = word.part(SECTIONS)
    count = max((len(table) - 4) // 16, 0)
    places = struct.unpack_from(f"<{count + 1}I", table) if count else ()
    for index in range(1, count):
        offset = struct.unpack_from("<i", table, 4 * (count + 1) + 12 * index + 2)[0]
        kind = 2
        if 0 <= offset < len(word.main) - 2:
            size = struct.unpack_from("<H", word.main, offset)[0]
            for code, value in sprms(word.main[offset + 2 : offset + 2 + size]):
                kind = value[0] if code == 0x3009 and value else kind
        if kind in (0, 1):
            yield places[index] - 1


def longs(table: bytes) -> tuple[int, ...]:
    """All numbers of 32 bits in a table."""
    return struct.unpack_from(f"<{len(table) // 4}I", table)
