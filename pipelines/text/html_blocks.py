"""An HTML tree into lines that keep what the markup says: headings, list items with their numbers, table rows.

The walk is iterative: pages nested a hundred thousand deep exist.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipelines.text.drafts import Block, Draft, clean

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "main", "nav",
    "p", "pre", "section", "summary", "tbody", "tfoot", "thead", "option", "label", "button",
    *_HEADINGS, "ul", "ol", "menu", "li", "table", "tr", "td", "th",
}  # fmt: skip
_INLINE_IN_HEADING = {"button", "label", "div"}
_BOLD = {"b", "strong", "th", "dt"}
_LAYOUT_ROWS, _LAYOUT_TEXT = 3, 4  # rows at most, paragraphs in a cell at least of a table that only places things
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HOLDS_NUMBER = re.compile(
    r"\(?(?:\d{1,3}|[ivxlcIVXLC]{1,6}|[a-zA-Z])(?:\.\d+)*\s?[.)°/:–-](?:\s|$|(?=[^\W\d]))|(?:n°|point)\s*\d", re.I
)
_STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")


@dataclass(slots=True)
class _List:
    style: str  # "" for bullets
    number: int = 1
    step: int = 1


@dataclass(slots=True)
class _Item:
    marker: str
    level: int
    started: bool = False


@dataclass(slots=True)
class _Walk:
    skipped: Collection[int]
    drafts: list[Draft] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    bold_parts: int = 0
    plain_parts: int = 0
    bold: int = 0
    preformatted: int = 0
    heading: int = 0
    lists: list[_List] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    tables: list[bool] = field(default_factory=list)  # whether it holds data rather than the page's layout
    row: int = 0
    cells: list[bool] = field(default_factory=list)
    after_link: bool = False

    def text(self, raw: str) -> None:
        if self.preformatted:
            first, *rest = raw.split("\n")
            self._add(first)
            for line in rest:
                self.flush()
                self._add(line)
        else:
            self._add(raw)

    def _add(self, raw: str) -> None:
        if raw:
            self.parts.append(raw)
            printed = len("".join(raw.split()))
            if self.bold or self.heading:
                self.bold_parts += printed
            else:
                self.plain_parts += printed

    def flush(self) -> None:
        """End the line, if one has begun."""
        if not self.parts:
            return
        text = clean(_SPACE.sub(" ", "".join(self.parts))).strip()
        bold = self.bold_parts > 0 and self.plain_parts == 0
        self.parts.clear()
        self.bold_parts = self.plain_parts = 0
        if text:
            self.drafts.append(self._draft(text, bold))

    def _draft(self, text: str, bold: bool) -> Draft:
        item = self.items[-1] if self.items else None
        in_cell = bool(self.cells and self.cells[-1])
        block: Block = "cell" if in_cell else "p"
        level, marker = 0, ""
        if item is not None:
            level = item.level
            if not item.started:
                item.started = True
                block = "li"
                marker = "" if _HOLDS_NUMBER.match(text) else item.marker
        if self.heading:
            block, level = "heading", self.heading
        return Draft(text, bold=bold, block=block, level=level, marker=marker, row=self.row if in_cell else None)


def blocks(root: LexborNode, skipped: Collection[int]) -> list[Draft]:
    """The lines under ``root`` in document order, without the subtrees whose ``mem_id`` is in ``skipped``."""
    walk = _Walk(skipped)
    node: LexborNode | None = root
    top = root.mem_id
    while node is not None:
        entered = _enter(walk, node)
        child = node.child if entered else None
        if child is not None:
            node = child
            continue
        if entered:
            _leave(walk, node)
        while node is not None and node.mem_id != top and node.next is None:
            node = node.parent
            if node is not None:
                _leave(walk, node)
        node = None if node is None or node.mem_id == top else node.next
    walk.flush()
    return walk.drafts


def _enter(walk: _Walk, node: LexborNode) -> bool:
    """Note the beginning of a node; whether its children are to be visited."""
    tag = node.tag
    if tag == "-text":
        walk.text(node.text(deep=False) or "")
        walk.after_link = False
        return False
    if tag is None or tag.startswith(("-", "!")) or node.mem_id in walk.skipped:
        return False
    if tag == "br":
        walk.flush()
        return False
    if tag == "a" and walk.after_link:
        walk.parts.append(" ")
    if tag in _BLOCKS and not (walk.heading and tag in _INLINE_IN_HEADING):
        walk.flush()
        _open(walk, node, tag)
    if tag in _BOLD:
        walk.bold += 1
    return True


def _open(walk: _Walk, node: LexborNode, tag: str) -> None:
    match tag:
        case "ul" | "menu" | "dir":
            walk.lists.append(_List(""))
        case "ol":
            walk.lists.append(_ordered(node))
        case "li":
            walk.items.append(_item(walk, node))
        case "table":
            walk.tables.append(_is_data(node))
        case "tr":
            walk.row += 1
        case "td" | "th":
            walk.cells.append(bool(walk.tables and walk.tables[-1]))
        case "pre":
            walk.preformatted += 1
        case _ if tag in _HEADINGS:
            walk.heading = _HEADINGS[tag]


def _leave(walk: _Walk, node: LexborNode) -> None:
    tag = node.tag or ""
    walk.after_link = tag == "a"
    if tag in _BLOCKS and not (walk.heading and tag in _INLINE_IN_HEADING):
        walk.flush()
        match tag:
            case "ul" | "menu" | "dir" | "ol" if walk.lists:
                walk.lists.pop()
            case "li" if walk.items:
                walk.items.pop()
            case "table" if walk.tables:
                walk.tables.pop()
            case "td" | "th" if walk.cells:
                walk.cells.pop()
            case "pre":
                walk.preformatted = max(walk.preformatted - 1, 0)
            case _ if tag in _HEADINGS:
                walk.heading = 0
    if tag in _BOLD:
        walk.bold = max(walk.bold - 1, 0)


def _ordered(node: LexborNode) -> _List:
    attributes = node.attributes
    style = _STYLES.get(attributes.get("type") or "1", "decimal")
    inline = _STYLE.search(attributes.get("style") or "")
    if inline and inline.group(1) in {*_STYLES.values(), "none"}:
        style = "" if inline.group(1) == "none" else inline.group(1)
    backwards = "reversed" in attributes
    start = _integer(attributes.get("start"))
    if start is None:
        start = sum(child.tag == "li" for child in node.iter()) if backwards else 1
    return _List(style, start, -1 if backwards else 1)


def _item(walk: _Walk, node: LexborNode) -> _Item:
    level = max(len(walk.lists), 1)
    if not walk.lists or not walk.lists[-1].style:
        return _Item("", level)
    counter = walk.lists[-1]
    value = _integer(node.attributes.get("value"))
    if value is not None:
        counter.number = value
    marker = _numeral(counter.number, counter.style)
    counter.number += counter.step
    return _Item(marker, level)


def _integer(value: str | None) -> int | None:
    try:
        return int(value) if value and len(value) < 7 else None
    except ValueError:
        return None


def _numeral(number: int, style: str) -> str:
    """The number as a browser prints it: "3", "c", "C", "iii" or "III"."""
    if style == "decimal" or number < 1 or number > 3999:
        return str(number)
    if style.endswith("alpha"):
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return letters.upper() if style.startswith("upper") else letters
    roman = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        count, number = divmod(number, value)
        roman += sign * count
    return roman.upper() if style.startswith("upper") else roman


def _is_data(table: LexborNode) -> bool:
    """Data rather than layout: no table inside, no heading in a cell, a row with two cells or more."""
    if (table.attributes.get("role") or "") in {"presentation", "none"}:
        return False
    if table.css_first("table table, table h1, table h2, table h3, table ol") is not None:
        return False
    rows = table.css("tr")
    if len(rows) <= _LAYOUT_ROWS and any(len(cell.css("p")) >= _LAYOUT_TEXT for cell in table.css("td")):
        return False  # a banner, a menu and a whole text beside each other
    return any(sum(cell.tag in {"td", "th"} for cell in row.iter()) > 1 for row in rows)
