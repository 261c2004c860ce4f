"""The configuration as typed values, and its reading from ``tocsin.toml`` (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from crawler.models import Council, Subscription


@dataclass(frozen=True, slots=True)
class Operator:
    contact: str | None = None
    language: Literal["fr", "en"] = "fr"


@dataclass(frozen=True, slots=True)
class Crawl:
    delay: float = 1.0
    max_pages: int = 400
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    crawl_every: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Alerts:
    reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
    minimum_score: float = 0.5
    smtp: str | None = None
    sender: str = "Tocsin <tocsin@localhost>"


@dataclass(frozen=True, slots=True)
class Portal:
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    operator: Operator = Operator()
    crawl: Crawl = Crawl()
    watch: Watch = Watch()
    alerts: Alerts = Alerts()
    portal: Portal = Portal()
    councils: tuple[Council, ...] = ()
    subscriptions: tuple[Subscription, ...] = field(default=())
