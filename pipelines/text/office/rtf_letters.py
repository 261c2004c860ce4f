"""Bytes of a rich text into characters: the charset of the file, and those of its fonts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.text.office.rtf_words import CHARACTER_SETS, CHARSETS, CODEPAGES

_PAIRS = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


def joined(text: str) -> str:
    """``text`` with the characters that are stored as two halves."""
    return _PAIRS.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


@dataclass(slots=True)
class Letters:
    """What the header and the font table said."""

    codepage: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    usual: int = -1  # the font where none is named
    defining: int = -1  # the font that the font table speaks of

    def decode(self, raw: bytes, font: int) -> str:
        """Characters of a font (-1: of none); signs of Symbol and its like go to the private use area."""
        name = self.fonts.get(font if font >= 0 else self.usual, self.codepage)
        if name == "symbol":
            return "".join(chr(0xF000 + value) if value > 0x7F else chr(value) for value in raw)
        return raw.decode(name or self.codepage, "replace")

    def charset(self, word: str, number: int | None) -> None:
        """A word of the header."""
        if word == "ansicpg":
            self.codepage = CODEPAGES.get(number or 1252, "cp1252")
        elif word in CHARACTER_SETS:
            self.codepage = CHARACTER_SETS[word]
        elif word == "deff":
            self.usual = number or 0

    def define(self, word: str, number: int | None) -> None:
        """A word of the font table."""
        if word == "f":
            self.defining = number or 0
        elif word == "fcharset" and number not in (None, 0, 1):
            self.fonts[self.defining] = CHARSETS.get(number or 0, "")
        elif word == "cpg" and number in CODEPAGES:
            self.fonts[self.defining] = CODEPAGES[number]
