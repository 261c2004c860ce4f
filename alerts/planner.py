"""Who must know what, and when: facts, subscriptions and *now* in, alerts out.

Pure, and idempotent on the key of an alert (subscription, kind, subject, occasion): the same facts
twice plan nothing the second time. A score that rises, another term or another document about an
item that was already found says nothing new, so it has no part in the key.

Each kind has its module in ``alerts.planning``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from alerts.planning.asked import is_before
from alerts.planning.asking import Settings, wants
from alerts.planning.changes import plan_changes, worth_telling
from alerts.planning.collector import uncollected
from alerts.planning.draft import Draft, Key, Plan
from alerts.planning.items import plan_items
from alerts.planning.late import plan_late
from alerts.planning.matter import Around
from alerts.planning.outages import plan_outages
from alerts.planning.outcomes import plan_outcomes
from alerts.planning.weeks import plan_heartbeats
from alerts.timing import over
from crawler.models import Alert, AlertFact, Change, Subscription

__all__ = ["Around", "Plan", "Settings", "plan", "wants", "worth_telling"]

# Why a planned row is dropped that nothing planned just now.
GONE = {
    "outcome": "the result is no longer stated, or no news",
    "unannounced": "no longer known as unannounced",
    "late-agenda": "an agenda was found, or the session is no longer ahead",
    "heartbeat": "the week is over",
    "blind": "the source works again",
    "recovered": "the source fails again",
}


@uncollected
def plan(
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    subscriptions: Sequence[Subscription],
    existing: Mapping[Key, Alert],
    settings: Settings,
    now: datetime,
    around: Around | None = None,
) -> Plan:
    """Compare what must be known with what is planned already (``existing``, by key)."""
    draft, more = Draft(existing, settings, now), around or Around()
    plan_items(draft, facts, subscriptions)
    plan_changes(draft, facts, changes, subscriptions)
    plan_outcomes(draft, facts, subscriptions, more)
    plan_late(draft, subscriptions, more)
    plan_heartbeats(draft, subscriptions, more)
    plan_outages(draft, subscriptions, more)
    draft.new = [alert for alert in draft.new if not is_before(alert, changes, more)]
    dropped = tuple(_pointless(draft, facts, {subscription.name for subscription in subscriptions}))
    new = tuple(sorted(draft.new, key=lambda alert: (alert.due_at, alert.key)))
    return Plan(new, dropped, tuple(sorted(draft.rescheduled.items())))


def _pointless(draft: Draft, facts: Sequence[AlertFact], names: set[str]) -> Iterator[tuple[str, str]]:
    """Planned rows that nothing planned just now: (id, why)."""
    by_subject = {subject: fact for fact in facts for subject in (fact.flag_id, fact.subject)}
    for alert in draft.existing.values():
        if alert.state != "planned" or alert.id in draft.kept:
            continue
        if alert.subscription not in names:
            yield alert.id, "subscription ended"
        elif alert.kind in ("found", "reminder"):
            yield alert.id, _why_not(alert, by_subject.get(alert.subject), draft.now)
        elif alert.kind in GONE:
            yield alert.id, GONE[alert.kind]


def _why_not(alert: Alert, fact: AlertFact | None, now: datetime) -> str:
    if fact is None:
        return "no longer flagged"
    reason = over(fact, now)
    if reason is not None:
        return reason
    if alert.kind == "reminder" and fact.session_status == "postponed":
        return "session postponed"
    if alert.kind == "reminder" and not alert.occasion.endswith(f"/{fact.session_date}"):
        return "session moved"
    return "no longer asked for"
