"""Asking by distance: who is within a circle, and that the index finds the same as looking at everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.planner import Settings, plan
from alerts.planning.asking import Places, is_about, names_places
from alerts.planning.nearby import Map, is_near, kilometres
from crawler.models import Council, Near

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LYON = Near(45.764, 4.8357, 30, "Lyon")
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def town(name: str, latitude: float | None, longitude: float | None, **values: Any) -> Council:
    return Council(name, name, "commune", latitude=latitude, longitude=longitude, **values)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ((48.8566, 2.3522), (45.7640, 4.8357), 391.5),  # Paris, Lyon
        ((48.8566, 2.3522), (-20.8789, 55.4481), 9357.0),  # Paris, Saint-Denis de La Réunion
        ((0, 0), (0, 1), 111.195),
        ((0, 179.5), (0, -179.5), 111.195),
        ((90, 0), (90, 77), 0.0),
        ((0, 0), (0, 180), 20015.1),
    ],
)
def test_distances(one: tuple[float, float], two: tuple[float, float], expected: float) -> None:
    assert kilometres(*one, *two) == pytest.approx(expected, rel=2e-3, abs=1e-6)


def test_a_circle_adds_places_to_those_that_are_named(make_subscription: Make) -> None:
    subscription = make_subscription(near=(LYON,), departments=("29",))
    inside, outside = town("bron", 45.739, 4.914), town("macon", 46.306, 4.828)
    assert is_about(subscription, inside)
    assert not is_about(subscription, outside)
    assert is_about(subscription, replace(outside, department="29"))
    assert is_about(make_subscription(near=(LYON, Near(46.3, 4.8, 5))), outside)


def test_a_subscription_that_names_only_a_circle_is_not_for_everything(make_subscription: Make) -> None:
    subscription = make_subscription(near=(LYON,))
    assert names_places(subscription)
    nowhere = town("ici", None, None)
    assert not is_about(subscription, nowhere)
    assert not is_near(Near(0, 0, 20_000), nowhere)


def test_alerts_by_distance(make_fact: Make, make_subscription: Make) -> None:
    near = make_fact("i-1", council=town("bron", 45.739, 4.914))
    far = make_fact("i-2", council=town("brest", 48.39, -4.486), session_id="s-2")
    planned = plan([near, far], [], [make_subscription(near=(LYON,))], {}, Settings(), NOW)
    assert {(alert.kind, alert.subject) for alert in planned.new} == {("found", "i-1"), ("reminder", "i-1")}


@given(
    st.lists(st.tuples(latitudes, longitudes), max_size=40),
    latitudes, longitudes,
    st.one_of(st.floats(0.01, 100), st.floats(100, 20_000)),
)  # fmt: skip
def test_the_index_finds_whoever_is_near(
    points: list[tuple[float, float]], latitude: float, longitude: float, distance: float
) -> None:
    towns = [town(str(number), *point) for number, point in enumerate(points)]
    near = Near(latitude, longitude, distance)
    found = list(Map(towns, lambda each: each).within(near))
    assert sorted(each.id for each in found) == sorted(each.id for each in towns if is_near(near, each))


@given(latitudes, longitudes, st.floats(0.01, 2_000), st.floats(0, 360), st.floats(0, 1))
def test_the_index_finds_who_is_just_inside(
    latitude: float, longitude: float, distance: float, bearing: float, share: float
) -> None:
    """A council placed within the circle by construction, at its rim or nearer."""
    from math import asin, atan2, cos, degrees, radians, sin

    angle, course, phi = distance * share / 6371.0088, radians(bearing), radians(latitude)
    there = asin(max(-1.0, min(1.0, sin(phi) * cos(angle) + cos(phi) * sin(angle) * cos(course))))
    turn = atan2(sin(course) * sin(angle) * cos(phi), cos(angle) - sin(phi) * sin(there))
    east = (longitude + degrees(turn) + 540) % 360 - 180
    one = town("there", degrees(there), east)
    near = Near(latitude, longitude, distance)
    assert bool(list(Map([one], lambda each: each).within(near))) == is_near(near, one)


def test_an_index_without_circles_makes_no_map(make_subscription: Make) -> None:
    places = Places([town("bron", 45.739, 4.914)], lambda each: each)
    assert list(places.candidates(make_subscription(councils=("bron",))))
    assert "_map" not in vars(places)
    assert list(places.candidates(make_subscription(near=(LYON,))))
    assert "_map" in vars(places)
