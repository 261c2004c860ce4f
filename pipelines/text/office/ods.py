"""OpenDocument spreadsheets (ODS): each cell as it shows itself, a sheet a page; hidden sheets are read too."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crawler.errors import TooLarge
from pipelines.text.office.cells import MAX_SHEETS, put_sheet
from pipelines.text.office.flow import Flow
from pipelines.text.office.odf import OFFICE, TABLE, TEXT, open_odf
from pipelines.text.office.odf_parts import rows_of
from pipelines.text.office.ooxml import integer

_MAX_COLUMNS = 16_384  # of a sheet, as office programs have them


def read_ods(data: bytes, flow: Flow) -> None:
    """Send the sheets of an OpenDocument spreadsheet through ``flow``, each cell as it shows itself.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    document = open_odf(data)
    flow.title, flow.damage = document.title, document.damage
    done = 0
    for place, table in enumerate(document.body("spreadsheet").iterchildren(f"{TABLE}table")):
        if place >= MAX_SHEETS:
            raise TooLarge(f"only the first {MAX_SHEETS} sheets were read")
        if place:
            flow.page_break(force=True)
        rows = (_texts(row) for row in rows_of(table, 0))
        done = put_sheet(flow, table.get(f"{TABLE}name", ""), rows, done)


def _texts(row: etree._Element) -> list[str]:
    """The cells of a row in their columns; what is repeated is read once."""
    texts: list[str] = []
    column = 0
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        if len(cell) and cell.tag == f"{TABLE}table-cell":
            texts += [""] * (column - len(texts))
            texts.append(_text(cell))
        column = min(column + max(integer(cell.get(f"{TABLE}number-columns-repeated")) or 1, 1), _MAX_COLUMNS)
    return texts


def _text(cell: etree._Element) -> str:
    return " ".join(
        "".join(part for part in _pieces(paragraph)) for paragraph in cell.iterchildren(f"{TEXT}p", f"{TEXT}h")
    )


def _pieces(element: etree._Element) -> Iterator[str]:
    if element.tag in (f"{OFFICE}annotation", f"{TEXT}note"):
        return
    yield element.text or ""
    for child in element:
        if child.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
            yield " "
        elif isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""
