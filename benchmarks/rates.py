"""Rates with their counts and Wilson intervals, and tables of them: what benchmarks/quality.py prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from db.portal.shares import wilson

__all__ = ["Found", "Tally", "cell", "harmonic", "table", "wilson"]


def cell(right: int, total: int) -> str:
    """A share as "97.5 % (39/40; 87–100)", or a dash where there was nothing to get right."""
    if not total:
        return "–"
    low, high = wilson(right, total)
    return f"{100 * right / total:.1f} % ({right}/{total}; {100 * low:.0f}–{100 * high:.0f})"


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


@dataclass
class Tally:
    """Right and total by measure, and what was wrong."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    documents: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self, measure: str, right: int, total: int, error: str = "") -> None:
        self.right[measure] += right
        self.total[measure] += total
        if error and right < total:
            self.errors.append(f"{measure}: {error}")

    def cell(self, measure: str) -> str:
        return cell(self.right[measure], self.total[measure])

    def f1(self, name: str = "items") -> float | None:
        """Of the measures ``name: precision`` and ``name: recall``."""
        shares = [
            self.right[key] / self.total[key] for key in (f"{name}: precision", f"{name}: recall") if self.total[key]
        ]
        return harmonic(*shares) if len(shares) == 2 else None


@dataclass
class Found:
    """Topics found and missed in texts that are labelled with theirs."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, expected: bool, found: bool) -> None:
        self.right += expected and found
        self.false += found and not expected
        self.missed += expected and not found

    def cells(self) -> tuple[str, str, str]:
        """Precision, recall and F1."""
        cases = 2 * self.right + self.false + self.missed
        f1 = f"{2 * self.right / cases:.3f}" if cases else "–"
        return cell(self.right, self.right + self.false), cell(self.right, self.right + self.missed), f1


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
