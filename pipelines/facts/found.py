"""What a rule finds in a stretch of text."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models import FactKind, FactRole, Tax


@dataclass(frozen=True, slots=True)
class Found:
    """A fact at ``start``..``end`` of a stretch; see ``crawler.models.FactClaim``."""

    kind: FactKind
    start: int
    end: int
    value: float | None = None
    name: str = ""
    role: FactRole | None = None
    tax: Tax | None = None
    rate: float | None = None
