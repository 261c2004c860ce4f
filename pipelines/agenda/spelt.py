"""Days, years, hours and minutes spelt out: "dix-neuf", "vingt et un", "deux mil vingt-six", also glued or cut.

Narrower than ``numbers``: only what a calendar or a clock holds, so that in "l'an deux mil vingt-cinq vingt-sept
octobre" the year ends where it does.
"""

from __future__ import annotations

import re

_UNITS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_TEENS = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dixsept", "dixhuit", "dixneuf")
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50}
_UNIT = "|".join(_UNITS)
_GAP = r"[ \-]{0,3}"
# Longest first, and nothing of it begins with what stands before it.
SPELT = (
    rf"(?:(?:{'|'.join(_TENS)})s?(?:{_GAP}(?:et{_GAP})?(?:{_UNIT}|une)(?![a-z]))?"
    rf"|dix{_GAP}(?:sept|huit|neuf)|dix|onze|douze|treize|quatorze|quinze|seize|premier|zero|une|{_UNIT})(?![a-z])"
)
SPELT_YEAR = rf"deux{_GAP}mil(?:le)?s?(?:{_GAP}(?:et{_GAP})?{SPELT})?(?![a-z])"
_LETTERS = re.compile(r"[^a-z]+")


def _values() -> dict[str, int]:
    values = {"zero": 0, "premier": 1, "une": 1}
    values |= {word: place + 1 for place, word in enumerate(_UNITS)}
    values |= {word: place + 10 for place, word in enumerate(_TEENS)}
    for word, ten in _TENS.items():
        for stem in (word, f"{word}s"):
            values[stem] = ten
            for unit, name in ((1, "une"), *enumerate(_UNITS, 1)):
                values |= {f"{stem}{name}": ten + unit, f"{stem}et{name}": ten + unit}
    return values


_VALUES = _values()


def spelt(words: str) -> int | None:
    """The value of what ``SPELT`` matched, or of digits; None where it is neither."""
    return int(words) if words.isdecimal() else _VALUES.get(_LETTERS.sub("", words))


def spelt_year(words: str) -> int | None:
    """The year that ``SPELT_YEAR`` matched ("deux mille vingt-six"), or that digits print; None where it is neither."""
    if words.isdecimal():
        return int(words)
    rest = re.sub(r"^deux(?:mille|mil)s?(?:et)?", "", _LETTERS.sub("", words))
    value = _VALUES.get(rest, None if rest else 0)
    return None if value is None else 2000 + value
