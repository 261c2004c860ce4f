"""Excel workbooks since 2007 (XLSX, XLSM): zip and lxml, row by row, each number as its format shows it.

A sheet is a page; hidden sheets are read like the others. Formulas, macros and links to outside are never looked at.
calamine, the fast library, gives numbers without their format ("7.10" as 7.1, a code without its zeros), makes room for
every cell between the first and the last, and ends the process on some broken files.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from crawler.errors import Locked, TooLarge, Unreadable
from pipelines.text.office import ooxml
from pipelines.text.office.cells import MAX_SHEETS, put_sheet
from pipelines.text.office.flow import Flow
from pipelines.text.office.numbers import BUILT_IN, formatted
from pipelines.text.office.ooxml import RELATION, SHEETS, integer
from pipelines.text.office.package import Package, open_package

MAX_COLUMNS = 16_384  # of a sheet, by the standard
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW, _C, _V, _T, _SI = (f"{SHEETS}{name}" for name in ("row", "c", "v", "t", "si"))


@dataclass(frozen=True, slots=True)
class _Book:
    strings: Sequence[str]
    formats: Sequence[str]  # by the number of a cell's style
    epoch_1904: bool


def read_xlsx(data: bytes, flow: Flow) -> None:
    """Send the sheets of a workbook through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    package = open_package(data)
    if "xl/workbook.bin" in package.names:
        raise Unreadable("a binary workbook (.xlsb) cannot be read")
    main = ooxml.main(package, "xl/workbook.xml", r"xl/workbook\d*\.xml")
    flow.title = ooxml.title(package)
    tree, parts, kinds = main.tree, main.parts, main.kinds
    about = tree.root.find(f"{SHEETS}workbookPr")
    book = _Book(
        _strings(package, kinds.get("sharedStrings", "xl/sharedStrings.xml")),
        _formats(ooxml.optional(package, kinds.get("styles", "xl/styles.xml"))),
        about is not None and about.get("date1904") in ("1", "true"),
    )
    done = 0
    sheets = [one for one in tree.root.iter(f"{SHEETS}sheet") if one.get(f"{RELATION}id") in parts]
    wanted = [(one, parts[one.get(f"{RELATION}id", "")]) for one in sheets]
    for place, (sheet, part) in enumerate(one for one in wanted if one[1].kind == "worksheet"):
        if place >= MAX_SHEETS:
            raise TooLarge(f"only the first {MAX_SHEETS} sheets were read")
        if place:
            flow.page_break(force=True)
        content = ooxml.content(package, part.target)
        done = put_sheet(flow, sheet.get("name", ""), _rows(content, book) if content else iter(()), done)
    if package.damaged:
        flow.damage = "the file is damaged: a part of it is missing"


def _strings(package: Package, name: str) -> list[str]:
    """The texts that cells share; the readings of Japanese left out."""
    try:
        content = ooxml.content(package, name)
    except (Unreadable, Locked):
        return []
    if not content:
        return []
    found: list[str] = []
    for _, item in _parsed(content, _SI):
        found.append(_text(item))
        _forget(item)
    return found


def _text(item: etree._Element) -> str:
    parts = [one.text or "" for one in item.iterchildren(_T)]
    parts += [one.text or "" for run in item.iterchildren(f"{SHEETS}r") for one in run.iterchildren(_T)]
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), "".join(parts))


def _formats(root: etree._Element | None) -> list[str]:
    if root is None:
        return []
    own = {integer(one.get("numFmtId")): one.get("formatCode", "") for one in root.iter(f"{SHEETS}numFmt")}
    styles = root.find(f"{SHEETS}cellXfs")
    numbers = [integer(one.get("numFmtId")) or 0 for one in styles] if styles is not None else []
    return [own.get(number) or BUILT_IN.get(number, "") for number in numbers]


def _rows(content: bytes, book: _Book) -> Iterator[list[str]]:
    for _, row in _parsed(content, _ROW):
        texts: list[str] = []
        for cell in row.iterchildren(_C):
            texts += [""] * (_column(cell.get("r", "")) - len(texts))  # empty cells are left out of the file
            texts.append(_shown(cell, book))
        yield texts
        _forget(row)


def _column(reference: str) -> int:
    """Which column a cell such as "AB12" stands in, from 0; 0 where it does not say, or beyond any sheet."""
    column = 0
    for letter in reference[:4].rstrip("0123456789"):
        if not "A" <= letter <= "Z":
            return 0
        column = 26 * column + ord(letter) - 64
    return column - 1 if 0 < column <= MAX_COLUMNS else 0


def _parsed(content: bytes, tag: str) -> Iterator[tuple[str, etree._Element]]:
    yield from etree.iterparse(
        io.BytesIO(content), events=("end",), tag=tag, resolve_entities=False, no_network=True, load_dtd=False,
        attribute_defaults=False, dtd_validation=False, huge_tree=False, recover=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip


def _forget(element: etree._Element) -> None:
    """Give back the memory of an element that was read, and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _shown(cell: etree._Element, book: _Book) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inner = cell.find(f"{SHEETS}is")
        return _text(inner) if inner is not None else ""
    value = cell.find(_V)
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        index = integer(text)
        return book.strings[index] if index is not None and 0 <= index < len(book.strings) else ""
    if kind == "b":
        return "VRAI" if text == "1" else "FAUX"
    if kind == "e":
        return ""
    if kind == "n" and text:
        try:
            number = float(text)
        except ValueError:
            return text
        style = integer(cell.get("s")) or 0
        code = book.formats[style] if 0 <= style < len(book.formats) else ""
        return formatted(number, code, epoch_1904=book.epoch_1904)
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
