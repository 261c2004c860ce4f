"""Hits: acronyms, exclusions, contexts, markers, exact words; and that the quick look misses none."""

from __future__ import annotations

import random
import unicodedata

import pytest

from pipelines.lexicon_trials import topics_of
from pipelines.lexicons import load
from pipelines.matching import ALONE_CEILING, _Stretch, hits, judged

LEXICON = load()


def topics(text: str) -> set[str]:
    return set(topics_of(text, LEXICON))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Véhicule LAPI : contrôle du stationnement", {"plate-recognition"}),
        ("Système L.A.P.I. au carrefour, véhicules entrants", {"plate-recognition"}),
        ("Régulation des lapins de la garenne", set()),
        ("Terrain à CLAPIERS, véhicules", set()),
        ("Intervention de M. LAPI sur le stationnement des véhicules", set()),
        ("Monsieur Lapi, véhicule de service", set()),
        ("Travaux du CSU et liaison avec la police", {"video-surveillance"}),
        ("CSU : adhésion des étudiants à la mutuelle", set()),
        ("Déploiement de la VSA sur les caméras", {"algorithmic-video", "video-surveillance"}),
        ("VSA : véhicule sans assurance", set()),
        ("ASA des Prairies : curage du fossé", set()),
        ("VISITES DU PATRIMOINE, FICHIER DES GUIDES", set()),
    ],
)
def test_acronyms_mind_case_boundaries_and_company(text: str, expected: set[str]) -> None:
    assert topics(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vidéoprotection algorithmique", {"video-surveillance", "algorithmic-video"}),
        ("Caméras installées sur des aéronefs", {"drones"}),
        ("Caméras piétons des agents", {"body-cameras"}),
        ("Vidéosurveillance avec reconnaissance faciale", {"video-surveillance", "facial-recognition"}),
        ("Bouclier de sécurité régional", {"video-surveillance"}),
        ("Reconstituer le parcours de délinquants dans les trains", {"algorithmic-video"}),
        ("Technologie innovante de sécurisation des gares", {"algorithmic-video"}),
    ],
)
def test_topics_overlap_sensibly(text: str, expected: set[str]) -> None:
    assert topics(text) == expected


def test_an_excluded_hit_is_kept_with_its_reason() -> None:
    (hit,) = judged("Inspection du collecteur par passage caméra dans la rue Haute", LEXICON)
    assert hit.excluded == "pipes"
    assert hits("Inspection du collecteur par passage caméra dans la rue Haute", LEXICON) == ()


def test_a_weak_term_needs_its_context() -> None:
    (alone,) = hits("Un drone", LEXICON)
    (beside,) = hits("Un drone de surveillance", LEXICON)
    assert alone.score < 0.5 <= beside.score


def test_a_context_may_stand_in_the_title_above() -> None:
    text = "Leur nombre passera de 12 à 17 caméras."
    assert [hit.certain for hit in hits(text, LEXICON)] == [False]
    assert [hit.certain for hit in hits(text, LEXICON, around="Tranquillité publique")] == [True]


def test_a_context_in_another_sentence_does_not_count() -> None:
    assert [hit.certain for hit in hits("Voici un drone. La gendarmerie recrute.", LEXICON)] == [False]


def test_markers_add_but_flag_nothing_alone() -> None:
    plain = hits("La vidéoprotection", LEXICON)[0]
    marked = hits("La vidéoprotection, subvention FIPD, avis de la CNIL", LEXICON)[0]
    assert plain.score < marked.score <= 1
    assert set(marked.markers) == {"funding", "oversight"}
    assert hits("Fonds interministériel de prévention de la délinquance (FIPD) : demande de subvention", LEXICON) == ()
    weak = hits("Une caméra ; RGPD", LEXICON)[0]
    assert weak.score <= ALONE_CEILING


def test_a_vendor_with_other_trades_needs_a_strong_term() -> None:
    assert topics("Maintenance de la sécurité incendie - SPIE") == set()
    found = hits("Maintenance de la vidéoprotection - SPIE", LEXICON)
    assert {hit.term for hit in found} == {"vidéoprotection", "integrators"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Objet : extension de la vidéo-\nprotection urbaine", "vidéo-\nprotection"),
        ("Achat de CAMÉRAS\u00a0PIÉTONS pour la police", "CAMÉRAS\u00a0PIÉTONS"),
        ("La V I D É O P R O T E C T I O N communale", "V I D É O P R O T E C T I O N"),
        ("Vœu sur l’ambiance : vid\ufffdoprotection", "vid\ufffdoprotection"),
        ("Le C.S.U. et ses opérateurs vidéo", "C.S.U"),
    ],
)
def test_a_hit_gives_the_original_words(text: str, words: str) -> None:
    assert words in [text[hit.start : hit.end] for hit in hits(text, LEXICON)]


def test_the_quick_look_misses_nothing() -> None:
    """Whatever the slow way finds in examples broken by bad encodings and layouts, the quick way lets pass."""
    breaks = ["é\ufffd", "é?", " \n", "-\n", "  ", " \u00a0", "fiﬁ", "’'", "tiƟ"]
    chance = random.Random(5)
    seen = 0
    for topic in LEXICON.topics.values():
        for example in topic.positive:
            text = example
            for pair in chance.sample(breaks, 3):
                text = text.replace(pair[:2] if pair in ("fiﬁ", "tiƟ") else pair[0], pair[2:] or pair[1:])
            text = unicodedata.normalize(chance.choice(["NFC", "NFD"]), text)
            stretch = _Stretch(text, LEXICON, "")
            slow = [hit for each in LEXICON.topics.values() for hit in stretch.topic(each)]
            seen += len(slow)
            assert not slow or LEXICON.may_match(text), text
    assert seen > 100
