"""French number words: days, years, hours and votes are often spelt out in acts."""

from __future__ import annotations

import re

_UNITS = {
    "zero": 0, "un": 1, "une": 1, "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_SMALL = "|".join(sorted(_UNITS, key=len, reverse=True))
WORD = rf"(?:{_SMALL})\b"
# at most four words below one hundred: "quatre vingt dix neuf"
SMALL_NUMBER = rf"{WORD}(?:[ \-]{{1,3}}(?:et[ \-]{{1,3}})?{WORD}){{0,3}}"
_TOKEN = re.compile(rf"{_SMALL}|mille|mil|cents?|et")


def number(words: str) -> int | None:
    """The value of number words in plain text ("vingt et un" is 21, "deux mil dix" 2010); None where they are none."""
    parts = re.findall(r"[a-z]+", words)
    if not parts or any(not _TOKEN.fullmatch(word) for word in parts):
        return None
    total, current = 0, 0
    for word in parts:
        if word in ("mil", "mille"):
            total, current = total + max(current, 1) * 1000, 0
        elif word in ("cent", "cents"):
            current = max(current, 1) * 100
        elif word in ("vingt", "vingts") and current % 100 == 4:
            current += 76
        elif word != "et":
            current += _UNITS[word]
    return total + current


def count(text: str) -> int | None:
    """Digits or number words as a number."""
    return int(text) if text.isdigit() else number(text)
