"""Rows as an XLSX workbook, written as they come: text is text, days and instants are dates, nothing is a formula.

A text that a spreadsheet would take for a formula is stored as text with the mark that keeps it text when somebody
edits the cell (``quotePrefix``): its characters are unchanged. Instants stand without their offset: ``starts_at`` as
the council's clock shows it, all others in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from db.export import is_formula, plain_text
from db.export_columns import Type

MOST_ROWS = 1_048_575  # of a sheet, below its header
LONGEST_CELL = 32_767  # characters, Excel's limit
_CUT = " […]"
_ILLEGAL = re.compile("[\ud800-\udfff\ufffe\uffff]")  # XML cannot hold them
_WIDTHS: dict[Type, int] = {"day": 11, "instant": 17, "integer": 8, "number": 8, "boolean": 8}
_WIDE = {"item_title": 60, "title": 60, "excerpt": 60, "council": 24, "document_url": 40, "url": 40, "agenda_url": 40}
_EARLIEST = date(1900, 3, 1)  # before it Excel counts days wrongly


@dataclass(slots=True)
class _Book:
    book: Any
    columns: Mapping[str, Type]
    name: str
    formats: dict[str, Format] = field(default_factory=dict)
    sheets: int = 0
    cut: int = 0

    def sheet(self) -> Worksheet:
        """Another sheet with its header: rows beyond what one can hold go on there."""
        self.sheets += 1
        sheet: Worksheet = self.book.add_worksheet(self.name if self.sheets == 1 else f"{self.name} {self.sheets}")
        for at, (name, kind) in enumerate(self.columns.items()):
            sheet.set_column(at, at, _WIDE.get(name, _WIDTHS.get(kind, 16)))
            sheet.write_string(0, at, name, self.formats["header"])
        sheet.freeze_panes(1, 0)
        return sheet


def write_xlsx(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Type], stream: BinaryIO, name: str = "export"
) -> tuple[int, int]:
    """Write rows to ``stream``; returns how many, and how many cells were longer than a cell may be and were cut.

    Memory is bounded: a row that is written stands in a file of the system's temporary folder.
    """
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(stream, options)
    made = _Book(book, columns, name)
    made.formats = {
        "header": book.add_format({"bold": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "quoted": book.add_format({"quote_prefix": True}),
    }
    count = 0
    sheet = made.sheet()
    for row in rows:
        line = count % MOST_ROWS + 1
        if line == 1 and count:
            sheet = made.sheet()
        for at, (column, kind) in enumerate(columns.items()):
            _write(made, sheet, line, at, row.get(column), kind, column)
        count += 1
    book.close()
    return count, made.cut


def _write(made: _Book, sheet: Worksheet, line: int, at: int, value: Any, kind: Type, column: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, at, value)
    elif kind in ("day", "instant") and (when := _date(str(value), kind, local=column == "starts_at")) is not None:
        sheet.write_datetime(line, at, when, made.formats[kind])
    else:
        text = _ILLEGAL.sub("\ufffd", plain_text(value))
        if _length(text) > LONGEST_CELL:
            made.cut += 1
            text = _shortened(text)
        if text:
            sheet.write_string(line, at, text, made.formats["quoted"] if is_formula(text) else None)


def _date(text: str, kind: Type, *, local: bool) -> datetime | date | None:
    """A stored day or instant as a spreadsheet's, which knows no offset; None for what it cannot count."""
    try:
        if kind == "day":
            day = date.fromisoformat(text)
            return day if day >= _EARLIEST else None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    clock = moment if local or moment.tzinfo is None else moment.astimezone(UTC)
    return clock.replace(tzinfo=None) if clock.date() >= _EARLIEST else None


def _length(text: str) -> int:
    """Characters as Excel counts them: those beyond the basic plane are two."""
    return len(text) + sum(ch > "\uffff" for ch in text) if len(text) > LONGEST_CELL // 2 else len(text)


def _shortened(text: str) -> str:
    kept = text[: LONGEST_CELL - len(_CUT)]
    while _length(kept) > LONGEST_CELL - len(_CUT):
        kept = kept[: -(_length(kept) - LONGEST_CELL + len(_CUT) + 1) // 2 or -1]
    return kept + _CUT


__all__ = ["write_xlsx"]
