"""The public feeds of a home: an Atom and an iCalendar file for everything, per council, territory and topic.

Public facts only, and nothing about subscribers. A file is replaced whole, and not touched where nothing changed. A
feed that was once listed in ``feeds/index.json`` stays: people follow it, so it never vanishes without a word.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.atom import EMPTY, Entries, atom
from alerts.calendar import Events, calendar
from alerts.channels.eml import sweep, write_atomically
from alerts.facts import vote_of
from alerts.feed_names import Key, feed_names, keys_of, read_index
from alerts.gather import agenda_order
from alerts.message import render
from alerts.subscriptions import house
from alerts.timing import ends_at, was_ahead
from alerts.wording import Words, words
from crawler.config import Config
from crawler.models import AlertFact, Change
from db.home import Home
from db.queries import Reader

KEPT = timedelta(days=90)  # how long a session stays in the calendar
INDEX, PAGE = "index.json", "index.html"


def write(home: Home, config: Config, now: datetime) -> list[str]:
    """Write the feeds; returns the names of the files that changed."""
    with Reader(home, private=False) as reader:
        facts = [fact for fact in reader.alert_facts() if _public(fact, config.alerts.minimum_score)]
        found = reader.changes({fact.session_id for fact in facts if fact.session_id})
        votes = {row["item_id"]: vote_of(row) for row in reader.vote_rows()}
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in found:
        changes[change.session_id].append(change)
    ours, language = house(config), words(config.operator.language)
    entries, events = Entries(ours, language, changes, votes), Events(ours, language, changes, votes)
    items, sessions = _items(facts), _sessions(facts, now)
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
