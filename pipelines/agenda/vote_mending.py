"""Misread words of voting on recognised pages: put right without moving a character, within bounds.

Only words of voting are put right, and only from what is no French word: one letter of a word of seven or eight, two of
a longer one ("Anprouree", "unarilmité"); short words where figures stand for letters ("C0NTRE"). A word takes as many
characters as the misread one had: another inflection, or a space behind it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

# The inflections of one word; the first is what it is compared with.
_WORDS: tuple[tuple[str, ...], ...] = (
    ("unanimite", "unanimte", "unanmte"),
    ("majorite",),
    ("abstentions", "abstention", "absention"),
    ("abstention", "absention", "abstentions"),
    ("approuvee", "approuve", "approuvees", "approuves"),
    ("approuve",),
    ("adoptee", "adopte", "adoptees"),
    ("rejetee", "rejete"),
    ("ajournee", "ajourne"),
    ("reportee", "reporte"),
    ("oppositions", "opposition"),
)
_END = r"(?:e?e?s?|er|ez|ent|ants?|ait|aient|ons|ions|as?|ai|er(?:a|ai|as|ez|ont|ait|aient)|ements?|ations?|ables?)"
# French words so near to one of these that they are no misread ones.
_REAL = re.compile(
    rf"(?:(?:read|ad)apt|(?:a|de|se|re)?journ|(?:r?ap|ex|im|com|sup|trans|em|re)port|(?:ap|re|de|e)?prouv|adopt|major"
    rf"|rejet"
    rf"|projet|ajour|depos|oppos|majorett){_END}|rejett?\w{{1,4}}|(?:ob|at|de|re|con|abs)tentions?|inten[ct]ions?"
    r"|(?:ma|mi|prio|so|auto)[a-z]?rites?|(?:pre|pro|ex|com|im|dis|ap|sup|op)?positions?|absorptions?|absten\w*"
    r"|unanimes?|unanimement"
)
_TOKEN = re.compile(r"[a-z0-9|!?]{4,13}")
_GLYPHS = str.maketrans({"0": "o", "1": "i", "|": "l", "!": "i", "5": "s", "8": "b"})
_GROUPS = (("m", "rn"), ("n", "ri"), ("rn", "m"), ("ri", "n"))
_SHORT = frozenset(("pour", "contre", "vote", "votes", "votants", "voix"))
# "8 pour ; 1 contre": there the sign is no misread colon.
_COUNT = re.compile(
    r"(?<![a-z])(?:(?=[a-z]+ {0,2}:)|(?<!\d ))(pour|contre|abst?entions?|votants|exprimes)( {0,2})[:;]( {0,3})"
    r"(\d[oilsz|]?|[oilsz|]\d|[oil|])(?![a-z0-9|'])"
)
_FIGURES = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1", "s": "5", "z": "2"})


def mended(low: str) -> str:
    """Plain text of a recognised page with its misread words of voting put right; as long as ``low``."""
    low = _TOKEN.sub(lambda found: _meant(found[0]), low)
    return _COUNT.sub(_figure, low)


def _figure(found: re.Match[str]) -> str:
    """A count whose figures were read as letters ("POUR : l5"); its sign may be misread too."""
    return f"{found[1]}{found[2]}:{found[3]}{found[4].translate(_FIGURES)}"


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    """The word of voting that a misread one stands for; itself where it is none."""
    letters = word.translate(_GLYPHS)
    if letters in _SHORT:
        return letters
    if _REAL.fullmatch(letters) or len(letters) < 6:
        return letters if letters != word and any(letters in forms for forms in _WORDS) else word
    grouped = {letters.replace(one, two) for one, two in _GROUPS}
    for forms in _WORDS:
        if any(len(form) > 6 and form in grouped for form in forms):
            return _fitted(forms, len(word)) or word
    if len(letters) < 7:
        return word
    best, right = 3, word
    for forms in _WORDS:
        bound = 1 if len(forms[0]) < 9 else 2
        apart = Levenshtein.distance(letters, forms[0], score_cutoff=bound)
        if apart <= bound and apart < best and (fitted := _fitted(forms, len(word))):
            best, right = apart, fitted
    return right


def _fitted(forms: tuple[str, ...], length: int) -> str:
    """The longest inflection that is not longer than the misread word, with spaces behind it; "" where none is."""
    fitting = max((form for form in forms if len(form) <= length), key=len, default="")
    return fitting and fitting.ljust(length)
