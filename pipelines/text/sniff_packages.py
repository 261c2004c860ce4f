"""What is inside a ZIP package or a compound file: their first bytes are the same for many formats."""

from __future__ import annotations

import io
import re
import struct
import zipfile

_OOXML = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"
ODF = "application/vnd.oasis.opendocument."
ZIP = "application/zip"
_MOST_NAMES = 5_000
_MOST_BYTES = 2_000_000  # of a part that is read to tell the type
# Content types of the main part, by what they begin with, and the media type of the whole.
_MAIN_PARTS = (
    ("application/vnd.ms-word.document.macroenabled", _MS + "word.document.macroenabled.12"),
    ("application/vnd.ms-word.template.macroenabled", _MS + "word.template.macroenabled.12"),
    ("application/vnd.ms-excel.sheet.macroenabled", _MS + "excel.sheet.macroenabled.12"),
    ("application/vnd.ms-excel.template.macroenabled", _MS + "excel.template.macroenabled.12"),
    ("application/vnd.ms-excel.sheet.binary.macroenabled", _MS + "excel.sheet.binary.macroenabled.12"),
    ("application/vnd.ms-powerpoint.presentation.macroenabled", _MS + "powerpoint.presentation.macroenabled.12"),
    (_OOXML + "wordprocessingml.document.main", _OOXML + "wordprocessingml.document"),
    (_OOXML + "wordprocessingml.template.main", _OOXML + "wordprocessingml.template"),
    (_OOXML + "spreadsheetml.sheet.main", _OOXML + "spreadsheetml.sheet"),
    (_OOXML + "spreadsheetml.template.main", _OOXML + "spreadsheetml.template"),
    (_OOXML + "presentationml.presentation.main", _OOXML + "presentationml.presentation"),
    (_OOXML + "presentationml.slideshow.main", _OOXML + "presentationml.slideshow"),
)
_FOLDERS = (
    ("word/", _OOXML + "wordprocessingml.document"),
    ("xl/", _OOXML + "spreadsheetml.sheet"),
    ("ppt/", _OOXML + "presentationml.presentation"),
)
_LOCAL_NAME = re.compile(rb"PK\x03\x04.{22}(.{2})(.{2})", re.S)
_MIMETYPE = re.compile(rb"mimetype(application/(?:vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip))")
_MANIFEST_ROOT = re.compile(rb"<manifest:file-entry\b(?=[^>]*full-path=\"/\")[^>]*media-type=\"([a-z./+-]+)\"", re.I)
_FREE = 0xFFFFFFFA  # sector numbers from here on are none
_ROOT_STREAMS = (
    ("__substg1.0_", _MS + "outlook"),
    ("__properties_version1.0", _MS + "outlook"),
    ("worddocument", "application/msword"),
    ("powerpoint document", _MS + "powerpoint"),
    ("pp97_dualstorage", _MS + "powerpoint"),
    ("workbook", _MS + "excel"),
    ("book", _MS + "excel"),
    ("encryptedpackage", "application/x-ole-storage"),
)


def package_type(data: bytes) -> str:
    """The media type of a ZIP file; ``application/zip`` for an archive of files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()[:_MOST_NAMES]}
            return _by_parts(archive, names)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, struct.error):
        return _salvaged(data)
    except Exception:  # a broken member: zlib and lzma have errors of their own
        return _salvaged(data)


def _by_parts(archive: zipfile.ZipFile, names: set[str]) -> str:
    kind = _part(archive, "mimetype", names)[:200].decode("ascii", "replace").strip()
    if not kind.startswith((ODF, "application/epub+zip")) and "content.xml" in names:
        found = _MANIFEST_ROOT.search(_part(archive, "META-INF/manifest.xml", names))
        kind = found[1].decode("ascii") if found else kind
    if kind.startswith((ODF, "application/epub+zip")):
        return kind
    if "FixedDocumentSequence.fdseq" in names or "FixedDocSeq.fdseq" in names:
        return _MS + "xpsdocument"
    if "[Content_Types].xml" not in names:
        return ZIP
    types = _part(archive, "[Content_Types].xml", names).decode("utf-8", "replace").lower()
    for main, whole in _MAIN_PARTS:
        if f'"{main}' in types or f"'{main}" in types:
            return whole
    return _by_folder(names)


def _part(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes:
    if name not in names:
        return b""
    try:
        with archive.open(name) as file:
            return file.read(_MOST_BYTES)
    except KeyError:
        return b""


def _by_folder(names: set[str]) -> str:
    return next((kind for folder, kind in _FOLDERS if any(name.startswith(folder) for name in names)), ZIP)


def _salvaged(data: bytes) -> str:
    """By the names in front of the members, where the list of them at the end is lost."""
    found = _MIMETYPE.search(data, 0, 400)
    if found:
        return found[1].decode("ascii")
    names = set()
    for match in _LOCAL_NAME.finditer(data):
        length = int.from_bytes(match[1], "little")
        names.add(data[match.end() : match.end() + length].decode("utf-8", "replace").replace("\\", "/"))
        if len(names) >= _MOST_NAMES:
            break
    return _by_folder(names) if "[Content_Types].xml" in names else ZIP


def compound_type(data: bytes) -> str | None:
    """The media type of a compound file (OLE) by the streams of its root; None where these say nothing.

    Not by any name in the file: an embedded workbook does not make a letter a workbook. Format: [MS-CFB].
    """
    try:
        names = _root_names(data)
    except (struct.error, IndexError):
        names = []
    for wanted, kind in _ROOT_STREAMS:
        if any(name.startswith(wanted) if wanted.endswith("_") else name == wanted for name in names):
            return kind
    if names:
        return None
    low = ((name, kind) for name, kind in _ROOT_STREAMS if kind != "application/x-ole-storage")
    spellings = {"worddocument": "WordDocument", "powerpoint document": "PowerPoint Document", "workbook": "Workbook"}
    return next((kind for name, kind in low if spellings.get(name, name).encode("utf-16-le") in data), None)


def _root_names(data: bytes) -> list[str]:
    """Lower-case names of the children of the root storage."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if not 128 <= size <= 65536:
        return []
    table = _sectors(data, size)
    entries = b""
    sector, seen = struct.unpack_from("<I", data, 48)[0], set()
    while sector < _FREE and sector not in seen and len(entries) < _MOST_BYTES:
        seen.add(sector)
        entries += data[(sector + 1) * size : (sector + 2) * size]
        sector = table[sector] if sector < len(table) else _FREE
    children: list[str] = []
    waiting, met = [struct.unpack_from("<I", entries, 76)[0]], set()
    while waiting:
        number = waiting.pop()
        if number in met or (number + 1) * 128 > len(entries):
            continue
        met.add(number)
        left, right = struct.unpack_from("<II", entries, number * 128 + 68)
        length = struct.unpack_from("<H", entries, number * 128 + 64)[0]
        raw = entries[number * 128 : number * 128 + max(min(length, 64) - 2, 0)]
        children.append(raw.decode("utf-16-le", "replace").lower())
        waiting += [left, right]
    return children


def _sectors(data: bytes, size: int) -> list[int]:
    """The allocation table: the sector that follows each; of files over 7 MB only the part that the header names."""
    table: list[int] = []
    for sector in struct.unpack_from("<109I", data, 76):
        if sector >= _FREE:
            break
        chunk = data[(sector + 1) * size : (sector + 2) * size]
        table += struct.unpack(f"<{len(chunk) // 4}I", chunk[: len(chunk) // 4 * 4])
    return table
