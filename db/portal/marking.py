"""A page's text cut at the words that were found in it, for ``<mark>``, and into parts that browsers can hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LARGEST = 30_000  # characters of one part: web pages and tables come as one page, however long they are


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``marked``: a flag rests on it."""

    text: str
    marked: bool = False


def spans(found: Iterable[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """Spans in order, within the text, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, size)) for start, end in found):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def parts(text: str) -> list[tuple[int, int]]:
    """Where the parts of a text begin and end, cut at the ends of lines; one where it is short."""
    cuts, begin = [], 0
    while len(text) - begin > LARGEST:
        line = text.rfind("\n", begin + LARGEST // 2, begin + LARGEST)
        word = text.rfind(" ", begin + LARGEST // 2, begin + LARGEST)
        end = line + 1 if line > 0 else word + 1 if word > 0 else begin + LARGEST
        cuts.append((begin, end))
        begin = end
    return [*cuts, (begin, len(text))]


def pieces(text: str, marked: Iterable[tuple[int, int]], begin: int, end: int) -> list[Piece]:
    """``text[begin:end]`` cut at the marked spans."""
    found: list[Piece] = []
    at = begin
    for first, last in spans(marked, len(text)):
        start, stop = max(first, at), min(last, end)
        if start >= stop:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:stop], True))
        at = stop
    return [*found, Piece(text[at:end])] if at < end else found
