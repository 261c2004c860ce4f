"""File names out of ``Content-Disposition`` (RFC 6266), as real servers send them."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_to_bytes

_EXTENDED = re.compile(r"filename\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)", re.I)
_PLAIN = re.compile(r"""filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))""", re.I)


def disposition_name(header: bytes | None) -> str | None:
    """The last part of the file name that a server gives, or None."""
    if not header:
        return None
    text = _decode(header)
    extended = _EXTENDED.search(text)
    if extended:
        raw = unquote_to_bytes(extended.group(2))
        try:
            return _base(raw.decode(extended.group(1) or "utf-8"))
        except (LookupError, UnicodeDecodeError):
            return _base(_decode(raw))
    plain = _PLAIN.search(text)
    if not plain:
        return None
    name = re.sub(r"\\(.)", r"\1", plain.group(1)) if plain.group(1) is not None else plain.group(2).strip()
    return _base(unquote(name) if "%" in name else name)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _base(name: str) -> str | None:
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip() or None
