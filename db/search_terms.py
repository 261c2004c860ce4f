"""What a person types into the search box, as an FTS5 expression that is always valid: pure.

Words must all occur; ``"…"`` (also « » and “ ”) is a phrase, ``-word`` and ``NOT word`` exclude, ``word*`` is a prefix.
Everything else, FTS5's other operators included, is text to be found. Accents and case are folded by the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 2000  # characters that are looked at
MOST_TERMS = 40

_QUOTES = str.maketrans(dict.fromkeys("«»“”„", '"'))
_TERM = re.compile(r'(?P<minus>[-\u2212])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*)?')
# The index keeps ligatures as they are printed; people type both.
_LIGATURES = (("œ", "oe"), ("æ", "ae"), ("ﬁ", "fi"), ("ﬂ", "fl"))


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to find or to exclude."""

    text: str
    exclude: bool = False
    prefix: bool = False

    @property
    def expression(self) -> str:
        """The term as FTS5 has it, with the other spelling of its ligatures."""
        star = "*" if self.prefix else ""
        quoted = ['"' + text.replace('"', '""') + '"' + star for text in spellings(self.text)]
        return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a query; those without a letter or digit are left out, for the index holds none of them."""
    terms: list[Term] = []
    negated = False
    for found in _TERM.finditer(text[:LONGEST].translate(_QUOTES).replace("\x00", " ")):
        word = found["phrase"] if found["phrase"] is not None else found["word"]
        prefix = bool(found["star"]) or (found["word"] is not None and word.endswith("*"))
        if found["word"] == "NOT" and not found["minus"]:
            negated = True
        elif any(_is_indexed(letter) for letter in word):
            terms.append(Term(" ".join(word.rstrip("*").split()), negated or bool(found["minus"]), prefix))
            negated = False
    return tuple(terms[:MOST_TERMS])


def expression(terms: Sequence[Term]) -> str | None:
    """The FTS5 expression; None where there is nothing to find (an exclusion alone finds nothing)."""
    wanted = " AND ".join(term.expression for term in terms if not term.exclude)
    excluded = " OR ".join(term.expression for term in terms if term.exclude)
    if not wanted:
        return None
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def spellings(text: str) -> tuple[str, ...]:
    """The text, and with its ligatures written the other way."""
    lower = text.lower()
    apart = joined = lower
    for ligature, letters in _LIGATURES:
        apart = apart.replace(ligature, letters)
    for ligature, letters in _LIGATURES[:2]:
        joined = joined.replace(letters, ligature)
    return tuple(dict.fromkeys((lower, apart, joined)))


def _is_indexed(letter: str) -> bool:
    """Whether FTS5's unicode61 makes a token of it: letters, numbers and private use characters."""
    return unicodedata.category(letter)[0] in "LN" or unicodedata.category(letter) == "Co"
