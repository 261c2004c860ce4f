"""What the bytes are, whatever the server, the address or the file name say.

Signatures come first (packages are told apart in `sniff_packages`); among text formats, markup decides; the file name
only tells apart what the bytes cannot (Markdown, CSV, old Office files).
"""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import PurePosixPath

from pipelines.text.sniff_packages import ODF, compound_type, package_type

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"\xffWPC", "application/vnd.wordperfect"),
    (b"-----BEGIN PKCS7-----", "application/pkcs7-mime"),
    (b"-----BEGIN CMS-----", "application/pkcs7-mime"),
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
_PDF = re.compile(rb"%PDF-\d|%PDF-|%!PS-Adobe-\d\.\d PDF-\d")
_SIGNED = "application/pkcs7-mime"
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # OID of CMS SignedData, RFC 5652
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_RELATED = re.compile(rb"^Content-Type:\s*multipart/related\b", re.I | re.M)
_SENT = re.compile(rb"^(?:To|Cc|Received|Delivered-To|Return-Path):", re.I | re.M)
_MAILBOX = re.compile(rb"(?:\d{1,10}[ \t]*\r?\n)?(?:From \S+[^\r\n]*\r?\n)?")
_LEAST_HEADERS = 3
_MOST_JSON = 50_000_000  # bytes that are parsed to be sure
_FLAT = re.compile(rb"office:mimetype\s*=\s*[\"']([a-z.-]+/[a-z.+-]+)[\"']")
_LEAST_ROWS = 4  # of delimited text without a name
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
    signed = data[:1] == b"0" and _SIGNED_DATA in data[:40]
    if signed and data[1:2] == b"\x80":
        return _SIGNED  # in pieces, so that what it holds cannot be read where it stands
    pdf = _PDF.search(data, 0, 1100)
    if pdf and not _HTML.search(data, 0, pdf.start()):
        return "application/pdf"
    if data.startswith(_OLE):
        return compound_type(data) or _BY_NAME.get(suffix, "application/x-ole-storage")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")):
        return package_type(data)
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "video/x-msvideo")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "image/heic" if brand in _HEIF else "image/avif" if brand.startswith(b"avi") else "video/mp4"
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if signed:
        return _SIGNED
    found = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
    return found or ("application/x-tar" if _is_tar(data) else None)


def _is_tar(data: bytes) -> bool:
    """By the mark of POSIX archives, or the checksum of older ones."""
    if data[257:262] == b"ustar":
        return True
    if len(data) < tarfile.BLOCKSIZE or data[148:154].strip(b" 01234567\0") or b"\0" not in data[:100]:
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(data[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape").name)
    except (tarfile.HeaderError, ValueError):
        return False


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
    if kind := _mail(sample, suffix):
        return kind
    if sample[:1] in {b"{", b"["} and (suffix == ".json" or (len(data) <= _MOST_JSON and _is_json(data))):
        return "application/json"
    if suffix in _TEXT_NAMES:
        return _BY_NAME[suffix]
    if suffix in {".htm", ".html", ".xhtml"} and _HTML.search(sample):
        return "text/html"
    return _delimited(sample) or "text/plain"


def _mail(sample: bytes, suffix: str) -> str | None:
    """A message, or a page saved with its images as one (MHTML), by the headers before the first blank line."""
    mailbox = _MAILBOX.match(sample)
    head = sample[mailbox.end() if mailbox else 0 :][:16384].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if not _HEADER.match(head):
        return None
    headers = {match.group().lower() for match in _HEADER.finditer(head)}
    if is_saved_page(head):
        return "multipart/related"
    least = 1 if suffix in {".eml", ".mbox", ".emlx"} else _LEAST_HEADERS
    return "message/rfc822" if len(headers) >= least else None


def is_saved_page(head: bytes) -> bool:
    """Whether the headers of a message are those of a page saved with its images (MHTML): nobody was sent it."""
    return bool(_RELATED.search(head)) and not _SENT.search(head)


def _delimited(sample: bytes) -> str | None:
    """Rows with the same number of semicolons or tabs, three fields or more; commas stand in any sentence."""
    lines = [line for line in sample[:20_000].replace(b"\r\n", b"\n").split(b"\n")[:-1] if line.strip()][:20]
    for sign, kind in ((b";", "text/csv"), (b"\t", "text/tab-separated-values")):
        counts = {line.count(sign) for line in lines}
        if len(lines) >= _LEAST_ROWS and len(counts) == 1 and min(counts) >= 2:
            return kind
    return None


def _markup(sample: bytes) -> str:
    root = re.search(rb"<([a-z][\w:.-]*)", re.sub(rb"<!--.*?-->|<[!?][^>]*>", b"", sample, flags=re.S), re.I)
    name = root.group(1).lower().rsplit(b":", 1)[-1] if root else b""
    declared = sample.startswith(b"<?xml")
    if flat := _FLAT.search(sample[:8192]):
        return flat[1].decode("ascii") + "-flat-xml" if flat[1].startswith(ODF.encode()) else "application/xml"
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
