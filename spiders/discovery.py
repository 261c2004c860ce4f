"""Which platforms a council publishes on, told from the pages of its site; each spider knows its own signs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules

import spiders
from crawler.models import Entry
from spiders.api import ApiSpider, Clue

MOST = 20  # entries of one platform: a page of links to a thousand data sets is a catalogue, not a council's
MOST_LINKS = 4_000  # of one page that are looked at
MOST_HTML = 500_000  # characters
_logger = logging.getLogger(__name__)


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
    """What the signs on one page say, platform by platform, each entry once.

    A page that one recogniser cannot make sense of costs that recogniser's entries alone, and a line of the log.
    """
    clue = replace(clue, html=clue.html[:MOST_HTML], links=clue.links[:MOST_LINKS])
    for spider in platforms():
        try:
            entries = list(islice(spider.recognise(clue), 5 * MOST))
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            _logger.warning("%s: signs of %s could not be read: %s", clue.url, spider.name, problem)
            continue
        once: dict[str, Entry] = {}
        for entry in entries:
            once.setdefault(entry.url, entry)
        yield from islice(once.values(), MOST)
