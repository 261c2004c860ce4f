"""Councils as GeoJSON (RFC 7946): where votes are ahead, how they went, and where we are blind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO

from db.filters import Columns, Filters, clause
from db.queries import Reader
from db.reader import Row

_NOT_SEEING = ("blind", "blocked", "disallowed")
_NO_DAY = Columns(day="NULL", document_kind="1")


@dataclass(slots=True)
class _Tally:
    """What is known of one council; sets of subjects, for an item may have several flags."""

    ahead: set[str] = field(default_factory=set)
    results: dict[str, str] = field(default_factory=dict)
    flagged: set[str] = field(default_factory=set)
    topics: dict[str, set[str]] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)


def write_geojson(reader: Reader, filters: Filters, now: datetime, stream: TextIO) -> int:
    """Write a FeatureCollection with a Feature per council that ``filters`` allow; returns how many.

    Positions are (longitude, latitude) in WGS 84; a council without coordinates has a null geometry, as the RFC wants.
    """
    coming = {row["session_id"]: row for row in reader.upcoming(now, filters)}
    tallies: dict[str, _Tally] = {}
    for row in reader.stream("flagged", filters):
        _count(tallies.setdefault(row["council_id"], _Tally()), row, coming)
    states, sessions = reader.councils(), _sessions(coming.values())
    features = [
        _feature(council, tallies.get(council["id"], _Tally()), states.get(council["id"]), sessions)
        for council in _councils(reader, filters)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    points = [each["geometry"]["coordinates"] for each in features if each["geometry"]]
    if points:
        west, east = min(point[0] for point in points), max(point[0] for point in points)
        collection["bbox"] = [west, min(point[1] for point in points), east, max(point[1] for point in points)]
    stream.write(json.dumps(collection, ensure_ascii=False)[:-1] + ', "features": [')
    for number, feature in enumerate(features):
        stream.write((",\n" if number else "\n") + json.dumps(feature, ensure_ascii=False))
    stream.write("\n]}\n")
    return len(features)


def _count(tally: _Tally, row: Row, coming: Mapping[str, Row]) -> None:
    subject = row["item_id"] or row["flag_id"]
    tally.flagged.add(subject)
    for topic in row["topics"]:
        tally.topics.setdefault(topic, set()).add(subject)
    if row["session_id"] in coming:
        tally.ahead.add(subject)
        if row["session_date"]:
            tally.days.add(row["session_date"])
    if row["outcome"]:
        tally.results[subject] = row["outcome"]["result"]


def _sessions(coming: Iterable[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in coming:
        counts[row["council_id"]] = counts.get(row["council_id"], 0) + 1
    return counts


def _councils(reader: Reader, filters: Filters) -> list[Row]:
    """The councils that filters on place and kind allow, by id, each once."""
    narrowed = Filters(filters.councils, filters.departments, filters.regions, kinds=filters.kinds)
    where = clause(narrowed, _NO_DAY)
    rows = reader.rows(f"SELECT c.* FROM councils c WHERE {where.sql} ORDER BY c.id", where.parameters)  # noqa: S608
    return sorted({row["id"]: row for row in rows}.values(), key=lambda row: str(row["id"]))


def _feature(council: Row, tally: _Tally, state: Row | None, sessions: Mapping[str, int]) -> dict[str, Any]:
    results = list(tally.results.values())
    ranked = sorted(tally.topics, key=lambda topic: (-len(tally.topics[topic]), topic))
    return {
        "type": "Feature",
        "id": council["id"],
        "geometry": _point(council["longitude"], council["latitude"]),
        "properties": {
            "council_id": council["id"],
            "name": council["name"],
            "kind": council["kind"],
            "department": council["department"],
            "region": council["region"],
            "sessions_ahead": sessions.get(council["id"], 0),
            "votes_ahead": len(tally.ahead),
            "next_vote": min(tally.days, default=None),
            "flagged": len(tally.flagged),
            "adopted": results.count("adopted"),
            "rejected": results.count("rejected"),
            "topics": ranked,
            "state": state["state"] if state else None,
            "blind": bool(state and state["state"] in _NOT_SEEING),
        },
    }


def _point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    if longitude is None or latitude is None or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    return {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}


__all__ = ["write_geojson"]
