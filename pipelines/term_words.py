"""The words that a term of the lexicon stands for, as they are printed: for telling a misread one from another word.

``pipelines.terms`` says how terms are written; here they are only spelt out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

SHORTEST = 7  # letters: one of a shorter word's letters may make another word
MOST = 400  # spellings of one term
_PIECE = re.compile(r"\[\d\d?\]|[()|*]|[^\[\]()|*]+")
_BREAK = "\n"  # a gap, or an ending that may be any: no word goes across


@lru_cache(maxsize=4)
def vocabulary(terms: tuple[str, ...]) -> frozenset[str]:
    """The words of `SHORTEST` letters or more in these terms, folded, with their plurals.

    ``vidéo protection`` is printed as one word and with a hyphen as well: what follows a form in -o counts glued too.
    """
    found: set[str] = set()
    for term in terms:
        for spelling in spellings(term):
            for stretch in spelling.split(_BREAK):
                words = bare(stretch).split()
                found.update(words)
                found.update(a + b for a, b in pairwise(words) if a.endswith("o") and min(len(a), len(b)) > 3)
    long = {word for word in found if len(word) >= SHORTEST and word.isalpha()}
    return frozenset(long | {word + "s" for word in long if word[-1] not in "sxz"})


def bare(text: str) -> str:
    """Lower case without accents; hyphens and apostrophes are spaces."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return re.sub(r"[-'’]", " ", "".join(char for char in letters if not unicodedata.combining(char)))


def spellings(term: str) -> list[str]:
    """What a term may read as, `MOST` at most; gaps and open ends are line breaks."""
    pieces = _PIECE.findall(term)
    found, _ = _sequence(pieces, 0)
    return found


def _sequence(pieces: list[str], at: int) -> tuple[list[str], int]:
    """The spellings up to a bar, a closing parenthesis or the end, and where that stands."""
    found = [""]
    while at < len(pieces) and pieces[at] not in ("|", ")"):
        piece = pieces[at]
        if piece == "(":
            options, at = _options(pieces, at + 1)
        elif piece == "*":  # the beginning of a word is not a word
            found = [re.sub(r"[^\s]*$", "", each) + _BREAK for each in found]
            options = [""]
        else:
            options = [_BREAK if piece[0] == "[" else piece]
        found = list(_joined(found, options))
        at += 1
    return found, at


def _options(pieces: list[str], at: int) -> tuple[list[str], int]:
    """The spellings of a group whose first piece stands at ``at``, and where its closing parenthesis stands."""
    options: list[str] = []
    groups = 0
    while True:
        found, at = _sequence(pieces, at)
        options += found
        groups += 1
        if at >= len(pieces) or pieces[at] == ")":
            return ([*options, ""] if groups == 1 else options), at
        at += 1


def _joined(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    options = tuple(right)
    yield from [a + b for a in left for b in options][:MOST]
