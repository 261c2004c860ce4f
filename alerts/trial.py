"""Looking before sending: what would leave at an instant, and a marked test message."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels.choose import lane, open_channel
from alerts.facts import read_facts
from alerts.gather import gather
from alerts.message import compose, message_id, plain_text
from alerts.notes import with_notes
from alerts.outbox import only_sender, to_message, try_message
from alerts.planner import plan
from alerts.subscriptions import current, house, settings
from alerts.view import test_view
from alerts.wording import words
from crawler.config import Config
from crawler.errors import UsageError
from crawler.models import Subscription
from db.home import Home
from db.ids import new_id
from db.store.desk import Desk
from db.store.messages import Message

TEST_LIFE = timedelta(minutes=10)  # how long a test that was not accepted is tried again


@dataclass(frozen=True, slots=True)
class Preview:
    """A message that would leave: to whom, why (subscriptions, kinds), and its plain text."""

    address: str
    subject: str
    subscriptions: tuple[str, ...]
    kinds: tuple[str, ...]
    text: str


def preview(home: Home, config: Config, now: datetime) -> list[Preview]:
    """What a delivery at ``now`` would send; writes nothing, so ``now`` may be tomorrow."""
    with Desk(home) as desk:
        waiting = desk.waiting(now)
        existing = desk.existing()
        since = desk.since()
        by_command = [each for each in desk.subscriptions() if each.origin == "desk"]
    subscriptions = [*config.subscriptions, *by_command]
    sessions = {alert.session_id for alert in existing.values() if alert.session_id}
    known = read_facts(home, config, sessions, since, now)
    followed, _ = known.follow(existing.values())
    planned = plan(known.facts, known.changes, subscriptions, followed, settings(config), now, known.around)
    gone = {alert_id for alert_id, _ in planned.dropped}
    revived = dict(planned.rescheduled)
    due = [
        dataclasses.replace(alert, state="planned", due_at=revived.get(alert.id, alert.due_at))
        for alert in (*followed.values(), *planned.new)
        if alert.id not in gone and (alert.state == "planned" or alert.id in revived)
    ]
    due = [alert for alert in due if alert.due_at <= now]
    found = gather(due, known.facts, known.changes, subscriptions, settings(config), now, known.around)
    ours = house(config)
    queued = [Preview(each.address, each.subject, (), ("queued",), plain_text(each.body)) for each in waiting]
    for notice in (notice for session in with_notes(home, found.sessions) for notice in session):
        message = to_message(notice, ours, now)
        names = tuple(each.name for each in notice.subscriptions)
        kinds = tuple(dict.fromkeys(alert.kind for alert in notice.alerts))
        queued.append(Preview(notice.address, message.subject, names, kinds, plain_text(message.body)))
    return queued


def send_test(home: Home, config: Config, name: str, now: datetime) -> list[tuple[str, str | None]]:
    """Send a marked test to each address of a subscription; returns (address, error or None).

    Raises UsageError where there is no such subscription.
    """
    with only_sender(home), Desk(home) as desk:
        subscription = _find(current(desk, config, now), name)
        results: list[tuple[str, str | None]] = []
        for address in dict.fromkeys(subscription.to):
            message = _test_message(subscription, config, address, now)
            desk.queue([(message, ())])
            channel = open_channel(lane(address), home, config)
            try:
                results.append((address, try_message(desk, channel, message, now)))
            finally:
                channel.close()
        return results


def _find(subscriptions: Sequence[Subscription], name: str) -> Subscription:
    for each in subscriptions:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in subscriptions) or "none yet"
    raise UsageError(f"no subscription named {name!r}; there are: {names}")


def _test_message(subscription: Subscription, config: Config, address: str, now: datetime) -> Message:
    ours = house(config)
    language = words(subscription.language or ours.language)
    shown = test_view(subscription, ours, language)
    key = new_id("a").replace("a-", "test-", 1)
    return Message(
        key=key, message_id=message_id(key, ours), address=address, session_id=None, subject=shown.subject,
        body=compose(shown, language, ours, address, key, now), created_at=now, expires_at=now + TEST_LIFE,
    )  # fmt: skip
