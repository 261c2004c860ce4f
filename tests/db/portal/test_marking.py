"""A page's text cut at what was found in it, and into parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.portal.marking import LARGEST, Piece, parts, pieces, spans


def test_marked_words_are_pieces_of_their_own():
    assert pieces("une caméra ici", [(4, 10)], 0, 14) == [Piece("une "), Piece("caméra", True), Piece(" ici")]


def test_spans_that_touch_are_one_and_what_lies_outside_is_cut():
    assert spans([(8, 12), (0, 4), (3, 6), (12, 99), (5, 5), (50, 60)], 20) == [(0, 6), (8, 20)]


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90))), st.integers(0, 80))
def test_no_letter_is_lost_or_said_twice(text, found, cut):
    cut = min(cut, len(text))
    assert "".join(piece.text for piece in pieces(text, found, 0, cut)) == text[:cut]
    assert "".join(piece.text for piece in pieces(text, found, cut, len(text))) == text[cut:]


@given(st.integers(0, 4 * LARGEST), st.sampled_from(["x", "mot ", "ligne\n"]))
def test_parts_follow_each_other_and_none_is_too_long(size, word):
    text = (word * size)[:size]
    found = parts(text)
    assert [begin for begin, _ in found[1:]] == [end for _, end in found[:-1]]
    assert (found[0][0], found[-1][1]) == (0, size)
    assert all(end - begin <= LARGEST for begin, end in found)
