"""From facts to rows, and from rows to channels (DESIGN, promise 7).

``plan_and_store`` ends every crawl and every ingestion; ``deliver`` is what ``watch`` and ``alerts send`` do.
One process delivers at a time: it holds a lock that the system releases when it dies. A message is rendered and
queued in one transaction with its alerts, then tried; a kill between a server's acceptance and our record leads to
the same bytes again, under the same Message-ID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.digest import Digest
from alerts.facts import read_facts
from alerts.gather import Gathered, Told, Waiting, gather
from alerts.handing import hand_over
from alerts.lanes import in_turn
from alerts.message import compose, message_id, message_key
from alerts.notes import with_notes
from alerts.notice import House, Notice
from alerts.operators import notices_to_operators
from alerts.planner import plan
from alerts.subscriptions import current, house, settings
from alerts.timing import PARIS
from alerts.view import view
from alerts.views.digest import digest_view
from alerts.wording import words
from crawler.config import Config
from crawler.errors import DeliveryError
from db.home import Home
from db.locks import alone
from db.store.desk import Desk
from db.store.messages import Message

LOCK_SECONDS = 60.0
AFTER_THE_VOTE = timedelta(days=2)  # how long the news of a session called off is worth trying
UNDATED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """What one delivery run did."""

    sent: int = 0
    refused: int = 0  # attempts that failed now; their messages are tried again
    given_up: int = 0  # messages that the vote made useless before any channel took them, or refused for good
    dropped: int = 0  # due alerts that had lost their point
    waiting: int = 0  # messages still in the outbox
    held: int = 0  # of these, how many were due and wait for others of their lane: too many at once, or a slow server
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
        known = read_facts(home, config, sessions, desk.since(), now, desk.kinds_since())
        followed, doubles = known.follow(existing.values())
        desk.look_again()
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
        results = hand_over(home, config, desk, now)
        if notices_to_operators(config, desk, now):
            results += hand_over(home, config, desk, now)
        refused_for_good = sum(each.given_up for each in results)
        return DeliverySummary(
            sent=sum(each.sent for each in results),
            refused=sum(each.failed for each in results) - refused_for_good,
            given_up=len(given_up) + refused_for_good,
            dropped=dropped,
            waiting=desk.queued(),
            held=len(in_turn(desk.outbox(), now)),
            errors=tuple(dict.fromkeys([*(each.error for each in results if each.error), *map(_lost, given_up)])),
        )


def only_sender(home: Home) -> AbstractContextManager[None]:
    """Hold the lock under which messages are sent. Raises DeliveryError where another process keeps it."""
    refusal = DeliveryError("another process is delivering; nothing was sent by this one")
    return alone(home.root / "deliver.lock", refusal, LOCK_SECONDS)


def _lost(row: dict[str, str]) -> str:
    return f"given up, the vote is past: {row['subject']} ({row['error'] or 'never tried'})"


# --------------------------------------------------------------------------- alerts → messages


def due_notices(home: Home, config: Config, desk: Desk, now: datetime) -> Gathered:
    """The messages that the alerts due at ``now`` make, those that wait, the alerts that have lost their point."""
    due = desk.due(now) if desk.ripe(now) else []
    if not due:
        return Gathered()
    subscriptions = current(desk, config, now)
    known = read_facts(home, config, {alert.session_id for alert in due if alert.session_id}, desk.since(), now)
    followed, doubles = known.follow(due)
    found = gather(
        tuple(followed.values()), known.facts, known.changes, subscriptions, settings(config), now, known.around,
        Told(desk.told(), desk.digests()),
    )  # fmt: skip
    return replace(noted(home, found), dropped=(*found.dropped, *doubles))


def noted(home: Home, found: Gathered) -> Gathered:
    """The same with what the notes on the items say."""
    digests = with_notes(home, tuple(each.notices for each in found.digests))
    return replace(
        found,
        sessions=with_notes(home, found.sessions),
        digests=tuple(replace(each, notices=own) for each, own in zip(found.digests, digests, strict=True)),
    )


def enqueue(home: Home, config: Config, desk: Desk, now: datetime) -> int:
    """Queue a message per address and session, or per address and digest, for the alerts that are due.

    Returns how many have lost their point.
    """
    gathered = due_notices(home, config, desk, now)
    if gathered.dropped:
        desk.drop_alerts(gathered.dropped)
    ours = house(config)
    notices = [notice for group in gathered.sessions for notice in group]
    parts: list[tuple[Message, dict[str, datetime | None]]] = [
        (to_message(each, ours, now), {alert.id: None for alert in each.alerts}) for each in notices
    ]
    parts += [(to_digest(each, ours, now), _useful_parts(each, now)) for each in gathered.digests]
    waits = dict(waits_of(gathered.waiting))
    left = Counter(alert for _, alerts in parts for alert in alerts)
    left.update(list(waits))
    for message, alerts in parts:
        left.subtract(list(alerts))
        # refused where another process dropped or moved one of them just now: the next run looks again
        desk.queue(message, alerts, [alert for alert in alerts if not left[alert]])
    if waits:
        desk.put_waits((alert_id, until, reason) for alert_id, (until, reason) in waits.items())
    return len(gathered.dropped)


def waits_of(waiting: Sequence[Waiting]) -> Iterator[tuple[str, tuple[datetime, str]]]:
    """(alert id, (until, why)) of what waits, the last one of an alert being the soonest."""
    for each in sorted(waiting, key=lambda each: each.until, reverse=True):
        local = each.until.astimezone(PARIS)
        what = "the digest of" if each.cause == "digest" else "the end of quiet hours,"
        for alert in each.notice.alerts:
            yield alert.id, (each.until, f"waits for {what} {local:%Y-%m-%d %H:%M}")


def to_message(notice: Notice, ours: House, now: datetime) -> Message:
    """A notice rendered, once and for all. Raises DeliveryError where the sender is impossible."""
    language = words(notice.language(ours))
    shown = view(notice, ours, language, now)
    key = message_key(notice)
    return Message(
        key=key, message_id=message_id(key, ours), address=notice.address, session_id=notice.session_id,
        subject=shown.subject, body=compose(shown, language, ours, notice.address, key, now, (notice,)), created_at=now,
        expires_at=_useless_from(notice, now),
    )  # fmt: skip


def to_digest(digest: Digest, ours: House, now: datetime) -> Message:
    """A digest rendered. Of no use from the first vote in it on: what is still ahead then leaves anew."""
    language = words(digest.language(ours))
    shown = digest_view(digest, ours, language, now)
    body = compose(
        shown, language, ours, digest.address, digest.key, now, digest.notices,
        thread=" ".join(["digest", *(each.name for each in digest.subscriptions if each.digest)]),
    )  # fmt: skip
    return Message(
        key=digest.key, message_id=message_id(digest.key, ours), address=digest.address, session_id=None,
        subject=shown.subject, body=body, created_at=now,
        expires_at=min(_useless_from(each, now) for each in digest.notices),
    )  # fmt: skip


def _useful_parts(digest: Digest, now: datetime) -> dict[str, datetime | None]:
    return {alert.id: _useless_from(notice, now) for notice in digest.notices for alert in notice.alerts}


def _useless_from(notice: Notice, now: datetime) -> datetime:
    end = notice.end
    if end is None or notice.family == "after":
        return now + UNDATED
    return end if end > now else now + AFTER_THE_VOTE
