"""Words as layout and encoding leave them: they are found, and the span is exactly theirs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lexicon_types import Lexicon
from pipelines.lexicons import load
from pipelines.matching import hits
from pipelines.text.fold import fold, worded

LEXICON: Lexicon = load()
TERMS = ("vidéoprotection", "vidéo surveillance", "reconnaissance faciale", "centre de supervision urbain")


def hyphened(words: str, at: int) -> str:
    at = 3 + at % (len(words) - 6)
    return words if " " in words[at - 2 : at + 2] else f"{words[:at]}-\n{words[at:]}"


def damaged(words: str, how: str, at: int) -> str:
    """The words with one accident."""
    changes = {
        "upper": words.upper(),
        "hyphen at a line's end": hyphened(words, at),
        "line break": words.replace(" ", "\n"),
        "spaced": "  ".join(" ".join(word) for word in words.split()),
        "lost letters": re.sub("[éè]", "\ufffd", words),
        "question marks": re.sub("[éè]", "?", words),
        "decomposed": words.replace("é", "e\u0301"),
        "mojibake": words.replace("é", "Ã©"),
        "no ti": words.replace("ti", ""),
        "ti as a letter": words.replace("ti", "Ɵ"),
        "soft hyphen": words[:5] + "\u00ad" + words[5:],
        "underscores": words.replace(" ", "_"),
        "zero for o": re.sub("(?<=[a-zé])o(?=[a-z])", "0", words),
        "no-break spaces": words.replace(" ", "\u00a0"),
        "glued": words.replace(" ", ""),
    }
    return changes[how]


HOW = (
    "upper", "hyphen at a line's end", "line break", "spaced", "lost letters", "question marks", "decomposed",
    "mojibake", "no ti", "ti as a letter", "soft hyphen", "underscores", "zero for o", "no-break spaces", "glued",
)  # fmt: skip


def letters(text: str) -> str:
    return re.sub("[^a-z]", "", fold(text).text)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(TERMS), st.sampled_from(HOW), st.integers(0, 30), st.sampled_from(["", "\n", "1. ", "Objet : "]))
def test_the_span_is_exactly_the_damaged_words(words: str, how: str, at: int, before: str) -> None:
    broken = damaged(words, how, at)
    text = f"{before}Extension. {broken}, deuxième tranche"
    found = [hit for hit in hits(text, LEXICON) if hit.certain]
    assert found, text
    first, last = min(hit.start for hit in found), max(hit.end for hit in found)
    assert letters(text[first:last]) == letters(broken), text
    assert text[first:last].strip() == text[first:last]


@pytest.mark.parametrize("how", [name for name in HOW if name != "glued"])
def test_every_hit_of_every_example_folds_to_what_was_matched(how: str) -> None:
    for topic in LEXICON.topics.values():
        for example in topic.positive[:6]:
            text = damaged(example, how, 7)
            low = fold(text).text
            for hit in hits(text, LEXICON):
                assert 0 <= hit.start < hit.end <= len(text)
                assert letters(text[hit.start : hit.end]) in re.sub("[^a-z]", "", low)


def test_spaces_inside_the_words_of_a_loose_term() -> None:
    (hit,) = [hit for hit in hits("La vidéopro tection du port", LEXICON) if hit.topic == "video-surveillance"]
    assert hit.term == "vidéoprotection"


def test_an_acronym_in_a_line_of_capitals_is_less_certain() -> None:
    plain = next(hit for hit in hits("Système LAPI : stationnement", LEXICON) if hit.term == "LAPI")
    shouted = next(hit for hit in hits("SYSTEME LAPI POUR LE STATIONNEMENT", LEXICON) if hit.term == "LAPI")
    assert 0.5 <= shouted.score < plain.score


@pytest.mark.parametrize(
    "text",
    [
        "ACHAT DE LAPINS ET STATIONNEMENT DES VEHICULES",
        "LAPI Jean, stationnement des véhicules",
        "Mme Odile LAPI présente le contrôle du stationnement",
        "DEPLACEMENT A CLAPIERS : VEHICULES",
        "Intervention de M. Lapi sur les véhicules",
    ],
)
def test_what_only_looks_like_an_acronym_is_none(text: str) -> None:
    assert not [hit for hit in hits(text, LEXICON) if hit.term == "LAPI" and hit.certain]


def test_words_for_the_quick_look() -> None:
    words, letters_left = worded("Vidéo-\nprotection, l’œil du C.S.U. ; vide\u0301o")
    assert words.split()[:2] == [b"videoprotection", b"l"]
    assert b"oeil" in words and words.endswith(b"video")
    assert b"?" not in letters_left
