"""Words in a text as the index sees them: how often terms occur, and the passages to show. Pure.

FTS5 ranks by reading all that its index holds of each word, and cuts passages by searching again; both take seconds
for words on every page. Here the work is bounded by the rows that are shown or ranked.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.search_terms import Term, spellings

LONGEST = 20_000  # characters of one text that count for its rank
K1, B = 1.2, 0.75  # BM25's usual constants
PASSAGE = 220  # characters of a passage, about
Hit = tuple[int, int, int]  # from, to, number of the term
_MARKED = "\u0300"  # stands for any combining mark
_JOINED = {"œ": "oe", "æ": "ae", "ﬁ": "fi", "ﬂ": "fl"}
# A line that begins with a capital begins anew: better half a sentence than the name above it.
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n\s*\n|\n(?=\s*(?:[-–•*]|\d{1,3}[.)°]\s|[A-ZÀ-ÖØ-Þ]))")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a passage; ``hit``: it is what was looked for."""

    text: str
    hit: bool = False


def _latin() -> bytes:
    """Each byte of Latin-1 as a letter without accent in lower case, a digit, or a space."""
    table = bytearray(b" " * 256)
    for code in range(256):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if chr(code).isalnum() and len(base.encode("latin-1", "replace")) == 1:
            table[code] = base.encode("latin-1", "replace")[0]
    return bytes(table)


_LATIN = _latin()


def quick(text: str) -> bytes:
    """Text to be counted in, 10 ns a character: words of Latin letters in lower case, each with spaces of its own."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    for ligature, letters in _JOINED.items():
        composed = composed.replace(ligature, letters).replace(ligature.upper(), letters)
    return b" " + b"  ".join(composed.encode("latin-1", "replace").translate(_LATIN).split()) + b" "


def countable(term: Term) -> bool:
    """Whether ``quick`` text can hold it: not so for words in another script."""
    return all(ord(char) < 256 for char in unicodedata.normalize("NFC", _apart(term.text)))


@lru_cache(maxsize=256)
def _wanted(term: Term) -> bytes:
    words = b"  ".join(quick(term.text).split())
    return (b" " + words + (b"" if term.prefix else b" ")) if words else b""


def occurrences(term: Term, text: bytes) -> int:
    """How often a term stands in a ``quick`` text."""
    wanted = _wanted(term)
    return text.count(wanted) if wanted else 0


def scores(texts: Sequence[str], terms: Sequence[Term], rarity: Sequence[float]) -> list[float]:
    """BM25 of each text for terms that all of them hold; ``rarity`` weighs the terms."""
    folded = [quick(text[:LONGEST]) for text in texts]
    mean = sum(map(len, folded)) / max(len(folded), 1) or 1.0
    return [_bm25(text, terms, rarity, K1 * (1 - B + B * len(text) / mean)) for text in folded]


def _bm25(text: bytes, terms: Sequence[Term], rarity: Sequence[float], length: float) -> float:
    found = 0.0
    for term, weight in zip(terms, rarity, strict=True):
        count = max(occurrences(term, text), 1)  # the index found it, if in a script that is not counted
        found += weight * count * (K1 + 1) / (count + length)
    return found


def rarity_of(pages: int, of: int) -> float:
    """How telling a term is that stands on so many pages of so many: BM25's, never below a little."""
    return max(math.log(1 + (of - pages + 0.5) / (pages + 0.5)), 0.05)


# ------------------------------------------------------------------ passages


def passage(
    text: str,
    terms: Sequence[Term],
    size: int = PASSAGE,
    *,
    weights: Sequence[float] | None = None,
    sentence: bool = False,
) -> tuple[Part, ...]:
    """The part of a text around the hits that tell most, on one line; of a title that fits, all.

    ``weights``: what each term tells, where known. ``sentence``: the one sentence around the first hit alone.
    """
    hits = _hits(text, terms)
    begin, end = _sentence(text, hits, size * 2) if sentence else _window(text, hits, size, weights)
    parts: list[Part] = [Part("…")] if begin > 0 and not sentence else []
    at = begin
    for left, right, _ in hits:
        if left >= at and right <= end:
            parts += [Part(text[at:left]), Part(text[left:right], hit=True)]
            at = right
    parts += [Part(text[at:end])]
    parts += [Part("…")] if end < len(text) and not sentence else []
    return tuple(Part(_spaced(part.text), part.hit) for part in parts if part.text)


def _hits(text: str, terms: Sequence[Term]) -> list[Hit]:
    """Where the terms stand, in order, none inside another."""
    folded = "".join(map(_folded, text))
    found = sorted(
        (match.start(), -match.end(), number)
        for number, term in enumerate(terms)
        for way in spellings(term.text)
        if (pattern := _finder(way, term.prefix)) is not None
        for match in pattern.finditer(folded)
    )
    kept: list[Hit] = []
    for left, negative, number in found:
        if not kept or left >= kept[-1][1]:
            kept.append((left, -negative, number))
    return kept


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """One character for one: a letter without accent in lower case, ``_MARKED`` or a space."""
    if unicodedata.combining(char):
        return _MARKED
    lower = unicodedata.normalize("NFD", char)[:1].lower()
    return lower if len(lower) == 1 and unicodedata.category(char)[0] in "LN" else " "


@lru_cache(maxsize=256)
def _finder(text: str, prefix: bool) -> re.Pattern[str] | None:
    words = ["".join(char for char in map(_folded, word) if char != _MARKED).split() for word in text.split()]
    spelt = [f"{_MARKED}*".join(map(re.escape, word)) + f"{_MARKED}*" for group in words for word in group]
    if not spelt:
        return None
    end = "[^ ]*" if prefix else ""
    return re.compile(rf"(?<![^ ]){' +'.join(spelt)}{end}(?![^ ])")


def _window(text: str, hits: Sequence[Hit], size: int, weights: Sequence[float] | None) -> tuple[int, int]:
    """The piece of about ``size`` characters that tells most, a little before its first hit.

    Each term counts once, by its weight, else by how seldom the text has it: the one « drone » before « conseil ».
    """
    if len(text) <= size * 1.4:
        return 0, len(text)
    if not hits:
        return _whole_words(text, 0, size)
    often = Counter(number for _, _, number in hits)
    told = {number: weights[number] if weights else 1 / count for number, count in often.items()}
    best = max(range(len(hits)), key=lambda k: (_told(hits, k, size, told), -k))
    begin = max(hits[best][0] - size // 3, 0)
    return _whole_words(text, begin, max(begin + size, min(hits[best][1], begin + 2 * size)))


def _told(hits: Sequence[Hit], first: int, size: int, told: Mapping[int, float]) -> float:
    """The worth of the terms in a piece that shows this hit near its beginning."""
    end = hits[first][0] + size * 2 // 3
    return sum(told[number] for number in {hit[2] for hit in hits[first : first + 12] if hit[1] <= end})


def _whole_words(text: str, begin: int, end: int) -> tuple[int, int]:
    """The same piece without half words, where words have ends."""
    if begin > 0:
        space = re.search(r"\s", text[begin : begin + 30])
        begin += space.end() if space else 0
    if end < len(text):
        space = re.search(r"\s", text[end : end + 30])
        end += space.start() if space else 0
    return begin, min(end, len(text))


def _sentence(text: str, hits: Sequence[Hit], longest: int) -> tuple[int, int]:
    """The sentence around the first hit, no longer than ``longest``."""
    left, right = hits[0][:2] if hits else (0, 0)
    begin, end = max(0, left - longest // 2), min(len(text), max(right, left) + longest // 2)
    for found in _SENTENCE.finditer(text, begin, end):
        if found.end() <= left:
            begin = found.end()
        elif found.start() >= right:
            end = found.start()
            break
    return begin, end


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _apart(text: str) -> str:
    for ligature, letters in _JOINED.items():
        text = text.replace(ligature, letters).replace(ligature.upper(), letters)
    return text
