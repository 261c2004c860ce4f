"""Recognised pages by what they show, so that no page is recognised twice."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_type_hints

from pipelines.text.ocr.engine import SETTINGS, availability
from pipelines.text.ocr.types import OcrLine, OcrPage, Raster

_LARGEST = 5_000_000  # bytes of an entry as text; a dense page has 50,000
_LINE: dict[str, type] = get_type_hints(OcrLine)
_PAGE: dict[str, type] = {name: kind for name, kind in get_type_hints(OcrPage).items() if name != "lines"}


class Cache:
    """A folder of recognised pages; ``folder`` is made when the first page is put.

    The key is the picture itself (its grey pixels, size and resolution) with the engine, its data and our settings, so
    nothing is ever stale. A damaged or foreign entry is a miss; a full or read-only disk costs the entry, never the
    page.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, raster: Raster) -> OcrPage | None:
        """The page recognised before, or None."""
        try:
            with gzip.open(self._path(raster), "rb") as file:
                return _page(json.loads(file.read(_LARGEST)))
        except (OSError, EOFError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def put(self, raster: Raster, page: OcrPage) -> None:
        """Keep the page, whole or not at all."""
        path = self._path(raster)
        body = gzip.compress(json.dumps(asdict(page), ensure_ascii=False).encode(), mtime=0)
        with contextlib.suppress(OSError):
            for folder in (self.folder, path.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)  # of mode 0600
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _path(self, raster: Raster) -> Path:
        head = f"{raster.width}x{raster.height}@{raster.dpi} {availability().engine} {SETTINGS}\n"
        key = hashlib.sha256(head.encode() + raster.pixels).hexdigest()
        return self.folder / key[:2] / f"{key[2:]}.json.gz"


def _page(entry: dict[str, Any]) -> OcrPage:
    lines = tuple(OcrLine(**{name: _as(kind, line[name]) for name, kind in _LINE.items()}) for line in entry["lines"])
    return OcrPage(lines, **{name: _as(kind, entry[name]) for name, kind in _PAGE.items()})


def _as(kind: type, value: Any) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not of type {kind.__name__}")
    return value
