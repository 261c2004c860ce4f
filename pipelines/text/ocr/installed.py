"""Whether optical recognition can work here: the binding, the French data, the orientation data."""

from __future__ import annotations

import importlib
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGE = "fra"
_FRENCH, _TURNED = f"{LANGUAGE}.traineddata", "osd.traineddata"
_PACKAGES = {_FRENCH: "tesseract-ocr-fra", _TURNED: "tesseract-ocr-osd"}  # of Debian and Ubuntu
_DEBIAN = Path("/usr/share/tesseract-ocr")
_USUAL = (Path("/usr/share/tessdata"), Path("/usr/local/share/tessdata"))


@dataclass(frozen=True, slots=True)
class Availability:
    """What recognition has to work with; ``packages`` are the Debian packages that would help."""

    ready: bool  # the binding and the French data are there
    engine: str  # "tesseract 5.5.4 fra.1a2b3c4d": the engine and a print of its data; "" without the binding
    data: Path | None  # folder of the French data
    osd: bool  # orientation data is there; without it only what stands upright or lies to the right is read
    packages: tuple[str, ...]


def availability() -> Availability:
    """Look for Tesseract and its data; never raises and never prints.

    ``$TESSDATA_PREFIX`` decides alone where it is set, as it does for Tesseract; else Debian's folders (the newest
    first) and the usual ones are looked at. Nothing is remembered: a daemon finds what was installed meanwhile.
    """
    folder = next((folder for folder in _folders() if _there(folder / _FRENCH)), None)
    osd = folder is not None and _there(folder / _TURNED)
    missing = tuple(_PACKAGES[name] for name, found in ((_FRENCH, folder is not None), (_TURNED, osd)) if not found)
    version = _version()
    if folder is None or not version:
        return Availability(False, version, folder, osd, missing)
    return Availability(True, f"{version} {LANGUAGE}.{_print(folder / _FRENCH)}", folder, osd, missing)


def binding() -> Any:
    """The module ``tesserocr``, loaded with one thread a process; ``ImportError`` where it is not installed.

    The limit has to stand before the library loads: with four threads a page took 2.6 times as long, and the pool
    has a process per core already.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"
    module = importlib.import_module("tesserocr")
    module.set_leptonica_log_level(module.LeptLogLevel.NONE)
    return module


def _version() -> str:
    try:
        said = str(binding().tesseract_version())
    except (ImportError, AttributeError, OSError):
        return ""
    found = re.search(r"\d+(?:\.\d+)+", said)
    return f"tesseract {found[0] if found else 'unknown'}"


def _folders() -> Iterator[Path]:
    explicit = os.environ.get("TESSDATA_PREFIX")
    if explicit:
        yield Path(explicit)
        yield Path(explicit) / "tessdata"  # as Tesseract 3 meant it
        return
    yield from sorted(_DEBIAN.glob("*/tessdata"), key=_newest, reverse=True)
    yield from _USUAL


def _newest(folder: Path) -> tuple[float, str]:
    number = re.match(r"\d+(?:\.\d+)?", folder.parent.name)
    return (float(number[0]) if number else 0.0, folder.parent.name)


def _there(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.R_OK)
    except OSError:
        return False


def _print(path: Path) -> str:
    """Tells one training from another, so that better data is not answered from an old cache."""
    try:
        found = path.stat()
        return _checksum(path, found.st_size, found.st_mtime_ns)
    except OSError:
        return "unread"


@cache
def _checksum(path: Path, _size: int, _changed: int) -> str:
    return f"{zlib.crc32(path.read_bytes()):08x}"
