"""When a vote is ahead and when a reminder is due: the calendar of a session, pure.

DESIGN, promise 5: a time that is not stated is never invented. Date known and time unknown: ahead until
local midnight ends that day. Date unknown: ahead unless the document reports on a vote that was held.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.models import AlertFact, Change

ANNOUNCING = frozenset({"agenda", "convocation", "note", "draft", "annex"})  # documents that speak of a vote to come
REPORTING = frozenset({"deliberation", "decision", "minutes", "list"})  # documents that speak of a vote held
UNDATED = timedelta(days=60)  # a session whose date nobody could read is taken to be ahead for this long
MORNING = time(8)  # when a reminder is due for a session whose time nobody states (never displayed)
PARIS = ZoneInfo("Europe/Paris")


def vote_end(
    day: date | None, starts_at: datetime | None, zone: ZoneInfo, last_day: date | None = None
) -> datetime | None:
    """The instant from which a vote is no longer ahead; None where no date is known (DESIGN, promise 5).

    On which of its days a session over several will vote is not known: it is ahead until the last one ends.
    """
    if day is not None and last_day is not None and last_day > day:
        day, starts_at = last_day, None
    if starts_at is not None:
        return starts_at
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)


def ends_at(fact: AlertFact) -> datetime | None:
    """``vote_end`` of a fact."""
    return vote_end(fact.session_date, fact.starts_at, fact.council.zone, fact.last_day)


def was_ahead(fact: AlertFact) -> bool:
    """Whether an item was found before its vote."""
    end = ends_at(fact)
    return fact.document_kind in ANNOUNCING if end is None else end > fact.first_seen_at


def over(fact: AlertFact, now: datetime) -> str | None:
    """Why the vote on this item is not ahead, or None where it is."""
    if fact.session_status == "cancelled":
        return "session cancelled"
    if fact.session_status == "held" or fact.outcome is not None:
        return "vote held"
    if fact.item_withdrawn:
        return "item withdrawn"
    if not fact.item_listed:
        return "item no longer listed"
    end = ends_at(fact)
    if end is not None:
        return None if end > now else "vote past"
    if fact.document_kind in REPORTING:
        return "vote held"
    if fact.first_seen_at + UNDATED <= now:
        return "too old to be ahead"
    if fact.session_id is None and fact.document_kind not in ANNOUNCING:
        return "no session"
    return None


def reminder_due(fact: AlertFact, lead: timedelta) -> datetime | None:
    """When a reminder falls due (UTC): days are days of the calendar, so 18:30 stays 18:30 over a change of clocks."""
    zone = fact.council.zone
    if fact.starts_at is not None:
        earlier = fact.starts_at.astimezone(zone) - timedelta(days=lead.days)
        return earlier.astimezone(UTC) - timedelta(seconds=lead.seconds)
    if fact.session_date is None:
        return None
    day = (datetime.combine(fact.session_date, time(0)) - lead).date()
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def lead_name(lead: timedelta) -> str:
    """A lead time as it is written in the configuration: 7d, 12h, 90m."""
    seconds = int(lead.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def moved_from(change: Change) -> date | None:
    """The former date of a session that moved (``before`` is ISO 8601, a date or an instant)."""
    if change.kind != "moved" or not change.before:
        return None
    try:
        return date.fromisoformat(change.before[:10])
    except ValueError:
        return None
