"""Flags of labelled titles and of labelled items with their bodies."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rates import Found, cell

from crawler.models import TOPICS, ItemClaim, PageText, SessionClaim, Topic
from pipelines.flags import flag
from pipelines.lexicon_types import Lexicon

FLAGGED = 0.5
TITLES = ("labels/titles.jsonl", "examples.jsonl", "titles_montpellier.jsonl", "titles_avranches_ocr.jsonl")
# Words of which a title of the police register must hold one to be rightly flagged: it has no labels.
NAMED = ("vidéo", "caméra", "captation", "aéron", "drone", "hélicoptère", "algorithm")


@dataclass
class Scored:
    """Topics found in a set of texts, item by item."""

    texts: int = 0
    by_topic: dict[str, Found] = field(default_factory=lambda: defaultdict(Found))
    items: Found = field(default_factory=Found)  # an item with any topic, flagged at all
    plain: int = 0  # texts about no topic
    false: int = 0  # of these, flagged
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, expected: Iterable[str], found: Iterable[str]) -> None:
        wanted, got = set(expected), set(found)
        self.texts += 1
        self.plain += not wanted
        self.false += bool(got) and not wanted
        self.items.add(bool(wanted), bool(got))
        for topic in wanted | got:
            self.by_topic[topic].add(topic in wanted, topic in got)
        if wanted != got:
            self.errors.append(f"{name}: {sorted(got)} for {sorted(wanted)}")

    @property
    def topics(self) -> Found:
        """All topics together."""
        return Found(
            *(sum(getattr(one, name) for one in self.by_topic.values()) for name in ("right", "false", "missed"))
        )

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A row of precision, recall and F1 per topic, and for all."""
        for topic in TOPICS:
            if topic in self.by_topic:
                yield (topic, *self.by_topic[topic].cells())
        yield ("all topics", *self.topics.cells())

    def false_rate(self) -> str:
        return cell(self.false, self.plain)


def topics_of_item(title: str, body: str, kind: Any, lexicon: Lexicon) -> set[Topic]:
    """Topics of the flag that an item of a document of this kind gets."""
    text = f"{title}\n\n{body}"
    item = ItemClaim(title, "1", 1, (1, 0), (1, len(text)))
    sessions = (SessionClaim("conseil municipal", items=(item,)),)
    flags = flag((PageText(1, text),), sessions, kind, lexicon)
    return {topic for one in flags if one.score >= FLAGGED for topic in one.topics}


def jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def titles(path: Path, lexicon: Lexicon) -> Scored:
    """Titles alone: as items of an agenda without a body."""
    scored = Scored()
    for row in jsonl(path):
        scored.add(row["text"][:100], row["topics"], topics_of_item(row["text"], "", "agenda", lexicon))
    return scored


def bodies(paths: Sequence[Path], lexicon: Lexicon) -> Scored:
    """Constructed items with their bodies."""
    scored = Scored()
    for path in paths:
        for row in jsonl(path):
            found = topics_of_item(row["title"], row["body"], row["kind"], lexicon)
            scored.add(f"{row['id']} {row['title'][:80]}", row["topics"], found)
    return scored


def register(path: Path, lexicon: Lexicon) -> Scored:
    """Titles of prefectoral orders: a flag is right where the title names the technique."""
    scored = Scored()
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            title = row["titre"]
            found = topics_of_item(title, "", "agenda", lexicon)
            named = any(word in title.lower() for word in NAMED)
            scored.add(title[:100], found if named else (), found)
    return scored
