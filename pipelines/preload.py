"""Imported once by the server that workers are forked from: they then share what takes a second to build."""

from __future__ import annotations

from contextlib import suppress

from crawler.errors import TocsinError
from pipelines.lexicons import load

with suppress(TocsinError):  # a lexicon with a mistake: each reading says so
    load()
