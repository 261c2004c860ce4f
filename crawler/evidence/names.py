"""Names of files inside a dossier: harmless on any system, whatever a site called them. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_LONGEST = 60
_SUFFIX = re.compile(r"[a-z0-9]{1,5}")
_SUFFIXES = {
    "application/pdf": "pdf", "text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt",
    "application/msword": "doc", "application/rtf": "rtf", "text/rtf": "rtf", "image/png": "png", "image/jpeg": "jpg",
    "image/tiff": "tif", "application/zip": "zip", "application/json": "json", "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.ms-excel": "xls", "message/rfc822": "eml",
}  # fmt: skip
_HARMLESS = {*_SUFFIXES.values(), "gif", "webp", "bmp", "jp2", "odp", "ppt", "tar", "gz", "7z", "msg", "p7m"}
_ACTIVE = {"html", "htm", "xhtml", "mht", "mhtml", "svg", "xml"}  # a browser would run what is in them


def document_file(sha256: str, name: str, url: str, media_type: str | None) -> str:
    """``documents/0123456789ab_ordre-du-jour.pdf``: letters, digits and ``-_.`` alone, so no path leads out.

    Pages get ``.txt`` behind their suffix: a double click shall show them, not run their scripts. What is no document
    is called ``.bin``.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    given = (name or unquote(path.rstrip("/"))).replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = given.rpartition(".")
    if not dot or not stem or not _SUFFIX.fullmatch(suffix.lower()):
        stem, suffix = given, ""
    kept = _SUFFIXES.get((media_type or "").partition(";")[0].strip().lower()) or suffix.lower()
    if kept in _ACTIVE:
        kept += ".txt"
    elif kept not in _HARMLESS:
        kept = "bin"
    return f"documents/{sha256[:12]}_{_plain(stem) or 'document'}.{kept}"


def _plain(text: str) -> str:
    """ASCII letters and digits, the rest as hyphens."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_).strip("-")[:_LONGEST].strip("-")
