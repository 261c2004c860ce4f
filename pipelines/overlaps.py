"""Which of several hits on the same words stays: the better one of a topic, the fuller one of two topics."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

PART = "part of"  # another topic's term that holds these words
UNLESS = "unless of"  # words of the entry itself that void it


class _Hit(Protocol):
    """What is used of `pipelines.matching.Hit`."""

    @property
    def topic(self) -> str: ...
    @property
    def term(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def excluded(self) -> str: ...
    @property
    def yields(self) -> Sequence[str]: ...
    @property
    def certain(self) -> bool: ...


HitT = TypeVar("HitT", bound=_Hit)


def best(found: Iterable[HitT]) -> list[HitT]:
    """Drop what overlaps a better hit of its topic; an excluded hit never hides another.

    Of the excluded hits on the same words one is kept, and none where another entry counts there.
    """
    counted: list[HitT] = []
    voided: dict[tuple[int, int], HitT] = {}
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.score, -hit.end)):
        if hit.excluded:
            place = (hit.start, hit.end)
            if place not in voided or voided[place].excluded.startswith(UNLESS):
                voided[place] = hit
        elif not counted or hit.start >= counted[-1].end:
            counted.append(hit)
        elif hit.score > counted[-1].score:
            counted[-1] = hit
    taken = {(hit.start, hit.end) for hit in counted}
    return counted + [hit for place, hit in voided.items() if place not in taken]


def spread(found: list[HitT], reach: int) -> list[HitT]:
    """A weak word that a false friend voids is void in the next sentences too: it speaks of the same camera."""
    void: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for hit in found:
        if hit.kind == "weak" and hit.excluded and not hit.excluded.startswith(UNLESS):
            void[hit.term].append((hit.start, hit.excluded))
    if not void:
        return found
    return [_voided(hit, void.get(hit.term, ()), reach) for hit in found]


def _voided(hit: HitT, void: Sequence[tuple[int, str]], reach: int) -> HitT:
    if hit.kind != "weak" or hit.excluded:
        return hit
    why = next((why for at, why in void if abs(hit.start - at) <= reach), "")
    return replace(hit, excluded=why) if why else hit  # type: ignore[type-var]  # a frozen dataclass


def parts_left_out(found: Sequence[HitT]) -> list[HitT]:
    """Weak words that are a part of another topic's certain term say nothing of their own topic.

    "une caméra portée sur la tenue" is a body camera, no video surveillance. ``found`` is in order of where hits begin.
    """
    ends: dict[str, tuple[int, str]] = {}  # by topic: the furthest end of a certain term so far, and that term
    done: list[HitT] = []
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if hit.kind == "weak" and not hit.excluded:
            holder = next((topic for topic, (end, _) in ends.items() if topic != hit.topic and end >= hit.end), None)
            if holder:
                hit = replace(hit, excluded=f"{PART} {holder} {ends[holder][1]}")  # type: ignore[type-var]  # noqa: PLW2901
        if hit.certain and not hit.excluded and hit.end > ends.get(hit.topic, (0, ""))[0]:
            ends[hit.topic] = (hit.end, hit.term)
        done.append(hit)
    return sorted(done, key=lambda hit: (hit.start, hit.end, hit.topic, hit.term))


def yielded(found: Sequence[HitT], reach: int) -> list[HitT]:
    """Weak words leave the word to another topic that is certain within ``reach`` characters, where they say so.

    The camera of a sentence that counts passers-by, reads plates or flies is that one.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for hit in found:
        if hit.certain and not hit.excluded:
            places[hit.topic].append(hit.start)
    return [_yielding(hit, places, reach) for hit in found]


def _yielding(hit: HitT, places: dict[str, list[int]], reach: int) -> HitT:
    if hit.excluded or not hit.yields:
        return hit
    for topic in hit.yields:
        near = places.get(topic, [])
        after = bisect_left(near, hit.start - reach)
        if after < len(near) and near[after] <= hit.end + reach:
            return replace(hit, excluded=f"{PART} what {topic} says close by")  # type: ignore[type-var]
    return hit
