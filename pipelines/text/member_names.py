"""Names of files inside archives and mails: decoded as they were meant, and made harmless.

Nothing is ever written under such a name; but it becomes part of an address, and is shown.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote
from zipfile import ZipInfo

LONGEST = 1000  # characters
SHOWN = 120
_UTF8 = 0x800  # ZIP, general purpose bit 11: the name is UTF-8 (APPNOTE 4.4.4)
_UNICODE_PATH = 0x7075  # ZIP, extra field of Info-ZIP with the name in UTF-8 (APPNOTE 4.6.9)
# Old programs wrote names in the code page of their system: French Windows and DOS 850, its graphical side 1252,
# American ones 437. The first of the best wins.
_CODE_PAGES = ("cp850", "cp1252", "cp437", "mac_roman")
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ°’«»–—…€ñ")
_COMMON = frozenset("éèêàçÉÈÀôûîù°’")
_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])", re.I)
# Marks of writing direction, invisible signs: "ordre_du_jour_fdp.exe" reads the other way round.
_HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JUNK = frozenset({"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin"})


@dataclass(frozen=True, slots=True)
class Name:
    """A judged name: ``path`` with slashes where it may be used; ``note`` says what is wrong with it."""

    path: str | None
    note: str | None = None
    ignored: bool = False  # what systems and programs leave behind, of no interest to anybody


def judge(name: str) -> Name:
    """Make the path of an archive's member harmless, or refuse it: it must lead to a file below the archive."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    if any(unicodedata.category(sign) == "Cc" for sign in plain):
        return Name(None, "a control character in its name")
    if len(plain) > LONGEST:
        return Name(None, f"a name of {len(plain)} characters")
    if plain.startswith("/"):
        return Name(None, "an absolute path")
    if _DRIVE.match(plain):
        return Name(None, "a path with a drive letter")
    parts = [part for part in plain.split("/") if part.strip() not in ("", ".")]
    if any(part.strip(" .") == "" for part in parts):
        return Name(None, "a path that leads out of the archive")
    if not parts or _is_junk(parts):
        return Name(None, ignored=True)
    shown = [_HIDDEN.sub("", part).encode("utf-8", "replace").decode() for part in parts]
    kept = [f"_{part}" if _DEVICE.fullmatch(part.split(".")[0].strip()) else part or "_" for part in shown]
    note = "hidden characters in its name were left out" if [*shown] != [*parts] else None
    if kept != shown:
        note = f"the name of a device; taken as {'/'.join(kept)}"
    return Name("/".join(kept), note)


def last_part(name: str) -> Name:
    """Like ``judge``, for the name of an attachment: senders may write a whole path, of which mail programs show
    the end."""
    plain = "".join(sign for sign in name.replace("\\", "/") if unicodedata.category(sign) != "Cc")
    return judge(plain.rstrip("/ ").rsplit("/", 1)[-1][-255:].lstrip(":"))


def _is_junk(parts: Sequence[str]) -> bool:
    return any(part.startswith((".", "~$")) or part.lower() in _JUNK for part in parts)


def shown(name: str) -> str:
    """A name that is no good, for a sentence about it."""
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in name).encode("utf-8", "replace").decode()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


class Unique:
    """Gives each file of a container a name of its own: two entries of one name are a known trick."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._last: dict[str, int] = {}  # by name, its highest number: counted anew, 20,000 of one name took minutes

    def __call__(self, name: str) -> str:
        given, number = name, self._last.get(name, 1)
        while given in self._seen:
            number += 1
            path = PurePosixPath(name)
            given = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._seen.add(given)
        self._last[name] = number
        return given


def fragment(name: str) -> str:
    """The end of a member's address: ``#`` and its percent-quoted path."""
    return "#" + quote(name, safe="/", errors="replace")


# --------------------------------------------------------------------------- encodings


def zip_names(entries: Sequence[ZipInfo]) -> list[str]:
    """The names of a ZIP's entries, with their accents; ``zipfile`` takes what is not UTF-8 for code page 437."""
    raw = [None if entry.flag_bits & _UTF8 else entry.orig_filename.encode("cp437") for entry in entries]
    page = code_page(part for part in raw if part is not None)
    return [
        entry.orig_filename if name is None else _unicode_path(entry.extra, name) or _decoded(name, page)
        for entry, name in zip(entries, raw, strict=True)
    ]


def decoded(names: Sequence[bytes]) -> list[str]:
    """Names of one archive whose encoding nobody stated."""
    page = code_page(names)
    return [_decoded(name, page) for name in names]


def code_page(names: Iterable[bytes]) -> str:
    """The code page in which all these names together read most like French."""
    joined = b"\n".join(name for name in names if not _is_utf8(name))
    return max(_CODE_PAGES, key=lambda page: _likeness(joined, page)) if joined else _CODE_PAGES[0]


def _decoded(name: bytes, page: str) -> str:
    return name.decode() if _is_utf8(name) else name.decode(page, "replace")


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _likeness(names: bytes, page: str) -> float:
    text = names.decode(page, "replace")
    foreign = [sign for sign in text if ord(sign) > 127]
    score = sum(1.0 if sign in _COMMON else 0.5 if sign in _FRENCH else -1.0 for sign in foreign)
    # "DÉLIBÉRATION" but never "dÉlibÉration"
    return score - 0.5 * len(re.findall(r"[a-zà-öø-ÿ][À-ÖØ-Þ]", text))


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in Info-ZIP's extra field, where it belongs to this very name."""
    while len(extra) >= 4:
        tag, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if tag == _UNICODE_PATH and len(body) > 5 and int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return None
