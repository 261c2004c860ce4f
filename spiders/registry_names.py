"""How the name of a council is written, and what two spellings of it share.

Three keys of one name, from strict to lenient: its *words* with abbreviations written out, the same *run together*
(hyphens are often lost), and *loose*, without articles and the little words between. ``cost`` weighs what is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les"}
_BETWEEN = {"s": "sur", "ss": "sous", "sr": "sur"}  # only between two words: "Chalon s/ Saône"
_LITTLE = frozenset(["le", "la", "les", "l", "de", "du", "des", "d", "et", "en", "a", "au", "aux"])
ARTICLES = frozenset(["le", "la", "les", "l"])
LINKS = frozenset([*ARTICLES, "de", "du", "des", "d"])
_LEGAL = re.compile(r"^(?:communaute (?:de communes|d agglomeration|urbaine)|metropole|eurometropole|communaute)(?= )")
_FORMS = frozenset(
    ["agglo", "agglomeration", "metropole", "communaute", "interco", "intercommunalite", "eurometropole"]
)
_ACRONYM = re.compile(r"\(([^()]{2,20})\)")
DEAR = 0.4  # what an edit that ordinary slips of the hand do not explain costs on top of 1


def plain(name: str) -> str:
    """A name without case, accents, hyphens, apostrophes and doubled spaces: what two spellings share."""
    bare = name.casefold()
    if not bare.isascii():
        bare = unicodedata.normalize("NFD", bare.translate(_LIGATURES))
        bare = "".join(ch for ch in bare if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in bare).split())


def words(name: str) -> tuple[str, ...]:
    """The words of a name, its usual abbreviations written out: "St-Ouen s/ Seine" is saint ouen sur seine."""
    found = [_ABBREVIATIONS.get(word, word) for word in plain(name).split()]
    for place in range(1, len(found) - 1):
        found[place] = _BETWEEN.get(found[place], found[place])
    return tuple(found)


def together(name: Sequence[str]) -> str:
    """The words run together: a lost hyphen or space makes no difference."""
    return "".join(name)


def loose(name: Sequence[str]) -> str:
    """The words without articles and prepositions, run together; all of them where nothing else is there."""
    return "".join(word for word in name if word not in _LITTLE) or "".join(name)


def without_article(name: tuple[str, ...]) -> tuple[str, ...]:
    """A name without the article that it begins with: "Le Havre" is Havre in "la ville du Havre"."""
    return name[1:] if len(name) > 1 and name[0] in ARTICLES else name


def without_links(name: tuple[str, ...]) -> tuple[str, ...]:
    """A name without the little words that it begins with: "de la Presqu'île" is Presqu'île."""
    while len(name) > 1 and name[0] in LINKS:
        name = name[1:]
    return name


def other_names(name: str) -> set[tuple[str, ...]]:
    """What an intercommunal body is called besides its full name: without its legal form, by its acronym."""
    found = {words(match) for match in _ACRONYM.findall(name)}
    full = words(_ACRONYM.sub(" ", name))
    core = without_links(tuple(_LEGAL.sub("", " ".join(full)).split()))
    bare = without_links(tuple(word for word in core if word not in _FORMS))
    found |= {full, core, bare, without_links(tuple(word for word in bare if word not in ("grand", "pays")))}
    return {each for each in found if each and len("".join(each)) > 1} - {words(name)}


def tolerance(key: str) -> int:
    """How many edits a name may be away: short names have too many neighbours."""
    return 0 if len(key) < 2 else 1 if len(key) < 8 else 2 if len(key) < 16 else 3


def cost(typed: str, name: str) -> float:
    """How far what was typed is from a name: an edit counts 1, and ``DEAR`` more where it is no ordinary slip.

    A lost letter, two letters swapped and a letter doubled or no longer doubled can each happen in a handful of
    ways; one letter for another, or one too many, in hundreds, so these say much less for this name.
    """
    before: list[float] = []
    last = [float(place) for place in range(len(name) + 1)]
    for row, letter in enumerate(typed, 1):
        line = [last[0] + _extra(typed, row)]
        for column, wanted in enumerate(name, 1):
            best = min(last[column - 1] + (0 if letter == wanted else 1 + DEAR), line[column - 1] + 1)
            best = min(best, last[column] + _extra(typed, row))
            if before and column > 1 and letter == name[column - 2] and typed[row - 2] == wanted:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, last = last, line
    return round(last[-1], 2)


def _extra(typed: str, row: int) -> float:
    """What a letter too many costs: little where it repeats the one before."""
    return 1 if row > 1 and typed[row - 1] == typed[row - 2] else 1 + DEAR
