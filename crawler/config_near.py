"""What people write for a circle on the map and for the hours of a day: "Lyon 30 km", "22h-7h"."""

from __future__ import annotations

import re
from datetime import time

from crawler.config_checks import council_id
from crawler.models import Council, Near, QuietHours
from spiders.registry import Registry

WIDEST = 20_000.0  # kilometres: half the way round the globe
CANDIDATES = 6  # of an ambiguous name, in an error
NEAR_EXAMPLE = '"commune-69123 30km", "Lyon 30 km" or "45.764, 4.8357 30km"'
HOURS_EXAMPLE = '"22:00-07:00" or "22h-7h"'
_CIRCLE = re.compile(
    r"(?P<place>.*?\S)[\s,;:]+(?P<number>\d+(?:[.,]\d+)?)\s*"
    r"(?:(?P<kilometres>km|kms|kilom[eè]tres?|kilometers?)|(?P<metres>m|m[eè]tres?|meters?))",
    re.IGNORECASE,
)
_POINTS = re.compile(r"([-+−]?\d{1,3}(?:\.\d+)?)°?\s*[,;\s]\s*([-+−]?\d{1,3}(?:\.\d+)?)°?")
_COMMAS = re.compile(r"([-+−]?\d{1,3}(?:,\d+)?)°?(?:\s*;\s*|,?\s+)([-+−]?\d{1,3}(?:,\d+)?)°?")
_HOUR = r"(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?"
_HOURS = re.compile(
    rf"(?:de\s+|from\s+)?{_HOUR}\s*(?:-|–|—|−|/|à|au|to|until|jusqu['’]à)\s*{_HOUR}",
    re.IGNORECASE,
)


def parse_near(text: str, registry: Registry, own: tuple[Council, ...] = ()) -> Near:
    """A place and how far around it. ``own``: councils of the configuration, which may be named by their id.

    Raises ValueError, whose text says what would be right.
    """
    text = " ".join(text.split())
    match = _CIRCLE.fullmatch(text)
    if not match:
        place = re.sub(r"\s+\d+(?:[.,]\d+)?$", "", text)
        example = f'"{place} 30 km"' if place[:1].isalpha() else NEAR_EXAMPLE
        raise ValueError(f"end with a distance and its unit, such as {example}")
    distance = float(match["number"].replace(",", ".")) / (1000 if match["metres"] else 1)
    if not 0 < distance <= WIDEST:
        raise ValueError(f"give a distance of more than 0 and at most {WIDEST:,.0f} km")
    place = match["place"].strip()
    if point := _coordinates(place):
        if not (abs(point[0]) <= 90 and abs(point[1]) <= 180):
            raise ValueError('write latitude, then longitude, in degrees, such as "45.764, 4.8357 30km"')
        return Near(*point, distance)
    return around(place, distance, registry, own)


def around(place: str, distance: float, registry: Registry, own: tuple[Council, ...] = ()) -> Near:
    """The circle of ``distance`` kilometres around a council, by name or id. Raises ValueError."""
    council = place_named(place, registry, own)
    is_name = any(map(str.isalpha, place)) and place != council.id and registry.answer(place).how == "name"
    if council.latitude is None or council.longitude is None:
        raise ValueError(f"where {council.name} lies is not known; write its latitude and longitude instead")
    return Near(council.latitude, council.longitude, distance, place if is_name else council.name)


def place_named(text: str, registry: Registry, own: tuple[Council, ...] = ()) -> Council:
    """The council of a name or id. Raises ValueError, naming the candidates where it could be several."""
    if named := next((council for council in own if text == council.id), None):
        return named
    answer = registry.answer(text)
    if answer.chosen:
        return registry.councils([answer.chosen])[0]
    if named := next((council for council in own if text.casefold() == council.name.casefold()), None):
        return named
    found = registry.councils(answer.candidates)
    if not found:
        near = registry.councils(registry.finder.suggestions(text)) if not _is_id(text) else []
        hint = f"did you mean {_listed(near, registry)}? " if near else ""
        raise ValueError(f"{hint}no council is called so; give a name or an id of the registry (tocsin registry find)")
    why = {"name": "it may be", "near": "no council is called so; near is", "elsewhere": "not there; elsewhere is"}
    raise ValueError(f"{why[answer.how]} {_listed(found, registry)}: write the id")


def _is_id(text: str) -> bool:
    return "-" in text and any(char.isdigit() for char in text) and council_id(text) is None


def _listed(councils: list[Council], registry: Registry) -> str:
    said = [f"{each.id} = {_described(each, registry)}" for each in councils[:CANDIDATES]]
    more = [f"{len(councils) - CANDIDATES} more"] if len(councils) > CANDIDATES else []
    return " or ".join([*said, *more])


def _described(council: Council, registry: Registry) -> str:
    place = registry.places.label([council.department]) if council.department and council.kind != "region" else ""
    return f"{council.name} ({', '.join(filter(None, [council.kind, place]))})"


def _coordinates(text: str) -> tuple[float, float] | None:
    match = _POINTS.fullmatch(text) or _COMMAS.fullmatch(text)
    if not match:
        return None
    latitude, longitude = (float(part.replace(",", ".").replace("−", "-")) for part in match.groups())
    return latitude, longitude


def parse_quiet_hours(text: str) -> QuietHours:
    """Two hours of the day. Raises ValueError, whose text says what would be right."""
    match = _HOURS.fullmatch(" ".join(text.split()))
    if not match:
        raise ValueError(f"give two hours of the day, such as {HOURS_EXAMPLE}")
    begin, end = _hour(match[1], match[2]), _hour(match[3], match[4])
    if begin == end:
        raise ValueError(f"begin and end are the same hour; write for example {HOURS_EXAMPLE}")
    return QuietHours(begin, end)


def _hour(hours: str, minutes: str | None) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"{hours}:{minutes or '00'} is no hour of the day; write for example {HOURS_EXAMPLE}")
    return time(hour % 24, minute)
