"""Which topics a page may speak of: the cheap question asked of every page, so that few are folded and matched exactly.

Two looks, each necessary and not sufficient:

- *firm* words, which stand together and count alone, are looked for in squeezed text (letters only, glued), so that no
  accident of layout hides them;
- others stand on many pages: words that count in company only ("visage", "oreille"), and terms with a gap. The page is
  read word by word; what a word may be part of (terms, contexts) is known by its first letters and remembered, so a
  sentence costs a look into a table for each of its words. Where all that an entry asks for may be there, its exact
  pattern is tried on the sentence.

Where words cannot be told apart (letters lost or spaced out), the page is taken for one that may speak of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.models import TOPICS, Topic
from pipelines.anchors import LONGEST, SHORTEST
from pipelines.lexicon_types import Entry, Pattern, compile_bytes
from pipelines.text.fold import latin, squeeze, worded

ABBREVIATED = 4  # letters: a shorter word before a dot may be an abbreviation, so that no sentence ends
HINT = 0.31  # what an entry counts alone, from which a body may show it as a hint
MOST_WORDS = 200_000  # remembered; text of other languages or of noise would fill the memory
EVERYTHING: frozenset[Topic] = frozenset(TOPICS)
ALL_CONTEXTS = -1  # every bit

# What `worded` cannot mend: a letter lost within a word, letters spaced out, mojibake.
_ODD = compile_bytes(r"[ A-Za-z']\?[A-Za-z]|\xc3[\x80-\xbf\xa0 ]|(?:\b[A-Za-z\xc0-\xff] ){4}")


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A term of an entry with what has to stand beside it, as bits: its other words, and of each group so many."""

    topic: Topic
    exact: str  # the term, for google-re2
    must: int  # its other words, and the contexts that it cannot do without
    groups: tuple[tuple[int, int], ...]  # bits, how many of them
    nearby: int

    def fits(self, beside: int, around: int) -> bool:
        """Whether the contexts ``beside`` (its sentence) and ``around`` (its page) may be enough, beside ``must``."""
        if self.nearby and not self.nearby & around:
            return False
        for bits, least in self.groups:
            there = bits & beside
            if not there or (least > 1 and there.bit_count() < least):
                return False
        return True


@dataclass(frozen=True, slots=True)
class QuickLook:
    """Compiled from the entries by `pipelines.lexicon_entries`."""

    firm: Mapping[Topic, Pattern] = field(repr=False)  # on squeezed text
    any_firm: Pattern = field(repr=False)
    vendors: frozenset[Topic] = field(repr=False)  # with entries that count beside a firm word of any topic
    acronyms: Pattern = field(repr=False)  # on Latin-1 text
    stems: Mapping[bytes, tuple[int, tuple[Wanted, ...]]] = field(repr=False)  # contexts and entries by stem
    _known: dict[bytes, tuple[int, tuple[Wanted, ...]]] = field(default_factory=dict, repr=False)  # by word
    _plain: set[bytes] = field(default_factory=set, repr=False)  # words that are a part of nothing
    _patterns: dict[str, Pattern] = field(default_factory=dict, repr=False)  # of terms

    def topics(self, text: str, beside: str | None = "") -> frozenset[Topic]:
        """The topics that ``text`` may hold; contexts in ``beside`` (titles above it) count, None stands for any."""
        plain = latin(text)
        if self.acronyms.search(plain):
            return EVERYTHING
        found: set[Topic] = set()
        squeezed = squeeze(plain)
        if self.any_firm.search(squeezed):
            found = {topic for topic, pattern in self.firm.items() if pattern.search(squeezed)} | self.vendors
        words, letters = worded(text)
        if _ODD.search(letters):
            return EVERYTHING
        given = ALL_CONTEXTS if beside is None else self._contexts(beside) if beside else 0
        self._in_company(words, given, found)
        return frozenset(found)

    def _contexts(self, text: str) -> int:
        """The contexts that may stand in a title."""
        bits = 0
        for word in worded(text)[0].replace(b".", b" ").split():
            bits |= self._info(word)[0]
        return bits

    def _in_company(self, words: bytes, given: int, found: set[Topic]) -> None:
        """Add the topics of the entries whose words stand with what they ask for."""
        known = self._known
        waiting: list[tuple[bytes, int, list[Wanted]]] = []
        around = given
        for sentence in _sentences(words):
            beside = given
            wanted: list[Wanted] = []
            for word in {*sentence.split()} - self._plain:
                bits, terms = known.get(word) or self._info(word)
                beside |= bits
                if terms:
                    wanted += terms
            around |= beside
            if wanted:
                waiting.append((sentence, beside, wanted))
        for sentence, beside, wanted in {each[0]: each for each in waiting}.values():  # pages repeat themselves
            for each in dict.fromkeys(wanted):
                if each.must & beside != each.must or each.topic in found or not each.fits(beside, around):
                    continue
                if self._pattern(each).search(sentence):
                    found.add(each.topic)

    def _pattern(self, term: Wanted) -> Pattern:
        """The exact pattern of one term, compiled when it is first needed: most never are."""
        if term.exact not in self._patterns:
            self._patterns[term.exact] = compile_bytes(term.exact)
        return self._patterns[term.exact]

    def _info(self, word: bytes) -> tuple[int, tuple[Wanted, ...]]:
        """What a word may be part of, by the stems that begin it."""
        if word in self._known:
            return self._known[word]
        bits, wanted = 0, tuple[Wanted, ...]()
        for length in range(SHORTEST, min(LONGEST, len(word)) + 1):
            if info := self.stems.get(word[:length]):
                bits, wanted = bits | info[0], wanted + info[1]
        if len(self._known) < MOST_WORDS:
            self._known[word] = bits, wanted
            if not (bits or wanted):
                self._plain.add(word)
        return bits, wanted


def _sentences(words: bytes) -> Iterator[bytes]:
    """The stretches between dots that end a sentence without doubt."""
    kept = b""
    for piece in words.split(b". "):
        last = piece[piece.rfind(b" ") + 1 :]
        if len(last) < ABBREVIATED:
            kept += piece + b" "
            continue
        yield b" " + (kept + piece).replace(b".", b" ") + b" "
        kept = b""
    if kept:
        yield b" " + kept.replace(b".", b" ")


def wanted(entry: Entry, exact: str, words: int, bits: Mapping[str, int]) -> Wanted:
    """What a term of an entry asks for beside its other ``words``; one that is a hint on its own asks for nothing."""
    if entry.alone >= HINT or not entry.asks:
        return Wanted(entry.topic, exact, words, (), 0)
    groups: list[tuple[Sequence[str], int]] = [(entry.needs, 1)] if entry.needs else []
    groups += [(entry.two, 2)] if entry.two else []
    asked = tuple((_union(group, bits), least) for group, least in groups)
    return Wanted(entry.topic, exact, words | _union(entry.all, bits), asked, _union(entry.nearby, bits))


def _union(names: Iterable[str], bits: Mapping[str, int]) -> int:
    total = 0
    for name in names:
        total |= bits[name]
    return total
