from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_terms import parse
from db.search_text import occurrences, passage, quick, rarity_of, scores

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)


def shown(text, words, **more):
    return "".join(f"[{part.text}]" if part.hit else part.text for part in passage(text, parse(words), **more))


@pytest.mark.parametrize(
    ("text", "words", "count"),
    [
        ("Caméra, CAMERA et caméras", "caméra", 2),
        ("Caméra, CAMERA et caméras", "camera*", 3),
        ("d’une caméra de vidéo", '"camera de video"', 1),
        ("école decomposed: e\u0301cole", "ecole", 2),
        ("le cœur, LE CŒUR, coeur", "cœur", 3),
        ("un drone", "drones", 0),
        ("un hydrone", "drone", 0),
    ],
)
def test_occurrences(text, words, count):
    assert occurrences(parse(words)[0], quick(text)) == count


def test_more_hits_and_rarer_words_rank_higher_and_longer_texts_lower():
    terms = parse("drone conseil")
    once, twice = "drone conseil autre mot", "drone drone conseil mot"
    long = once + " et bien d'autres mots encore" * 20
    a, b, c = scores([once, twice, long], terms, [rarity_of(10, 1000), rarity_of(900, 1000)])
    assert b > a > c
    more_conseil = scores(["conseil conseil drone mot", twice], terms, [rarity_of(10, 1000), rarity_of(900, 1000)])
    assert more_conseil[1] > more_conseil[0]


def test_a_passage_shows_the_seldom_word_among_the_common():
    text = "Le conseil municipal se réunit. " * 20 + "Achat d’un drone pour le conseil. " + "Le conseil vote. " * 20
    found = shown(text, "conseil drone")
    assert "[drone]" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < 320


def test_a_passage_shows_the_word_that_tells_more():
    text = (
        "Le conseil se réunit. " + "Ordre du jour, page. " * 30 + "Achat d’un drone. Un drone de plus." + " Fin." * 99
    )
    assert "[conseil]" in shown(text, "conseil drone")
    assert "[drone]" in shown(text, "conseil drone", weights=[1.0, 5.0])


def test_a_short_text_is_shown_whole_on_one_line():
    assert shown("Vidéo-\nprotection,  place", "place") == "Vidéo- protection, [place]"
    assert shown("e\u0301cole", "école") == "[e\u0301cole]"
    assert shown("Œuvre", "oeuvre") == "[Œuvre]"
    assert shown("l’eau", "l'eau") == "[l’eau]"


def test_one_sentence_leaves_its_neighbours_out():
    text = "Mme Untel habite rue X. La ville achète un drone. M. Machin reçoit une aide.\nSuite"
    assert shown(text, "drone", sentence=True) == "La ville achète un [drone]."
    lines = "Rapporteur : M. Machin\nLa ville achète un drone\nMme Untel"
    assert shown(lines, "drone", sentence=True) == "La ville achète un [drone]"
    assert len(shown("mot " * 5000 + "drone " + "mot " * 5000, "drone", sentence=True)) < 500


@given(ANY, ANY)
def test_any_text_and_words_give_a_piece_of_the_text(text, words):
    for sentence in (False, True):
        parts = passage(text, parse(words), sentence=sentence)
        plain = "".join(part.text for part in parts).replace("…", "").replace(" ", "")
        assert plain in "".join(text.split()).replace("…", "")
    terms = tuple(term for term in parse(words) if not term.exclude)
    scores([text], terms, [1.0] * len(terms))
