"""Passages that stand outside any item of their document: the item of the session that they speak of. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from crawler.models import AgendaItem, Session, Topic
from pipelines.reconcile.flagging import Raised
from pipelines.reconcile.similar import CONTAINED, CONTAINED_LENGTH, is_specific, plain, stems, weight

SAID = 0.75  # share of a title's words that a passage must repeat, in whatever order
CLEARLY = 0.15  # by how much the title it repeats must be ahead of the next one
LEAST_WORDS = 2.0  # weight of words from which a title can be told by them
THEME_LENGTH = 8  # letters of a rubric that says something ("Sécurité")


def attached(raised: Sequence[Raised], session: Session) -> list[Raised]:
    """Give passages the item they speak of, where one is clear.

    A note of synthesis or a report often repeats the item's title, or stands under its rubric, or is a file that is
    named after it; else, where every topic of the passage is already that of a flagged item, it is more evidence for
    that item and no second alert (promise 6).
    """
    by_topic: dict[Topic, str] = {}
    for each in sorted(raised, key=lambda each: each.rank):
        for match in each.claim.matches if each.item_id else ():
            by_topic.setdefault(match.topic, each.item_id or "")
    return [each if each.item_id else _given(each, _item_of(each, session, by_topic), by_topic) for each in raised]


def _given(each: Raised, item_id: str | None, by_topic: dict[Topic, str]) -> Raised:
    """A passage as evidence for an item, without the topics that another item of the session carries.

    A long passage may run over several items: what it says of the next one is no topic of this one.
    """
    if item_id is None:
        return each
    own = tuple(match for match in each.claim.matches if by_topic.get(match.topic, item_id) == item_id)
    return replace(each, item_id=item_id, claim=replace(each.claim, matches=own or each.claim.matches))


def _item_of(each: Raised, session: Session, by_topic: dict[Topic, str]) -> str | None:
    quoted = _quoted(each.claim.excerpt, session.items)
    if quoted is not None:
        return quoted
    topics = each.claim.topics
    if topics and all(topic in by_topic for topic in topics):
        return by_topic[topics[0]]
    named = _by_words(_file_name(each.evidence.url), session.items)
    return named or _by_words(each.claim.excerpt, session.items) or _by_theme(each.claim.excerpt, session.items)


def _quoted(excerpt: str, items: Sequence[AgendaItem]) -> str | None:
    """The item whose title a passage holds, the longest where it holds several."""
    words = plain(excerpt)
    titles = [(plain(item.title), item.id) for item in items]
    quoted = [
        (len(title), item_id)
        for title, item_id in titles
        if len(title) >= CONTAINED_LENGTH and fuzz.partial_ratio(title, words) >= CONTAINED and len(title) <= len(words)
    ]
    return max(quoted)[1] if quoted else None


def _by_words(text: str, items: Sequence[AgendaItem]) -> str | None:
    """The one item whose title's words a text repeats, in whatever order, a thing of its own among them."""
    said = stems(text)
    shares: list[tuple[float, str]] = []
    for item in items:
        title = stems(item.title)
        if weight(title) >= LEAST_WORDS and any(map(is_specific, title & said)):
            shares.append((weight(title & said) / weight(title), item.id))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < SAID or (len(shares) > 1 and shares[0][0] - shares[1][0] < CLEARLY):
        return None
    return shares[0][1]


def _by_theme(excerpt: str, items: Sequence[AgendaItem]) -> str | None:
    """The only item under a rubric that the passage names."""
    words = f" {plain(excerpt)} "
    named = [
        item for item in items
        if item.theme and len(plain(item.theme)) >= THEME_LENGTH and f" {plain(item.theme)} " in words
    ]  # fmt: skip
    return named[0].id if len(named) == 1 else None


def _file_name(url: str) -> str:
    """The words of a file's name: "27-extension-videoprotection.pdf"."""
    last = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    return re.sub(r"\.\w{2,5}$", "", last)
