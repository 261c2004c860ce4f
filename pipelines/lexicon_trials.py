"""Try the lexicon on single texts: its own examples, a sentence somebody types, a file of labelled lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.errors import UsageError
from crawler.models import TOPICS, Topic
from pipelines.lexicon_types import Lexicon
from pipelines.matching import Hit, hits

ALERT = 0.5


@dataclass(frozen=True, slots=True)
class Failure:
    """An example of a topic's file that the lexicon judges otherwise."""

    topic: Topic
    expected: bool  # whether the text is about the topic
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over labelled texts; a rate without cases is None."""

    topic: str
    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.false) if self.right + self.false else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    @property
    def f1(self) -> float | None:
        cases = 2 * self.right + self.false + self.missed
        return 2 * self.right / cases if cases else None


def topics_of(text: str, lexicon: Lexicon) -> dict[Topic, float]:
    """Topics that would flag ``text`` if it were the title of an item, with their scores."""
    best: dict[Topic, float] = {}
    for hit in hits(text, lexicon):
        if hit.score >= ALERT:
            best[hit.topic] = max(hit.score, best.get(hit.topic, 0.0))
    return best


def failures(lexicon: Lexicon) -> Iterator[Failure]:
    """Run the examples of every topic."""
    for topic in lexicon.topics.values():
        for expected, texts in ((True, topic.positive), (False, topic.negative)):
            for text in texts:
                score = topics_of(text, lexicon).get(topic.id, 0.0)
                if (score >= ALERT) != expected:
                    yield Failure(topic.id, expected, text, score)


def explain(hit: Hit) -> str:
    """Why a hit counts, does not count, or counts little."""
    if hit.excluded:
        return f"excluded by {hit.excluded}"
    reasons = [f"beside {hit.beside}" if hit.beside else hit.kind if hit.certain else "without its context"]
    reasons += [f"+ {marker}" for marker in hit.markers]
    return " ".join(reasons)


def labelled(lines: Iterable[str], name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Texts and topics of a JSON-lines file. Raises UsageError naming the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, topics = row["text"], frozenset(row["topics"])
        except (ValueError, TypeError, KeyError):
            raise UsageError(f'{name}, line {number}: not an object like {{"text": "…", "topics": []}}') from None
        if unknown := sorted(topics - set(TOPICS)):
            raise UsageError(f"{name}, line {number}: unknown topic {unknown[0]!r}; one of: {', '.join(TOPICS)}")
        yield str(text), topics


def score(rows: Iterable[tuple[str, frozenset[str]]], lexicon: Lexicon) -> list[Score]:
    """Counts by topic (those that occur), then "all topics" together."""
    counts: dict[str, list[int]] = {}
    for text, expected in rows:
        found: Mapping[Topic, float] = topics_of(text, lexicon)
        for topic in {*expected, *found}:
            cell = counts.setdefault(topic, [0, 0, 0])
            cell[0 if topic in expected and topic in found else 1 if topic in found else 2] += 1
    done = [Score(topic, *counts[topic]) for topic in TOPICS if topic in counts]
    total = Score("all topics", *(sum(cell[i] for cell in counts.values()) for i in range(3)))
    return [*done, total]
