"""The words of alerts: phrases from templates/words.*.toml, dates and durations in words.

French typography is set once, on our own phrases, never on what a council printed: ’ for the
apostrophe, a no-break space before : ; ! ? and » and after «, « 1er », « 18 h 30 ».
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.units import format_unit

Language = Literal["fr", "en"]
NBSP = "\u00a0"
LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def typeset(text: str) -> str:
    """French typography for a phrase of ours."""
    text = text.replace("'", "’")
    text = re.sub(r" ([:;!?»])", NBSP + r"\1", text)
    text = re.sub(r"(n°|\bart\.) ", r"\1" + NBSP, text)
    return text.replace("« ", "«" + NBSP)


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language."""

    language: Language
    phrases: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """The phrase ``key`` (``table.key`` inside a table) with its blanks filled."""
        return self._find(key).format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The phrase for one or for several; in French, nothing is one: « 0 conseil »."""
        one = number == 1 or (number == 0 and self.language == "fr")
        return self._find(f"{key}.{'one' if one else 'other'}").format(n=number, **values)

    def _find(self, key: str) -> str:
        found: Any = self.phrases
        for part in key.split("."):
            found = found[part]
        return str(found)

    def phrase(self, text: str) -> str:
        """A phrase of ours from elsewhere, set as the language asks."""
        return typeset(text) if self.language == "fr" else text

    def quoted(self, text: str) -> str:
        """A text between the quotation marks of the language."""
        return self.say("quote", text=text)

    def day(self, day: date) -> str:
        """« mercredi 1er avril 2026 », "Wednesday 1 April 2026"."""
        text = str(format_date(day, "EEEE d MMMM y", locale=LOCALES[self.language]))
        return re.sub(r" 1 ", " 1er ", text, count=1) if self.language == "fr" and day.day == 1 else text

    def short_date(self, day: date) -> str:
        """The date without its weekday."""
        return self.day(day).split(" ", 1)[1]

    def time(self, moment: datetime) -> str:
        """« 18 h 30 », "18:30"; the instant must stand in the council's zone."""
        if self.language == "en":
            return f"{moment:%H:%M}"
        minutes = f"{NBSP}{moment:%M}" if moment.minute else ""
        return f"{moment.hour}{NBSP}h{minutes}"

    def instant(self, moment: datetime, zone: ZoneInfo) -> str:
        """An instant of ours (when we saw something) in the council's zone, without the weekday."""
        local = moment.astimezone(zone)
        return self.say("when", date=self.short_date(local.date()), time=self.time(local))

    def duration(self, lead: timedelta) -> str:
        """« 3 jours », « 12 heures », « 45 minutes »: in the largest unit that is exact."""
        seconds = int(lead.total_seconds())
        for unit, size in (("day", 86400), ("hour", 3600)):
            if seconds >= size and seconds % size == 0:
                return self._unit(seconds // size, unit)
        return self._unit(max(seconds // 60, 1), "minute")

    def _unit(self, number: int, unit: str) -> str:
        text = str(format_unit(number, f"duration-{unit}", "long", locale=LOCALES[self.language]))
        return text.replace(" ", NBSP)

    def left(
        self, day: date, starts_at: datetime | None, now: datetime, zone: ZoneInfo, last_day: date | None = None
    ) -> str:
        """How long until a session, in days of its own calendar; empty where it is past."""
        today = now.astimezone(zone).date()
        days = (day - today).days
        if days > 0:
            return self.count("left_days", days)
        if last_day is not None and today <= last_day and (days < 0 or (starts_at is not None and starts_at <= now)):
            return self.say("left_under_way")
        if days < 0 or (starts_at is not None and starts_at <= now):
            return ""
        if starts_at is None:
            return self.say("left_today")
        minutes = (starts_at - now) // timedelta(minutes=1)
        rounded = timedelta(hours=minutes // 60) if minutes >= 120 else timedelta(minutes=minutes)
        return self.say("left_today_in", duration=self.duration(rounded))

    def also(self, parts: Sequence[str]) -> str:
        """Several statements, separated by semicolons."""
        return self.say("also").join(parts)

    def listed(self, parts: list[str], limit: int = 20) -> str:
        """Several things, separated by commas; beyond ``limit`` they are counted."""
        rest = [self.count("more", len(parts) - limit)] if len(parts) > limit else []
        return ", ".join(parts[:limit] + rest)


@cache
def words(language: Language) -> Words:
    """The phrases of a language, read from the package."""
    text = files("alerts").joinpath(f"templates/words.{language}.toml").read_text(encoding="utf-8")
    phrases = tomllib.loads(text)
    return Words(language, _set_all(phrases) if language == "fr" else phrases)


def _set_all(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _set_all(each) for key, each in value.items()}
    return typeset(value)
