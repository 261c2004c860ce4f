"""Many notices as one message: what one address hears at 08:00 of a day or of a Monday. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from alerts.notice import House, Notice, family_of
from alerts.timing import PARIS
from alerts.wording import Language
from crawler.models import Alert, Subscription

# a vote ahead is why anybody reads; what was voted comes after it, then what was not found, then the machine itself
ORDER = {"ahead": 0, "late": 1, "after": 2, "sources": 3, "week": 4}


@dataclass(frozen=True)
class Digest:
    """What one address is told with the digest of ``occasion``; the soonest vote first."""

    address: str
    occasion: datetime
    key: str
    notices: tuple[Notice, ...]

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """Those of all notices."""
        return tuple({alert.id: alert for notice in self.notices for alert in notice.alerts}.values())

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those of all notices, by name."""
        found = {each.name: each for notice in self.notices for each in notice.subscriptions}
        return tuple(found[name] for name in sorted(found))

    @property
    def weekly(self) -> bool:
        """Whether all that it tells was asked for by the week."""
        return all(each.digest == "weekly" for each in self.subscriptions)

    def language(self, house: House) -> Language:
        """That of the first subscription that states one, else the operator's."""
        return next((each.language for each in self.subscriptions if each.language), house.language)


def digest_of(address: str, occasion: datetime, key: str, notices: Sequence[Notice]) -> Digest:
    """The digest of these notices, in the order in which they are read."""
    return Digest(address, occasion, key, tuple(sorted(notices, key=_order)))


def _order(notice: Notice) -> tuple[int, bool, float, str, str]:
    end = notice.end
    stamp = end.timestamp() if end else 0.0
    if notice.family == "after":
        stamp = -stamp  # the last vote first
    return ORDER[notice.family], end is None, stamp, notice.council, notice.alerts[0].id


def worth_a_digest(notices: Sequence[Notice]) -> bool:
    """Whether there is more to tell than that somebody watches, which has a message of its own."""
    return any(family_of(alert) != "week" for notice in notices for alert in notice.alerts)


def digest_key(address: str, occasion: datetime, states: Mapping[str, str]) -> str | None:
    """The key of the digest of a morning, the same however often it is planned; None where it has left.

    ``states``: that of each digest there is, by key. One that was given up is followed by another one, which tells
    what is still ahead.
    """
    day, attempt = occasion.astimezone(PARIS).date(), 0
    while True:
        parts = f"{address}\n{day}\n{attempt}"
        key = f"digest-{day}-{hashlib.sha256(parts.encode()).hexdigest()[:16]}"
        if key not in states:
            return key
        if states[key] != "failed":
            return None
        attempt += 1
