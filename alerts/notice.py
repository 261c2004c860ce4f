"""What one message has to say: the alerts of one session to one address, with their facts (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from alerts.planner import PARIS
from alerts.timing import vote_end
from alerts.wording import Language
from crawler.models import Alert, AlertFact, Change, SessionStatus, Subscription, Topic


@dataclass(frozen=True, slots=True)
class House:
    """What the operator configured and every message needs."""

    sender: str = "Tocsin <tocsin@localhost>"
    contact: str | None = None
    portal: str | None = None  # without a slash at the end
    language: Language = "fr"
    labels: Mapping[Topic, Mapping[str, str]] = field(default_factory=dict)  # topic → language → label

    def label(self, topic: Topic, language: Language) -> str:
        """A topic in words; its id where the lexicon has no label for it."""
        return self.labels.get(topic, {}).get(language, topic)


@dataclass(frozen=True, slots=True)
class Notice:
    """The matter of one message. ``facts`` are the items it shows, best known first; none where all are gone."""

    address: str
    alerts: tuple[Alert, ...]
    facts: tuple[AlertFact, ...]
    changes: tuple[Change, ...]
    subscriptions: tuple[Subscription, ...]  # those of the alerts

    @property
    def first(self) -> AlertFact | None:
        return self.facts[0] if self.facts else None

    @property
    def council(self) -> str:
        return self.first.council.name if self.first else self.alerts[0].council_id

    @property
    def zone(self) -> ZoneInfo:
        return self.first.council.zone if self.first else PARIS

    @property
    def session_id(self) -> str | None:
        return self.alerts[0].session_id

    @property
    def session_date(self) -> date | None:
        return self.first.session_date if self.first else self.alerts[0].session_date

    @property
    def starts_at(self) -> datetime | None:
        """The start in the council's zone, where it is stated."""
        if self.first is None or self.first.starts_at is None:
            return None
        return self.first.starts_at.astimezone(self.zone)

    @property
    def status(self) -> SessionStatus:
        return self.first.session_status if self.first else "unknown"

    @property
    def end(self) -> datetime | None:
        """From when the message is of no use as a warning."""
        return vote_end(self.session_date, self.starts_at, self.zone)

    @property
    def tone(self) -> str:
        """What leads the message: cancelled, postponed, changed, found or reminder."""
        kinds = {change.kind for change in self.changes}
        if self.status == "cancelled" or "cancelled" in kinds:
            return "cancelled"
        if self.status == "postponed" or "postponed" in kinds:
            return "postponed"
        alerts = {alert.kind for alert in self.alerts}
        return next((kind for kind in ("changed", "found") if kind in alerts), "reminder")

    def language(self, house: House) -> Language:
        """That of the first subscription that states one, else the operator's."""
        return next((each.language for each in self.subscriptions if each.language), house.language)
