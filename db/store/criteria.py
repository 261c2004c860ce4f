"""A subscription as a row of the desk and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from crawler.models import Subscription
from db.values import to_json as dump

COLUMNS = ("name", "to", "origin")
LISTS = ("councils", "departments", "regions", "topics", "kinds", "bodies")


def to_json(subscription: Subscription) -> tuple[str, str]:
    """The addresses, and the criteria that are set, as JSON."""
    values = dataclasses.asdict(subscription)
    criteria = {name: value for name, value in values.items() if name not in COLUMNS and value not in ((), None)}
    return dump(list(subscription.to)), dump(criteria)


def from_row(row: Mapping[str, Any]) -> Subscription:
    """The subscription of a row; criteria of a newer program are ignored."""
    criteria = json.loads(row["criteria"])
    lists: dict[str, Any] = {name: tuple(criteria.get(name, ())) for name in LISTS}
    return Subscription(
        name=row["name"],
        to=tuple(json.loads(row["to"])),
        origin=row["origin"],
        minimum_score=criteria.get("minimum_score"),
        language=criteria.get("language"),
        **lists,
    )
