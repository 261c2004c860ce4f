"""The map of France as it is laid out: the mainland and Corse, Paris enlarged, and a box for each territory overseas.

Pure, and drawn once a process: 107 shapes in some 60 kB of path data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from db.portal.geography import WIDTH, Frame, Outline, Shape, fit, outlines, shape

HEIGHT = 1262
PARIS = ("75", "92", "93", "94")
OVERSEAS = ("971", "972", "973", "974", "976")
COLLECTIVITIES = ("975", "977", "978", "986", "987", "988")
_GAP, _HEAD = 10, 30  # between two boxes; for the name of a box


@dataclass(frozen=True, slots=True)
class Box:
    """A framed part of the map; ``name`` is its code, or "paris"."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Atlas:
    """``shapes``: each département where its mark and its link stand; ``small``: those that are shown enlarged, as they
    are on the mainland."""

    shapes: tuple[Shape, ...]
    small: tuple[Shape, ...]
    boxes: tuple[Box, ...]


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """The whole map, ``WIDTH`` by ``HEIGHT``."""
    every = outlines()
    mainland = [each for each in every.values() if not each.overseas]
    frame = fit(mainland, 0, 0, WIDTH, 942, margin=4)
    shapes = [shape(each, frame) for each in mainland if each.code not in PARIS]
    boxes = [Box("paris", 4, 4, 190, 182)]
    inner = _inside(boxes[0], [every[code] for code in PARIS])
    shapes += [shape(every[code], inner, 1) for code in PARIS]
    for codes, top, height in ((OVERSEAS, 958, 168), (COLLECTIVITIES, 1136, 122)):
        width = (WIDTH - 8 - _GAP * (len(codes) - 1)) / len(codes)
        for place, code in enumerate(codes):
            box = Box(code, round(4 + place * (width + _GAP), 1), top, round(width, 1), height)
            boxes.append(box)
            shapes.append(shape(every[code], _inside(box, [every[code]]), 1))
    order = sorted(shapes, key=lambda each: each.code)
    return Atlas(tuple(order), tuple(shape(every[code], frame) for code in PARIS), tuple(boxes))


def _inside(box: Box, drawn: list[Outline]) -> Frame:
    return fit(drawn, box.x, box.y + _HEAD, box.width, box.height - _HEAD, margin=8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One département: its shape, those beside it, and the frame for points. ``height`` follows from its form."""

    frame: Frame
    shape: Shape
    beside: tuple[Shape, ...]


@lru_cache(maxsize=128)
def sheet(code: str) -> Sheet:
    """A département alone, 800 units wide and as high as it needs, 820 at most. Raises KeyError for no such code."""
    every = outlines()
    own = every[code]
    tall = fit([own], 0, 0, 800, 820, margin=28)
    extents = [tall.place(*point) for ring in own.rings for point in ring]
    ys = [y for _, y in extents]
    height = max(380, min(820, round(max(ys) - min(ys)) + 56))
    frame = fit([own], 0, 0, 800, height, margin=28)
    beside = []
    for other in every.values() if not own.overseas else ():
        if other.overseas or other.code == code:
            continue
        placed = [frame.place(*point) for ring in other.rings for point in ring]
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        if min(xs) < 800 and max(xs) > 0 and min(ys) < height and max(ys) > 0:
            beside.append(shape(other, frame))
    return Sheet(frame, shape(own, frame, 1), tuple(beside))
