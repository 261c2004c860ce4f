"""Calendars (iCalendar, RFC 5545): events that are sittings of an assembly, with place and points where they say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from crawler.models import DocumentKind, Hints, ItemClaim, SessionClaim, SessionStatus
from pipelines.agenda.meeting_body import of_others, printed_body
from pipelines.agenda.titles import clean_title, is_minor
from pipelines.agenda.words import plain
from pipelines.records.told import Records, ToldItem, ToldSession

MOST = 1_000  # events of one calendar
_SITTING = re.compile(
    r"\b(?:conseils? (?:municipa|communautaire|metropolitain|departementa|regiona|syndica|d'agglomeration|de territoire"
    r"|de (?:la )?(?:communaute|metropole)|de paris)|commissions? permanentes?|assemblee pleniere|comite syndical"
    r"|bureau (?:communautaire|metropolitain|municipal)|seances? (?:publique|pleniere)|session pleniere)"
)
_NO_SITTING = re.compile(
    r"\b(?:inscriptions?|retransmission|replay|compte rendu|proces verbal|permanence|delai|limite)\b"
)
_CANCELLED = re.compile(r"\bannulee?\b")
_POSTPONED = re.compile(r"\breportee?\b")
_POINT = re.compile(r"\s*(?:(\d{1,3})\s*[.)°/–-]+|[-•*–·])\s*(\S.{3,})")
_TAG = re.compile(r"<(?:br|/p|/li|/div)\b[^>]*>", re.I)


def calendar_of(data: bytes, hints: Hints) -> Records | None:
    """The sittings that a calendar announces, the earliest first; None where it announces none, or is broken.

    What is None here is read as the plain text that it is.
    """
    try:
        sessions = sorted(_sessions(Calendar.from_ical(data, multiple=True), hints), key=_by_day)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):  # whatever the parser stumbles over
        return None
    if not sessions:
        return None
    kind: DocumentKind = "agenda" if any(session.items for session in sessions) else "other"
    return Records(kind, tuple(sessions))


def _by_day(session: ToldSession) -> tuple[date, time]:
    return session.claim.date or date.max, session.claim.time or time.min


def _sessions(calendars: Any, hints: Hints) -> Iterator[ToldSession]:
    seen: set[tuple[str, date, time | None]] = set()
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    for event in events[:MOST]:
        session = _session(event, hints)
        if session is not None and session.claim.date is not None:
            where = (session.claim.body, session.claim.date, session.claim.time)
            if where not in seen:  # a moved occurrence of a series repeats it
                seen.add(where)
                yield session


def _session(event: Any, hints: Hints) -> ToldSession | None:
    summary = _text(event, "SUMMARY")
    low = plain(summary)
    if not _SITTING.search(low) or _NO_SITTING.search(low) or of_others(summary):
        return None
    when = _when(event, hints)
    if when is None:
        return None
    day, hour = when
    place = " ".join(_text(event, "LOCATION").split()) or None
    status: SessionStatus = "postponed" if _POSTPONED.search(low) else "scheduled"
    if _text(event, "STATUS").upper() == "CANCELLED" or _CANCELLED.search(low):
        status = "cancelled"
    items = tuple(_items(_text(event, "DESCRIPTION")))
    body = printed_body(summary, hints)
    claim = SessionClaim(
        body=body or "", date=day, time=hour, place=place, status=status, complete=bool(items),
        body_printed=body is not None,
    )  # fmt: skip
    hours = f" à {hour:%H h %M}" if hour else ""
    lines = (summary, f"Le {day:%d/%m/%Y}{hours}", *([place] if place else []))
    return ToldSession(claim, lines, items) if body else None


def _when(event: Any, hints: Hints) -> tuple[date, time | None] | None:
    """The day and hour where the council is; a whole day has no hour."""
    start = getattr(event.get("DTSTART"), "dt", None)
    if isinstance(start, datetime):
        here = start.astimezone(ZoneInfo(hints.council_timezone)) if start.tzinfo else start
        return here.date(), here.time().replace(tzinfo=None, second=0, microsecond=0) if here.time() != time() else None
    return (start, None) if isinstance(start, date) else None


def _items(description: str) -> Iterator[ToldItem]:
    """The points below "ordre du jour" where a description lists two or more."""
    text = re.sub(r"<[^>]*>", " ", _TAG.sub("\n", description))
    _, found, below = text.partition("rdre du jour")
    points = [match for line in below.splitlines() if (match := _POINT.fullmatch(line.rstrip()))] if found else []
    for match in points if len(points) > 1 else ():
        title = clean_title([match[2]])
        yield ToldItem(ItemClaim(title=title, number=match[1], minor=is_minor(title)), (title,))


def _text(event: Any, name: str) -> str:
    return str(event.get(name) or "").strip()
