"""From alerts that are due to notices: one per address and session, over all subscriptions. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.notice import Notice
from alerts.planner import PARIS, Settings, wants, worth_telling
from alerts.timing import over
from crawler.models import Alert, AlertFact, Change, Subscription

Shown = tuple[AlertFact, ...]


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


def gather(
    due: Sequence[Alert],
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    subscriptions: Sequence[Subscription],
    settings: Settings,
    now: datetime,
) -> Gathered:
    """Group what is due; an alert that has lost its point since it was planned is dropped with the reason."""
    matter = _Matter(facts, changes, settings, now)
    named = {each.name: each for each in subscriptions}
    sessions: dict[str, dict[str, _Group]] = defaultdict(lambda: defaultdict(_Group))
    dropped: list[tuple[str, str]] = []
    for alert in due:
        subscription = named.get(alert.subscription)
        if subscription is None:
            dropped.append((alert.id, "subscription ended"))
            continue
        shown, news, reason = matter.of(alert, subscription)
        if reason is not None:
            dropped.append((alert.id, reason))
            continue
        session = _session(alert, shown)
        for address in dict.fromkeys(each.strip() for each in subscription.to):
            group = sessions[session][address]
            group.alerts[alert.id] = alert
            group.subscriptions[subscription.name] = subscription
            group.facts.update((fact.subject, fact) for fact in shown)
            group.changes.update(dict.fromkeys(news))
    return Gathered(
        tuple(tuple(_notice(address, group) for address, group in each.items()) for each in sessions.values()),
        tuple(dropped),
    )


def _session(alert: Alert, shown: Shown) -> str:
    first = shown[0] if shown else None
    if first is None:
        return alert.session_id or alert.council_id
    return first.session_id or first.document_id


def _notice(address: str, group: _Group) -> Notice:
    return Notice(
        address,
        tuple(sorted(group.alerts.values(), key=lambda alert: (alert.due_at, alert.id))),
        tuple(sorted(group.facts.values(), key=agenda_order)),
        tuple(sorted(group.changes, key=lambda change: change.seen_at)),
        tuple(group.subscriptions[name] for name in sorted(group.subscriptions)),
    )


def agenda_order(fact: AlertFact) -> tuple[bool, tuple[int, ...], int, str]:
    """How items of one session are sorted: by number, then page and title."""
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", fact.item_number or ""))
    return (not numbers, numbers, fact.page or 0, fact.item_title)


class _Matter:
    """What each alert is about."""

    def __init__(
        self, facts: Sequence[AlertFact], changes: Sequence[Change], settings: Settings, now: datetime
    ) -> None:
        self.settings, self.now = settings, now
        self.by_subject: dict[str, AlertFact] = {}
        self.by_session: dict[str, list[AlertFact]] = defaultdict(list)
        for fact in sorted(facts, key=lambda fact: fact.score):  # the best one of a subject stands last and stays
            self.by_subject[fact.flag_id] = self.by_subject[fact.subject] = fact
            if fact.session_id:
                self.by_session[fact.session_id].append(fact)
        self.by_version: Mapping[tuple[str, str], list[Change]] = defaultdict(list)
        for change in changes:
            self.by_version[change.session_id, change.version_id].append(change)

    def of(self, alert: Alert, subscription: Subscription) -> tuple[Shown, Sequence[Change], str | None]:
        """The facts to show, the changes to tell, and why the alert is pointless (None where it is not)."""
        if alert.kind == "changed":
            return self._changed(alert, subscription)
        fact = self.by_subject.get(alert.subject)
        if fact is None:
            return (), (), "no longer flagged"
        return (fact,), (), over(fact, self.now)

    def _changed(self, alert: Alert, subscription: Subscription) -> tuple[Shown, Sequence[Change], str | None]:
        news = self.by_version.get((alert.subject, alert.occasion), [])
        facts = self.by_session.get(alert.subject, [])
        shown = tuple(fact for fact in facts if wants(subscription, fact, self.settings))
        first = facts[0] if facts else None
        zone = first.council.zone if first else PARIS
        if not news:
            return (), (), "the change is no longer stated"
        useful = worth_telling(news, first, alert.session_date, zone, self.now)
        return shown, news, None if useful else "vote past"
