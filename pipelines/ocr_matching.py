"""Terms that optical recognition misread: found all the same, with a lower score.

DOMAIN: ``VIDEDSURVEILLANCE``, ``proteclion``, ``carnéras``. On pages that were recognised from an image a word that is
no word of the lexicon, but differs from one by letters that look alike, is read as that one. Only long words are
mended, and only by mistakes that recognition makes: ``vidéoprojection`` is no misread ``vidéoprotection``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from crawler.models import PageText
from pipelines.lexicon_types import Lexicon
from pipelines.matching import Hit, hits
from pipelines.term_words import SHORTEST, bare, vocabulary

MISREAD = 0.8  # of the score of a term one of whose words was mended
ENDING = 2  # letters at the end of a word in which another letter is another inflection
TWICE = 12  # letters of a word that is still told by the others where two were misread
# Letters that recognition takes for one another; either may stand for the other.
_ALIKE = (
    "ao ae ad ce co cg ec eo ea do de dc dq qo og gq uo ij il it lt lf lr tf ft tr ti ri si nu nh nr mn"
    " hb hn hk bo vy vu uv yx zs sz kx wv pr"
)
_PAIRS = frozenset(pair for each in _ALIKE.split() for pair in (each, each[::-1]))
_LOST = frozenset("eilrtfs")  # narrow letters, and those that bear accents, are lost or doubled
# What is told apart by nothing but its width is written one way, in the text and in the lexicon.
_GLYPHS = str.maketrans({"0": "o", "1": "l", "|": "l", "!": "l", "5": "s", "8": "b", "€": "e", "6": "e", "9": "g"})
_GROUPS = (("rn", "m"), ("vv", "w"))
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[|!€?](?=[^\W_])|-[ ]?\n?[ ]{0,4}(?=[^\W_]))+")
_JOINT = re.compile(r"-\s*")
_PART = re.compile(r"[^\W_](?:[^\W_]|[|!€?])+")


@dataclass(frozen=True, slots=True)
class Finder:
    """The lexicon as it is applied to one document; ``scanned`` are the pages recognised from images."""

    lexicon: Lexicon
    scanned: frozenset[int] = frozenset()

    def may_match(self, text: str, page: int | None, beside: str | None = "") -> bool:
        """`Lexicon.may_match`, on scanned pages of the mended text too."""
        return self.lexicon.may_match(text, beside) or (
            page in self.scanned and self.lexicon.may_match(mend(text, self.lexicon).text, beside)
        )

    def hits(self, text: str, page: int | None, around: str = "", above: str = "") -> tuple[Hit, ...]:
        """`matching.hits`, on scanned pages of the mended text; offsets are in ``text``."""
        if page not in self.scanned:
            return hits(text, self.lexicon, around, above)
        mended = mend(text, self.lexicon)
        around, above = (mend(each, self.lexicon).text for each in (around, above))
        return tuple(mended.back(hit) for hit in hits(mended.text, self.lexicon, around, above))


def finder(pages: Iterable[PageText], lexicon: Lexicon) -> Finder:
    """The finder for a document."""
    return Finder(lexicon, frozenset(page.number for page in pages if page.method == "ocr"))


@dataclass(frozen=True, slots=True)
class Mended:
    """Text with its misread words replaced, and the way back to what was printed."""

    text: str
    _starts: list[int] = field(default_factory=lambda: [0])  # in ``text``, of stretches that are as printed or mended
    _origins: list[int] = field(default_factory=lambda: [0])  # the same in the original
    _mended: list[bool] = field(default_factory=lambda: [False])

    def back(self, hit: Hit) -> Hit:
        """A hit in the original text, worth less where one of its words was mended."""
        if len(self._starts) == 1:
            return hit
        left, right = hit.sentence
        first, last = self._stretch(hit.start), self._stretch(hit.end - 1)
        score = hit.score * MISREAD if any(self._mended[first : last + 1]) else hit.score
        return replace(
            hit,
            start=self._origin(hit.start),
            end=self._origin(hit.end, last=True),
            sentence=(self._origin(left), self._origin(right, last=True)),
            score=round(score, 3),
        )

    def _stretch(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def _origin(self, at: int, *, last: bool = False) -> int:
        """The offset in the original; within a mended word its beginning, or its end."""
        index = self._stretch(max(at - 1, 0) if last else at)
        if not self._mended[index]:
            return self._origins[index] + at - self._starts[index]
        return self._origins[index + 1] if last else self._origins[index]


def mend(text: str, lexicon: Lexicon) -> Mended:
    """Replace the words of ``text`` that look like misread words of the lexicon."""
    words = vocabulary(lexicon.terms)
    pieces: list[str] = []
    starts, origins, mended = [0], [0], [False]
    done = length = 0
    for begin, end, meant in _misread(text, words):
        for piece, is_mended, origin in ((text[done:begin], False, done), (meant, True, begin)):
            starts.append(length)
            origins.append(origin)
            mended.append(is_mended)
            pieces.append(piece)
            length += len(piece)
        done = end
    if not done:
        return Mended(text)
    return Mended("".join(pieces) + text[done:], [*starts, length], [*origins, done], [*mended, False])


def _misread(text: str, words: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """The stretches of ``text`` to be replaced, in order, with what was printed there."""
    for token in _TOKEN.finditer(text):
        if meant := _meant(token.group(), words):
            yield *token.span(), meant
        elif "-" in token.group():
            for part in _PART.finditer(text, *token.span()):
                if meant := _meant(part.group(), words):
                    yield *part.span(), meant


@lru_cache(maxsize=1 << 16)
def _meant(token: str, words: frozenset[str]) -> str | None:
    """The word of the lexicon that was printed where ``token`` was recognised; None where it is good as it is."""
    word = bare(_JOINT.sub("", token)).replace(" ", "")
    if len(word) < SHORTEST - 1 or word in words:
        return None
    seen, known = _canonical(word), _canonicals(words)
    most = 2 if len(seen) >= TWICE else 1
    near = process.extract(seen, known, scorer=Levenshtein.distance, score_cutoff=most, limit=3)
    return next((meant for meant, _, canonical in near if _plausible(seen, canonical)), None)


@lru_cache(maxsize=4)
def _canonicals(words: frozenset[str]) -> dict[str, str]:
    """The words of the lexicon by their canonical form."""
    return {_canonical(word): word for word in sorted(words)}


def _canonical(word: str) -> str:
    plain = word.translate(_GLYPHS)
    for letters, letter in _GROUPS:
        plain = plain.replace(letters, letter)
    return plain


def _plausible(seen: str, meant: str) -> bool:
    """Whether every letter that differs is one that recognition mistakes, loses or doubles.

    Other endings and beginnings make other words ("projeté", "connaissance"), and no second letter is ever lost.
    """
    edits = Levenshtein.editops(seen, meant)
    if edits and all(edit.src_pos >= len(seen) - ENDING for edit in edits):
        return False
    for edit in edits:
        was = seen[edit.src_pos] if edit.tag != "insert" else ""
        now = meant[edit.dest_pos] if edit.tag != "delete" else ""
        if was and now:
            if was.isalnum() and was + now not in _PAIRS:  # a sign in the middle of a word: something was there
                return False
        elif len(edits) > 1 or edit.src_pos == 0 or (was or now) not in _LOST:
            return False
    return True
