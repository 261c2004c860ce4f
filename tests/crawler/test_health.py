"""Health by expectation: what a source yielded before, what this crawl saw, the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.health import Past, Present, is_recess, judge, judge_platform, rhythm, sitting_days
from spiders.base import Look

MAY, AUGUST = date(2026, 5, 20), date(2026, 8, 12)
HOME = Look("http://x/", 200)
PAGE = Look("http://x/cm", 200, None, True, 3)
BEFORE = Past("ok", (30, 28, 31), (date(2026, 5, 1),))


def seen(listed=30, starts=(HOME,), productive=(PAGE,), **more):
    return Present(listed, starts=starts, productive=productive, **more)


@pytest.mark.parametrize(
    ("past", "present", "day", "state"),
    [
        (Past(), seen(4, productive=()), MAY, "ok"),
        (Past(), seen(0, productive=()), MAY, "blind"),
        (Past(), seen(0, productive=(), denied=3), MAY, "disallowed"),
        (BEFORE, seen(29), MAY, "ok"),
        (BEFORE, seen(0), MAY, "blind"),
        (BEFORE, seen(0), AUGUST, "quiet"),
        (BEFORE, seen(0, productive=(Look("http://x/cm", 404, "404"),)), AUGUST, "blind"),
        (BEFORE, seen(0, productive=(Look("http://x/cm", 200, None, False),)), AUGUST, "blind"),
        (BEFORE, seen(0, productive=()), AUGUST, "blind"),
        (BEFORE, seen(0, productive=(Look("http://x/cm", 403, "403"),)), MAY, "blocked"),
        (BEFORE, seen(1, productive=(Look("http://x/cm", 404, "404"),)), MAY, "blind"),
        (BEFORE, seen(1), MAY, "ok"),
        (BEFORE, seen(0, starts=(Look("http://x/", 503, "503"),)), MAY, "blind"),
        (BEFORE, seen(0, starts=(Look("http://x/", 0, "timeout"),)), MAY, "blind"),
        (BEFORE, seen(0, starts=(Look("http://x/", 200, "suspended"),)), MAY, "blind"),
        (BEFORE, seen(0, starts=(Look("http://x/", 200, "wall"),)), MAY, "blocked"),
        (BEFORE, seen(0, starts=(Look("http://x/", 403, "403"),)), MAY, "blocked"),
        (BEFORE, seen(0, starts=(Look("http://x/", 0, "robots"),)), MAY, "disallowed"),
        (BEFORE, seen(12, starts=(Look("http://x/", 503, "503"),)), MAY, "ok"),
        (BEFORE, seen(0, starts=(), productive=()), MAY, "blind"),
        (Past("ok", (30,), (date(2026, 1, 2),)), seen(30), MAY, "quiet"),
        (Past("ok", (30,), (date(2026, 1, 2),)), seen(30, new=1), MAY, "ok"),
        (Past("ok", (30,), (date(2026, 4, 20),)), seen(30), AUGUST, "ok"),
        (Past("ok", ()), seen(30), MAY, "ok"),
    ],
)
def test_states(past, present, day, state):
    verdict = judge(past, present, day)
    assert verdict.state == state, verdict
    assert verdict.ok == (state in ("ok", "quiet"))
    assert verdict.reason or state == "ok"


@pytest.mark.parametrize("before", ["new", "ok", "blind", "quiet"])
def test_interrupted_is_no_state_of_the_source(before):
    verdict = judge(Past(before, (30,)), seen(0, interrupted=True), MAY)
    assert (verdict.state, verdict.ok) == (before, False)


def test_recess():
    assert [is_recess(date(2026, *day)) for day in [(7, 1), (7, 14), (8, 15), (9, 10), (9, 11), (12, 25)]] == [
        False, True, True, True, False, False,
    ]  # fmt: skip


def test_moved_site_is_told():
    assert "http://new/" in (judge(BEFORE, seen(5, moved="http://new/"), MAY).reason or "")


# --------------------------------------------------------------------------- silence, by rhythm and calendar


def every(days: int, *, until: date, times: int = 6) -> tuple[date, ...]:
    """Arrivals of new documents, newest first."""
    return tuple(date.fromordinal(until.toordinal() - days * number) for number in range(times))


@pytest.mark.parametrize(
    ("arrivals", "day", "state"),
    [
        (every(30, until=date(2026, 3, 1)), date(2026, 6, 1), "ok"),  # a quarter is the law's own rhythm
        (every(30, until=date(2026, 2, 1)), date(2026, 6, 1), "quiet"),
        (every(90, until=date(2025, 12, 15)), date(2026, 5, 10), "ok"),  # 146 days, twice its gap of 90 is more
        (every(90, until=date(2025, 12, 15)), date(2026, 7, 1), "quiet"),
        (every(30, until=date(2025, 11, 1)), date(2026, 6, 10), "blind"),  # two quarters passed unseen
        (every(180, until=date(2025, 11, 1)), date(2026, 6, 10), "quiet"),  # slow before: nothing has changed
        (every(180, until=date(2025, 2, 1)), date(2026, 6, 10), "blind"),
        (every(30, until=date(2026, 6, 20)), date(2026, 10, 10), "ok"),  # the recess does not count
        (every(30, until=date(2026, 6, 20)), date(2026, 12, 10), "quiet"),
        (every(1, until=date(2026, 5, 19), times=2), MAY, "ok"),
    ],
)
def test_the_same_old_papers(arrivals, day, state):
    verdict = judge(Past("ok", (30,) * 9, arrivals), seen(30), day)
    assert (verdict.state, verdict.ok) == (state, state != "blind"), verdict
    assert (verdict.reason is None) == (state == "ok")


def test_silence_is_no_blindness_where_another_source_speaks_or_where_only_acts_are_published():
    old = every(30, until=date(2025, 9, 20))
    assert judge(Past("ok", (30,), old), seen(30), MAY).state == "blind"
    assert judge(Past("ok", (30,), old, alone=False), seen(30), MAY).state == "quiet"
    assert judge_platform(Past("ok", (30,), old, early=False), Present(30, starts=(HOME,)), MAY).state == "quiet"


def test_days_without_the_recess():
    assert sitting_days(date(2026, 7, 1), date(2026, 7, 13)) == 12
    assert sitting_days(date(2026, 7, 13), date(2026, 9, 11)) == 1
    assert sitting_days(date(2026, 8, 1), date(2026, 8, 20)) == 0
    assert sitting_days(date(2025, 7, 1), date(2026, 9, 30)) == 456 - 2 * 59
    assert sitting_days(date(2026, 5, 2), date(2026, 5, 1)) == 0


def test_the_usual_gap():
    assert rhythm(every(30, until=MAY, times=3)) is None
    assert rhythm(every(30, until=MAY, times=5)) == 30
    assert rhythm(every(400, until=MAY, times=5)) == 200


# --------------------------------------------------------------------------- lists that shrink


LISTED = Look("http://x/cm", 200, None, True, 28)
EMPTY = Look("http://x/cm", 200, None, True, 0)


@pytest.mark.parametrize(
    ("listed", "page", "day", "state"),
    [
        (1, EMPTY, MAY, "blind"),  # it still speaks of sessions, but lists nothing: its list is built otherwise now
        (1, EMPTY, AUGUST, "ok"),
        (1, LISTED, MAY, "ok"),
        (12, EMPTY, MAY, "ok"),
    ],
)
def test_a_list_that_collapses(listed, page, day, state):
    assert judge(BEFORE, seen(listed, productive=(page,)), day).state == state


# --------------------------------------------------------------------------- several sources


def test_a_host_that_stopped_answering_midway_is_not_fine():
    verdict = judge(BEFORE, seen(20, stopped="the host answered 403 6 times in a row"), MAY)
    assert (verdict.state, verdict.ok) == ("blocked", False) and "403" in verdict.reason


@pytest.mark.parametrize(
    ("past", "listed", "instead", "state"),
    [
        (Past(), 0, ("oparl",), "quiet"),
        (Past(), 0, (), "blind"),
        (BEFORE, 0, ("oparl",), "blind"),  # there was something on the pages
        (Past(), 3, ("oparl",), "ok"),
    ],
)
def test_a_site_beside_an_interface(past, listed, instead, state):
    verdict = judge(past, seen(listed, productive=(), instead=instead), MAY)
    assert verdict.state == state
    assert ("oparl interface is read instead" in (verdict.reason or "")) == (state == "quiet")


DOWN, SHUT, FORBIDDEN = (
    Look("http://x/api", 503, "503"),
    Look("http://x/api", 403, "403"),
    Look("http://x/api", 0, "robots"),
)
TOLD = Past("ok", (4, 9), (date(2026, 5, 1),))


@pytest.mark.parametrize(
    ("past", "present", "state"),
    [
        (Past(), Present(9, new=9, starts=(HOME,)), "ok"),
        (TOLD, Present(0, starts=(HOME,)), "ok"),  # nothing new is what it was asked for
        (TOLD, Present(0, starts=(DOWN,)), "blind"),
        (TOLD, Present(0, starts=(SHUT,)), "blocked"),
        (TOLD, Present(0, starts=(FORBIDDEN,)), "disallowed"),
        (TOLD, Present(0, starts=(HOME, DOWN)), "ok"),
        (TOLD, Present(3, starts=(DOWN,)), "ok"),
        (TOLD, Present(0), "blind"),
        (TOLD, Present(0, interrupted=True), "ok"),
        (Past(), Present(0, starts=(HOME,)), "blind"),  # nobody ever told of a session
        (Past(alone=False), Present(0, starts=(HOME,)), "quiet"),
        (Past(alone=False), Present(0, starts=(SHUT,)), "quiet"),  # many a WordPress is closed
        (Past(alone=False, by_hand=True), Present(0, starts=(SHUT,)), "blocked"),
        (Past(early=False), Present(0, starts=(HOME,)), "quiet"),
        (Past(early=False, alone=False), Present(0, starts=(DOWN,)), "quiet"),
    ],
)
def test_a_platform(past, present, state):
    verdict = judge_platform(past, present, MAY)
    assert verdict.state == state, verdict
    assert verdict.ok == (state in ("ok", "quiet") and not present.interrupted)
    assert verdict.reason or state == "ok"
