"""How many items two lists of titles have in common. Pure.

It is the costly question of a large archive, so titles are found by their words and only what is near is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from pipelines.reconcile.similar import SAME_TITLE, contained, digits, is_specific, plain, stems, title_score

SAME_AGENDA = 0.6  # DESIGN §2: share of items that two versions of one agenda have in common
LEAST_ITEMS = 3  # under it two lists prove nothing by what they share
HALF = 0.5  # share of the words of the shorter of two titles without which they are not compared
MOST = 0.8  # nor is it asked whether one contains the other
COMMON_WORDS = 0.4  # share of the words that two lists must have in common to share three items in five


def overlap(left: Sequence[str], right: Sequence[str]) -> float:
    """Share of the shorter list of titles that the other holds too, 0 where it is plainly under three in five.

    Also 0 where either has under three. Pass real items: formalities (secretary, previous minutes, questions diverses)
    are on every agenda.
    """
    shorter, longer = sorted((tuple(left), tuple(right)), key=len)
    return _overlap(shorter, longer) if len(shorter) >= LEAST_ITEMS else 0.0


@lru_cache(maxsize=16384)
def _overlap(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    mine, other = _vocabulary(left), _vocabulary(right)
    if len(mine & other) < COMMON_WORDS * min(len(mine), len(other)):
        return 0.0
    return len(shared(left, right, misses=int((1 - SAME_AGENDA) * len(left)))) / len(left)


def share(left: Sequence[str], right: Sequence[str]) -> float:
    """The same of lists of any length; 0 where one is empty."""
    least = min(len(left), len(right))
    return len(shared(left, right)) / least if least else 0.0


def shared(left: Sequence[str], right: Sequence[str], misses: int | None = None) -> list[tuple[int, int]]:
    """The pairs of two lists of titles that say the same, whatever their numbers: places in left and right.

    After more than ``misses`` titles of the left without their like, it is no longer asked: there are none then.
    """
    pairs: list[tuple[int, int]] = []
    places: dict[str, list[int]] = {}
    for j, title in enumerate(right):
        places.setdefault(plain(title), []).append(j)
    rest: list[int] = []
    for i, title in enumerate(left):
        spots = places.get(plain(title))
        if spots:
            pairs.append((i, spots.pop(0)))
        else:
            rest.append(i)
    free = {j for spots in places.values() for j in spots}
    postings, numbered = (_postings(tuple(right)), _numbered(tuple(right))) if rest and free else ({}, {})
    for i in rest:
        spot = _like(left[i], right, free & _agreeing(left[i], numbered) if free else free, postings)
        if spot is not None:
            pairs.append((i, spot))
            free.remove(spot)
        elif misses is not None:
            misses -= 1
            if misses < 0:
                return []
    return pairs


def _like(title: str, right: Sequence[str], free: set[int], postings: dict[str, list[int]]) -> int | None:
    """The place of a title that says the same: the most alike, else one that contains it or is contained."""
    words = stems(title)
    common = Counter(j for stem in words for j in postings.get(stem, ()) if j in free)
    near = {j: count / min(len(words), len(stems(right[j]))) for j, count in common.items()}
    best = max(((title_score(title, right[j]), -j) for j, part in near.items() if part >= HALF), default=(0.0, 0))
    if best[0] >= SAME_TITLE:
        return -best[1]
    return min((j for j, part in near.items() if part >= MOST and contained(title, right[j])), default=None)


def _agreeing(title: str, numbered: dict[str, set[int]]) -> set[int]:
    """The titles whose numbers do not rule out that they say the same: all of one's numbers must stand in the other."""
    numbers = digits(plain(title))
    if not numbers:
        return numbered.get("all", set())
    return set().union(*(numbered.get(number, ()) for number in ("", *numbers)))


@lru_cache(maxsize=4096)
def _numbered(titles: tuple[str, ...]) -> dict[str, set[int]]:
    """In which titles each number stands, under "" those without any, under "all" every title: read only."""
    places: dict[str, set[int]] = {"all": set(range(len(titles)))}
    for j, title in enumerate(titles):
        for number in digits(plain(title)) or ("",):
            places.setdefault(number, set()).add(j)
    return places


@lru_cache(maxsize=4096)
def _postings(titles: tuple[str, ...]) -> dict[str, list[int]]:
    """In which titles each word stands: read only."""
    places: dict[str, list[int]] = {}
    for j, title in enumerate(titles):
        for stem in stems(title):
            places.setdefault(stem, []).append(j)
    return places


@lru_cache(maxsize=4096)
def _vocabulary(titles: tuple[str, ...]) -> frozenset[str]:
    words: frozenset[str] = frozenset().union(*map(stems, titles))
    return frozenset(filter(is_specific, words)) or words
