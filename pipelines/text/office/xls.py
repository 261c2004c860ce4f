"""Excel workbooks of 1995 to 2003 (XLS), by xlrd: each number as its format shows it, a sheet a page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from crawler.errors import Locked, TooLarge, Unreadable
from pipelines.text.office.cells import MAX_SHEETS, put_sheet
from pipelines.text.office.flow import Flow
from pipelines.text.office.numbers import formatted, plain
from pipelines.text.office.xlsx import read_xlsx


def read_xls(data: bytes, flow: Flow) -> None:
    """Send the sheets of an old workbook through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    if data.startswith(b"PK"):
        read_xlsx(data, flow)
        return
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise Locked("the file asks for a password") from error
        raise Unreadable("the file is broken: its sheets cannot be read") from error
    done = 0
    for place, name in enumerate(book.sheet_names()):
        if place >= MAX_SHEETS:
            raise TooLarge(f"only the first {MAX_SHEETS} sheets were read")
        if place:
            flow.page_break(force=True)
        done = put_sheet(flow, name, _rows(book, book.sheet_by_index(place)), done)
        book.unload_sheet(place)


def _rows(book: Any, sheet: Any) -> Iterator[list[str]]:
    for row in range(sheet.nrows):
        yield [_shown(book, cell) for cell in sheet.row(row)]


def _shown(book: Any, cell: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return "VRAI" if cell.value else "FAUX"
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            try:
                code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            except (LookupError, TypeError):
                return plain(cell.value)
            return formatted(cell.value, code, epoch_1904=book.datemode == 1)
    return ""
