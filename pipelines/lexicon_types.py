"""The compiled lexicon as types, and the two things its patterns need: google-re2 and folded text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast, get_args

import re2

from crawler.models import Topic
from pipelines.text.fold import fold

Kind = Literal["strong", "weak", "acronym", "product"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TitleKind = Literal["passing", "decided", "wish"]
TITLE_KINDS: tuple[TitleKind, ...] = get_args(TitleKind)


class Found(Protocol):
    """A match of google-re2."""

    def span(self, group: int = 0) -> tuple[int, int]: ...


class Pattern(Protocol):
    """What we use of a pattern of google-re2 (which ships no types)."""

    def search(self, text: bytes) -> Found | None: ...
    def finditer(self, text: bytes) -> Iterable[Found]: ...


Scope = Literal["overlap", "sentence", "item"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts that an entry or an exclusion is tried on: it has to act in ``on`` and must not in ``near``."""

    on: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of evidence: ``score`` holds where the contexts that it asks for are there, ``alone`` elsewhere.

    Of ``needs`` one, of ``two`` two, of ``all`` each has to stand in its sentence or the title above; of ``nearby`` one
    in the item.
    """

    id: str
    topic: Topic
    kind: Kind
    pattern: Pattern = field(repr=False)
    score: float
    alone: float
    needs: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    two: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()
    unless: Pattern | None = field(default=None, repr=False)
    ambiguous: bool = False  # a vendor with other trades: needs a strong term beside
    yields: tuple[Topic, ...] = ()  # to these topics, where they are certain close by: it is the same camera
    examples: Examples = field(default_factory=Examples, repr=False)

    @property
    def asks(self) -> bool:
        """Whether it counts only in company."""
        return bool(self.needs or self.all or self.two or self.nearby or self.ambiguous)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A false friend: voids what it covers, or weak evidence in its sentence, or in its item."""

    id: str
    pattern: Pattern = field(repr=False)
    scope: Scope = "overlap"
    strong: bool = False  # one of a sentence or an item that voids strong terms too
    pardon: tuple[str, ...] = ()  # contexts in the sentence of a hit that save it
    examples: Examples = field(default_factory=Examples, repr=False)


@dataclass(frozen=True, slots=True)
class TopicLexicon:
    """Everything known of one topic; ``words`` finds any of its entries that are not acronyms."""

    id: Topic
    label: Mapping[str, str]
    entries: tuple[Entry, ...] = field(repr=False)
    exclusions: tuple[Exclusion, ...] = field(repr=False)
    words: Pattern = field(repr=False)
    positive: tuple[str, ...] = field(default=(), repr=False)
    negative: tuple[str, ...] = field(default=(), repr=False)


class Look(Protocol):
    """`pipelines.quick_look.QuickLook`."""

    def topics(self, text: str, beside: str | None = "") -> frozenset[Topic]: ...


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled lexicon; ``version`` is a hash of its data, ``look`` the cheap question asked of every page."""

    version: str
    topics: Mapping[Topic, TopicLexicon] = field(repr=False)
    contexts: Mapping[str, Pattern] = field(repr=False)
    context_words: Mapping[str, tuple[str, ...]] = field(repr=False)  # their terms as written
    markers: tuple[tuple[str, tuple[Pattern, ...]], ...] = field(repr=False)
    exclusions: tuple[Exclusion, ...] = field(repr=False)
    titles: Mapping[str, Pattern] = field(repr=False)  # kinds of item titles: passing, decided, wish
    look: Look = field(repr=False)
    acronyms: Pattern = field(repr=False)  # on Latin-1 text
    terms: tuple[str, ...] = field(default=(), repr=False)  # as written: what optical recognition may have misread

    def may_match(self, text: str, beside: str | None = "") -> bool:
        """False where no entry can count; quick (most pages hold nothing).

        Contexts in ``beside`` (the titles above) count; None stands for any: what is beside is not known yet.
        """
        return bool(self.look.topics(text, beside))


def compile_bytes(pattern: str) -> Pattern:
    """Compile for google-re2 on bytes (Latin-1), with room enough for its automaton."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    return cast(Pattern, re2.compile(pattern.encode("latin-1"), options))


def plain(text: str) -> bytes:
    """Folded text as the patterns of the lexicon want it."""
    return fold(text).text.encode("ascii")
