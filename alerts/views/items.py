"""One flagged item as strings, with its evidence. Pure.

Everything that was fetched passes through ``alerts.plain``; the HTML template escapes it again. Promise 11 of DESIGN
governs what a private document may show: its words, but no copy, path or hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.checklist import Checked
from alerts.notice import House
from alerts.plain import around, one_line, web_link
from alerts.planning.matter import VoteFact
from alerts.views.note import check_lines, checks_title
from alerts.views.results import result_line, result_source
from alerts.wording import Words
from crawler.models import AlertFact


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
    uncertain: bool
    link: str | None
    seen: str
    copy: str | None
    copy_link: str | None
    result: str = ""  # what was decided, and where that was read
    result_source: str = ""
    result_link: str | None = None
    checks_title: str = ""  # what its note says, point by point
    checks: tuple[str, ...] = ()
    checks_link: str | None = None


def item_view(
    fact: AlertFact,
    house: House,
    words: Words,
    *,
    vote: VoteFact | None = None,
    unannounced: bool = False,
    checked: Sequence[Checked] = (),
) -> ItemView:
    """One item with its evidence; ``vote``: where its result was read, ``checked``: what its note says."""
    before, phrase, after = around(fact.excerpt or fact.phrase, fact.phrase)
    link = None if fact.private else web_link(fact.document_url)
    copy_link = None
    if not fact.private and house.portal:
        copy_link = web_link(f"{house.portal.rstrip('/')}/files/{fact.sha256}")
    notes = [words.say("withdrawn")] * fact.item_withdrawn + [words.say("unlisted")] * (not fact.item_listed)
    if unannounced and vote and vote.agenda_read_at:
        notes.append(words.say("not_announced", date=words.short_date(_day(vote.agenda_read_at, fact))))
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
        uncertain=fact.scanned and fact.uncertain,
        link=link,
        seen=_seen(fact, link, words),
        copy=None if fact.private else words.say("sha256", sha256=fact.sha256),
        copy_link=copy_link,
        result=result_line(fact.outcome, words) if fact.outcome and vote else "",
        result_source=result_source(vote, words) if vote else "",
        result_link=web_link(vote.document_url) if vote and not vote.private else None,
        checks_title=checks_title(fact, words) if checked else "",
        checks=tuple(check_lines(checked, words)),
        checks_link=next(filter(None, (web_link(each.url) for each in checked)), None),
    )


def _day(moment: datetime, fact: AlertFact) -> date:
    return moment.astimezone(fact.council.zone).date()


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
