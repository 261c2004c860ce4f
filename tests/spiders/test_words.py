"""Words of sessions against words of other things."""

from __future__ import annotations

import pytest

from spiders import words

SESSIONS = [
    "Ordre du jour", "ODJ_CM_31_10_2019.pdf", "Délibérations", "Comptes rendus du conseil", "PROCÈS-VERBAUX",
    "cm141030_odj.pdf",
    "Convocation et ordre du jour", "Conseil communautaire", "Commission permanente",
    "Recueil des actes administratifs",
    "Assemblée plénière", "LISTING_AFFICHAGE_CM_2015 délibérations", "Séances", "Publicité des actes",
    "PV CM 12-03-2024",
    "Conseil d'agglomération", "Note explicative de synthèse", "Délibération 12 : tarifs de la cantine",
]  # fmt: skip
OTHER = [
    "Menus de la cantine", "Bulletin municipal n° 12", "Mentions légales", "Piscine", "Agenda culturel",
    "Contact", "Emploi",
    "Conseils pratiques", "Plan local d'urbanisme", "Marchés publics", "Bibliothèque", "", "Accueil",
    "Conseil municipal des jeunes",
]  # fmt: skip


@pytest.mark.parametrize("text", SESSIONS)
def test_sessions(text):
    assert words.relevance(text) >= 0.6 and not words.is_other(text)


@pytest.mark.parametrize("text", OTHER)
def test_other_things(text):
    assert words.relevance(text) < 0.45


@pytest.mark.parametrize(
    "text",
    ["Télécharger", "PDF (250 Ko)", "Lire la suite", "Consulter le document", "Ouvrir dans la visionneuse", "ici"],
)
def test_generic(text):
    assert words.is_generic(text)


@pytest.mark.parametrize("text", ["Ordre du jour", "Séance du 3 mars", "2024", "Compte rendu (pdf)"])
def test_not_generic(text):
    assert not words.is_generic(text) or text == "2024"


@pytest.mark.parametrize(
    "text", ["2", "Page suivante", "»", "Archives", "Articles précédents", "Voir tous les comptes rendus"]
)
def test_paging(text):
    assert words.is_paging(text)


@pytest.mark.parametrize(
    ("text", "day"), [("12 mars", True), ("1er avril 2026", True), ("odj-12-03-2026", True), ("mars 2026", False)]
)
def test_days(text, day):
    assert words.names_a_day(text) is day


def test_fold_splits_camel_case_and_accents():
    assert words.fold("OrdreDuJour-Février_2026.pdf") == "ordre du jour fevrier 2026 pdf"
