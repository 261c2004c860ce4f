"""Patterns of the readers on hostile lines: none costs much more than a plain pattern on the same line.

What a pattern costs is counted in what an ordinary linear one takes for the same length in the same moment, so a busy
machine changes nothing. The line grows step by step: a pattern of the third power fails long before it hangs.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import pipelines.agenda
import pipelines.text

PLAIN = re.compile(r"(?:[bc]d|[ef]g|[hi]j){2}k")
SIZES = (125, 500, 2000)  # characters of a line
DEAREST = 400  # times what the plain pattern takes; the dearest that is linear takes 150
RUNS = 5  # of which the fastest counts, where one was too slow
SEEDS = (" ", "\n", "1", ".", "-", "a", "A", "_", "a ", "1 ", ". ", ", ", "Aa ", "1.", " - ", "\xa0", "M. A, ")
# These see only a part of a line, of which the name of the constant or the slice beside the call tells the length.
WINDOWED = {
    "pipelines.agenda.contents._LEADER": 200,
    "pipelines.agenda.places._CUT": 170,
    "pipelines.agenda.places._PLACE": 170,
    "pipelines.agenda.vote_sense.NOTED_NEXT": 60,
    "pipelines.text.pdf_columns._NUMBER": 18,
}
METHODS = ("search", "match", "fullmatch", "finditer", "sub", "split")


def modules() -> Iterator[ModuleType]:
    for package in (pipelines.agenda, pipelines.text):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield importlib.import_module(found.name)


def uses(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Names of a module and how they are asked: ``_NUMBER.fullmatch(…)``."""
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_bytes())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
            yield node.value.id, node.attr


def questions() -> dict[tuple[str, str], re.Pattern[str]]:
    """Every pattern of text that a module names and asks."""
    return {
        (f"{module.__name__}.{name}", method): pattern
        for module in modules()
        for name, method in sorted(set(uses(module)))
        if isinstance(pattern := getattr(module, name, None), re.Pattern) and isinstance(pattern.pattern, str)
    }


def lines(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Lines that open a match again and again and never close it."""
    words = re.findall(r"[a-z]{3,}", re.sub(r"\\[a-z]|\[[^\]]*\]", " ", pattern.pattern))
    heads = sorted({words[0], max(words, key=len), words[-1]}) if words else []
    for seed in (*SEEDS, *(f"{head} " for head in heads)):
        yield (seed * size)[:size] + "!"
    for head in heads:
        for seed in (" ", "1", "a "):
            yield f"{head} " + (seed * size)[:size] + "!"


def took(ask: Callable[[str], object], line: str) -> float:
    began = time.perf_counter()
    found = ask(line)
    if isinstance(found, Iterator):
        for _ in found:
            pass
    return time.perf_counter() - began


def dear(pattern: re.Pattern[str], method: str, size: int) -> str | None:
    """The first line of that size on which a pattern costs too much."""
    asked: Callable[[str], object] = getattr(pattern, method)
    ask = (lambda line: pattern.sub("", line)) if method == "sub" else asked
    unit = min(took(PLAIN.search, "a" * size) for _ in range(RUNS))
    for line in lines(pattern, size):
        if took(ask, line) > DEAREST * unit:
            again = min(took(ask, line) for _ in range(RUNS))
            if again > DEAREST * min(took(PLAIN.search, "a" * size) for _ in range(RUNS)):
                return line
    return None


def test_no_pattern_is_costly_on_hostile_lines() -> None:
    every = questions()
    assert len(every) > 300
    assert {name for name, _ in every} >= set(WINDOWED)
    slow = {}
    for (name, method), pattern in every.items():
        for size in SIZES:
            if size <= WINDOWED.get(name, size) and (line := dear(pattern, method, size)) is not None:
                slow[name, method] = line[:40]
                break
    assert slow == {}


@pytest.mark.parametrize("costly", [r"(?:\w+ ?){0,3}:", r"\s*\s+x"])
def test_what_is_costly_is_told(costly: str) -> None:
    pattern = re.compile(costly)
    assert any(dear(pattern, "search", size) for size in SIZES)
