"""An HTML tree into lines that keep what the markup says: headings, list items with their numbers, table rows.

The walk is iterative: pages nested a hundred thousand deep exist.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipelines.text.drafts import Block, Draft, clean
from pipelines.text.html_grid import Grid
from pipelines.text.html_lists import Item, ListState, item, ordered, word_marker
from pipelines.text.html_styles import Style

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "main", "nav",
    "p", "pre", "section", "summary", "tbody", "tfoot", "thead", "option", "label", "button",
    *_HEADINGS, "ul", "ol", "menu", "li", "table", "tr", "td", "th",
}  # fmt: skip
_INLINE_IN_HEADING = {"button", "label", "div"}
_BOLD = {"b", "strong", "th", "dt"}
_TIGHT = {"b", "strong", "em", "i", "u", "span", "font", "small"}  # between which authors forget a space
_NEW_WINDOW = re.compile(
    r"\s*\((?:[^()]{0,40}\s)?(?:nouvelle fen[êe]tre|nouvel onglet|ouverture dans[^()]{0,40}|opens? in[^()]{0,40})\)",
    re.I,
)
_LAYOUT_ROWS, _LAYOUT_TEXT = 3, 4  # rows at most, paragraphs in a cell at least of a table that only places things
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class _Walk:
    skipped: Collection[int]
    styles: Mapping[int, Style]
    drafts: list[Draft] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    bold_parts: int = 0
    plain_parts: int = 0
    bold: int = 0
    preformatted: int = 0
    heading: int = 0
    lists: list[ListState] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    tables: list[bool] = field(default_factory=list)  # whether it holds data rather than the page's layout
    row: int = 0
    cells: list[bool] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)  # of the tables that are open
    after_link: bool = False
    closed: bool = False  # an inline element has ended and nothing was said since

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
            if self.closed and self.parts and _glued(self.parts[-1][-1:], raw[:2]):
                self.parts.append(" ")
            self.closed = False
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
        if "(" in text:
            text = _NEW_WINDOW.sub("", text)  # said to screen readers alone
        bold = self.bold_parts > 0 and self.plain_parts == 0
        self.parts.clear()
        self.bold_parts = self.plain_parts = 0
        if text:
            self.drafts.append(self._draft(text, bold))

    def _draft(self, text: str, bold: bool) -> Draft:
        inside = self.items[-1] if self.items else None
        in_cell = bool(self.cells and self.cells[-1])
        block: Block = "cell" if in_cell else "p"
        level, marker = 0, ""
        if inside is not None:
            level = inside.level
            if not inside.started:
                block, marker = "li", inside.begin(text)
        if self.heading:
            block, level = "heading", self.heading
        x = float(self.grids[-1].place) if in_cell and self.grids else 0.0
        return Draft(text, x=x, bold=bold, block=block, level=level, marker=marker, row=self.row if in_cell else None)


def _glued(before: str, after: str) -> bool:
    """Whether two elements that touch cannot be one word ("vidéoprotection" + "La commune")."""
    return (
        (before.islower() or before in ".:;!?)") and after[:1].isupper() and (after[1:].islower() or after[1:] in " '’")
    )


def blocks(root: LexborNode, skipped: Collection[int], styles: Mapping[int, Style]) -> list[Draft]:
    """The lines under ``root`` in document order, without the subtrees whose ``mem_id`` is in ``skipped``.

    ``styles``: what the elements' styles say (``html_styles.styles``).
    """
    walk = _Walk(skipped, styles)
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
    if tag is None or tag.startswith(("-", "!")) or (walk.skipped and node.mem_id in walk.skipped):
        return False
    if tag == "br":
        walk.flush()
        return False
    if tag == "a" and walk.after_link:
        walk.parts.append(" ")
    block = tag in _BLOCKS and not (walk.heading and tag in _INLINE_IN_HEADING)
    if block:
        walk.flush()
        _open(walk, node, tag)
    if tag in _BOLD:
        walk.bold += 1
    style = walk.styles.get(node.mem_id) if walk.styles else None
    return style is None or _enter_styled(walk, node, style, block=block)


def _enter_styled(walk: _Walk, node: LexborNode, style: Style, *, block: bool) -> bool:
    """Note what a style adds to the tag; whether the children are to be visited."""
    if style.number:
        if walk.items:
            walk.items[-1].marker = word_marker(node.text(deep=True))
        return False
    if style.symbol:
        walk.text("•")
        return False
    if style.block and not block:
        walk.flush()
    if style.bold:
        walk.bold += 1
    if (opened := style.opens()) is not None:
        walk.items.append(opened)
    return True


def _open(walk: _Walk, node: LexborNode, tag: str) -> None:
    match tag:
        case "ul" | "menu" | "dir":
            walk.lists.append(ListState(""))
        case "ol":
            walk.lists.append(ordered(node))
        case "li":
            walk.items.append(item(node, walk.lists))
        case "table":
            walk.tables.append(_is_data(node))
            walk.grids.append(Grid())
        case "tr":
            walk.row += 1
            if walk.grids:
                walk.grids[-1].row()
        case "td" | "th":
            walk.cells.append(bool(walk.tables and walk.tables[-1]))
            if walk.grids:
                walk.grids[-1].cell(node)
        case "pre":
            walk.preformatted += 1
        case _ if tag in _HEADINGS:
            walk.heading = _HEADINGS[tag]


def _leave(walk: _Walk, node: LexborNode) -> None:
    tag = node.tag or ""
    walk.after_link = tag == "a"
    walk.closed = tag in _TIGHT
    style = walk.styles.get(node.mem_id) if walk.styles else None
    if style is not None:
        _leave_styled(walk, style)
    if tag in _BLOCKS and not (walk.heading and tag in _INLINE_IN_HEADING):
        walk.flush()
        match tag:
            case "ul" | "menu" | "dir" | "ol" if walk.lists:
                walk.lists.pop()
            case "li" if walk.items:
                walk.items.pop()
            case "table" if walk.tables:
                walk.tables.pop()
                walk.grids.pop()
            case "td" | "th" if walk.cells:
                walk.cells.pop()
            case "pre":
                walk.preformatted = max(walk.preformatted - 1, 0)
            case _ if tag in _HEADINGS:
                walk.heading = 0
    if tag in _BOLD:
        walk.bold = max(walk.bold - 1, 0)


def _leave_styled(walk: _Walk, style: Style) -> None:
    if style.block or style.item:
        walk.flush()
    if style.bold:
        walk.bold = max(walk.bold - 1, 0)
    if style.opens() is not None and walk.items:
        walk.items.pop()


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
