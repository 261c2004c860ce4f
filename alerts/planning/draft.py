"""One planning under way: what is there, what is new, what still has its point. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alerts.planning.asking import Settings
from alerts.timing import lead_name, reminder_due
from crawler.models import Alert, AlertFact, AlertKind

Key = tuple[str, str, str, str]

LETTERS = "23456789bcdfghjkmnpqrstvwxyz"  # those of db.ids, which a pure module does not import
# ids are half of planning: two and three letters at once
PAIRS = tuple(first + second for second in LETTERS for first in LETTERS)
TRIPLES = tuple(first + rest for rest in PAIRS for first in LETTERS)
HALF = len(LETTERS) ** 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: new rows, planned rows that lost their point, planned or dropped rows that fall due otherwise."""

    new: tuple[Alert, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()  # (alert id, reason)
    rescheduled: tuple[tuple[str, datetime], ...] = ()  # (alert id, due at): planned again


def alert_id(key: Key) -> str:
    """The id of the alert with this key: the same at each planning."""
    number = int.from_bytes(hashlib.sha256("\0".join(key).encode()).digest()[:12], "big") % HALF**2
    last, first = divmod(number, HALF)
    second, first = divmod(first, len(TRIPLES))
    fourth, third = divmod(last, len(TRIPLES))
    return f"a-{TRIPLES[first]}{PAIRS[second]}{TRIPLES[third]}{PAIRS[fourth]}"


def alert_of(kind: AlertKind, name: str, fact: AlertFact, occasion: str, due_at: datetime, now: datetime) -> Alert:
    """An alert on one item."""
    return Alert(
        id=alert_id((name, kind, fact.subject, occasion)), kind=kind, subscription=name, council_id=fact.council.id,
        subject=fact.subject, occasion=occasion, session_id=fact.session_id, session_date=fact.session_date,
        item_title=fact.item_title, due_at=due_at, created_at=now,
    )  # fmt: skip


def tells(alert: Alert) -> bool:
    """Whether its reader knows of the session: found, or reminded where only reminders are asked for."""
    if alert.kind == "found":
        return alert.state != "dropped"
    return alert.kind == "reminder" and alert.state in ("claimed", "sent")


@dataclass
class Draft:
    """``existing``: every alert there is, by key."""

    existing: Mapping[Key, Alert]
    settings: Settings
    now: datetime
    new: list[Alert] = field(default_factory=list)
    rescheduled: dict[str, datetime] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # ids of planned rows that still have their point

    lead_times: dict[str, tuple[tuple[str, datetime], ...]] = field(default_factory=dict)  # by flag id

    def keeps(self, key: Key, due_at: datetime) -> bool:
        """Whether a row has this key: it stays, moves or is revived."""
        old = self.existing.get(key)
        if old is None:
            return False
        self.kept.add(old.id)
        if old.state == "dropped" or (old.state == "planned" and old.kind == "reminder" and old.due_at != due_at):
            self.rescheduled[old.id] = due_at
        return True

    def put(self, alert: Alert) -> None:
        """Plan an alert unless its row is there."""
        if not self.keeps(alert.key, alert.due_at):
            self.new.append(alert)

    def found(self, subscription: str, fact: AlertFact) -> Alert | None:
        """The alert that told of an item; a passage found before its item was known has the flag as its subject."""
        return self.existing.get((subscription, "found", fact.subject, "")) or self.existing.get(
            (subscription, "found", fact.flag_id, "")
        )

    def reminders(self, fact: AlertFact) -> tuple[tuple[str, datetime], ...]:
        """(occasion, due at) of each lead time; asked for once per subscription, so kept."""
        if fact.flag_id not in self.lead_times:
            due = [(lead_name(lead), reminder_due(fact, lead)) for lead in self.settings.reminders]
            self.lead_times[fact.flag_id] = tuple(
                (f"{name}/{fact.session_date}", due_at) for name, due_at in due if due_at is not None
            )
        return self.lead_times[fact.flag_id]
