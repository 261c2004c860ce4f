"""Whether a line only repeats the title of an item: an index, for a document may hold thousands of both. Pure.

Lines and titles are squeezed (`pipelines.text.fold.squeeze`). A line repeats a title where it is a part of it, or where
it is the title itself after a number or a bullet, perhaps cut short or followed by more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pipelines.regions import Key

SHORTEST_LINE = 12  # squeezed letters from which a line can be told to repeat a title


class Titles:
    """The squeezed titles of the items of one document, found by any twelve letters of theirs."""

    def __init__(self, titles: Mapping[Key, bytes]) -> None:
        self._own = titles
        self._owners: dict[bytes, int] = defaultdict(int)  # how many items have that title
        for title in titles.values():
            self._owners[title] += 1
        self._distinct = sorted(self._owners)
        self._lengths: dict[bytes, set[int]] = defaultdict(set)  # of the titles that begin with those letters
        for title in self._distinct:
            self._lengths[title[:SHORTEST_LINE]].add(len(title))
        self._with: dict[bytes, list[bytes]] | None = None  # built when first asked for
        self._known: dict[tuple[bytes, bytes | None], bool] = {}

    def repeated(self, line: bytes, own: Key | None) -> bool:
        """Whether a squeezed line repeats the title of an item other than ``own``."""
        if not self._own or len(line) < SHORTEST_LINE:
            return False
        mine = self._own.get(own) if own else None
        if mine is not None and self._owners[mine] > 1:
            mine = None  # another item has the same title
        question = (line, mine)
        if question not in self._known:
            self._known[question] = self._begins(line, mine) or self._within(line, mine)
        return self._known[question]

    def _within(self, line: bytes, mine: bytes | None) -> bool:
        """Whether the line is a part of a title: only titles that hold the rarest of its twelve letters are asked."""
        if self._with is None:
            self._with = defaultdict(list)
            for title in self._distinct:
                for letters in set(_runs(title)):
                    self._with[letters].append(title)
        rarest: list[bytes] = self._distinct
        for letters in _runs(line):
            holders = self._with.get(letters)
            if holders is None:
                return False
            if len(holders) < len(rarest):
                rarest = holders
        return any(line in title for title in rarest if title != mine)

    def _begins(self, line: bytes, mine: bytes | None) -> bool:
        """Whether a title begins near the head of the line, and one of the two ends before they differ."""
        for start in range(min(len(line), SHORTEST_LINE) + 1):
            rest = line[start:]
            for length in range(SHORTEST_LINE + 1):
                head = rest[:length]
                if len(head) < length or head not in self._lengths or line.find(head) != start:
                    continue
                if self._is_one(rest, self._lengths[head], mine):
                    return True
                if length == SHORTEST_LINE and self._opens_one(rest, mine):
                    return True
        return False

    def _is_one(self, rest: bytes, lengths: set[int], mine: bytes | None) -> bool:
        """Whether the rest of a line begins with a title of one of these lengths."""
        heads = (rest[:length] for length in lengths)
        return any(head in self._owners and head != mine for head in heads)

    def _opens_one(self, rest: bytes, mine: bytes | None) -> bool:
        """Whether a title begins with the rest of a line."""
        place = bisect_left(self._distinct, rest)
        return any(title.startswith(rest) and title != mine for title in self._distinct[place : place + 2])


def _runs(letters: bytes) -> Iterator[bytes]:
    """Every twelve letters in a row."""
    return (letters[n : n + SHORTEST_LINE] for n in range(len(letters) - SHORTEST_LINE + 1))
