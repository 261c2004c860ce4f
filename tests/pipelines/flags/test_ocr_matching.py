"""Misread words: what recognition made of constructed lines, and words that only look like a term."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.models import ItemClaim, PageText, SessionClaim
from pipelines.flags import flag
from pipelines.lexicons import load
from pipelines.matching import hits
from pipelines.ocr_matching import MISREAD, Finder, finder, mend
from pipelines.term_words import spellings, vocabulary

LEXICON = load()
SCANNED = Finder(LEXICON, frozenset({1}))


def found(text: str, page: int = 1) -> dict[str, tuple[str, float]]:
    """Topic → the words as printed and the score, of what is certain."""
    return {hit.topic: (text[hit.start : hit.end], hit.score) for hit in SCANNED.hits(text, page) if hit.score >= 0.5}


@pytest.mark.parametrize(
    ("text", "topic", "words"),
    [
        ("Extension de la vidéoproteclion du bourg", "video-surveillance", "vidéoproteclion"),
        ("MISE EN PLACE D'UNE VIDEO-\nPROTECLION", "video-surveillance", "VIDEO-\nPROTECLION"),
        ("Renfort de la vidosurveillance", "video-surveillance", "vidosurveillance"),
        ("Un marché de vidé0protection", "video-surveillance", "vidé0protection"),
        ("Un marché de v|déoprotection", "video-surveillance", "v|déoprotection"),
        ("Pose de carnéras sur la voie publique", "video-surveillance", "carnéras sur la voie publique"),
        ("Vœu:contré:la vidéosurveiliance automatisée", "algorithmic-video", "vidéosurveiliance automatisée"),
        ("RECONNAISSANCE FAGIALE DANS LES TRANSPORTS", "facial-recognition", "RECONNAISSANCE FAGIALE"),
        ("Pas de dannées biométriques pour nos enfants", "biometrics", "dannées biométriques"),
        ("Un iogitiel de lécture de plaguès d'imimatriculation", "plate-recognition", None),
    ],
)
def test_a_misread_term_is_found_in_its_own_words_with_a_lower_score(text, topic, words):
    was, score = found(text)[topic]
    assert words is None or was == words
    assert 0.5 <= score <= MISREAD


def test_text_is_matched_as_it_stands():
    text = "Extension de la vidéoproteclion du bourg"
    assert found(text, page=2) == {}
    assert not SCANNED.may_match("Pose de carnéras", 2)
    assert SCANNED.may_match("Pose de carnéras", 1)


def test_a_term_that_is_read_right_keeps_its_score_beside_one_that_is_not():
    text = "La vidéoprotection du parc et la vidéoproteclion du stade"
    right, wrong = SCANNED.hits(text, 1)
    assert (text[right.start : right.end], text[wrong.start : wrong.end]) == ("vidéoprotection", "vidéoproteclion")
    assert wrong.score == pytest.approx(right.score * MISREAD, abs=0.001)


@pytest.mark.parametrize(
    "text",
    [
        "Achat d'un vidéoprojecteur et d'un écran de vidéoprojection",
        "Les inégalités raciales et la géométrie des parcelles",
        "Eau potable, espèces protégées, conduites et coureurs",
        "Les concerts de la saison et les attentes du public",
        "En reconnaissance de leur engagement, une médaille spéciale est remise",
        "La projection faite au cinéma, le projet et les projetés",
    ],
)
def test_words_that_only_look_alike_are_left_alone(text):
    assert found(text) == {}
    assert {(hit.term, hit.start) for hit in hits(text, LEXICON)} == {
        (hit.term, hit.start) for hit in SCANNED.hits(text, 1)
    }


def test_a_scanned_page_flags_its_item_with_how_well_it_was_read():
    text = "1. Réfection de la rue des Saules\n2. Extension de la vidéoproteclion\nLe plan est joint.\n"
    at = text.index("2.")
    items = (
        ItemClaim("Réfection de la rue des Saules", "1", 1, (1, 0), (1, at)),
        ItemClaim("Extension de la vidéoproteclion", "2", 1, (1, at), (1, len(text))),
    )
    sessions = (SessionClaim("conseil municipal", items=items),)
    (claim,) = flag((PageText(1, text, "ocr", 0.8, 0.55),), sessions, "agenda", LEXICON)
    assert (claim.item, claim.topics, claim.legible) == (1, ("video-surveillance",), 0.55)
    assert claim.excerpt == "Extension de la vidéoproteclion"
    (match,) = claim.matches
    assert text[match.span.start : match.span.end] == match.text == "vidéoproteclion"
    assert flag((PageText(1, text),), sessions, "agenda", LEXICON) == ()


def test_a_text_page_of_the_same_document_bears_no_doubt():
    pages = (PageText(1, "Ordre du jour", "ocr", 0.9, 0.5), PageText(2, "Extension de la vidéoprotection du port"))
    (claim,) = flag(pages, (), "agenda", LEXICON)
    assert (claim.page, claim.legible) == (2, None)


def test_only_pages_from_images_are_mended():
    assert finder((PageText(1, "a"), PageText(2, "b", "ocr"), PageText(3, "c", "html")), LEXICON).scanned == {2}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["vidéo-", "proteclion", " ", "\n", "carnéras", "surveiliance", "-", "é", "police", "|", "0", "?", "—", "œ"]
        ),
        max_size=25,
    ).map("".join)
)
def test_offsets_always_lie_in_the_original(text):
    mended = mend(text, LEXICON)
    for hit in hits(mended.text, LEXICON):
        back = mended.back(hit)
        left, right = back.sentence
        assert 0 <= left <= back.start < back.end <= right <= len(text)


@pytest.mark.parametrize("name", ["titles_avranches_ocr.jsonl", "titles_montpellier.jsonl", "examples.jsonl"])
def test_mending_flags_no_real_title_that_was_not_flagged(shared, name):
    lines = (shared / "corpus" / name).read_text(encoding="utf-8").splitlines()
    for text in (json.loads(line)["text"] for line in lines):
        exact = {hit.topic for hit in hits(text, LEXICON) if hit.certain}
        assert {hit.topic for hit in SCANNED.hits(text, 1) if hit.certain} == exact, text


def test_what_needs_no_mending_is_the_same_text():
    text = "Extension de la vidéoprotection : " * 50
    assert mend(text, LEXICON).text == text


def test_a_long_page_of_long_words_takes_no_time_to_speak_of():
    text = " ".join(f"anticonstitutionnellement{number}" for number in range(2000))
    assert mend(text, LEXICON).text == text


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("caméra[4]voie publique", {"caméra\nvoie publique"}),
        ("facia(le|l)", {"faciale", "facial"}),
        ("caméra(s)", {"caméra", "caméras"}),
        ("(a|b(c|d))e", {"ae", "bce", "bde"}),
        ("vidéo verbalis*", {"vidéo \n"}),
        ("(de |)(x|)", {"de x", "de ", "x", ""}),
    ],
)
def test_terms_are_spelt_out(term, expected):
    assert set(spellings(term)) == expected


def test_the_vocabulary_holds_long_whole_words_and_their_plurals():
    words = vocabulary(("vidéo (de )(protection|surveillance)", "verbalis*[6]caméra", "police", "lecture de plaque"))
    assert words == {
        "protection", "protections", "surveillance", "surveillances", "videoprotection", "videoprotections",
        "videosurveillance", "videosurveillances", "lecture", "lectures",
    }  # fmt: skip
