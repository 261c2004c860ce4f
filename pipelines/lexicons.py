"""The lexicon that ships with the package, loaded from any installation.

One TOML file per topic and the shared ``markers.toml`` (`pipelines.lexicon_files` says what they may
hold, `pipelines.terms` how terms are written). Adding a topic's words is editing its file; its own
examples are its tests (``tocsin lexicon check``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from pipelines.lexicon_files import compile_files
from pipelines.lexicon_types import Lexicon


@cache
def load() -> Lexicon:
    """The lexicon that ships with the package. Raises ConfigError: file, entry, problem."""
    return build(shipped())


def shipped() -> dict[str, bytes]:
    """The files of the package by name (``drones.toml``), from a checkout or an installed wheel."""
    folder = resources.files("pipelines").joinpath("lexicon")
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".toml")}


def build(files: Mapping[str, bytes]) -> Lexicon:
    """Compile these files. Raises ConfigError for the first problem."""
    lexicon, problems = compile_files(files)
    if problems:
        raise problems[0]
    assert lexicon is not None
    return lexicon


__all__ = ["Lexicon", "build", "load", "shipped"]
