"""Flagged items as an Atom feed (RFC 4287): an entry per item, in the order in which they were found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

import feedgenerator

from alerts.message import render
from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line
from alerts.planning.matter import VoteFact
from alerts.views.items import heading, item_view
from alerts.views.parts import when
from alerts.wording import Words
from crawler.models import AlertFact, Change

NO_VOTES: Mapping[str, VoteFact] = MappingProxyType({})
EMPTY = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was updated: the same at each writing


class _Feed(feedgenerator.Atom1Feed):  # type: ignore[misc]
    """Feeds without entries would take the time of day, and so be new at each writing."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=EMPTY)


def atom(
    name: str,
    feed_id: str,
    facts: Sequence[AlertFact],
    changes: Mapping[str, Sequence[Change]],
    house: House,
    words: Words,
    votes: Mapping[str, VoteFact] = NO_VOTES,
) -> bytes:
    """The feed of these items; ``changes`` are by session id, ``votes`` by item id: entries come to tell results."""
    feed = _Feed(
        title=one_line(name),
        link=house.portal or feed_id,
        description=words.say("feed.subtitle"),
        subtitle=words.say("feed.subtitle"),
        language=words.language,
        author_name="Tocsin",
        feed_guid=feed_id,
    )
    for fact in facts:
        vote = votes.get(fact.item_id or "") if fact.outcome else None
        _add(feed, fact, changes.get(fact.session_id or "", ()), vote, house, words)
    return str(feed.writeString("utf-8")).encode()


def _add(
    feed: _Feed, fact: AlertFact, changes: Sequence[Change], vote: VoteFact | None, house: House, words: Words
) -> None:
    item = item_view(fact, house, words, vote=vote)
    told = [*(change.seen_at for change in changes), *([vote.seen_at] if vote else [])]
    entry_id = f"urn:tocsin:{fact.subject}"
    session = Notice("feed", (), (fact,), (), ())
    content = render("entry.html", words, item=item, when=when(session, words), place=one_line(fact.place or ""))
    feed.add_item(
        title=words.say(
            "subject_feed",
            council=one_line(fact.council.name, SHORT),
            title=one_line(heading(fact, words), SHORT * 2),
        ),
        link=item.link or item.copy_link or entry_id,
        description=None,
        content=content,
        unique_id=entry_id,
        pubdate=fact.first_seen_at.astimezone(UTC),
        updateddate=max([fact.first_seen_at, *told]).astimezone(UTC),
        categories=[house.label(topic, words.language) for topic in fact.topics],
    )
