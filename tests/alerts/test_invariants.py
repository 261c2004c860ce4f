"""Over any run of looks: nothing is sent twice, nothing past is sent as if it were ahead, a session is one message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.gather import gather
from alerts.notice import Notice
from alerts.planner import Plan, Settings, plan
from alerts.planning.matter import Around, SessionFact, VoteFact
from alerts.timing import ends_at, over, vote_end
from crawler.models import Alert, AlertFact, Change, Outcome, Subscription

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=PARIS)
BOTH, ONE = "mailto:deux@example.org", "mailto:une@example.org"
SUBSCRIPTIONS = (
    Subscription("a", (BOTH,)),
    Subscription("b", (BOTH, ONE), minimum_score=0.8),
    Subscription("c", (ONE,), topics=("drones",)),
)
KINDS = ("place", "time", "cancelled", "item-retitled", "item-renumbered", "document-added", "document-replaced")


class Desk:
    """What is planned, and what was sent: each message as it left."""

    def __init__(self) -> None:
        self.rows: dict[Any, Alert] = {}
        self.left: list[Notice] = []

    def plan(self, facts: list[AlertFact], changes: list[Change], around: Around, now: datetime) -> Plan:
        planned = plan(facts, changes, SUBSCRIPTIONS, self.rows, Settings(), now, around)
        by_id = {each.id: each for each in self.rows.values()} | {each.id: each for each in planned.new}
        assert len(by_id) == len(self.rows) + len(planned.new)
        for name, reason in planned.dropped:
            by_id[name] = replace(by_id[name], state="dropped", reason=reason)
        for name, due in planned.rescheduled:
            assert by_id[name].state != "sent"
            by_id[name] = replace(by_id[name], state="planned", due_at=due)
        self.rows = {each.key: each for each in by_id.values()}
        return planned

    def send(self, facts: list[AlertFact], changes: list[Change], around: Around, now: datetime) -> list[Notice]:
        due = [each for each in self.rows.values() if each.state == "planned" and each.due_at <= now]
        found = gather(due, facts, changes, SUBSCRIPTIONS, Settings(), now, around)
        sent = {alert.id for group in found.sessions for notice in group for alert in notice.alerts}
        reasons = dict(found.dropped)
        assert sent.isdisjoint(reasons)
        assert sent | set(reasons) == {each.id for each in due}
        self.rows = {
            key: replace(each, state="sent" if each.id in sent else "dropped")
            if each.id in sent or each.id in reasons else each
            for key, each in self.rows.items()
        }  # fmt: skip
        notices = [notice for group in found.sessions for notice in group]
        self.left += notices
        return notices


@st.composite
def looks(draw: st.DrawFn) -> tuple[int, list[dict[str, Any]], list[tuple[str, str, int]]]:
    """Hours since the look before, the items as they stand, and changes: (session, kind, item)."""
    items = []
    for number in range(draw(st.integers(1, 4))):
        day = draw(st.none() | st.integers(-2, 9))
        held = None if day is None else (NOW + timedelta(days=day)).date()
        hour = None if held is None else draw(st.none() | st.integers(9, 20))
        session = number % 2
        items.append(
            {
                "item": f"i-{number}", "session_id": f"s-{session}", "document_id": f"d-{session}",
                "session_date": held,
                "starts_at": datetime(held.year, held.month, held.day, hour, tzinfo=PARIS) if held and hour else None,
                "last_day": held + timedelta(days=1) if held and draw(st.booleans()) else None,
                "score": draw(st.sampled_from([0.3, 0.6, 0.9])),
                "topics": draw(st.sampled_from([("drones",), ("video-surveillance",)])),
                "session_status": draw(st.sampled_from(["scheduled"] * 4 + ["cancelled", "postponed", "held"])),
                "item_withdrawn": draw(st.integers(0, 9)) == 0,
                "outcome": draw(st.sampled_from([None, None, None, Outcome("adopted"), Outcome("rejected")])),
            }
        )  # fmt: skip
    change = st.tuples(st.sampled_from(["s-0", "s-1"]), st.sampled_from(KINDS), st.integers(0, 4))
    return draw(st.integers(0, 70)), items, draw(st.lists(change, max_size=3))


@settings(max_examples=120, deadline=None)
@given(seen=st.lists(looks(), min_size=1, max_size=6))
def test_once_never_late_and_together(seen: list[Any], make_fact: Make) -> None:
    desk, clock = Desk(), NOW
    changes: list[Change] = []
    since = dict.fromkeys((each.name for each in SUBSCRIPTIONS), NOW - timedelta(days=30))
    votes: dict[str, VoteFact] = {}
    for later, items, news in seen:
        clock += timedelta(hours=later, minutes=1)
        facts = [make_fact(**each) for each in items]
        for fact in facts:
            if fact.outcome:
                known = NOW - timedelta(days=60)
                vote = VoteFact(fact.subject, clock, fact.document_url, "list", known_since=known, announced=False)
                votes.setdefault(fact.subject, replace(vote, agenda_read_at=NOW))
        fetched = clock - timedelta(seconds=30)
        changes += [
            Change(kind, name, f"i-{item}" if "-" in kind else None, "A", "B", f"public:{len(changes) + n}", fetched)
            for n, (name, kind, item) in enumerate(news)
        ]
        around = Around(votes, _sessions(facts), since=since)
        desk.plan(facts, changes, around, clock)
        assert desk.plan(facts, changes, around, clock) == Plan()
        notices = desk.send(facts, changes, around, clock)
        assert desk.plan(facts, changes, around, clock).new == ()
        assert desk.send(facts, changes, around, clock) == []
        _together(notices)
        _not_late(notices, clock)
    _once(desk.left)


def _sessions(facts: list[AlertFact]) -> tuple[SessionFact, ...]:
    return tuple(
        SessionFact(fact.session_id, fact.council, "conseil municipal", fact.session_date, has_agenda=True)
        for fact in facts
        if fact.session_id and fact.session_date
    )


def _together(notices: list[Notice]) -> None:
    """One message for an address and session, of what is ahead and of what was voted."""
    told = [each for each in notices if each.facts and each.family in ("ahead", "after")]
    for notice in told:
        assert len({fact.session_id for fact in notice.facts}) == 1
    sent = Counter((each.address, each.family, each.facts[0].session_id) for each in told)
    assert not sent or max(sent.values()) == 1


def _not_late(notices: list[Notice], now: datetime) -> None:
    for notice in notices:
        facts = {fact.subject: fact for fact in notice.facts}
        for alert in notice.alerts:
            if alert.kind in ("found", "reminder"):
                fact = facts[alert.subject]
                assert over(fact, now) is None
                end = vote_end(fact.session_date, fact.starts_at, PARIS, fact.last_day)
                assert end is None or end > now
            if alert.kind == "reminder" and (starts := facts[alert.subject].starts_at):
                assert now - timedelta(days=10) < starts
            if alert.kind in ("outcome", "unannounced"):
                end = ends_at(facts[alert.subject])
                assert end is None or end <= now
            assert alert.due_at <= now


def _once(left: list[Notice]) -> None:
    told = Counter((notice.address, alert.key) for notice in left for alert in notice.alerts)
    assert not told or max(told.values()) == 1
    found = Counter(
        (notice.address, alert.subscription, alert.subject)
        for notice in left for alert in notice.alerts if alert.kind == "found"
    )  # fmt: skip
    assert not found or max(found.values()) == 1
    for notice in left:  # a number that shifted is no reason for a message
        if all(alert.kind == "changed" for alert in notice.alerts):
            assert {change.kind for change in notice.changes} != {"item-renumbered"}


# --------------------------------------------------------------------------- sessions over several days


def test_a_session_over_two_days_is_ahead_until_the_last_ends(make_fact: Make) -> None:
    first = make_fact(last_day=make_fact().session_date + timedelta(days=1))
    evening = datetime(2026, 3, 13, 23, 59, tzinfo=PARIS)
    assert over(first, evening) is None
    assert over(first, evening + timedelta(minutes=1)) == "vote past"
    assert over(make_fact(), evening) == "vote past"


def test_its_reminders_come_before_its_first_day(make_fact: Make) -> None:
    one, two = make_fact(), make_fact(last_day=make_fact().session_date + timedelta(days=1))
    due = [
        [each.due_at for each in plan([fact], [], SUBSCRIPTIONS[:1], {}, Settings(), NOW).new] for fact in (one, two)
    ]
    assert due[0] == due[1]
    assert len(due[0]) == 4


@pytest.mark.parametrize("kind", ["document-added", "document-replaced", "item-renumbered"])
def test_a_paper_on_what_was_not_asked_for_is_no_news(kind: str, make_fact: Make, make_change: Make) -> None:
    facts = [make_fact("i-1"), make_fact("i-2", topics=("drones",))]
    desk = Desk()
    desk.plan(facts, [], Around(), NOW)
    change = make_change(kind, item_id="i-1", before=None, after="x", seen_at=NOW + timedelta(hours=1))
    planned = desk.plan(facts, [change], Around(), NOW + timedelta(hours=2))
    told = {each.subscription for each in planned.new if each.kind == "changed"}
    assert told == (set() if kind == "item-renumbered" else {"a", "b"})
