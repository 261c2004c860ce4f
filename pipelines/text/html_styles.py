"""What style attributes say that tags do not: bold, a line of its own, an item of a list of Word's, a symbol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborNode

from pipelines.text.html_lists import Item, word_item

_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font\s*:\s*[^;]*\bbold\b", re.I)
_BLOCK = re.compile(r"display\s*:\s*(?:block|list-item|flex|grid|table|table-row)\b", re.I)
_SYMBOLS = re.compile(r"(?:font-family|font)\s*:\s*[^;]*(?:Wingdings|Symbol|Webdings)", re.I)
_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.I)
_WORDS = ("font-weight", "bold", "display:", "display :", "mso-list", "ingdings", "Symbol")
_MOST = 50_000  # styled elements of a page
_ASIDE = 20  # printed characters from which small print at the end of a line says something of its own


@dataclass(frozen=True, slots=True)
class Style:
    """What one element's style says."""

    bold: bool = False
    block: bool = False
    symbol: bool = False  # its one character is a bullet in a font of signs
    number: bool = False  # Word's number or bullet of an item
    item: str = ""  # the style of an item of Word's

    def opens(self) -> Item | None:
        """The list item that begins with the element."""
        return word_item(self.item) if self.item else None


def styles(root: LexborNode, markup: str) -> dict[int, Style]:
    """The styles that matter, by the ``mem_id`` of their element; ``markup`` is the source of the page."""
    found: dict[int, Style] = {}
    selector = ",".join(f'[style*="{word}"]' for word in _WORDS if word in markup)
    for node in islice(root.css(selector), _MOST) if selector else ():
        said = node.attributes.get("style") or ""
        ignored = bool(_IGNORED.search(said))
        listed = "mso-list" in said and not ignored and node.tag in {"p", "div", "h1", "h2", "h3"}
        style = Style(
            bold=bool(_BOLD.search(said)),
            block=bool(_BLOCK.search(said)),
            symbol=bool(_SYMBOLS.search(said)) and len("".join(node.text(deep=True).split())) == 1,
            number=ignored,
            item=said if listed else "",
        )
        if style != Style():
            found[node.mem_id] = style
    for node in islice(root.css("li small,td small,p small,dd small"), _MOST) if "<small" in markup else ():
        if node.mem_id not in found and _ends_line(node):
            found[node.mem_id] = Style(block=True)
    return found


def _ends_line(small: LexborNode) -> bool:
    """Whether small print is long and nothing follows it in its element."""
    after = small.next
    while after is not None:
        if (after.text(deep=True) or "").strip():
            return False
        after = after.next
    return len("".join(small.text(deep=True).split())) >= _ASIDE
