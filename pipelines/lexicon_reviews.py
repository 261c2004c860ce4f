"""What reviewers said of flags, as evidence on the lexicon: how often each term was right, and rows to be scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.models import TOPICS
from pipelines.lexicon_scores import KINDS, Row


@dataclass(frozen=True, slots=True)
class TermScore:
    """Of the reviewed flags that a term took part in, how many were confirmed and dismissed."""

    topic: str
    term: str
    confirmed: int = 0
    dismissed: int = 0

    @property
    def precision(self) -> float:
        """Share of confirmed flags, 0..1; of those reviewed, which nobody drew by lot."""
        return self.confirmed / (self.confirmed + self.dismissed)


def term_scores(reviews: Iterable[Mapping[str, Any]]) -> list[TermScore]:
    """By topic and term, the worst first; ``reviews`` have ``verdict`` and ``evidence`` as the desk keeps them."""
    counts: dict[tuple[str, str], list[int]] = {}
    for review in reviews:
        named = {(term["topic"], term["term"]) for term in review["evidence"].get("terms", ())}
        for key in named:
            counts.setdefault(key, [0, 0])[review["verdict"] == "dismissed"] += 1
    found = [TermScore(topic, term, right, wrong) for (topic, term), (right, wrong) in counts.items()]
    return sorted(found, key=lambda each: (each.precision, -each.dismissed, -each.confirmed, each.topic, each.term))


def labelled_reviews(reviews: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Reviews as labelled texts: what was dismissed is about nothing, what was confirmed about its topics of then."""
    for number, review in enumerate(reviews, 1):
        evidence = review["evidence"]
        excerpt = str(evidence.get("excerpt") or "")
        title = str(evidence.get("item_title") or excerpt)
        if not title:
            continue
        right = review["verdict"] == "confirmed"
        topics = frozenset(topic for topic in TOPICS if right and topic in evidence.get("topics", ()))
        kind = evidence.get("document_kind")
        body = None if excerpt in title else excerpt
        yield Row(number, title, topics, body, kind if kind in KINDS and body is not None else "agenda")


__all__ = ["TermScore", "labelled_reviews", "term_scores"]
