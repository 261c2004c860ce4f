"""Subscriptions on the desk: rows and back, what a change makes of the past, and what is erased."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from crawler.errors import ConfigError, UsageError
from crawler.models import Alert, Near, QuietHours, Subscription
from db.home import Home
from db.store.criteria import from_row, new_kinds, to_json, widens
from db.store.desk import Desk
from db.store.messages import Message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
LYON = Near(45.764, 4.8357, 30, "Lyon")
MARIE = "mailto:marie@example.org"


def made(name: str = "marie", **values: Any) -> Subscription:
    return Subscription(name, **({"to": (MARIE,), "origin": "desk"} | values))


def alert(name: str, subject: str = "i-1", state: Any = "planned") -> Alert:
    return Alert(
        f"a-{name}-{subject}", "found", name, "valmont", subject, "", "s-1", None, "Caméras", NOW, NOW, state
    )  # fmt: skip


def message(key: str, address: str = MARIE) -> Message:
    return Message(key, f"<{key}@example.org>", address, "s-1", f"To {address}", f"Body for {address}".encode(), NOW)


def test_a_row_and_back() -> None:
    whole = made(
        councils=("c",), departments=("69",), regions=("84",), topics=("drones",), kinds=("found",), bodies=("bureau",),
        minimum_score=0.7, language="en", near=(LYON, Near(-20.9, 55.5, 0.5)), digest="weekly",
        quiet_hours=QuietHours(time(22, 30), time(7)),
    )  # fmt: skip
    for each in (whole, made(), made(origin="config")):
        to, criteria = to_json(each)
        assert from_row({"name": "marie", "origin": each.origin, "to": to, "criteria": criteria}) == each


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        ({}, {"topics": ("drones",)}, False),
        ({"topics": ("drones",)}, {}, True),
        ({"topics": ("drones",)}, {"topics": ("drones", "biometrics")}, True),
        ({"topics": ("drones", "biometrics")}, {"topics": ("drones",)}, False),
        ({}, {"councils": ("c",)}, False),
        ({"councils": ("c",)}, {"councils": ("c",), "departments": ("69",)}, True),
        ({"councils": ("c", "d")}, {"councils": ("d",)}, False),
        ({"councils": ("c",)}, {}, True),
        ({"near": (LYON,)}, {"near": (Near(45.764, 4.8357, 20, "chez moi"),)}, False),
        ({"near": (LYON,)}, {"near": (Near(45.764, 4.8357, 40, "Lyon"),)}, True),
        ({"near": (LYON,)}, {"near": (Near(45.7, 4.8357, 30, "Lyon"),)}, True),
        ({"minimum_score": 0.7}, {"minimum_score": 0.6}, True),
        ({"minimum_score": 0.7}, {"minimum_score": 0.8}, False),
        ({"minimum_score": 0.7}, {}, True),
        ({"bodies": ("bureau",)}, {"bodies": ("conseil municipal",)}, True),
        ({}, {"digest": "weekly", "quiet_hours": QuietHours(time(22), time(7)), "language": "en"}, False),
        ({}, {"to": ("feed",)}, False),
        ({"kinds": ("found",)}, {}, False),
    ],
)
def test_asking_for_more(old: dict[str, Any], new: dict[str, Any], wider: bool) -> None:
    assert widens(made(**old), made(**new)) is wider


def test_new_kinds() -> None:
    assert new_kinds(made(kinds=("found",)), made(kinds=("found", "outcome"))) == ("outcome",)
    assert new_kinds(made(), made(kinds=("found", "blind"))) == ("blind",)
    assert "outcome" in new_kinds(made(kinds=("found",)), made())
    assert "blind" not in new_kinds(made(kinds=("found",)), made())


def test_only_who_asks_for_more_begins_anew(home: Home) -> None:
    with Desk(home) as desk:
        desk.subscribe(made(topics=("drones",)), NOW)
        desk.subscribe(made(topics=("drones",), digest="daily", to=("feed",)), LATER)
        assert desk.since() == {"marie": NOW}
        desk.subscribe(made(digest="daily"), LATER)
        assert desk.since() == {"marie": LATER}
        assert desk.kinds_since() == {}


def test_a_kind_taken_later_has_its_own_beginning(home: Home) -> None:
    with Desk(home) as desk:
        desk.subscribe(made(kinds=("found",)), NOW)
        desk.subscribe(made(kinds=("found", "outcome")), LATER)
        assert desk.since() == {"marie": NOW}
        assert desk.kinds_since() == {("marie", "outcome"): LATER}
        desk.unsubscribe(["marie"], LATER)
        desk.subscribe(made(), LATER + timedelta(days=1))
        assert desk.kinds_since() == {}
        assert desk.since() == {"marie": LATER + timedelta(days=1)}


def test_a_name_is_of_the_file_or_of_a_command(home: Home) -> None:
    with Desk(home) as desk:
        desk.sync_subscriptions([made(origin="config")], NOW)
        with pytest.raises(UsageError, match="change it there"):
            desk.subscribe(made(), NOW)
        desk.subscribe(made("paul"), NOW)
        with pytest.raises(ConfigError, match="also a subscription made by command"):
            desk.sync_subscriptions([made("paul", origin="config")], NOW)
        assert [(each.name, each.origin) for each in desk.subscriptions()] == [("marie", "config"), ("paul", "desk")]


def sent(desk: Desk, key: str, *names: str, address: str = MARIE, deliver: bool = False) -> None:
    """A message in the outbox for an alert of each of these subscriptions; delivered or not."""
    parts = {}
    for name in names:
        desk.put_alerts([alert(name, key)])
        parts[alert(name, key).id] = None
    assert desk.queue(message(key, address), parts, set(parts))
    if deliver:
        desk.accepted(desk.begin_delivery(key, "eml", NOW), key, NOW)


def states(desk: Desk) -> dict[str, str]:
    return {row["id"]: row["state"] for row in desk._rows("SELECT id, state FROM messages")}


def test_what_waits_for_one_who_left_is_not_sent(home: Home) -> None:
    with Desk(home) as desk:
        for each in (made("marie"), made("both"), made("paul", to=("mailto:paul@example.org",))):
            desk.subscribe(each, NOW)
        sent(desk, "m-own", "marie")
        sent(desk, "m-shared", "marie", "both")
        sent(desk, "m-paul", "paul", address="mailto:paul@example.org")
        sent(desk, "m-gone", "marie", deliver=True)
        assert desk.unsubscribe(["marie"], NOW) == 1
        assert states(desk) == {"m-own": "dropped", "m-shared": "queued", "m-paul": "queued", "m-gone": "sent"}
        assert {a.id: a.state for a in desk.alerts()} == {
            "a-marie-m-own": "dropped", "a-marie-m-shared": "claimed", "a-both-m-shared": "claimed",
            "a-paul-m-paul": "claimed", "a-marie-m-gone": "sent",
        }  # fmt: skip


def test_what_waits_for_an_address_that_was_taken_out_is_not_sent(home: Home) -> None:
    with Desk(home) as desk:
        desk.sync_subscriptions([made(to=(MARIE, "feed"), origin="config")], NOW)
        sent(desk, "m-1", "marie")
        sent(desk, "m-2", "marie", address="feed")
        desk.sync_subscriptions([made(to=("feed",), origin="config")], NOW)
        assert states(desk) == {"m-1": "dropped", "m-2": "queued"}


def test_a_message_of_no_subscription_is_left_alone(home: Home) -> None:
    with Desk(home) as desk:
        desk.queue(message("test-1"), {}, ())
        desk.subscribe(made(), NOW)
        desk.unsubscribe(["marie"], NOW)
        assert states(desk) == {"test-1": "queued"}


def test_forgetting_leaves_the_facts_and_no_name(home: Home) -> None:
    with Desk(home) as desk:
        desk.subscribe(made("marie"), NOW)
        desk.subscribe(made("both"), NOW)
        sent(desk, "m-own", "marie", deliver=True)
        sent(desk, "m-shared", "marie", "both", deliver=True)
        desk.unsubscribe(["marie"], NOW)
        desk.forget_subscription("marie")
        rows = {row["id"]: row for row in desk._rows("SELECT * FROM messages")}
        assert (rows["m-own"]["address"], rows["m-own"]["body"], rows["m-own"]["subject"]) == ("", b"", "")
        assert rows["m-shared"]["address"] == MARIE  # the other subscription's
        assert [row["message_id"] for row in desk._rows("SELECT message_id FROM deliveries")] == ["m-shared"]
        names = {each.subscription for each in desk.alerts()}
        assert len(names) == 2
        assert "both" in names
        assert all(each == "both" or each.startswith("forgotten-") for each in names)
        assert {a.state for a in desk.alerts()} == {"sent"}


def test_upper_case_is_the_same_address(home: Home) -> None:
    with Desk(home) as desk:
        desk.subscribe(made(to=("mailto:Marie@Example.org", "feed")), NOW)
        assert desk.spellings(MARIE) == ["mailto:Marie@Example.org"]
        assert desk.leave_out("marie", "mailto:Marie@Example.org")
        assert desk.subscriptions()[0].to == ("feed",)
        assert not desk.leave_out("marie", "feed")
