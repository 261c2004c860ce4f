"""Find the entries of the lexicon in a stretch of text, weigh each by what stands beside it, and say why.

The score of one hit, in 0..1:

- *base*: the entry's ``score`` (strong 0.9, acronym and product 0.85, weak 0.7) where the contexts that it asks for are
  there: in its sentence, in the title above it, or (``nearby``) in its item; else its ``alone`` (weak and acronym 0.3,
  product 0.2, 0 for those that ask for several contexts at once). A vendor with other trades needs a strong term of
  any topic in the same text.
- *exclusions*: a hit covered by a false friend ("caméra thermique") counts 0, and so does a weak one beside a false
  friend of its sentence or of its item; what was excluded is kept, with the reason, for ``lexicon try``.
- *markers* (funding, authorisation, law, police, oversight): each kind found in the sentence closes 15 % of the gap
  to 1, three kinds at most. They alone flag nothing, and what lacks its context stays below `ALONE_CEILING`.
- an acronym in a line of capitals may be a name or any word: it counts `SHOUTED` at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from crawler.models import Topic
from pipelines.lexicon_types import Entry, Exclusion, Lexicon, TopicLexicon, plain
from pipelines.overlaps import PART, UNLESS, best, parts_left_out, spread, yielded
from pipelines.text.fold import Folded, fold

ALONE_CEILING = 0.45  # below the alert threshold of 0.5
SHOUTED = 0.65
MARKER_WEIGHT = 0.15
REACH = 240  # folded characters on either side that count as beside, within the sentence
NEARBY = 450  # and that count as the same item, across sentences
MOST = 100  # hits of one entry in one stretch: more say nothing new and cost time

__all__ = ["ALONE_CEILING", "PART", "UNLESS", "Hit", "candidates", "hits", "judged"]


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
    beside: str = ""  # the contexts that made it count
    missing: tuple[tuple[str, ...], ...] = ()  # what it lacks: of each group one
    markers: tuple[str, ...] = ()
    excluded: str = ""  # the false friend that voids it
    yields: tuple[Topic, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the words alone, or with the context they need, name the topic."""
        return self.score >= 0.5


def hits(text: str, lexicon: Lexicon, around: str = "", above: str = "") -> tuple[Hit, ...]:
    """Hits that count in ``text``, by offset.

    Contexts found in ``around`` (what stands below a title) and in ``above`` (the title over a body) count too; so do
    the false friends of a whole item in ``above``.
    """
    return tuple(hit for hit in judged(text, lexicon, around, above) if hit.score and not hit.excluded)


def judged(text: str, lexicon: Lexicon, around: str = "", above: str = "") -> tuple[Hit, ...]:
    """Every hit, with those that a false friend excludes and those that one more context would make count."""
    topics = lexicon.look.topics(text, None)  # what it asks for may stand around or above
    if not topics:
        return ()
    stretch = _Stretch(text, lexicon, around, above)
    found = [hit for name in topics for hit in stretch.topic(lexicon.topics[name]) if hit.score or len(hit.missing) < 2]
    ordered = sorted(stretch.vendors(found), key=lambda hit: (hit.start, hit.end, hit.topic, hit.term))
    return tuple(yielded(parts_left_out(ordered), NEARBY))


def candidates(text: str, lexicon: Lexicon, topics: Iterable[Topic] | None = None) -> tuple[Hit, ...]:
    """Every entry that matches, also where another says it better: what the examples of an entry are tried on."""
    stretch = _Stretch(text, lexicon)
    names = lexicon.topics if topics is None else topics
    return tuple(stretch.vendors([hit for name in names for hit in stretch.weighed(lexicon.topics[name])]))


class _Stretch:
    """A folded stretch of text with what is worked out once for all topics."""

    def __init__(self, text: str, lexicon: Lexicon, around: str = "", above: str = "") -> None:
        self.lexicon = lexicon
        self.folded: Folded = fold(text)
        self.low = self.folded.text.encode("ascii")
        self.cased = self.folded.cased.encode("ascii")
        self.above = plain(above) if above else b""
        self.around = self.above + b" . " + (plain(around) if around else b"")
        self.has_acronyms = bool(lexicon.acronyms.search(self.cased))
        self._elsewhere: dict[tuple[str, bool], bool] = {}

    def topic(self, topic: TopicLexicon) -> list[Hit]:
        """Hits of one topic; of those that overlap the better one stays."""
        return best(self.weighed(topic))

    def weighed(self, topic: TopicLexicon) -> list[Hit]:
        """Every hit of one topic, in the order of its entries."""
        found = self._words(topic) if topic.words.search(self.low) else []
        if self.has_acronyms:
            found += self._acronyms(topic)
        if not found:
            return []
        exclusions = (*self.lexicon.exclusions, *topic.exclusions)
        return spread([self._weigh(entry, span, exclusions) for entry, span in found], 2 * REACH)

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
        inside = self.low[start:end] if entry.all or entry.two else self._between(start, end)
        window = self.low[left:start] + inside + self.low[end:right]
        shouted = entry.kind == "acronym" and self._shouted(left, right, start, end)
        beside, missing = self._company(entry, window, span, outside=not shouted)
        score = entry.score if not missing and not entry.ambiguous else entry.alone
        score = min(score, SHOUTED) if shouted else score
        excluded = self._excluded(entry, span, (left, right), exclusions)
        markers = self._markers(left, right)
        place = (*self.folded.span(start, end), self._trimmed(left, right))
        score = _raised(score, markers)
        return Hit(entry.topic, entry.id, entry.kind, *place, score, beside, missing, markers, excluded, entry.yields)

    def _company(
        self, entry: Entry, window: bytes, span: tuple[int, int], *, outside: bool
    ) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """The contexts that are there, and the groups of which one would be needed."""
        strict = bool(entry.all or entry.two)
        found: list[str] = []
        missing: list[tuple[str, ...]] = []
        groups = [(entry.needs, 1, window)] if entry.needs else []
        groups += [((need,), 1, window) for need in entry.all]
        groups += [(entry.two, 2, window)] if entry.two else []
        groups += [(entry.nearby, 1, self._neighbourhood(*span))] if entry.nearby else []
        for group, least, words in groups:
            met = [need for need in group if self._near(need, words, outside, below=not strict)]
            found += met[:least]
            missing += [tuple(need for need in group if need not in met)] if len(met) < least else []
        return " and ".join(found), tuple(missing)

    def _between(self, start: int, end: int) -> bytes:
        """The hit without its first and last word: a term is no context of its own, but what its gap holds is.

        Where several contexts are asked for at once, each of its words may be one of them.
        """
        words = self.low[start:end].split(b" ")
        return b" # " + b" ".join(words[1:-1]) + b" # "

    def _neighbourhood(self, start: int, end: int) -> bytes:
        return self.low[max(0, start - NEARBY) : start] + b" # " + self.low[end : end + NEARBY]

    def _near(self, need: str, window: bytes, outside: bool, *, below: bool) -> bool:
        """Whether a context stands in the window, or outside: above, or (``below``) also under a title."""
        pattern = self.lexicon.contexts[need]
        if pattern.search(window):
            return True
        if not outside:
            return False
        key = (need, below)
        if key not in self._elsewhere:
            self._elsewhere[key] = bool(pattern.search(self.around if below else self.above))
        return self._elsewhere[key]

    def _shouted(self, left: int, right: int, start: int, end: int) -> bool:
        """Whether the other words of the sentence are in capitals."""
        beside = self.cased[left:start] + self.cased[end:right]
        capitals, small = sum(map(beside.count, _CAPITALS)), sum(map(beside.count, _SMALL))
        return capitals > 4 * small and capitals >= 8

    @cached_property
    def _under(self) -> frozenset[str]:
        """Ids of the false friends that the title above speaks of."""
        topics = self.lexicon.topics.values()
        every = (*self.lexicon.exclusions, *(each for topic in topics for each in topic.exclusions))
        return frozenset(each.id for each in every if each.scope == "item" and each.pattern.search(self.above))

    def _excluded(
        self, entry: Entry, span: tuple[int, int], bounds: tuple[int, int], exclusions: Iterable[Exclusion]
    ) -> str:
        """Id of the first exclusion that voids a hit, or nothing."""
        left, right = bounds
        sentence = self.low[left:right]
        if entry.unless and entry.unless.search(sentence):
            return f"{UNLESS} {entry.id}"
        firm = entry.kind == "strong" and not entry.asks
        for exclusion in exclusions:
            if exclusion.scope == "overlap":
                if _covers(exclusion, sentence, (span[0] - left, span[1] - left), whole=firm):
                    return exclusion.id
            elif (firm and not exclusion.strong) or self._pardoned(exclusion, sentence):
                continue
            elif exclusion.pattern.search(sentence) or (
                exclusion.scope == "item"
                and (exclusion.id in self._under or exclusion.pattern.search(self._neighbourhood(*span)))
            ):
                return exclusion.id
        return ""

    def _pardoned(self, exclusion: Exclusion, sentence: bytes) -> bool:
        return any(self.lexicon.contexts[context].search(sentence) for context in exclusion.pardon)

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


_CAPITALS = [bytes([code]) for code in range(ord("A"), ord("Z") + 1)]
_SMALL = [each.lower() for each in _CAPITALS]


def _covers(exclusion: Exclusion, sentence: bytes, span: tuple[int, int], *, whole: bool) -> bool:
    """Whether a false friend overlaps a hit; what is firm it has to cover."""
    for found in exclusion.pattern.finditer(sentence):
        start, end = found.span()
        if start < span[1] and end > span[0] and (not whole or (start <= span[0] and end >= span[1])):
            return True
    return False


def _raised(score: float, markers: tuple[str, ...]) -> float:
    """The score after its markers; what flags nothing without them flags nothing with them."""
    if not score:
        return 0.0
    raised = 1 - (1 - score) * (1 - MARKER_WEIGHT) ** min(3, len(markers))
    return round(raised if score >= 0.5 else min(raised, ALONE_CEILING), 3)
