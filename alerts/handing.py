"""Messages handed to their channels: lanes beside each other, one message after the other in each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from alerts.channels.base import Channel
from alerts.channels.choose import lane, open_channel
from alerts.lanes import allowed, in_turn, next_attempt, threads_of
from crawler.config import Config
from crawler.errors import DeliveryError
from db.home import Home
from db.store.desk import Desk
from db.store.messages import Message

LANES_AT_ONCE = 8
BUDGET = 30.0  # seconds: what a slow channel has not taken by then waits for the next run, so that it delays no other


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one message."""

    sent: bool = False
    given_up: bool = False
    error: str | None = None

    @property
    def failed(self) -> bool:
        return not self.sent


def hand_over(home: Home, config: Config, desk: Desk, now: datetime) -> list[Attempt]:
    """Try each message that is due, as far as the rate of its channel lets it; a lane that hangs holds up no other."""
    lanes: dict[str, list[Message]] = defaultdict(list)
    for message in in_turn(desk.outbox(), now):
        lanes[lane(message.address)].append(message)
    if not lanes:
        return []
    starts: dict[str, list[datetime]] = defaultdict(list)
    for address, started_at in desk.attempts_since(now - config.alerts.rate.period):
        starts[lane(address)].append(started_at)
    with ThreadPoolExecutor(max_workers=LANES_AT_ONCE) as pool:
        jobs = []
        for name, messages in lanes.items():
            room = allowed(config.alerts.rate, starts[name], now) if _is_remote(name, config) else len(messages)
            jobs.append(pool.submit(_hand_over_lane, home, config, name, messages[:room], now))
        return [attempt for job in jobs for attempt in job.result()]


def _is_remote(name: str, config: Config) -> bool:
    """Whether a lane leads to somebody's server; files are written as fast as they come."""
    return name != "feed" and (name != "mail" or config.alerts.smtp is not None)


def _hand_over_lane(home: Home, config: Config, name: str, messages: Sequence[Message], now: datetime) -> list[Attempt]:
    done: list[Attempt] = []
    held: set[tuple[str, str]] = set()
    with ExitStack() as stack:
        desk = stack.enter_context(Desk(home))
        channel = open_channel(name, home, config)
        stack.callback(channel.close)
        begun = monotonic()
        for message in messages:
            if monotonic() - begun > BUDGET:
                break
            if held & (threads := threads_of(message)):
                continue  # what was written before it has just been refused
            attempt = try_message(desk, channel, message, now)
            done.append(attempt)
            if attempt.failed and not attempt.given_up:
                held |= threads
    return done


def try_message(desk: Desk, channel: Channel, message: Message, now: datetime) -> Attempt:
    """One attempt, noted before and after."""
    delivery = desk.begin_delivery(message.key, channel.name, now)
    try:
        channel.send(message)
    except DeliveryError as error:
        again = next_attempt(message, error, now)
        if again is None:
            desk.refused_for_good(delivery, message.key, str(error), now)
            return Attempt(given_up=True, error=f"given up: {error}")
        desk.refused(delivery, message.key, error, again, now)
        return Attempt(error=str(error))
    desk.accepted(delivery, message.key, now)
    return Attempt(sent=True)
