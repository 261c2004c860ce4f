"""The beginnings of words by which a term of the lexicon is looked for on a page: one word of each of its spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.term_words import bare, spellings

LONGEST = 8  # letters of a stem
SHORTEST = 2
_GAP = re.compile(r"\[\d\d?\]")
_OPEN = "÷"  # any ending: a letter that no term has
# After these a word is often written in one with them.
_GLUES = frozenset(
    re.findall(
        r"\w+", "anti audio auto bio contre cyber geo hyper inter mega micro mini multi photo sous super tele video"
    )
)


@dataclass(frozen=True, slots=True)
class _Element:
    """One of several spellings at one place of a term; ``apart``: a word begins here."""

    options: tuple[str, ...]
    apart: bool


def places(term: str, frequent: Sequence[str]) -> list[frozenset[str]]:
    """The stems of each place of ``term`` that can be told by its words, the place of the rarest words first.

    In every sentence that holds the term, of each place one begins a word, unless layout or encoding broke it.
    """
    found: list[frozenset[str]] = []
    for part in _GAP.split(term.replace("*", _OPEN)):
        for element in _elements(part):
            best = [_best(option, frequent) for option in element.options] if element.apart else [""]
            if all(best):
                found.append(frozenset(best))
    return sorted(found, key=lambda place: min(_rarity(stem, frequent) for stem in place), reverse=True)


def _elements(part: str) -> Iterator[_Element]:
    """The places of a stretch: single words, and groups of which one option has to stand there."""
    apart, at, glue = True, 0, False
    while at < len(part):
        if part[at] in " -'’":
            apart, at = True, at + 1
            continue
        end = _closing(part, at) if part[at] == "(" else re.compile(r"[^\s()'’-]+").match(part, at).end()  # type: ignore[union-attr]
        written = part[at:end]
        options = _options(written) if written[0] == "(" else (written,)
        yield _Element(options, apart and not glue and "" not in options)
        word = bare(options[-1]).strip()
        glue = len(options) == 1 and (word in _GLUES or word.endswith(("o", _OPEN)))
        # the next begins a word where this one is a group that ends with a space, or is left out
        apart = written[0] == "(" and all(not option or option[-1] in " '’" for option in options)
        at = end


def _closing(part: str, at: int) -> int:
    """Where the group that opens at ``at`` ends."""
    depth = 0
    for place in range(at, len(part)):
        depth += (part[place] == "(") - (part[place] == ")")
        if not depth:
            return place + 1
    return len(part)


def _options(group: str) -> tuple[str, ...]:
    """The alternatives of a group, with an empty one where it may be left out."""
    options, depth, begin = [], 0, 1
    for place in range(1, len(group) - 1):
        depth += (group[place] == "(") - (group[place] == ")")
        if group[place] == "|" and not depth:
            options.append(group[begin:place])
            begin = place + 1
    options.append(group[begin:-1])
    return (*options, "") if len(options) == 1 else tuple(options)


def _best(option: str, frequent: Sequence[str]) -> str:
    """The rarest word that every spelling of an option begins or holds; nothing where none can be told."""
    written = [bare(spelling).split() for spelling in spellings(option)] if "(" in option else [bare(option).split()]
    if len(written) > 1 and len({words[0] for words in written if words}) > 1:
        return ""  # several words might stand there: the place is told by another
    usable = []
    for place, word in enumerate(written[0][: 1 if len(written) > 1 else None]):
        stem = word.split(_OPEN)[0][:LONGEST]
        before = written[0][place - 1] if place else ""
        if len(stem) >= SHORTEST and not (before in _GLUES or before.endswith(("o", _OPEN))):
            usable.append(stem)
    return max(usable, key=lambda stem: _rarity(stem, frequent), default="")


def _rarity(stem: str, frequent: Sequence[str]) -> tuple[int, int]:
    """Greater for what begins fewer words."""
    ranks = _ranks(tuple(frequent))
    return ranks.get(stem, len(frequent)), len(stem)


@lru_cache(maxsize=4)
def _ranks(frequent: tuple[str, ...]) -> dict[str, int]:
    """Where a beginning, or the first longer one, stands in the list."""
    ranks: dict[str, int] = {}
    for rank, word in enumerate(frequent):
        for length in range(SHORTEST, len(word) + 1):
            ranks.setdefault(word[:length], rank)
    return ranks
