"""The words of the portal: those of the alerts, and ``words/PAGE.fr.toml`` of each page under the page's name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from alerts import wording
from alerts.wording import LOCALES, NBSP, Language

NARROW = "\u202f"
LANGUAGES: tuple[Language, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Words(wording.Words):
    """The phrases of one language, with numbers and dates as pages show them."""

    def number(self, value: float) -> str:
        """« 12 345 », "12,345"."""
        return str(format_decimal(value, locale=LOCALES[self.language]))

    def month(self, moment: datetime) -> str:
        """« nov. », "Nov": under a large day."""
        return str(format_date(moment, "MMM", locale=LOCALES[self.language]))

    def weekday(self, moment: datetime) -> str:
        """« mercredi », "Wednesday"."""
        return str(format_date(moment, "EEEE", locale=LOCALES[self.language]))

    def seen(self, moment: datetime, zone: ZoneInfo) -> str:
        """The day of an instant of ours in the council's zone, without the weekday."""
        return self.short_date(moment.astimezone(zone).date())


@cache
def words(language: Language) -> Words:
    """The phrases of a language, read from the packages."""
    phrases: dict[str, Any] = dict(wording.words(language).phrases)
    for each in files("db.portal").joinpath("words").iterdir():
        page, _, rest = each.name.partition(".")
        if rest == f"{language}.toml":
            phrases[page] = _set(tomllib.loads(each.read_text(encoding="utf-8")), language)
    return Words(language, phrases)


def _set(value: Any, language: Language) -> Any:
    """French typography, with the narrow space before ; ! ? that pages can show."""
    if isinstance(value, Mapping):
        return {key: _set(each, language) for key, each in value.items()}
    return re.sub(NBSP + "([;!?])", NARROW + r"\1", wording.typeset(value)) if language == "fr" else value
