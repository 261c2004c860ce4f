"""From alerts that are due to notices: one per address and session, over all subscriptions. Pure.

What is ahead of a vote and what was voted are told apart; so are an agenda that is late, the week, and outages: of
these an address gets one message whatever their number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.matters import Matter, Shown
from alerts.notice import Notice, family_of
from alerts.planner import Around, Settings
from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from crawler.models import Alert, AlertFact, Change, Subscription


@dataclass(frozen=True, slots=True)
class Gathered:
    """``sessions`` holds lists of notices that belong together: an alert is in one list only."""

    sessions: tuple[tuple[Notice, ...], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()  # (alert id, reason)


@dataclass
class _Group:
    alerts: dict[str, Alert] = field(default_factory=dict)
    facts: dict[str, AlertFact] = field(default_factory=dict)
    changes: dict[Change, None] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    votes: dict[str, VoteFact] = field(default_factory=dict)
    sessions: dict[str, SessionFact] = field(default_factory=dict)
    sources: dict[str, SourceFact] = field(default_factory=dict)


def gather(
    due: Sequence[Alert],
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    subscriptions: Sequence[Subscription],
    settings: Settings,
    now: datetime,
    around: Around | None = None,
) -> Gathered:
    """Group what is due; an alert that has lost its point since it was planned is dropped with the reason."""
    matter = Matter(facts, changes, settings, now, around or Around())
    named, circles = {each.name: each for each in subscriptions}, _circles(subscriptions)
    sessions: dict[str, dict[str, _Group]] = defaultdict(lambda: defaultdict(_Group))
    dropped: list[tuple[str, str]] = []
    for alert in due:
        subscription = named.get(alert.subscription)
        if subscription is None:
            dropped.append((alert.id, "subscription ended"))
            continue
        about = matter.of(alert, subscription)
        if isinstance(about, str):
            dropped.append((alert.id, about))
            continue
        session = _together(alert, about.facts, circles)
        for address in dict.fromkeys(each.strip() for each in subscription.to):
            group = sessions[session][address]
            group.alerts[alert.id] = alert
            group.subscriptions[subscription.name] = subscription
            group.facts.update((fact.subject, fact) for fact in about.facts)
            group.changes.update(dict.fromkeys(about.changes))
            group.votes.update((vote.item_id, vote) for vote in about.votes)
            group.sessions.update((each.id, each) for each in about.sessions)
            group.sources.update((each.id, each) for each in about.sources)
    return Gathered(
        tuple(tuple(_notice(address, group) for address, group in each.items()) for each in sessions.values()),
        tuple(dropped),
    )


def _circles(subscriptions: Sequence[Subscription]) -> dict[str, str]:
    """An address that stands for all that share messages with it, by subscription: what leaves together is queued
    together, but no more of it."""
    above: dict[str, str] = {}

    def top(address: str) -> str:
        while above.setdefault(address, address) != address:
            address = above[address]
        return address

    for each in subscriptions:
        for address in each.to[1:]:
            above[top(address.strip())] = top(each.to[0].strip())
    return {each.name: top(each.to[0].strip()) for each in subscriptions if each.to}


def _together(alert: Alert, shown: Shown, circles: Mapping[str, str]) -> str:
    """What alerts of one message have in common."""
    family = family_of(alert)
    if family in ("week", "sources"):
        return f"{family} {circles.get(alert.subscription, '')}"
    first = shown[0] if shown else None
    if first is None:
        return f"{family} {alert.session_id or alert.council_id}"
    return f"{family} {first.session_id or first.document_id}"


def _notice(address: str, group: _Group) -> Notice:
    return Notice(
        address,
        tuple(sorted(group.alerts.values(), key=lambda alert: (alert.due_at, alert.id))),
        tuple(sorted(group.facts.values(), key=agenda_order)),
        tuple(sorted(group.changes, key=lambda change: change.seen_at)),
        tuple(group.subscriptions[name] for name in sorted(group.subscriptions)),
        votes=group.votes,
        sessions=tuple(group.sessions.values()),
        sources=tuple(sorted(group.sources.values(), key=lambda source: (not source.unseeing, source.label))),
    )


def agenda_order(fact: AlertFact) -> tuple[bool, tuple[int, ...], int, str]:
    """How items of one session are sorted: by number, then page and title."""
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", fact.item_number or ""))
    return (not numbers, numbers, fact.page or 0, fact.item_title)
