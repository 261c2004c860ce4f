"""The public feeds of a home: ``feeds/tocsin.atom`` and ``.ics``, and a pair per council.

Public facts only, and nothing about subscribers. A file is replaced whole, and not touched where nothing changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.atom import atom
from alerts.calendar import calendar
from alerts.channels.eml import write_atomically
from alerts.facts import vote_of
from alerts.gather import agenda_order
from alerts.subscriptions import house
from alerts.timing import ends_at, was_ahead
from alerts.wording import words
from crawler.config import Config
from crawler.models import AlertFact, Change
from db.home import Home
from db.queries import Reader

ENTRIES = 100  # of an Atom feed
KEPT = timedelta(days=90)  # how long a session stays in the calendar


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
    home.feeds.mkdir(parents=True, exist_ok=True)
    written = []
    for stem, name, mine in _feeds(config, facts, language.say("feed.title")):
        title = language.say("feed.title_council", council=name) if stem != "tocsin" else name
        entries = atom(title, f"urn:tocsin:feed:{stem}", _entries(mine), changes, ours, language, votes)
        events = calendar(title, _sessions(mine, now), changes, ours, language, votes)
        written += [
            file for file, data in ((f"{stem}.atom", entries), (f"{stem}.ics", events)) if _put(home, file, data)
        ]
    return written


def _public(fact: AlertFact, minimum_score: float) -> bool:
    return not fact.private and fact.score >= minimum_score


def _feeds(config: Config, facts: Sequence[AlertFact], title: str) -> Iterable[tuple[str, str, list[AlertFact]]]:
    """(file name without its end, title or council, facts) of each pair of feeds."""
    names = {council.id: council.name for council in config.councils}
    names |= {fact.council.id: fact.council.name for fact in facts}
    mine: dict[str, list[AlertFact]] = defaultdict(list)
    for fact in facts:
        mine[fact.council.id].append(fact)
    yield "tocsin", title, list(facts)
    for council_id in sorted(names):
        yield re.sub(r"[^\w.-]", "-", council_id), names[council_id], mine[council_id]


def _entries(facts: Iterable[AlertFact]) -> list[AlertFact]:
    """One per item, the latest found first: only what was found before its vote is news."""
    best: dict[str, AlertFact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.score, fact.flag_id)):
        if was_ahead(fact):
            best[fact.subject] = fact
    return sorted(best.values(), key=lambda fact: (fact.first_seen_at, fact.subject), reverse=True)[:ENTRIES]


def _sessions(facts: Iterable[AlertFact], now: datetime) -> list[list[AlertFact]]:
    """The dated sessions that are ahead or not long past, soonest first, each with its items."""
    groups: dict[str, list[AlertFact]] = defaultdict(list)
    for fact in facts:
        end = ends_at(fact)
        if fact.session_id and end is not None and end + KEPT > now:
            groups[fact.session_id].append(fact)
    for group in groups.values():
        group.sort(key=agenda_order)
    return sorted(groups.values(), key=lambda group: (group[0].session_date, group[0].session_id))


def _put(home: Home, file: str, data: bytes) -> bool:
    path = home.feeds / file
    if path.exists() and path.read_bytes() == data:
        return False
    write_atomically(path, data, mode=0o644)
    return True
