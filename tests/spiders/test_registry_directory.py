"""What the official sources say, read from their answers: addresses as typed into forms, records of one commune."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spiders.registry_directory import clean_site, listed, territories


def record(
    name: str, code: str, site: str, modified: str = "02/11/2026 10:00:00", kind: str = "mairie"
) -> dict[str, Any]:
    return {
        "nom": name, "pivot": json.dumps([{"type_service_local": kind, "code_insee_commune": [code]}]),
        "site_internet": json.dumps([{"libelle": "", "valeur": site}]), "date_modification": modified,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("www.ville.fr", "https://www.ville.fr/"), (" HTTP://Ville.FR ", "http://ville.fr/"),
        ("https://ville.fr/mairie?x=1#y", "https://ville.fr/mairie?x=1"), ("//ville.bzh", "https://ville.bzh/"),
        ("https://www.facebook.com/ville", None), ("https://app.panneaupocket.com/ville/1", None), ("", None),
        ("mairie@ville.fr", None), ("en cours", None), ("ville", None), ("ftp://ville.fr", None), ("http://", None),
        ("http://127.0.0.1/", None), ("http://localhost/", None), ("javascript:alert(1)", None),
        ("https://ville.fr\n.evil.example", None), ("https://ville.fr:8443/", None), ("http://[::1]/", None),
        ("https://u:p@ville.fr/", None),
    ],
)  # fmt: skip
def test_addresses_as_people_type_them(typed: str, wanted: str | None) -> None:
    assert clean_site(typed) == wanted


def test_the_main_town_hall_is_taken() -> None:
    found = listed([
        record("Mairie déléguée - Ancienne", "29001", "https://ancienne.bzh/"),
        record("Mairie annexe - Ville", "29001", "https://annexe.bzh/"),
        record("Mairie - Ville", "29001", "https://ville.bzh/"),
        record("Mairie - Ville", "29001", "https://plus-vieux.bzh/", "01/02/2019 10:00:00"),
        record("Point d'accueil", "29001", "https://autre.bzh/", kind="mairie_mobile"),
    ])  # fmt: skip
    assert [(key, one.site, one.modified) for key, one in found.items()] == [("29001", "https://ville.bzh/", "2026-11")]


def test_records_that_say_nothing_are_passed_over() -> None:
    odd: list[dict[str, Any]] = [
        {}, {"nom": None, "pivot": None}, {"pivot": "not json"}, {"pivot": "[]", "nom": "x"}, {"pivot": "{\"a\": 1}"},
        record("Mairie", "x", "https://x.fr/"),
        {"nom": "EPCI", "pivot": '[{"type_service_local": "epci"}]', "siret": "12"},
    ]  # fmt: skip
    assert listed(odd) == {}


def test_nested_values_come_in_several_shapes() -> None:
    shapes = [
        ('[{"valeur": "", "libelle": ""}, {"valeur": "ville.fr"}]', "https://ville.fr/"),
        ([{"valeur": "ville.fr"}], "https://ville.fr/"), ('{"valeur": "ville.fr"}', "https://ville.fr/"),
        ("ville.fr", "https://ville.fr/"), ("", None), (None, None), ("[broken", None), ("3", None),
    ]  # fmt: skip
    for value, wanted in shapes:
        assert listed([record("Mairie", "29001", "") | {"site_internet": value}])["29001"].site == wanted, value


def test_of_two_communes_with_one_code_the_larger_is_meant() -> None:
    found = territories([
        {"code": "29001", "nom": "Déléguée", "population": 10}, {"code": "29001", "nom": "Nouvelle", "population": 900},
        {"code": "29002", "nom": "Seule", "type": "commune-deleguee"}, {"code": "?", "nom": "x"}, {"code": "29003"},
        {"code": "29004", "nom": "Sans chiffres", "population": "12", "centre": None, "siren": "abc"},
    ])  # fmt: skip
    assert [(one.name, one.population) for one in found.values()] == [("Nouvelle", 900), ("Sans chiffres", None)]
