"""When two titles, two places or two lists of items say the same thing (DESIGN §2: 0.85, 0.6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from rapidfuzz import fuzz

from crawler.models import SessionClaim

SAME_TITLE = 85.0  # DESIGN §2, in rapidfuzz's percent
SAME_NUMBER_AND_TITLE = 60.0  # under one number, a corrected wording is still the same item
SAME_AGENDA = 0.6  # DESIGN §2: share of items that two versions of one agenda have in common
CONTAINED = 95.0  # a short title inside a longer one ("FINANCES - Plan de …"), once long enough to mean something
CONTAINED_LENGTH = 20
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Lower case, no accents, words separated by single spaces: for comparing, never for showing."""
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    return _NOT_WORD.sub(" ", bare.casefold()).strip()


@lru_cache(maxsize=8192)
def plain_number(number: str | None) -> str:
    """A number without its decoration, so that "N° 07" and "7." agree."""
    if not number:
        return ""
    return re.sub(r"\b0+(?=\d)", "", plain(number).removeprefix("n ").removeprefix("no "))


def title_score(one: str, other: str) -> float:
    """How alike two titles are, 0..100; the digits in them must agree ("lot 1" is not "lot 2")."""
    left, right = plain(one), plain(other)
    if left == right:
        return 100.0
    if not left or not right:
        return 0.0
    score = fuzz.ratio(left, right)
    if min(len(left), len(right)) >= CONTAINED_LENGTH:
        contained = fuzz.partial_ratio(left, right)
        if contained >= CONTAINED:
            return max(score, SAME_TITLE)
    if score >= SAME_TITLE and _digits(left) != _digits(right):
        return SAME_TITLE - 1
    return score


def _digits(text: str) -> list[str]:
    return sorted(word for word in text.split() if any(ch.isdigit() for ch in word))


class Titled(Protocol):
    """A claim or a fact that has a number and a title."""

    @property
    def title(self) -> str: ...

    @property
    def number(self) -> str | None: ...


def pair(left: Sequence[Titled], right: Sequence[Titled], *, by_number: bool = True) -> dict[int, int]:
    """Match two lists of items one to one: on number and title first, then on title alone.

    Returns ``{index in left: index in right}``. Cost is the product of the lengths, which an agenda
    of a few hundred items keeps small.
    """
    chosen = _identical(left, right, by_number)
    taken = set(chosen.values())
    candidates: list[tuple[float, int, int]] = []
    for i, one in enumerate(left):
        if i in chosen:
            continue
        mine = plain_number(one.number) if by_number else ""
        for j, other in enumerate(right):
            if j in taken:
                continue
            same_number = bool(mine) and mine == plain_number(other.number)
            score = title_score(one.title, other.title)
            if score >= SAME_TITLE or (same_number and score >= SAME_NUMBER_AND_TITLE):
                candidates.append((score + (50 if same_number else 0), i, j))
    candidates.sort(key=lambda entry: (-entry[0], abs(entry[1] - entry[2]), entry[1]))
    for _, i, j in candidates:
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return chosen


def _identical(left: Sequence[Titled], right: Sequence[Titled], by_number: bool) -> dict[int, int]:
    """The pairs that agree to the letter, found by dictionary: usually all of them."""
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for numbered in (True, False) if by_number else (False,):
        places: dict[tuple[str, str], list[int]] = {}
        for j, other in enumerate(right):
            if j not in taken:
                key = (plain_number(other.number) if numbered else "", plain(other.title))
                places.setdefault(key, []).append(j)
        for i, one in enumerate(left):
            key = (plain_number(one.number) if numbered else "", plain(one.title))
            if i not in chosen and key[1] and (spots := places.get(key)):
                chosen[i] = spots.pop(0)
                taken.add(chosen[i])
    return chosen


def overlap(one: SessionClaim, other: SessionClaim) -> float:
    """Share of the shorter list of real items that the other holds too; 0 where either has under three.

    Formalities (secretary, previous minutes, questions diverses) are on every agenda and prove nothing.
    """
    left = [item for item in one.items if not item.minor]
    right = [item for item in other.items if not item.minor]
    if min(len(left), len(right)) < 3:
        return 0.0
    return len(pair(left, right, by_number=False)) / min(len(left), len(right))
