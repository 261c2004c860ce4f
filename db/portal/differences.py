"""Two lists of items, line by line: what is new, what is gone, what stayed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 1  # lines shown on each side of a difference


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference; of "more", ``count`` lines are left out."""

    kind: Literal["new", "gone", "same", "more"]
    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """An item of a list: it is known by its title, for one that is added renumbers all that follow."""

    title: str
    number: str | None = None

    @property
    def text(self) -> str:
        """« 9. Title »."""
        return f"{self.number}. {self.title}" if self.number else self.title


def difference(before: Sequence[Point], after: Sequence[Point]) -> list[Line]:
    """The lines of both lists in order; empty where their titles are equal."""
    old, new = [point.title for point in before], [point.title for point in after]
    if old == new:
        return []
    lines: list[Line] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (kind, i, j, k, m) in enumerate(blocks):
        if kind == "equal":
            lines += _equal([point.text for point in after[k:m]], at > 0, at + 1 < len(blocks))
        else:
            lines += [Line("gone", point.text) for point in before[i:j]]
            lines += [Line("new", point.text) for point in after[k:m]]
    return lines


def _equal(texts: Sequence[str], follows: bool, leads: bool) -> Iterator[Line]:
    """A run without change: its ends beside a difference are shown, what lies between is counted."""
    head, tail = AROUND * follows, AROUND * leads
    if len(texts) <= head + tail + 1:
        yield from (Line("same", text) for text in texts)
        return
    yield from (Line("same", text) for text in texts[:head])
    yield Line("more", count=len(texts) - head - tail)
    yield from (Line("same", text) for text in texts[len(texts) - tail :])
