"""Rows as CSV, JSON or one JSON object per line, written as they come."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from crawler.errors import UsageError

FORMATS = ("csv", "json", "ndjson")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # what a terminal obeys; a table has no use for it
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection"), in full width too; a leading
# apostrophe makes it text. Of a text that begins so already, one more can be taken off again: ``original``.
_FORMULA = re.compile(r"[ \u00a0\u202f]*[=+\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile(rf"'+{_FORMULA.pattern}")
_SUSPECT = frozenset("=+-@\t\r\n＝＋－＠ \u00a0\u202f'")  # how either begins: most cells do not


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
    """A value as one harmless cell: lists of words joined by ``; ``, other structures as JSON, formulas defused.

    ``original`` is the way back.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = plain_text(value)
    suspect = text[:1] in _SUSPECT and (is_formula(text) or _DEFUSED.match(text))
    return f"'{text}" if suspect else text


def original(text: str) -> str:
    """What stood in a cell before ``cell`` defused it: the one apostrophe before what looks like a formula goes."""
    return text[1:] if _DEFUSED.match(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return text[:1] in _SUSPECT and _FORMULA.match(text) is not None


def plain_text(value: Any) -> str:
    """A value as text: lists of words joined by ``; ``, other structures as JSON, without control characters."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        text = "; ".join(value)
    else:
        text = _json(value) if isinstance(value, list | tuple | Mapping) else str(value)
    return text if text.isprintable() else _CONTROL.sub("\ufffd", text)


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
