"""From facts to rows, and from rows to channels (DESIGN, promise 7).

``plan_and_store`` ends every crawl and every ingestion; ``deliver`` is what ``watch`` and ``alerts send`` do.
One process delivers at a time: it holds a lock that the system releases when it dies. A message is rendered and
queued in one transaction with its alerts, then tried; a kill between a server's acceptance and our record leads to
the same bytes again, under the same Message-ID.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.channels.base import Channel
from alerts.channels.choose import lane, open_channel
from alerts.facts import read_facts
from alerts.gather import Gathered, gather
from alerts.message import compose, message_id, message_key
from alerts.notes import with_notes
from alerts.notice import House, Notice
from alerts.planner import plan
from alerts.subscriptions import current, house, settings
from alerts.view import view
from alerts.wording import words
from crawler.config import Config
from crawler.errors import DeliveryError
from db.home import Home
from db.locks import alone
from db.store.desk import Desk
from db.store.messages import Message

LOCK_SECONDS = 60.0
LANES_AT_ONCE = 4
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))  # the last one repeats
AFTER_THE_VOTE = timedelta(days=2)  # how long the news of a session called off is worth trying
UNDATED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """What one delivery run did."""

    sent: int = 0
    refused: int = 0  # attempts that failed now; their messages are tried again
    given_up: int = 0  # messages that the vote made useless before any channel took them
    dropped: int = 0  # due alerts that had lost their point
    waiting: int = 0  # messages still in the outbox
    errors: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything that was due did not leave."""
        return bool(self.refused or self.given_up)


def plan_and_store(home: Home, config: Config, now: datetime) -> int:
    """Plan all alerts from the facts of both archives and store them as rows; returns how many are new."""
    with Desk(home) as desk:
        subscriptions = current(desk, config, now)
        existing = desk.existing()
        sessions = {alert.session_id for alert in existing.values() if alert.session_id}
        known = read_facts(home, config, sessions, desk.since(), now)
        followed, doubles = known.follow(existing.values())
        planned = plan(known.facts, known.changes, subscriptions, followed, settings(config), now, known.around)
        dropped = (*planned.dropped, *doubles)
        if not (planned.new or dropped or planned.rescheduled):
            return 0
        return desk.put_alerts(planned.new, dropped, planned.rescheduled)


def deliver(home: Home, config: Config, now: datetime) -> DeliverySummary:
    """Turn due alerts into messages and hand every message that is due to its channel.

    Raises DeliveryError where another process has been delivering for a minute, or where the sender is impossible.
    """
    with only_sender(home), Desk(home) as desk:
        desk.forget_addresses(now)
        given_up = desk.give_up(now)
        dropped = enqueue(home, config, desk, now)
        results = _send(home, config, desk.waiting(now), now)
        return DeliverySummary(
            sent=sum(error is None for error in results),
            refused=sum(error is not None for error in results),
            given_up=len(given_up),
            dropped=dropped,
            waiting=desk.queued(),
            errors=tuple(dict.fromkeys([*(error for error in results if error), *map(_lost, given_up)])),
        )


def only_sender(home: Home) -> AbstractContextManager[None]:
    """Hold the lock under which messages are sent. Raises DeliveryError where another process keeps it."""
    refusal = DeliveryError("another process is delivering; nothing was sent by this one")
    return alone(home.root / "deliver.lock", refusal, LOCK_SECONDS)


def _lost(row: dict[str, str]) -> str:
    return f"given up, the vote is past: {row['subject']} ({row['error'] or 'never tried'})"


# --------------------------------------------------------------------------- alerts → messages


def due_notices(home: Home, config: Config, desk: Desk, now: datetime) -> Gathered:
    """The messages that the alerts due at ``now`` make, and the alerts that have lost their point."""
    due = desk.due(now)
    if not due:
        return Gathered()
    subscriptions = current(desk, config, now)
    known = read_facts(home, config, {alert.session_id for alert in due if alert.session_id}, desk.since(), now)
    followed, doubles = known.follow(due)
    found = gather(
        tuple(followed.values()), known.facts, known.changes, subscriptions, settings(config), now, known.around
    )
    return replace(found, sessions=with_notes(home, found.sessions), dropped=(*found.dropped, *doubles))


def enqueue(home: Home, config: Config, desk: Desk, now: datetime) -> int:
    """Queue a message per address and session for the alerts that are due; returns how many lost their point."""
    gathered = due_notices(home, config, desk, now)
    if gathered.dropped:
        desk.drop_alerts(gathered.dropped)
    if gathered.sessions:
        ours = house(config)
        for notices in gathered.sessions:
            # refused where another process dropped or moved one of them just now: the next run looks again
            desk.queue([(to_message(notice, ours, now), [each.id for each in notice.alerts]) for notice in notices])
    return len(gathered.dropped)


def to_message(notice: Notice, ours: House, now: datetime) -> Message:
    """A notice rendered, once and for all. Raises DeliveryError where the sender is impossible."""
    language = words(notice.language(ours))
    shown = view(notice, ours, language, now)
    key = message_key(notice)
    return Message(
        key=key, message_id=message_id(key, ours), address=notice.address, session_id=notice.session_id,
        subject=shown.subject, body=compose(shown, language, ours, notice.address, key, now), created_at=now,
        expires_at=_useless_from(notice, now),
    )  # fmt: skip


def _useless_from(notice: Notice, now: datetime) -> datetime:
    end = notice.end
    if end is None or notice.family == "after":
        return now + UNDATED
    return end if end > now else now + AFTER_THE_VOTE


# --------------------------------------------------------------------------- messages → channels


def _send(home: Home, config: Config, waiting: Sequence[Message], now: datetime) -> list[str | None]:
    """Try each message; a lane that hangs does not hold up the others. Returns an error or None for each."""
    lanes: dict[str, list[Message]] = defaultdict(list)
    for message in waiting:
        lanes[lane(message.address)].append(message)
    with ThreadPoolExecutor(max_workers=LANES_AT_ONCE) as pool:
        jobs = [pool.submit(_send_lane, home, config, name, messages, now) for name, messages in lanes.items()]
        return [error for job in jobs for error in job.result()]


def _send_lane(home: Home, config: Config, name: str, messages: Sequence[Message], now: datetime) -> list[str | None]:
    with ExitStack() as stack:
        desk = stack.enter_context(Desk(home))
        channel = open_channel(name, home, config)
        stack.callback(channel.close)
        return [try_message(desk, channel, message, now) for message in messages]


def try_message(desk: Desk, channel: Channel, message: Message, now: datetime) -> str | None:
    """One attempt, noted before and after; returns the error, None where the message was accepted."""
    delivery = desk.begin_delivery(message.key, channel.name, now)
    try:
        channel.send(message)
    except DeliveryError as error:
        delay = DELAYS[min(message.attempts, len(DELAYS) - 1)]
        desk.refused(delivery, message.key, str(error), now + delay, now)
        return str(error)
    desk.accepted(delivery, message.key, now)
    return None
