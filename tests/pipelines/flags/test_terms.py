"""The language of terms."""

from __future__ import annotations

import re

import pytest

from pipelines.terms import TermError, compile_term
from pipelines.text.fold import fold, latin, squeeze


def found(term: str, text: str, *, loose: bool = False) -> bool:
    """Whether the term matches; its trigger has to fire wherever it does."""
    compiled = compile_term(term, loose=loose)
    match = bool(re.search(compiled.exact, fold(text).text))
    if match:
        assert re.search(compiled.trigger, squeeze(latin(text)).decode()), f"trigger of {term!r} misses {text!r}"
    return match


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("caméra individuelle", "des caméras individuelles"),
        ("vidéo protection", "la vidéoprotection"),
        ("vidéo protection", "LA VIDÉO-PROTECTION"),
        ("vidéo protection", "vid\ufffdo protec?on"),
        ("caméra (augmentée|intelligente)", "caméras intelligentes"),
        ("intelligent(e)", "une ville intelligente"),
        ("reconstitu*[6]parcours", "reconstituer a posteriori le long parcours"),
        ("détect* automatique(ment)", "détecter automatiquement"),
        ("analyse d'image", "analyse d’images"),
        ("identification faciale", "identi\ufb01cation faciale"),
        ("mobile", "MOBILES."),
    ],
)
def test_it_matches(term: str, text: str) -> None:
    assert found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("drone", "le peintre Andronescu"),
        ("caméra individuelle", "caméra, individuelle"),
        ("vidéo protection", "matériel vidéo. Protection des données"),
        ("reconstitu*[2]parcours", "reconstituer un très long et vieux parcours"),
        ("image[5]police", "une image. La police"),
        ("vidéo protection", "URBAINEVIDEOPROTECTIONEXTENSION"),
    ],
)
def test_it_does_not_match(term: str, text: str) -> None:
    assert not found(term, text)


def test_a_loose_term_is_found_in_glued_words() -> None:
    assert found("vidéo protection", "RESEAUDEVIDEOPROTECTIONURBAINE", loose=True)


@pytest.mark.parametrize("source", ["caméra (fixe", "caméra) fixe", "prix €", "(caméra [3] fixe)"])
def test_a_bad_term_says_why(source: str) -> None:
    with pytest.raises(TermError, match=r"unbalanced|unexpected|outside|within"):
        compile_term(source)


def test_the_trigger_is_the_rarest_stretch() -> None:
    assert compile_term("drone[4]gendarmerie").trigger == "gendarmerie[sx]?"
    assert compile_term("drone[4]gendarmerie", common=("gendarmerie",)).trigger == "drone[sx]?"
    assert compile_term("police", common=("police",)).least == 0
