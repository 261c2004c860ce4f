"""Data that a site gives to its own scripts, read as a page: its addresses with the words beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_date

from spiders import urls
from spiders.anchors import MAX_LINKS, Anchor, squash
from spiders.page import Page, read_page
from spiders.words import fold

DEEP = 14  # levels of a value that are looked into
_FIELD = re.compile(r"\{(\w*)\}")
_DAY = re.compile(r"^(20\d\d|19\d\d)-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d.*)?$")
_EPOCH = re.compile(r"^/?(?:Date\()?(1[0-9]{9}(?:\d{3})?)\)?/?$")
_TITLED = re.compile(r"titre|title|nom|name|label|libelle|objet|intitule|sujet|subject", re.I)
# fields that say nothing of what they stand beside
_SILENT = frozenset(
    {"id", "uuid", "slug", "type", "status", "statut", "class", "icon", "color", "lang", "hash", "mime"}
)
_FOLLOWING = frozenset({"next", "suivant", "nextpage", "next_page", "next_page_url", "nexturl"})


def read_data(url: str, value: Any, templates: tuple[str, ...] = (), heading: str = "", title: str = "") -> Page:
    """A JSON value as a page; ``templates`` tell how fields become addresses, ``heading`` stands above all of it."""
    base = next((text[:-2] for text in templates if text.endswith("{}")), url)
    walk = _Walk(base, [text for text in templates if _named(text)])
    walk.visit(value, [heading] if heading else [], "", 0)
    following = _next_page(url) if walk.anchors else None
    if following:
        walk.anchors.append(Anchor(following, "page suivante", heading))
    words = squash(" ".join(walk.words), 60_000)
    return Page(url, title, (heading,) if heading else (), words, words, tuple(walk.anchors[:MAX_LINKS]))


def parse(text: str) -> Any:
    """The value of a JSON text; None where it is none. Guards before it (``)]}'``) and callbacks are taken off."""
    plain = re.sub(r"^\s*\)\]\}'?,?\s*", "", text.lstrip("\ufeff"))
    wrapped = re.match(r"^\s*[\w$.]+\((.*)\)\s*;?\s*$", plain, re.S)
    try:
        return json.loads(wrapped.group(1) if wrapped else plain)
    except (ValueError, RecursionError):
        return None


def moment(said: Any) -> datetime | None:
    """The instant that a listing states, in UTC where it has no offset; None for what is none."""
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _named(template: str) -> list[str]:
    return [name for name in _FIELD.findall(template) if name]


def _next_page(url: str) -> str | None:
    """The next page of data that are numbered by pages."""
    match = re.search(r"([?&](?:page|paged|p|pg|pageNumber)=)(\d+)", url)
    return f"{url[: match.start(2)]}{int(match.group(2)) + 1}{url[match.end(2) :]}" if match else None


class _Walk:
    """Goes through a value; titles and dates of an object are the words of the addresses in and below it."""

    def __init__(self, base: str, templates: list[str]) -> None:
        self.base, self.templates = base, templates
        self.anchors: list[Anchor] = []
        self.words: list[str] = []

    def visit(self, value: Any, above: list[str], key: str, depth: int) -> None:
        if depth > DEEP or len(self.anchors) >= MAX_LINKS:
            return
        if isinstance(value, Mapping):
            self._object(value, above, depth)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, str):
                    self._text(key, entry, above, "")
                else:
                    self.visit(entry, above, key, depth + 1)

    def _object(self, value: Mapping[str, Any], above: list[str], depth: int) -> None:
        own = list(_words(value))
        title = squash(" ".join(own), 200)
        self.words += own
        for key, field in value.items():
            if isinstance(field, str):
                self._text(str(key), field, above, title)
        for template in self.templates:
            filled = _fill(template, value)
            if filled:
                self._add(filled, title, above, title)
        for key, field in value.items():
            if isinstance(field, Mapping | list):
                self.visit(field, [*above, title] if title else above, str(key), depth + 1)

    def _text(self, key: str, text: str, above: list[str], title: str) -> None:
        if "<" in text and "href" in text:
            page = read_page(self.base, text)
            self.words.append(page.text)
            for anchor in page.anchors:
                heading = " – ".join([*above, title, anchor.heading][-3:]).strip(" –")
                self.anchors.append(Anchor(anchor.url, anchor.text, heading, anchor.row, "content", anchor.download))
            return
        address = _address(text)
        if address is None or any(_FIELD.sub("", template) and f"{{{key}}}" in template for template in self.templates):
            return
        if fold(key).replace(" ", "") in {fold(name).replace(" ", "") for name in _FOLLOWING}:
            self._add(address, "page suivante", above, "")
            return
        named = fold(key)
        words = (
            title if not named or named in _SILENT or named in {"url", "href", "link", "lien"} else f"{named} {title}"
        )
        self._add(address, words, above, title)

    def _add(self, address: str, text: str, above: list[str], row: str) -> None:
        url = urls.absolute(self.base, address)
        if url is not None:
            heading = squash(" – ".join(above[-3:]), 300)
            self.anchors.append(Anchor(urls.inner(url, self.base) or urls.clean(url), squash(text), heading, row))


def _words(value: Mapping[str, Any]) -> Iterator[str]:
    """The title first, then days and other short texts; those of an object ``{"rendered": …}`` count as its own."""
    entries = [(str(key), field) for key, field in value.items()]
    entries = [
        (key, field["rendered"] if isinstance(field, Mapping) and isinstance(field.get("rendered"), str) else field)
        for key, field in entries
    ]
    for key, field in sorted(entries, key=lambda entry: not _TITLED.search(entry[0])):
        if isinstance(field, str | int) and not isinstance(field, bool) and fold(key) not in _SILENT:
            text = _said(key, field)
            if text:
                yield text


def _said(key: str, field: str | int) -> str:
    if isinstance(field, str) and (day := _DAY.match(field.strip())):
        year, month, number = (int(part) for part in day.groups())
        return _day(year, month, number)
    if "date" in key.lower() and (epoch := _EPOCH.match(str(field))):
        seconds = int(epoch.group(1)[:10])
        moment = datetime.fromtimestamp(seconds, UTC)
        return _day(moment.year, moment.month, moment.day)
    if isinstance(field, int):
        return str(field) if 1990 <= field <= 2100 else ""
    plain = squash(re.sub(r"<[^>]*>", " ", field), 240)
    return "" if _address(field) or len(field) > 220 else plain


def _day(year: int, month: int, number: int) -> str:
    try:
        return format_date(datetime(year, month, number, tzinfo=UTC), "d MMMM y", locale="fr")
    except ValueError:
        return ""


def _address(text: str) -> str | None:
    """The text, where it is an address or a file name."""
    text = text.strip()
    if not text or len(text) > 600 or "\n" in text or "<" in text:
        return None
    if re.match(r"https?://\S|\.{0,2}/[\w%.~-]", text) and " " not in text.split("?")[0].split("/")[0]:
        return text
    return text if urls.suffix("http://x/" + quote(text)) in urls.DOCUMENT_SUFFIXES and len(text) < 200 else None


def _fill(template: str, value: Mapping[str, Any]) -> str | None:
    """The template with the object's fields; None where one is missing or no plain value."""
    filled = template
    for name in _named(template):
        field = value.get(name)
        if isinstance(field, bool) or not isinstance(field, str | int) or field == "":
            return None
        text = str(field)
        before = filled[: filled.index("{" + name + "}")]
        if re.match(r"https?://", text) and before:
            return None  # the script adds its own only to bare names
        filled = filled.replace("{" + name + "}", quote(text, safe="/%.-_~()" + ("?&=" if "?" in text else "")))
    return filled
