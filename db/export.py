"""Rows as CSV, JSON or one JSON object per line, written as they come."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from crawler.errors import UsageError

FORMATS = ("csv", "json", "ndjson")
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection"); a leading apostrophe makes it text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # what a terminal obeys; a table has no use for it
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(
    rows: Iterable[Mapping[str, Any]],
    format: str,
    stream: TextIO,
    *,
    columns: Sequence[str] | None = None,
    bom: bool = False,
) -> int:
    """Write ``rows`` to ``stream`` and return how many; nothing is held back in memory.

    ``csv`` (RFC 4180) takes its header from ``columns``, else from the first row; ``bom`` is for spreadsheets that
    would not know UTF-8 otherwise. Raises UsageError for another format.
    """
    if format == "csv":
        return _write_csv(rows, stream, columns, bom)
    if format == "json":
        return _write_json(rows, stream)
    if format == "ndjson":
        return sum(stream.write(_json(row) + "\n") > 0 for row in rows)
    raise UsageError(f"no export format {format!r}; choose one of {', '.join(FORMATS)}")


def cell(value: Any) -> Any:
    """A value as one harmless cell: lists of words joined by ``; ``, other structures as JSON, formulas defused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        value = "; ".join(value)
    elif isinstance(value, list | tuple | Mapping):
        value = _json(value)
    text = _CONTROL.sub("\ufffd", str(value))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _write_csv(rows: Iterable[Mapping[str, Any]], stream: TextIO, columns: Sequence[str] | None, bom: bool) -> int:
    if bom:
        stream.write("\ufeff")
    writer = csv.writer(stream)
    names = columns
    count = 0
    if names is not None:
        writer.writerow(names)
    for row in rows:
        count += 1
        if names is None:
            names = list(row)
            writer.writerow(names)
        writer.writerow([cell(row.get(name)) for name in names])
    return count


def _write_json(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, 1):
        stream.write(("[\n" if count == 1 else ",\n") + _json(row))
    stream.write("[]\n" if count == 0 else "\n]\n")
    return count


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
