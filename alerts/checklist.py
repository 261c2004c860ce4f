"""What the note on a video surveillance scheme says, point by point; pure. It tells what was read, and never judges."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import re2

LEAST = 300  # characters of a note below which there is nothing to check
LONGEST = 200_000  # characters that are searched
QUOTED = 220  # characters of a sentence that is shown
_SENTENCE = re.compile(r"(?<=\w\w[.;!?])\s|(?<=[;!?])\s|\n[ \t]*\n")  # "M." ends no sentence


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that such a note should let councillors know."""

    id: str
    fr: str
    en: str
    ruled: bool  # its absence counted in the ruling on Nieppe
    patterns: tuple[Any, ...]  # of RE2: a hostile page costs no more than its length


@dataclass(frozen=True, slots=True)
class Checked:
    """A point with the sentence where it was read; ``sentence`` is None where it was not found."""

    point: Point
    sentence: str | None = None
    page: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class NotePage:
    """What one page of a note says of the item."""

    text: str
    page: int
    url: str


@lru_cache(maxsize=1)
def points() -> tuple[Point, ...]:
    """The points in the order in which they are shown."""
    data = tomllib.loads(files("alerts").joinpath("checklist.toml").read_text("utf-8"))
    return tuple(
        Point(
            each["id"],
            each["fr"],
            each["en"],
            each.get("ruled", False),
            tuple(re2.compile(p) for p in each["patterns"]),
        )
        for each in data["point"]
    )


def check(pages: Sequence[NotePage]) -> tuple[Checked, ...]:
    """Each point with where it was read; empty where no note worth the name was read (then nothing may be said)."""
    if sum(len(page.text.strip()) for page in pages) < LEAST:
        return ()
    folded = [(page, _fold(page.text[:LONGEST])) for page in pages]
    return tuple(_checked(point, folded) for point in points())


def _checked(point: Point, pages: Iterable[tuple[NotePage, str]]) -> Checked:
    for page, text in pages:
        for pattern in point.patterns:
            found = pattern.search(text)
            if found:
                return Checked(point, _sentence(page.text, *found.span()), page.page, page.url)
    return Checked(point)


def _fold(text: str) -> str:
    """Lower case without accents, of the same length: offsets stay those of the text."""
    return "".join(_letter(sign) for sign in text)


@lru_cache(maxsize=4096)
def _letter(sign: str) -> str:
    if sign.isspace():
        return " "
    base = unicodedata.normalize("NFKD", sign)[:1].lower() if sign != "€" else sign
    return base if len(base) == 1 else sign


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around what was found; what is cut is cut between words and says so."""
    first = max(0, start - 400)
    before = [cut.end() for cut in _SENTENCE.finditer(text, first, start)]
    after = _SENTENCE.search(text, end, end + 400)
    opening = text[before[-1] : start] if before else _last_words(text[first:start], 120)
    closing = text[end : after.start()] if after else _first_words(text[end : end + 400], 120)
    sentence = " ".join(f"{opening}{text[start:end]}{closing}".split())
    if len(sentence) <= QUOTED:
        return sentence
    found = " ".join(text[start:end].split())
    room = max((QUOTED - len(found)) // 2, 0)
    return f"{_last_words(opening, room)}{found}{_first_words(closing, room)}"[: QUOTED + 2]


def _last_words(text: str, room: int) -> str:
    """The whole words at the end of a text; the space before what follows is kept."""
    text = " ".join(text.split()) + " " * text[-1:].isspace()
    return text if len(text) <= room else "…" + text[len(text) - room :].partition(" ")[2]


def _first_words(text: str, room: int) -> str:
    """The whole words at the beginning of a text, with the space before them."""
    text = " " * text[:1].isspace() + " ".join(text.split())
    return text if len(text) <= room else text[:room].rpartition(" ")[0] + "…"
