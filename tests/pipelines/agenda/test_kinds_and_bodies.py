"""Kinds of documents and names of bodies, from words that sites use."""

from __future__ import annotations

import pytest

from crawler.models import CouncilKind, DocumentKind, Hints
from pipelines.agenda.bodies import body_in_name, find_bodies
from pipelines.agenda.kinds import document_kind, kind_of_words
from pipelines.agenda.words import plain


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Consulter l'ordre du jour", "agenda"),
        ("ODJ_CM_31_10_2019.pdf", "agenda"),
        ("OJ_CM_25_02_2016.pdf", "agenda"),
        ("Convocation et ordre du jour", "convocation"),
        ("01_20250917_cm_convocation.pdf", "convocation"),
        ("Compte-rendu sommaire", "minutes"),
        ("PV_CM_0307_2014.pdf", "minutes"),
        ("CR-CM-du-10-décembre-2019.pdf", "minutes"),
        ("compteRenduConseil2024.pdf", "minutes"),
        ("Liste des délibérations", "list"),
        ("LISTING_AFFICHAGE_CM_2016.pdf", "list"),
        ("Note explicative de synthèse", "note"),
        ("Projets de délibérations", "draft"),
        ("Délibération n°2024-12", "deliberation"),
        ("DCM_12_juillet.pdf", "deliberation"),
        ("DE2025-085_information.pdf", "deliberation"),
        ("Décision n° 32 du maire", "decision"),
        ("annexe_pt5_cm.pdf", "annex"),
        ("4.-Annexe-DEL2024-48-RPQS.pdf", "annex"),
        ("Arrêté de circulation", "other"),
        ("Télécharger", None),
        ("photo.jpg", None),
        ("convocation-des-electeurs.pdf", "other"),
        ("pv_depouillement.pdf", "other"),
    ],
)
def test_kind_of_words(words: str, kind: DocumentKind | None) -> None:
    assert kind_of_words(words) == kind


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("CONSEIL MUNICIPAL DE LORNAC", ["conseil municipal"]),
        ("Le Conseil de communauté", ["conseil communautaire"]),
        ("conseil de la Métropole", ["conseil métropolitain"]),
        ("la commission\npermanente du Département", ["commission permanente"]),
        ("Conseil du 12e arrondissement", ["conseil d'arrondissement"]),
        ("Conseil municipal des jeunes", []),
        ("un conseil d'ami", []),
    ],
)
def test_bodies(text: str, bodies: list[str]) -> None:
    assert [one.name for one in find_bodies(text)] == bodies


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("01_20250917_cm_odj.pdf", "commune", "conseil municipal"),
        ("ODJ-CC-12-03.pdf", "epci", "conseil communautaire"),
        ("CP_2021_07.pdf", "region", "commission permanente"),
        ("AP-181224.pdf", "commune", None),
        ("CP_2021_07.pdf", "commune", None),
        ("plan.pdf", "commune", None),
    ],
)
def test_body_in_a_name(name: str, kind: CouncilKind, body: str | None) -> None:
    assert body_in_name(name, kind) == body


def test_an_agenda_that_lists_its_annexes_is_none() -> None:
    head = ["Commune de Valmont", "ORDRE DU JOUR", "1. Budget primitif", "Annexe 1 : maquette", "2. Achat de caméras"]
    assert document_kind(head, plain("\n".join(head)), Hints()) == "agenda"
    alone = ["Commune de Valmont", "Annexe 1 : maquette budgétaire", "Chapitre 011"]
    assert document_kind(alone, plain("\n".join(alone)), Hints()) == "annex"
