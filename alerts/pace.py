"""When a subscription lets a message leave: at once, with its digest, after its quiet hours. Pure.

A digest leaves at 08:00 in Paris, whatever the clocks do. Neither a digest nor quiet hours may cost a reader the
vote: what is voted before they would let it leave, or within the hour that follows, leaves at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from alerts.notice import family_of
from alerts.planning.matter import SessionFact
from alerts.timing import MORNING, PARIS, moved_from
from crawler.models import Alert, AlertFact, Change, QuietHours, Subscription

TO_ACT = timedelta(hours=1)  # what a reader needs at least between a message and the vote
SOONEST = timedelta(days=3)  # how soon a vote of which no date could be read may come: clear days of small communes
DAY = timedelta(days=1)
Cause = Literal["digest", "quiet"]


@dataclass(frozen=True, slots=True)
class Leave:
    """When an alert may leave. ``digest``: the digest it goes with; ``cause``: what it waits for."""

    at: datetime
    digest: datetime | None = None
    cause: Cause | None = None


def leave(
    alert: Alert, subscription: Subscription, vote: datetime | None, now: datetime, digest_left: bool = False
) -> Leave:
    """When a subscription lets an alert leave that is due; ``at`` <= now: at once.

    ``vote``: when it may be voted at the earliest, None where nothing is to be voted. ``digest_left``: today's digest
    is out, so what missed it goes with the next one.
    """
    slot = None
    if subscription.digest is not None:
        slot = next_digest(subscription.digest, alert.due_at)
        if digest_left and slot <= now:
            slot = next_digest(subscription.digest, last_digest(now) + timedelta(seconds=1))
        if vote is not None and vote < slot + TO_ACT:
            slot = None
    base = max(slot or now, now)
    at = after_quiet(subscription.quiet_hours, base, vote)
    cause: Cause | None = "quiet" if at > base else "digest" if at > now else None
    return Leave(at, slot, cause)


def next_digest(every: Literal["daily", "weekly"], since: datetime) -> datetime:
    """The first digest at or after an instant (UTC): 08:00 in Paris, of a Monday where it is weekly."""
    day = since.astimezone(PARIS).date()
    while (slot := _morning(day)) < since or (every == "weekly" and day.weekday()):
        day += DAY
    return slot


def last_digest(now: datetime) -> datetime:
    """The last morning at which any digest left (UTC): a digest that was missed is today's when it leaves."""
    day = now.astimezone(PARIS).date()
    return slot if (slot := _morning(day)) <= now else _morning(day - DAY)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=PARIS).astimezone(UTC)


def after_quiet(quiet: QuietHours | None, moment: datetime, vote: datetime | None) -> datetime:
    """The first instant from ``moment`` on that is not quiet (UTC); ``moment`` where the vote does not wait."""
    if quiet is None or not _is_quiet(quiet, moment.astimezone(PARIS).time()):
        return moment
    end = _next_time(quiet.end, moment)
    return moment if vote is not None and vote < end + TO_ACT else end


def _is_quiet(quiet: QuietHours, at: time) -> bool:
    if quiet.begin <= quiet.end:
        return quiet.begin <= at < quiet.end
    return at >= quiet.begin or at < quiet.end


def _next_time(at: time, moment: datetime) -> datetime:
    """When the clocks of Paris next show a time; in October they may show it twice a day."""
    day = moment.astimezone(PARIS).date()
    found = (datetime.combine(day + DAY * step, at.replace(fold=fold), PARIS) for step in (0, 1) for fold in (0, 1))
    return min(instant for each in found if (instant := each.astimezone(UTC)) > moment)


def soonest_vote(
    alert: Alert, facts: Sequence[AlertFact], changes: Sequence[Change], sessions: Sequence[SessionFact], now: datetime
) -> datetime | None:
    """When what an alert speaks of may be voted at the earliest; None where it speaks of no vote ahead.

    A session that moved away from a day is told before that day; one without a time may begin at 08:00.
    """
    family = family_of(alert)
    if family not in ("ahead", "late"):
        return None
    known: list[AlertFact | SessionFact] = [*facts] if family == "ahead" else [*sessions]
    starts = [start for each in known if (start := _start(each)) is not None]
    zone = known[0].council.zone if known else PARIS
    left = {moved_from(change) for change in changes} | ({alert.session_date} if changes or not known else set())
    days = [datetime.combine(day, MORNING, tzinfo=zone) for day in left if day is not None]
    starts += [each for each in days if each + DAY > now]
    return min(starts, default=alert.due_at + SOONEST)


def _start(known: AlertFact | SessionFact) -> datetime | None:
    if known.starts_at is not None:
        return known.starts_at
    if known.session_date is None:
        return None
    return datetime.combine(known.session_date, MORNING, tzinfo=known.council.zone)
