"""Numbers as French councils print them: "1 234 567,89", "1.234.567", "12 k", spelt out; nothing that may be two.

A number is refused where it may be the end of another: "2156 17 500" is an account and a sum, or one broken number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Spaces of a thousand may be doubled by recognition, and a line may break there.
_GROUPED = r"\d{1,3}(?:[ ]{1,2}\d{3}){1,4}|\d{1,3}(?: ?\n ?\d{3}){1,2}|\d{1,3}(?:[.']\d{3}){1,4}"
_NUMBER = rf"(?<![\d.,/'%-])(?:{_GROUPED}|\d{{1,9}})(?:[.,] ?\d{{1,2}}(?!\d))?"
_UNITS = r"(?P<scale>k ?€|keur\b|m ?€|meur\b|milliers? d'euros?|millions? d'euros?)|€(?:uros?)?|euros?\b|eur\b"
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER})\s{{0,2}}(?:{_UNITS})")
_SPELT_WORDS = (
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "vingts", "vingt", "trente", "quarante", "cinquante", "soixante", "cents", "cent",
    "mille", "millions", "million", "et",
)  # fmt: skip
_WORD = "|".join(_SPELT_WORDS)
_SPELT = re.compile(rf"\b(?P<number>(?:{_WORD})(?:[ -]{{1,3}}(?:{_WORD})){{0,14}})\b\s(?:d')?euros?\b")
_VALUES = dict(zip(_SPELT_WORDS[:16], range(1, 17), strict=True)) | {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_SCALES = {"k": 1_000, "mil": 1_000, "m": 1_000_000, "mill": 1_000_000}
_NUMBER_BEFORE = re.compile(r"\d[ \n]{1,3}$|[-+=x×/]\s?$|\bn ?°\s?$|\b(?:article|chapitre|compte|ligne)s?\s$")
SMALL = {
    "une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17,
    "dix-huit": 18, "dix-neuf": 19, "vingt": 20, "vingt-deux": 22, "vingt-quatre": 24, "vingt-cinq": 25,
    "trente": 30, "trente-six": 36, "quarante": 40, "quarante-huit": 48, "cinquante": 50, "soixante": 60, "cent": 100,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in euros as printed at ``start``..``end``, its currency included."""

    start: int
    end: int
    value: float
    wrapped: bool  # a line breaks within the number


def sums(folded: str) -> Iterator[Sum]:
    """Every sum in euros of a folded text that can be read in one way only, in reading order."""
    for found in sorted((*_AMOUNT.finditer(folded), *_SPELT.finditer(folded)), key=lambda match: match.start()):
        printed = found["number"]
        before = folded[max(0, found.start() - 12) : found.start()]
        if _NUMBER_BEFORE.search(before):
            continue
        scale = found["scale"] if "scale" in found.re.groupindex else None
        value = spelt_out(printed) if printed[0].isalpha() else number(printed, scaled=bool(scale))
        if value is not None:
            value = round(value * (_scale(scale) if scale else 1), 2)
            yield Sum(found.start(), found.end(), value, "\n" in printed)


def _scale(printed: str) -> int:
    if printed.startswith("mil"):
        return _SCALES["mill"] if printed.startswith("mill") and "ion" in printed else _SCALES["mil"]
    return _SCALES[printed[0]]


def number(printed: str, *, scaled: bool = False) -> float | None:
    """A number in digits; None where its groups could be read in two ways ("1.234" of kilo-euros)."""
    bare = re.sub(r"[ \n']", "", printed)
    decimals = re.fullmatch(r"([\d.]*\d)[.,](\d{1,2})", bare)
    whole, cents = (decimals[1], decimals[2]) if decimals else (bare, "")
    if "." in whole:
        groups = whole.split(".")
        if any(len(group) != 3 for group in groups[1:]) or scaled:
            return None
        whole = "".join(groups)
    if not whole.isdigit() or (len(whole) > 1 and whole[0] == "0"):
        return None
    return float(f"{whole}.{cents or 0}")


def spelt_out(printed: str) -> float | None:
    """A number in words, from a hundred on; None for what is none, or a small one ("deux euros")."""
    total = part = 0
    for word in re.split(r"[ -]+", printed):
        if word == "et":
            continue
        if word in ("cent", "cents"):
            part = (part or 1) * 100
        elif word == "mille":
            total, part = total + (part or 1) * 1_000, 0
        elif word in ("million", "millions"):
            total, part = (total + (part or 1)) * 1_000_000, 0
        elif word in ("vingt", "vingts") and part % 100 == 4:
            part += 76
        else:
            part += _VALUES[word]
    return float(total + part) if total + part >= 100 else None
