"""From outlines in degrees to shapes on paper: conic conformal for the mainland, each island in its own box. Pure.

The outlines are the registry's (docs/registry.md); ``atlas`` lays them out once, in a drawing ``WIDTH`` units wide.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

Point = tuple[float, float]
Ring = Sequence[Point]
Projection = Callable[[float, float], Point]

WIDTH = 1000
# Lambert-93 (IGN, NTG 71; EPSG:2154): constants of the projection on the ellipsoid GRS 80.
_N, _C, _E = 0.7256077650532670, 11754255.426096, 0.0818191910428158
_EAST, _NORTH, _MERIDIAN = 700000.0, 12655612.049876, math.radians(3)


def lambert93(longitude: float, latitude: float) -> Point:
    """Metres east and north of a point in degrees."""
    phi = math.radians(latitude)
    eccentric = _E * math.sin(phi)
    isometric = math.atanh(math.sin(phi)) - _E * math.atanh(eccentric)
    radius = _C * math.exp(-_N * isometric)
    angle = _N * (math.radians(longitude) - _MERIDIAN)
    return _EAST + radius * math.sin(angle), _NORTH - radius * math.cos(angle)


def local(longitude: float, latitude: float) -> Projection:
    """An equirectangular projection, in metres, that is true to scale around a point."""
    east, metres = math.cos(math.radians(latitude)), 6378137 * math.pi / 180

    def project(lon: float, lat: float) -> Point:
        return ((lon - longitude + 180) % 360 - 180) * metres * east, (lat - latitude) * metres

    return project


@dataclass(frozen=True, slots=True)
class Outline:
    """A département or an overseas collectivity in degrees; only the outer rings."""

    code: str
    overseas: bool
    rings: tuple[Ring, ...]

    @property
    def projection(self) -> Projection:
        """What it is drawn in."""
        if not self.overseas:
            return lambert93
        west, south, east, north = _box(point for ring in self.rings for point in ring)
        return local((west + east) / 2, (south + north) / 2)


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """The shipped outlines by code of the département, in their order."""
    found = json.loads(files("spiders").joinpath("data", "outlines.geojson").read_text(encoding="utf-8"))
    result = {}
    for feature in found["features"]:
        geometry, named = feature["geometry"], feature["properties"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = tuple(tuple((lon, lat) for lon, lat, *_ in polygon[0]) for polygon in polygons)
        result[named["code"]] = Outline(named["code"], named["zone"] != "metro", rings)
    return {code: result[code] for code in sorted(result)}


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the drawing, and how points in degrees fall into it."""

    x: float
    y: float
    width: float
    height: float
    projection: Projection
    scale: float  # units of the drawing per metre
    middle: Point  # metres: what stands in the middle

    def place(self, longitude: float, latitude: float) -> Point:
        """Where a point stands in the drawing; outside the rectangle where it does not belong into it."""
        east, north = self.projection(longitude, latitude)
        return (
            self.x + self.width / 2 + (east - self.middle[0]) * self.scale,
            self.y + self.height / 2 - (north - self.middle[1]) * self.scale,
        )

    def holds(self, point: Point) -> bool:
        """Whether a point of the drawing is within."""
        return self.x <= point[0] <= self.x + self.width and self.y <= point[1] <= self.y + self.height


def fit(outlined: Iterable[Outline], x: float, y: float, width: float, height: float, margin: float = 0) -> Frame:
    """The rectangle in which outlines of one projection are drawn as large as they can be."""
    shown = list(outlined)
    projection = shown[0].projection
    west, south, east, north = _box(projection(*point) for each in shown for ring in each.rings for point in ring)
    scale = min((width - 2 * margin) / (east - west), (height - 2 * margin) / (north - south))
    return Frame(x, y, width, height, projection, scale, ((west + east) / 2, (south + north) / 2))


@dataclass(frozen=True, slots=True)
class Shape:
    """A département as it is drawn: the data of an SVG path, and where its mark stands."""

    code: str
    path: str
    middle: Point
    area: float  # square units of its largest part


def shape(outline: Outline, frame: Frame, digits: int = 0) -> Shape:
    """An outline in a frame, with coordinates of so many decimals; islets smaller than a dot are left out."""
    rings = [[frame.place(*point) for point in ring] for ring in outline.rings]
    rings.sort(key=lambda ring: -abs(_area(ring)))
    drawn = [text for text in (_path(ring, digits) for ring in rings) if text]
    return Shape(outline.code, "".join(drawn), _middle(rings[0]), abs(_area(rings[0])))


def _path(ring: Ring, digits: int) -> str:
    """Relative moves between rounded points, so that neighbours keep their common border."""
    factor = 10**digits
    points: list[tuple[int, int]] = []
    for x, y in ring:
        rounded = (round(x * factor), round(y * factor))
        if not points or rounded != points[-1]:
            points.append(rounded)
    if points and points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        return ""
    moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    written = [f"{_short(x, factor)},{_short(y, factor)}" for x, y in moves]
    return f"M{_short(points[0][0], factor)},{_short(points[0][1], factor)}l{' '.join(written)}z"


def _short(value: int, factor: int) -> str:
    return str(value) if factor == 1 else f"{value / factor:g}"


def _area(ring: Ring) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def _middle(ring: Ring) -> Point:
    """The centre of gravity of a ring."""
    area = _area(ring)
    if abs(area) < 1e-9:
        return ring[0]
    x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return x / (6 * area), y / (6 * area)


def _box(points: Iterable[Point]) -> tuple[float, float, float, float]:
    found = list(points)
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return min(xs), min(ys), max(xs), max(ys)


__all__ = ["WIDTH", "Frame", "Outline", "Point", "Shape", "fit", "lambert93", "local", "outlines", "shape"]
