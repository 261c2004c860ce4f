"""What an OLE container holds: old Office files, and new ones that are encrypted."""

from __future__ import annotations

import struct
from io import BytesIO

import olefile

from crawler.errors import Locked, Unreadable
from pipelines.text.drafts import clean

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_PROPERTIES = 100
_WIDE = 0x1F  # a string of 16 bit characters
_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}


SUMMARY = "\x05SummaryInformation"


def summary_title(stream: bytes) -> str:
    """The title in a set of properties (MS-OLEPS 2.21), "" where there is none.

    olefile has a reader of these that a broken count keeps busy for hours.
    """
    try:
        section = struct.unpack_from("<I", stream, 44)[0]
        count = min(struct.unpack_from("<I", stream, section + 4)[0], _MOST_PROPERTIES)
        places = {key: section + offset for key, offset in struct.iter_unpack("<II", _table(stream, section, count))}
        codepage = struct.unpack_from("<H", stream, places[1] + 4)[0] if 1 in places else 1252
        kind, size = struct.unpack_from("<II", stream, places[2])
    except (struct.error, KeyError):
        return ""
    raw = stream[places[2] + 8 : places[2] + 8 + (2 * size if kind == _WIDE else size)]
    charset = "utf-16-le" if kind == _WIDE else "utf-8" if codepage == 65001 else f"cp{codepage}"
    try:
        text = raw.decode(charset, "replace")
    except LookupError:
        text = raw.decode("cp1252", "replace")
    return " ".join(clean(text.partition("\0")[0]).split())


def _table(stream: bytes, section: int, count: int) -> bytes:
    table = stream[section + 8 : section + 8 + 8 * count]
    return table[: len(table) // 8 * 8]


def held(data: bytes) -> str | None:
    """The media type of the document in an OLE container, None for one that is no office document.

    Raises:
        Locked: it holds an encrypted document.
        Unreadable: its directory is broken.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage") or ole.exists("EncryptionInfo"):
                raise Locked("the file asks for a password")
            return next((kind for name, kind in _STREAMS.items() if ole.exists(name)), None)
    except OSError as error:
        raise Unreadable("the file is broken: its directory cannot be read") from error
