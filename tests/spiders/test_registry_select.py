"""Many councils in one line: criteria, their French and English words, and what is refused."""

from __future__ import annotations

from collections import Counter

import pytest

from crawler.errors import UsageError
from spiders.registry import Registry
from spiders.registry_select import is_selection, parse_selection, select


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def chosen(text: str, registry: Registry) -> list[str]:
    return list(select(parse_selection(text, registry), registry))


def kinds(ids: list[str]) -> Counter[str]:
    return Counter(one.partition("-")[0] for one in ids)


@pytest.mark.parametrize("text", ["department:29", "département:Finistère", "dept=29", "Département : 29"])
def test_all_councils_of_a_department(registry: Registry, text: str) -> None:
    found = chosen(text, registry)
    assert kinds(found) == {"commune": 277, "epci": 21, "departement": 1}
    assert {"departement-29", "commune-29019", "epci-242900314"} <= set(found)
    assert "region-53" not in found


def test_a_seat_of_another_kind_belongs_to_its_departments(registry: Registry) -> None:
    assert "departement-6AE" in chosen("department:68", registry)
    assert "region-94" in chosen("department:2B", registry)
    assert "commune-75056" in chosen("department:75", registry)
    assert "region-11" not in chosen("department:75", registry)


@pytest.mark.parametrize("text", ["region:53", "région:Bretagne", "region:bretagne"])
def test_a_region(registry: Registry, text: str) -> None:
    found = chosen(text, registry)
    assert {"region-53", "departement-29", "commune-35238"} <= set(found)
    assert kinds(found)["departement"] == 4


@pytest.mark.parametrize("text", ["epci:200046977", 'epci:"Grand Lyon"', "interco:Métropole de Lyon"])
def test_an_intercommunal_body_and_its_members(registry: Registry, text: str) -> None:
    found = chosen(text, registry)
    assert len(found) == 59
    assert {"epci-200046977", "commune-69123"} <= set(found)


def test_criteria_of_one_line_narrow_and_values_add_up(registry: Registry) -> None:
    both = set(chosen("department:29,22 kind:epci", registry))
    assert both == {*chosen("department:29 kind:epci", registry), *chosen("department:22 type:interco", registry)}
    large = chosen("department:29 population>3500 kind:commune", registry)
    assert large and all((registry.get(one) or registry.councils([one])[0]).population > 3500 for one in large)  # type: ignore[operator]


@pytest.mark.parametrize("text", ["population>=3500 population<10000 kind:commune", "habitants:3500-9999 type:communes",
                                  "pop:3500..9 999 nature:commune", "population≥3,5"])  # fmt: skip
def test_populations(registry: Registry, text: str) -> None:
    if text.endswith("3,5"):
        with pytest.raises(UsageError, match="not a number"):
            parse_selection(text, registry)
    else:
        assert len(chosen(text, registry)) == 2222


def test_numbers_as_people_write_them(registry: Registry) -> None:
    wanted = chosen("population>50000 kind:commune", registry)
    assert len(wanted) == 135
    for number in ("50 000", "50_000", "50k", "50.000", "50\u202f000"):
        assert chosen(f"kind:commune population > {number}", registry) == wanted


def test_what_no_longer_exists_is_left_out(registry: Registry) -> None:
    assert "dissolution" in registry.cells("epci-245701362")["legal_form"]
    assert "epci-245701362" not in chosen("department:57", registry)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("department:99", "not known"), ("departmnt:29", "did you mean department"), ("kind:truc", "commune, epci"),
        ("population>beaucoup", "not a number"), ("department:", "needs a value"), ("department>29", "compared"),
        ("region:Finistère", "not known"), ("department:Bretagne", "not known"), ("epci:CCPA", "give the SIREN"),
        ("epci:Plaine Commune", "ept-200057867"), ("population>3 colour:red", "no criterion 'colour'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(registry: Registry, text: str, said: str) -> None:
    assert is_selection(text)
    with pytest.raises(UsageError, match=said):
        parse_selection(text, registry)


@pytest.mark.parametrize(
    "text", ["Rennes", "https://www.rennes.fr/x?a=b", "localhost:8000", "Saint-Denis (93)", "", ":", "="]
)
def test_names_and_addresses_are_no_selection(text: str) -> None:
    assert not is_selection(text)
