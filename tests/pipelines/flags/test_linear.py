"""Nothing is slower than linear: long pages, and the worst input of every pattern. A hang is the failure."""

from __future__ import annotations

import re

import pytest

from crawler.models import ItemClaim, PageText, SessionClaim
from pipelines import stance
from pipelines.flags import flag
from pipelines.lexicon_types import Pattern
from pipelines.lexicons import load

LEXICON = load()
QUIET = "Le conseil approuve la convention relative à la toiture, pour un montant de 48 200 € HT. "
LOUD = "Il est proposé d'étendre la vidéo-\nprotection et d'acquérir un drone pour la police municipale. "


def megabytes(text: str, size: float) -> str:
    return text * (int(size * 1e6) // len(text) + 1)


def patterns() -> list[Pattern]:
    """Every compiled pattern: entries, what voids them, contexts, false friends, markers, titles, stance."""
    found = [LEXICON.acronyms, *LEXICON.contexts.values(), *LEXICON.titles.values()]
    found += [each for _, words in LEXICON.markers for each in words]
    found += [each.pattern for each in LEXICON.exclusions]
    for topic in LEXICON.topics.values():
        found += [topic.words, *(each.pattern for each in topic.exclusions)]
        found += [each for entry in topic.entries for each in (entry.pattern, entry.unless) if each]
    return [*found, stance._ASIDE_PATTERN, stance._AGAINST_PATTERN, stance._FOR_PATTERN]


def heads(pattern: Pattern) -> list[bytes]:
    """The beginnings of what a pattern looks for: pumped, each opens it again and again without ever closing it."""
    source: bytes = pattern.pattern  # type: ignore[attr-defined]
    words = re.findall(rb"[a-z]{4,}", re.sub(rb"\\[a-z]|\[[^\]]*\]", b" ", source))
    return sorted({words[0], max(words, key=len), words[-1]}) if words else [b"a"]


@pytest.mark.parametrize("page", [QUIET, LOUD, "a ", "\n", "é", "caméra ", "?"])
def test_a_page_of_five_megabytes_ends(page: str, full: bool) -> None:
    text = megabytes(page, 5 if full or page == QUIET else 0.5)
    item = ItemClaim("Vidéoprotection", "1", 1, (1, 0), (1, len(text)))
    flag((PageText(1, text),), (SessionClaim("conseil municipal", items=(item,)),), "draft", LEXICON)


def test_the_worst_input_of_every_pattern_ends() -> None:
    every = patterns()
    assert len(every) > 300
    for pattern in every:
        for head in heads(pattern):
            pattern.search((head + b" ") * 3_000)
            pattern.search((head + b" de la , ") * 1_000)


def test_pumped_contexts_end_in_the_whole_way_too() -> None:
    for topic in LEXICON.topics.values():
        for entry in topic.entries:
            if entry.kind != "acronym":
                head = heads(entry.pattern)[0].decode("ascii")
                assert flag((PageText(1, f"{head} " * 300),), (), "draft", LEXICON) is not None
