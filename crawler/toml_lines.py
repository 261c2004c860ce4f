"""On which line a key of a TOML file stands: ``tomllib`` gives values only, and people mend lines.

The text is known to be valid TOML (``tomllib`` read it first), so this only follows strings,
comments and brackets.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    | (?P<long>\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5})
    | (?P<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<newline>\n)
    | (?P<mark>[\[\]{},=.])
    | (?P<space>[^\S\n]+)
    | (?P<bare>[^\s\[\]{},=.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


class Lines:
    """Line numbers (from 1) of tables, keys and elements of arrays, by path.

    A path is what leads to a value in ``tomllib``'s result, such as ``("council", 0, "id")``.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}  # arrays of tables: how many so far
        self._read(text.replace("\r\n", "\n"))

    def of(self, *path: str | int) -> int | None:
        """The line of ``path``, else of the nearest table around it; None for the file as a whole."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return None

    def _read(self, text: str) -> None:
        table: Path = ()
        for line, tokens in _statements(text):
            words = [word for kind, word, _ in tokens if kind != "space"]
            if words[0] == "[":
                table = self._open(_keys(tokens), double=words[1] == "[", line=line)
            else:
                self._assign(table, tokens, line)

    def _open(self, keys: list[str], *, double: bool, line: int) -> Path:
        path: Path = ()
        for key in keys[:-1]:
            path = self._last((*path, key))
        path = (*path, keys[-1])
        if double:
            self._arrays[path] = self._arrays.get(path, 0) + 1
            self._lines.setdefault(path, line)
            path = self._last(path)
        self._lines.setdefault(path, line)
        return path

    def _last(self, path: Path) -> Path:
        return (*path, self._arrays[path] - 1) if path in self._arrays else path

    def _assign(self, table: Path, tokens: list[tuple[str, str, int]], line: int) -> None:
        equals = next(place for place, (_, word, _) in enumerate(tokens) if word == "=")
        path = (*table, *_keys(tokens[:equals]))
        for end in range(len(table) + 1, len(path) + 1):
            self._lines.setdefault(path[:end], line)
        self._elements(path, tokens[equals + 1 :])

    def _elements(self, path: Path, tokens: list[tuple[str, str, int]]) -> None:
        """Note the line of each element of an array, where the value is one."""
        depth, index, fresh = 0, 0, False
        for kind, word, line in tokens:
            if kind in ("space", "comment", "newline"):
                continue
            if depth == 0 and word != "[":
                return
            if fresh and word not in (",", "]"):
                self._lines[(*path, index)] = line
                fresh = False
            if kind == "mark":
                depth += (word in "[{") - (word in "]}")
                if depth == 1 and word in "[,":
                    index, fresh = index + (word == ","), True


def _statements(text: str) -> Iterator[tuple[int, list[tuple[str, str, int]]]]:
    """Each header or assignment with its first line; a value in brackets may span several."""
    line, depth, tokens = 1, 0, list[tuple[str, str, int]]()
    for found in _TOKEN.finditer(text):
        kind, word = str(found.lastgroup), found.group()
        if kind == "mark":
            depth += (word in "[{") - (word in "]}")
        if kind == "newline" and depth == 0:
            if tokens:
                yield tokens[0][2], tokens
            tokens = []
        elif kind != "comment" and (tokens or kind != "space"):
            tokens.append((kind, word, line))
        line += word.count("\n")
    if tokens:
        yield tokens[0][2], tokens


def _keys(tokens: list[tuple[str, str, int]]) -> list[str]:
    """The parts of a dotted key; quoted parts are unquoted by ``tomllib`` itself."""
    words = [(kind, word) for kind, word, _ in tokens if kind in ("string", "bare")]
    return [tomllib.loads(f"k = {word}")["k"] if kind == "string" else word for kind, word in words]
