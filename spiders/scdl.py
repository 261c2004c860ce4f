"""A register of deliberations as one file (CSV or its JSON twin, the national schema SCDL): a document like any other.

https://schema.data.gouv.fr/scdl/deliberations/ : after the vote, so it tells outcomes. The site's own spider takes what
ends in ``.csv``; this one also those that only their address or the page beside them gives away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from scrapy import Request

from crawler.models import Entry, Link
from spiders import urls, words
from spiders.api import START, ApiSpider, Clue

_FORMAT = re.compile(
    r"(?:^|[?&/])format=(?:csv|json|geojson)\b|/(?:csv|exports/(?:csv|json))(?:[/?]|$)|output=csv\b", re.I
)
_HINTS = ("lib", "scdl", "dcm")  # "délib" may be escaped
_SUFFIXES = frozenset({"csv", "json", "tsv"})
_SUBJECT = re.compile(r"\bdelib|\bscdl\b|\bdcm\b")
_OF_OTHERS = re.compile(r"\b(?:budget|subvention|marche|equipement|prenom|catalogue|adresse)s?\b")
_PLATFORM = re.compile(r"/api/(?:explore|records|1|2)/|//(?:www\.|demo\.)?data\.gouv\.fr/|/wp-json/|/mq_apis/", re.I)


class ScdlSpider(ApiSpider):
    """Each entry is a file; unchanged, it costs one conditional request, or none."""

    name = "scdl"
    early: ClassVar[bool] = False

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """Links to files whose address speaks of deliberations and of a table."""
        for link in clue.mentioning(*_HINTS):
            table = urls.suffix(link) in _SUFFIXES or bool(_FORMAT.search(link))
            if not table or _PLATFORM.search(link):
                continue  # portals have spiders of their own
            parts = urlsplit(link)
            named = words.fold(unquote(f"{parts.path} {parts.query}"))
            if _SUBJECT.search(named) and not _OF_OTHERS.search(named):
                yield Entry(cls.name, link, "a table of deliberations by its address", clue.url)

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The file itself."""
        name = urls.file_name(entry.url)
        yield from self.paper(Link(entry.url, name), entry.found_on, START, never_html=True, entry=entry.url)
