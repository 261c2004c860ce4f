"""Flagged items as Atom feeds (RFC 4287): an entry per item, what changed last first. Pure.

An entry is the same in each feed that holds it, so it is written once and copied.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import feedgenerator
from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator

from alerts.message import render
from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line
from alerts.planning.matter import VoteFact
from alerts.views.items import heading, item_view
from alerts.views.parts import when
from alerts.wording import Words
from crawler.models import AlertFact, Change

EMPTY = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was updated: the same at each writing
ENTRIES = 100  # of a feed


@dataclass
class Entries:
    """What is said of items, each written once. ``changes`` are by session id, ``votes`` by item id."""

    house: House
    words: Words
    changes: Mapping[str, Sequence[Change]]
    votes: Mapping[str, VoteFact] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)

    def updated(self, fact: AlertFact) -> datetime:
        """When there was news of an item: found, changed, voted; to the second, as feeds say it."""
        told = [change.seen_at for change in self.changes.get(fact.session_id or "", ())]
        vote = self._vote(fact)
        return max([fact.first_seen_at, *told, *([vote.seen_at] if vote else [])]).astimezone(UTC)

    def xml(self, fact: AlertFact) -> str:
        """The entry of an item."""
        if fact.subject not in self._made:
            self._made[fact.subject] = self._write(fact)
        return self._made[fact.subject]

    def _vote(self, fact: AlertFact) -> VoteFact | None:
        return self.votes.get(fact.item_id or "") if fact.outcome else None

    def _write(self, fact: AlertFact) -> str:
        item = item_view(fact, self.house, self.words, vote=self._vote(fact))
        entry_id = f"urn:tocsin:{fact.subject}"
        council, title = one_line(fact.council.name, SHORT), one_line(heading(fact, self.words), SHORT * 2)
        place = one_line(fact.place or "")
        moment = when(Notice("feed", (), (fact,), (), ()), self.words)
        feed = _Feed(title="", link="", description="")
        feed.add_item(
            title=self.words.say("subject_feed", council=council, title=title),
            link=item.link or item.copy_link or entry_id,
            description=None,
            content=render("entry.html", self.words, item=item, when=moment, place=place),
            unique_id=entry_id,
            pubdate=fact.first_seen_at.astimezone(UTC),
            updateddate=self.updated(fact),
            categories=[self.house.label(topic, self.words.language) for topic in fact.topics],
        )
        out = io.StringIO()
        super(_Feed, feed).write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
        return out.getvalue()


class _Feed(feedgenerator.Atom1Feed):  # type: ignore[misc]
    """A feed whose entries are written already, and whose date is theirs: never the time of day."""

    entries: Sequence[str] = ()
    updated = EMPTY

    def latest_post_date(self) -> datetime:
        return self.updated

    def write_items(self, handler: Any) -> None:
        for entry in self.entries:
            handler.ignorableWhitespace(entry)  # the one call that escapes nothing: it is XML already


def atom(
    name: str,
    feed_id: str,
    facts: Iterable[AlertFact],
    entries: Entries,
    *,
    note: str = "",
    url: str | None = None,
    since: datetime = EMPTY,
) -> bytes:
    """The feed of these items, the latest news first, a hundred at most.

    ``note`` goes under the title; ``url`` is where the feed is published; ``since`` is its date as published last: the
    date of a feed never goes back, also where an entry left it.
    """
    newest = sorted(facts, key=lambda fact: (entries.updated(fact), fact.subject), reverse=True)[:ENTRIES]
    words = entries.words
    feed = _Feed(
        title=one_line(name),
        link=entries.house.portal or feed_id,
        description=None,
        subtitle=note or words.say("feed.subtitle"),
        language=words.language,
        author_name="Tocsin",
        feed_guid=feed_id,
        feed_url=url,
    )
    feed.updated = max([since, *(entries.updated(fact) for fact in newest[:1])])
    feed.entries = [entries.xml(fact) for fact in newest]
    return str(feed.writeString("utf-8")).encode()
