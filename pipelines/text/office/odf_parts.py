"""Pieces of an OpenDocument tree that its readers look for: rows and words."""

from __future__ import annotations

from lxml import etree

from pipelines.text.office.odf import TABLE

MAX_DEPTH = 60  # of lists, tables and frames inside one another
MAX_REPEAT = 64  # a cell or row that is stored once and stands several times
_ROW_GROUPS = {f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group")}


def has_text(element: etree._Element) -> bool:
    """Whether an element prints anything."""
    return any(not text.isspace() for text in element.itertext())


def words(element: etree._Element) -> str:
    """All characters under an element."""
    return "".join(map(str, element.itertext()))


def rows_of(table: etree._Element, depth: int) -> list[etree._Element]:
    """The rows of a table, those in groups too; a row that stands several times over is given as often, within
    reason."""
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == f"{TABLE}table-row":
            text = child.get(f"{TABLE}number-rows-repeated", "1")
            times = min(int(text), MAX_REPEAT) if text.isdigit() and len(text) < 9 else 1
            rows += [child] * (times if times > 1 and has_text(child) else 1)
        elif child.tag in _ROW_GROUPS and depth < MAX_DEPTH:
            rows += rows_of(child, depth + 1)
    return rows
