"""What every message is made of: its frame, and the phrases that all kinds share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.notice import House, Notice
from alerts.plain import SHORT, SUBJECT, one_line
from alerts.views.items import ItemView
from alerts.views.line import Line
from alerts.wording import Words
from crawler.models import Alert, AlertFact, Subscription, Topic

SHOWN = 25  # items, and changes, of one message
BY_NAME = frozenset({"late-agenda", "heartbeat", "blind", "recovered"})  # alerts that are about no topic


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines under it."""

    title: str
    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A message in words."""

    language: str
    subject: str
    headline: str
    title: str
    rows: tuple[tuple[str, str | Line], ...] = ()
    strong: int = 2  # how many rows stand out
    paragraphs: tuple[str, ...] = ()
    changes: tuple[Line, ...] = ()
    items_title: str = ""
    items: tuple[ItemView, ...] = ()
    more: str = ""
    sections: tuple[Section, ...] = ()
    why: tuple[str, ...] = ()
    stop: str = ""
    chapters: tuple[Chapter, ...] = ()  # of a digest


@dataclass(frozen=True, slots=True)
class Chapter:
    """The parts of a digest that are of one kind."""

    title: str
    parts: tuple[View, ...]


def subject(notice: Notice, house: House, words: Words, **values: str) -> str:
    """The subject line: council, body, date, topics; what happened stands first, with ``values`` for its phrase."""
    topics = list(dict.fromkeys(topic for fact in notice.facts for topic in fact.topics))
    named = words.listed([house.label(topic, words.language).lower() for topic in topics], 3)
    blanks = {
        "council": one_line(notice.council, SHORT),
        "body": one_line(notice.body or words.say("session"), SHORT),
        "topics": named or one_line(notice.alerts[0].item_title, SHORT),
    }
    if notice.session_date is None:
        text = words.say("subject_undated", **blanks)
    else:
        day = words.day(notice.session_date)
        text = words.say("subject" if named or notice.family != "late" else "subject_bare", date=day, **blanks)
    if notice.tone != "found":
        text = words.say(f"subject_{notice.tone}", subject=text, **values)
    return one_line(text, SUBJECT)


def when(notice: Notice, words: Words) -> str:
    """The date in words; the time only where it is stated."""
    day, starts_at = notice.session_date, notice.starts_at
    if day is None:
        return words.say("when_unknown")
    if starts_at is None:
        said = words.say("when_no_time", date=words.day(day))
    else:
        said = words.say("when", date=words.day(day), time=words.time(starts_at))
    return words.say("when_until", when=said, last=words.day(notice.last_day)) if notice.last_day else said


def reasons(notice: Notice, house: House, words: Words) -> tuple[str, ...]:
    """Why a message was sent; the same reason for several items is said once."""
    return tuple(dict.fromkeys(_why(notice, house, words)))


def _why(notice: Notice, house: House, words: Words) -> Iterator[str]:
    """Why each alert was sent, and the words that were found."""
    named = {each.name: each for each in notice.subscriptions}
    for alert in notice.alerts:
        if alert.kind in BY_NAME:
            yield words.say(f"why_{alert.kind}", name=one_line(alert.subscription, SHORT))
            continue
        topics = _topics(notice.facts, named.get(alert.subscription))
        labels = words.listed([house.label(topic, words.language) for topic in topics]) or "—"
        why = words.count("why", max(len(topics), 1), name=one_line(alert.subscription, SHORT), topics=labels)
        if alert.kind == "reminder":
            yield words.say("why_reminder", why=why, lead=words.duration(lead_of(alert)))
        else:
            yield words.say(f"why_{alert.kind}", why=why)
    if notice.family not in ("ahead", "after"):
        return
    terms = list(dict.fromkeys(one_line(fact.phrase, SHORT) for fact in notice.facts if fact.phrase))
    if terms:
        yield words.count("why_terms", len(terms), terms=words.listed([words.quoted(term) for term in terms], 8))


def _topics(facts: Sequence[AlertFact], subscription: Subscription | None) -> list[Topic]:
    asked = set(subscription.topics) if subscription else set()
    found = dict.fromkeys(topic for fact in facts for topic in fact.topics)
    return [topic for topic in found if not asked or topic in asked]


def lead_of(alert: Alert) -> timedelta:
    """The lead time in a reminder's occasion ("3d/2026-03-05")."""
    name = alert.occasion.partition("/")[0]
    unit = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}[name[-1]]
    return timedelta(**{unit: int(name[:-1])})


def stop(house: House, words: Words) -> str:
    """How to leave."""
    return words.say("stop_contact", contact=one_line(house.contact, 200)) if house.contact else words.say("stop")
