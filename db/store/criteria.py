"""A subscription as a row of the desk and back, and whether a change makes it ask for more."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from crawler.models import ALERT_KINDS, AlertKind, Near, QuietHours, Subscription
from db.values import to_json as dump

COLUMNS = ("name", "to", "origin")
LISTS = ("councils", "departments", "regions", "topics", "kinds", "bodies")
OPERATORS: frozenset[AlertKind] = frozenset({"blind", "recovered"})  # taken by those alone who name them


def to_json(subscription: Subscription) -> tuple[str, str]:
    """The addresses, and the criteria that are set, as JSON."""
    values = dataclasses.asdict(subscription)
    if subscription.quiet_hours:
        hours = subscription.quiet_hours
        values["quiet_hours"] = [each.isoformat("minutes") for each in (hours.begin, hours.end)]
    criteria = {name: value for name, value in values.items() if name not in COLUMNS and value not in ((), None)}
    return dump(list(subscription.to)), dump(criteria)


def from_row(row: Mapping[str, Any]) -> Subscription:
    """The subscription of a row; criteria of a newer program are ignored."""
    criteria = json.loads(row["criteria"])
    lists: dict[str, Any] = {name: tuple(criteria.get(name, ())) for name in LISTS}
    hours = criteria.get("quiet_hours")
    return Subscription(
        name=row["name"],
        to=tuple(json.loads(row["to"])),
        origin=row["origin"],
        minimum_score=criteria.get("minimum_score"),
        language=criteria.get("language"),
        near=tuple(Near(**each) for each in criteria.get("near", ())),
        digest=criteria.get("digest"),
        quiet_hours=QuietHours(*map(time.fromisoformat, hours)) if hours else None,
        **lists,
    )


def widens(old: Subscription, new: Subscription) -> bool:
    """Whether ``new`` asks about something about which ``old`` did not.

    Kinds are ``new_kinds``; how it is told, and to whom, is no matter of what is asked for.
    """
    lists = any(_more(getattr(old, name), getattr(new, name)) for name in ("topics", "bodies"))
    return lists or _more_places(old, new) or _lower(old.minimum_score, new.minimum_score)


def new_kinds(old: Subscription, new: Subscription) -> tuple[AlertKind, ...]:
    """The kinds of alert that ``new`` takes and ``old`` did not."""
    before, after = _kinds(old), _kinds(new)
    return tuple(kind for kind in ALERT_KINDS if kind in after and kind not in before)


def _kinds(subscription: Subscription) -> Collection[AlertKind]:
    return subscription.kinds or frozenset(ALERT_KINDS) - OPERATORS


def _lower(old: float | None, new: float | None) -> bool:
    """Whether a score lets more through; where one is the operator's and the other is not, that is not known."""
    return old != new and (old is None or new is None or new < old)


def _more(old: Collection[str], new: Collection[str]) -> bool:
    """Whether a list lets more through than another; an empty one lets everything through."""
    return bool(old) and (not new or not set(new) <= set(old))


def _more_places(old: Subscription, new: Subscription) -> bool:
    before, after = _places(old), _places(new)
    return bool(before) and (not after or not all(_covered(place, before) for place in after))


def _places(subscription: Subscription) -> set[tuple[str, str] | Near]:
    named = {(key, text) for key in ("councils", "departments", "regions") for text in getattr(subscription, key)}
    return {*named, *(dataclasses.replace(near, place="") for near in subscription.near)}


def _covered(place: tuple[str, str] | Near, places: set[tuple[str, str] | Near]) -> bool:
    """Whether a place is among others, or a circle is a smaller one around the same point."""
    return place in places or (
        isinstance(place, Near)
        and any(
            isinstance(each, Near)
            and (each.latitude, each.longitude) == (place.latitude, place.longitude)
            and each.kilometres >= place.kilometres
            for each in places
        )
    )
