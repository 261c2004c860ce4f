"""``near``, ``digest`` and ``quiet_hours`` as people write them, and what is said where they cannot be read."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from crawler.config import parse_config
from crawler.errors import ConfigError
from crawler.models import Near, QuietHours, Subscription

HEAD = """[[council]]
id = "ici"
name = "Ici-les-Bains"
website = "http://127.0.0.1/"
latitude = 45.0
longitude = 4.0
[[subscription]]
name = "marie"
to = ["feed"]
"""


def read(line: str) -> Subscription:
    return parse_config(HEAD + line).subscriptions[0]


def refused(line: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(HEAD + line, "t.toml")
    (found,) = str(caught.value).splitlines()
    assert found.startswith("t.toml, line 10: subscription.")
    return found


@pytest.mark.parametrize(
    ("written", "kilometres", "place"),
    [
        ('"commune-69123 30km"', 30, "Lyon"),
        ('"Lyon 30 km"', 30, "Lyon"),
        ('"Lyon, 30,5 km"', 30.5, "Lyon"),
        ('"Lyon 30\u202fkm"', 30, "Lyon"),
        ('"Lyon 1500 mètres"', 1.5, "Lyon"),
        ('"lyon 500m"', 0.5, "lyon"),
        ('{ place = "Lyon", km = 3 }', 3, "Lyon"),
        ('["Lyon 3km"]', 3, "Lyon"),
        ('["Lyon 3km", "Lyon 3 km"]', 3, "Lyon"),
    ],
)
def test_a_place_of_the_registry(written: str, kilometres: float, place: str) -> None:
    (near,) = read(f"near = {written}").near
    assert (near.kilometres, near.place) == (kilometres, place)
    assert (near.latitude, near.longitude) == pytest.approx((45.76, 4.83), abs=0.05)


@pytest.mark.parametrize(
    "written",
    [
        '"45.764, 4.8357 30km"',
        '"45.764,4.8357 30 km"',
        '"45,764 4,8357 30 km"',
        '"45,764; 4,8357 30,0 km"',
        '"45.764° 4.8357° 30000 m"',
        "{ latitude = 45.764, longitude = 4.8357, km = 30 }",
        "[{ latitude = 45.764, longitude = 4.8357, km = 30 }]",
    ],
)
def test_a_point(written: str) -> None:
    assert read(f"near = {written}").near == (Near(45.764, 4.8357, 30.0, ""),)


def test_several_places_and_one_of_ones_own() -> None:
    found = read('near = ["ici 5 km", "Ici-les-Bains 6 km", { latitude = -20.9, longitude = 55.5, km = 40 }]').near
    assert found == (Near(45, 4, 5, "Ici-les-Bains"), Near(45, 4, 6, "Ici-les-Bains"), Near(-20.9, 55.5, 40, ""))


def test_a_misspelt_place_is_named_as_it_was_understood() -> None:
    assert read('near = "Villeurbane 3 km"').near[0].place == "Villeurbanne"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ('"Lyon"', ["'Lyon'", '"Lyon 30 km"']),
        ('"Lyon 30"', ["distance and its unit", '"Lyon 30 km"']),
        ('"30 km"', ["such as", "commune-69123 30km"]),
        ('"45.764, 4.8357"', ["such as", "45.764, 4.8357 30km"]),
        ('"Lyon 0 km"', ["more than 0"]),
        ('"Lyon 90000 km"', ["at most 20,000 km"]),
        ('"95.1, 4.2 3 km"', ["latitude, then longitude"]),
        ('"Saint-Denis 10 km"', ["commune-93066 = Saint-Denis", "commune-97411", "write the id"]),
        ('"Xyzzzqq 10 km"', ["no council is called so", "registry find"]),
        ('"commune-00000 3 km"', ["no council is called so"]),
        ("30", ["neither a text nor a table", "Lyon 30 km"]),
        ("[30]", ["neither a text nor a table"]),
        ('[""]', ["such as"]),
        ("{ latitude = 45.764, km = 3 }", ["longitude missing"]),
        ("{ latitude = 95, longitude = 4.8, km = 3 }", ["near.latitude", "-90 to 90"]),
        ("{ lat = 45, longitude = 4.8, km = 3 }", ["near.lat", "latitude, longitude"]),
        ('{ place = "Lyon" }', ["near.km", "missing"]),
        ('{ place = "Saint-Denis", km = 3 }', ["near.place", "commune-93066"]),
        ("{ km = 3 }", ["latitude and longitude missing"]),
    ],
)
def test_what_is_no_place(written: str, parts: list[str]) -> None:
    found = refused(f"near = {written}")
    for part in parts:
        assert part in found


@pytest.mark.parametrize(
    ("written", "begin", "end"),
    [
        ("22:00-07:00", time(22), time(7)),
        ("22h-7h", time(22), time(7)),
        ("22 h 30 – 7 h", time(22, 30), time(7)),
        ("22\u202fh\u202f30 – 7\u202fh", time(22, 30), time(7)),
        ("de 22h à 6h15", time(22), time(6, 15)),
        ("22-7", time(22), time(7)),
        ("12:00-13:30", time(12), time(13, 30)),
        ("20:00-24:00", time(20), time(0)),
    ],
)
def test_quiet_hours(written: str, begin: time, end: time) -> None:
    assert read(f'quiet_hours = "{written}"').quiet_hours == QuietHours(begin, end)


@pytest.mark.parametrize("written", ['"22:00"', '"25h-7h"', '"22:60-7:00"', '"22h-22h"', '"nuit"', "22", '["22h-7h"]'])
def test_what_are_no_hours(written: str) -> None:
    assert "quiet_hours" in refused(f"quiet_hours = {written}")


@pytest.mark.parametrize(
    ("written", "digest"), [("daily", "daily"), ("weekly", "weekly"), ("immediate", None), ("", None)]
)
def test_digest(written: str, digest: Any) -> None:
    assert read(f'digest = "{written}"').digest == digest


def test_a_digest_misspelt() -> None:
    assert "did you mean weekly?" in refused('digest = "weeckly"')


def test_coordinates_of_a_council_come_in_pairs() -> None:
    assert parse_config(HEAD).councils[0].latitude == 45.0
    with pytest.raises(ConfigError, match="latitude: stands alone; write latitude and longitude"):
        parse_config(HEAD.replace("longitude = 4.0\n", ""))


def test_coordinates_override_those_of_the_registry() -> None:
    (council,) = parse_config('[[council]]\nid = "commune-69123"\nlatitude = 45.5\nlongitude = 4.5\n').councils
    assert (council.latitude, council.longitude) == (45.5, 4.5)
