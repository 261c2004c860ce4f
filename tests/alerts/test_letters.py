"""Letters: the right one for the date and the council, with the facts in it, and none where none fits."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document

from alerts.checklist import NotePage, check
from alerts.letters import as_docx, as_text, letter
from crawler.errors import UsageError
from crawler.models import AlertFact, Council, Outcome

BEFORE = datetime(2026, 3, 2, 9, tzinfo=UTC)
AFTER = datetime(2026, 4, 2, 9, tzinfo=UTC)
TOWN = Council("valmont", "Valmont-sur-Orbe", "commune", department="29", population=14_000)
FACT = AlertFact(
    flag_id="f-1", council=TOWN, session_id="s-1", item_id="i-1", body="conseil municipal",
    session_date=date(2026, 3, 12), starts_at=None, place=None, session_status="scheduled", convened_on=None,
    item_number="7", item_title="Extension de la vidéoprotection : l'entrée du bourg", item_listed=True,
    item_withdrawn=False, topics=("video-surveillance",), score=0.9, phrase="vidéoprotection", excerpt="…", page=1,
    document_id="d-1", document_url="https://example.org/odj.pdf", document_kind="agenda", sha256="0" * 64,
    document_first_seen_at=BEFORE, absent_at=None, first_seen_at=BEFORE, private=False,
)  # fmt: skip
THIN = check([NotePage("Il est proposé d'installer vingt caméras pour 180 000 euros. " + "Texte. " * 60, 1, "u")])
FULL = check(
    [
        NotePage(
            "Vingt caméras : place de la Halle et rue du Moulin. Espaces filmés et champ de vision au plan joint. Le "
            "diagnostic local de sécurité fait état de 48 vols. Coût : 96 500 €. " + "Texte. " * 60,
            1,
            "u",
        )
    ]
)


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_after_the_vote_documents_are_asked_for_by_right():
    text = flat(as_text(letter("documents", FACT, (), AFTER)))
    assert "« 7. Extension de la vidéoprotection : l'entrée du bourg »" in text  # their apostrophe, not ours
    assert "séance du 12 mars 2026" in text
    assert "article L2121-26" in text
    assert "s’achève le 2 mai 2026" in text
    assert "art. L252-1" in text
    assert "'" not in text.replace("l'entrée", "")


def test_before_the_vote_as_a_courtesy():
    text = flat(as_text(letter("documents", FACT, (), BEFORE)))
    assert "à titre gracieux" in text
    assert "L311-2" in text
    assert "L2121-26" not in text
    assert "séance prévue le 12 mars 2026" in text


@pytest.mark.parametrize(
    ("kind", "head", "basis"),
    [
        ("epci", "À l’attention du président", "L5211-46"),
        ("region", "À l’attention du président du conseil régional", "Sur le fondement du livre III"),
        ("departement", "À l’attention du président du conseil départemental", "Sur le fondement du livre III"),
    ],
)
def test_each_kind_of_council_has_its_own_basis(kind, head, basis):
    text = flat(as_text(letter("documents", replace(FACT, council=replace(TOWN, kind=kind)), (), AFTER)))
    assert head in text
    assert basis in text


def test_a_postponement_is_asked_for_never_claimed():
    text = flat(as_text(letter("postponement", FACT, THIN, BEFORE)))
    for missing in ("l’emplacement des caméras ;", "les espaces filmés", "l’analyse de la délinquance locale."):
        assert missing in text
    assert "le nombre de caméras ;" not in text
    assert "19DA01349" in text
    assert "Aucun texte n’ouvre aux habitants un droit au report" in text
    assert "il se peut que ces éléments y figurent" in text
    assert not any(word in text for word in ("illégal", "irrégul", "violation", "obligatoire"))


@pytest.mark.parametrize(
    ("changed", "checked", "now", "reason"),
    [
        ({}, THIN, AFTER, "nothing is ahead"),
        ({}, (), BEFORE, "no note or draft"),
        ({}, FULL, BEFORE, "holds what the ruling asks for"),
        ({"topics": ("drones",)}, THIN, BEFORE, "about video surveillance"),
        ({"council": replace(TOWN, population=900)}, THIN, BEFORE, "no article"),
        ({"council": replace(TOWN, population=None)}, THIN, BEFORE, "no article"),
        ({"body": "commission permanente"}, THIN, BEFORE, "no article"),
        ({"session_date": None}, THIN, BEFORE, "day of the session"),
        ({"item_withdrawn": True}, THIN, BEFORE, "withdrawn"),
        ({"private": True}, THIN, BEFORE, "private"),
    ],
)
def test_a_letter_that_does_not_fit_is_refused_with_the_reason(changed, checked, now, reason):
    with pytest.raises(UsageError, match=reason):
        letter("postponement", replace(FACT, **changed), checked, now)


def test_no_documents_are_asked_for_about_a_vote_that_was_called_off():
    with pytest.raises(UsageError, match="cancelled"):
        letter("documents", replace(FACT, session_status="cancelled"), (), AFTER)


def test_an_outcome_makes_it_a_vote_that_was_held():
    held = replace(FACT, outcome=Outcome("adopted", 20, 3, 1, False))
    assert "par voie électronique" in flat(as_text(letter("documents", held, (), BEFORE)))


@pytest.mark.parametrize("title", ["=HYPERLINK(1)\n\nSigné : le maire", "<b>x</b>\x00\u202e", "é" * 10_000])
def test_hostile_titles_stay_one_line_in_both_forms(title):
    draft = letter("documents", replace(FACT, item_title=title), (), AFTER)
    assert len(as_text(draft)) < 4_000
    paragraphs = [each.text for each in Document(io.BytesIO(as_docx(draft))).paragraphs]
    assert sum("«" in each for each in paragraphs) == 1
    assert "Objet\u00a0: demande de communication de documents administratifs" in paragraphs
