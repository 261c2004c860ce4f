"""One line of ``tocsin doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands, and what would put it right."""

    name: str
    state: Literal["ok", "warning", "problem"]
    found: str
    remedy: str | None = None


def good(name: str, found: str) -> Check:
    return Check(name, "ok", found)


def warning(name: str, found: str, remedy: str | None = None) -> Check:
    return Check(name, "warning", found, remedy)


def problem(name: str, found: str, remedy: str | None = None) -> Check:
    return Check(name, "problem", found, remedy)
