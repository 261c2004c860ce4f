"""Looking before sending: what would leave at an instant, and a marked test message."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels.choose import lane, open_channel
from alerts.digest import digest_key, digest_of, worth_a_digest
from alerts.facts import read_facts
from alerts.gather import Gathered, Told, gather
from alerts.handing import try_message
from alerts.message import compose, message_id, plain_text
from alerts.notice import House, Notice
from alerts.outbox import noted, only_sender, to_digest, to_message
from alerts.pace import last_digest
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
    """A message that would leave: to whom, why (subscriptions, kinds), and its plain text.

    ``leaves_at``: None where it would leave now; else ``waits_for`` says what it waits for.
    """

    address: str
    subject: str
    subscriptions: tuple[str, ...]
    kinds: tuple[str, ...]
    text: str
    leaves_at: datetime | None = None
    waits_for: str | None = None  # its next attempt, a digest, quiet hours, the rate


def preview(home: Home, config: Config, now: datetime) -> list[Preview]:
    """What a delivery at ``now`` would send, then what waits and until when; writes nothing, so ``now`` may be
    tomorrow."""
    with Desk(home) as desk:
        queued = desk.outbox()
        existing = desk.existing()
        since, kinds_since = desk.since(), desk.kinds_since()
        by_command = [each for each in desk.subscriptions() if each.origin == "desk"]
        told = Told(desk.told(), desk.digests())
    subscriptions = [*config.subscriptions, *by_command]
    sessions = {alert.session_id for alert in existing.values() if alert.session_id}
    known = read_facts(home, config, sessions, since, now, kinds_since)
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
    found = noted(
        home, gather(due, known.facts, known.changes, subscriptions, settings(config), now, known.around, told)
    )
    ours = house(config)
    notices = [notice for group in found.sessions for notice in group]
    return [
        *(_queued(each, now) for each in queued),
        *(_shown(to_message(each, ours, now), (each,)) for each in notices),
        *(_shown(to_digest(each, ours, now), each.notices) for each in found.digests),
        *_waiting(found, ours),
    ]


def _queued(message: Message, now: datetime) -> Preview:
    later = message.next_attempt_at if message.next_attempt_at and message.next_attempt_at > now else None
    text = plain_text(message.body)
    return Preview(message.address, message.subject, (), ("queued",), text, later, "next attempt" if later else None)


def _shown(
    message: Message, notices: Sequence[Notice], leaves_at: datetime | None = None, waits_for: str | None = None
) -> Preview:
    names = sorted({each.name for notice in notices for each in notice.subscriptions})
    kinds = dict.fromkeys(alert.kind for notice in notices for alert in notice.alerts)
    text = plain_text(message.body)
    return Preview(message.address, message.subject, tuple(names), tuple(kinds), text, leaves_at, waits_for)


def _waiting(found: Gathered, ours: House) -> Iterator[Preview]:
    """What waits, as it would be written when its time comes: a digest for each address and morning."""
    groups: dict[tuple[datetime, str, str], list[Notice]] = defaultdict(list)
    for each in found.waiting:
        groups[each.until, each.notice.address, each.cause].append(each.notice)
    for (until, address, cause), notices in sorted(groups.items(), key=lambda each: each[0]):
        if cause == "digest" and worth_a_digest(notices):
            key = digest_key(address, last_digest(until), {}) or ""
            message = to_digest(digest_of(address, last_digest(until), key, notices), ours, until)
            yield _shown(message, notices, until, "its digest")
            continue
        for notice in notices:
            waits = "its digest" if cause == "digest" else "the end of quiet hours"
            yield _shown(to_message(notice, ours, until), (notice,), until, waits)


def send_test(home: Home, config: Config, name: str, now: datetime) -> list[tuple[str, str | None]]:
    """Send a marked test to each address of a subscription; returns (address, error or None).

    Raises UsageError where there is no such subscription.
    """
    with only_sender(home), Desk(home) as desk:
        subscription = _find(current(desk, config, now), name)
        results: list[tuple[str, str | None]] = []
        for address in dict.fromkeys(subscription.to):
            message = _test_message(subscription, config, address, now)
            desk.queue(message, {}, ())
            channel = open_channel(lane(address), home, config)
            try:
                results.append((address, try_message(desk, channel, message, now).error))
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
        body=compose(shown, language, ours, address, key, now, test=True), created_at=now, expires_at=now + TEST_LIFE,
    )  # fmt: skip
