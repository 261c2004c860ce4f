"""*Map* of one département: its councils as points over its outline, and the same as a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from datasette.utils.asgi import Response

from db.portal import filters, map_words
from db.portal.atlas import sheet
from db.portal.geography import Frame, Point, outlines
from db.portal.page import Context, Page
from db.portal.pages import map as france
from db.portal.queries_map import Place, Tally
from spiders.registry import Registry

NAMED = 14  # points that carry their name: more would cover each other
_ORDER = ("ahead", "both", "rejected", "adopted", "blind", "watched", "none")


async def view(page: Context) -> Response:
    """The page."""
    code = page.args["department"].upper()
    if code not in outlines():
        raise page.missing("department")
    if code != page.args["department"]:
        return page.redirect(page.url("map", code))
    chosen, period = france.asked(page)
    found = await france.read(page, chosen, period, code)
    drawn = sheet(code)
    listed = sorted(found, key=lambda place: (_ORDER.index(place.tally.state), -place.tally.ahead, place.name))
    points = [_point(page, place, at) for place in listed if (at := _at(place, drawn.frame))]
    everything = sum((place.tally for place in found), Tally())
    name = page.site.departments.get(code, code)
    return await page.html(
        "department.html",
        title=page.words.say("map.department", name=name, code=code),
        chosen=chosen,
        period=period,
        periods=tuple(map_words.PERIODS),
        choices=await filters.choices(page),
        width=round(drawn.frame.width),
        height=round(drawn.frame.height),
        outline=drawn.shape.path,
        beside=drawn.beside,
        others=_others(code, drawn.frame, {place.id for place in found}, chosen.kinds),
        # Drawn from the least to the most telling: what matters lies on top.
        points=points[::-1],
        named=[each for each in points if each["tally"].state in ("ahead", "both", "rejected", "adopted")][:NAMED],
        listed=[_row(page, place) for place in listed],
        everything=everything,
        summary=map_words.said(everything, page.words),
        up=page.url("map", query=france.query(chosen, period)),
        name=name,
        code=code,
        behind=page.data("flagged", {"department": code, "_sort_desc": "session_date"}),
    )


def _at(place: Place, frame: Frame) -> Point | None:
    """Where a council stands; None where nobody knows, or beyond the map."""
    if place.latitude is None or place.longitude is None:
        return None
    point = frame.place(place.longitude, place.latitude)
    return point if frame.holds(point) else None


def _point(page: Context, place: Place, at: Point) -> dict[str, Any]:
    return _row(page, place) | {"x": round(at[0], 1), "y": round(at[1], 1)}


def _row(page: Context, place: Place) -> dict[str, Any]:
    said = map_words.said_of_council(place.tally, place.watch, page.words)
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "watch": place.watch,
        "tally": place.tally,
        "said": said,
        "next": date.fromisoformat(place.next_day) if place.next_day else None,
        "href": page.url("council", place.id),
    }


def _others(code: str, frame: Frame, known: set[str], kinds: tuple[str, ...]) -> list[Point]:
    """Where the councils of the registry stand that nobody watches here."""
    registry = Registry.load()
    own, kind, department, latitude, longitude = (
        registry.columns.index(name) for name in ("id", "kind", "department_code", "latitude", "longitude")
    )
    found = []
    for row in registry.rows:
        if row[department] == code and row[latitude] and row[own] not in known and (not kinds or row[kind] in kinds):
            x, y = frame.place(float(row[longitude]), float(row[latitude]))
            found.append((round(x, 1), round(y, 1)))
    return found


PAGE = Page("map", "/map/{department}", view)
