"""Which of the days in a document is its session's, once the part of each is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipelines.agenda.dates import make_date
from pipelines.agenda.evidence import Judged
from pipelines.agenda.roles import EVENT

_CALLED = 45  # days between a convocation and its session, at most
SESSION = ("session", "alone", "call", "called", "planned", "cancelled")


def settled(judged: Sequence[Judged], named: tuple[date, ...]) -> Sequence[Judged]:
    """The same day of two years is one day with a slip of the pen: "deux mille dix-vingt" under "18 février 2020"."""
    days: dict[tuple[int, int], set[date]] = defaultdict(set)
    for one in judged:
        if one.role in SESSION and one.found.year_printed:
            days[one.value.month, one.value.day].add(one.value)
    sent = [one.value for one in judged if one.role == "convened"]
    meant: dict[date, date] = {}
    for values in days.values():
        if len(values) > 1:
            best = max(
                values,
                key=lambda when: (
                    any(0 < (when - day).days <= _CALLED for day in sent),
                    when in named,
                    sum(one.value == when for one in judged),
                    any(one.value == when and one.found.weekday == when.weekday() for one in judged),
                ),
            )
            meant |= dict.fromkeys(values, best)
    return [
        replace(one, found=replace(one.found, value=meant[one.value])) if one.value in meant else one for one in judged
    ]


def may_open(low: str, one: Judged) -> bool:
    """Whether a sentence of the session's day may tell its hour ("rendez-vous jeudi à 20 h"), not an event's."""
    begin = low.rfind("\n", 0, one.found.start) + 1
    return one.role in ("none", "alone") and not EVENT.search(low, begin, one.found.end + 60)


def mended(when: date, judged: Sequence[Judged]) -> date:
    """The day whose year is that of last January: its weekday and the convocation both say the next one."""
    weekday = next((one.found.weekday for one in judged if one.value == when and one.found.weekday is not None), None)
    if weekday is None or weekday == when.weekday():
        return when
    sent = [one.value for one in judged if one.role in ("convened", "letter", "posted") and one.found.year_printed]
    for year in (when.year + 1, when.year - 1):
        other = make_date(year, when.month, when.day)
        if other and other.weekday() == weekday and any(abs((other - day).days) <= _CALLED for day in sent):
            return other
    return when


def choose(judged: Sequence[Judged], named: tuple[date, ...], of_it: Sequence[str]) -> date | None:
    """The day that most words speak for; one to which the session was moved, before the one it was moved from."""
    planned = [one for one in judged if one.role == "planned"]
    if planned and any(one.role in ("moved", "cancelled") for one in judged):
        return planned[-1].value
    scores: dict[date, float] = defaultdict(float)
    first: dict[date, int] = {}
    for one in judged:
        if one.role not in (*of_it, "moved") or not one.weight:
            continue
        scores[one.value] += one.weight if scores[one.value] == 0 else one.weight / 3
        first.setdefault(one.value, one.found.start)
        if one.found.weekday not in (None, one.value.weekday()):
            scores[one.value] -= 2
    convened = [one.value for one in judged if one.role == "convened" and one.found.year_printed]
    convened = [day for day in convened if any(0 < (when - day).days <= _CALLED for when in scores)]
    for when in scores:
        scores[when] += 4 if when in named else 0
        scores[when] -= min(first[when] / 600, 4)
        if convened:
            scores[when] += 2 if any(0 < (when - day).days <= 45 for day in convened) else -3
    if not scores:
        return next((one.value for one in judged if one.role == "moved"), None)
    return max(scores, key=lambda when: (round(scores[when], 1), -first[when]))


def choose_named(named: tuple[date, ...], judged: Sequence[Judged]) -> date:
    """Of the dates in names, the first that is not after the act was sent (file names may carry a wrong year)."""
    sent = min((one.value for one in judged if one.role == "posted"), default=None)
    return next((when for when in named if sent is None or when <= sent), named[0])
