"""Words of sessions against words of other things."""

from __future__ import annotations

from datetime import date

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


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("Comité syndical", 0.8), ("Relevé de conclusions", 0.8), ("Conseil du 12 mars", 0.8), ("Les délibs", 0.8),
        ("Séance du 12 mars", 0.8), ("Le Conseil se réunit", 0.8), ("CR CM", 0.6), ("Actes et assemblées", 0.6),
        ("Consulter l'OdJ", 0.8), ("Réunion du 12 mars", 0.55), ("Débats", 0.55), ("Agenda", 0.4), ("Registre", 0.4),
    ],
)  # fmt: skip
def test_names_of_sessions(text, least):
    assert words.relevance(text) >= least


@pytest.mark.parametrize("text", ["Agenda des sorties", "Assemblée générale du comité des fêtes", "Menus d'avril"])
def test_names_of_other_things(text):
    assert words.relevance(text) < 0.35


@pytest.mark.parametrize(
    "text",
    [
        "Articles plus anciens »", "Messages plus anciens", "« Précédent", "Page suivante", "Charger plus",
        "Older posts",
        "Voir toutes les séances", "Mois suivant", "Les actualités suivantes", "Afficher davantage",
    ],
)  # fmt: skip
def test_ways_through_a_list(text):
    assert words.is_paging(text)


@pytest.mark.parametrize(("text", "wanted"), [("P.V.", True), ("OdJ", True), ("CR", True), ("PDF", False)])
def test_abbreviations(text, wanted):
    assert words.is_abbreviation(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("PV-CM-26062025.pdf", date(2025, 6, 26)), ("odj_20260312", date(2026, 3, 12)), ("dossier 412026", None)],
)
def test_days_of_file_names(text, wanted):
    assert words.last_day(text) == wanted
