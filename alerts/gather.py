"""From alerts that are due to notices: one per address and session, over all subscriptions. Pure.

What is ahead of a vote and what was voted are told apart; so are an agenda that is late, the week, and outages: of
these an address gets one message whatever their number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from alerts.digest import Digest, digest_key, digest_of, worth_a_digest
from alerts.matters import About, Matter, Shown
from alerts.notice import Notice, family_of
from alerts.pace import Cause, Leave, last_digest, leave, soonest_vote
from alerts.planner import Around, Settings
from alerts.planning.collector import uncollected
from crawler.models import Alert, AlertFact, Change, Subscription

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Told:
    """What is on its way already: (alert id, address), and the state of each digest by its key."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an address is not told yet: until when, and whether for its digest or for the end of quiet hours."""

    notice: Notice
    until: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Gathered:
    """``sessions`` holds lists of notices of the same matter, a list per session, a notice per address."""

    sessions: tuple[tuple[Notice, ...], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()  # (alert id, reason)
    digests: tuple[Digest, ...] = ()
    waiting: tuple[Waiting, ...] = ()


@dataclass(slots=True)
class _Group:
    """What one address is told of one matter; put together once, for most groups hold one alert."""

    told: list[tuple[Alert, Subscription, About]] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)

    def add(self, alert: Alert, subscription: Subscription, about: About, leaving: Leave) -> None:
        self.told.append((alert, subscription, about))
        self.leaves.append(leaving)

    def leaves_alone(self, now: datetime) -> bool:
        """Whether one of its subscriptions lets it leave now in a message of its own, which then tells all of it."""
        return any(each.at <= now and each.digest is None for each in self.leaves)

    def is_ripe(self, now: datetime) -> bool:
        """Whether its digest has come, quiet hours or not."""
        return any(each.digest is not None and each.digest <= now for each in self.leaves)

    def next_leave(self) -> Leave:
        return min(self.leaves, key=lambda each: each.at)


@uncollected
def gather(
    due: Sequence[Alert],
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    subscriptions: Sequence[Subscription],
    settings: Settings,
    now: datetime,
    around: Around | None = None,
    told: Told | None = None,
) -> Gathered:
    """Group what is due; an alert that has lost its point since it was planned is dropped with the reason.

    A message leaves when the first of its subscriptions lets it: it then tells the whole session, once.
    """
    matter, known = Matter(facts, changes, settings, now, around or Around()), told or Told()
    named = {each.name: each for each in subscriptions}
    groups: dict[str, dict[str, _Group]] = defaultdict(lambda: defaultdict(_Group))
    keys: dict[str, str | None] = {}
    everywhere = {name: addresses_of(each) for name, each in named.items()}
    dropped: list[tuple[str, str]] = []
    at_once = Leave(now)
    for alert in due:
        subscription = named.get(alert.subscription)
        if subscription is None:
            dropped.append((alert.id, "subscription ended"))
            continue
        about = matter.of(alert, subscription)
        if isinstance(about, str):
            dropped.append((alert.id, about))
            continue
        addresses = [each for each in everywhere[subscription.name] if (alert.id, each) not in known.pairs]
        if not addresses:
            dropped.append((alert.id, "every address has it"))
            continue
        of_session = groups[_together(alert, about.facts)]
        if subscription.digest is None and subscription.quiet_hours is None:
            for address in addresses:
                of_session[address].add(alert, subscription, about, at_once)
            continue
        vote = soonest_vote(alert, about.facts, about.changes, about.sessions, now)
        for address in addresses:
            if subscription.digest and address not in keys:
                keys[address] = digest_key(address, last_digest(now), known.digests)
            left = subscription.digest is not None and keys[address] is None
            of_session[address].add(alert, subscription, about, leave(alert, subscription, vote, now, left))
    return _sorted_out(groups, keys, tuple(dropped), now)


def addresses_of(subscription: Subscription) -> tuple[str, ...]:
    """Where it is sent, each address once."""
    return tuple(dict.fromkeys(each.strip() for each in subscription.to))


def _sorted_out(
    groups: Mapping[str, Mapping[str, _Group]],
    keys: Mapping[str, str | None],
    dropped: tuple[tuple[str, str], ...],
    now: datetime,
) -> Gathered:
    """What leaves now by itself, what leaves with a digest, what waits."""
    sessions: list[tuple[Notice, ...]] = []
    ripe: dict[str, list[tuple[_Group, Notice]]] = defaultdict(list)
    waiting: list[Waiting] = []
    for of_session in groups.values():
        alone = []
        for address, group in of_session.items():
            notice = _notice(address, group)
            if group.leaves_alone(now):
                alone.append(notice)
            elif group.is_ripe(now):
                ripe[address].append((group, notice))
            else:
                waiting.append(_waits(group, notice))
        if alone:
            sessions.append(tuple(alone))
    digests: list[Digest] = []
    for address, parts in ripe.items():
        notices = [notice for _, notice in parts]
        key = keys.get(address)
        if not any(group.next_leave().at <= now for group, _ in parts):  # quiet
            waiting += [_waits(group, notice) for group, notice in parts]
        elif key is not None and worth_a_digest(notices):
            digests.append(digest_of(address, last_digest(now), key, notices))
        else:
            sessions += [(notice,) for notice in notices]
    return Gathered(tuple(sessions), dropped, tuple(digests), tuple(waiting))


def _waits(group: _Group, notice: Notice) -> Waiting:
    leaving = group.next_leave()
    return Waiting(notice, leaving.at, leaving.cause or "digest")


def _together(alert: Alert, shown: Shown) -> str:
    """What alerts of one message have in common."""
    family = family_of(alert)
    if family in ("week", "sources"):
        return family
    first = shown[0] if shown else None
    if first is None:
        return f"{family} {alert.session_id or alert.council_id}"
    return f"{family} {first.session_id or first.document_id}"


def _notice(address: str, group: _Group) -> Notice:
    alerts = {alert.id: alert for alert, _, _ in group.told}
    names = {subscription.name: subscription for _, subscription, _ in group.told}
    abouts = [about for _, _, about in group.told]
    facts = {fact.subject: fact for about in abouts for fact in about.facts}
    changes = dict.fromkeys(change for about in abouts for change in about.changes)
    sessions = {each.id: each for about in abouts for each in about.sessions}
    sources = {each.id: each for about in abouts for each in about.sources}
    return Notice(
        address,
        _in_order(alerts.values(), lambda alert: (alert.due_at, alert.id)),
        _in_order(facts.values(), agenda_order),
        _in_order(changes, lambda change: change.seen_at),
        _in_order(names.values(), lambda subscription: subscription.name),
        votes={vote.item_id: vote for about in abouts for vote in about.votes},
        sessions=tuple(sessions.values()),
        sources=_in_order(sources.values(), lambda source: (not source.unseeing, source.label)),
    )


def _in_order(values: Collection[_T], key: Callable[[_T], Any]) -> tuple[_T, ...]:
    return tuple(sorted(values, key=key)) if len(values) > 1 else tuple(values)


def agenda_order(fact: AlertFact) -> tuple[bool, tuple[int, ...], int, str]:
    """How items of one session are sorted: by number, then page and title."""
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", fact.item_number or ""))
    return (not numbers, numbers, fact.page or 0, fact.item_title)
