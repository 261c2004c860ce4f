"""What one message has to say: the alerts of one session to one address, with their facts (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.checklist import Checked
from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from alerts.timing import PARIS, vote_end
from alerts.wording import Language
from crawler.models import Alert, AlertFact, AlertKind, Change, SessionStatus, Subscription, Topic

Family = Literal["ahead", "after", "late", "week", "sources"]
_FAMILIES: Mapping[AlertKind, Family] = {
    "outcome": "after", "unannounced": "after", "late-agenda": "late", "heartbeat": "week", "blind": "sources",
    "recovered": "sources",
}  # fmt: skip


def family_of(alert: Alert) -> Family:
    """Which alerts make one message: those of a vote ahead, of what was voted, of a late agenda, the week, outages."""
    return _FAMILIES.get(alert.kind, "ahead")


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
    votes: Mapping[str, VoteFact] = field(default_factory=dict)  # by item id: where results were read
    sessions: tuple[SessionFact, ...] = ()
    sources: tuple[SourceFact, ...] = ()
    checks: Mapping[str, tuple[Checked, ...]] = field(default_factory=dict)  # by item id: what its note says

    @property
    def family(self) -> Family:
        return family_of(self.alerts[0]) if self.alerts else "ahead"

    @property
    def first(self) -> AlertFact | None:
        """The item that stands for the session; none where the message is not about one session's items."""
        return self.facts[0] if self.facts and self.family in ("ahead", "after") else None

    @property
    def late(self) -> SessionFact | None:
        """The session without an agenda."""
        return self.sessions[0] if self.sessions and self.family == "late" else None

    @property
    def _known(self) -> AlertFact | SessionFact | None:
        return self.first or self.late

    @property
    def council(self) -> str:
        return self._known.council.name if self._known else self.alerts[0].council_id

    @property
    def body(self) -> str | None:
        return self._known.body if self._known else None

    @property
    def place(self) -> str | None:
        return self._known.place if self._known else None

    @property
    def zone(self) -> ZoneInfo:
        return self._known.council.zone if self._known else PARIS

    @property
    def session_id(self) -> str | None:
        return self.alerts[0].session_id

    @property
    def session_date(self) -> date | None:
        return self._known.session_date if self._known else self.alerts[0].session_date

    @property
    def last_day(self) -> date | None:
        """Of a session over several days; None where it is over on the day that it begins."""
        day, last = self.session_date, self._known.last_day if self._known else None
        return last if day and last and last > day else None

    @property
    def starts_at(self) -> datetime | None:
        """The start in the council's zone, where it is stated."""
        if self._known is None or self._known.starts_at is None:
            return None
        return self._known.starts_at.astimezone(self.zone)

    @property
    def status(self) -> SessionStatus:
        return self.first.session_status if self.first else "unknown"

    @property
    def end(self) -> datetime | None:
        """From when the message is of no use as a warning."""
        return vote_end(self.session_date, self.starts_at, self.zone, self.last_day)

    @property
    def tone(self) -> str:
        """What leads the message: the phrases ``headline_…`` and ``subject_…`` are named after it."""
        alerts = {alert.kind for alert in self.alerts}
        match self.family:
            case "after":
                return "unannounced" if "unannounced" in alerts else "outcome"
            case "late":
                return "unread" if self.late and self.late.unread else "late"
            case "week":
                return "heartbeat"
            case "sources":
                return "blind" if "blind" in alerts else "recovered"
        kinds = {change.kind for change in self.changes}
        if self.status == "cancelled" or "cancelled" in kinds:
            return "cancelled"
        if self.status == "postponed" or "postponed" in kinds:
            return "postponed"
        return next((kind for kind in ("changed", "found") if kind in alerts), "reminder")

    def language(self, house: House) -> Language:
        """That of the first subscription that states one, else the operator's."""
        return next((each.language for each in self.subscriptions if each.language), house.language)
