"""``blind`` and ``recovered``, for operators who ask for them by name: once when a source has failed so many times in
a row, once when it works again. Pure.

The occasion is the last success before the outage, so one outage is one alert, whatever states it passes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

from alerts.planning.asking import Places
from alerts.planning.draft import Draft, alert_id
from alerts.planning.matter import Around, SourceFact
from crawler.models import Alert, AlertKind, Subscription

WORKS = frozenset({"ok", "quiet"})
NEVER = "never"
FRESH = timedelta(days=7)  # how long it is news that a source works again


def outage_of(source: SourceFact) -> str:
    """What one outage is known by: the last success before it, or ``never``."""
    return source.last_success_at.astimezone(UTC).isoformat() if source.last_success_at else NEVER


def is_out(source: SourceFact, failures: int) -> bool:
    """Whether a source has failed so often that somebody must look."""
    return source.unseeing and source.failures >= failures


def is_back(source: SourceFact, occasion: str) -> bool:
    """Whether a source works again since the outage of that occasion."""
    return source.state in WORKS and not source.failures and outage_of(source) != occasion


def plan_outages(draft: Draft, subscriptions: Sequence[Subscription], around: Around) -> None:
    """Plan for those who named the kinds."""
    asking = [each for each in subscriptions if {"blind", "recovered"} & set(each.kinds)]
    if not asking:
        return
    places = Places(around.sources, lambda source: source.council)
    told: dict[tuple[str, str], Alert] = {}  # by subscription and source: the last outage that was told
    for alert in draft.existing.values():
        if alert.kind == "blind" and alert.state != "dropped":
            last = told.get((alert.subscription, alert.subject))
            if last is None or alert.due_at > last.due_at:
                told[alert.subscription, alert.subject] = alert
    for each in asking:
        for source in {source.id: source for source in places.candidates(each)}.values():
            _plan_source(draft, each, source, told.get((each.name, source.id)))


def _plan_source(draft: Draft, subscription: Subscription, source: SourceFact, last: Alert | None) -> None:
    if "blind" in subscription.kinds and is_out(source, draft.settings.blind_after):
        _put(draft, "blind", subscription.name, source, outage_of(source))
    elif "recovered" in subscription.kinds and last is not None and is_back(source, last.occasion):
        fresh = source.state_since is not None and source.state_since + FRESH > draft.now
        if last.state in ("claimed", "sent") and fresh:
            _put(draft, "recovered", subscription.name, source, last.occasion)


def _put(draft: Draft, kind: AlertKind, name: str, source: SourceFact, occasion: str) -> None:
    draft.put(
        Alert(
            id=alert_id((name, kind, source.id, occasion)), kind=kind, subscription=name,
            council_id=source.council.id, subject=source.id, occasion=occasion, session_id=None, session_date=None,
            item_title=source.label, due_at=draft.now, created_at=draft.now,
        )
    )  # fmt: skip
