"""The planner: who hears of what and when, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.planner import Plan, Settings, plan
from alerts.timing import over, reminder_due
from crawler.models import Alert, AlertFact, Change, Subscription

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def write(existing: dict[Any, Alert], planned: Plan) -> dict[Any, Alert]:
    """What the desk does with a plan."""
    by_id = {alert.id: alert for alert in existing.values()} | {alert.id: alert for alert in planned.new}
    for alert_id, reason in planned.dropped:
        by_id[alert_id] = replace(by_id[alert_id], state="dropped", reason=reason)
    for alert_id, due_at in planned.rescheduled:
        by_id[alert_id] = replace(by_id[alert_id], state="planned", reason=None, due_at=due_at)
    return {alert.key: alert for alert in by_id.values()}


class World:
    """A desk that is planned for again and again."""

    def __init__(self, subscriptions: Sequence[Subscription], settings: Settings | None = None) -> None:
        self.subscriptions, self.settings = subscriptions, settings or Settings()
        self.existing: dict[Any, Alert] = {}

    def plan(self, facts: Sequence[AlertFact], now: datetime, changes: Sequence[Change] = ()) -> Plan:
        planned = plan(facts, changes, self.subscriptions, self.existing, self.settings, now)
        self.existing = write(self.existing, planned)
        return planned

    def sent(self) -> None:
        """Everything that was found is delivered."""
        self.existing = {
            key: replace(alert, state="sent") if alert.kind == "found" else alert
            for key, alert in self.existing.items()
        }

    def states(self, kind: str) -> dict[str, str]:
        return {alert.occasion: alert.state for alert in self.existing.values() if alert.kind == kind}


def kinds(planned: Plan) -> list[str]:
    return [alert.kind for alert in planned.new]


def test_found_at_once_and_each_lead_time_once(make_fact: Make, make_subscription: Make) -> None:
    planned = World([make_subscription()]).plan([make_fact()], NOW)
    assert [(alert.kind, alert.occasion, alert.due_at.isoformat()) for alert in planned.new] == [
        ("found", "", "2026-03-02T09:00:00+00:00"),
        ("reminder", "7d/2026-03-12", "2026-03-05T17:30:00+00:00"),
        ("reminder", "3d/2026-03-12", "2026-03-09T17:30:00+00:00"),
        ("reminder", "1d/2026-03-12", "2026-03-11T17:30:00+00:00"),
    ]


def test_a_reminder_due_before_its_found_is_dropped(make_fact: Make, make_subscription: Make) -> None:
    late = datetime(2026, 3, 9, 17, 30, tzinfo=UTC)  # to the minute of the reminder of three days
    assert [a.occasion for a in World([make_subscription()]).plan([make_fact()], late).new] == ["", "1d/2026-03-12"]


def test_more_evidence_says_nothing_new(make_fact: Make, make_subscription: Make) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    later = make_fact(score=1.0, phrase="caméras", document_id="d-9", sha256="0" * 64, topics=("drones",))
    assert world.plan([later], NOW + timedelta(hours=5)) == Plan()


def test_a_passage_that_becomes_an_item_is_not_found_again(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact("x", item_id=None, session_id=None, starts_at=None, session_date=None)], NOW)
    planned = world.plan([make_fact("x", item_id="i-9")], NOW + timedelta(hours=1))
    assert kinds(planned) == ["reminder"] * 3
    assert planned.dropped == ()
    world.sent()
    change = make_change(seen_at=NOW + timedelta(hours=2))
    assert kinds(world.plan([make_fact("x", item_id="i-9")], NOW + timedelta(hours=3), [change])) == ["changed"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [("cancelled", "session cancelled"), ("held", "vote held"), ("postponed", "session postponed")],
)
def test_reminders_of_a_session_that_will_not_be_held_are_dropped(
    status: str, reason: str, make_fact: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    world.sent()
    planned = world.plan([make_fact(session_status=status)], NOW + timedelta(days=1))
    assert planned.new == ()
    assert [why for _, why in planned.dropped] == [reason] * 3


def test_a_moved_session_has_new_reminders_and_back_again(make_fact: Make, make_subscription: Make) -> None:
    world = World([make_subscription()])
    first, second = make_fact(), make_fact(session_date=date(2026, 3, 20), starts_at=None)
    world.plan([first], NOW)
    world.sent()
    moved = world.plan([second], NOW + timedelta(days=1))
    assert [a.occasion for a in moved.new] == ["7d/2026-03-20", "3d/2026-03-20", "1d/2026-03-20"]
    assert [why for _, why in moved.dropped] == ["session moved"] * 3
    world.plan([first], NOW + timedelta(days=2))
    assert {occasion: state for occasion, state in world.states("reminder").items() if state == "planned"} == {
        "7d/2026-03-12": "planned", "3d/2026-03-12": "planned", "1d/2026-03-12": "planned",
    }  # fmt: skip


def test_an_hour_that_changes_moves_the_reminder(make_fact: Make, make_subscription: Make) -> None:
    world = World([make_subscription()], Settings(reminders=(timedelta(hours=2),)))
    world.plan([make_fact()], NOW)
    earlier = make_fact(starts_at=datetime(2026, 3, 12, 10, 0, tzinfo=PARIS))
    planned = world.plan([earlier], NOW + timedelta(hours=1))
    assert [due.astimezone(PARIS).hour for _, due in planned.rescheduled] == [8]
    assert world.plan([earlier], NOW + timedelta(hours=2)) == Plan()


def test_a_move_into_the_near_future_does_not_ring_the_missed_lead_times(
    make_fact: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact(session_date=date(2026, 3, 30), starts_at=None)], NOW)
    planned = world.plan([make_fact()], datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert [a.occasion for a in planned.new] == ["1d/2026-03-12"]


def test_no_time_is_ahead_until_local_midnight(make_fact: Make, make_subscription: Make) -> None:
    evening = datetime(2026, 3, 12, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    no_time = make_fact(starts_at=None)
    assert kinds(World([make_subscription()]).plan([no_time], evening)) == ["found"]
    assert kinds(World([make_subscription()]).plan([no_time], evening + timedelta(minutes=1))) == []


def test_midnight_is_that_of_the_council(make_fact: Make, make_subscription: Make) -> None:
    reunion = replace(make_fact().council, timezone="Indian/Reunion", department="974")
    fact = make_fact(council=reunion, starts_at=None)
    assert over(fact, datetime(2026, 3, 12, 19, 59, tzinfo=UTC)) is None
    assert over(fact, datetime(2026, 3, 12, 20, 0, tzinfo=UTC)) == "vote past"
    assert reminder_due(fact, timedelta(days=1)) == datetime(2026, 3, 11, 4, 0, tzinfo=UTC)  # 08:00 there


def test_reminders_keep_their_hour_over_a_change_of_clocks(make_fact: Make) -> None:
    # clocks go forward in the night to 29 March 2026, back in the night to 25 October
    spring = make_fact(session_date=date(2026, 3, 30), starts_at=datetime(2026, 3, 30, 18, 30, tzinfo=PARIS))
    assert reminder_due(spring, timedelta(days=3)) == datetime(2026, 3, 27, 17, 30, tzinfo=UTC)
    assert reminder_due(spring, timedelta(days=1)) == datetime(2026, 3, 29, 16, 30, tzinfo=UTC)
    autumn = make_fact(session_date=date(2026, 10, 26), starts_at=None)
    assert reminder_due(autumn, timedelta(days=3)) == datetime(2026, 10, 23, 6, 0, tzinfo=UTC)
    assert reminder_due(autumn, timedelta(days=1)) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    night = make_fact(session_date=date(2026, 10, 25), starts_at=datetime(2026, 10, 25, 9, 0, tzinfo=PARIS))
    assert reminder_due(night, timedelta(hours=12)) == datetime(
        2026, 10, 24, 20, 0, tzinfo=UTC
    )  # twelve hours that pass


def test_an_unknown_date_is_found_but_has_no_reminder(make_fact: Make, make_subscription: Make) -> None:
    undated = make_fact(session_date=None, starts_at=None)
    world = World([make_subscription()])
    assert kinds(world.plan([undated], NOW)) == ["found"]
    reports = [make_fact(session_date=None, starts_at=None, document_kind=kind) for kind in ("minutes", "list")]
    assert kinds(World([make_subscription()]).plan(reports, NOW)) == []
    assert kinds(World([make_subscription()]).plan([undated], NOW + timedelta(days=90))) == []


@pytest.mark.parametrize(
    "values",
    [
        {"session_status": "cancelled"}, {"session_status": "held"}, {"item_withdrawn": True}, {"item_listed": False},
        {"starts_at": NOW, "session_date": NOW.date()}, {"score": 0.49},
    ],
)  # fmt: skip
def test_what_is_not_found(values: dict[str, Any], make_fact: Make, make_subscription: Make) -> None:
    assert World([make_subscription()]).plan([make_fact(**values)], NOW).new == ()


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [
        ({}, True), ({"councils": ("ville-de-valmont",)}, True), ({"councils": ("autre",)}, False),
        ({"departments": ("69",)}, True), ({"departments": ("01",), "regions": ("84",)}, True),
        ({"regions": ("11",)}, False), ({"topics": ("drones",)}, False),
        ({"topics": ("drones", "video-surveillance")}, True), ({"bodies": ("Conseil Municipal",)}, True),
        ({"bodies": ("bureau",)}, False), ({"minimum_score": 0.95}, False), ({"kinds": ("outcome",)}, False),
    ],
)  # fmt: skip
def test_criteria_of_a_subscription(
    criteria: dict[str, Any], wanted: bool, make_fact: Make, make_subscription: Make
) -> None:
    assert bool(World([make_subscription(**criteria)]).plan([make_fact()], NOW).new) is wanted


def test_a_subscription_may_ask_below_the_configured_score(make_fact: Make, make_subscription: Make) -> None:
    assert World([make_subscription(minimum_score=0.2)]).plan([make_fact(score=0.3)], NOW).new


def test_changed_once_per_version(make_fact: Make, make_change: Make, make_subscription: Make) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    world.sent()
    news = [make_change(), make_change("time", before=None, after=None)]
    later = NOW + timedelta(days=1, minutes=1)
    planned = world.plan([make_fact(place="Gymnase")], later, news)
    assert [(a.kind, a.subject, a.occasion, a.due_at) for a in planned.new] == [("changed", "s-1", "public:2", later)]
    more = [*news, make_change(version_id="public:3", seen_at=NOW + timedelta(days=2))]
    again = world.plan([make_fact(place="Gymnase")], NOW + timedelta(days=2, minutes=1), more)
    assert [a.occasion for a in again.new] == ["public:3"]


def test_no_change_for_those_who_were_not_told_before(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    change = make_change(seen_at=NOW - timedelta(minutes=1))
    assert kinds(world.plan([make_fact()], NOW, [change])) == ["found", "reminder", "reminder", "reminder"]
    assert world.plan([make_fact()], NOW + timedelta(hours=1), [change]) == Plan()


@pytest.mark.parametrize(
    ("kind", "before", "after", "told"),
    [
        ("place", "A", "B", False), ("moved", "2026-03-12", "2026-03-05", False), ("cancelled", None, None, True),
        ("postponed", None, None, True), ("moved", "2026-03-30", "2026-03-12", True),
    ],
)  # fmt: skip
def test_changes_of_a_past_session(
    kind: str, before: str, after: str, told: bool, make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    late = datetime(2026, 3, 13, 9, tzinfo=UTC)
    planned = world.plan([make_fact()], late, [make_change(kind, before=before, after=after, seen_at=late)])
    assert kinds(planned) == (["cancelled" if kind == "cancelled" else "changed"] if told else [])


def test_a_session_moved_to_the_past_of_today_is_still_told_of_its_old_date(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    day = NOW + timedelta(days=4)
    moved = make_fact(session_date=day.date() - timedelta(days=1), starts_at=None)
    change = make_change("moved", before="2026-03-12", after="2026-03-05", seen_at=day)
    assert kinds(world.plan([moved], day, [change])) == ["changed"]


def test_an_item_that_vanished_from_the_facts_still_has_its_change(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    world.sent()
    gone = make_change("item-unlisted", before="7. Vidéoprotection", after=None, item_id="i-1")
    planned = world.plan([], NOW + timedelta(days=1, hours=1), [gone])
    assert kinds(planned) == ["changed"]
    assert {why for _, why in planned.dropped} == {"no longer flagged"}


def test_a_subscription_that_ended_is_told_nothing_more(make_fact: Make, make_subscription: Make) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    world.subscriptions = []
    assert {why for _, why in world.plan([make_fact()], NOW).dropped} == {"subscription ended"}
    world.subscriptions = [make_subscription()]
    world.plan([make_fact()], NOW + timedelta(minutes=5))
    assert set(world.states("found").values()) == {"planned"}


def test_a_lead_time_added_late_does_not_ring_at_once(make_fact: Make, make_subscription: Make) -> None:
    world = World([make_subscription()], Settings(reminders=(timedelta(days=1),)))
    world.plan([make_fact()], NOW)
    world.settings = Settings(reminders=(timedelta(days=5), timedelta(days=1)))
    assert world.plan([make_fact()], datetime(2026, 3, 9, tzinfo=UTC)) == Plan()


# --------------------------------------------------------------------------- properties

STATUSES = ("scheduled", "scheduled", "moved", "cancelled", "postponed", "held")
days = st.integers(-3, 12)
hours = st.integers(0, 24 * 14)


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    """A few items, each as it stands at one look."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        day = draw(st.none() | days)
        held = None if day is None else (NOW + timedelta(days=day)).date()
        hour = None if held is None else draw(st.none() | st.integers(8, 21))
        starts = None if hour is None or held is None else datetime(held.year, held.month, held.day, hour, tzinfo=PARIS)
        found.append(
            {
                "item": f"i-{number}", "session_id": f"s-{draw(st.integers(1, 2))}", "session_date": held,
                "starts_at": starts, "score": draw(st.sampled_from([0.3, 0.6, 0.9])),
                "session_status": draw(st.sampled_from(STATUSES)),
                "item_listed": draw(st.booleans() | st.just(True)),
            }
        )  # fmt: skip
    return tuple(found)


@given(looks=st.lists(st.tuples(situations(), hours, st.integers(0, 3)), min_size=1, max_size=6))
def test_planning_is_idempotent_and_never_repeats(
    looks: list[tuple[tuple[dict[str, Any], ...], int, int]],
    make_fact: Make, make_change: Make, make_subscription: Make,
) -> None:  # fmt: skip
    world = World([make_subscription("a"), make_subscription("b", minimum_score=0.8)])
    seen: set[tuple[str, str, str, str]] = set()
    clock = NOW
    changes: list[Change] = []
    for values, later, versions in looks:
        clock += timedelta(hours=later)
        facts = [make_fact(**each) for each in values]
        changes += [
            make_change(session_id=facts[0].session_id, version_id=f"public:{len(changes) + n}", seen_at=clock)
            for n in range(versions)
        ]
        clock += timedelta(minutes=1)
        planned = world.plan(facts, clock, changes)
        assert world.plan(facts, clock, changes) == Plan()  # the same facts again plan nothing
        assert not seen & {alert.key for alert in planned.new}
        seen |= {alert.key for alert in planned.new}
        states = {fact.subject: over(fact, clock) for fact in facts}
        for alert in world.existing.values():
            if alert.state == "planned" and alert.kind in ("found", "reminder"):
                assert states.get(alert.subject, "gone") is None  # nothing past or called off stays planned
            if alert in planned.new and alert.kind == "reminder":
                assert alert.due_at > clock


def test_a_change_under_one_fixed_clock_is_told_once(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    change = make_change(seen_at=NOW)
    assert kinds(world.plan([make_fact()], NOW, [change])) == ["changed"]
    assert world.plan([make_fact()], NOW, [change]).new == ()


def test_an_item_added_late_is_found_and_not_changed_too(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    late = make_fact(item_id="i-late", flag_id="f-late")
    added = make_change(
        kind="item-added", item_id="i-late", before=None, after="9. Drones", seen_at=NOW + timedelta(days=1)
    )
    first = world.plan([make_fact(), late], NOW + timedelta(days=1), [added])
    assert [alert.kind for alert in first.new if alert.kind != "reminder"] == ["found"]
    assert world.plan([make_fact(), late], NOW + timedelta(days=2), [added]).new == ()


def test_an_item_that_nobody_flagged_rides_along_and_rings_nobody(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact()], NOW)
    later = NOW + timedelta(days=1)
    other = {"item_id": "i-roads", "before": None, "after": "9. Voirie", "seen_at": later}
    for kind in ("item-added", "item-unlisted", "item-withdrawn", "item-retitled"):
        assert world.plan([make_fact()], later, [make_change(kind, **other)]).new == ()
    assert kinds(world.plan([make_fact()], later, [make_change("item-added", **other), make_change()])) == ["changed"]


def test_an_item_that_is_flagged_no_more_still_rings_who_was_told_of_it(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription()])
    world.plan([make_fact(), make_fact("i-2")], NOW)
    later = NOW + timedelta(days=1)
    hidden = make_change("item-retitled", item_id="i-2", before="Caméras", after="Tranquillité", seen_at=later)
    assert kinds(world.plan([make_fact()], later, [hidden])) == ["changed"]


def test_a_cancellation_is_an_alert_of_its_own_kind(
    make_fact: Make, make_change: Make, make_subscription: Make
) -> None:
    world = World([make_subscription("a"), make_subscription("b", kinds=("found", "cancelled"))])
    world.plan([make_fact()], NOW)
    later = NOW + timedelta(days=1)
    off = make_change("cancelled", before=None, after=None, seen_at=later)
    place = make_change("place", version_id="public:3", seen_at=later)
    planned = world.plan([make_fact(session_status="cancelled")], later, [off, place])
    told = {(alert.subscription, alert.kind) for alert in planned.new}
    assert told == {("a", "cancelled"), ("a", "changed"), ("b", "cancelled")}
