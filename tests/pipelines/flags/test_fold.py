"""Folding: what is undone, and that it maps back to the original words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.fold import fold, latin, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Vidéoprotection", "videoprotection"),
        ("VIDE\u0301OPROTECTION", "videoprotection"),
        ("vidéo-\nprotection", "videoprotection"),
        ("VIDEO- PROTECTION", "videoprotection"),
        ("vidéo\u00adsurveillance", "videosurveillance"),
        ("installa\ufffe\r\ntion", "installation"),
        ("Centre\u00a0de  supervision", "centre de supervision"),
        ("identi\ufb01cation, œil", "identification, oeil"),
        ("protecƟon", "protection"),
        ("vid\ufffdoprotection", "vid?oprotection"),
        ("vid?oprotection", "vid?oprotection"),
        ("vidÃ©oprotection", "vid?oprotection"),
        ("Pourquoi la vidéo ?", "pourquoi la video ."),
        ("V I D É O  U R B A I N E", "video urbaine"),
        ("C.S.U. et F.I.P.D.", "csu et fipd"),
        ("d’images, l'image", "d images, l image"),
        ("DE2031_plan_videoprotection", "de2031 plan videoprotection"),
        ("PlanFinancementVideo", "plan financement video"),
        ("VIDE0PROTECTION", "videoprotection"),
        ("article L.251-1 du code", "article l 251 1 du code"),
    ],
)
def test_accidents_are_undone(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_paragraphs_and_list_items_end_a_sentence() -> None:
    assert "." in fold("Matériel vidéo\n\nProtection des données").text
    assert "." in fold("Matériel vidéo\n2. Protection des données").text
    assert "." not in fold("Extension de la\nvidéoprotection").text


@pytest.mark.parametrize(
    ("text", "folded", "words"),
    [
        ("La vidéo-\nprotection du parc", "videoprotection", "vidéo-\nprotection"),
        ("La V I D É O du parc", "video", "V I D É O"),
        ("un œil là", "oeil", "œil"),
        ("la vide\u0301o\u0301 ici", "video", "vide\u0301o\u0301"),
        ("le C.S.U. local", "csu", "C.S.U"),
    ],
)
def test_a_span_gives_back_the_original_words(text: str, folded: str, words: str) -> None:
    done = fold(text)
    start = done.text.index(folded)
    first, last = done.span(start, start + len(folded))
    assert text[first:last] == words


@given(st.text(alphabet="aéE \n-.?œﬁ\u00ad\u0301\ufffd12C", max_size=80))
@settings(max_examples=300, deadline=None)
def test_offsets_are_ordered_and_within_the_text(text: str) -> None:
    done = fold(text)
    assert done.text.isascii()
    assert len(done.text) == len(done.cased)
    origins = [done.origin(i) for i in range(len(done.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < max(1, len(text)) for origin in origins)


@pytest.mark.parametrize(
    "unit",
    [
        " ",
        "\n",
        "A.",
        "a ",
        "-",
        "a-\n",
        "?",
        "e\u0301",
        "\u00ad",
        "\x02 ",
        "Ã",
        "a\ufffd",
        "a b  ",
        "A B C D  E F  ",
        "√ ",
        "–a",
        "´a",
    ],
)
def test_no_input_is_slow(unit: str, full: bool) -> None:
    """Linear work: a quadratic pass over these would not end within the patience of a test run."""
    text = unit * (2_500_000 if full else 200_000)
    assert len(fold(text).text) <= 2 * len(text)


def test_squeezed_text_keeps_letters_and_digits_only() -> None:
    assert squeeze(latin("Vidéo-\nprotection n° 10 : l’État")) == b"videoprotectionn1oletat"
    assert squeeze(latin("V I D É O")) == b"video"
    assert squeeze(latin("vid\ufffdo \ufb01chier vidÃ©o")) == b"vidofichiervido"
