"""The plots and tables of *Coverage*, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.portal import plots
from db.portal.percents import percent
from db.portal.shares import Share
from db.portal.trend_plots import Plot
from db.portal.words import Words
from db.reader import Row
from db.values import moment

AGES = (("day", timedelta(days=1)), ("days", timedelta(days=3)), ("week", timedelta(days=7)), ("month", timedelta(days=31)))  # fmt: skip  # noqa: E501
# The sets of benchmarks/quality.py that the page shows, and their measures in order; docs/quality.md has all of them.
REAL = ("text PDF", "scan", "plain text")
HELD_OUT = ("regional, held-out", "communal, held-out", "html, held-out")
MEASURES = (
    "date", "time", "place", "items: precision", "items: recall", "votes", "flagged items: precision",
    "flagged items: recall",
)  # fmt: skip


def freshness(sources: Sequence[Row], words: Words, now: datetime) -> Plot:
    """How long ago each source was last read with success."""
    names = [*(name for name, _ in AGES), "older", "never"]
    counted = dict.fromkeys(names, 0)
    for row in sources:
        counted[_age(row["last_success_at"], now)] += 1
    said = [(words.say(f"coverage.age.{name}"), counted[name]) for name in names]
    title = words.say("coverage.fresh.plot")
    drawn = [(label, number, words.number(number)) for label, number in said]
    svg = plots.bars(drawn, title=title, describe=words.say("trends.in_table")) if sources else None
    rows = [(label, words.number(number)) for label, number in said]
    return Plot(title, svg, (words.say("coverage.col_age"), words.say("coverage.col_sources")), rows)


def _age(last: str | None, now: datetime) -> str:
    if last is None:
        return "never"
    age = now - moment(last)
    return next((name for name, most in AGES if age <= most), "older")


@dataclass(frozen=True, slots=True)
class Quality:
    """The measured figures as tables: (title, head, rows)."""

    day: str
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]


def quality(found: Mapping[str, Any], words: Words) -> Quality:
    """What was measured: documents real and held out, then topics of held-out items."""
    say = words.say
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[str]]]] = []
    for title, sets in (("real", REAL), ("held_out", HELD_OUT)):
        shown = [(name, found["documents"][name]) for name in sets if name in found["documents"]]
        if not shown:
            continue
        head = ("", *(say(f"coverage.sets.{name.partition(',')[0].replace(' ', '_')}") for name, _ in shown))
        rows: list[Sequence[str]] = [
            (say("coverage.documents_read"), *(words.number(one["documents"]) for _, one in shown))
        ]
        for measure in MEASURES:
            cells = tuple(rate(one["rates"].get(measure), words) for _, one in shown)
            rows.append((say(f"coverage.measures.{measure.replace(': ', '_').replace(' ', '_')}"), *cells))
        tables.append((say(f"coverage.quality.{title}"), head, rows))
    items = found["texts"].get("held-out")
    if items:
        rates = [
            (say(f"coverage.measures.{name.replace(' ', '_')}"), rate(counts, words))
            for name, counts in items["rates"].items()
        ]
        tables.append(
            (say("coverage.quality.items", n=words.number(items["texts"])), ("", say("coverage.rate")), rates)
        )
    day = words.short_date(datetime.fromisoformat(found["measured_on"]).date())
    return Quality(day, tables)


def rate(counts: Sequence[int] | None, words: Words) -> str:
    """« 92,3 % (24/26 ; 76 à 98 %) », or a dash where there was nothing to get right."""
    if not counts or not counts[1]:
        return words.say("base.none")
    share = Share(*counts)
    low, high = share.interval
    return words.say(
        "trends.rate",
        rate=percent(share.value or 0, words, 1),
        part=share.part,
        whole=share.whole,
        low=percent(low, words),
        high=percent(high, words),
    )


def share(of: Share, words: Words) -> str:
    """« 1,2 % », « moins de 0,1 % »; a dash of nothing or where there is none."""
    if not of.value:
        return words.say("base.none")
    if of.value < 0.001:
        return words.say("coverage.less", share=percent(0.001, words, 1))
    return percent(of.value, words, 1)
