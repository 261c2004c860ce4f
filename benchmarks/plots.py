"""Lines on two logarithmic axes as SVG, for docs: no library, readable in light and dark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 770, 420
LEFT, RIGHT, TOP, BOTTOM = 62, 240, 20, 46
COLOURS = ("#c2410c", "#2563eb", "#15803d", "#a16207", "#7c3aed", "#be185d", "#0e7490", "#64748b")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#57534e}.grid{stroke:#a8a29e;stroke-opacity:.35}.limit{stroke:#57534e}"
    "@media(prefers-color-scheme:dark){text{fill:#d6d3d1}.limit{stroke:#d6d3d1}}"
)


def lines(
    title: str, series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, limit: float | None = None
) -> str:
    """A plot of points (x, y), both positive; ``limit``: a dashed line at this y."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points] + ([limit] if limit else [])
    x_low, x_high = _decades(xs)
    y_low, y_high = _decades(ys)

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(value) - y_low) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
    ]
    for power in range(x_low, x_high + 1):
        at = x(10.0**power)
        parts.append(f'<path class="grid" d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_number(power)}</text>')
    for power in range(y_low, y_high + 1):
        at = y(10.0**power)
        parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{_number(power)}</text>')
    if limit:
        dashes = f'class="limit" stroke-dasharray="5 4" fill="none" d="M{LEFT} {y(limit):.1f}H{WIDTH - RIGHT}"'
        parts.append(f'<path {dashes}/><text x="{LEFT + 6}" y="{y(limit) - 6:.1f}">{limit:g}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>'
    )
    parts.append(
        f'<text transform="rotate(-90 14 {HEIGHT / 2})" x="14" y="{HEIGHT / 2}" text-anchor="middle">'
        f"{escape(up)}</text>"
    )
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.2" points="{path}"/>')
        parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5" fill="{colour}"/>' for a, b in points]
        line = TOP + 16 + number * 22
        parts.append(f'<path stroke="{colour}" stroke-width="3" d="M{WIDTH - RIGHT + 16} {line - 4}h18"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 40}" y="{line}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _number(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
