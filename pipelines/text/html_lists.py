"""Numbers of list items as a browser prints them, and of the lists that Word saves as paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

_STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")
_HOLDS_NUMBER = re.compile(
    r"\(?(?:\d{1,3}|[ivxlcIVXLC]{1,6}|[a-zA-Z])(?:\.\d+)*\s?[.)°/:–-](?:\s|$|(?=[^\W\d]))|(?:n°|point)\s*\d", re.I
)
_WORD_LIST = re.compile(r"mso-list\s*:\s*[\w-]+\s+level(\d)")
_WORD_NUMBER = re.compile(r"\(?([A-Za-z0-9]{1,4})\s?[.)°/-]*")


@dataclass(slots=True)
class ListState:
    """A list that is open, with the number of its next item."""

    style: str  # "" for bullets
    number: int = 1
    step: int = 1


@dataclass(slots=True)
class Item:
    """A list item that is open; only its first line is the item, the others are paragraphs in it."""

    marker: str
    level: int
    started: bool = False

    def begin(self, text: str) -> str:
        """The marker for its first line; none where the text holds its number itself."""
        self.started = True
        return "" if _HOLDS_NUMBER.match(text) else self.marker


def ordered(node: LexborNode) -> ListState:
    """The state of an ``ol``."""
    attributes = node.attributes
    style = _STYLES.get(attributes.get("type") or "1", "decimal")
    inline = _STYLE.search(attributes.get("style") or "")
    if inline and inline.group(1) in {*_STYLES.values(), "none"}:
        style = "" if inline.group(1) == "none" else inline.group(1)
    backwards = "reversed" in attributes
    start = _integer(attributes.get("start"))
    if start is None:
        start = sum(child.tag == "li" for child in node.iter()) if backwards else 1
    return ListState(style, start, -1 if backwards else 1)


def item(node: LexborNode, lists: list[ListState]) -> Item:
    """The item that an ``li`` opens in the innermost of the open lists."""
    level = max(len(lists), 1)
    if not lists or not lists[-1].style:
        return Item("", level)
    counter = lists[-1]
    value = _integer(node.attributes.get("value"))
    if value is not None:
        counter.number = value
    marker = _numeral(counter.number, counter.style)
    counter.number += counter.step
    return Item(marker, level)


def word_item(style: str) -> Item | None:
    """The item that a paragraph of Word's is, by its style ("mso-list:l0 level1 lfo1"); its number comes as text."""
    found = _WORD_LIST.search(style)
    return Item("", int(found[1])) if found else None


def word_marker(text: str) -> str:
    """The number in what Word printed before an item; none for its bullets ("·", "o", "§" of Symbol and Wingdings)."""
    found = _WORD_NUMBER.fullmatch(text.replace("\xa0", " ").strip())
    return found[1] if found and found[0] not in {"o", "v", "q", "ü", "Ø", "n", "l", "u"} else ""


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
