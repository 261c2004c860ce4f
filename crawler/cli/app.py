"""What every command is given: the home, the clock, the configuration, and how to print."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from crawler.config import Config, load_config
from crawler.errors import UsageError
from db.home import Home
from spiders.registry import Registry

PARIS = ZoneInfo("Europe/Paris")
HARMLESS = "\n\u00a0\u202f"  # French puts the two spaces before its punctuation


def parse_now(text: str) -> datetime:
    """``--now``: ISO 8601, taken as Europe/Paris where it has no offset. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--now: not an ISO 8601 date and time: {text!r}; for example 2025-09-12T09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


@dataclass
class App:
    """Made once per run by ``main``; commands ask it, never the environment or the system clock."""

    home: Home
    home_given: bool = False
    fixed_now: datetime | None = None
    _config: Config | None = field(default=None, repr=False)

    @classmethod
    def make(cls, home: str | None, now: str | None) -> App:
        chosen = home or os.environ.get("TOCSIN_HOME")
        root = Path(chosen or "tocsin-home").expanduser().absolute()
        Registry.prefer(root)  # a table that was refreshed into this home
        return cls(Home(root), home_given=bool(chosen), fixed_now=parse_now(now) if now else None)

    def now(self) -> datetime:
        """The instant of this call (aware), or the one that ``--now`` fixed."""
        return self.fixed_now or datetime.now(UTC)

    @property
    def config(self) -> Config:
        """The home's configuration; raises UsageError where there is no home, ConfigError where it is wrong."""
        if self._config is None:
            if not self.home.config.exists():
                raise UsageError(f"no Tocsin home in {self.home.root}; make one with: tocsin init --home DIR")
            # `watch` hands its crawls the last good configuration while somebody is editing the file
            self._config = load_config(Path(os.environ.get("TOCSIN_CONFIG") or self.home.config))
        return self._config


pass_app = click.make_pass_decorator(App)


def clean(value: object) -> str:
    """A value as one harmless line for a terminal: fetched text may hold control characters."""
    text = "" if value is None else str(value)
    return "".join(ch if ch.isprintable() else " " for ch in text)


def print_json(value: object) -> None:
    """Print JSON that any terminal may show: its strings may hold what a site wanted to do to it."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    click.echo("".join(ch if ch in HARMLESS or ch.isprintable() else json.dumps(ch)[1:-1] for ch in text))


__all__ = ["PARIS", "App", "clean", "parse_now", "pass_app", "print_json"]
