"""Who takes to a kind of alert later is not told of what happened before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.planner import Around, Plan, Settings, plan
from alerts.planning.matter import VoteFact
from crawler.models import Alert, AlertFact, Change, Council, Outcome, Subscription

Make = Callable[..., Any]
FOUND = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READ = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)  # the result; the session was on the 12th
LONG_AGO = FOUND - timedelta(days=60)
TOWN = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84")


def planned(
    facts: list[AlertFact], subscription: Subscription, existing: Any, now: datetime, around: Around,
    changes: tuple[Change, ...] = (),
) -> Plan:  # fmt: skip
    return plan(facts, changes, [subscription], existing, Settings(), now, around)


def told(first: Plan) -> dict[Any, Alert]:
    return {alert.key: replace(alert, state="sent") for alert in first.new}


def around(kinds_since: dict[Any, datetime]) -> Around:
    vote = VoteFact("i-1", READ, "https://valmont.example/d.pdf", "deliberation", 1, known_since=LONG_AGO)
    return Around(votes={"i-1": vote}, since={"collectif": LONG_AGO}, kinds_since=kinds_since)


@pytest.mark.parametrize(("later", "outcomes"), [(timedelta(hours=1), 0), (timedelta(hours=-1), 1), (None, 1)])
def test_results_read_before_they_were_asked_for(
    make_fact: Make, make_subscription: Make, later: timedelta | None, outcomes: int
) -> None:
    existing = told(planned([make_fact()], make_subscription(kinds=("found",)), {}, FOUND, Around()))
    voted = make_fact(session_status="held", outcome=Outcome("adopted", 30, 5, 1))
    since = {} if later is None else {("collectif", "outcome"): READ + later}
    after = planned(
        [voted], make_subscription(kinds=("found", "outcome")), existing, READ + timedelta(days=1), around(since)
    )
    assert [alert.kind for alert in after.new] == ["outcome"] * outcomes


@pytest.mark.parametrize(("later", "count"), [(timedelta(hours=1), 0), (timedelta(hours=-1), 1)])
def test_changes_seen_before_they_were_asked_for(
    make_fact: Make, make_change: Make, make_subscription: Make, later: timedelta, count: int
) -> None:
    existing = told(planned([make_fact()], make_subscription(kinds=("found",)), {}, FOUND, Around()))
    moved = make_change("place")
    asked = Around(kinds_since={("collectif", "changed"): moved.seen_at + later})
    after = planned(
        [make_fact()], make_subscription(kinds=("found", "changed")), existing, FOUND + timedelta(days=3), asked,
        (moved,),
    )  # fmt: skip
    assert [alert.kind for alert in after.new] == ["changed"] * count


def test_what_is_ahead_is_told_whenever_it_is_asked_for(make_fact: Make, make_subscription: Make) -> None:
    asked = Around(kinds_since={("collectif", kind): FOUND + timedelta(days=1) for kind in ("found", "reminder")})
    after = planned([make_fact()], make_subscription(), {}, FOUND + timedelta(days=1), asked)
    assert {alert.kind for alert in after.new} == {"found", "reminder"}
