"""Flagged items counted: by month, topic, territory and outcome; sums only of what can be added up. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from alerts import law
from crawler.models import Council
from db.portal.queries_trends import Item
from db.portal.shares import Share
from db.reader import Row

OUTCOMES = ("adopted", "rejected", "other", "unknown")
LONG = 40  # months, beyond which columns are years
LONGEST = 20  # days of notice that have a column of their own


def outcome(item: Item) -> str:
    """One of ``OUTCOMES``: adjourned, withdrawn, noted and mixed are other."""
    if item.result is None:
        return "unknown"
    return item.result if item.result in ("adopted", "rejected") else "other"


def spans(first: date, last: date) -> list[date]:
    """The first day of each month from ``first`` to ``last``; of each year where there are more than ``LONG``."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > LONG:
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    numbers = range(first.month - 1, first.month - 1 + months)
    return [date(first.year + number // 12, number % 12 + 1, 1) for number in numbers]


def span_of(day: date, begins: Sequence[date]) -> int:
    """The place of a day among ``spans``."""
    yearly = len(begins) > 1 and (begins[1] - begins[0]).days > 31
    if yearly:
        return day.year - begins[0].year
    return (day.year - begins[0].year) * 12 + day.month - begins[0].month


def over_time(items: Iterable[Item], begins: Sequence[date], of: Callable[[Item], str]) -> Mapping[str, list[int]]:
    """How many items of each kind, per span."""
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(begins))
    for item in items:
        found[of(item)][span_of(item.day, begins)] += 1
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """What became of the items of one topic or territory."""

    name: str
    items: int
    adopted: int
    rejected: int
    other: int
    unknown: int

    @property
    def share(self) -> Share:
        """Adopted, of those adopted or rejected."""
        return Share(self.adopted, self.adopted + self.rejected)


def lines(items: Iterable[Item], names: Callable[[Item], Iterable[str]]) -> list[Line]:
    """A line for each name that an item has, the commonest first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for name in names(item):
            found[name][outcome(item)] += 1
    counted = [Line(name, sum(each.values()), *(each[kind] for kind in OUTCOMES)) for name, each in found.items()]
    return sorted(counted, key=lambda line: (-line.items, line.name))


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts that can be added up: of one role ("total", "maximum", "annual") and one tax (HT, TTC or unstated)."""

    role: str
    tax: str | None
    amounts: tuple[float, ...]
    days: tuple[date, ...]

    @property
    def euros(self) -> float:
        return sum(self.amounts)

    @property
    def middle(self) -> float:
        return median(self.amounts)


def sums(items: Iterable[Item]) -> list[Sum]:
    """The amounts, never two kinds in one sum; those of whole operations first, then the commonest."""
    found: dict[tuple[str, str | None], list[Item]] = defaultdict(list)
    for item in items:
        if item.amount is not None and item.role:
            found[item.role, item.tax].append(item)
    made = [
        Sum(role, tax, tuple(item.amount or 0 for item in each), tuple(item.day for item in each))
        for (role, tax), each in found.items()
    ]
    return sorted(made, key=lambda one: (one.role != "total", -len(one.amounts), one.role, one.tax or "~"))


def euros_over_time(amounts: Sum, begins: Sequence[date]) -> list[float]:
    """The sum of each span."""
    found = [0.0] * len(begins)
    for euros, day in zip(amounts.amounts, amounts.days, strict=True):
        found[span_of(day, begins)] += euros
    return found


@dataclass(frozen=True, slots=True)
class Notices:
    """How many sessions had how many days of notice, under one rule; ``days`` counts as the rule counts."""

    kind: str
    rule: law.Notice
    days: Counter[int]

    @property
    def sessions(self) -> int:
        return sum(self.days.values())

    @property
    def middle(self) -> int:
        """The median."""
        return int(median(self.days.elements()))

    def columns(self) -> list[int]:
        """From no day to ``LONGEST`` and more."""
        capped: Counter[int] = Counter()
        for days, sessions in self.days.items():
            capped[min(days, LONGEST)] += sessions
        return [capped[days] for days in range(LONGEST + 1)]


def notices(rows: Iterable[Row]) -> tuple[list[Notices], int]:
    """Sessions with a printed date of convocation by kind of council and rule, and how many have no rule that can be
    stated (``alerts.law.notice``)."""
    turns = sorted({rule[name] for rule in law.facts()["notice"] for name in ("since", "until") if name in rule})
    rules: dict[tuple[str, str, int], law.Notice | None] = {}
    found: dict[tuple[str, law.Notice], Counter[int]] = defaultdict(Counter)
    without = 0
    for row in rows:
        day = date.fromisoformat(row["date"])
        key = (row["id"], row["body"], sum(turn <= day for turn in turns))
        if key not in rules:
            council = Council(row["id"], "", row["kind"], row["department"], population=row["population"])
            rules[key] = law.notice(council, row["body"], day)
        rule = rules[key]
        if rule is None:
            without += 1
        else:
            found[row["kind"], rule][rule.given(date.fromisoformat(row["convened_on"]), day)] += 1
    made = [Notices(kind, rule, days) for (kind, rule), days in found.items()]
    return sorted(made, key=lambda each: (-each.sessions, each.kind, each.rule.article)), without
