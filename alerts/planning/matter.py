"""What planning knows beside flagged items and changes: how they were voted, sessions ahead, sources. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.models import AlertKind, Council, DocumentKind, SessionStatus, SourceState

UNSEEING: frozenset[SourceState] = frozenset({"blind", "blocked", "disallowed"})


@dataclass(frozen=True, slots=True)
class VoteFact:
    """Where the result of an item was read; the result itself is the fact's ``outcome``."""

    item_id: str
    seen_at: datetime  # when we first fetched the document as it states the result
    document_url: str
    document_kind: DocumentKind
    page: int | None = None
    private: bool = False  # handed over in confidence: no link to it
    late: bool = False  # a reading by better code or means: no news of the council
    announced: bool | None = None  # as in AgendaItem
    agenda_read_at: datetime | None = None  # when the agenda that was read last was fetched
    known_since: datetime | None = None  # since when we read its council


@dataclass(frozen=True, slots=True)
class SessionFact:
    """One session with a date, flagged or not."""

    id: str
    council: Council
    body: str
    session_date: date
    starts_at: datetime | None = None
    last_day: date | None = None
    status: SessionStatus = "scheduled"
    has_agenda: bool = False  # an agenda or convocation of it was read
    flagged: int = 0  # items that were flagged
    document_url: str | None = None  # where the date was read
    private: bool = False
    place: str | None = None
    unread: int = 0  # papers of that day that we could not read
    usual_days: int | None = None  # how many days before a session this body's agenda is usually there


@dataclass(frozen=True, slots=True)
class SourceFact:
    """One council's watching by one spider."""

    id: str
    council: Council
    label: str  # as people are told of it: "commune-69123", "commune-69123/opendatasoft"
    state: SourceState
    reason: str | None = None
    failures: int = 0  # crawls in a row
    last_crawl_at: datetime | None = None
    last_success_at: datetime | None = None
    state_since: datetime | None = None
    decides: bool = True  # whether its state is its council's

    @property
    def unseeing(self) -> bool:
        """Whether it yields nothing where something is expected."""
        return self.state in UNSEEING


@dataclass(frozen=True, slots=True)
class Around:
    """``since``: from when each subscription asks for what it asks for now (a name that is absent: from now).

    ``kinds_since``: by (subscription, kind), since when it takes a kind that it took to later.
    """

    votes: Mapping[str, VoteFact] = field(default_factory=dict)  # by item id
    sessions: tuple[SessionFact, ...] = ()
    sources: tuple[SourceFact, ...] = ()
    watching: Mapping[str, SourceFact] = field(default_factory=dict)  # by council: the source that decides its state
    since: Mapping[str, datetime] = field(default_factory=dict)
    kinds_since: Mapping[tuple[str, AlertKind], datetime] = field(default_factory=dict)
