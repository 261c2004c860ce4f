"""The year of a day that is printed twice: where it stands with its weekday, that says which year is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipelines.agenda.dates import FoundDate


def agreed(dates: Sequence[FoundDate]) -> tuple[FoundDate, ...]:
    """Dates without a year, each in that of the same day printed with a year or with its weekday, where one says so."""
    said: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in dates:
        if one.year_printed or one.weekday == one.value.weekday():
            said[one.value.month, one.value.day].add(one.value.year)
    return tuple(_told(one, said[one.value.month, one.value.day]) for one in dates)


def _told(one: FoundDate, years: set[int]) -> FoundDate:
    if one.year_printed or one.weekday is not None or len(years) != 1 or one.last is not None:
        return one
    return replace(one, value=one.value.replace(year=next(iter(years))))
