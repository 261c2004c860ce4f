"""The words of dossiers: those of the alerts, and ``words.fr.toml`` or ``words.en.toml`` beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from alerts import wording
from alerts.subscriptions import labels
from alerts.wording import Language
from crawler.models import Topic


@dataclass(frozen=True, slots=True)
class Words(wording.Words):
    """The phrases of one language; those of dossiers under ``dossier.``."""

    def tell(self, key: str, **values: object) -> str:
        """A phrase of dossiers."""
        return self.say(f"dossier.{key}", **values)

    def tally(self, key: str, number: int) -> str:
        """A phrase of dossiers for one or for several."""
        return self.count(f"dossier.{key}", number)

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """Several paragraphs of dossiers."""
        return tuple(self.phrases["dossier"][key])

    def label(self, key: str, value: str | None) -> str:
        """An id in words where the table ``key`` has it, else as it is."""
        return str(self.phrases["dossier"][key].get(value, value or ""))

    def topic(self, topic: Topic) -> str:
        """The label of a topic."""
        return labels().get(topic, {}).get(self.language, topic)

    def stamp(self, moment: datetime, zone: ZoneInfo) -> str:
        """An instant to the second in the council's zone, with its offset: for evidence, not for reading aloud."""
        local = moment.astimezone(zone)
        offset = f"{local:%z}"
        return f"{self.brief(local.date())} {local:%H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"

    def brief(self, day: date) -> str:
        """« 03/05/2026 », "3 May 2026": a day in a table."""
        return f"{day:%d/%m/%Y}" if self.language == "fr" else f"{day.day} {day:%b %Y}"


@cache
def words(language: Language) -> Words:
    """The phrases of a language, read from the packages."""
    own = tomllib.loads(files("crawler.evidence").joinpath(f"words.{language}.toml").read_text(encoding="utf-8"))
    return Words(language, {**wording.words(language).phrases, "dossier": _set(own, language)})


def _set(value: Any, language: Language) -> Any:
    if isinstance(value, dict):
        return {key: _set(each, language) for key, each in value.items()}
    if isinstance(value, list):
        return [_set(each, language) for each in value]
    return wording.typeset(value) if language == "fr" else value
