"""Find the entries of the lexicon in a stretch of text, weigh each by what stands beside it, and say why.

The score of one hit, in 0..1:

- *base*: the entry's ``score`` (strong 0.9, acronym and product 0.85, weak 0.7) where it needs nothing or one of the
  contexts that it needs stands in its sentence (or in the title above it), else its ``alone`` (weak and acronym 0.3,
  product 0.2). A vendor with other trades needs a strong term of any topic in the same text.
- *exclusions*: a hit covered by a false friend ("caméra thermique") counts 0, and so does a weak one beside a
  sentence-wide exclusion; what was excluded is kept, with the reason, for ``lexicon try``.
- *markers* (funding, authorisation, law, police, oversight): each kind found in the sentence closes 15 % of the gap
  to 1, three kinds at most. They alone flag nothing, and what lacks its context stays below `ALONE_CEILING`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from crawler.models import Topic
from pipelines.lexicon_types import Entry, Exclusion, Lexicon, TopicLexicon, plain
from pipelines.text.fold import Folded, fold

ALONE_CEILING = 0.45  # below the alert threshold of 0.5
MARKER_WEIGHT = 0.15
WIDE = 700  # folded characters on either side in which each context of ``also`` is looked for, over sentences
REACH = 240  # folded characters on either side that count as beside, within the sentence
UNLESS = "unless of"  # another entry says it better
MOST = 100  # hits of one entry in one stretch: more say nothing new and cost time


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found; offsets are in the original text, ``sentence`` surrounds it."""

    topic: Topic
    term: str
    kind: str
    start: int
    end: int
    sentence: tuple[int, int]
    score: float
    beside: str = ""  # the context that made it count
    markers: tuple[str, ...] = ()
    excluded: str = ""  # the false friend that voids it

    @property
    def certain(self) -> bool:
        """Whether the words alone, or with the context they need, name the topic."""
        return self.score >= 0.5


def hits(text: str, lexicon: Lexicon, around: str = "") -> tuple[Hit, ...]:
    """Hits that count in ``text``, by offset; contexts found in ``around`` (a title above) count too."""
    return tuple(hit for hit in judged(text, lexicon, around) if not hit.excluded)


def judged(text: str, lexicon: Lexicon, around: str = "") -> tuple[Hit, ...]:
    """Every hit, with those that a false friend excludes."""
    if not lexicon.may_match(text):
        return ()
    stretch = _Stretch(text, lexicon, around)
    found = [hit for topic in lexicon.topics.values() for hit in stretch.topic(topic)]
    return tuple(sorted(stretch.vendors(found), key=lambda hit: (hit.start, hit.end, hit.topic, hit.term)))


class _Stretch:
    """A folded stretch of text with what is worked out once for all topics."""

    def __init__(self, text: str, lexicon: Lexicon, around: str) -> None:
        self.lexicon = lexicon
        self.folded: Folded = fold(text)
        self.low = self.folded.text.encode("ascii")
        self.cased = self.folded.cased.encode("ascii")
        self.around = plain(around) if around else b""
        self.has_acronyms = bool(lexicon.acronyms.search(self.cased))

    def topic(self, topic: TopicLexicon) -> list[Hit]:
        """Hits of one topic; of those that overlap the better one stays."""
        found = self._words(topic) if topic.words.search(self.low) else []
        if self.has_acronyms:
            found += self._acronyms(topic)
        if not found:
            return []
        exclusions = (*self.lexicon.exclusions, *topic.exclusions)
        return _best(_spread([self._weigh(entry, span, exclusions) for entry, span in found]))

    def _words(self, topic: TopicLexicon) -> list[tuple[Entry, tuple[int, int]]]:
        return [
            (entry, found.span())
            for entry in topic.entries
            if entry.kind != "acronym"
            for found in islice(entry.pattern.finditer(self.low), MOST)
        ]

    def _acronyms(self, topic: TopicLexicon) -> list[tuple[Entry, tuple[int, int]]]:
        return [
            (entry, found.span(1))
            for entry in topic.entries
            if entry.kind == "acronym"
            for found in islice(entry.pattern.finditer(self.cased), MOST)
        ]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Bounds of the sentence around a folded span, at most `REACH` away on either side."""
        floor, ceiling = max(0, start - REACH), min(len(self.low), end + REACH)
        left = self.low.rfind(b".", floor, start)
        right = self.low.find(b".", end, ceiling)
        return (left + 1 if left >= 0 else floor), (right if right >= 0 else ceiling)

    def _weigh(self, entry: Entry, span: tuple[int, int], exclusions: tuple[Exclusion, ...]) -> Hit:
        start, end = span
        left, right = self.sentence(start, end)
        window = self.low[left:start] + self._between(start, end) + self.low[end:right]
        beside = next((need for need in entry.needs if self._near(need, window)), "")
        enough = bool(beside) or not (entry.needs or entry.ambiguous)
        if enough and entry.also:
            wide = self.low[max(0, start - WIDE) : start] + self._between(start, end) + self.low[end : end + WIDE]
            enough = all(self._near(need, wide) for need in entry.also)
            beside = ", ".join(filter(None, (beside, *entry.also))) if enough else ""
        score = entry.score if enough else entry.alone
        sentence = self.low[left:right]
        excluded = _excluded(entry, (start - left, end - left), sentence, exclusions)
        markers = self._markers(left, right)
        hit = Hit(entry.topic, entry.id, entry.kind, *self.folded.span(start, end), self._trimmed(left, right), score)
        return replace(hit, score=_raised(score, markers), beside=beside, markers=markers, excluded=excluded)

    def _between(self, start: int, end: int) -> bytes:
        """The hit without its first and last word: a term is no context of its own, but what its gap holds is."""
        words = self.low[start:end].split(b" ")
        return b" # " + b" ".join(words[1:-1]) + b" # "

    def _near(self, need: str, window: bytes) -> bool:
        pattern = self.lexicon.contexts[need]
        return bool(pattern.search(window) or (self.around and pattern.search(self.around)))

    def _markers(self, left: int, right: int) -> tuple[str, ...]:
        low, cased = self.low[left:right], self.cased[left:right]
        return tuple(name for name, (words, codes) in self.lexicon.markers if words.search(low) or codes.search(cased))

    def _trimmed(self, left: int, right: int) -> tuple[int, int]:
        while left < right and self.low[left] in b" ,.":
            left += 1
        while right > left and self.low[right - 1] in b" ,.":
            right -= 1
        return self.folded.span(left, right) if right > left else (0, 0)

    def vendors(self, found: list[Hit]) -> list[Hit]:
        """A vendor with other trades counts beside a strong term only."""
        strong = any(hit.kind in ("strong", "acronym") and hit.certain and not hit.excluded for hit in found)
        if not strong:
            return found
        raised = {
            (topic.id, entry.id): entry.score
            for topic in self.lexicon.topics.values()
            for entry in topic.entries
            if entry.ambiguous
        }
        return [
            replace(hit, score=raised[hit.topic, hit.term], beside="a strong term")
            if (hit.topic, hit.term) in raised and not hit.excluded
            else hit
            for hit in found
        ]


def _excluded(entry: Entry, span: tuple[int, int], sentence: bytes, exclusions: Iterable[Exclusion]) -> str:
    """Id of the first exclusion that voids a hit (``span`` in its ``sentence``), or nothing."""
    if entry.unless and entry.unless.search(sentence):
        return f"{UNLESS} {entry.id}"
    firm = entry.kind == "strong" and not entry.needs
    for exclusion in exclusions:
        for found in exclusion.pattern.finditer(sentence):
            start, end = found.span()
            if exclusion.scope == "sentence":
                if exclusion.strong or not firm:
                    return exclusion.id
            elif start < span[1] and end > span[0] and (not firm or (start <= span[0] and end >= span[1])):
                return exclusion.id
    return ""


def _spread(found: list[Hit]) -> list[Hit]:
    """A weak word that a false friend voids is void in the next sentences too: it speaks of the same camera."""
    void = [
        (hit.term, hit.start, hit.excluded)
        for hit in found
        if hit.kind == "weak" and hit.excluded and not hit.excluded.startswith(UNLESS)
    ]
    if not void:
        return found
    return [
        replace(hit, excluded=hit.excluded or next((why for term, at, why in void if _near_void(hit, term, at)), ""))
        for hit in found
    ]


def _near_void(hit: Hit, term: str, at: int) -> bool:
    return hit.kind == "weak" and hit.term == term and abs(hit.start - at) <= 2 * REACH


def _raised(score: float, markers: tuple[str, ...]) -> float:
    """The score after its markers; what flags nothing without them flags nothing with them."""
    raised = 1 - (1 - score) * (1 - MARKER_WEIGHT) ** min(3, len(markers))
    return round(raised if score >= 0.5 else min(raised, ALONE_CEILING), 3)


def _best(found: list[Hit]) -> list[Hit]:
    """Drop what overlaps a better hit of its topic; an excluded hit never hides another."""
    kept: list[Hit] = []
    last: Hit | None = None
    for hit in sorted(found, key=lambda hit: (bool(hit.excluded), hit.start, -hit.score, -hit.end)):
        if not hit.excluded and last and hit.start < last.end and not last.excluded:
            if hit.score > last.score:
                kept[-1] = last = hit
            continue
        kept.append(hit)
        last = hit
    return kept
