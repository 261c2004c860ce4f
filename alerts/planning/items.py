"""``found`` (once per item) and ``reminder`` (once per item, lead time and session date). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.planning.asking import Places, suits, takes
from alerts.planning.draft import Draft, alert_of
from alerts.timing import over
from crawler.models import AlertFact, Subscription


def plan_items(draft: Draft, facts: Sequence[AlertFact], subscriptions: Sequence[Subscription]) -> None:
    """Plan what is ahead."""
    ahead = [fact for fact in sorted(facts, key=lambda fact: -fact.score) if over(fact, draft.now) is None]
    places = Places(ahead, lambda fact: fact.council)
    for subscription in subscriptions:
        done: set[str] = set()
        for fact in places.candidates(subscription):
            if fact.subject not in done and suits(subscription, fact, draft.settings):
                done.add(fact.subject)
                _plan_item(draft, subscription, fact)


def _plan_item(draft: Draft, subscription: Subscription, fact: AlertFact) -> None:
    name, now = subscription.name, draft.now
    found = draft.found(name, fact)
    since: datetime | None = None  # who takes reminders alone is told of what falls due after it was first planned
    if takes(subscription, "found"):
        if found is None:
            draft.new.append(alert_of("found", name, fact, "", now, now))
        else:
            draft.keeps(found.key, now)
            since = found.due_at if found.state != "dropped" else now
    if takes(subscription, "reminder") and fact.session_status != "postponed":
        for occasion, due_at in draft.reminders(fact):
            if since is None or due_at > since:
                _plan_reminder(draft, name, fact, occasion, due_at)


def _plan_reminder(draft: Draft, name: str, fact: AlertFact, occasion: str, due_at: datetime) -> None:
    key = (name, "reminder", fact.subject, occasion)
    old = draft.existing.get(key)
    # a lead time that has gone by already is not made up for: the news of the move is on its way
    if due_at <= draft.now and (old is None or old.state != "planned"):
        return
    if not draft.keeps(key, due_at):
        draft.new.append(alert_of("reminder", name, fact, occasion, due_at, draft.now))
