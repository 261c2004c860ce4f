"""Dates, hours and number words as councils print them, and what only looks like them."""

from __future__ import annotations

from datetime import date, time

import pytest

from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.names import base_name, dates_in_name
from pipelines.agenda.numbers import number
from pipelines.agenda.relative_dates import after_announcement

REFERENCE = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Séance du 17 septembre 2025", date(2025, 9, 17)),
        ("CONSEIL MUNICIPAL DU LUNDI 1ER JUILLET 2013", date(2013, 7, 1)),
        ("le 1 er février 2024 à 18 heures 30", date(2024, 2, 1)),
        ("10/12/2024", date(2024, 12, 10)),
        ("du 28.02.13", date(2013, 2, 28)),
        ("le 05-11-2025", date(2025, 11, 5)),
        ("2026-03-12", date(2026, 3, 12)),
        ("2013.07.01 - 5", date(2013, 7, 1)),
        ("L'an deux mille vingt et un, le dix neuf mai à dix-huit heures trente", date(2021, 5, 19)),
        ("L'AN DEUX MIL DIX, ET LE JEUDI 25 FEVRIER A 19H00", date(2010, 2, 25)),
        ("L' an 2021 et le 16 Décembre à 18 heures 30 minutes", date(2021, 12, 16)),
        ("LE 2 OCTOBRE DEUX MILLE QUATORZE", date(2014, 10, 2)),
        ("Le vingt trois Juillet deux mille vingt", date(2020, 7, 23)),
        ("le 17 déc. 19", date(2019, 12, 17)),
        ("vendredi\u00a025\u202fmai 2012", date(2012, 5, 25)),
        ("le mercredi\n11 mars 2026", date(2026, 3, 11)),
    ],
)
def test_a_date_is_found(text: str, expected: date) -> None:
    assert [one.value for one in find_dates(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "83 % des sondés",
        "nomenclature M57",
        "parcelle de 8717 m²",
        "article L. 2121-12",
        "§ 1.2.10",
        "31/02/2024",
        "12 345,67 €",
        "dix-sept heures",
        "année 2024-2025",
        "n° 2024-05",
        "le mars",
        "06.12.34.56.78",
        "exercice 2025",
    ],
)
def test_no_date_is_found(text: str) -> None:
    assert find_dates(text, REFERENCE) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mardi 10 mars", date(2026, 3, 10)),
        ("mercredi 17 décembre", date(2025, 12, 17)),  # the weekday knows the year
        ("vendredi 19 décembre", date(2025, 12, 19)),
        ("le 15 janvier", date(2026, 1, 15)),
    ],
)
def test_a_missing_year_comes_from_the_weekday_and_the_reference(text: str, expected: date) -> None:
    assert [one.value for one in find_dates(text, REFERENCE)] == [expected]


def test_a_session_over_two_days_has_its_first_and_last_day() -> None:
    (found,) = find_dates("Session des 26 et 27 mars 2026")
    assert (found.value, found.last) == (date(2026, 3, 26), date(2026, 3, 27))


def test_without_any_reference_a_date_without_year_is_no_date() -> None:
    assert find_dates("le 15 janvier") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("à 18h30", time(18, 30)),
        ("18 h 00", time(18)),
        ("A 19H", time(19)),
        ("18 heures 30 minutes", time(18, 30)),
        ("vingt heures trente", time(20, 30)),
        ("dix-neuf heures", time(19)),
        ("20 heures et demie", time(20, 30)),
        ("à 9:30", time(9, 30)),
        ("9 heures 30", time(9, 30)),
        ("vingt heures et zéro minute", time(20)),
        ("18h15mn", time(18, 15)),
    ],
)
def test_an_hour_is_found(text: str, expected: time) -> None:
    assert [one.value for one in find_times(text)] == [expected]


@pytest.mark.parametrize(
    "text", ["25h00", "18 hectares", "12 habitants", "à l'issue de la réunion", "art. 18", "ratio 3:2"]
)
def test_no_hour_is_found(text: str) -> None:
    assert find_times(text) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cm141030_odj.pdf", date(2014, 10, 30)),
        ("CM_02_07_2015_ORDRE_DU_JOUR.pdf", date(2015, 7, 2)),
        ("odj_conseil_communautaire_17dec19.pdf", date(2019, 12, 17)),
        ("odj_9juil19.pdf", date(2019, 7, 9)),
        ("31janv19", date(2019, 1, 31)),
        ("PV_CM_0307_2014.pdf", date(2014, 7, 3)),
        ("CM 26 09 2016 - Procès-verbal.pdf", date(2016, 9, 26)),
        ("01_20250917_cm_convocation.pdf", date(2025, 9, 17)),
        ("CR-CM-du-10-décembre-2019.pdf", date(2019, 12, 10)),
        ("1906201901", date(2019, 6, 19)),
        ("2014-05-22-0000072072.pdf", date(2014, 5, 22)),
        ("S__Assemblees___Ordre_du_jour_CM___26_mai_2016.pdf", date(2016, 5, 26)),
    ],
)
def test_a_date_in_a_file_name(name: str, expected: date) -> None:
    assert dates_in_name(name, date(2020, 1, 1))[0] == expected


@pytest.mark.parametrize(
    "name", ["1106_001.pdf", "DE2024-090_annexe.pdf", "recueil-53-2018-042.pdf", "plan_de_masse.pdf", "cm2019-06.php"]
)
def test_no_date_in_a_file_name(name: str) -> None:
    assert dates_in_name(name, REFERENCE) == ()


def test_folders_carry_the_date_of_posting_only() -> None:
    assert base_name("https://mairie.example/fichiers/2014/10/28/odj.pdf?x=1") == "odj.pdf"


def test_what_the_grammar_does_not_know_is_asked_of_dateparser() -> None:
    found = after_announcement(" demain à 20h, en mairie", REFERENCE)
    assert found is not None and found.value == date(2026, 3, 3) and not found.certain
    assert after_announcement(" à 83 % et M57", REFERENCE) is None
    assert after_announcement(" demain", None) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("vingt et un", 21),
        ("deux mil dix", 2010),
        ("quatre-vingt dix neuf", 99),
        ("deux mille vingt-six", 2026),
        ("premier", 1),
        ("chat", None),
    ],
)
def test_number_words(words: str, value: int | None) -> None:
    assert number(words) == value
