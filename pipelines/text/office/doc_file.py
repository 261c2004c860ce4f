"""The skeleton of a Word 97-2003 file: header, pieces of text, and the properties of stretches of it (MS-DOC).

Text is addressed by characters (CP), properties by bytes of the main stream (FC); the piece table maps the two.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import olefile

from crawler.errors import Locked, TooLarge, Unreadable
from pipelines.text.office.ole import SUMMARY, summary_title

MAX_STREAM = 200_000_000
MAX_CHARACTERS = 30_000_000
_PAGE = 512  # bytes of a page of properties
_PAIRS = 0x9A  # where the pairs (offset, length) of the header begin
_CP1252 = bytes(range(256)).decode("cp1252", "replace").replace("\ufffd", " ")

STYLES, FOOTNOTE_REFS, FOOTNOTES, SECTIONS, HEADERS = 1, 2, 3, 6, 11
CHARACTER_PAGES, PARAGRAPH_PAGES, PIECES, ENDNOTE_REFS, ENDNOTES = 12, 13, 33, 46, 47
SHAPES, BOXES, LISTS, LIST_USES = 40, 56, 73, 74

Properties = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``first``..``last`` stand at ``offset`` of the main stream, ``width`` bytes each."""

    first: int
    last: int
    offset: int
    width: int


@dataclass(slots=True)
class WordFile:
    """The streams of a file and what its header says."""

    main: bytes
    table: bytes
    lengths: dict[str, int]  # characters of text, footnotes, headers, …
    data: bytes = b""
    pieces: list[Piece] = field(default_factory=list)
    title: str = ""

    def part(self, index: int) -> bytes:
        """The stretch of the table stream that the header's pair ``index`` points to."""
        place = _PAIRS + 8 * index
        if place + 8 > len(self.main):
            return b""
        offset, length = struct.unpack_from("<II", self.main, place)
        return self.table[offset : offset + length] if offset + length <= len(self.table) else b""

    def after(self, index: int) -> bytes:
        """What follows that stretch."""
        offset, length = struct.unpack_from("<II", self.main, _PAIRS + 8 * index)
        return self.table[offset + length :] if length else b""


def open_word(data: bytes) -> WordFile:
    """The skeleton of the Word document in ``data``.

    Raises:
        Locked: it is encrypted.
        Unreadable: it is broken, or older than Word 97 and without plain text.
        TooLarge: its streams or its text are over the limits.
    """
    with olefile.OleFileIO(BytesIO(data)) as ole:
        main = _stream(ole, "WordDocument")
        if len(main) < 0x44:
            raise Unreadable("the file is broken: its main stream is missing")
        magic, version = struct.unpack_from("<HH", main)
        flags = struct.unpack_from("<H", main, 0x0A)[0]
        if flags & 0x0100:
            raise Locked("the file asks for a password")
        if magic not in (0xA5EC, 0xA5DC):
            raise Unreadable("the file is broken: its header is not Word's")
        title = summary_title(_stream(ole, SUMMARY))
        if magic == 0xA5DC or version < 0xC0:
            return _before_97(main, flags, title)
        table = _stream(ole, "1Table" if flags & 0x0200 else "0Table")
        extra = _stream(ole, "Data")
    names = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes")
    if len(main) < _PAIRS + 8 * (PIECES + 1):
        raise Unreadable("the file is broken: its header is cut")
    lengths = dict(zip(names, struct.unpack_from("<8I", main, 0x4C), strict=True))
    word = WordFile(main, table, lengths, extra, title=title)
    word.pieces = list(_pieces(word))
    if not word.pieces:
        raise Unreadable("the file is broken: its table of text is missing")
    return word


def _stream(ole: olefile.OleFileIO, name: str) -> bytes:
    if not ole.exists(name):
        return b""
    if ole.get_size(name) > MAX_STREAM:
        raise TooLarge(f"a stream of {ole.get_size(name) // 1_000_000} MB")
    content: bytes = ole.openstream(name).read()
    return content


def _before_97(main: bytes, flags: int, title: str) -> WordFile:
    """Word 6 and 95: bytes of one charset in a row, unless the file was saved by patching it."""
    if flags & 0x0004 or len(main) < 0x38:
        raise Unreadable("a file of Word 6 or 95, saved in patches: its text cannot be put together")
    first, last = struct.unpack_from("<II", main, 0x18)
    count = struct.unpack_from("<I", main, 0x34)[0]
    last = min(last, first + count, len(main)) if count else min(last, len(main))
    if last <= first:
        raise Unreadable("the file is broken: its text is missing")
    return WordFile(main, b"", {"text": last - first}, pieces=[Piece(0, last - first, first, 1)], title=title)


def _pieces(word: WordFile) -> Iterator[Piece]:
    clx = word.part(PIECES)
    place = 0
    while place + 3 <= len(clx) and clx[place] == 1:  # properties of fast-saved pieces
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if place + 5 > len(clx) or clx[place] != 2:
        return
    size = struct.unpack_from("<I", clx, place + 1)[0]
    table = clx[place + 5 : place + 5 + size]
    count = max((len(table) - 4) // 12, 0)
    places = struct.unpack_from(f"<{count + 1}I", table) if count else ()
    for index in range(count):
        raw = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * index + 2)[0]
        packed = bool(raw & 0x40000000)
        offset = (raw & 0x3FFFFFFF) // 2 if packed else raw & 0x3FFFFFFF
        first, last = places[index], places[index + 1]
        if last > first and last <= MAX_CHARACTERS:
            yield Piece(first, last, offset, 1 if packed else 2)


def text_of(word: WordFile) -> str:
    """All characters of all stories, one for each CP; halves of pairs stay apart."""
    parts: list[str] = []
    position = 0
    for piece in word.pieces:
        parts.append(" " * (piece.first - position))
        count = piece.last - piece.first
        raw = word.main[piece.offset : piece.offset + count * piece.width]
        if piece.width == 1:
            text = raw.decode("latin-1").translate(_HIGH) if not raw.isascii() else raw.decode("ascii")
        else:
            raw = raw[: len(raw) // 2 * 2]
            text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))
        parts.append(text.ljust(count))
        position = piece.last
    return "".join(parts)


_HIGH = {code: _CP1252[code] for code in range(0x80, 0xA0)}


def stretches(word: WordFile, index: int) -> list[tuple[int, int, bytes]]:
    """Stretches of characters with their properties, in order: (first, last, raw properties)."""
    paragraphs = index == PARAGRAPH_PAGES
    table = word.part(index)
    count = max((len(table) - 4) // 8, 0)
    runs: list[tuple[int, int, bytes]] = []
    for number in struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ():
        offset = (number & 0x3FFFFF) * _PAGE
        page = word.main[offset : offset + _PAGE]
        if len(page) == _PAGE:
            runs += _page(page, paragraphs=paragraphs)
    return _by_character(word.pieces, sorted(runs, key=lambda run: run[0]))


def _page(page: bytes, *, paragraphs: bool) -> Iterator[tuple[int, int, bytes]]:
    count = page[-1]
    width = 13 if paragraphs else 1
    if 4 * (count + 1) + width * count > _PAGE:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for index in range(count):
        place = 2 * page[4 * (count + 1) + width * index]
        raw = b""
        if place:
            size = page[place]
            begin = place + 1
            if paragraphs:
                if size:
                    size = 2 * size - 1
                else:
                    begin, size = place + 2, 2 * page[place + 1] if place + 1 < _PAGE else 0
            raw = page[begin : min(begin + size, _PAGE)]
        yield bounds[index], bounds[index + 1], raw


def _by_character(pieces: list[Piece], runs: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Stretches of bytes as stretches of characters, piece by piece."""
    begins = [run[0] for run in runs]
    found: list[tuple[int, int, bytes]] = []
    for piece in pieces:
        end = piece.offset + (piece.last - piece.first) * piece.width
        index = max(bisect_right(begins, piece.offset) - 1, 0)
        while index < len(runs) and runs[index][0] < end:
            first, last, raw = runs[index]
            index += 1
            low, high = max(first, piece.offset), min(last, end)
            if low < high:
                found.append((
                    piece.first + (low - piece.offset) // piece.width,
                    piece.first + (high - piece.offset + piece.width - 1) // piece.width,
                    raw,
                ))  # fmt: skip
    return found


def sprms(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The single properties in a list of them: (code, operand)."""
    place = 0
    while place + 2 <= len(raw):
        code = raw[place] | raw[place + 1] << 8
        place += 2
        kind = code >> 13
        if kind == 6:
            if place >= len(raw):
                return
            if code == 0xD608 and place + 2 <= len(raw):
                size = (raw[place] | raw[place + 1] << 8) + 1
            elif code == 0xC615 and raw[place] == 255:
                return
            else:
                size = raw[place] + 1
        else:
            size = (1, 1, 2, 4, 2, 2, 0, 3)[kind]
        yield code, raw[place : place + size]
        place += size
