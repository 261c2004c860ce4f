"""The public feeds of a home: an Atom and an iCalendar file for everything, per council, territory and topic.

Public facts only, and nothing about subscribers. A file is replaced whole, and not touched where nothing changed. A
feed that was once listed in ``feeds/index.json`` stays: people follow it, so it never vanishes without a word.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.atom import EMPTY, Entries, atom
from alerts.calendar import Events, calendar
from alerts.channels.eml import sweep, write_atomically
from alerts.facts import vote_of
from alerts.feed_names import Key, feed_names, keys_of, read_index
from alerts.gather import agenda_order
from alerts.message import render
from alerts.planning.matter import VoteFact
from alerts.subscriptions import house
from alerts.timing import ends_at, was_ahead
from alerts.wording import Words, words
from crawler.config import Config, territory_names
from crawler.models import AlertFact, Change
from db.home import Home
from db.queries import Reader

KEPT = timedelta(days=90)  # how long a session stays in the calendar
INDEX, PAGE = "index.json", "index.html"


@dataclass(frozen=True, slots=True)
class Matter:
    """All that the feeds are made of: where two are equal, so are the files."""

    config: Config
    territories: tuple[Mapping[str, str], Mapping[str, str]]
    facts: Sequence[AlertFact]
    changes: Sequence[Change]
    votes: Mapping[str, VoteFact]
    sessions: Mapping[Key, Sequence[list[AlertFact]]]


class Feeds:
    """The feeds of a home, for a process that writes them again and again: the same matter is written once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._written: tuple[Matter, int] | None = None

    def write(self, config: Config, now: datetime) -> list[str]:
        """Write the feeds; returns the names of the files that changed."""
        matter = _matter(self._home, config, now)
        if self._written == (matter, _touched(self._home)):
            return []
        written = _write(self._home, matter)
        self._written = matter, _touched(self._home)
        return written


def write(home: Home, config: Config, now: datetime) -> list[str]:
    """Write the feeds once."""
    return Feeds(home).write(config, now)


def _touched(home: Home) -> int:
    """When a file of the folder was last made, replaced or removed."""
    return home.feeds.stat().st_mtime_ns if home.feeds.is_dir() else 0


def _matter(home: Home, config: Config, now: datetime) -> Matter:
    with Reader(home, private=False) as reader:
        facts = [fact for fact in reader.alert_facts() if _public(fact, config.alerts.minimum_score)]
        changes = reader.changes({fact.session_id for fact in facts if fact.session_id})
        votes = {row["item_id"]: vote_of(row) for row in reader.vote_rows()}
    return Matter(config, territory_names(), facts, changes, votes, _sessions(facts, now))


def _write(home: Home, matter: Matter) -> list[str]:
    config, facts, votes = matter.config, matter.facts, matter.votes
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in matter.changes:
        changes[change.session_id].append(change)
    ours, language = house(config), words(config.operator.language)
    entries, events = Entries(ours, language, changes, votes), Events(ours, language, changes, votes)
    items, sessions = _items(facts), matter.sessions
    former = read_index(home.feeds / INDEX)
    councils = {fact.council.id: fact.council for fact in facts}
    home.feeds.mkdir(parents=True, exist_ok=True)
    sweep(home.feeds)
    written, listed = [], []
    for feed in feed_names(config.councils, councils.values(), former):
        title, note = feed.title(ours, language), feed.note(language)
        news, until = items.get(feed.key, ()), former[feed.key][1] if feed.key in former else EMPTY
        updated = max([until, *map(entries.updated, news)])
        url = f"{ours.portal.rstrip('/')}/feeds/{feed.stem}.atom" if ours.portal else None
        atom_id = f"urn:tocsin:feed:{feed.stem}"
        files = {
            f"{feed.stem}.atom": atom(title, atom_id, news, entries, note=note, url=url, since=updated),
            f"{feed.stem}.ics": calendar(title, sessions.get(feed.key, ()), events, note=note),
        }
        written += [file for file, data in files.items() if _put(home, file, data)]
        listed.append(feed.row(title, updated))
    return written + _put_index(home, listed, language)


def _public(fact: AlertFact, minimum_score: float) -> bool:
    return not fact.private and fact.score >= minimum_score


def _items(facts: Iterable[AlertFact]) -> Mapping[Key, Sequence[AlertFact]]:
    """By feed, one fact per item, the surest: only what was found before its vote is news."""
    found: dict[Key, dict[str, AlertFact]] = defaultdict(dict)
    best: dict[str, AlertFact] = {}
    ahead = [fact for fact in sorted(facts, key=lambda fact: (fact.score, fact.flag_id)) if was_ahead(fact)]
    best.update((fact.subject, fact) for fact in ahead)
    for fact in ahead:
        for key in keys_of(fact):
            found[key][fact.subject] = best[fact.subject]
    return {key: list(items.values()) for key, items in found.items()}


def _sessions(facts: Iterable[AlertFact], now: datetime) -> Mapping[Key, Sequence[list[AlertFact]]]:
    """By feed, the dated sessions that are ahead or not long past, soonest first, each with all of its items."""
    groups: dict[str, list[AlertFact]] = defaultdict(list)
    for fact in facts:
        end = ends_at(fact)
        if fact.session_id and end is not None and end + KEPT > now:
            groups[fact.session_id].append(fact)
    found: dict[Key, list[list[AlertFact]]] = defaultdict(list)
    for group in sorted(groups.values(), key=lambda group: (group[0].session_date, group[0].session_id)):
        group.sort(key=agenda_order)
        for key in dict.fromkeys(key for fact in group for key in keys_of(fact)):
            found[key].append(group)
    return found


def _put_index(home: Home, listed: Sequence[dict[str, Any]], language: Words) -> list[str]:
    """The list of the feeds, for programs and for people."""
    index = {"version": 1, "language": language.language, "feeds": listed}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in listed:
        groups[row["kind"]].append(row)
    page = render("feeds.html", language, groups=groups)
    files = {INDEX: json.dumps(index, ensure_ascii=False, indent=1).encode("utf-8", "replace"), PAGE: page.encode()}
    return [file for file, data in files.items() if _put(home, file, data)]


def _put(home: Home, file: str, data: bytes) -> bool:
    path = home.feeds / file
    if path.exists() and path.read_bytes() == data:
        return False
    write_atomically(path, data, mode=0o644, durable=False)
    return True
