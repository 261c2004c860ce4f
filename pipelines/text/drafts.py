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
_LIGATURES |= {0x019F: "ti", 0x01A9: "tt"}  # what the fonts of word processors say for these; French has no Ɵ, no Ʃ
_SYMBOLS = {0xF000 + code: chr(code) for code in range(0x20, 0x7F)}
_INVISIBLE = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF)
# Letters that web pages are "styled" with: full width, and the alphabets of mathematics.
_STYLED = {
    code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800))
}
_CLEAN: dict[int, str | None] = {
    **_STYLED,
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys(_INVISIBLE, None),
    **_SYMBOLS,
    **_BULLETS,
    **_LIGATURES,
}
_ODD = re.compile(
    r"[^ -_a-~\xa0-\xa7\xa9-\xac\xae-\xb3\xb5-\xb7\xb9-\u019e\u01a0-\u01a8\u01aa-\u024f"
    r"\u2012-\u2027\u2030-\u2044\u20ac]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HYPHENS = ("\xad", "\u2010", "\u2011")
# Accents that TeX and old drivers draw as signs of their own, before the letter ("vid´eo"). The acute serves as an
# apostrophe too ("d´un", "l´accord"): after one letter it is left alone.
_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302"}
_APART = re.compile(
    r"(?P<accent>(?:(?<![^\W\d_])|(?<=[^\W\d_]{2})(?<!qu))´(?=[eE])|(?<=\w)`(?=[aeuAEU])|[ˆ¨](?=[aeiouıAEIOU]))"
    r"(?P<letter>\w)|(?P<c>[cC])\s?¸|¸\s?(?P<ced>[cC])"
)


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
    angle: float = 0.0  # degrees by which its letters are turned, against the page as it is shown
    first: int = -1  # the engine's index of its first and last character, where it has any
    last: int = -1
    indent: int = 0  # spaces before it in the page's text that are not the line's
    before: str = ""  # and signs, after these spaces
    stamped: int = 0  # printed characters that are an e-filing stamp's


def clean(text: str) -> str:
    """One line of any engine as it is stored: composed, no control or invisible characters, else untouched.

    A soft hyphen at the end of the line is a printed hyphen and stays as one; elsewhere it is not printed. Ligatures
    and accents that stand beside their letter are letters.
    """
    if _ODD.search(text):
        text = _SURROGATES.sub("\ufffd", text)
        stripped = text.rstrip()
        if stripped.endswith(_HYPHENS):
            text = stripped[:-1] + "-"
        text = _APART.sub(_accented, text.translate(_CLEAN).replace("\xad", ""))
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return text


def _accented(found: re.Match[str]) -> str:
    if found["letter"]:
        return found["letter"].replace("ı", "i") + _ACCENTS[found["accent"]]
    return (found["c"] or found["ced"]) + "\u0327"


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
