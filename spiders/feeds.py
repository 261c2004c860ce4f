"""What a site offers to programs, read as pages: news feeds, calendars, maps of the site."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import feedparser
import lxml.etree
from babel.dates import format_date
from icalendar import Calendar
from scrapy.utils.sitemap import Sitemap

from spiders import urls, words
from spiders.anchors import Anchor, squash
from spiders.links import ABOUT
from spiders.page import Page, read_page

MAX_ENTRIES = 500
MAX_UNPACKED = 20_000_000  # bytes of a compressed map
PROMISING = 60  # addresses of a map of the site that promise sessions
PARTS = 3  # maps that an index of maps names and that are read
_OTHER_PARTS = ("image", "video", "product", "tag", "categor", "author", "auteur", "user", "event", "evenement", "lieu")


def read_feed(url: str, body: bytes) -> Page | None:
    """An RSS or Atom feed as a page; None where it is none. Its entries' texts count with their links."""
    # a stream: given bare bytes, feedparser would open a file of that name
    feed = feedparser.parse(io.BytesIO(body), response_headers={"content-location": url}, sanitize_html=False)
    if not feed.version:
        return None
    title = squash(str(feed.feed.get("title", "")))
    anchors = [anchor for entry in feed.entries[:MAX_ENTRIES] for anchor in _entry(entry, url, title)]
    said = squash(" ".join(f"{anchor.text} {anchor.heading}" for anchor in anchors), 60_000)
    return Page(url, title, (), said, "", tuple(anchors))


def _entry(entry: Any, url: str, feed: str) -> Iterator[Anchor]:
    title = squash(str(entry.get("title", "")))
    heading = " – ".join(part for part in (feed, title) if part)
    for link in entry.get("links", []):
        address = urls.absolute(url, str(link.get("href", "")))
        if address and link.get("rel", "alternate") in {"alternate", "enclosure"}:
            yield Anchor(urls.clean(address), title, feed, download=link.get("rel") == "enclosure")
    texts = [content.get("value", "") for content in entry.get("content", [])] + [entry.get("summary", "")]
    for anchor in read_page(url, str(max(texts, key=len, default=""))).anchors:
        yield Anchor(anchor.url, anchor.text, heading, anchor.row, "content", anchor.download)


def read_calendar(url: str, body: bytes) -> Page | None:
    """An iCalendar file as a page: the addresses of its events under their titles and days; None where it is none."""
    try:
        calendar = Calendar.from_ical(body)
    except (ValueError, IndexError, KeyError):
        return None
    anchors: list[Anchor] = []
    said: list[str] = []
    for event in calendar.walk("VEVENT")[:MAX_ENTRIES]:
        title = squash(f"{event.get('SUMMARY', '')} {_day(event)}")
        text = str(event.get("DESCRIPTION", ""))
        said.append(f"{title} {text}")
        for address in _addresses(event, text):
            found = urls.absolute(url, address)
            if found:
                anchors.append(Anchor(urls.clean(found), title, title))
    words_said = squash(" ".join(said), 60_000)
    return Page(url, squash(str(calendar.get("X-WR-CALNAME", ""))), (), words_said, words_said, tuple(anchors))


def _day(event: Any) -> str:
    start = event.get("DTSTART")
    value = getattr(start, "dt", None)
    day = value.date() if isinstance(value, datetime) else value
    return format_date(day, "d MMMM y", locale="fr") if isinstance(day, date) else ""


def _addresses(event: Any, text: str) -> Iterator[str]:
    for name in ("URL", "ATTACH"):
        value = event.get(name)
        for part in value if isinstance(value, list) else [value]:
            if part is not None and "://" in str(part):
                yield str(part)
    if "<a" in text:
        yield from (anchor.url for anchor in read_page("http://none.invalid/", text).anchors)
    for word in text.replace("<", " ").split():
        if word.startswith(("http://", "https://")):
            yield word.rstrip(").,;>")


def read_sitemap(url: str, body: bytes) -> Page | None:
    """A map of the site as a page of the addresses that promise sessions, or of the maps it names; else None."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_UNPACKED)
        except (OSError, EOFError, zlib.error):
            return None
    try:
        parts = Sitemap(body)
        found = [address for entry in parts if (address := urls.absolute(url, str(entry.get("loc", ""))))]
    except (StopIteration, lxml.etree.LxmlError, ValueError):
        return None
    if parts.type == "sitemapindex":
        own = [address for address in found if not any(sign in address.lower() for sign in _OTHER_PARTS)]
        chosen = sorted(own, key=lambda address: -words.relevance(urls.readable(address)))[:PARTS]
        return Page(url, "", (), "", "", tuple(Anchor(address, "plan du site", frame=True) for address in chosen))
    if parts.type != "urlset":
        return None
    promising = [urls.clean(address) for address in found if words.relevance(urls.readable(address)) >= ABOUT]
    latest = sorted(dict.fromkeys(promising), key=lambda address: -max(urls.years(address), default=0))[:PROMISING]
    return Page(url, "", (), "", "", tuple(Anchor(address) for address in latest))
