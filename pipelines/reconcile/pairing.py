"""Which items of two lists are the same, one to one: identical, then alike, then contained, then retitled. Pure.

A number says something only where the two lists count alike: an agenda that was numbered anew, or deliberations that
are numbered through the year, agree in titles and not in numbers. So titles are matched first, and what the pairs
found say of the numbers decides what the numbers may say of the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA
from pipelines.reconcile.similar import (
    SAME_NUMBER_AND_TITLE,
    SAME_TITLE,
    contained,
    is_specific,
    kinship,
    last_run,
    plain,
    plain_number,
    stems,
    title_score,
)

RETITLED = 0.6  # kinship under one number of lists of which nothing else is known
RETITLED_IN_LINE = 0.34  # of lists that are known to count alike
WORDS = 0.8  # kinship of titles that say the same in another order, under whatever numbers
CLEARLY = 0.2  # by how much no third title is as near
LINE_TITLE = 95.0  # a line of a report is no item of the agenda unless it says the same to the letter
SAME_NUMBER = 10.0  # what a number adds to a title, in percent: it breaks ties


class Entry(NamedTuple):
    """What is compared of an item; ``line``: it is one of the report on delegated decisions.

    ``also`` are the number and title that other papers print for it: minutes may word an item as the list does.
    """

    title: str
    number: str | None = None
    line: bool = False
    also: tuple[tuple[str | None, str], ...] = ()

    @property
    def names(self) -> tuple[tuple[str | None, str], ...]:
        return ((self.number, self.title), *self.also)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the numbers of two lists relate: whether they are the same, and by how much their last runs differ."""

    equal: bool | None = None  # None: not known
    offset: int | None = None  # deliberation 2026-034 is item 1 of the agenda: 33

    @classmethod
    def of(cls, pairs: Iterable[tuple[str | None, str | None]]) -> Numbering:
        """What the numbers of items known to be the same tell: three that agree, and three in five."""
        numbered = [(plain_number(a), plain_number(b), last_run(a), last_run(b)) for a, b in pairs if a and b]
        if not numbered:
            return cls()
        same = sum(a == b for a, b, _, _ in numbered)
        offsets = Counter(b - a for _, _, a, b in numbered if a is not None and b is not None)
        offset, count = max(offsets.items(), key=lambda each: (each[1], -abs(each[0]))) if offsets else (0, 0)
        equal = None if len(numbered) < LEAST_ITEMS else same >= SAME_AGENDA * len(numbered)
        return cls(equal, offset if count >= LEAST_ITEMS and count >= SAME_AGENDA * len(numbered) else None)

    @property
    def sure(self) -> bool:
        """Whether the two lists are known to count alike, or at a known distance."""
        return self.equal is True or self.offset is not None

    def same(self, left: str | None, right: str | None) -> bool | None:
        """Whether two numbers stand for the same place; None where the numbers say nothing."""
        if not left or not right:
            return None
        if self.equal is not False and plain_number(left) == plain_number(right):
            return True
        first, second = last_run(left), last_run(right)
        if self.offset is not None and first is not None and second is not None:
            return second - first == self.offset
        return None if self.equal is not True else False


@dataclass(slots=True)
class Paired:
    """The pairs found: ``{index in left: index in right}``; those that are not ``sure`` rest on number or place."""

    chosen: dict[int, int] = field(default_factory=dict)
    sure: set[int] = field(default_factory=set)  # of left
    taken: set[int] = field(default_factory=set)  # of right

    def add(self, i: int, j: int, *, sure: bool = True) -> None:
        """Pair ``i`` with ``j``, unless either has its match."""
        if i not in self.chosen and j not in self.taken:
            self.chosen[i] = j
            self.taken.add(j)
            if sure:
                self.sure.add(i)


def pair(
    left: Sequence[Entry], right: Sequence[Entry], *, by_number: bool = True, known: Numbering | None = None
) -> Paired:
    """Match two lists of items one to one.

    ``known`` is what else is known of their numbers, for lists too short to tell. Cost is the product of the lengths
    of what is not identical, which an agenda of a few hundred items keeps small.
    """
    found = Paired()
    _identical(found, left, right, by_number)
    if len(found.chosen) == min(len(left), len(right)):
        return found
    _alike(found, left, right, by_number)
    numbering = Numbering()
    if by_number:
        own = Numbering.of((left[i].number, right[j].number) for i, j in found.chosen.items())
        numbering = own if own.equal is not None or known is None else known
        _same_number(found, left, right, numbering)
    _contained(found, left, right, numbering)
    if by_number:
        _retitled(found, left, right, numbering)
    _by_words(found, left, right)
    return found


def _identical(found: Paired, left: Sequence[Entry], right: Sequence[Entry], by_number: bool) -> None:
    """The pairs that agree to the letter, found by dictionary: usually all of them."""
    for numbered in (True, False) if by_number else (False,):
        places: dict[tuple[str, str], list[int]] = {}
        for j, other in enumerate(right):
            if j not in found.taken:
                for key in _keys(other, numbered):
                    places.setdefault(key, []).append(j)
        for i, one in enumerate(left):
            if i not in found.chosen:
                spots = (j for key in _keys(one, numbered) for j in places.get(key, ()) if j not in found.taken)
                if (spot := next(spots, None)) is not None:
                    found.add(i, spot)


def _keys(entry: Entry, numbered: bool) -> list[tuple[str, str]]:
    keys = [(plain_number(number) if numbered else "", plain(title)) for number, title in entry.names]
    return [key for key in dict.fromkeys(keys) if key[1]]


def _open(found: Paired, left: Sequence[Entry], right: Sequence[Entry]) -> Iterator[tuple[int, Entry, int, Entry]]:
    """The pairs still possible."""
    rest = [(j, other) for j, other in enumerate(right) if j not in found.taken]
    for i, one in enumerate(left):
        if i not in found.chosen:
            for j, other in rest:
                yield i, one, j, other


def _take_best(found: Paired, candidates: list[tuple[float, int, int]], *, sure: bool = True) -> None:
    """Best first; among equals those that stand at the same place of their lists."""
    candidates.sort(key=lambda each: (-each[0], abs(each[1] - each[2]), each[1], each[2]))
    for _, i, j in candidates:
        found.add(i, j, sure=sure)


def _alike(found: Paired, left: Sequence[Entry], right: Sequence[Entry], by_number: bool) -> None:
    candidates = []
    for i, one, j, other in _open(found, left, right):
        least = SAME_TITLE if one.line == other.line else LINE_TITLE
        score = max(_likeness(a, b, by_number) for a in one.names for b in other.names)
        if score >= least:
            candidates.append((score, i, j))
    _take_best(found, candidates)


def _likeness(one: tuple[str | None, str], other: tuple[str | None, str], by_number: bool) -> float:
    """How alike two titles are; under other numbers they must not name other things."""
    score = title_score(one[1], other[1])
    if score < SAME_TITLE or not (by_number and one[0] and other[0]):
        return score
    if plain_number(one[0]) == plain_number(other[0]):
        return score + SAME_NUMBER
    return SAME_TITLE - 1 if _names_differ(one[1], other[1]) else score


def _title_score(one: Entry, other: Entry) -> float:
    return max(title_score(a[1], b[1]) for a in one.names for b in other.names)


def _names_differ(one: str, other: str) -> bool:
    """Whether each of two titles names a thing that the other does not: no misprint of one word ("Lac", "Parc")."""
    left, right = stems(one) - stems(other), stems(other) - stems(one)
    return bool(left and right) and all(fuzz.ratio(a, b) < SAME_NUMBER_AND_TITLE for a in left for b in right)


def _same_number(found: Paired, left: Sequence[Entry], right: Sequence[Entry], numbering: Numbering) -> None:
    candidates = []
    for i, one, j, other in _open(found, left, right):
        if one.line == other.line and numbering.same(one.number, other.number):
            score = _title_score(one, other)
            if score >= SAME_NUMBER_AND_TITLE and not _belongs_elsewhere(score, i, j, left, right):
                candidates.append((score, i, j))
    _take_best(found, candidates)


def _belongs_elsewhere(score: float, i: int, j: int, left: Sequence[Entry], right: Sequence[Entry]) -> bool:
    """Whether either of two items is much more like another one of the other list."""
    clearly = max(score + SAME_NUMBER, SAME_TITLE)
    return any(_title_score(left[i], other) >= clearly for n, other in enumerate(right) if n != j) or any(
        _title_score(one, right[j]) >= clearly for n, one in enumerate(left) if n != i
    )


def _contained(found: Paired, left: Sequence[Entry], right: Sequence[Entry], numbering: Numbering) -> None:
    """A short title inside a longer one, where it stands in no other: else the numbers must tell which."""
    candidates = [
        (i, j) for i, one, j, other in _open(found, left, right)
        if one.line == other.line and any(contained(a[1], b[1]) for a in one.names for b in other.names)
    ]  # fmt: skip
    lefts, rights = Counter(i for i, _ in candidates), Counter(j for _, j in candidates)
    for i, j in candidates:
        if numbering.same(left[i].number, right[j].number):
            found.add(i, j)
    for i, j in candidates:
        if lefts[i] == rights[j] == 1:
            found.add(i, j)


def _retitled(found: Paired, left: Sequence[Entry], right: Sequence[Entry], numbering: Numbering) -> None:
    """Under one number, other words for the same thing, where neither title has more to do with another item."""
    least = RETITLED_IN_LINE if numbering.sure else RETITLED
    best: dict[tuple[str, int], float] = {}  # of each item of either list
    candidates: list[tuple[float, int, int]] = []
    for i, one, j, other in _open(found, left, right):
        if one.line != other.line:
            continue
        kin = kinship(one.title, other.title)
        for side in (("left", i), ("right", j)):
            best[side] = max(kin, best.get(side, 0.0))
        same = kin >= least and numbering.same(one.number, other.number)
        if same and any(map(is_specific, stems(one.title) & stems(other.title))):
            candidates.append((kin, i, j))
    candidates = [each for each in candidates if best["left", each[1]] == best["right", each[2]] == each[0]]
    _take_best(found, candidates, sure=False)


def _by_words(found: Paired, left: Sequence[Entry], right: Sequence[Entry]) -> None:
    """The words of one title, things of its own among them, in the other and clearly in no third: a short title."""
    near: list[tuple[float, int, int]] = []
    best: dict[tuple[str, int], list[float]] = {}
    for i, one, j, other in _open(found, left, right):
        kin = kinship(one.title, other.title) if one.line == other.line else 0.0
        if kin:
            near.append((kin, i, j))
            for side in (("left", i), ("right", j)):
                best[side] = sorted((kin, *best.get(side, ())), reverse=True)[:2]
    candidates = []
    for kin, i, j in near:
        alone = all(kin - (best[side][1:] or [0.0])[0] >= CLEARLY for side in (("left", i), ("right", j)))
        if kin < WORDS or not alone:
            continue
        common = stems(left[i].title) & stems(right[j].title)
        fewer = min(_numbers(left[i].title), _numbers(right[j].title), key=len)
        if sum(map(is_specific, common)) >= 2 and fewer <= common:
            candidates.append((kin, i, j))
    _take_best(found, candidates, sure=False)


def _numbers(title: str) -> set[str]:
    return {stem for stem in stems(title) if stem.isdigit()}
