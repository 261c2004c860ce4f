"""The timeline of a decision: announced, first seen, changed, voted, published, gone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.plain import one_line
from alerts.views.changing import change_lines
from alerts.views.results import result_line
from crawler.evidence.view import Event
from crawler.evidence.wording import Words
from db.dossier import Case, Paper
from db.store.facts_read import outcome_of
from db.values import moment, optional_day, optional_moment

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    day: date  # in the council's zone
    at: datetime | None  # None: the day alone is known
    order: int
    what: str
    document: str | None = None


def timeline(
    case: Case, papers: Sequence[Paper], numbers: Mapping[str, int], names: Mapping[str, str], words: Words
) -> tuple[Event, ...]:
    """The events of a case in their order; ``names`` and ``numbers`` of its documents by id."""
    zone = ZoneInfo(case.council["timezone"])
    writer = _Writer(case, names, words, zone)
    entries = [*writer.session(), *writer.changes(), *writer.votes()]
    for paper in papers:
        entries += writer.paper(paper)
    entries.sort(key=lambda each: (each.day, each.at is not None, each.at or each.day, each.order, each.what))
    return tuple(
        Event(_when(entry, words, zone), entry.what, numbers.get(entry.document or "")) for entry in _once(entries)
    )


def _once(entries: list[_Entry]) -> Iterator[_Entry]:
    seen: set[tuple[object, ...]] = set()
    for entry in entries:
        key = (entry.day, entry.at, entry.what)
        if key not in seen:
            seen.add(key)
            yield entry


def _when(entry: _Entry, words: Words, zone: ZoneInfo) -> str:
    if entry.at is None:
        return words.brief(entry.day)
    return f"{words.brief(entry.day)}, {words.time(entry.at.astimezone(zone))}"


@dataclass(frozen=True, slots=True)
class _Writer:
    case: Case
    names: Mapping[str, str]
    words: Words
    zone: ZoneInfo

    def _at(self, text: str, order: int, what: str, document: str | None = None) -> _Entry:
        at = moment(text, self.zone)
        return _Entry(at.date(), at, order, what, document)

    def session(self) -> Iterator[_Entry]:
        """What was printed of it, and when we took notice of the item."""
        words, session = self.words, self.case.session
        seen = min(str(flag["first_seen_at"]) for flag in self.case.flags)
        yield self._at(seen, 2, words.tell("events.flagged"))
        if session is None:
            return
        convened, day = optional_day(session["convened_on"]), optional_day(session["session_date"])
        if convened:
            yield _Entry(convened, None, 0, words.tell("events.convened", on=words.short_date(convened)))
        if day:
            status = words.label("status", session["status"])
            told = words.tell("events.held_status", status=status)
            starts = optional_moment(session["starts_at"], self.zone)
            yield _Entry(day, starts, 4, told)

    def changes(self) -> Iterator[_Entry]:
        for change in self.case.changes:
            for line in change_lines((change,), self.words, self.zone)[:1]:
                said = self.words.tell("events.change", line=one_line(line.text, 400))
                yield _Entry(change.seen_at.astimezone(self.zone).date(), change.seen_at, 3, said)

    def votes(self) -> Iterator[_Entry]:
        for vote in self.case.votes:
            outcome = outcome_of(dict(vote))
            if outcome is not None:
                told = self.words.tell("events.vote", result=result_line(outcome, self.words))
                yield self._at(vote["fetched_at"], 5, told, vote["document_id"])

    def paper(self, paper: Paper) -> Iterator[_Entry]:
        """When a document was seen, changed, lost and found again."""
        words, row, name = self.words, paper.row, self.names[paper.id]
        if paper.private or not str(row["url"]).startswith(("http://", "https://")):
            first = words.tell("events.received", document=name)
        elif row["absent_at"]:
            absent = words.instant(moment(row["absent_at"]), self.zone)
            first = words.tell("events.seen_absent", document=name, absent=absent)
        else:
            first = words.tell("events.seen", document=name)
        yield self._at(row["first_seen_at"], 1, first, paper.id)
        for version in paper.versions[1:]:
            key = "events.error-page" if version.row["state"] == "error-page" else "events.version"
            told = words.tell(key, document=name, number=version.row["number"])
            yield self._at(version.row["fetched_at"], 1, told, paper.id)
        yield from self._lost(paper, name)

    def _lost(self, paper: Paper, name: str) -> Iterator[_Entry]:
        row, words, missing = paper.row, self.words, False
        for look in paper.lookups:
            if look["verdict"] == "missing":
                missing = True
            elif look["verdict"] == "online" and missing:
                missing = False
                yield self._at(look["looked_at"], 6, words.tell("events.back", document=name), paper.id)
        if row["gone_since"]:
            if row["last_online_at"]:
                told = words.tell("events.last_online", document=name)
                yield self._at(row["last_online_at"], 6, told, paper.id)
            reason = one_line(row["gone_reason"] or "", 120)
            yield self._at(row["gone_since"], 7, words.tell("events.gone", document=name, reason=reason), paper.id)
