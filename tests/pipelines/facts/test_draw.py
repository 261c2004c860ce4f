"""Facts drawn from invented items: what is said is found, and nothing that is something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.models import FactClaim, ItemClaim, PageText, SessionClaim
from pipelines.facts.draw import facts_of, with_facts
from pipelines.facts.numerals import number, spelt_out, sums
from pipelines.facts.principal import with_main
from pipelines.flags import flag
from pipelines.lexicons import load


def drawn(text, title="Vidéoprotection"):
    return [(f.kind, f.value if f.value is not None else f.name, f.role, f.tax) for f in facts_of(text, title)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il est proposé de passer le marché pour un montant de 1 234 567,89 € HT.", (1234567.89, "total", "HT")),
        ("Le coût est estimé à 1.234.567 €.", (1234567.0, "total", None)),
        ("Coût : 12 k€ TTC", (12_000.0, "total", "TTC")),
        ("Dépense : 1,5 M€", (1_500_000.0, "total", None)),
        ("au prix de 450 000 euros HT", (450_000.0, "total", "HT")),
        ("Le montant s'élève à deux cent mille euros.", (200_000.0, "total", None)),
        ("Montant : 163\u202f966\u00a0€ H.T.", (163_966.0, "total", "HT")),
        ("pour un montant de 163 \n966 € HT", (163_966.0, "total", "HT")),
        ("TOTAL H.T. ___________ 30 100 €", (30_100.0, "total", "HT")),
        ("Coût de la maintenance : 4 200 € par an.", (4_200.0, "annual", None)),
        ("La redevance annuelle sera de 2 500 € HT.", (2_500.0, "annual", "HT")),
        (
            "Accord-cadre à bons de commande, sans minimum et avec un maximum de 90 000 € HT",
            (90_000.0, "maximum", "HT"),
        ),
        ("Le conseil sollicite une subvention de 21 000 €.", (21_000.0, "subsidy", None)),
        ("DETR (30 %) : 8 609 €", (8_609.0, "subsidy", None)),
    ],
)
def test_a_sum_that_its_sentence_explains(text, expected):
    assert [fact[1:] for fact in drawn(text) if fact[0] == "amount"] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Vu l'article L. 2121-29 du CGCT, parcelle AB 450 000, SIRET 217 600 012 00015",
        "compte 2315 17 500 €",
        "une amende de 1 500 €", "au prix de 3,40 € par repas", "un montant de 60 € par enfant",
        "dont 31 000 € pour les mâts",
        "pour les marchés d'un montant inférieur à 90 000 € HT", "le montant de l'emprunt est de 500 000 €",
        "Le coût est de 12 € le mètre carré",
        "population : 12 450 habitants, montant de 25 %", "le 12 mars 2026 à 18 h 30",
        "Prix unitaire : 690 € HT", "dans la limite d'un montant de 40 000 €", "une ligne de crédits de 95 000 €",
        "DETR (50 % maximum à hauteur de 100.000 €)", "une subvention plafonnée à un montant de 20 000 €",
    ],
)  # fmt: skip
def test_numbers_that_are_something_else(text):
    assert [fact for fact in drawn(text) if fact[0] == "amount"] == []


def test_titles_about_money_itself_have_no_sums_of_their_own():
    text = "Dépense : 12 000 € HT. Installation de 12 caméras."
    assert [fact[0] for fact in drawn(text, "Décision modificative n° 2 du budget principal")] == ["cameras"]


def test_the_same_sum_without_and_with_taxes():
    found = [fact[1:] for fact in drawn("Le marché est passé pour un montant de 100 000 € HT, soit 120 000 € TTC.")]
    assert found == [(100_000.0, "total", "HT"), (120_000.0, "total", "TTC")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'installation de 20 caméras aux entrées ainsi que 4 caméras à l'école", [(20.0, "new"), (4.0, "new")]),
        ("La ville exploite 76 caméras et décide d'en rester là.", [(76.0, "existing")]),
        ("l'achat de douze nouvelles caméras", [(12.0, "new")]),
        ("Ce qui représente un ensemble de 9 caméras.", [(9.0, "total")]),
        ("huit caméras de vidéoprotection existantes", [(8.0, "existing")]),
        ("Il reste 22 caméras et une caméra thermique.", []),
        ("acquisition de 2 caméras thermiques", []),
        ("deux caméras sur trois", []),
    ],
)
def test_cameras(text, expected):
    assert [(f.value, f.role) for f in facts_of(text, "Caméras") if f.kind == "cameras"] == expected


def test_worn_cameras_are_a_kind_of_their_own():
    assert drawn("approuve l'achat de trois caméras-piétons") == [("body-cameras", 3.0, "new", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("de passer le marché avec VIDEOTRIX pour un montant de 12 000 € HT", ["VIDEOTRIX"]),
        ("de retenir l'offre de la société Alpha Réseaux, mieux disante", ["Alpha Réseaux"]),
        ("Le marché est attribué à l'entreprise DUVALLON Énergies.", ["DUVALLON Énergies"]),
        ("convention d'occupation avec la société GALIPETTE", []),
        ("de retenir l'offre de la société Pas-à-Pas\nRapporteur : M. Tartempion", ["Pas-à-Pas"]),
        ("un marché conclu avec Madame Renée Tartempion", []),
        ("la société Perdante n'a pas été retenue", []),
    ],
)
def test_firms(text, expected):
    assert [f.name for f in facts_of(text, "Marché") if f.kind == "vendor"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sollicite une subvention au titre du F.I.P.D.", ["fipd"]),
        ("solliciter une aide auprès du Conseil départemental et de la DETR", ["departement", "detr"]),
        ("une subvention auprès de l'État au titre de la DSIL", ["dsil"]),
        ("Conseil régional : 30 000 € (18 %)", ["region"]),
        ("Le plan de financement n'intègre pas la subvention FIPD.", []),
        ("en présence du représentant de l'État et des services de la Région", []),
    ],
)
def test_funders(text, expected):
    assert [f.name for f in facts_of(text, "Vidéoprotection") if f.kind == "funding"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le marché est conclu pour une durée de quatre ans.", [48.0]),
        ("contrat de maintenance, d'une durée de 18 mois", [18.0]),
        ("Durée : six mois.", [6.0]),
        ("Le marché, d'une durée de 4 ans, arrive à échéance en juin.", []),
        ("durée de conservation des images d'un mois", []),
        ("recrutement d'un agent pour une durée de 12 mois", []),
    ],
)
def test_terms(text, expected):
    assert [f.value for f in facts_of(text, "Marché") if f.kind == "duration"] == expected


def test_products_are_named_in_one_spelling():
    assert [f.name for f in facts_of("La licence BRIEFCAM, puis Briefcam encore", "Licence")] == ["BriefCam"]


@pytest.mark.parametrize(("text", "value"), [("1.234", 1234.0), ("12,5", 12.5), ("1 234,50", 1234.5), ("1.23.4", None)])
def test_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [("deux cent mille", 200_000), ("quatre-vingt mille", 80_000), ("trois", None), ("mille deux cents", 1200)],
)  # fmt: skip
def test_numbers_in_words(words, value):
    assert spelt_out(words) == value


def test_a_number_that_may_be_two_is_left_out():
    assert list(sums("chapitre 21 2156 17 500 €")) == []


def test_spans_are_those_of_the_page():
    page = "Préambule.\nAcquisition de caméras de vidéoprotection\nCoût : 18 720 € HT, subvention du FIPD demandée.\n"
    item = ItemClaim("Acquisition de caméras de vidéoprotection", begin=(1, 11), finish=(1, len(page)))
    (claim,) = flag((PageText(1, page),), (SessionClaim("conseil municipal", items=(item,)),), "deliberation", load())
    assert {page[fact.span.start : fact.span.end] for fact in claim.facts} == {"18 720 €", "FIPD"}


@pytest.mark.parametrize(("legible", "values"), [(0.6, []), (0.95, [18_720.0]), (None, [18_720.0])])
def test_digits_of_a_poor_scan_are_not_relied_on(legible, values):
    text = "Vidéoprotection\nCoût : 18 720 € HT"
    sessions = (SessionClaim("conseil municipal", items=(ItemClaim("Vidéoprotection", finish=(1, len(text))),)),)
    flags = flag((PageText(1, text),), sessions, "deliberation", load())
    (claim,) = with_facts((PageText(1, text, legible=legible),), sessions, [replace(each, facts=()) for each in flags])
    assert [fact.value for fact in claim.facts] == values


def claim(value, tax=None, role="total", kind="amount", name=""):
    return FactClaim(kind, facts_of("Coût : 500 €", "x")[0].span, "…", value=value, name=name, role=role, tax=tax)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ([claim(100.0, "HT"), claim(120.0, "TTC")], [100.0]),
        ([claim(100.0, "HT"), claim(130.0, "TTC")], []),
        ([claim(100.0, "HT"), claim(300.0, "HT")], []),
        ([claim(100.0, "HT"), claim(100.0)], [100.0]),
        ([claim(100.0, "HT"), claim(90.0)], []),
        ([claim(100.0), claim(900.0, role="maximum")], [100.0]),
        ([claim(900.0, role="maximum"), claim(9.0, role="annual")], [900.0]),
        ([claim(12.0, kind="cameras", role="new"), claim(4.0, kind="cameras", role="new")], []),
        ([claim(12.0, kind="cameras", role="new"), claim(40.0, kind="cameras", role="existing")], [12.0]),
    ],
)
def test_what_a_column_shows(facts, shown):
    assert [fact.value for fact in with_main(facts) if fact.main] == shown


def test_two_firms_are_shown_as_none():
    firms = [claim(None, kind="vendor", role=None, name=name) for name in ("Alpha", "Bêta")]
    assert [fact.name for fact in with_main(firms) if fact.main] == []


@pytest.mark.parametrize(
    "unit",
    ["12 € ", "DETR : 12 € ", "20 caméras ", "montant de ", "région ", "\n", "1.", "marché avec la société A ", "("],
)  # fmt: skip
def test_hostile_text_ends(unit):
    assert len(facts_of(unit * (400_000 // len(unit)), "x")) < 200_000
