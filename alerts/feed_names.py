"""Which public feeds there are, what they are called, and what was published last. Pure, but for reading the index.

Files of territories and topics have an underscore in their name, which no council's id has: ``region-84`` is the
council of the region, ``region_84`` all councils in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alerts.notice import House
from alerts.plain import one_line
from alerts.wording import Words
from crawler.config import territory_names
from crawler.models import TOPICS, AlertFact, Council

Key = tuple[str, str]  # kind, id
ORDER = ("all", "topic", "region", "department", "council")
EVERYTHING = "tocsin"


@dataclass(frozen=True, slots=True)
class FeedName:
    """One feed; ``watched``: whether news of it may still come."""

    kind: str
    id: str
    name: str
    watched: bool = True

    @property
    def key(self) -> Key:
        return (self.kind, self.id)

    @property
    def stem(self) -> str:
        """The file name without its end: the same for good."""
        if self.kind == "all":
            return EVERYTHING
        plain = re.sub(r"[^A-Za-z0-9.-]", "-", self.id)
        if self.kind == "council":
            return plain if plain != EVERYTHING else f"council_{plain}"
        return f"{self.kind}_{plain}"

    def title(self, house: House, words: Words) -> str:
        """What readers see in their list of feeds."""
        if self.kind == "all":
            return words.say("feed.title")
        topic = next((each for each in TOPICS if each == self.id), None) if self.kind == "topic" else None
        name = house.label(topic, words.language) if topic else one_line(self.name)
        nameless = self.kind == "department" and self.name == self.id
        return words.say(f"feed.title_{self.kind}{'_code' * nameless}", name=name, id=self.id)

    def note(self, words: Words) -> str:
        """What stands under the title."""
        return words.say("feed.subtitle" if self.watched else "feed.subtitle_ended")

    def row(self, title: str, updated: datetime) -> dict[str, Any]:
        """Its line of the index."""
        return {
            "kind": self.kind, "id": self.id, "name": self.name, "title": title, "watched": self.watched,
            "updated": updated.isoformat(), "atom": f"{self.stem}.atom", "ical": f"{self.stem}.ics",
        }  # fmt: skip


def keys_of(fact: AlertFact) -> list[Key]:
    """The feeds that an item belongs to."""
    council = fact.council
    territories = [("department", council.department), ("region", council.region)]
    return [
        ("all", ""),
        ("council", council.id),
        *((kind, code) for kind, code in territories if code),
        *(("topic", topic) for topic in fact.topics),
    ]


def feed_names(
    watched: Iterable[Council], seen: Iterable[Council], former: Mapping[Key, tuple[FeedName, datetime]]
) -> list[FeedName]:
    """Every feed to be written: all topics, the councils watched and their territories, and what was listed before.

    ``seen``: councils of which something was found. A feed whose councils are all watched no longer says so.
    """
    found = {key: FeedName(*key, name.name, watched=False) for key, (name, _) in former.items()}
    found |= {each.key: each for council in seen for each in _of(council, watched=False)}
    found |= {each.key: each for council in watched for each in _of(council, watched=True)}
    found |= {("topic", topic): FeedName("topic", topic, topic) for topic in TOPICS}
    found["all", ""] = FeedName("all", "", "")
    return sorted(found.values(), key=lambda each: (ORDER.index(each.kind), each.id))


def _of(council: Council, *, watched: bool) -> list[FeedName]:
    departments, regions = territory_names()
    feeds = [FeedName("council", council.id, council.name, watched)]
    if code := council.department:
        feeds.append(FeedName("department", code, departments.get(code, code), watched))
    if code := council.region:
        feeds.append(FeedName("region", code, regions.get(code, code), watched))
    return feeds


def read_index(path: Path) -> dict[Key, tuple[FeedName, datetime]]:
    """What the index listed, with the date of each feed; nothing where there is none that we could have written."""
    try:
        rows = json.loads(path.read_text("utf-8"))["feeds"]
        names = [FeedName(row["kind"], row["id"], row["name"]) for row in rows if row["kind"] in ORDER]
        dates = [datetime.fromisoformat(row["updated"]) for row in rows if row["kind"] in ORDER]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name.key: (name, date) for name, date in zip(names, dates, strict=True) if date.tzinfo}
