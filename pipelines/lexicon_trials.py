"""Try the lexicon on single texts: the examples of its files, and a sentence somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.models import Topic
from pipelines.lexicon_types import Entry, Exclusion, Lexicon
from pipelines.matching import Hit, candidates, hits

ALERT = 0.5
SHOWN = 3  # words of a context that are told


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that the lexicon judges otherwise: in which file, of which entry, and what is wrong."""

    file: str
    entry: str
    text: str
    problem: str


def topics_of(text: str, lexicon: Lexicon) -> dict[Topic, float]:
    """Topics that would flag ``text`` if it were the title of an item, with their scores."""
    best: dict[Topic, float] = {}
    for hit in hits(text, lexicon):
        if hit.score >= ALERT:
            best[hit.topic] = max(hit.score, best.get(hit.topic, 0.0))
    return best


def count(lexicon: Lexicon) -> int:
    """How many examples the lexicon has."""
    topics = lexicon.topics.values()
    each = [row.examples for topic in topics for row in topic.entries]
    each += [row.examples for topic in topics for row in topic.exclusions]
    each += [row.examples for row in lexicon.exclusions]
    whole = sum(len(topic.positive) + len(topic.negative) for topic in topics)
    return whole + sum(len(examples.on) + len(examples.near) for examples in each)


def failures(lexicon: Lexicon) -> Iterator[Failure]:
    """Run every example: those of the topics, of their entries, and of the false friends."""
    for topic in lexicon.topics.values():
        file = f"{topic.id}.toml"
        for expected, texts in ((True, topic.positive), (False, topic.negative)):
            for text in texts:
                score = topics_of(text, lexicon).get(topic.id, 0.0)
                if (score >= ALERT) != expected:
                    yield Failure(file, "examples", text, "not flagged" if expected else f"flagged ({score})")
        for entry in topic.entries:
            yield from _entry(file, entry, lexicon)
        for exclusion in topic.exclusions:
            yield from _exclusion(file, exclusion, lexicon, (topic.id,))
    for exclusion in lexicon.exclusions:
        yield from _exclusion("markers.toml", exclusion, lexicon, tuple(lexicon.topics))


def _entry(file: str, entry: Entry, lexicon: Lexicon) -> Iterator[Failure]:
    """Where an entry has to count it must be certain, unless its own score is lower; where it must not, it may hint."""
    where, least = f"{entry.kind} {entry.id}", min(ALERT, entry.score)
    for text in entry.examples.on:
        mine = _of(entry, text, lexicon)
        if not any(hit.score >= least and not hit.excluded for hit in mine):
            why = "; ".join(explain(hit, lexicon) for hit in mine)
            yield Failure(file, where, text, f"does not count here: {why or 'its words are not found'}")
    for text in entry.examples.near:
        for hit in _of(entry, text, lexicon):
            if hit.score >= least and not hit.excluded:
                yield Failure(file, where, text, f"counts here ({hit.score})")


def _of(entry: Entry, text: str, lexicon: Lexicon) -> list[Hit]:
    topics = None if entry.ambiguous else (entry.topic,)  # a vendor needs a strong term, of whatever topic
    return [hit for hit in candidates(text, lexicon, topics) if (hit.topic, hit.term) == (entry.topic, entry.id)]


def _exclusion(file: str, exclusion: Exclusion, lexicon: Lexicon, topics: tuple[Topic, ...]) -> Iterator[Failure]:
    where = f"exclude {exclusion.id}"
    for expected, texts in ((True, exclusion.examples.on), (False, exclusion.examples.near)):
        for text in texts:
            acts = any(hit.excluded == exclusion.id for hit in candidates(text, lexicon, topics))
            if acts != expected:
                yield Failure(file, where, text, "voids nothing here" if expected else "voids a hit here")


def explain(hit: Hit, lexicon: Lexicon) -> str:
    """Why a hit counts, does not count, or counts little."""
    if hit.excluded:
        return f"excluded by {hit.excluded}"
    if hit.missing:
        lacks = " and ".join(" or ".join(told(need, lexicon) for need in group) for group in hit.missing)
        reason = f"without its context: would need {lacks} beside it"
    elif not hit.certain:
        reason = (
            "a vendor with other trades: would need a strong term beside it" if hit.kind == "product" else "doubtful"
        )
    else:
        reason = f"beside {_short(hit.beside)}" if hit.beside else hit.kind
    return " ".join([reason, *(f"+ {marker}" for marker in hit.markers)])


def told(need: str, lexicon: Lexicon) -> str:
    """A context with some of its words: ``police ("police", "gendarme", …)``."""
    words = [f'"{word.split("(")[0].rstrip("*")}"' for word in lexicon.context_words[need] if word[0] != "("]
    return f"{_short(need)} ({', '.join(words[:SHOWN])}, …)"


def _short(names: str) -> str:
    """Without the topic in whose file a context stands."""
    return " and ".join(name.rsplit(".", 1)[-1] for name in names.split(" and "))
