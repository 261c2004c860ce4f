"""What the bytes are, whatever the server, the address or the file name say.

Signatures come first; among text formats, markup decides; the file name only tells apart what the
bytes cannot (Markdown, CSV, old Office files).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePosixPath

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\0\x0cjP  ", "image/jp2"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"%!PS", "application/postscript"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x7fELF", "application/x-executable"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)
_OLE_STREAMS = (  # names of directory entries, UTF-16
    ("__substg1.0", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
)
_BY_NAME = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
_TEXT_NAMES = {".md", ".markdown", ".csv", ".tsv"}
_PDF = re.compile(rb"%PDF-\d|%PDF-")
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|frameset|h[1-6]|div|p|table|ul|ol|section|article|main)\b[^<]{0,2000}>"
    rb"|<meta\s+(?:http-equiv|charset|name)\b",
    re.I,
)
_MARKUP = re.compile(rb"^\s*(?:<!--.{0,4000}?-->\s*)*<[a-z!?]", re.I | re.S)
_HEADER = re.compile(
    rb"^(?:Return-Path|Received|From|To|Subject|Date|MIME-Version|Message-ID|Delivered-To|Content-Type|X-[\w-]+):",
    re.I | re.M,
)
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})


def media_type(data: bytes, file_name: str = "") -> str:
    """The media type of the bytes; ``application/x-empty`` and ``application/octet-stream`` where there is none.

    ``file_name`` is only asked where the bytes leave it open.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return "application/x-empty"
    suffix = PurePosixPath(file_name.lower()).suffix
    head = data[:2048].lstrip(b" \t\r\n\xef\xbb\xbf")
    binary = _binary(data, head, suffix)
    if binary:
        return binary
    if not _textual(data):
        return "application/octet-stream"
    return _text(data, suffix)


def _binary(data: bytes, head: bytes, suffix: str) -> str | None:
    pdf = _PDF.search(data, 0, 1100)
    if pdf and not _HTML.search(data, 0, pdf.start()):
        return "application/pdf"
    if data.startswith(_OLE):
        return _ole(data, suffix)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "video/x-msvideo")
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:11] in {b"hei", b"mif"} else "video/mp4"
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def _ole(data: bytes, suffix: str) -> str:
    for name, kind in _OLE_STREAMS:
        if name.encode("utf-16-le") in data:
            return kind
    return _BY_NAME.get(suffix, "application/x-ole-storage")


def _zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:5000])
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                if kind.startswith((_ODF, "application/epub+zip")):
                    return kind
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return _OOXML + "wordprocessingml.document"
        if any(name.startswith("xl/") for name in names):
            return _OOXML + "spreadsheetml.sheet"
        if any(name.startswith("ppt/") for name in names):
            return _OOXML + "presentationml.presentation"
    return "application/zip"


def _textual(data: bytes) -> bool:
    """Whether the bytes can be text: few control characters, or UTF-16 with or without its mark."""
    sample = data[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or wide(sample):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls <= len(sample) // 100


def wide(sample: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where every second byte of most characters is zero, else None."""
    sample = sample[:4096]
    if len(sample) < 8:
        return None
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _text(data: bytes, suffix: str) -> str:
    sample = data[:65536].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _MARKUP.search(sample[:8192]):
        return _markup(sample)
    if len({match.group().lower() for match in _HEADER.finditer(sample[:4096])}) >= 3 and _HEADER.match(sample):
        return "message/rfc822"
    if sample[:1] in {b"{", b"["} and (suffix == ".json" or _is_json(data)):
        return "application/json"
    if suffix in _TEXT_NAMES:
        return _BY_NAME[suffix]
    if suffix in {".htm", ".html", ".xhtml"} and _HTML.search(sample):
        return "text/html"
    return "text/plain"


def _markup(sample: bytes) -> str:
    root = re.search(rb"<([a-z][\w:.-]*)", re.sub(rb"<!--.*?-->|<[!?][^>]*>", b"", sample, flags=re.S), re.I)
    name = root.group(1).lower().rsplit(b":", 1)[-1] if root else b""
    declared = sample.startswith(b"<?xml")
    if name == b"svg":
        return "image/svg+xml"
    if name in {b"rss", b"feed", b"rdf"}:
        return (
            "application/rss+xml"
            if name == b"rss"
            else "application/atom+xml"
            if name == b"feed"
            else "application/rdf+xml"
        )
    if not declared or name == b"html" or re.search(rb"<!doctype\s+html", sample[:2048], re.I):
        return "text/html" if _HTML.search(sample) or not declared else "application/xml"
    return "application/xml"


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
