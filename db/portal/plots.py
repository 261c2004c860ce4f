"""Plots as SVG: columns over time, bars by name, shares with their intervals. Pure.

Nothing in them is styled in place (the Content-Security-Policy forbids it): classes of portal.css give colours, light
and dark. Each has a title and a description; what it shows stands in a table beside it as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 480
_LEFT, _RIGHT, _TOP, _FOOT = 46, 6, 14, 26
Written = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, one a label; ``style`` is a class of the style sheet."""

    label: str
    style: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a plot at the column ``at``, with its words."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its interval, all in 0..1; ``said`` is written at the end of its row."""

    label: str
    value: float
    low: float
    high: float
    said: str
    few: bool = False


def columns(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    describe: str,
    written: Written,
    mark: Mark | None = None,
    height: int = 220,
    every: int | None = None,
) -> Markup:
    """Columns side by side, each a stack of the series; ``every``: how many columns share a label."""
    totals = [sum(each.values[n] for each in series) for n in range(len(labels))]
    ticks = steps(max(totals, default=0))
    above = _TOP + (10 if mark else 0)
    room, floor = height - above - _FOOT, height - _FOOT
    width = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    parts = [_axis(ticks, floor, room, written)]
    every = every or max(1, math.ceil(len(labels) / 8))
    for n, label in enumerate(labels):
        left, top = _LEFT + n * width, float(floor)
        for each in series:
            if not each.values[n]:
                continue
            tall = each.values[n] / ticks[-1] * room
            top -= tall
            said = escape(f"{label} – {each.label} : {written(each.values[n])}")
            parts.append(
                f'<rect class="{each.style}" x="{left + width * 0.12:.1f}" y="{top:.1f}" width="{width * 0.76:.1f}" '
                f'height="{tall:.1f}"><title>{said}</title></rect>'
            )
        if n % every == 0:
            parts.append(f'<text x="{left + width / 2:.1f}" y="{height - 8}">{escape(label)}</text>')
    if mark is not None:
        x = _LEFT + mark.at * width
        end = x > WIDTH * 0.6
        parts.append(f'<path class="limit" d="M{x:.1f} 2V{floor}"></path>')
        side = 'class="at-end" ' if end else 'class="at-start" '
        parts.append(f'<text {side}x="{x + (-5 if end else 5):.1f}" y="11">{escape(mark.label)}</text>')
    return _drawn(parts, height, title, describe)


def bars(rows: Sequence[tuple[str, float, str]], *, title: str, describe: str, style: str = "b-main") -> Markup:
    """A bar for each (label, value, words of the value), one below the other, labels above their bars."""
    most = max((value for _, value, _ in rows), default=0) or 1
    parts = []
    for n, (label, value, said) in enumerate(rows):
        y = n * 36
        parts.append(f'<text class="at-start" x="0" y="{y + 13}">{escape(label)}</text>')
        parts.append(f'<rect class="ground" x="0" y="{y + 18}" width="{WIDTH - 70}" height="12"></rect>')
        width = value / most * (WIDTH - 70)
        parts.append(f'<rect class="{style}" x="0" y="{y + 18}" width="{width:.1f}" height="12"></rect>')
        parts.append(f'<text class="at-start strong" x="{width + 6:.1f}" y="{y + 29}">{escape(said)}</text>')
    return _drawn(parts, len(rows) * 36, title, describe)


def shares(rows: Sequence[Interval], *, title: str, describe: str, written: Written) -> Markup:
    """A point with its interval for each row, from nothing to all; small numbers are drawn hollow."""
    left, right, height = 4, WIDTH - 8, len(rows) * 38 + 24
    across = right - left
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = left + share * across
        parts.append(f'<path class="grid" d="M{x:.1f} 0V{height - 22}"></path>')
        place = ' class="at-end"' if share == 1 else ' class="at-start"' if share == 0 else ""
        parts.append(f'<text{place} x="{x:.1f}" y="{height - 6}">{escape(written(share))}</text>')
    for n, row in enumerate(rows):
        y = n * 38
        low, high, at = (left + share * across for share in (row.low, row.high, row.value))
        parts.append(f'<text class="at-start halo" x="{left}" y="{y + 13}">{escape(row.label)}</text>')
        parts.append(f'<text class="at-end halo" x="{right}" y="{y + 13}">{escape(row.said)}</text>')
        ends = f"M{low:.1f} {y + 25}H{high:.1f}M{low:.1f} {y + 20}v10M{high:.1f} {y + 20}v10"
        parts.append(f'<path class="span" d="{ends}"></path>')
        parts.append(f'<circle class="{"dot few" if row.few else "dot"}" cx="{at:.1f}" cy="{y + 25}" r="5"></circle>')
    return _drawn(parts, height, title, describe)


def steps(most: float) -> list[float]:
    """Round values of an axis from nothing to at least ``most``, two to six of them; whole ones where they can be."""
    if most <= 0:
        return [0, 1]
    size = 10 ** math.floor(math.log10(most))
    step = next(each for each in (size / 5, size / 2, size, size * 2, size * 5) if most / each <= 4.5)
    step = max(step, 1) if most >= 1 else step
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]


def _axis(ticks: Sequence[float], floor: float, room: float, written: Written) -> str:
    parts = []
    for tick in ticks:
        y = floor - tick / ticks[-1] * room
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"></path>')
        parts.append(f'<text class="at-end" x="{_LEFT - 6}" y="{y + 4:.1f}">{escape(written(tick))}</text>')
    return "".join(parts)


def _drawn(parts: Sequence[str], height: float, title: str, describe: str) -> Markup:
    """The parts are our own markup; every text in them was escaped."""
    head = f"<title>{escape(title)}</title><desc>{escape(describe)}</desc>"
    body = "".join(parts)
    label = escape(f"{title}. {describe}")
    return Markup(  # noqa: S704 - see above
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{head}{body}</svg>'
    )
