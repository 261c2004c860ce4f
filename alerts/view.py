"""A notice as the strings that the templates lay out, in one language. Pure.

Everything that was fetched passes through ``alerts.plain``; the HTML template escapes it again. Promise 12
of DESIGN governs the words; promise 11 what a private document may show: its words, but no copy, path or hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.notice import House, Notice
from alerts.plain import SHORT, SUBJECT, TITLE, around, one_line, web_link
from alerts.wording import Words
from crawler.models import Alert, AlertFact, Change, Subscription, Topic

SHOWN = 25  # items, and changes, of one message


@dataclass(frozen=True, slots=True)
class ItemView:
    """One flagged item. ``before``, ``phrase``, ``after`` are its sentence around the words that were found."""

    heading: str
    notes: tuple[str, ...]
    topics_label: str
    topics: str
    before: str
    phrase: str
    after: str
    source: str
    reading: str  # empty for a text; else that it was recognised from an image, and whether with doubt
    link: str | None
    seen: str
    copy: str | None
    copy_link: str | None


@dataclass(frozen=True, slots=True)
class View:
    """A message in words."""

    language: str
    subject: str
    headline: str
    title: str
    rows: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    items_title: str = ""
    items: tuple[ItemView, ...] = ()
    more: str = ""
    why: tuple[str, ...] = ()
    stop: str = ""


def view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message of a notice, written at ``now``."""
    body = one_line(notice.first.body or "", SHORT) if notice.first else ""
    council = one_line(notice.council, SHORT)
    count = len(notice.facts)
    headline = f"headline_{notice.tone}"
    return View(
        language=words.language,
        subject=subject(notice, house, words),
        headline=words.count(headline, count) if notice.tone in ("found", "reminder") else words.say(headline),
        title=f"{council}, {body or words.say('session')}",
        rows=tuple(_rows(notice, words, now)),
        changes=tuple(_changes(notice, words)),
        items_title=words.count("items_title", count) if count else "",
        items=tuple(item_view(fact, house, words) for fact in notice.facts[:SHOWN]),
        more=words.count("more", count - SHOWN) if count > SHOWN else "",
        why=tuple(dict.fromkeys(_why(notice, house, words))),  # the same reason for several items is said once
        stop=stop(house, words),
    )


def test_view(subscription: Subscription, house: House, words: Words) -> View:
    """A message that announces nothing and says so."""
    name = one_line(subscription.name, SHORT)
    return View(
        language=words.language,
        subject=words.say("subject_test", name=name),
        headline=words.say("headline_test"),
        title="Tocsin",
        paragraphs=(words.say("test_body", name=name),),
        why=(words.say("why_test", name=name),),
        stop=stop(house, words),
    )


def subject(notice: Notice, house: House, words: Words) -> str:
    """The subject line: council, body, date, topics; what happened stands first."""
    first = notice.first
    topics = list(dict.fromkeys(topic for fact in notice.facts for topic in fact.topics))
    named = words.listed([house.label(topic, words.language).lower() for topic in topics], 3)
    blanks = {
        "council": one_line(notice.council, SHORT),
        "body": one_line((first.body if first else None) or words.say("session"), SHORT),
        "topics": named or one_line(notice.alerts[0].item_title, SHORT),
    }
    if notice.session_date is None:
        text = words.say("subject_undated", **blanks)
    else:
        text = words.say("subject", date=words.day(notice.session_date), **blanks)
    if notice.tone != "found":
        text = words.say(f"subject_{notice.tone}", subject=text)
    return one_line(text, SUBJECT)


def when(notice: Notice, words: Words) -> str:
    """The date in words; the time only where it is stated."""
    day, starts_at = notice.session_date, notice.starts_at
    if day is None:
        return words.say("when_unknown")
    if starts_at is None:
        return words.say("when_no_time", date=words.day(day))
    return words.say("when", date=words.day(day), time=words.time(starts_at))


def _rows(notice: Notice, words: Words, now: datetime) -> Iterator[tuple[str, str]]:
    day, first = notice.session_date, notice.first
    yield words.say("label_when"), when(notice, words)
    if notice.status in ("cancelled", "postponed"):
        yield words.say("label_left"), words.say(f"status_{notice.status}")
    elif day and (left := words.left(day, notice.starts_at, now, notice.zone)):
        yield words.say("label_left"), left
    if first and first.place:
        yield words.say("label_place"), one_line(first.place)
    if first and first.convened_on:
        yield words.say("label_convened"), words.say("convened", date=words.short_date(first.convened_on))


# --------------------------------------------------------------------------- items


def item_view(fact: AlertFact, house: House, words: Words) -> ItemView:
    """One item with its evidence."""
    before, phrase, after = around(fact.excerpt or fact.phrase, fact.phrase)
    link = None if fact.private else web_link(fact.document_url)
    copy_link = None
    if not fact.private and house.portal:
        copy_link = web_link(f"{house.portal.rstrip('/')}/files/{fact.sha256}")
    notes = [words.say("withdrawn")] * fact.item_withdrawn + [words.say("unlisted")] * (not fact.item_listed)
    return ItemView(
        heading=heading(fact, words),
        notes=tuple(notes),
        topics_label=words.count("label_topics", len(fact.topics)),
        topics=words.listed([house.label(topic, words.language) for topic in fact.topics]),
        before=before,
        phrase=phrase,
        after=after,
        source=_source(fact, link, words),
        reading=reading(fact, words),
        link=link,
        seen=_seen(fact, link, words),
        copy=None if fact.private else words.say("sha256", sha256=fact.sha256),
        copy_link=copy_link,
    )


def heading(fact: AlertFact, words: Words) -> str:
    """The item as the agenda cites it: its number and title."""
    title = one_line(fact.item_title)
    if fact.item_id is None or not title:
        return words.say("passage")
    number = one_line(fact.item_number or "", 20).rstrip(" .)-")
    return words.say("item", number=number, title=title) if number else title


def reading(fact: AlertFact, words: Words) -> str:
    """How the words quoted were read, where that is worth a look at the document; empty for a text."""
    if not fact.scanned:
        return ""
    recognised = words.say("recognised")
    return words.say("uncertain", recognised=recognised) if fact.uncertain else recognised


def _source(fact: AlertFact, link: str | None, words: Words) -> str:
    kind = words.say(f"documents.{fact.document_kind}")
    place = words.say("no_page", kind=kind) if fact.page is None else words.say("page", kind=kind, page=fact.page)
    if fact.private:
        return f"{place} ({words.say('private_source')})"
    return place if link else f"{place} ({words.say('no_address')})"


def _seen(fact: AlertFact, link: str | None, words: Words) -> str:
    seen = words.instant(fact.document_first_seen_at, fact.council.zone)
    if link is None:
        return words.say("received", seen=seen)
    if fact.first_seen_at > fact.document_first_seen_at:  # a later version of the document brought it
        return words.say("seen_added", seen=seen, added=words.instant(fact.first_seen_at, fact.council.zone))
    if fact.absent_at is None:
        return words.say("seen", seen=seen)
    return words.say("seen_absent", seen=seen, absent=words.instant(fact.absent_at, fact.council.zone))


# --------------------------------------------------------------------------- changes and reasons


def _changes(notice: Notice, words: Words) -> Iterator[str]:
    for change in notice.changes[:SHOWN]:
        yield words.say(
            f"changes.{change.kind}",
            before=_state(change, change.before, notice, words),
            after=_state(change, change.after, notice, words),
        )
    if len(notice.changes) > SHOWN:
        yield words.count("more", len(notice.changes) - SHOWN)


def _state(change: Change, value: str | None, notice: Notice, words: Words) -> str:
    """A value before or after a change: dates and times in words, anything else between quotation marks."""
    if not value:
        return "—"
    if change.kind in ("moved", "time"):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return one_line(value)
        if change.kind == "moved":
            return words.day(moment.date())
        return words.time(moment.astimezone(notice.zone) if moment.tzinfo else moment)
    return words.quoted(one_line(value, TITLE))


def _why(notice: Notice, house: House, words: Words) -> Iterator[str]:
    """Why each alert was sent, and the words that were found."""
    named = {each.name: each for each in notice.subscriptions}
    for alert in notice.alerts:
        topics = _topics(notice.facts, named.get(alert.subscription))
        labels = words.listed([house.label(topic, words.language) for topic in topics]) or "—"
        why = words.count("why", max(len(topics), 1), name=one_line(alert.subscription, SHORT), topics=labels)
        if alert.kind == "reminder":
            yield words.say("why_reminder", why=why, lead=words.duration(lead_of(alert)))
        else:
            yield words.say(f"why_{alert.kind}", why=why)
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
