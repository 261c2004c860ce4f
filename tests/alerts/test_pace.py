"""When a message leaves: digests, quiet hours and the votes that do not wait for them. Frozen clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.digest import digest_key
from alerts.gather import Gathered, Told, gather
from alerts.pace import after_quiet, last_digest, leave, next_digest, soonest_vote
from alerts.planner import Settings, plan
from crawler.models import Alert, AlertFact, QuietHours, Subscription

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
NIGHT = QuietHours(time(22), time(7))


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def alert(due_at: datetime, **values: Any) -> Alert:
    given: dict[str, Any] = {
        "id": "a-1", "kind": "found", "subscription": "collectif", "council_id": "ville-de-valmont",
        "subject": "i-1", "occasion": "", "session_id": "s-1", "session_date": None, "item_title": "Caméras",
        "due_at": due_at, "created_at": due_at,
    }  # fmt: skip
    return Alert(**(given | values))


@pytest.mark.parametrize(
    ("every", "since", "expected"),
    [
        ("daily", "2026-03-02T07:59", "2026-03-02T08:00"),
        ("daily", "2026-03-02T08:00", "2026-03-02T08:00"),
        ("daily", "2026-03-02T08:00:01", "2026-03-03T08:00"),
        ("daily", "2026-03-28T12:00", "2026-03-29T08:00"),  # the clocks go forward in that night
        ("daily", "2026-10-24T12:00", "2026-10-25T08:00"),  # and back in that one
        ("weekly", "2026-03-02T08:00", "2026-03-02T08:00"),
        ("weekly", "2026-03-02T08:01", "2026-03-09T08:00"),
        ("weekly", "2026-03-25T10:00", "2026-03-30T08:00"),
        ("weekly", "2026-10-21T10:00", "2026-10-26T08:00"),
    ],
)
def test_a_digest_leaves_at_eight_whatever_the_clocks_do(every: Any, since: str, expected: str) -> None:
    found = next_digest(every, paris(since).astimezone(UTC))
    assert found == paris(expected)
    assert found.astimezone(PARIS).time() == time(8)


def test_a_missed_digest_belongs_to_the_morning_on_which_it_leaves() -> None:
    assert last_digest(paris("2026-03-04T07:59")) == paris("2026-03-03T08:00")
    assert last_digest(paris("2026-03-29T09:00")) == paris("2026-03-29T08:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T21:59", "2026-03-02T21:59"),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T03:00", "2026-03-03T07:00"),
        ("2026-03-03T07:00", "2026-03-03T07:00"),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # eight hours on the clock, seven to wait
        ("2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_quiet_hours_over_midnight(moment: str, expected: str) -> None:
    assert after_quiet(NIGHT, paris(moment), None) == paris(expected)


def test_quiet_hours_within_a_day_and_none() -> None:
    noon = QuietHours(time(12), time(14))
    assert after_quiet(noon, paris("2026-03-02T12:30"), None) == paris("2026-03-02T14:00")
    assert after_quiet(noon, paris("2026-03-02T23:30"), None) == paris("2026-03-02T23:30")
    assert after_quiet(QuietHours(time(7), time(7)), paris("2026-03-02T07:00"), None) == paris("2026-03-02T07:00")
    assert after_quiet(None, paris("2026-03-02T03:00"), None) == paris("2026-03-02T03:00")


def test_quiet_hours_that_end_in_the_hour_shown_twice() -> None:
    short = QuietHours(time(23), time(2, 30))
    assert after_quiet(short, paris("2026-10-25T01:00"), None) == paris("2026-10-25T02:30")
    second = paris("2026-10-25T02:10", fold=1)  # the clocks have gone back
    assert after_quiet(short, second, None) == paris("2026-10-25T02:30", fold=1)
    assert paris("2026-03-29T03:30") >= after_quiet(short, paris("2026-03-29T01:59"), None) >= paris("2026-03-29T03:00")


@pytest.mark.parametrize(("vote", "rings"), [("2026-03-03T07:59", True), ("2026-03-03T08:00", False)])
def test_a_vote_within_the_hour_after_quiet_hours_rings(vote: str, rings: bool) -> None:
    now = paris("2026-03-03T01:00")
    assert (after_quiet(NIGHT, now, paris(vote)) == now) is rings


@pytest.mark.parametrize(
    ("digest", "vote", "at", "cause"),
    [
        ("daily", "2026-03-03T08:59", "2026-03-02T10:00", None),
        ("daily", "2026-03-03T09:00", "2026-03-03T08:00", "digest"),
        ("weekly", "2026-03-08T18:30", "2026-03-02T10:00", None),
        ("weekly", "2026-03-09T18:30", "2026-03-09T08:00", "digest"),
        ("weekly", None, "2026-03-09T08:00", "digest"),  # a result
        (None, "2026-03-09T18:30", "2026-03-02T10:00", None),
    ],
)
def test_a_vote_nearer_than_the_digest_breaks_out(
    digest: Any, vote: str | None, at: str, cause: str | None, make_subscription: Make
) -> None:
    now = paris("2026-03-02T10:00")
    found = leave(alert(now), make_subscription(digest=digest), paris(vote) if vote else None, now)
    assert (found.at, found.cause) == (paris(at), cause)


def test_what_breaks_out_still_waits_for_the_morning(make_subscription: Make) -> None:
    subscription = make_subscription(digest="weekly", quiet_hours=NIGHT)
    now = paris("2026-03-03T23:00")
    found = leave(alert(now), subscription, paris("2026-03-04T18:30"), now)
    assert (found.at, found.digest, found.cause) == (paris("2026-03-04T07:00"), None, "quiet")
    assert leave(alert(now), subscription, paris("2026-03-04T07:30"), now).at == now


def test_a_digest_within_quiet_hours_waits_for_their_end(make_subscription: Make) -> None:
    late = make_subscription(digest="daily", quiet_hours=QuietHours(time(22), time(9)))
    found = leave(alert(paris("2026-03-02T12:00")), late, None, paris("2026-03-03T08:00"))
    assert (found.at, found.cause) == (paris("2026-03-03T09:00"), "quiet")


def test_the_soonest_vote(make_fact: Make, make_change: Make) -> None:
    now = paris("2026-03-02T10:00")
    one = alert(now, session_date=date(2026, 3, 12))
    assert soonest_vote(one, [make_fact()], [], [], now) == paris("2026-03-12T18:30")
    assert soonest_vote(one, [make_fact(starts_at=None)], [], [], now) == paris("2026-03-12T08:00")
    moved = make_change("moved", before="2026-03-04", after="2026-03-12")
    assert soonest_vote(one, [make_fact()], [moved], [], now) == paris("2026-03-04T08:00")
    undated = make_fact(session_date=None, starts_at=None)
    assert soonest_vote(alert(now), [undated], [], [], now) == now + timedelta(days=3)
    assert soonest_vote(alert(now, kind="outcome"), [make_fact()], [], [], now) is None


def test_the_key_of_a_digest_is_that_of_its_morning() -> None:
    monday = paris("2026-03-02T08:00")
    key = digest_key("mailto:a@example.org", monday, {})
    assert key is not None
    assert digest_key("mailto:a@example.org", monday.astimezone(UTC), {}) == key
    assert digest_key("mailto:b@example.org", monday, {}) != key
    assert digest_key("mailto:a@example.org", monday, {key: "sent"}) is None
    assert digest_key("mailto:a@example.org", monday, {key: "queued"}) is None
    again = digest_key("mailto:a@example.org", monday, {key: "failed"})
    assert again not in (None, key)


# --------------------------------------------------------------------------- grouping


def grouped(
    facts: list[AlertFact], subscriptions: list[Subscription], now: datetime, at: datetime, told: Told | None = None
) -> Gathered:
    """What is due at ``at`` of all that was planned at ``now``."""
    due = [each for each in plan(facts, [], subscriptions, {}, Settings(), now).new if each.due_at <= at]
    return gather(due, facts, [], subscriptions, Settings(), at, told=told)


def test_one_message_for_an_address_with_both(make_fact: Make, make_subscription: Make, now: datetime) -> None:
    a, b = "mailto:a@example.org", "mailto:b@example.org"
    both = [make_subscription("now", to=(a,)), make_subscription("later", to=(a, b), digest="weekly")]
    found = grouped([make_fact()], both, now, now)
    ((notice,),) = found.sessions
    assert (notice.address, {each.subscription for each in notice.alerts}) == (a, {"now", "later"})
    assert [(each.notice.address, each.until, each.cause) for each in found.waiting] == [
        (b, paris("2026-03-09T08:00"), "digest")
    ]
    pairs = frozenset((each.id, a) for each in notice.alerts)
    again = grouped([make_fact()], both[1:], now, paris("2026-03-09T08:00"), Told(pairs))
    assert again.sessions == ()
    kinds = {digest.address: [each.kind for each in digest.alerts] for digest in again.digests}
    assert kinds == {a: ["reminder"], b: ["found", "reminder"]}


def test_the_soonest_vote_stands_first(make_fact: Make, make_subscription: Make, now: datetime) -> None:
    facts = [
        make_fact(f"i-{day}", session_id=f"s-{day}", session_date=date(2026, 3, day), starts_at=None)
        for day in (20, 12, 16)
    ]
    found = grouped(facts, [make_subscription(digest="daily")], now, paris("2026-03-03T08:00"))
    (digest,) = found.digests
    assert [each.session_id for each in digest.notices] == ["s-12", "s-16", "s-20"]
    assert grouped(facts, [make_subscription(digest="daily")], now, now).digests == ()


def test_a_digest_that_was_missed_leaves_once_without_the_past(
    make_fact: Make, make_subscription: Make, now: datetime
) -> None:
    facts = [make_fact("i-1", starts_at=None, session_id="s-1"), make_fact("i-2", session_id="s-2", starts_at=None,
             session_date=date(2026, 3, 5))]  # fmt: skip
    found = grouped(facts, [make_subscription(digest="daily")], now, paris("2026-03-06T15:00"))
    (digest,) = found.digests
    assert {each.subject for each in digest.alerts} == {"i-1"}
    assert all(reason == "vote past" for _, reason in found.dropped)


def test_quiet_hours_give_way_to_the_other_subscription(
    make_fact: Make, make_subscription: Make, now: datetime
) -> None:
    night = paris("2026-03-02T23:00")
    quiet = make_subscription("quiet", quiet_hours=NIGHT)
    found = grouped([make_fact()], [quiet], night, night)
    assert [(each.until, each.cause) for each in found.waiting] == [(paris("2026-03-03T07:00"), "quiet")]
    ((notice,),) = grouped([make_fact()], [quiet, make_subscription("loud")], night, night).sessions
    assert {each.subscription for each in notice.alerts} == {"quiet", "loud"}
