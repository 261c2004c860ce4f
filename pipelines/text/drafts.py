"""Lines on their way to be pages: engines yield drafts, ``assemble`` gives them their offsets.

A draft is mutable because margins and stamps are only known once every page was seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.models import Line, PageText

Block = Literal["p", "li", "heading", "cell", "stamp", "running"]
Method = Literal["text", "html", "ocr", "none"]

# Bullets of Symbol and Wingdings, which word processors leave in the private use area.
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0A8: "▫", 0xF0D8: "➢", 0xF0E0: "→", 0xF0FC: "✓", 0xF076: "❖", 0xF0BE: "—"}
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_SYMBOLS = {0xF000 + code: chr(code) for code in range(0x20, 0x7F)}
_INVISIBLE = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF)
_CLEAN: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys(_INVISIBLE, None),
    **_SYMBOLS,
    **_BULLETS,
    **_LIGATURES,
}
_ODD = re.compile(r"[^ -~\xa0-\xac\xae-\u024f\u2010-\u2027\u2030-\u2044\u20ac]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(slots=True)
class Draft:
    """A line without its offset; ``right`` and ``top`` in points, from the left and top of the page."""

    text: str
    x: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0
    bold: bool = False
    block: Block = "p"
    level: int = 0
    marker: str = ""
    row: int | None = None
    indent: int = 0  # spaces before it in the page's text that are not the line's
    before: str = ""  # and signs, after these spaces
    stamped: int = 0  # printed characters that are an e-filing stamp's


def clean(text: str) -> str:
    """One line of any engine as it is stored: composed, no control or invisible characters, else untouched.

    A soft hyphen at the end of the line is a printed hyphen and stays as one; elsewhere it is not printed.
    """
    if _ODD.search(text):
        text = _SURROGATES.sub("\ufffd", text)
        stripped = text.rstrip()
        if stripped.endswith("\xad"):
            text = stripped[:-1] + "-"
        text = text.translate(_CLEAN).replace("\xad", "")
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return text


def assemble(drafts: Sequence[Draft], number: int, method: Method) -> tuple[PageText, list[Line]]:
    """A page's text (its lines joined by newlines) and its lines with their offsets in it."""
    lines: list[Line] = []
    parts: list[str] = []
    offset = 0
    for draft in drafts:
        before = " " * draft.indent + draft.before
        lines.append(
            Line(
                text=draft.text,
                page=number,
                start=offset + len(before),
                x=round(draft.x, 1),
                top=round(draft.top, 1),
                size=round(draft.size, 1),
                bold=draft.bold,
                block=draft.block,
                level=draft.level,
                marker=draft.marker,
                row=draft.row,
            )
        )
        parts.append(before + draft.text)
        offset += len(parts[-1]) + 1
    return PageText(number, "\n".join(parts), method), lines


def printed(texts: Iterable[str]) -> int:
    """How many characters are not white space."""
    return sum(sum(map(len, text.split())) for text in texts)
