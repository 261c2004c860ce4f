"""Counts of a vote as printed: "Ja 12, Nein 3" and "12 Ja, 3 Nein" alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_BETWEEN = r"[\s:=(x×-]{0,4}"


def counts(text: str, words: Mapping[str, str]) -> dict[str, int]:
    """The number beside each word, by the word's name; whether numbers stand before or behind, the first of them tells.

    ``words`` are patterns on lower case. What has no number is missing: it is never deduced.
    """
    before, behind = _patterns(tuple(words.items()))
    pairs = (before, behind)
    first = [pattern.search(text) for pattern in pairs]
    found = [match.start() if match else len(text) for match in first]
    if min(found) == len(text):
        return {}
    counted: dict[str, int] = {}
    for match in pairs[found.index(min(found))].finditer(text):
        name = next(name for name in words if match.group(name))
        counted.setdefault(name, int(match.group("number")))
    return counted


@cache
def _patterns(words: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    word = "(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in words) + ")"
    number = r"(?<![\d.,/])(?P<number>\d{1,3})(?![\d/]|[.,]\d)"
    return (
        re.compile(rf"{number}{_BETWEEN}{word}(?![a-zäöüß])"),
        re.compile(rf"(?<![a-zäöüß-]){word}{_BETWEEN}{number}"),
    )
