"""What a subscription asks for in words, which watched councils that is, and what is wrong where it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.planning.asking import is_about, names_places
from alerts.planning.nearby import is_near
from crawler.models import Council, Near, QuietHours, Subscription
from crawler.toml_table import shown
from spiders.registry import Registry

LABELS = {
    "to": "to", "councils": "councils", "departments": "departments", "regions": "regions", "near": "near",
    "topics": "topics", "kinds": "kinds", "bodies": "bodies", "minimum_score": "score", "language": "language",
    "digest": "digest", "quiet_hours": "quiet hours",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """``councils``: those watched that it is about; ``warnings``: what somebody who expects alerts must know."""

    councils: tuple[Council, ...]
    warnings: tuple[str, ...] = ()


def reach_of(subscription: Subscription, watched: Sequence[Council]) -> Reach:
    """Whom a subscription hears of, among the councils that are watched."""
    found = tuple(council for council in watched if is_about(subscription, council))
    if not watched:
        return Reach(found, ("no council is watched yet: tocsin add NAME",))
    if not names_places(subscription):
        return Reach(found)
    ids = {council.id for council in watched}
    warnings = [f"{each} is not watched: tocsin add {each}" for each in subscription.councils if each not in ids]
    departments, regions = ({getattr(council, key) for council in watched} for key in ("department", "region"))
    warnings += [
        f"nobody in département {each} is watched: tocsin add department:{each}"
        for each in subscription.departments
        if each not in departments
    ]
    warnings += [
        f"nobody in region {each} is watched: tocsin add region:{each}"
        for each in subscription.regions
        if each not in regions
    ]
    return Reach(found, (*warnings, *_far(subscription, watched)))


def _far(subscription: Subscription, watched: Sequence[Council]) -> Sequence[str]:
    """What there is to say of circles."""
    lost = [council for council in watched if council.latitude is None or council.longitude is None]
    empty = [near for near in subscription.near if not any(is_near(near, council) for council in watched)]
    said = [f"no council {place_in_words(near)} is watched: tocsin add NAME, for councils there" for near in empty]
    if subscription.near and lost:
        first = ", ".join(council.id for council in lost[:3]) + (", …" if len(lost) > 3 else "")
        who = "none of the watched councils has" if len(lost) == len(watched) else f"{len(lost)} watched have no"
        what = "coordinates" if len(lost) == len(watched) else f"coordinates ({first})"
        said.append(
            f"{who} {what}: they never match by distance: write latitude and longitude in their [[council]] blocks"
        )
    return said


# --------------------------------------------------------------------------- words


def in_words(subscription: Subscription, watched: Sequence[Council]) -> str:
    """What it asks for: "Lyon, département 38, within 30 km of Brest; drones; found, reminder"."""
    names = {council.id: council.name for council in watched}
    places = [
        *(names.get(each) or _registered(each) for each in subscription.councils),
        *(f"département {each}" for each in subscription.departments),
        *(f"region {each}" for each in subscription.regions),
        *map(place_in_words, subscription.near),
    ]
    parts = [
        ", ".join(places) or "every council",
        ", ".join(subscription.topics) or "every topic",
        ", ".join(subscription.kinds),
        ", ".join(subscription.bodies),
        "" if subscription.minimum_score is None else f"score {subscription.minimum_score:g} or more",
    ]
    return "; ".join(part for part in parts if part)


def how_in_words(subscription: Subscription) -> str:
    """How it is told: "weekly digest; quiet 22:00-07:00; in en"."""
    parts = [
        f"{subscription.digest} digest" if subscription.digest else "at once",
        f"quiet {hours_in_words(subscription.quiet_hours)}" if subscription.quiet_hours else "",
        f"in {subscription.language}" if subscription.language else "",
    ]
    return "; ".join(part for part in parts if part)


def addresses_in_words(subscription: Subscription) -> str:
    """Where it goes; addresses of services hold passwords and tokens, which are left out."""
    return ", ".join(shown(each).strip("'") for each in subscription.to)


def place_in_words(near: Near) -> str:
    """ "within 30 km of Lyon"."""
    place = near.place or f"{near.latitude:g}, {near.longitude:g}"
    distance = f"{near.kilometres:g} km" if near.kilometres >= 1 else f"{near.kilometres * 1000:g} m"
    return f"within {distance} of {place}"


def hours_in_words(hours: QuietHours) -> str:
    """ "22:00-07:00"."""
    return f"{hours.begin:%H:%M}-{hours.end:%H:%M}"


def difference(old: Subscription, new: Subscription) -> list[str]:
    """What a change changes: "topics: all → drones"."""
    return [
        f"{label}: {_value(old, name)} → {_value(new, name)}"
        for name, label in LABELS.items()
        if getattr(old, name) != getattr(new, name)
    ]


def _value(subscription: Subscription, name: str) -> str:
    value = getattr(subscription, name)
    if name == "to":
        return addresses_in_words(subscription)
    if name == "near":
        return ", ".join(map(place_in_words, value)) or "none"
    if isinstance(value, QuietHours):
        return hours_in_words(value)
    if isinstance(value, tuple):
        return ", ".join(value) or ("none" if name in ("councils", "departments", "regions") else "all")
    return {"digest": "none", "quiet_hours": "none"}.get(name, "as configured") if value is None else str(value)


def _registered(council_id: str) -> str:
    council = Registry.load().get(council_id)
    return council.name if council else council_id
