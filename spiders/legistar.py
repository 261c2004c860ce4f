"""Legistar: the interface of councils in the United States (https://webapi.legistar.com/Help)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.models import Entry, Link
from spiders import urls
from spiders.api import ApiSpider, Clue, Output

API = "https://webapi.legistar.com"
ENVIRONMENT = "TOCSIN_LEGISTAR_TOKEN"  # some clients ask for one; it never becomes part of an address that is kept
PAST = timedelta(days=60)  # minutes are approved one or two meetings later
SOON = timedelta(days=14)
PAGE = 200  # events; at most 1,000 are answered
MOST_PAGES = 10
WHOLE = {"EventItems": "1", "AgendaNote": "1", "MinutesNote": "1", "EventItemAttachments": "1"}
ITEMS = {"AgendaNote": "1", "MinutesNote": "1", "Attachments": "1"}
_EVENTS = re.compile(r"^(.*/v1/[\w-]{1,40})/events(?:/|$)", re.I)
_ANY = re.compile(r"^(/v1/[\w-]{1,40})(?:/|$)", re.I)
_SITE = re.compile(r"^([a-z0-9-]{2,40})\.legistar\.com$")
_INSIDE = re.compile(
    r"https?://(?:legistar\d?\.granicus\.com/|([a-z0-9-]{2,40})\.legistar\.com\b)([a-z0-9-]{2,40})?", re.I
)
_NOT_CLIENTS = frozenset({"www", "webapi", "support", "help", "sites", "status"})
_CALENDAR = re.compile(r"/(?:calendar|meetingdetail|legislation)\.aspx", re.I)


class LegistarSpider(ApiSpider):
    """The events ahead and recent, each with its items; agendas, minutes and attachments are papers."""

    name = "legistar"
    early: ClassVar[bool] = True

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """The interface's own address, a site on legistar.com, or a calendar of Legistar under another name."""
        for url in dict.fromkeys([clue.url, *clue.links]):
            root = _root_of(url) if "legistar" in url or "/v1/" in url else None
            if root is not None:
                yield Entry(cls.name, f"{root}/Events", "the council's calendar is kept by Legistar", clue.url)
        if _CALENDAR.search(urlsplit(clue.url).path):
            found = _INSIDE.search(clue.html)
            client = (found[1] or found[2] or "").lower() if found else ""
            if client and client not in _NOT_CLIENTS:
                yield Entry(cls.name, f"{API}/v1/{client}/Events", "a calendar of Legistar", clue.url)

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The events from two months ago on, in the order of their days."""
        found = _EVENTS.match(entry.url)
        root = found[1] if found else entry.url.rstrip("/")
        yield self._events(root, 0, entry.url)

    def _events(self, root: str, skip: int, entry: str) -> Request:
        since = (self.plan.now - PAST).astimezone(self.plan.council.zone).date()
        query = {
            "$filter": f"EventDate ge datetime'{since}'",
            "$orderby": "EventDate",
            "$top": str(PAGE),
            "$skip": str(skip),
        }
        return self.ask(
            f"{root}/Events?{_query(query)}", self.read_events, priority=3900 - skip, entry=entry, root=root, skip=skip,
            home=entry,
        )  # fmt: skip

    # ------------------------------------------------------------------ the token

    def ask(self, url: str, callback: Any, **more: Any) -> Request:
        """As the base does, with the token where one is configured."""
        request = super().ask(url, callback, **more)
        token = os.environ.get(ENVIRONMENT, "").strip()
        if not token or not request.url.startswith(f"{API}/"):  # a page may name any host
            return request
        return request.replace(url=f"{request.url}{'&' if '?' in request.url else '?'}token={quote(token)}")

    def parse(self, response: Response, **kwargs: Any) -> Output:
        """As the base does; the token goes before anything is kept or told."""
        response.meta["redirect_urls"] = [bare(url) for url in response.meta.get("redirect_urls", [response.url])]
        yield from super().parse(response.replace(url=bare(response.url)), **kwargs)

    def failed(self, failure: Failure) -> Output:
        """Likewise."""
        failure.request = failure.request.replace(url=bare(failure.request.url))  # type: ignore[attr-defined]
        yield from super().failed(failure)

    # ------------------------------------------------------------------ events

    def read_events(self, response: Response, root: str, skip: int, home: str) -> Output:
        """The list of events; those that are not known or may have changed are asked for with their items."""
        events = self.json(response)
        if not isinstance(events, list) or not all(isinstance(one, dict) and "EventId" in one for one in events):
            raise ValueError("no list of events")
        for event in events:
            yield from self._event(event, root, home)
        if len(events) >= PAGE:
            if skip // PAGE + 1 >= MOST_PAGES:
                self.observed.note(f"only {MOST_PAGES * PAGE} events were read")
            else:
                yield self._events(root, skip + PAGE, home)

    def _event(self, event: Mapping[str, Any], root: str, home: str) -> Output:
        number, start = event["EventId"], _start(event, self.plan.council.zone)
        if not isinstance(number, int) or start is None or start < self.plan.now - PAST - timedelta(days=1):
            return
        url = f"{root}/Events/{number}?{_query(WHOLE)}"
        named = heading_of(event)
        self.observed.listed.add(urls.key(url))
        if self._changed(url, f"{root}/Events/{number}/EventItems?{_query(ITEMS)}", event, start):
            yield self.ask(
                url, self.read_event, priority=_priority(start, self.plan.now), root=root, home=home, named=named,
                otherwise=lambda reason: self._items(root, number, named, home, _priority(start, self.plan.now)),
            )  # fmt: skip
        yield from self._files(event, named, home)

    def _changed(self, whole: str, items: str, event: Mapping[str, Any], start: datetime) -> bool:
        """Items change without the event: what is near is looked at each time, the rest when it says so."""
        known = self.known.get(urls.key(urls.clean(whole))) or self.known.get(urls.key(urls.clean(items)))
        if known is None or known.fetched_at is None or known.sha256 is None:
            return True
        if abs(start - self.plan.now) < SOON:
            return self.plan.now - known.fetched_at > timedelta(hours=1)
        modified = _utc(event.get("EventLastModifiedUtc"))
        return modified is None or modified > known.fetched_at - timedelta(hours=1)

    def read_event(self, response: Response, root: str, home: str, named: str) -> Output:
        """The event is a document; where a client's interface leaves its items out, they are asked for alone."""
        event = self.json(response)
        if not isinstance(event, dict) or "EventId" not in event:
            raise ValueError("no event")
        url = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        yield self.fetched(response, url, link_text=_words(event.get("EventBodyName")), heading=named, found_on=home)
        yield from self._files(event, named, home)
        items = event.get("EventItems")
        if isinstance(items, list) and items:
            yield from self._attachments(items, named, home)
        else:
            yield from self._items(root, event["EventId"], named, home, 2000)

    def _items(self, root: str, number: int, named: str, home: str, priority: int) -> Output:
        url = f"{root}/Events/{number}/EventItems?{_query(ITEMS)}"
        yield self.ask(url, self.read_items, priority=priority, named=named, home=home)

    def read_items(self, response: Response, named: str, home: str) -> Output:
        """The items of one event; an event without any has nothing to keep."""
        items = self.json(response)
        if not isinstance(items, list):
            raise ValueError("no list of items")
        if items:
            url = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
            self.observed.listed.add(urls.key(url))
            yield self.fetched(response, url, link_text="Agenda", heading=named, found_on=home)
            yield from self._attachments(items, named, home)

    # ------------------------------------------------------------------ papers

    def _files(self, event: Mapping[str, Any], named: str, home: str) -> Output:
        for field, text, changed in (
            ("EventAgendaFile", "Agenda", "EventAgendaLastPublishedUTC"),
            ("EventMinutesFile", "Minutes", "EventMinutesLastPublishedUTC"),
        ):
            url = urls.absolute(home, event.get(field) or "")
            if url is not None:
                modified = _utc(event.get(changed))
                yield from self.paper(Link(url, text, named, 1.0, True), home, 1200, modified=modified)

    def _attachments(self, items: Iterable[Any], named: str, home: str) -> Output:
        for item in items:
            held = item.get("EventItemMatterAttachments") if isinstance(item, dict) else None
            for attachment in held if isinstance(held, list) else []:
                if attachment.get("MatterAttachmentShowOnInternetPage") is False:
                    continue
                url = urls.absolute(home, attachment.get("MatterAttachmentHyperlink") or "")
                if url is None:
                    continue
                number = _words(item.get("EventItemAgendaNumber")) or _words(item.get("EventItemMatterFile"))
                text = " ".join(part for part in (number, _words(attachment.get("MatterAttachmentName"))) if part)
                modified = _utc(attachment.get("MatterAttachmentLastModifiedUtc"))
                yield from self.paper(Link(url, text, named, 1.0, True), home, modified=modified)


def bare(url: str) -> str:
    """The address without the token."""
    return re.sub(r"([?&])token=[^&#]*&?", r"\1", url).rstrip("?&")


def heading_of(event: Mapping[str, Any]) -> str:
    """ "City Council, 2026-03-10 18:00": how the papers of an event are headed; the reader of items reads it."""
    stated = _words(event.get("EventTime"))
    hour = _clock(stated)
    return f"{_words(event.get('EventBodyName'))}, {_words(event.get('EventDate'))[:10]}" + (f" {hour}" if hour else "")


def _root_of(url: str) -> str | None:
    """The root of the interface that an address belongs to or names; None for others."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    site = _SITE.match(host)
    if host == "webapi.legistar.com":
        found = _ANY.match(parts.path)
        return f"{API}{found[1]}" if found else None
    if site:
        return f"{API}/v1/{site[1]}" if site[1] not in _NOT_CLIENTS else None
    found = _EVENTS.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}{found[1]}" if found else None


def _query(values: Mapping[str, str]) -> str:
    return urlencode(values, quote_via=quote, safe="$'")


def _priority(start: datetime, now: datetime) -> int:
    days = (start - now).days
    return 3000 - min(days, 400) if days >= 0 else 2400 + max(days, -300)


def _start(event: Mapping[str, Any], zone: Any) -> datetime | None:
    """The local end of the event's day: what is today is ahead. None where the date cannot be read."""
    try:
        day = datetime.fromisoformat(_words(event.get("EventDate"))[:10])
    except ValueError:
        return None
    return day.replace(hour=23, minute=59, tzinfo=zone)


def _utc(stated: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stated[:19]) if isinstance(stated, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment else None


def _clock(stated: str) -> str:
    found = re.match(r"^(\d{1,2}):(\d{2})\s*([AaPp])\.?[Mm]", stated)
    if found is None:
        return stated if re.fullmatch(r"\d{2}:\d{2}", stated) and stated != "00:00" else ""
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}:{found[2]}" if (hour, found[2]) != (0, "00") else ""


def _words(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
