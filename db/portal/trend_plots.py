"""The plots of *Trends*, each with the rows of its table, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency
from markupsafe import Markup

from alerts.subscriptions import labels
from alerts.wording import LOCALES
from db.portal import plots, tallies
from db.portal.percents import percent
from db.portal.plots import Interval, Mark, Series
from db.portal.queries_trends import Item
from db.portal.shares import Share
from db.portal.tallies import OUTCOMES, Line, Notices, Sum
from db.portal.words import Words


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing and its table. ``svg`` is None where there is nothing to draw."""

    title: str
    svg: Markup | None
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    series: Sequence[tuple[str, str]] = ()  # (style, label), where there is more than one
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws what was counted; ``begins`` are the first days of the columns over time."""

    words: Words
    begins: Sequence[date]

    def outcomes(self, items: Sequence[Item]) -> Plot:
        """Items over time, stacked by what became of them."""
        say, counted = self.words.say, tallies.over_time(items, self.begins, tallies.outcome)
        shown = [(kind, say(f"trends.outcome.{kind}"), counted[kind]) for kind in OUTCOMES if kind in counted]
        title = say("trends.items.plot")
        rows = [
            (self._span(begin, long=True), *(self._number(values[n]) for _, _, values in shown))
            for n, begin in enumerate(self.begins)
            if any(values[n] for _, _, values in shown)
        ]
        svg = plots.columns(
            [self._span(begin) for begin in self.begins],
            [Series(label, f"b-{kind}", values) for kind, label, values in shown],
            title=title,
            describe=say("trends.in_table"),
            written=self.words.number,
        )
        head = (say("trends.col_span"), *(label for _, label, _ in shown))
        return Plot(title, svg if shown else None, head, rows, [(f"b-{kind}", label) for kind, label, _ in shown])

    def amounts(self, found: Sum) -> Plot:
        """The sums of one role and tax over time."""
        say = self.words.say
        tax = say(f"trends.tax.{found.tax}") if found.tax in ("HT", "TTC") else say("trends.tax.unstated")
        role = say(f"trends.role.{found.role}") if found.role in ("total", "maximum", "annual") else found.role
        title = say("trends.amounts.plot", role=role, tax=tax)
        euros = tallies.euros_over_time(found, self.begins)
        spans = [tallies.span_of(day, self.begins) for day in found.days]
        rows = [
            (self._span(begin, long=True), str(spans.count(n)), self.euros(euros[n]))
            for n, begin in enumerate(self.begins)
            if euros[n]
        ]
        svg = plots.columns(
            [self._span(begin) for begin in self.begins],
            [Series(tax, "b-main", euros)],
            title=title,
            describe=say("trends.in_table"),
            written=self.short_euros,
            height=180,
        )
        count = len(found.amounts)
        notes = [
            self.words.count("trends.amounts.said", count, sum=self.euros(found.euros), middle=self.euros(found.middle))
        ]
        if count < 10:
            notes.append(say("trends.small"))
        head = (say("trends.col_span"), say("trends.col_items"), say("trends.col_euros"))
        return Plot(title, svg if count >= 3 else None, head, rows, notes=notes)

    def by_topic(self, lines: Sequence[Line]) -> Plot:
        """Items by topic."""
        named = [(self._topic(line.name), line) for line in lines]
        return self._lines(self.words.say("trends.topics.plot"), named, len(named), "trends.col_topic")

    def by_place(self, lines: Sequence[Line], most: int) -> Plot:
        """Items by territory; only the first ones are drawn."""
        named = [(line.name or self.words.say("trends.nowhere"), line) for line in lines]
        return self._lines(self.words.say("trends.places.plot"), named, most, "trends.col_place")

    def _lines(self, title: str, named: Sequence[tuple[str, Line]], most: int, first: str) -> Plot:
        say = self.words.say
        rows = [
            (
                name,
                self._number(line.items),
                *(self._number(getattr(line, kind)) for kind in OUTCOMES),
                self.rate(line.share),
            )
            for name, line in named
        ]
        drawn = [(name, line.items, self._number(line.items)) for name, line in named[:most]]
        svg = plots.bars(drawn, title=title, describe=say("trends.in_table")) if drawn else None
        head = (
            say(first),
            say("trends.col_items"),
            *(say(f"trends.outcome.{kind}") for kind in OUTCOMES),
            say("trends.col_rate"),
        )
        return Plot(title, svg, head, rows)

    def rates(self, measures: Sequence[Item], motions: Sequence[Item]) -> Plot:
        """The share adopted of what was adopted or rejected: all items, each topic, and motions apart."""
        say = self.words.say
        rows = [(say("trends.rates.all"), _share(measures))]
        rows += [(self._topic(line.name), line.share) for line in tallies.lines(measures, lambda item: item.topics)]
        if motions:
            rows.append((say("trends.rates.motions"), _share(motions)))
        shown = [(name, share) for name, share in rows if share.whole]
        drawn = [
            Interval(name, share.value or 0, *share.interval, f"{share.part}/{share.whole}", share.few)
            for name, share in shown
        ]
        title = say("trends.rates.plot")
        svg = plots.shares(
            drawn, title=title, describe=say("trends.in_table"), written=lambda value: percent(value, self.words)
        )
        head = tuple(say(f"trends.col_{name}") for name in ("group", "adopted", "decided", "rate"))
        table = [(name, str(share.part), str(share.whole), self.rate(share)) for name, share in shown]
        notes = [say("trends.rates.few")] if any(share.few for _, share in shown) else []
        return Plot(title, svg if shown else None, head, table, notes=notes)

    def notice(self, found: Notices) -> Plot:
        """Days of notice under one rule, with the least that it asks for."""
        say, count, rule = self.words.say, self.words.count, found.rule
        least = count("law.clear_days" if rule.clear else "law.days", rule.days)
        title = say("trends.notice.plot", kind=say(f"base.kinds_many.{found.kind}"), least=least)
        values = found.columns()
        names = [str(days) if days < tallies.LONGEST else f"{days}+" for days in range(len(values))]
        svg = plots.columns(
            names,
            [Series(say("trends.notice.sessions"), "b-main", values)],
            title=title,
            describe=say("trends.in_table"),
            written=self.words.number,
            mark=Mark(rule.days, say("trends.notice.least", least=least)),
            height=190,
            every=2,
        )
        unit = "clear" if rule.clear else "plain"
        head = (say(f"trends.notice.col_{unit}"), say("trends.notice.sessions"))
        rows = [(names[days], self._number(value)) for days, value in enumerate(values) if value]
        middle = count("law.clear_days" if rule.clear else "law.days", found.middle)
        notes = [
            count(
                "trends.notice.said",
                found.sessions,
                middle=middle,
                least=least,
                article=self.words.phrase(rule.article),
            )
        ]
        if found.sessions < 10:
            notes.append(say("trends.small"))
        return Plot(title, svg, head, rows, notes=notes)

    def rate(self, share: Share) -> str:
        """« 92 % (11/12 ; 65 à 99 %) », or a dash."""
        if share.value is None:
            return self.words.say("base.none")
        low, high = share.interval
        return self.words.say(
            "trends.rate",
            rate=percent(share.value, self.words),
            part=share.part,
            whole=share.whole,
            low=percent(low, self.words),
            high=percent(high, self.words),
        )

    def euros(self, value: float) -> str:
        """« 1 234 567 € »: without cents."""
        form = "#,##0\u202f¤" if self.words.language == "fr" else "¤#,##0"
        return str(format_currency(round(value), "EUR", form, self._locale, currency_digits=False))

    def short_euros(self, value: float) -> str:
        """For an axis: « 250 k€ », « 1,5 M€ »."""
        for size, unit in ((1_000_000, "M€"), (1_000, "k€")):
            if value >= size:
                return f"{self.words.number(round(value / size, 1))}\u202f{unit}"
        return f"{self.words.number(round(value))}\u202f€"

    def _number(self, value: float) -> str:
        return self.words.number(value) if value else self.words.say("base.none")

    def _topic(self, name: str) -> str:
        known = next((label for topic, label in labels().items() if topic == name), None)
        return known[self.words.language] if known else name

    def _span(self, begin: date, *, long: bool = False) -> str:
        yearly = len(self.begins) > 1 and (self.begins[1] - self.begins[0]).days > 31
        form = "y" if yearly else "MMMM y" if long else "MMM yy"
        return str(format_date(begin, form, locale=self._locale))

    @property
    def _locale(self) -> str:
        return LOCALES[self.words.language]


def _share(items: Sequence[Item]) -> Share:
    results = [tallies.outcome(item) for item in items]
    return Share(results.count("adopted"), results.count("adopted") + results.count("rejected"))
