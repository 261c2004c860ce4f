"""Health by expectation: what a source yielded before, what this crawl saw, the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.health import Past, Present, is_recess, judge
from spiders.base import Look

MAY, AUGUST = date(2026, 5, 20), date(2026, 8, 12)
HOME = Look("http://x/", 200)
PAGE = Look("http://x/cm", 200, None, True, 3)
BEFORE = Past("ok", (30, 28, 31), date(2026, 5, 1))


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
        (Past("ok", (30,), date(2026, 1, 2)), seen(30), MAY, "quiet"),
        (Past("ok", (30,), date(2026, 1, 2)), seen(30, new=1), MAY, "ok"),
        (Past("ok", (30,), date(2026, 4, 20)), seen(30), AUGUST, "ok"),
        (Past("ok", (), None), seen(30), MAY, "ok"),
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
