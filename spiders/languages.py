"""Copies of a site in other languages: the same papers once more, read once only."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from crawler.models import Council
from spiders import urls
from spiders.anchors import Anchor
from spiders.page import Page
from spiders.words import fold

# Names by which switchers offer a language; the code is that of its addresses.
_NAMES = {
    "english": "en", "deutsch": "de", "espanol": "es", "italiano": "it", "portugues": "pt", "nederlands": "nl",
    "brezhoneg": "br", "euskara": "eu", "catala": "ca", "corsu": "co", "occitan": "oc", "elsassisch": "gsw",
    "anglais": "en", "allemand": "de", "espagnol": "es", "italien": "it", "portugais": "pt", "neerlandais": "nl",
    "breton": "br", "basque": "eu", "francais": "fr", "french": "fr", "version anglaise": "en", "english version": "en",
}  # fmt: skip
_CODES = frozenset(_NAMES.values()) | {"uk", "pl", "ru", "ar", "zh", "ja", "gb", "lb"}
_KEYS = frozenset({"lang", "language", "langue", "locale", "hl", "l"})


class Languages:
    """Knows the site's own language from its home page, and what it declares to be copies in others."""

    def __init__(self, council: Council) -> None:
        self.own = {"fr"} if council.department else set()
        self.others: set[str] = set()
        self._copies: set[str] = set()

    def home(self, page: Page) -> None:
        """The language of the home page is the site's own; that of the council's country is too."""
        if page.language:
            self.own.add(page.language[:2])

    def learn(self, page: Page) -> None:
        """Take note of what a page declares or offers as its copies."""
        if not self.own:
            return
        for language, address in page.copies:
            self._take(language, address)
        for anchor in page.anchors:
            if anchor.language:
                self._take(anchor.language, anchor.url)
            elif len(anchor.text) <= 20:
                name = fold(anchor.text)
                code = _NAMES.get(name) or (name if name in _CODES and len(anchor.text) == 2 else "")
                if code and marker(anchor.url) == code:
                    self._take(code, anchor.url)

    def _take(self, language: str, address: str) -> None:
        code = language[:2]
        if re.match(r"[a-z]{2}", code) and code not in self.own:
            self._copies.add(urls.key(address))
            if marker(address) == code:
                self.others.add(code)

    def is_copy(self, anchor: Anchor) -> bool:
        """Whether a link leads to a copy in another language."""
        if not self.others and not self._copies:
            return False
        return urls.key(anchor.url) in self._copies or (bool(self.others) and marker(anchor.url) in self.others)

    def page_is_copy(self, page: Page) -> bool:
        """Whether a page is one: its language is another, and its address says so too."""
        declared = page.language[:2]
        return bool(self.own) and declared not in self.own and bool(declared) and marker(page.url) == declared


def marker(url: str) -> str:
    """The language that an address names: its first segment, a parameter, or its host; "" where it names none."""
    parts = urlsplit(url)
    first = parts.path.lstrip("/").split("/", 1)[0].lower()
    if first[:2] in _CODES and (len(first) == 2 or re.fullmatch(r"[a-z]{2}[-_][a-z]{2}", first)):
        return first[:2]
    for name, value in parse_qsl(parts.query):
        if name.lower() in _KEYS and value[:2].lower() in _CODES and len(value) <= 5:
            return value[:2].lower()
    front = urls.host(url).split(".", 1)[0]
    return front if front in _CODES and front != "co" else ""
