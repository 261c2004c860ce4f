"""Broken PDFs rebuilt from the objects that are left, as a download that was cut off leaves them.

The table of contents of a PDF stands at its end, and in newer ones the page tree lies in compressed object streams
near it. Both are made anew from the objects found; qpdf (through pikepdf) puts the rest in order.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import pikepdf

from pipelines.text.limits import MAX_PAGES, MAX_REPAIR_OBJECTS, MAX_UNPACKED

_OBJECT = re.compile(rb"(?<!\d)(\d{1,7})[ \t\r\n]{1,4}(\d{1,5})[ \t\r\n]{1,4}obj\b")
_CATALOG = re.compile(rb"/Type\s{0,4}/Catalog\b")
_PAGE = re.compile(rb"/Type\s{0,4}/Page(?![A-Za-z])")
_OBJECT_STREAM = re.compile(rb"/Type\s{0,4}/ObjStm\b")
_COUNT = re.compile(rb"/N\s{1,4}(\d{1,7})")
_FIRST = re.compile(rb"/First\s{1,4}(\d{1,9})")
_TREE = re.compile(rb"/Pages\s{1,4}(\d{1,7})\s")
_MAX_HEAD = 20_000  # bytes of an object that are looked at
logging.getLogger("pikepdf").setLevel(logging.ERROR)  # a warning per damaged object would drown ours


def rebuilt(data: bytes) -> list[bytes]:
    """Sound files made of a broken one, the one with the most pages first; empty where nothing can be made of it."""
    candidates = [data]
    if b"/Encrypt" not in data:  # objects taken out of an encrypted file cannot be read
        salvaged = _with_trailer(data)
        if salvaged is not None:
            candidates.insert(0, salvaged)
    made = [result for result in map(_by_qpdf, candidates) if result is not None]
    return [mended for _, mended in sorted(made, key=lambda result: -result[0])]


def _by_qpdf(data: bytes) -> tuple[int, bytes] | None:
    """(number of pages, a file that qpdf wrote); None where it finds no page."""
    result = io.BytesIO()
    try:
        with warnings.catch_warnings(), pikepdf.open(io.BytesIO(data)) as document:
            warnings.simplefilter("ignore")  # of forms that lost their fields, and the like
            count = len(document.pages)
            document.save(result)
    except MemoryError:
        raise
    except Exception as error:  # on broken files it raises anything from PdfError to UnicodeDecodeError
        logging.getLogger(__name__).info("qpdf gave up: %s", type(error).__name__)
        return None
    return (count, result.getvalue()) if count else None


@dataclass(slots=True)
class _Parts:
    """What a look at every object of a file found."""

    numbers: set[int] = field(default_factory=set)
    pages: list[int] = field(default_factory=list)
    trees: dict[int, int] = field(default_factory=dict)  # catalogue: page tree
    streams: list[tuple[int, int, int]] = field(default_factory=list)  # object streams: (place, objects, offset)

    def note(self, name: int, head: bytes, place: int) -> None:
        """Take an object into account by the dictionary that it begins with."""
        self.numbers.add(name)
        if _PAGE.search(head):
            self.pages.append(name)
        elif _CATALOG.search(head) and (tree := _TREE.search(head)):
            self.trees[name] = int(tree.group(1))
        elif _OBJECT_STREAM.search(head) and (count := _COUNT.search(head)) and (first := _FIRST.search(head)):
            self.streams.append((place, int(count.group(1)), int(first.group(1))))

    @property
    def root(self) -> int | None:
        """The last catalogue whose page tree is there."""
        return max((name for name, tree in self.trees.items() if tree in self.numbers), default=None)


def _with_trailer(data: bytes) -> bytes | None:
    """The file with its compressed objects, a page tree where it has none, and a trailer at its end."""
    parts = _Parts()
    for found in islice(_OBJECT.finditer(data), MAX_REPAIR_OBJECTS):
        parts.note(int(found.group(1)), _dictionary(data, found.end()), found.end())
    written = [data, _end_of_last(data)]
    for name, body in islice(_compressed(data, parts.streams), MAX_REPAIR_OBJECTS):
        if name not in parts.numbers:
            parts.note(name, body[:_MAX_HEAD], 0)
            written.append(b"%d 0 obj\n%b\nendobj\n" % (name, body))
    root, top = parts.root, max(parts.numbers, default=0)
    if root is None:
        pages = list(dict.fromkeys(parts.pages))[:MAX_PAGES]
        if not pages:
            return None
        kids = b" ".join(b"%d 0 R" % name for name in pages)
        written.append(b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%b]>>\nendobj\n" % (top + 1, len(pages), kids))
        written.append(b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (top + 2, top + 1))
        root = top + 2
    written.append(b"trailer\n<</Root %d 0 R/Size %d>>\nstartxref\n0\n%%%%EOF\n" % (root, top + 3))
    return b"".join(written)


def _end_of_last(data: bytes) -> bytes:
    """What closes an object in the middle of which the file ends."""
    begin = data.rfind(b" obj")
    if begin < 0 or data.find(b"endobj", begin) >= 0:
        return b"\n"
    return b"\nendstream\nendobj\n" if data.find(b"stream", begin) >= 0 else b"\nendobj\n"


def _dictionary(data: bytes, begin: int) -> bytes:
    """The first bytes of an object, up to its stream or its end."""
    head = data[begin : begin + _MAX_HEAD]
    ends = [end for end in (head.find(b"endobj"), head.find(b"stream")) if end >= 0]
    return head[: min(ends)] if ends else head


def _compressed(data: bytes, streams: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, bytes]]:
    """(number, body) of the objects inside object streams."""
    left = MAX_UNPACKED
    for place, count, offset in streams:
        begin = data.find(b"stream", place)
        if begin < 0 or left <= 0:
            return
        begin += 8 if data[begin + 6 : begin + 8] == b"\r\n" else 7
        end = data.find(b"endstream", begin)
        try:
            unpacked = zlib.decompressobj().decompress(data[begin : end if end >= 0 else None], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        numbers = [int(word) for word in unpacked[:offset].split()[: 2 * count] if word.isdigit() and len(word) <= 9]
        names, places = numbers[::2], numbers[1::2]
        for index, name in enumerate(names[: len(places)]):
            after = places[index + 1] if index + 1 < len(places) else len(unpacked)
            yield name, unpacked[offset + places[index] : offset + after]
