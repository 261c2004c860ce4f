"""Checked reading of TOML tables: every value is asked for by name, with its type and range.

What is wrong is noted and reading goes on with the default, so that all mistakes of a file are
shown at once. A key that nobody asked for is itself a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from crawler.errors import ConfigError
from crawler.toml_lines import Lines

Choice = TypeVar("Choice", bound=str)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = timedelta(days=366)
_DURATION = re.compile(r"(\d{1,6})\s*([smhdw])")
_TYPES = {
    bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes",
    list: "a list in square brackets", dict: "a table",
}  # fmt: skip


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that ``word`` was probably meant to be, or None where nothing is near."""
    found = process.extractOne(
        word,
        list(choices),
        scorer=DamerauLevenshtein.normalized_similarity,
        processor=str.casefold,
        score_cutoff=0.6,
    )
    return found[0] if found else None


def one_of(choices: Sequence[str], word: str = "") -> str:
    """« did you mean …? », where something is near, and the list of what is valid."""
    near = nearest(word, choices) if word else None
    listed = "valid: " + ", ".join(choices)
    return f"did you mean {near}? ({listed})" if near else listed


def shown(value: str) -> str:
    """A value as an error may quote it: addresses of services and servers hold passwords and tokens."""
    scheme, colon, rest = value.partition("://")
    secret = colon and (scheme not in ("http", "https") or "@" in rest)
    return repr(f"{scheme}://…" if secret else value)


@dataclass
class Mistakes:
    """The mistakes found so far in one file."""

    path: str
    lines: Lines
    found: list[ConfigError] = field(default_factory=list)

    def note(self, where: tuple[str | int, ...], problem: str, remedy: str) -> None:
        """Note one mistake at the path ``where`` (its last name is the key shown)."""
        names = [part for part in where if isinstance(part, str)]
        error = ConfigError(self.path, self.lines.of(*where), ".".join(names), problem, remedy)
        if str(error) not in map(str, self.found):
            self.found.append(error)

    def raise_all(self) -> None:
        """Raise one ConfigError whose text has a line per mistake, in the order of the file."""
        if self.found:
            first, *more = sorted(self.found, key=lambda error: error.line or 0)
            raise ConfigError(first.path, first.line, first.key, first.problem, first.remedy, more=tuple(more))


class Table:
    """One table of the file. An empty string counts as absent (DESIGN §5)."""

    def __init__(self, values: object, where: tuple[str | int, ...], mistakes: Mistakes) -> None:
        self.where, self.mistakes = where, mistakes
        self._values: dict[str, Any] = {}
        self._asked: set[str] = set()
        if isinstance(values, dict):
            self._values = {key: value for key, value in values.items() if not _blank(value)}
            self._keys = tuple(values)
        else:
            self._keys = ()
            name = where[-1] if where else ""
            mistakes.note(where, f"must be a table, not {_name(values)}", f"write [{name}] on a line of its own")

    def note(self, key: str, problem: str, remedy: str, *, index: int | None = None) -> None:
        """Note a mistake of ``key`` (of its element ``index``)."""
        path = (*self.where, key) if index is None else (*self.where, key, index)
        self.mistakes.note(path, problem, remedy)

    def has(self, key: str) -> bool:
        """Whether ``key`` is given and not empty."""
        return key in self._values

    def is_empty(self, key: str) -> bool:
        """Whether ``key`` is an empty list."""
        return self._values.get(key) == []

    def _take(self, key: str, *types: type) -> Any:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None or type(value) in types:
            return value
        self.note(key, f"must be {_TYPES[types[0]]}, not {_name(value)}", f"for example {_example(types[0], value)}")
        return None

    def text(self, key: str, check: Callable[[str], str | None] | None = None) -> str | None:
        """A string; ``check`` returns the remedy where it is wrong."""
        value = self._take(key, str)
        if value is None:
            return None
        value = str(value).strip()
        if problem := (check(value) if check else None) or _printable(value):
            self.note(key, f"{shown(value)} is not valid", problem)
            return None
        return value

    def texts(self, key: str, check: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
        """A list of strings, each checked."""
        values = self._take(key, list)
        good: list[str] = []
        for index, value in enumerate(values or ()):
            if not isinstance(value, str):
                self.note(key, f"{value!r} is not a text", "put it between quotes", index=index)
            elif not value.strip():
                self.note(key, "has an empty entry", "remove it (an empty list means: all)", index=index)
            elif problem := (check(value.strip()) if check else None) or _printable(value):
                self.note(key, f"{shown(value)} is not valid", problem, index=index)
            elif value.strip() not in good:
                good.append(value.strip())
        return tuple(good)

    def choice(self, key: str, choices: Sequence[Choice]) -> Choice | None:
        """One of a fixed set of words."""
        value = self.text(key, lambda word: None if word in choices else one_of(choices, word))
        return next((choice for choice in choices if choice == value), None)

    def choices(self, key: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """A list of words of a fixed set."""
        values = self.texts(key, lambda word: None if word in choices else one_of(choices, word))
        return tuple(choice for choice in choices if choice in values)

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """A number within ``least``..``most``."""
        value = self._take(key, float, int)
        return default if value is None else float(self._within(key, value, default, least, most))

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within ``least``..``most``."""
        value = self._take(key, int)
        return default if value is None else int(self._within(key, value, default, least, most))

    def _within(self, key: str, value: float, default: float, least: float, most: float) -> float:
        if least <= value <= most:  # False for nan too
            return value
        self.note(key, f"{value} is out of range", f"give a number from {least:g} to {most:g}")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._take(key, bool)
        return default if value is None else bool(value)

    def duration(self, key: str, default: timedelta) -> timedelta:
        """A length of time such as "12h"."""
        value = self.text(key, _duration_problem)
        return default if value is None else parse_duration(value)

    def durations(self, key: str, default: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        """A list of lengths of time, longest first; an empty list stays empty."""
        if not self.has(key):
            self._asked.add(key)
            return default
        values = {parse_duration(value) for value in self.texts(key, _duration_problem)}
        return tuple(sorted(values, reverse=True))

    def several(self, key: str) -> list[tuple[int | None, Any]]:
        """A value or a list of values, of any type, each with its index; None where the value stands alone."""
        self._asked.add(key)
        if not self.has(key):
            return []
        value = self._values[key]
        return list(enumerate(value)) if isinstance(value, list) else [(None, value)]

    def finish(self) -> None:
        """Note every key that nobody asked for, with the nearest one that exists."""
        for key in self._keys:
            if key not in self._asked:
                self.note(key, "no such setting here", one_of(sorted(self._asked), key))


def parse_duration(text: str) -> timedelta:
    """A length of time such as "90m", "12h" or "7d", a year at most. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip().lower())
    seconds = int(match[1]) * UNITS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError(text)
    return timedelta(seconds=seconds)


def _duration_problem(text: str) -> str | None:
    try:
        parse_duration(text)
    except ValueError:
        return 'give a number and a unit (s, m, h, d, w), such as "90m", "12h" or "7d", a year at most'
    return None


def _printable(text: str) -> str | None:
    words = text.replace("\u00a0", " ").replace("\u202f", " ")  # French typography puts them before h and :
    return None if words.isprintable() else "remove the line breaks and control characters"


def _blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _name(value: object) -> str:
    return _TYPES.get(type(value), "a date or time")


def _example(wanted: type, value: object) -> str:
    if wanted is str:
        return f'"{value}"' if isinstance(value, int | float) else '"…"'
    if wanted is list:
        return f'["{value}"]' if isinstance(value, str) else '["…"]'
    return {bool: "true", int: "400", float: "1.0"}[wanted]
