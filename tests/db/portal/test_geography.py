"""The projection, the outlines, and how they are laid out."""

from __future__ import annotations

import math
import re

import pytest

from db.portal.atlas import COLLECTIVITIES, HEIGHT, OVERSEAS, PARIS, atlas, sheet
from db.portal.geography import WIDTH, Outline, fit, lambert93, local, outlines, shape


@pytest.mark.parametrize(
    ("longitude", "latitude", "east", "north"),
    [
        (3.0, 46.5, 700_000, 6_600_000),  # the origin of Lambert-93, by definition
        (2.3522, 48.8566, 652_469, 6_862_035),  # Paris
        (7.7521, 48.5734, 1_050_362, 6_840_899),  # Strasbourg
    ],
)
def test_lambert93_gives_metres(longitude, latitude, east, north):
    found = lambert93(longitude, latitude)
    assert math.dist(found, (east, north)) < 60


@pytest.mark.parametrize("latitude", [44.0, 49.0])
def test_lambert93_is_true_to_scale_on_its_two_parallels(latitude):
    phi, step = math.radians(latitude), math.radians(0.001)
    normal = 6378137 / math.sqrt(1 - (0.0818191910428158 * math.sin(phi)) ** 2)
    drawn = math.dist(lambert93(9.0, latitude), lambert93(9.001, latitude))
    assert drawn == pytest.approx(normal * math.cos(phi) * step, rel=1e-6)


def test_lambert93_keeps_angles():
    """Conformal: a small step north and a small step east are as long as each other on paper, at right angles."""
    for latitude in (42.0, 46.5, 51.0):
        here = lambert93(1.0, latitude)
        north = lambert93(1.0, latitude + 0.001)
        east = lambert93(1.0 + 0.001 / math.cos(math.radians(latitude)), latitude)
        up, right = ((b[0] - here[0], b[1] - here[1]) for b in (north, east))
        assert math.hypot(*up) == pytest.approx(math.hypot(*right), rel=0.008)  # the ellipsoid is not a sphere
        assert abs(up[0] * right[0] + up[1] * right[1]) < 0.01 * math.hypot(*up) * math.hypot(*right)


def test_the_local_projection_crosses_the_date_line():
    project = local(179.9, -15.0)
    assert project(-179.9, -15.0)[0] == pytest.approx(21_500, rel=0.01)
    assert project(179.9, -14.0) == pytest.approx((0, 111_320), rel=0.01)


def test_every_departement_has_an_outline():
    codes = set(outlines())
    assert len(codes) == 107
    assert {"2A", "2B", "69", "01", "95", *OVERSEAS, *COLLECTIVITIES} <= codes and "20" not in codes


def test_the_whole_map_lies_within_its_bounds_and_each_mark_in_its_shape_or_box():
    drawn = atlas()
    assert [each.code for each in drawn.shapes] == sorted(outlines())
    assert {each.code for each in drawn.small} == set(PARIS)
    assert sum(len(each.path) for each in drawn.shapes) < 90_000
    for each in drawn.shapes:
        assert re.fullmatch(r"(M-?[\d.]+,-?[\d.]+l[-\d., ]+z)+", each.path), each.code
        assert 0 <= each.middle[0] <= WIDTH and 0 <= each.middle[1] <= HEIGHT, each.code
    boxes = {box.name: box for box in drawn.boxes}
    for code in (*OVERSEAS, *COLLECTIVITIES):
        middle = next(each.middle for each in drawn.shapes if each.code == code)
        assert boxes[code].x < middle[0] < boxes[code].x + boxes[code].width
        assert boxes[code].y < middle[1] < boxes[code].y + boxes[code].height
    assert all(box.x + box.width <= WIDTH and box.y + box.height <= HEIGHT for box in drawn.boxes)


def test_places_are_where_people_know_them():
    at = {each.code: each.middle for each in atlas().shapes}
    assert at["29"][0] < at["35"][0] < at["67"][0]  # Brest, Rennes, Strasbourg: from west to east
    assert at["59"][1] < at["63"][1] < at["66"][1]  # Lille, Clermont, Perpignan: from north to south
    assert at["2B"][1] < at["2A"][1] and at["2A"][0] > at["06"][0]


def test_neighbours_share_their_border():
    """Rounded after projection, not before: a common corner stays one point on paper."""
    first = Outline("a", False, (((2.0, 46.0), (3.0, 46.0), (3.0, 47.0), (2.0, 47.0)),))
    other = Outline("b", False, (((3.0, 46.0), (4.0, 46.0), (4.0, 47.0), (3.0, 47.0)),))
    frame = fit([first, other], 0, 0, 500, 400)
    corners = [set(_points(shape(each, frame).path)) for each in (first, other)]
    assert len(corners[0] & corners[1]) == 2


def _points(path: str) -> list[tuple[float, ...]]:
    start, _, moves = path.removeprefix("M").removesuffix("z").partition("l")
    x, y = (float(value) for value in start.split(","))
    found = [(x, y)]
    for move in moves.split():
        dx, dy = (float(value) for value in move.split(","))
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


@pytest.mark.parametrize("code", ["69", "75", "2A", "974", "987", "977"])
def test_a_departement_alone_fills_its_sheet(code):
    drawn = sheet(code)
    ring = outlines()[code].rings[0]
    assert all(drawn.frame.holds(drawn.frame.place(*point)) for point in ring)
    assert 380 <= drawn.frame.height <= 820
    assert bool(drawn.beside) == (code in ("69", "75", "2A"))


def test_no_such_departement():
    with pytest.raises(KeyError):
        sheet("20")
