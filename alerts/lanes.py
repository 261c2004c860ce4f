"""In which order messages leave, how many at a time, and when one that was not taken is tried again. Pure.

All e-mail goes through one lane, each other address has its own. Within a lane the soonest vote comes first, but of
one session to one address nothing overtakes what was written before it, even while that waits for its next attempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crawler.config import Rate
from crawler.errors import DeliveryError
from db.store.messages import Message

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))  # the last one repeats
AGAIN = (timedelta(hours=1), timedelta(hours=6))  # after a refusal for good: somebody may have mended the address
LAST_TRIES = tuple(timedelta(minutes=minutes) for minutes in (120, 30, 5))  # before the vote
FAR = datetime.max.replace(tzinfo=UTC)


def next_attempt(message: Message, error: DeliveryError, now: datetime) -> datetime | None:
    """When a message that was not taken is tried again; None: never.

    The delay grows, but a last try comes before the vote: an attempt is never planned over the end of its use.
    """
    if error.gone or (error.permanent and message.refusals >= len(AGAIN)):
        return None
    delay = AGAIN[message.refusals] if error.permanent else DELAYS[min(message.attempts, len(DELAYS) - 1)]
    delay = max(delay, error.retry_after or timedelta(0))
    if message.expires_at is None:
        return now + delay
    asked = now + max(error.retry_after or timedelta(0), DELAYS[0])
    tries = [at for lead in LAST_TRIES if (at := message.expires_at - lead) >= asked]
    return min([now + delay, *tries])


def in_turn(outbox: Sequence[Message], now: datetime) -> list[Message]:
    """The messages to try at ``now``, in order; ``outbox``: all that are queued, the oldest first."""
    held: set[tuple[str, str]] = set()
    ready: list[Message] = []
    for message in outbox:
        threads = threads_of(message)
        due = message.next_attempt_at is None or message.next_attempt_at <= now
        if due and not held & threads:
            ready.append(message)
        else:
            held |= threads
    return _soonest_first(ready)


def threads_of(message: Message) -> set[tuple[str, str]]:
    """(address, session) of all that it tells: what must stay in order."""
    return {(message.address, session) for session in message.sessions}


def _soonest_first(ready: Sequence[Message]) -> list[Message]:
    """The soonest vote first; an older message of a thread is as urgent as the most urgent one behind it."""
    urgency: dict[tuple[str, str], datetime] = defaultdict(lambda: FAR)
    keys: dict[str, tuple[datetime, int]] = {}
    for place in range(len(ready) - 1, -1, -1):
        message = ready[place]
        threads = threads_of(message)
        wanted = min([message.expires_at or FAR, *(urgency[thread] for thread in threads)])
        for thread in threads:
            urgency[thread] = wanted
        keys[message.key] = (wanted, place)
    return sorted(ready, key=lambda message: keys[message.key])


def allowed(rate: Rate, starts: Sequence[datetime], now: datetime) -> int:
    """How many more messages a lane may be handed at ``now``; ``starts``: when it was handed the last ones."""
    return max(rate.number - sum(now - rate.period < start <= now for start in starts), 0)
