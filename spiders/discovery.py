"""Which platforms a council publishes on, told from the pages of its site; each spider knows its own signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import spiders
from crawler.models import Entry
from spiders.api import ApiSpider, Clue


@cache
def platforms() -> tuple[type[ApiSpider], ...]:
    """The spiders of platforms: every module of ``spiders`` that defines one, by name."""
    found = {
        value
        for module in iter_modules(spiders.__path__)
        for value in vars(import_module(f"spiders.{module.name}")).values()
        if isinstance(value, type) and issubclass(value, ApiSpider) and value.name
    }
    return tuple(sorted(found, key=lambda spider: spider.name))


def recognise(clue: Clue) -> Iterator[Entry]:
    """What the signs on one page say, platform by platform."""
    for spider in platforms():
        yield from _bounded(spider.recognise(clue))


def _bounded(entries: Iterable[Entry], most: int = 20) -> Iterator[Entry]:
    """A page of links to a thousand data sets is a catalogue, not a council's."""
    for number, entry in enumerate(entries):
        if number == most:
            return
        yield entry
