"""What can be had of a ZIP whose table of contents is missing or damaged: each file also has a header of its own.

A download that was cut short has lost its table, which stands at the end, but not its first files.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.errors import TooLarge, Unreadable
from pipelines.text import member_names
from pipelines.text.bounds import CHUNK, Budget, Part, Refused

_LOCAL = b"PK\x03\x04"
_HEADER = struct.Struct("<4s5H3I2H")  # APPNOTE 4.3.7
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class _Entry:
    flags: int
    method: int
    crc: int
    packed: int
    name: bytes
    start: int  # where its bytes begin


def salvaged(data: bytes, budget: Budget, problem: str) -> Iterator[Part | Refused]:
    """The files of a damaged ZIP that are whole, each verified by its checksum. Raises Unreadable where there are
    none; ``problem`` is what the usual reader said."""
    entries = list(_entries(data, budget.bounds.entries))
    names = member_names.decoded([entry.name for entry in entries])
    given = member_names.Unique()
    found: list[Part | Refused] = []
    for entry, raw_name in zip(entries, names, strict=True):
        name = member_names.judge(raw_name)
        if name.ignored or raw_name.endswith("/") or budget.exhausted:
            continue
        if name.path is None:
            found.append(Refused(member_names.shown(raw_name), name.note or ""))
        else:
            found.append(_part(data, entry, given(name.path), budget))
    if not found:
        raise Unreadable(f"a broken ZIP archive ({problem})"[:200])
    yield Refused("", "the archive is damaged or cut short; what could be found in it was taken")
    yield from found


def _entries(data: bytes, most: int) -> Iterator[_Entry]:
    place = data.find(_LOCAL)
    for _ in range(most):
        if place < 0 or place + _HEADER.size > len(data):
            return
        _, _, flags, method, _, _, crc, packed, _, name_length, extra_length = _HEADER.unpack_from(data, place)
        start = place + _HEADER.size + name_length + extra_length
        name = data[place + _HEADER.size : place + _HEADER.size + name_length]
        if name and start <= len(data):
            yield _Entry(flags, method, crc, packed, name, start)
        end = start + packed
        place = end if data.startswith(_LOCAL, end) and packed else data.find(_LOCAL, max(place + 4, min(end, start)))


def _part(data: bytes, entry: _Entry, name: str, budget: Budget) -> Part | Refused:
    if entry.flags & _ENCRYPTED:
        return Refused(name, "it needs a password", locked=True)
    unknown = bool(entry.flags & _SIZES_FOLLOW)
    try:
        if entry.method == _DEFLATED:
            whole = budget.take(_inflated(data, entry.start), len(data) - entry.start)
        elif entry.method == _STORED and not unknown:
            whole = budget.take([data[entry.start : entry.start + entry.packed]], entry.packed)
        else:
            return Refused(name, "it cannot be taken out of a damaged archive")
    except (zlib.error, EOFError):
        return Refused(name, "cut short or damaged")
    except TooLarge as error:
        return Refused(name, str(error))
    if not unknown and zlib.crc32(whole) != entry.crc:
        return Refused(name, "cut short or damaged")
    return Part(name, whole) if whole else Refused(name, "empty")


def _inflated(data: bytes, start: int) -> Iterator[bytes]:
    """The bytes of a deflated entry, which tells its own end."""
    engine = zlib.decompressobj(wbits=-15)
    while not engine.eof:
        piece = engine.unconsumed_tail
        if not piece:
            piece = data[start : start + CHUNK]
            start += len(piece)
            if not piece:
                raise EOFError
        yield engine.decompress(piece, CHUNK)
