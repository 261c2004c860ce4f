"""The little language in which the terms of the lexicon are written, and what it compiles to.

A term is plain French with its accents: ``caméra individuelle``. Each word may take an ``s`` or ``x``.

=============  ======================================================================
``vidéo prot`` a space (or hyphen, or apostrophe): apart, hyphenated or glued in the text
``(e)``        optional
``(a|b)``      one of several; an empty one makes it optional
``mot*``       any ending
``[3]``        up to three other words in between, within one sentence
=============  ======================================================================

A term yields two regular expressions for google-re2, which is linear in the text. The *exact* one
runs on folded text; letters that encodings lose (accented ones, ``ti``, ``fi``, ``œ``…) may stand
there as ``?``. The *trigger* runs on squeezed text and is necessary, not sufficient: the longest
stretch of the term without a gap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"\[(?P<gap>\d\d?)\]|(?P<open>\()|(?P<close>\))|(?P<bar>\|)|(?P<any>\*)|(?P<gone>[ \-'’]+)|(?P<run>\w+)"
)
_LETTERS = re.compile(r"œ|æ|.")
_LETTERS_LONG = re.compile(r"ti|ffi|ffl|fi|fl|ff|tt|œ|æ|.")
_SPLIT = 5  # letters of a word in which a space is an accident of layout, where the term is loose
_LONG = 8  # letters of a word that is still told by the others where a ligature (or "ti") was lost
_NO_PLURAL = frozenset(
    [
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "un",
        "une",
        "et",
        "ou",
        "en",
        "a",
        "au",
        "aux",
        "sur",
        "sous",
        "par",
        "avec",
        "dans",
        "pour",
        "sans",
        "non",
        "ne",
        "d",
        "l",
    ]
)
LONG_WORD = 20  # letters: what a word in a gap may have on average for a trigger to span it
GLUED = 16  # letters from which a term is told without the boundaries of its words
LEAST = 4  # letters that a trigger needs: a shorter one would stop at most pages


class TermError(ValueError):
    """A term that cannot be understood; the lexicon turns it into an error with file and entry."""


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled term: two patterns in the syntax of google-re2."""

    source: str
    exact: str
    trigger: str
    least: int  # letters that the trigger needs, 0 for common words; below LEAST it would fire on most pages


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch without a gap; ``least`` counts the letters it needs."""

    exact: str = ""
    trigger: str = ""
    least: int = 0
    gap: int = 0  # letters that may lie between the stretches on either side

    def __add__(self, other: _Part) -> _Part:
        return _Part(self.exact + other.exact, self.trigger + other.trigger, self.least + other.least)


@lru_cache(maxsize=1 << 15)
def compile_term(source: str, *, loose: bool = False, common: tuple[str, ...] | None = ()) -> Term:
    """Compile one term; ``loose`` ones need no word boundary and may have spaces in their words.

    So do those without a gap that are long enough to be told within glued words. The trigger avoids stretches that
    begin one of the ``common`` words, which most pages hold; with None there is none. Raises TermError with the reason.
    """
    tokens = list(_tokens(source))
    parts, rest = _sequence(tokens, 0, depth=0, loose=loose)
    if rest != len(tokens):
        raise TermError(f"unbalanced ')' in {source!r}")
    trigger, least = ("", parts[0].least) if common is None else _trigger(parts, common)
    exact = "".join(part.exact for part in parts)
    told_anywhere = loose or (len(parts) == 1 and least >= GLUED)
    return Term(source, exact if told_anywhere else rf"\b{exact}(?:\b|\?)", trigger, least)


def _trigger(parts: Sequence[_Part], common: Sequence[str]) -> tuple[str, int]:
    """The rarest stretch of a term; where each is common, the rarest two neighbours with what may lie between."""
    best = max(parts, key=lambda part: _rarity(part, common))
    if _rarity(best, common)[0]:
        return best.trigger, best.least
    pairs = [(left, gap, right) for left, gap, right in zip(parts, parts[1:], parts[2:], strict=False) if gap.gap]
    if not pairs:
        return best.trigger, 0
    left, gap, right = max(pairs, key=lambda pair: min(pair[0].least, pair[2].least))
    return f"(?:{left.trigger})[a-z0-9]{{0,{gap.gap}}}(?:{right.trigger})", left.least + right.least


def _rarity(part: _Part, common: Sequence[str]) -> tuple[bool, int]:
    """Whether it is long enough and begins no common word, then how many letters it needs."""
    begins = re.compile(part.trigger)
    return part.least >= LEAST and not any(begins.match(word) for word in common), part.least


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    text = unicodedata.normalize("NFC", source).lower().strip()
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found or not found.lastgroup:
            raise TermError(f"unexpected {text[position]!r} in {source!r}")
        yield found.lastgroup, found.group(found.lastgroup)
        position = found.end()


def _sequence(tokens: list[tuple[str, str]], index: int, depth: int, *, loose: bool) -> tuple[list[_Part], int]:
    """Parse up to the end, a bar or the closing parenthesis; parts alternate with gaps."""
    parts = [_Part()]
    while index < len(tokens):
        kind, value = tokens[index]
        if kind in ("close", "bar"):
            if not depth:
                raise TermError(f"{value!r} outside parentheses")
            break
        following = tokens[index + 1][0] if index + 1 < len(tokens) else "end"
        at_word_end = following in ("end", "gone", "gap") or (following in ("bar", "close") and kind == "run")
        if kind == "gap":
            if depth:
                raise TermError("a gap within parentheses")
            parts += [_Part(rf"(?:[ ,]+[a-z0-9?]+){{0,{value}}}[ ,]+", gap=LONG_WORD * int(value)), _Part()]
        elif kind == "any":
            parts += [_Part("[a-z?]*", gap=LONG_WORD), _Part()]
        elif kind == "gone":
            parts[-1] += _Part(" *" if following != "gap" and tokens[index - 1][0] != "gap" else "")
        elif kind == "open":
            group, index = _group(tokens, index + 1, depth, loose=loose)
            parts[-1] += group
            if index + 1 >= len(tokens) or tokens[index + 1][0] in ("gone", "gap"):
                parts[-1] += _PLURAL
        else:
            parts[-1] += _run(value, loose=loose)
            if at_word_end and _takes_plural(value):
                parts[-1] += _PLURAL
        index += 1
    return parts, index


_PLURAL = _Part("[sx]?", "[sx]?")


def _takes_plural(word: str) -> bool:
    return len(word) > 1 and word not in _NO_PLURAL and word[-1] not in "sxz0123456789"


def _group(tokens: list[tuple[str, str]], index: int, depth: int, *, loose: bool) -> tuple[_Part, int]:
    """Parse what follows an opening parenthesis; returns the index of the closing one."""
    options: list[_Part] = []
    while True:
        parts, index = _sequence(tokens, index, depth + 1, loose=loose)
        if len(parts) > 1:  # a '*' within a group: the trigger cannot run through it
            exact = "".join(part.exact for part in parts)
            trigger = "[a-z0-9]{0,9}".join(part.trigger for part in (parts[0], *parts[2::2]))
            parts = [_Part(exact, trigger, sum(part.least for part in (parts[0], *parts[2::2])))]
        options.append(parts[0])
        if index >= len(tokens):
            raise TermError("unbalanced '('")
        if tokens[index][0] == "close":
            break
        index += 1
    optional = "?" if len(options) == 1 else ""
    exact = "|".join(option.exact for option in options)
    trigger = "|".join(option.trigger for option in options)
    least = 0 if optional else min(option.least for option in options)
    return _Part(f"(?:{exact}){optional}", f"(?:{trigger}){optional}", least), index


def _run(letters: str, *, loose: bool) -> _Part:
    """A run of letters of one word, with what encodings may have lost of it."""
    part = _Part()
    for found in (_LETTERS_LONG if len(letters) >= _LONG else _LETTERS).finditer(letters):
        if loose and found.start() and len(letters) >= _SPLIT:
            part += _Part(" ?")
        part += _letter(found.group(), before_on=letters.startswith("on", found.end()))
    return part


def _letter(token: str, *, before_on: bool) -> _Part:
    plain = {"œ": "oe", "æ": "ae"}.get(token) or unicodedata.normalize("NFKD", token)[0] * (len(token) == 1) or token
    if len(plain) > 1:
        return _Part(f"(?:{plain}|\\?)" + ("?" if before_on and plain == "ti" else ""), f"(?:{plain})?")
    squeezed = "o" if plain == "0" else plain
    if plain == token:
        return _Part(plain, squeezed, 1)
    return _Part(f"[{plain}?]", f"{squeezed}?")
