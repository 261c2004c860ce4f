"""Where an export goes: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from crawler.errors import UsageError
from db.home import Home

BINARY = ("parquet", "xlsx")
_SUFFIXES = {
    ".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet", ".xlsx": "xlsx",
    ".geojson": "geojson",
}  # fmt: skip


def format_of(form: str | None, output: Path | None, default: str = "csv") -> str:
    """The format that was asked for, else that of the file's suffix. Raises UsageError for a suffix of no format."""
    if form is not None:
        return form
    if output is None or not output.suffix or (output.exists() and not output.is_file()):
        return default
    try:
        return _SUFFIXES[output.suffix.lower()]
    except KeyError:
        known = ", ".join(_SUFFIXES)
        raise UsageError(f"--out {output.name}: no format is called {output.suffix} ({known}); say --format") from None


def refuse_own(home: Home, output: Path | None) -> None:
    """Raises UsageError where an export would overwrite what the home lives on."""
    own = (home.config, home.archive, home.private, home.desk)
    if output is not None and output.resolve() in {each.resolve() for each in own}:
        raise UsageError(f"{output} is a file of the home itself; export to another one")


@contextmanager
def binary_sink(output: Path | None, form: str, *, secret: bool) -> Iterator[BinaryIO]:
    """A seekable stream whose bytes go to ``output``, or to standard output unless that is a terminal."""
    if output is None:
        if sys.stdout.isatty():
            raise UsageError(f"{form} is not for a terminal: name a file, --out flags.{form}")
        with tempfile.TemporaryFile() as stream:
            yield stream
            stream.seek(0)
            shutil.copyfileobj(stream, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    with _file(output, secret=secret) as stream:
        yield stream


@contextmanager
def text_sink(output: Path | None, *, secret: bool) -> Iterator[TextIO]:
    """As ``binary_sink``, for UTF-8 text whose line ends are left as they are."""
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with _file(output, secret=secret) as stream:
        text = TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        yield text
        text.flush()
        text.detach()


@contextmanager
def _file(output: Path, *, secret: bool) -> Iterator[BinaryIO]:
    """A new file that takes its name when it is complete, mode 0600 where ``secret``; or a device, a pipe."""
    try:
        if output.exists() and not output.is_file():
            with output.open("wb") as stream, tempfile.TemporaryFile() as held:
                yield held
                held.seek(0)
                shutil.copyfileobj(held, stream)
            return
        part = output.with_name(f".{output.name}.{secrets.token_hex(6)}.part")
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o666)
            with os.fdopen(descriptor, "w+b") as stream:
                yield stream
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror or error}") from None


__all__ = ["BINARY", "binary_sink", "format_of", "refuse_own", "text_sink"]
