"""Councils around a place: distance on the globe, and an index where a circle looks at its neighbourhood only. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import asin, cos, degrees, floor, hypot, pi, radians, sin
from typing import Generic, TypeVar

from crawler.models import Council, Near

Placed = TypeVar("Placed")
EARTH = 6371.0088  # mean radius in kilometres (IUGG)
DEGREE = 111.19  # kilometres of a degree of latitude, rounded down: a cheap look before the exact one
CELL = 0.25  # degrees; a circle of 30 km touches some 13 cells of 28 by 19 km
AROUND = round(360 / CELL)  # cells of a parallel
CELLS = 5000  # a circle that touches more is asked of every council instead


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two places, degrees in, kilometres out (haversine)."""
    one, two = radians(latitude), radians(other_latitude)
    half = sin((two - one) / 2)
    turn = sin(radians(other_longitude - longitude) / 2)
    return 2 * EARTH * asin(min(1.0, hypot(half, turn * (cos(one) * cos(two)) ** 0.5)))


def is_near(near: Near, council: Council) -> bool:
    """Whether a council lies within a circle; one whose place is not known never does."""
    if council.latitude is None or council.longitude is None:
        return False
    if abs(council.latitude - near.latitude) * DEGREE > near.kilometres:
        return False
    return kilometres(near.latitude, near.longitude, council.latitude, council.longitude) <= near.kilometres


class Map(Generic[Placed]):
    """What is placed at councils, by square of the map."""

    def __init__(self, placed: Sequence[Placed], council: Callable[[Placed], Council]) -> None:
        self._cells: dict[tuple[int, int], dict[str, tuple[Council, list[Placed]]]] = defaultdict(dict)
        for each in placed:
            its = council(each)
            if its.latitude is not None and its.longitude is not None:
                cell = self._cells[_cell(its.latitude, its.longitude)]
                cell.setdefault(its.id, (its, []))[1].append(each)

    def within(self, near: Near) -> Iterator[Placed]:
        """What lies within a circle, council by council."""
        for cell in self._touched(near):
            for council, placed in self._cells[cell].values():
                if is_near(near, council):
                    yield from placed

    def _touched(self, near: Near) -> Iterator[tuple[int, int]]:
        angle = near.kilometres / EARTH  # radians
        tall = degrees(angle)
        south, north = _cell(near.latitude - tall, 0)[0], _cell(near.latitude + tall, 0)[0]
        east = _half_width(near.latitude, angle)
        columns = range(floor((near.longitude - east) / CELL), floor((near.longitude + east) / CELL) + 1)
        if len(columns) >= AROUND or (north - south + 1) * len(columns) > CELLS:
            yield from list(self._cells)
            return
        for row in range(south, north + 1):
            for column in columns:
                if (cell := (row, column % AROUND)) in self._cells:
                    yield cell


def _half_width(latitude: float, angle: float) -> float:
    """Degrees of longitude from the centre of a circle to its edge; all of them where it holds a pole."""
    across = cos(radians(latitude))
    if angle >= pi / 2 or sin(angle) >= across:
        return 180.0
    return degrees(asin(sin(angle) / across))


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return floor(latitude / CELL), floor(longitude / CELL) % AROUND
