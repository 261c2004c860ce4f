"""How values stand in the archive: instants, days, JSON and text that SQLite can always hold."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, tzinfo
from typing import Any

# Lone surrogates cannot be encoded and NUL ends C strings; each becomes one character, so that offsets stay true.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def stamp(moment: datetime, zone: tzinfo = UTC) -> str:
    """An aware instant as ISO 8601 to the second, in ``zone``: strings in UTC sort as instants do.

    Raises ValueError for a naive one.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive instant cannot be stored: {moment!r}")
    return moment.astimezone(zone).isoformat(timespec="seconds")


def moment(text: str, zone: tzinfo | None = None) -> datetime:
    """The aware instant of a stamp, in ``zone`` where one is given."""
    found = datetime.fromisoformat(text)
    return found.astimezone(zone) if zone else found


def optional_stamp(value: datetime | None, zone: tzinfo = UTC) -> str | None:
    return stamp(value, zone) if value else None


def optional_moment(text: str | None, zone: tzinfo | None = None) -> datetime | None:
    return moment(text, zone) if text else None


def day(value: date | None) -> str | None:
    """A day as YYYY-MM-DD."""
    return value.isoformat() if value else None


def optional_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def clean(text: str) -> str:
    """Text as SQLite can hold it: lone surrogates and NUL become U+FFFD, one for one."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_or_none(text: str | None) -> str | None:
    return None if text is None else clean(text)


def to_json(value: Any) -> str:
    """Compact JSON that SQLite can hold."""
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
