"""Parts of a zipped document, bounded, and their XML, without entities, schemas or network.

A package whose directory is lost (a download that was cut) is read from what stands before each part.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from lxml import etree

from crawler.errors import Locked, TooLarge, Unreadable

MAX_PARTS = 20_000
MAX_PART = 64_000_000  # bytes of one part, unpacked; a tree of it takes ten times as much
MAX_TREE = 40_000_000
MAX_TOTAL = 256_000_000
MAX_RATIO = 400  # word processors' XML packs 10 to 60 times; lists of nothing up to 200
_STEP = 1024  # bytes unpacked at once, of what may break at any place
_SMALL = 4_000_000  # below which the ratio does not matter
_ENTITY = re.compile(rb"<!ENTITY|<\0!\0E\0N\0T\0I\0T\0Y|\0<\0!\0E\0N\0T\0I\0T\0Y")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_LOST_TAIL = {5, 77, 114}  # libxml2: document end, tag not finished, nested too deep
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error)


@dataclass(slots=True)
class Package:
    """The parts of one file by name."""

    raw: bytes
    archive: zipfile.ZipFile | None
    salvaged: dict[str, bytes] = field(default_factory=dict)
    total: int = 0
    damaged: bool = False  # a part, or the directory of them, was lost wholly or in part

    @property
    def names(self) -> list[str]:
        """Names of the parts in the order of the file."""
        return self.archive.namelist() if self.archive is not None else list(self.salvaged)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none.

        Raises:
            TooLarge: it unpacks to more than any document needs.
            Locked: it asks for a password.
        """
        if self.archive is None:
            return self.salvaged.get(name)
        try:
            info = self.archive.getinfo(name)
        except KeyError:
            return None
        if info.flag_bits & 1:
            raise Locked("the file asks for a password")
        if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise TooLarge(f"{name} unpacks to {info.file_size // 1_000_000} MB from next to nothing")
        limit = min(MAX_PART, MAX_TOTAL - self.total)
        try:
            with self.archive.open(info) as part:
                data = part.read(limit + 1)
        except _DAMAGED:
            if not self.damaged:
                self.salvaged = _salvage(self.raw)
            self.damaged = True
            data = _alone(self.raw, info.header_offset, limit) or self.salvaged.get(name, b"")
        self.total += len(data)
        if len(data) > limit:
            raise TooLarge(f"{name} unpacks to more than {limit // 1_000_000} MB")
        return data


def open_package(data: bytes) -> Package:
    """The package in ``data``.

    Raises:
        Unreadable: nothing can be found in it.
        TooLarge: it has more parts than any document.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        count = len(archive.infolist())
    except _DAMAGED:
        salvaged = _salvage(data)
        if not salvaged:
            raise Unreadable("the file is broken: its parts cannot be found") from None
        return Package(data, None, salvaged, damaged=True)
    if count > MAX_PARTS:
        raise TooLarge(f"a file of {count} parts")
    return Package(data, archive)


def _salvage(data: bytes) -> dict[str, bytes]:
    """The parts that can be read from their own headers alone, whole or as far as they go."""
    parts: dict[str, bytes] = {}
    total = 0
    place = data.find(b"PK\x03\x04")
    while place >= 0 and len(parts) < MAX_PARTS and total < MAX_TOTAL:
        if place + _LOCAL.size > len(data):
            break
        _, _, flags, method, _, _, _, packed, _, name_size, extra = _LOCAL.unpack_from(data, place)
        begin = place + _LOCAL.size + name_size + extra
        name = data[place + _LOCAL.size : place + _LOCAL.size + name_size].decode("utf-8", "replace")
        after = begin + 1
        if not flags & 1 and method in (0, 8):
            part, after = _inflate(data, begin, packed, stored=method == 0)
            total += len(part)
            if part:
                parts.setdefault(name, part)
        place = data.find(b"PK\x03\x04", max(after, place + 4))
    return parts


def _alone(data: bytes, place: int, limit: int) -> bytes:
    """A part by its own header, as far as its bytes hold."""
    if place + _LOCAL.size > len(data):
        return b""
    signature, _, _, method, _, _, _, packed, _, name_size, extra = _LOCAL.unpack_from(data, place)
    if signature != b"PK\x03\x04" or method not in (0, 8):
        return b""
    return _inflate(data, place + _LOCAL.size + name_size + extra, packed, stored=method == 0, limit=limit)[0]


def _inflate(data: bytes, begin: int, packed: int, *, stored: bool, limit: int = MAX_PART) -> tuple[bytes, int]:
    """What unpacks from ``begin``, and where it ends."""
    if stored:
        return data[begin : begin + min(packed, limit)], begin + packed
    machine = zlib.decompressobj(-15)
    parts: list[bytes] = []
    size = 0
    place = begin
    while place < len(data) and size < limit and not machine.eof:
        try:
            part = machine.decompress(data[place : place + _STEP], limit - size)
        except zlib.error:
            break
        parts.append(part)
        size += len(part)
        place += _STEP
    return b"".join(parts), place - len(machine.unused_data) if machine.eof else place


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed part; ``cut``: its end was missing."""

    root: etree._Element
    cut: bool = False


def refuse_entities(data: bytes) -> None:
    """Refuse XML that could blow up or reach out.

    Raises:
        Unreadable: it declares entities, which no office program does.
    """
    if _ENTITY.search(data):
        raise Unreadable("the file declares XML entities, which no office program writes")


def parse(data: bytes) -> Tree:
    """The tree of an XML part, as far as it can be followed.

    Raises:
        Unreadable: it is no XML, or declares entities, which no office program does.
        TooLarge: its tree would fill the memory.
    """
    if len(data) > MAX_TREE:
        raise TooLarge(f"a text of {len(data) // 1_000_000} MB of XML")
    refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("the file is broken: its XML cannot be read") from error
    if root is None:
        raise Unreadable("the file is broken: its XML is empty")
    return Tree(root, any(entry.type in _LOST_TAIL for entry in parser.error_log))
