"""From what the engine saw (words with boxes) to lines in reading order, without what never was text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

from pipelines.text.ocr.types import OcrLine

Box = tuple[int, int, int, int]  # left, top, right, bottom, pixels

_LETTERS = re.compile(r"[^\W\d_]{3,}")
_MEANING = re.compile(r"[^\W_]")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu)['’]", re.IGNORECASE)  # the engine's dictionary has no word with an article
_RULED = re.compile(r"[_|~¦\\\[\]{}]+")  # what borders and rules are taken for
_SPECK = re.compile(r"[~^`'\"‘’“”´.,;*•{}<>\\\[\]]+")  # what dust is taken for
_SPOKEN = re.compile(r"(?=[^\W\d_]*[aeiouyàâéèêëîïôùûœ])[^\W\d_]{3,}", re.IGNORECASE)
_RULED_END = re.compile(r"^[_|~¦]+|(?<![_|~¦])[_|~¦]+$")
_SURE, _HALF_SURE = 0.8, 0.5  # confidence from which a word counts as read, and one that French has
NOT_FRENCH = 0.35  # share of known words under which a page may lie on its side; lists of names have 0.4
_EM = 1.1  # font size over the height from descender to ascender, on pages whose fonts are known
_TALL, _LOW, _SMALL = 0.7, 0.21, 0.5  # parts of the font size: capitals, tails, letters without either
_WITH_TAIL = re.compile(r"[gjpqyçQJ,;()/|]")
_WITH_HEAD = re.compile(r"[bdfhijklt(/|'’\dA-ZÀ-Þà-öù-ÿ]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the engine gives it."""

    text: str
    box: Box
    confidence: float  # 0..1
    known: bool  # the French dictionary has it

    @property
    def counts(self) -> bool:
        """Whether it says something of legibility: three letters or more, and not hidden behind an article."""
        return _LETTERS.search(self.text) is not None and (self.known or _ELIDED.match(self.text) is None)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the engine's layout."""

    words: tuple[Word, ...]
    block: int
    height: float  # from descender to ascender, pixels, as the engine thinks; a guess in a block of one row

    @property
    def box(self) -> Box:
        lefts, tops, rights, bottoms = zip(*(word.box for word in self.words), strict=True)
        return (min(lefts), min(tops), max(rights), max(bottoms))


def tidy(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows without rules, borders and specks that were read as signs, and without rows of nothing else.

    A row with a word of the dictionary is always kept, also where it is glued to something ("<Pour:15") and known from
    the rest of the page; one with what else could be a word, unless the engine is all but sure of the contrary.
    """
    cleaned = [replace(row, words=tuple(_words(row.words))) for row in rows]
    said = {part.lower() for row in cleaned for word in row.words if word.known for part in _LETTERS.findall(word.text)}
    return tuple(row for row in cleaned if row.words and not _rubbish(row, said))


def _words(words: Iterable[Word]) -> Iterable[Word]:
    for word in words:
        text = word.text.strip()
        if not text or _RULED.fullmatch(text):
            continue
        if word.confidence < 0.3 and _SPECK.fullmatch(text):
            continue
        yield replace(word, text=_RULED_END.sub("", text) if _MEANING.search(text) else text)


def _rubbish(row: Row, said: set[str]) -> bool:
    text = " ".join(word.text for word in row.words)
    meaning = len(_MEANING.findall(text))
    if not meaning:
        return True
    if any(part.lower() in said for part in _LETTERS.findall(text)):
        return False
    sure = confidence(row.words)
    if _SPOKEN.search(text):
        return sure < 0.15
    return sure < (0.5 if meaning < 3 else 0.35)


def confidence(words: Iterable[Word]) -> float:
    """Mean of the engine's confidence, weighed by length, 0..1; 0 without a word.

    The engine's own mean counts rules and pictures as words of which it is 95 % sure.
    """
    weighed = [(len(word.text), word.confidence) for word in words]
    total = sum(length for length, _ in weighed)
    return sum(length * sure for length, sure in weighed) / total if total else 0.0


def legible(words: Iterable[Word]) -> float | None:
    """Share of the words (three letters or more) that the dictionary has; None without such a word."""
    counted = [word.known for word in words if word.counts]
    return sum(counted) / len(counted) if counted else None


def reliable(words: Iterable[Word]) -> float | None:
    """Share of the words (three letters or more) that can be relied on; None without such a word.

    The engine is sure of them, or half sure and French has them. Neither judge does alone: of a hopeless copy the
    engine makes words of the dictionary (seven in ten, of which one is right), and what stands on its head it reads
    with confidence. ``benchmarks/legibility.py`` measures this against the share of words that are right.
    """
    counted = [word for word in words if word.counts]
    if not counted:
        return None
    known = sum(word.known for word in counted) / len(counted)
    sure = sum(word.confidence >= _SURE or (word.known and word.confidence >= _HALF_SURE) for word in counted)
    return known if known < NOT_FRENCH else sure / len(counted)


def worth(words: Iterable[Word]) -> float:
    """How much was read, to choose between two readings of one page: letters of true words, less those of junk."""
    total = 0.0
    for word in words:
        length = len(_MEANING.findall(word.text))
        if word.known and word.counts:
            total += length * max(word.confidence, 0.3)
        else:
            total += length * min(max(word.confidence - 0.75, -0.5), 0.2)
    return total


def letter_size(rows: Iterable[Row], dpi: int) -> float:
    """The usual size of letters in points, weighed by words; 0 without a row."""
    sizes = [size for row in rows for size in [_size(row)] * sum(word.counts for word in row.words)]
    return median(sizes) * 72 / dpi if sizes else 0.0


def _size(row: Row) -> float:
    """Font size in pixels: the engine's, unless the boxes of the words say something else."""
    own = median(_word_size(word) for word in row.words)
    return row.height * _EM if 0.75 * own < row.height * _EM < 1.3 * own else own


def _word_size(word: Word) -> float:
    tall = _TALL if _WITH_HEAD.search(word.text) else _SMALL
    return (word.box[3] - word.box[1]) / (tall + (_LOW if _WITH_TAIL.search(word.text) else 0))


def lines(rows: Iterable[Row], dpi: int) -> tuple[OcrLine, ...]:
    """The rows as lines, in their order, places in points."""
    return tuple(_line(row, 72 / dpi) for row in rows)


def _line(row: Row, point: float) -> OcrLine:
    left, top, right, _ = row.box
    return OcrLine(
        text=" ".join(word.text for word in row.words),
        x=round(left * point, 1),
        top=round(top * point, 1),
        right=round(right * point, 1),
        size=round(_size(row) * point, 1),
        confidence=round(confidence(row.words), 3),
        block=row.block,
    )
