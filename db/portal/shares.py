"""A share with its count and its uncertainty. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

FEW = 10  # below this many, a share says little and is said to be small


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """In 0..1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval, in 0..1."""
        return wilson(self.part, self.whole)

    @property
    def few(self) -> bool:
        """Whether there are too few cases to conclude from."""
        return self.whole < FEW


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, in 0..1."""
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)
    return max(0.0, low), min(1.0, high)
