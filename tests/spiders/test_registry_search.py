"""Who is meant: every usual spelling of a name, slips of the hand, and what must stay a question."""

from __future__ import annotations

import pytest

from crawler.config_checks import council_id
from spiders.registry import Registry
from spiders.registry_names import cost, words


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("St-Étienne du Rouvray", "commune-76575"), ("STE FOY LES LYON", "commune-69202"),
        ("Chalon s/ Saône", "commune-71076"), ("Bar/Aube", "commune-10033"), ("villers s/s preny", "commune-54579"),
        ("L hay les roses", "commune-94038"), ("Le Havre", "commune-76351"), ("Havre", "commune-76351"),
        ("mairie du Havre", "commune-76351"), ("Ville des Ulis", "commune-91692"), ("mairie d'Arles", "commune-13004"),
        ("commune de Brest", "commune-29019"), ("conseil municipal de Paris", "commune-75056"),
        ("StEtienne", "commune-42218"), ("Aix en Provence", "commune-13001"), ("villeneuve d'ascq", "commune-59009"),
    ],
)  # fmt: skip
def test_spellings_of_a_commune(registry: Registry, typed: str, wanted: str) -> None:
    answer = registry.answer(typed)
    assert (answer.chosen, answer.how) == (wanted, "name")


@pytest.mark.parametrize(
    "typed",
    ["29200 Brest", "Brest 29200", "Brest (29200)", "F-29200 BREST", "Brest (29)", "Brest 29", "Brest, Finistère",
     "Brest Finistère", "Brest (le Finistère)", "Brest, Bretagne", "29200 Brest Cedex 2", "brest - 29", "29019",
     "212900195", "212 900 195", "21290019500015", "commune-29019"],
)  # fmt: skip
def test_a_place_or_a_number_beside_the_name(registry: Registry, typed: str) -> None:
    assert registry.answer(typed).chosen == "commune-29019"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("75015 Paris", "75056"), ("Paris 15e", "75056"), ("20000 Ajaccio", "2A004"),
        ("97400 Saint-Denis", "97411"), ("Lyon 3e arrondissement", "69123"),
    ],
)  # fmt: skip
def test_postcodes_that_are_not_as_others(registry: Registry, typed: str, wanted: str) -> None:
    assert registry.answer(typed).chosen == f"commune-{wanted}"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Finistère", "departement-29"), ("conseil départemental du Finistère", "departement-29"),
        ("département de la Vienne", "departement-86"), ("CD29", "departement-29"), ("29", "departement-29"),
        ("2b", "region-94"), ("département du Bas-Rhin", "departement-6AE"),
        ("conseil général de l'Ain", "departement-01"), ("Alsace", "departement-6AE"),
        ("région Bretagne", "region-53"), ("région PACA", "region-93"), ("PACA", "region-93"), ("idf", "region-11"),
        ("Midi-Pyrénées", "region-76"), ("conseil régional d'Île-de-France", "region-11"), ("Lorraine", "region-44"),
        ("région Centre", "region-24"), ("Rhône-Alpes", "region-84"), ("Corse", "region-94"),
    ],
)  # fmt: skip
def test_departments_and_regions(registry: Registry, typed: str, wanted: str | None) -> None:
    assert registry.answer(typed).chosen == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Rennes Métropole", "epci-243500139"), ("métropole de Rennes", "epci-243500139"),
        ("rennes agglo", "epci-243500139"), ("agglo de Quimper", "epci-200068120"), ("Grand Reims", "epci-200067213"),
        ("métropole de Lille", "epci-200093201"), ("MEL", "epci-200093201"), ("Grand Lyon", "epci-200046977"),
        ("COBAS", "epci-243300563"), ("cc du pays des abers", "epci-242900553"), ("Plaine Commune", "ept-200057867"),
        ("communaute de comunes du Pays des Abers", "epci-242900553"),
    ],
)  # fmt: skip
def test_intercommunal_bodies(registry: Registry, typed: str, wanted: str) -> None:
    assert registry.answer(typed).chosen == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Marsielle", "commune-13055"), ("Borddeaux", "commune-33063"), ("Renns", "commune-35238"),
        ("Renne", "commune-35238"), ("Quimpperlé", "commune-29233"), ("Concarnau", "commune-29039"),
        ("Ville de Straßburg", "commune-67482"), ("Saint-Dens (93)", "commune-93066"),
        ("93200 Sant Denis", "commune-93066"), ("Castelnaudarry", "commune-11076"),
    ],
)  # fmt: skip
def test_slips_of_the_hand(registry: Registry, typed: str, wanted: str | None) -> None:
    assert registry.answer(typed).chosen == wanted


@pytest.mark.parametrize(
    "typed", ["Saint-Denis", "Valence", "Bretagne", "La Réunion", "Saint-Martin", "Saint-Dens", "CCPA"]
)
def test_what_several_answer_to_is_a_question(registry: Registry, typed: str) -> None:
    answer = registry.answer(typed)
    assert answer.chosen is None
    assert len(answer.candidates) > 1


def test_a_rare_name_is_not_taken_for_another(registry: Registry) -> None:
    assert registry.answer("Eu").chosen == "commune-76255"
    assert registry.answer("Y").chosen == "commune-80829"
    for short in ("ix", "pez"):
        assert registry.answer(short).chosen is None
    assert registry.answer("Gan").chosen == "commune-64230"
    for nobody in ("x", "%", "()", "", "'; --", "Trifouillis-les-Oies-sur-Rien", "Sainte-Chose"):
        assert registry.answer(nobody).how == "nobody", nobody


def test_a_place_that_contradicts_is_not_overruled(registry: Registry) -> None:
    for typed in ("Lyon (29)", "29200 Lyon", "Lyon, Bretagne"):
        answer = registry.answer(typed)
        assert (answer.chosen, answer.how) == (None, "elsewhere"), typed
        assert answer.candidates[0] == "commune-69123"
    assert registry.find("Lyon (29)") == []


def test_who_shares_the_name_is_told(registry: Registry) -> None:
    assert registry.answer("Rennes").also == ("epci-243500139",)
    assert registry.answer("Vienne").also == ("departement-86",)
    assert registry.answer("mairie de Vienne").also == ()


def test_kind_and_department_narrow(registry: Registry) -> None:
    assert registry.answer("Saint-Denis", department="974").chosen == "commune-97411"
    assert registry.answer("Bretagne", kind="region").chosen == "region-53"
    assert registry.answer("Bretagne", kind="commune", department="36").chosen == "commune-36024"
    assert registry.answer("Saint-Denis (93)", department="974").chosen is None


def test_the_cost_of_an_edit() -> None:
    slips = [cost(typed, "rennes") for typed in ("renes", "rnenes", "rennnes", "rennse")]
    assert slips == [1, 1, 1, 1]
    assert cost("rannes", "rennes") > 1 < cost("rennesa", "rennes")
    assert cost("rennes", "rennes") == 0


def test_abbreviations_are_written_out() -> None:
    assert words("St-Ouen-s/-Seine") == ("saint", "ouen", "sur", "seine")
    assert words("Ste. Œuvre-lez-Lille") == ("sainte", "oeuvre", "les", "lille")


def test_an_article_left_out_is_weighed_against_a_letter_left_out(registry: Registry) -> None:
    assert registry.answer("Havre").chosen == "commune-76351"
    assert set(registry.answer("Le Cos").candidates) == {"commune-09099", "commune-34091"}
    assert "commune-56260" in registry.answer("Vanne").also


def test_the_beginning_of_names_is_a_question(registry: Registry) -> None:
    answer = registry.answer("Vallon")
    assert answer.chosen is None
    assert {"commune-07330", "commune-03297"} <= set(answer.candidates)
    assert registry.answer("Châlons").candidates[0] == "commune-51108"


def test_every_id_may_stand_in_a_configuration(registry: Registry) -> None:
    assert [row[0] for row in registry.rows if council_id(row[0])] == []
