"""What documents state beside the subject, in words."""

from __future__ import annotations

import pytest

from db.portal.facts_said import facts
from db.portal.words import words

NOTHING = {"funding": None} | dict.fromkeys(
    [
        "amount",
        "amount_role",
        "amount_tax",
        "subsidy",
        "cameras",
        "body_cameras",
        "vendor",
        "product",
        "months",
        "funding",
    ]
)


def said(language: str, **row: object) -> list[str]:
    return [each.replace("\u202f", " ").replace("\u00a0", " ") for each in facts(NOTHING | row, words(language))]


def test_nothing_is_said_of_nothing():
    assert said("fr") == said("en") == []


@pytest.mark.parametrize(
    ("row", "french", "english"),
    [
        ({"amount": 312000.0, "amount_role": "total", "amount_tax": "HT"}, "312 000 € HT", "€312,000 before VAT"),
        ({"amount": 99.5, "amount_role": "annual", "amount_tax": None}, "99,5 € par an", "€99.5 a year"),
        ({"amount": 5000.0, "amount_role": "maximum", "amount_tax": "TTC"}, "5 000 € TTC au plus", "€5,000 with VAT at most"),  # noqa: E501
        ({"subsidy": 96000.0}, "subvention de 96 000 €", "subsidy of €96,000"),
        ({"cameras": 18}, "18 caméras", "18 cameras"),
        ({"body_cameras": 1}, "une caméra-piéton", "one body camera"),
        ({"vendor": "Halcyon\x1b Littoral"}, "fournisseur : Halcyon Littoral", "supplier: Halcyon Littoral"),
        ({"months": 36}, "36 mois", "36 months"),
        ({"funding": '["fipd", "region"]'}, "financement : FIPD, région", "funding: FIPD, region"),
    ],
)  # fmt: skip
def test_each_fact_has_words_in_both_languages(row, french, english):
    assert said("fr", **row) == [french]
    assert said("en", **row) == [english]
