"""The checklist of a note on video surveillance, on invented notes."""

from __future__ import annotations

import pytest

from alerts.checklist import NotePage, check, points

NOTE = """Extension du système de vidéoprotection
Le rapporteur expose que la commune souhaite installer 12 caméras supplémentaires. Les emplacements retenus sont les
suivants : place de la Halle, rue du Moulin et parking de la gare. Les espaces filmés figurent au plan joint, avec le
champ de vision de chaque appareil. Le diagnostic local de sécurité établi avec la gendarmerie fait état de 48 faits de
vol en un an. Le coût est estimé à 96 500 € HT. Les images sont conservées 15 jours. Seuls les agents de police
municipale habilités peuvent visionner les images. Une demande sera déposée en préfecture avant toute mise en service.
"""
THIN = (
    "Vidéoprotection\nIl est proposé au conseil d'approuver l'installation de vingt caméras pour un montant de "
    "180 000 euros et d'autoriser le maire à signer tous les documents afférents. " + "Le conseil délibère. " * 12
)


def found(*texts: str) -> dict[str, str | None]:
    pages = [NotePage(text, number, "https://example.org/note.pdf") for number, text in enumerate(texts, 1)]
    return {checked.point.id: checked.sentence for checked in check(pages)}


def test_a_full_note_holds_every_point():
    assert all(found(NOTE).values()), found(NOTE)


def test_a_thin_note_holds_number_and_cost_alone():
    said = found(THIN)
    assert {name for name, sentence in said.items() if sentence} == {"number", "cost"}


def test_what_the_ruling_missed_is_marked():
    assert {point.id for point in points() if point.ruled} == {"location", "spaces", "analysis"}


def test_a_point_shows_its_sentence_and_page():
    checked = {each.point.id: each for each in check([NotePage("Préambule. " * 40, 3, "u"), NotePage(NOTE, 4, "u")])}
    assert checked["retention"].sentence == "Les images sont conservées 15 jours."
    assert checked["retention"].page == 4


@pytest.mark.parametrize("pages", [[], ["Vidéoprotection : 12 caméras."]])
def test_without_a_note_nothing_is_said(pages):
    assert found(*pages) == {}


@pytest.mark.parametrize("text", ["a" * 400_000, ". " * 100_000, "cameras " * 40_000, "12 " * 100_000])
def test_hostile_text_ends(text):
    assert found(text) is not None


def test_an_initial_ends_no_sentence():
    text = "Le rapporteur, M. Lemoine, propose douze caméras pour le bourg. La suite vient après. " + "Texte. " * 50
    assert found(text)["number"] == "Le rapporteur, M. Lemoine, propose douze caméras pour le bourg."


def test_what_is_cut_is_cut_between_words():
    heading = "Expérimentation sur la voie publique " * 12
    said = found(f"{heading}le logiciel relie douze caméras existantes {heading}")["number"]
    assert said is not None
    assert said.startswith("…")
    assert said.endswith("…")
    assert "relie douze caméras existantes" in said
    assert set(said.strip("…").split()) <= set(f"{heading} le logiciel relie douze caméras existantes".split())
