"""``changed`` or ``cancelled``, once per session and version of a document that brought the change. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from alerts.planning.asking import takes
from alerts.planning.draft import Draft, alert_id, tells
from alerts.planning.news import ALONG, news_for
from alerts.timing import PARIS, ends_at, moved_from, vote_end
from crawler.models import Alert, AlertFact, AlertKind, Change, Subscription

CALLED_OFF = frozenset({"cancelled", "postponed"})


def plan_changes(
    draft: Draft, facts: Sequence[AlertFact], changes: Sequence[Change], subscriptions: Sequence[Subscription]
) -> None:
    """Plan what changed for those who were told of the session before."""
    known = {fact.session_id: fact for fact in reversed(facts) if fact.session_id}
    zones = {fact.council.id: fact.council.zone for fact in facts}
    told: dict[str, dict[str, Alert]] = defaultdict(dict)  # session → subscription → the first alert that told of it
    # a passage that was found before its session was known belongs to it now
    sessions = {subject: fact.session_id for fact in facts for subject in (fact.flag_id, fact.subject)}
    for alert in draft.existing.values():
        session_id = sessions.get(alert.subject) or alert.session_id
        if session_id and tells(alert):
            first = told[session_id].get(alert.subscription)
            if first is None or alert.due_at < first.due_at:
                told[session_id][alert.subscription] = alert
    items: dict[str, list[AlertFact]] = defaultdict(list)
    for each in facts:
        items[each.subject].append(each)
    asked = {subscription.name: subscription for subscription in subscriptions}
    for (session_id, version_id), group in _by_version(changes).items():
        kind: AlertKind = "cancelled" if any(change.kind == "cancelled" for change in group) else "changed"
        for name, first in sorted(told.get(session_id, {}).items()):
            subscription = asked.get(name)
            if subscription is None or not takes(subscription, "changed", kind):
                continue
            if not _is_news(draft, name, first, news_for(subscription, group, items), items):
                continue
            fact = known.get(session_id)
            zone = zones.get(first.council_id, PARIS)
            if not worth_telling(group, fact, first.session_date, zone, draft.now):
                continue
            if not draft.keeps((name, kind, session_id, version_id), draft.now):
                draft.new.append(_changed(kind, name, first, fact, session_id, version_id, draft.now))


def _is_news(
    draft: Draft, subscription: str, first: Alert, group: Sequence[Change], items: Mapping[str, Sequence[AlertFact]]
) -> bool:
    """Whether changes of one version came after the reader was told of the session, and were not told as found.

    At the very same instant (one fixed clock for several runs) they came after, unless they brought the item itself.
    """
    news = [change for change in group if not _told_as_found(draft, subscription, change)]
    if not any(_rings(draft, subscription, change, items) for change in news):
        return False
    seen_at = min(change.seen_at for change in news)
    return first.due_at < seen_at or (first.due_at == seen_at and len(news) == len(group))


def _rings(draft: Draft, subscription: str, change: Change, items: Mapping[str, Sequence[AlertFact]]) -> bool:
    """Whether a change is worth a message by itself; others ride along.

    Of an item that is not flagged (any more) only who was told of it has to hear.
    """
    if change.kind in ALONG:
        return False
    if change.item_id is None or change.item_id in items:
        return True
    return (subscription, "found", change.item_id, "") in draft.existing


def _told_as_found(draft: Draft, subscription: str, change: Change) -> bool:
    """An item added late that the reader hears of as found needs no second message."""
    if change.kind != "item-added" or change.item_id is None:
        return False
    key = (subscription, "found", change.item_id, "")
    return key in draft.existing or any(alert.key == key for alert in draft.new)


def _by_version(changes: Sequence[Change]) -> dict[tuple[str, str], list[Change]]:
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.session_id, change.version_id].append(change)
    return groups


def worth_telling(
    group: Sequence[Change], fact: AlertFact | None, known_date: date | None, zone: ZoneInfo, now: datetime
) -> bool:
    """Whether changes of a session are still news: the old or the new date is ahead, or it was called off."""
    if any(change.kind in CALLED_OFF for change in group):
        return True
    if fact is not None and fact.session_status == "held":
        return False
    ends = [ends_at(fact)] if fact is not None else [vote_end(known_date, None, zone)]
    ends += [vote_end(day, None, zone) for day in map(moved_from, group) if day is not None]
    return any(end is None or end > now for end in ends)


def _changed(
    kind: AlertKind, name: str, first: Alert, fact: AlertFact | None, session_id: str, version_id: str, now: datetime
) -> Alert:
    day = fact.session_date if fact is not None else first.session_date
    return Alert(
        id=alert_id((name, kind, session_id, version_id)), kind=kind, subscription=name,
        council_id=first.council_id, subject=session_id, occasion=version_id, session_id=session_id,
        session_date=day, item_title=first.item_title, due_at=now, created_at=now,
    )  # fmt: skip
