"""What planning and writing alerts read of the archives, and how old alerts follow merged identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.planning.matter import Around, SessionFact, SourceFact, VoteFact
from crawler.config import Config
from crawler.models import Alert, AlertFact, AlertKind, Change, Council
from db.home import Home
from db.queries import Reader
from db.reader import Row
from db.store.sources import COUNCIL_COLUMNS
from db.values import moment, optional_day, optional_moment

Key = tuple[str, str, str, str]
SAME = "the same item as another alert"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of both archives. ``aliases``: ids that were merged into others."""

    facts: tuple[AlertFact, ...]
    changes: tuple[Change, ...]
    aliases: Mapping[str, str]
    around: Around

    def follow(self, alerts: Iterable[Alert]) -> tuple[dict[Key, Alert], tuple[tuple[str, str], ...]]:
        """Alerts by key with their subject and session as they are called today.

        Where two of them speak of one item since a merge, the one that went furthest stays; the other one, if it was
        only planned, is returned with the reason for which it is dropped.
        """
        found: dict[Key, Alert] = {}
        doubles: list[tuple[str, str]] = []
        for alert in sorted(alerts, key=lambda each: (_WEIGHT[each.state], each.created_at)):
            session = self._today(alert.session_id) if alert.session_id else None
            today = replace(alert, subject=self._today(alert.subject), session_id=session)
            if today.key not in found:
                found[today.key] = today
            elif alert.state == "planned":
                doubles.append((alert.id, SAME))
        return found, tuple(doubles)

    def _today(self, name: str) -> str:
        seen = {name}
        while (newer := self.aliases.get(name)) is not None and newer not in seen:
            name = newer
            seen.add(name)
        return name


_WEIGHT = {"sent": 0, "claimed": 1, "failed": 2, "planned": 3, "dropped": 4}


def read_facts(
    home: Home, config: Config, sessions: Iterable[str], since: Mapping[str, datetime], now: datetime,
    kinds_since: Mapping[tuple[str, AlertKind], datetime] | None = None,
) -> Known:  # fmt: skip
    """All facts that alerts may speak of, and the changes of their sessions and of ``sessions``.

    ``since``, ``kinds_since``: from when each subscription asks for what it asks for, and takes a later kind.
    """
    watched = {council.id for council in config.councils}
    with Reader(home, minimum_score=config.alerts.minimum_score) as reader:
        facts = tuple(reader.alert_facts())
        aliases = {row["old_id"]: row["new_id"] for row in reader.rows("SELECT old_id, new_id FROM aliases")}
        wanted = {aliases.get(name, name) for name in sessions} | {f.session_id for f in facts if f.session_id}
        sources = tuple(_source(row) for row in reader.source_rows() if row["council_id"] in watched)
        votes = reader.vote_rows()
        known = reader.known_since(row["council_id"] for row in votes)
        around = Around(
            votes={row["item_id"]: vote_of(row, known.get(row["council_id"])) for row in votes},
            sessions=tuple(map(_session, reader.session_rows_ahead(now))),
            sources=sources,
            watching={source.council.id: source for source in sources if source.decides},
            since=since,
            kinds_since=kinds_since or {},
        )
        return Known(facts, tuple(reader.changes(sorted(wanted))), aliases, around)


def _council(row: Row) -> Council:
    return Council(**{name: row[f"council_{name}"] for name in COUNCIL_COLUMNS})


def vote_of(row: Row, known_since: str | None = None) -> VoteFact:
    """A row of ``vote_rows``, with what ``known_since`` says of its council."""
    return VoteFact(
        item_id=row["item_id"],
        seen_at=moment(row["seen_at"]),
        document_url=row["document_url"],
        document_kind=row["document_kind"],
        page=row["page"],
        private=bool(row["private"]),
        late=bool(row["late"]),
        announced=None if row["announced"] is None else bool(row["announced"]),
        agenda_read_at=optional_moment(row["agenda_read_at"]),
        known_since=optional_moment(known_since),
    )


def _session(row: Row) -> SessionFact:
    council, day = _council(row), optional_day(row["date"])
    assert day is not None  # asked for
    return SessionFact(
        id=row["id"],
        council=council,
        body=row["body"],
        session_date=day,
        starts_at=optional_moment(row["starts_at"], council.zone),
        last_day=optional_day(row["last_day"]),
        status=row["status"],
        has_agenda=bool(row["has_agenda"]),
        flagged=row["flagged"],
        document_url=row["document_url"],
        private=bool(row["private"]),
        place=row["place"],
        unread=row.get("unread", 0),
        usual_days=row.get("usual_days"),
    )


def _source(row: Row) -> SourceFact:
    return SourceFact(
        id=row["id"],
        council=_council(row),
        label=row["label"],
        state=row["state"],
        reason=row["reason"],
        failures=row["failures"],
        last_crawl_at=optional_moment(row["last_crawl_at"]),
        last_success_at=optional_moment(row["last_success_at"]),
        state_since=optional_moment(row["state_since"]),
        decides=row["decides"],
    )
