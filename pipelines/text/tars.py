"""Files out of a TAR and out of what gzip, bzip2 and xz pack, streamed under a budget: no header is believed."""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from crawler.errors import TooLarge, Unreadable
from pipelines.text import member_names
from pipelines.text.bounds import CHUNK, Budget, Part, Refused, opening

TAR = "application/x-tar"
GZIP, BZIP2, XZ = "application/gzip", "application/x-bzip2", "application/x-xz"
_DICTIONARY = 256 * 1024 * 1024  # bytes that an .xz may make us set aside; -9 needs 65 MB


def inflated(data: bytes, kind: str) -> Iterator[bytes]:
    """The bytes of a gzip, bzip2 or xz file by pieces, all its streams one behind the other.

    Raises EOFError where it is cut short, and what the modules raise over broken data.
    """
    left = data
    while left:
        engine = _engine(kind)
        view, offset = memoryview(left), 0
        while not engine.eof:
            piece = b""
            if engine.hungry:
                piece = bytes(view[offset : offset + CHUNK])
                offset += len(piece)
                if not piece:
                    raise EOFError("it is cut short")
            chunk = engine.feed(piece)
            if chunk:
                yield chunk
        view.release()
        left = (engine.unused + left[offset:]).lstrip(b"\0")
        if not left.startswith(_MAGIC[kind]):
            return  # something else behind it: no business of ours


_MAGIC = {GZIP: b"\x1f\x8b", BZIP2: b"BZh", XZ: b"\xfd7zXZ\0"}


class _Engine:
    """One face for three modules: ``feed`` gives at most a chunk at a time."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def hungry(self) -> bool:
        return self._inner.needs_input

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def feed(self, piece: bytes) -> bytes:
        return self._inner.decompress(piece, CHUNK)


class _Gunzip(_Engine):
    def __init__(self) -> None:
        self._gz = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._gz.eof

    @property
    def hungry(self) -> bool:
        return not self._gz.unconsumed_tail

    @property
    def unused(self) -> bytes:
        return self._gz.unused_data

    def feed(self, piece: bytes) -> bytes:
        return self._gz.decompress(self._gz.unconsumed_tail + piece, CHUNK)


def _engine(kind: str) -> _Engine:
    if kind == GZIP:
        return _Gunzip()
    return _Engine(bz2.BZ2Decompressor() if kind == BZIP2 else lzma.LZMADecompressor(memlimit=_DICTIONARY))


def compressed_parts(data: bytes, kind: str, budget: Budget, name: str = "") -> Iterator[Part | Refused]:
    """The files of a compressed TAR, or the one file that a .gz, .bz2 or .xz holds. Raises Unreadable, TooLarge."""
    with opening("compressed file"):
        pieces = inflated(data, kind)
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= tarfile.BLOCKSIZE:
                break
    if is_tar(head):
        yield from _tar(_Stream(head, pieces, budget, len(data)), budget, len(data))
        return
    with opening("compressed file"):
        whole = budget.take(_chain(head, pieces), len(data))
    judged = member_names.last_part((_gzip_name(data) if kind == GZIP else "") or _inner_name(name))
    if whole:
        yield Part(judged.path or "contents", whole)


def _chain(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def _inner_name(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in (".gz", ".bz2", ".xz") else "contents"


def _gzip_name(data: bytes) -> str:
    """The name in the header of a gzip file (RFC 1952, 2.3), "" where there is none."""
    flags = data[3] if len(data) > 10 else 0
    start = 10
    if flags & 4:
        start += 2 + int.from_bytes(data[10:12], "little")
    end = data.find(b"\0", start, start + member_names.LONGEST)
    return member_names.decoded([data[start:end]])[0] if flags & 8 and end > start else ""


# --------------------------------------------------------------------------- TAR


def is_tar(head: bytes) -> bool:
    """Whether bytes begin with the header of a TAR, told by its checksum."""
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def tar_parts(data: bytes, budget: Budget) -> Iterator[Part | Refused]:
    """The files of a TAR that is not compressed. Raises Unreadable."""
    yield from _tar(_Stream(data, iter(()), budget, len(data)), budget, len(data))


class _Stream(io.RawIOBase):
    """Bytes that come by pieces, as the file that ``tarfile`` reads once from its beginning."""

    def __init__(self, head: bytes, pieces: Iterator[bytes], budget: Budget, packed: int) -> None:
        self._left, self._pieces, self._budget, self._packed = head, pieces, budget, packed
        self._size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._left:
            self._left = next(self._pieces, b"")
            self._size += len(self._left)
            bounds = self._budget.bounds
            if self._size > min(2 * bounds.total_bytes, max(bounds.free_bytes, bounds.ratio * self._packed)):
                raise TooLarge("the archive grows beyond all bounds when unpacked")
        given = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(given) :]
        return given


def _tar(stream: _Stream, budget: Budget, packed: int) -> Iterator[Part | Refused]:
    given = member_names.Unique()
    found = False
    try:
        # Names as bytes in disguise: their encoding is guessed as in a ZIP.
        with tarfile.open(fileobj=stream, mode="r|", encoding="ascii", errors="surrogateescape") as archive:
            for number, entry in enumerate(archive):
                stop = budget.stop(number)
                if stop:
                    yield stop
                    return
                for part in _tar_entry(archive, entry, given, budget, packed):
                    found = True
                    yield part
    except MemoryError:
        raise
    except Exception as error:
        if not found:
            raise Unreadable(f"a broken archive ({type(error).__name__}: {error})"[:200]) from None
        yield Refused("", f"the archive is damaged; the rest was left out ({error})"[:200])


def _tar_entry(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, given: member_names.Unique, budget: Budget, packed: int
) -> Iterator[Part | Refused]:
    if entry.isdir():
        return
    raw = entry.name.encode("utf-8", "surrogateescape")
    name = member_names.judge(member_names.decoded([raw])[0])
    if name.ignored:
        return
    label = member_names.shown(member_names.decoded([raw])[0])
    if name.path is None:
        yield Refused(label, name.note or "")
        return
    if entry.issym() or entry.islnk():
        yield Refused(label, "a link")
        return
    stream = archive.extractfile(entry) if entry.isreg() and not entry.issparse() else None
    if stream is None:
        yield Refused(label, "no regular file")
        return
    if name.note:
        yield Refused(label, name.note)
    path = given(name.path)
    try:
        data = budget.take(iter(lambda: stream.read(CHUNK), b""), packed)
    except TooLarge as error:
        yield Refused(path, str(error))
        return
    yield Part(path, data) if data else Refused(path, "empty")
