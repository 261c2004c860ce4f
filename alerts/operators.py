"""What the operator is told of messages that never arrived.

Operators are those whose subscriptions ask for ``blind`` or ``recovered``. Such a message is about no source and no
session, so it has no alert: it is queued by itself, at most every few hours, and a notice that is given up is never
the subject of another one, so a dead channel makes no loop. ``tocsin status`` and ``tocsin alerts`` say it anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.message import compose, message_id
from alerts.notice import House
from alerts.pace import after_quiet
from alerts.subscriptions import current, house
from alerts.timing import PARIS
from alerts.views.undelivered import undelivered_view
from alerts.wording import words
from crawler.config import Config
from crawler.models import Subscription
from db.store.desk import Desk
from db.store.messages import UNDELIVERED, Message

APART = timedelta(hours=6)  # between two notices to one address
LIFE = timedelta(days=3)  # how long a notice is tried
OPERATORS = frozenset({"blind", "recovered"})


def notices_to_operators(config: Config, desk: Desk, now: datetime) -> int:
    """Queue a notice for each operator who has not been told of messages given up; returns how many."""
    lost = desk.given_up_since(now - LIFE)
    if not lost:
        return 0
    ours, queued = house(config), 0
    for address, subscription in _operators(current(desk, config, now)):
        last = desk.last_notice(address)
        if last is not None and abs(now - last) < APART:  # one from the future was stamped by a clock since put right
            continue
        if after_quiet(subscription.quiet_hours, now, None) > now:
            continue
        told = desk.losses_told(address)
        news = [row for row in lost if row["id"] not in told]
        if news:
            desk.queue_notice(_message(address, subscription, news, ours, now), [row["id"] for row in news])
            queued += 1
    return queued


def _operators(subscriptions: Sequence[Subscription]) -> Iterator[tuple[str, Subscription]]:
    seen: set[str] = set()
    for each in subscriptions:
        for address in each.to if OPERATORS & set(each.kinds) else ():
            if address.strip() not in seen and address.strip() != "feed":
                seen.add(address.strip())
                yield address.strip(), each


def _message(
    address: str, subscription: Subscription, lost: Sequence[Mapping[str, Any]], ours: House, now: datetime
) -> Message:
    language = words(subscription.language or ours.language)
    shown = undelivered_view(subscription, lost, ours, language, now)
    digest = hashlib.sha256("\n".join([address, *sorted(row["id"] for row in lost)]).encode()).hexdigest()[:16]
    key = f"{UNDELIVERED}{now.astimezone(PARIS):%Y-%m-%d}-{digest}"
    return Message(
        key=key, message_id=message_id(key, ours), address=address, session_id=None, subject=shown.subject,
        body=compose(shown, language, ours, address, key, now), created_at=now, expires_at=now + LIFE,
    )  # fmt: skip
