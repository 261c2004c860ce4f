"""Sessions with flagged items as iCalendar files (RFC 5545, RFC 7986). Pure.

A session keeps its UID for good; SEQUENCE grows with what moved it, so it moves in the reader's calendar. Stamps
are those of the facts: the same facts are the same bytes. No time is invented: without one the event is all-day. An
event is the same in each calendar that holds it, so it is written once and copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from icalendar import Alarm, Calendar, Event, Timezone

from alerts.notice import House
from alerts.plain import SHORT, one_line, web_link
from alerts.planning.matter import VoteFact
from alerts.views.items import heading, reading
from alerts.views.results import result_line
from alerts.wording import Words
from crawler.models import AlertFact, Change

ALARM = timedelta(days=-1)
REFRESH = timedelta(hours=6)  # how often a program should look again
MOVES = frozenset({"moved", "time", "place", "postponed", "cancelled"})
OFF = frozenset({"cancelled", "postponed"})
END = b"END:VCALENDAR\r\n"


@dataclass
class Events:
    """What is said of sessions, each written once. ``changes`` are by session id, ``votes`` by item id."""

    house: House
    words: Words
    changes: Mapping[str, Sequence[Change]]
    votes: Mapping[str, VoteFact] = field(default_factory=dict)
    _made: dict[str, bytes] = field(default_factory=dict)

    def ical(self, facts: Sequence[AlertFact]) -> bytes:
        """The event of a session, which is given by its flagged items in the order of its agenda."""
        session = facts[0].session_id or ""
        if session not in self._made:
            event = _event(facts, self.changes.get(session, ()), self.house, self.words, self.votes)
            self._made[session] = bytes(event.to_ical())
        return self._made[session]


def calendar(name: str, sessions: Iterable[Sequence[AlertFact]], events: Events, *, note: str = "") -> bytes:
    """A calendar of sessions, each given by its flagged items; those without a date are left out."""
    dated = [facts for facts in sessions if facts[0].session_id and facts[0].session_date]
    found = Calendar()
    found.add("prodid", "-//Tocsin//Tocsin//FR")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("name", one_line(name))
    found.add("x-wr-calname", one_line(name))
    found.add("description", note or events.words.say("feed.subtitle"))
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT6H")
    head = bytes(found.to_ical()).removesuffix(END)
    return b"".join([head, *map(_zone, _zones(dated)), *(events.ical(facts) for facts in dated), END])


def _zones(sessions: Sequence[Sequence[AlertFact]]) -> list[tuple[str, int, int]]:
    """(time zone, first and last year) of the events that have a time."""
    years: dict[str, set[int]] = {}
    for facts in sessions:
        if facts[0].starts_at and facts[0].session_date:
            years.setdefault(facts[0].council.timezone, set()).add(facts[0].session_date.year)
    return [(zone, min(found) - 1, max(found) + 2) for zone, found in sorted(years.items())]


@cache
def _zone(zone: tuple[str, int, int]) -> bytes:
    name, first, last = zone
    return bytes(Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last, 1, 1)).to_ical())


def _event(
    facts: Sequence[AlertFact],
    changes: Sequence[Change],
    house: House,
    words: Words,
    votes: Mapping[str, VoteFact],
) -> Event:
    first = facts[0]
    results = [votes[fact.subject].seen_at for fact in facts if fact.outcome and fact.subject in votes]
    moves = {change.version_id for change in changes if change.kind in MOVES}
    seen = [*(fact.first_seen_at for fact in facts), *(change.seen_at for change in changes), *results]
    stamp = max(seen).astimezone(UTC)
    topics = list(dict.fromkeys(house.label(topic, words.language) for fact in facts for topic in fact.topics))
    names = {
        "council": one_line(first.council.name, SHORT),
        "body": one_line(first.body or words.say("session"), SHORT),
    }
    event = Event()
    event.add("uid", f"{first.session_id}@tocsin")
    # a time that becomes known is no change of the session, but the event begins otherwise; one that is lost again
    # with a move must not make the number smaller
    event.add("sequence", 2 * len(moves) + (first.starts_at is not None))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    for property_name, value in _span(first):
        event.add(property_name, value)
    event.add("summary", words.say("feed.event", topics=words.listed(topics, 3), **names))
    event.add("description", _description(facts, words))
    event.add("categories", topics)
    event.add("status", "CANCELLED" if first.session_status in OFF else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if first.place:
        event.add("location", one_line(first.place))
    if link := web_link(first.document_url):
        event.add("url", link)
    if first.session_status not in OFF:
        event.add_component(_alarm(words.say("feed.alarm", **names)))
    return event


def _span(fact: AlertFact) -> list[tuple[str, date | datetime]]:
    """When an event begins and, over several days, ends: nobody states at what time, so those days are whole."""
    day, last = fact.session_date, fact.last_day
    assert day is not None  # undated sessions have no event
    if last is not None and last > day:
        return [("dtstart", day), ("dtend", last + timedelta(days=1))]
    return [("dtstart", fact.starts_at.astimezone(fact.council.zone) if fact.starts_at else day)]


def _description(facts: Sequence[AlertFact], words: Words) -> str:
    first = facts[0]
    lines = []
    if first.starts_at and first.session_date and first.last_day and first.last_day > first.session_date:
        begin = first.starts_at.astimezone(first.council.zone)
        lines.append(words.say("when", date=words.day(first.session_date), time=words.time(begin)))
    for fact in facts:
        lines.append(heading(fact, words))
        lines.append(words.quoted(one_line(fact.excerpt)))
        if fact.outcome:
            lines.append(result_line(fact.outcome, words))
        if how := reading(fact, words):
            lines.append(how)
        if link := web_link(fact.document_url):
            lines.append(link)
    if first.starts_at is None and first.session_date:
        lines.append(words.say("when_no_time", date=words.day(first.session_date)))
    return "\n".join(lines)


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", text)
    return alarm
