"""Files out of a ZIP, streamed under a budget: no header is believed."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from crawler.errors import TooLarge
from pipelines.text import member_names
from pipelines.text.bounds import CHUNK, Budget, Part, Refused
from pipelines.text.tars import BZIP2, inflated
from pipelines.text.zip_salvage import salvaged

ZIP = "application/zip"
_ENCRYPTED = 0x1  # ZIP, general purpose bit 0
_LOCAL_HEADER = 30  # bytes of a ZIP entry in front of its name
_PASSWORD = "it needs a password"  # noqa: S105  a reason, no password


def zip_parts(data: bytes, budget: Budget) -> Iterator[Part | Refused]:
    """The files of a ZIP. Raises Unreadable where nothing of it can be had."""
    if data.count(b"PK\x01\x02") > 10 * budget.bounds.entries:
        raise TooLarge("an archive of far too many entries")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # a dozen kinds; UnicodeDecodeError for one bad name among a thousand
        yield from salvaged(data, budget, str(error))
        return
    entries = archive.infolist()
    overlapping = _overlapping(entries)
    given = member_names.Unique()
    named = zip(entries, member_names.zip_names(entries), strict=True)
    for number, (entry, raw_name) in enumerate(named):
        stop = budget.stop(number)
        if stop:
            yield stop
            return
        if raw_name.endswith(("/", "\\")) and not entry.file_size:
            continue
        name = member_names.judge(raw_name)
        if name.ignored:
            continue
        if name.path is None:
            yield Refused(member_names.shown(raw_name), name.note or "")
            continue
        if name.note:
            yield Refused(member_names.shown(raw_name), name.note)
        path = given(name.path)
        problem = _problem(entry, path, overlaps=id(entry) in overlapping)
        yield problem or _zip_part(archive, entry, path, budget, data)


def _problem(entry: zipfile.ZipInfo, name: str, *, overlaps: bool) -> Refused | None:
    """Why an entry is not opened at all."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & _ENCRYPTED:
        return Refused(name, _PASSWORD, locked=True)
    if kind == stat.S_IFLNK:
        return Refused(name, "a link")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Refused(name, "no regular file")
    return Refused(name, "it shares its bytes with another entry") if overlaps else None


def _zip_part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget, data: bytes
) -> Part | Refused:
    packed = max(0, min(entry.compress_size, len(data) - entry.header_offset))
    try:
        whole = budget.take(_chunks(archive, entry, data), packed)
    except MemoryError:
        raise
    except TooLarge as error:
        return Refused(name, str(error))
    except NotImplementedError:
        return Refused(name, f"packed by a method that cannot be undone ({entry.compress_type})")
    except RuntimeError:
        return Refused(name, _PASSWORD, locked=True)
    except Exception as error:
        return Refused(name, f"damaged ({type(error).__name__}: {error})"[:120])
    return Part(name, whole) if whole else Refused(name, "empty")


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    """The bytes of an entry by pieces, verified at the end."""
    if entry.compress_type == zipfile.ZIP_BZIP2:
        yield from _bzip2(entry, data)
        return
    # Of LZMA, zipfile inflates all that it reads at once: 4 kB become 28 MB at worst.
    step = CHUNK if entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else 4096
    with archive.open(entry) as stream:
        while piece := stream.read(step):
            yield piece


def _bzip2(entry: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    """Likewise, without zipfile: of bzip2, the 4 kB that it reads at once may become 4 GB."""
    lengths = data[entry.header_offset + 26 : entry.header_offset + _LOCAL_HEADER]
    start = entry.header_offset + _LOCAL_HEADER + sum(struct.unpack("<2H", lengths))
    checksum = 0
    for piece in inflated(data[start : start + entry.compress_size], BZIP2):
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if checksum != entry.CRC:
        raise zipfile.BadZipFile("wrong checksum")


def _overlapping(entries: list[zipfile.ZipInfo]) -> set[int]:
    """Ids of entries whose bytes belong to another one too: the trick of the densest bombs."""
    found: set[int] = set()
    last, end = None, -1
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end and last is not None:
            found |= {id(last), id(entry)}
        reach = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + max(0, entry.compress_size)
        if reach > end:
            last, end = entry, reach
    return found
