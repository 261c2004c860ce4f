"""Precision and recall of the lexicon on labelled texts: titles alone, or items with their bodies through `flag`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from crawler.errors import UsageError
from crawler.models import TOPICS, DocumentKind, FlagClaim, ItemClaim, PageText, SessionClaim, Topic
from pipelines.flags import flag
from pipelines.lexicon_trials import ALERT, topics_of
from pipelines.lexicon_types import Lexicon

ALL, ITEMS = "all topics", "items"
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
_Z = 1.96  # of a normal distribution: 95 %


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text: a title (``body`` None), or an item of a document of this kind."""

    line: int
    title: str
    topics: frozenset[Topic]
    body: str | None = None
    kind: DocumentKind = "draft"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that was judged otherwise than it is labelled."""

    row: Row
    found: dict[Topic, float]

    @property
    def missed(self) -> tuple[Topic, ...]:
        return tuple(sorted(self.row.topics - set(self.found)))

    @property
    def false(self) -> tuple[Topic, ...]:
        return tuple(sorted(set(self.found) - self.row.topics))


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

    def plus(self, *, expected: bool, found: bool) -> Score:
        """With one more text."""
        right, false, missed = expected and found, found and not expected, expected and not found
        return Score(self.topic, self.right + right, self.false + false, self.missed + missed)


@dataclass(frozen=True, slots=True)
class Report:
    """Scores by topic (those that occur), of all topics together, and of texts flagged at all; and what was wrong."""

    scores: tuple[Score, ...]
    texts: int
    plain: int  # texts about no topic
    wrong: tuple[Wrong, ...]

    @property
    def false_flags(self) -> int:
        """Texts about no topic that were flagged."""
        return sum(not each.row.topics for each in self.wrong)


def interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, in 0..1."""
    if not total:
        return 0.0, 1.0
    share, square = right / total, _Z * _Z
    middle = share + square / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, (middle - spread) / (1 + square / total)), min(1.0, (middle + spread) / (1 + square / total))


def labelled(lines: Iterable[str], name: str) -> Iterator[Row]:
    """The rows of a JSON-lines file: "text", or "title" with "body" and "kind"; "topics". Raises UsageError."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(line, number, f"{name}, line {number}")


def _row(line: str, number: int, where: str) -> Row:
    try:
        row = json.loads(line)
        title, topics = str(row["text"] if "text" in row else row["title"]), frozenset(row["topics"])
        body = row.get("body")
        kind = row.get("kind", "draft") if body is not None else "agenda"
    except (ValueError, TypeError, KeyError, AttributeError):
        shape = '{"text": "…", "topics": []} or {"title": "…", "body": "…", "kind": "draft", "topics": []}'
        raise UsageError(f"{where}: not an object like {shape}") from None
    if unknown := sorted(topics - set(TOPICS)):
        raise UsageError(f"{where}: unknown topic {unknown[0]!r}; one of: {', '.join(TOPICS)}")
    if kind not in KINDS:
        raise UsageError(f"{where}: unknown kind {kind!r}; one of: {', '.join(KINDS)}")
    return Row(number, title, topics, None if body is None else str(body), kind)


def item_flag(title: str, body: str, kind: DocumentKind, lexicon: Lexicon) -> FlagClaim | None:
    """The flag of an item that is alone in a document of this kind."""
    text = f"{title}\n\n{body}"
    item = ItemClaim(title, "1", 1, (1, 0), (1, len(text)))
    return next(
        iter(flag((PageText(1, text),), (SessionClaim("conseil municipal", items=(item,)),), kind, lexicon)), None
    )


def found(row: Row, lexicon: Lexicon) -> dict[Topic, float]:
    """The topics that flag a row, with their scores."""
    if row.body is None:
        return topics_of(row.title, lexicon)
    claim = item_flag(row.title, row.body, row.kind, lexicon)
    best: dict[Topic, float] = {}
    if claim and claim.score >= ALERT:
        for match in claim.matches:
            best[match.topic] = max(match.score, best.get(match.topic, 0.0))
    return best


def score(rows: Iterable[Row], lexicon: Lexicon) -> Report:
    """Judge every row."""
    scores: dict[str, Score] = {ALL: Score(ALL), ITEMS: Score(ITEMS)}
    texts = plain = 0
    wrong = []
    for row in rows:
        got = found(row, lexicon)
        texts, plain = texts + 1, plain + (not row.topics)
        scores[ITEMS] = scores[ITEMS].plus(expected=bool(row.topics), found=bool(got))
        for topic in {*row.topics, *got}:
            for name in (topic, ALL):
                had = scores.get(name, Score(name))
                scores[name] = had.plus(expected=topic in row.topics, found=topic in got)
        if set(got) != row.topics:
            wrong.append(Wrong(row, got))
    names = [*(topic for topic in TOPICS if topic in scores), ALL, ITEMS]
    return Report(tuple(scores[name] for name in names), texts, plain, tuple(wrong))
