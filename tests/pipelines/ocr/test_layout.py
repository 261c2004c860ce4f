"""From words with boxes to lines; no engine is needed for it."""

from __future__ import annotations

import pytest

from pipelines.text.ocr import layout
from pipelines.text.ocr.layout import Row, Word


def word(text, confidence=0.95, *, known=True, box=(100, 200, 180, 220)):
    return Word(text, box, confidence, known)


def row(*words, height=30.0, block=0):
    return Row(tuple(words), block, height)


def texts(*rows):
    return [" ".join(each.text for each in kept.words) for kept in layout.tidy(rows)]


def test_rules_and_borders_are_not_words():
    assert texts(row(word("-"), word("__", known=False), word("Pour"), word("|", 0.9), word(":"), word("15_"))) == [
        "- Pour : 15"
    ]


@pytest.mark.parametrize(
    "noise",
    [
        [word("~", 0.5, known=False)],
        [word("|", known=False), word(".", known=False)],
        [word("SKKK", 0.0, known=False)],
        [word("£", 0.39, known=False)],
        [word("{2", 0.14, known=False), word("FIETTB", 0.0, known=False)],
        [word("E", 0.1, known=True)],
    ],
)
def test_lines_of_specks_are_dropped(noise):
    assert texts(row(*noise)) == []


@pytest.mark.parametrize(
    "line",
    [
        [word("HER", 0.3)],  # a true word, however unsure
        [word("—", 0.2, known=False), word("Pour:15", 0.35, known=False)],
        [word("€", 0.1, known=False), word("1500", 0.9)],
        [word("BANNALEC,", 0.7, known=False)],
        [word("2/4", 0.61, known=False)],
        [word("1 234,50", 0.8, known=False)],
        [word("a)", 0.9)],
    ],
)
def test_lines_that_say_something_are_kept(line):
    assert texts(row(*line)) == [" ".join(each.text for each in line)]


def test_a_word_of_the_page_is_known_where_it_is_glued_to_something():
    glued = row(word("<Pour’:1s", 0.05, known=False))
    assert texts(glued) == []
    assert texts(row(word("Pour")), glued) == ["Pour", "<Pour’:1s"]


def test_an_unsure_sign_is_dropped_and_its_line_kept():
    assert texts(row(word("Vote"), word("‘", 0.1, known=False), word(":", 0.2, known=False))) == ["Vote :"]


def test_legibility_counts_words_of_three_letters():
    words = [word("conseil"), word("Xqzt", known=False), word("12,50", known=False), word("de"), word("séance")]
    assert layout.legible(words) == pytest.approx(2 / 3)
    assert layout.legible([word("12", known=False), word("n°")]) is None


def test_a_word_behind_an_article_counts_only_where_it_is_known():
    assert layout.legible([word("l'avis", known=False), word("séance")]) == 1.0
    assert layout.legible([word("d’Qzkt", known=False), word("Xqzt", known=False)]) == 0.0


def test_a_word_is_relied_on_where_the_engine_is_sure_or_half_sure_of_a_french_one():
    page = [
        word("conseil", 0.55),
        word("BANNALEC", 0.9, known=False),
        word("caméra", 0.3),
        word("Xqzt", 0.6, known=False),
    ]
    assert layout.reliable(page) == pytest.approx(2 / 4)
    assert layout.reliable([word("12", known=False)]) is None


def test_made_up_words_of_the_dictionary_are_not_relied_on():
    """What a hopeless copy gives: French words of which the engine is not sure."""
    assert layout.reliable([word("hour", 0.2), word("home", 0.3), word("Pane", 0.1)]) == 0.0


def test_what_is_no_french_at_all_is_not_relied_on_however_sure_the_engine_is():
    """What a page on its head gives."""
    assert layout.reliable([word(text, 0.95, known=False) for text in ("Jouuopueqe", "sounwmuo", "uoissas")]) == 0.0


def test_true_words_are_worth_more_than_sure_junk():
    junk = [word("Jouuopueqe", 0.9, known=False), word("sounwmuo", 0.4, known=False)]
    assert layout.worth([word("commune", 0.5)]) > layout.worth(junk)
    assert layout.worth([word("1234,50", 0.95, known=False)]) > layout.worth([word("OS'vEZL", 0.3, known=False)])


def test_places_are_in_points_and_sizes_are_of_the_font():
    (line,) = layout.lines(
        [row(word("Gare", box=(100, 200, 180, 220)), word("vue", box=(190, 206, 240, 220)), height=26.0)], 200
    )
    assert (line.x, line.top, line.right, line.text) == (36.0, 72.0, 86.4, "Gare vue")
    assert line.size == pytest.approx(10.2, abs=0.5)


def test_a_height_that_the_boxes_deny_is_not_believed():
    (line,) = layout.lines([row(word("Gare", box=(100, 200, 180, 220)), height=68.0)], 200)
    assert line.size == pytest.approx(10.3, abs=0.5)
