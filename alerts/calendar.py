"""Sessions with flagged items as an iCalendar file (RFC 5545). Pure.

A session keeps its UID for good; SEQUENCE grows with what moved it, so it moves in the reader's calendar. Stamps
are those of the facts: the same facts are the same bytes. No time is invented: without one the event is all-day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta
from types import MappingProxyType

from icalendar import Alarm, Calendar, Event

from alerts.notice import House
from alerts.plain import SHORT, one_line, web_link
from alerts.planning.matter import VoteFact
from alerts.views.items import heading, reading
from alerts.views.results import result_line
from alerts.wording import Words
from crawler.models import AlertFact, Change

NO_VOTES: Mapping[str, VoteFact] = MappingProxyType({})
ALARM = timedelta(days=-1)
MOVES = frozenset({"moved", "time", "place", "postponed", "cancelled"})
OFF = frozenset({"cancelled", "postponed"})


def calendar(
    name: str,
    sessions: Sequence[Sequence[AlertFact]],
    changes: Mapping[str, Sequence[Change]],
    house: House,
    words: Words,
    votes: Mapping[str, VoteFact] = NO_VOTES,
) -> bytes:
    """A calendar of sessions, each given by its flagged items; those without a date are left out.

    ``changes`` are by session id, ``votes`` by item id.
    """
    found = Calendar()
    found.add("prodid", "-//Tocsin//Tocsin//FR")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", one_line(name))
    for facts in sessions:
        first = facts[0]
        if first.session_id and first.session_date:
            found.add_component(_event(facts, changes.get(first.session_id, ()), house, words, votes))
    years = [facts[0].session_date.year for facts in sessions if facts[0].session_date]
    if years:
        found.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(found.to_ical())


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
    # a time that becomes known is no change of the session, but the event begins otherwise
    event.add("sequence", len(moves) + (first.starts_at is not None))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", first.starts_at.astimezone(first.council.zone) if first.starts_at else first.session_date)
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


def _description(facts: Sequence[AlertFact], words: Words) -> str:
    lines = []
    for fact in facts:
        lines.append(heading(fact, words))
        lines.append(words.quoted(one_line(fact.excerpt)))
        if fact.outcome:
            lines.append(result_line(fact.outcome, words))
        if how := reading(fact, words):
            lines.append(how)
        if link := web_link(fact.document_url):
            lines.append(link)
    if facts[0].starts_at is None and facts[0].session_date:
        lines.append(words.say("when_no_time", date=words.day(facts[0].session_date)))
    return "\n".join(lines)


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", text)
    return alarm
