"""Who must know what, and when: facts, subscriptions and *now* in, alerts out.

Pure, and idempotent on the key of an alert (subscription, kind, subject, occasion): the same facts
twice plan nothing the second time. A score that rises, another term or another document about an
item that was already found says nothing new, so it has no part in the key.

Kinds planned here: ``found`` (once per item), ``reminder`` (once per item, lead time and session
date) and ``changed`` (once per session and version of a document that brought the change).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.timing import ends_at, lead_name, moved_from, over, reminder_due, vote_end
from crawler.models import Alert, AlertFact, AlertKind, Change, Subscription

Key = tuple[str, str, str, str]

LETTERS = "23456789bcdfghjkmnpqrstvwxyz"  # those of db.ids, which a pure module does not import
CALLED_OFF = frozenset({"cancelled", "postponed"})
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration says of planning."""

    reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
    minimum_score: float = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: new rows, planned rows that lost their point, planned or dropped rows that fall due otherwise."""

    new: tuple[Alert, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()  # (alert id, reason)
    rescheduled: tuple[tuple[str, datetime], ...] = ()  # (alert id, due at): planned again


# --------------------------------------------------------------------------- subscriptions


def wants(subscription: Subscription, fact: AlertFact, settings: Settings) -> bool:
    """Whether a subscription asks for this item; lists that are empty ask for everything."""
    council = fact.council
    if subscription.councils or subscription.departments or subscription.regions:
        here = (
            council.id in subscription.councils
            or council.department in subscription.departments
            or council.region in subscription.regions
        )
        if not here:
            return False
    if subscription.topics and not set(subscription.topics) & set(fact.topics):
        return False
    if subscription.bodies and (fact.body or "").casefold() not in {body.casefold() for body in subscription.bodies}:
        return False
    least = settings.minimum_score if subscription.minimum_score is None else subscription.minimum_score
    return fact.score >= least


def takes(subscription: Subscription, *kinds: AlertKind) -> bool:
    """Whether a subscription takes alerts of one of these kinds."""
    return not subscription.kinds or bool(set(kinds) & set(subscription.kinds))


# --------------------------------------------------------------------------- planning


def alert_id(key: Key) -> str:
    """The id of the alert with this key: the same at each planning."""
    rest = int.from_bytes(hashlib.sha256("\0".join(key).encode()).digest()[:12], "big")
    letters = []
    for _ in range(10):
        rest, digit = divmod(rest, len(LETTERS))
        letters.append(LETTERS[digit])
    return "a-" + "".join(letters)


def alert_of(kind: AlertKind, name: str, fact: AlertFact, occasion: str, due_at: datetime, now: datetime) -> Alert:
    """An alert on one item."""
    return Alert(
        id=alert_id((name, kind, fact.subject, occasion)), kind=kind, subscription=name, council_id=fact.council.id,
        subject=fact.subject, occasion=occasion, session_id=fact.session_id, session_date=fact.session_date,
        item_title=fact.item_title, due_at=due_at, created_at=now,
    )  # fmt: skip


@dataclass
class _Draft:
    """One planning under way."""

    existing: Mapping[Key, Alert]
    settings: Settings
    now: datetime
    new: list[Alert] = field(default_factory=list)
    rescheduled: dict[str, datetime] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # ids of planned rows that still have their point

    lead_times: dict[str, tuple[tuple[str, datetime], ...]] = field(default_factory=dict)  # by flag id

    def keeps(self, key: Key, due_at: datetime) -> bool:
        """Whether a row has this key: it stays, moves or is revived."""
        old = self.existing.get(key)
        if old is None:
            return False
        self.kept.add(old.id)
        if old.state == "dropped" or (old.state == "planned" and old.kind == "reminder" and old.due_at != due_at):
            self.rescheduled[old.id] = due_at
        return True

    def reminders(self, fact: AlertFact) -> tuple[tuple[str, datetime], ...]:
        """(occasion, due at) of each lead time; asked for once per subscription, so kept."""
        if fact.flag_id not in self.lead_times:
            due = [(lead_name(lead), reminder_due(fact, lead)) for lead in self.settings.reminders]
            self.lead_times[fact.flag_id] = tuple(
                (f"{name}/{fact.session_date}", due_at) for name, due_at in due if due_at is not None
            )
        return self.lead_times[fact.flag_id]


def plan(
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    subscriptions: Sequence[Subscription],
    existing: Mapping[Key, Alert],
    settings: Settings,
    now: datetime,
) -> Plan:
    """Compare what must be known with what is planned already (``existing``, by key)."""
    draft = _Draft(existing, settings, now)
    ahead = [fact for fact in sorted(facts, key=lambda fact: -fact.score) if over(fact, now) is None]
    places = _Places(ahead)
    for subscription in subscriptions:
        done: set[str] = set()
        for fact in places.candidates(subscription):
            if fact.subject not in done and wants(subscription, fact, settings):
                done.add(fact.subject)
                _plan_item(draft, subscription, fact)
    _plan_changes(draft, facts, changes, subscriptions)
    dropped = tuple(_pointless(draft, facts, {subscription.name for subscription in subscriptions}))
    new = tuple(sorted(draft.new, key=lambda alert: (alert.due_at, alert.key)))
    return Plan(new, dropped, tuple(sorted(draft.rescheduled.items())))


class _Places:
    """Facts by council and by territory, so that a subscription to one town does not look at the whole country."""

    def __init__(self, facts: Sequence[AlertFact]) -> None:
        self.all = facts
        self.by_place: dict[str, list[AlertFact]] = defaultdict(list)
        for fact in facts:
            for place in (f"c {fact.council.id}", f"d {fact.council.department}", f"r {fact.council.region}"):
                self.by_place[place].append(fact)

    def candidates(self, subscription: Subscription) -> Iterable[AlertFact]:
        """Facts of the places that a subscription names, all of them where it names none."""
        places = [f"c {name}" for name in subscription.councils]
        places += [f"d {name}" for name in subscription.departments]
        places += [f"r {name}" for name in subscription.regions]
        if not places:
            return self.all
        return [fact for place in places for fact in self.by_place.get(place, ())]


def _plan_item(draft: _Draft, subscription: Subscription, fact: AlertFact) -> None:
    name, now = subscription.name, draft.now
    # a passage that was found before its item was known has the flag as its subject: it is the same news
    found = draft.existing.get((name, "found", fact.subject, "")) or draft.existing.get(
        (name, "found", fact.flag_id, "")
    )
    since = now
    if takes(subscription, "found"):
        if found is None:
            draft.new.append(alert_of("found", name, fact, "", now, now))
        else:
            draft.keeps(found.key, now)
            since = found.due_at if found.state != "dropped" else now
    if takes(subscription, "reminder") and fact.session_status != "postponed":
        for occasion, due_at in draft.reminders(fact):
            if due_at > since:
                _plan_reminder(draft, name, fact, occasion, due_at)


def _plan_reminder(draft: _Draft, name: str, fact: AlertFact, occasion: str, due_at: datetime) -> None:
    key = (name, "reminder", fact.subject, occasion)
    old = draft.existing.get(key)
    # a lead time that has gone by already is not made up for: the news of the move is on its way
    if due_at <= draft.now and (old is None or old.state != "planned"):
        return
    if not draft.keeps(key, due_at):
        draft.new.append(alert_of("reminder", name, fact, occasion, due_at, draft.now))


def _plan_changes(
    draft: _Draft, facts: Sequence[AlertFact], changes: Sequence[Change], subscriptions: Sequence[Subscription]
) -> None:
    known = {fact.session_id: fact for fact in reversed(facts) if fact.session_id}
    zones = {fact.council.id: fact.council.zone for fact in facts}
    told: dict[str, dict[str, Alert]] = defaultdict(dict)  # session → subscription → the first alert that told of it
    # a passage that was found before its session was known belongs to it now
    sessions = {subject: fact.session_id for fact in facts for subject in (fact.flag_id, fact.subject)}
    for alert in draft.existing.values():
        session_id = sessions.get(alert.subject) or alert.session_id
        if session_id and _tells(alert):
            first = told[session_id].get(alert.subscription)
            if first is None or alert.due_at < first.due_at:
                told[session_id][alert.subscription] = alert
    asked = {subscription.name: subscription for subscription in subscriptions}
    for (session_id, version_id), group in _by_version(changes).items():
        for name, first in sorted(told.get(session_id, {}).items()):
            subscription = asked.get(name)
            if subscription is None or not takes(subscription, "changed", *_kinds(group)):
                continue
            if not _is_news(draft, name, first, group):
                continue
            fact = known.get(session_id)
            zone = zones.get(first.council_id, PARIS)
            if not worth_telling(group, fact, first.session_date, zone, draft.now):
                continue
            if not draft.keeps((name, "changed", session_id, version_id), draft.now):
                draft.new.append(_changed(name, first, fact, session_id, version_id, draft.now))


def _is_news(draft: _Draft, subscription: str, first: Alert, group: Sequence[Change]) -> bool:
    """Whether changes of one version came after the reader was told of the session, and were not told as found.

    At the very same instant (one fixed clock for several runs) they came after, unless they brought the item itself.
    """
    news = [change for change in group if not _told_as_found(draft, subscription, change)]
    if not news:
        return False
    seen_at = min(change.seen_at for change in news)
    return first.due_at < seen_at or (first.due_at == seen_at and len(news) == len(group))


def _told_as_found(draft: _Draft, subscription: str, change: Change) -> bool:
    """An item added late that the reader hears of as found needs no second message."""
    if change.kind != "item-added" or change.item_id is None:
        return False
    key = (subscription, "found", change.item_id, "")
    return key in draft.existing or any(alert.key == key for alert in draft.new)


def _tells(alert: Alert) -> bool:
    """Whether its reader knows of the session: found, or reminded where only reminders are asked for."""
    if alert.kind == "found":
        return alert.state != "dropped"
    return alert.kind == "reminder" and alert.state in ("claimed", "sent")


def _by_version(changes: Sequence[Change]) -> dict[tuple[str, str], list[Change]]:
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.session_id, change.version_id].append(change)
    return groups


def _kinds(group: Sequence[Change]) -> tuple[AlertKind, ...]:
    return ("cancelled",) if any(change.kind == "cancelled" for change in group) else ()


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


def _changed(name: str, first: Alert, fact: AlertFact | None, session_id: str, version_id: str, now: datetime) -> Alert:
    day = fact.session_date if fact is not None else first.session_date
    return Alert(
        id=alert_id((name, "changed", session_id, version_id)), kind="changed", subscription=name,
        council_id=first.council_id, subject=session_id, occasion=version_id, session_id=session_id,
        session_date=day, item_title=first.item_title, due_at=now, created_at=now,
    )  # fmt: skip


def _pointless(draft: _Draft, facts: Sequence[AlertFact], names: set[str]) -> Iterator[tuple[str, str]]:
    """Planned rows that nothing planned just now: (id, why)."""
    by_subject = {subject: fact for fact in facts for subject in (fact.flag_id, fact.subject)}
    for alert in draft.existing.values():
        if alert.state != "planned" or alert.id in draft.kept:
            continue
        if alert.subscription not in names:
            yield alert.id, "subscription ended"
        elif alert.kind in ("found", "reminder"):
            yield alert.id, _why_not(alert, by_subject.get(alert.subject), draft.now)


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
