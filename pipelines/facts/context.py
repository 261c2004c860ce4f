"""What every rule looks at: a text of lower-case letters without accents, as long as the original, and what stands
before a place in the same sentence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

BEFORE = 260  # characters before a number that may say what it is
_OPENS = r"Le|La|Les|L[’']|Il|Ce|Cette|Pour|Total|TOTAL|Montant|Coût|Vu|Considérant|Madame|Monsieur|Mme"
_END = re.compile(
    r"[.!?]\s+(?=[A-ZÀ-Þ«•])|;|\n\s*(?:[-–—−•➢*▪Ø]|o )\s*|\n\s*\n|€[^\n€]{0,14}\n(?=[A-ZÀ-Þ])"
    rf"|\n(?=(?:{_OPENS})\b)"
)
_SPACES = re.compile(r"\s+")


@cache
def _table() -> dict[int, str]:
    """Letters without their accents and in lower case, one character for one; every space and apostrophe alike."""
    table = dict.fromkeys((0xA0, 0x202F, 0x2007, 0x2009, 0x09), " ") | {ord(sign): "'" for sign in "’‘ʼ´`"}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250)):
        bare = "".join(each for each in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(each))
        if len(bare.lower()) == 1:
            table[code] = bare.lower()
    return table


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of a page: as printed; ``folded`` and ``flat`` (lines joined by spaces) have the same length."""

    printed: str
    folded: str
    flat: str

    @classmethod
    def of(cls, printed: str) -> Text:
        folded = printed.translate(_table())
        return cls(printed, folded, folded.replace("\n", " "))

    def before(self, place: int, most: int = BEFORE) -> str:
        """The folded words of the same sentence (or line of a list) before ``place``, single spaces between them."""
        start = max(0, place - most)
        for end in _END.finditer(self.printed, start, place):
            start = end.end()
        return _SPACES.sub(" ", self.folded[start:place])

    def line_before(self, place: int, most: int = 160) -> str:
        """What stands on the same line before ``place``."""
        start = max(0, place - most)
        return self.folded[max(start, self.folded.rfind("\n", start, place) + 1) : place]

    def after(self, place: int, most: int = 60) -> str:
        """The folded words after ``place``, up to the end of the sentence."""
        stop = min(len(self.printed), place + most)
        end = _END.search(self.printed, place, stop)
        return _SPACES.sub(" ", self.folded[place : end.start() if end else stop])
