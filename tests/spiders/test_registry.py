"""The shipped registry: every row loads, a name finds its councils, a host its owners."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from crawler.models import COUNCIL_KINDS, Council
from spiders.registry import Registry, host_of, plain


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture(scope="module")
def everybody(registry: Registry) -> list[Council]:
    return registry.find("saint denis") and [registry._council(row) for row in registry.rows]


def ids(councils: list[Council]) -> list[str]:
    return [council.id for council in councils]


def test_load_returns_one_object() -> None:
    assert Registry.load() is Registry.load()


def test_get_reads_every_field(registry: Registry) -> None:
    lyon = registry.get("commune-69123")
    assert lyon is not None
    assert (lyon.name, lyon.kind, lyon.department, lyon.region) == ("Lyon", "commune", "69", "84")
    assert lyon.website == "https://www.lyon.fr/"
    assert lyon.timezone == "Europe/Paris"
    assert lyon.population and lyon.population > 500_000
    assert (lyon.latitude, lyon.longitude) == (pytest.approx(45.76, abs=0.1), pytest.approx(4.84, abs=0.1))


@pytest.mark.parametrize(
    "wrong",
    ["", "id", "Lyon", "commune-6912", "commune-69123,commune", "ommune-69123", "commune-99999", "a\nb", "kind"],
)
def test_get_wants_the_exact_id(registry: Registry, wrong: str) -> None:
    assert registry.get(wrong) is None


def test_get_agrees_with_the_whole_table(registry: Registry, everybody: list[Council]) -> None:
    quoted = [council for council in everybody if "," in council.name or '"' in council.name]
    assert len(quoted) > 5
    for council in [*everybody[:50], *everybody[::3000], everybody[-1], *quoted]:
        assert registry.get(council.id) == council


def test_the_whole_of_france_is_there(everybody: list[Council]) -> None:
    assert len({council.id for council in everybody}) == len(everybody) == 36_345
    assert {council.kind for council in everybody} == set(COUNCIL_KINDS)
    assert {council.timezone for council in everybody} <= available_timezones()
    assert sum(1 for council in everybody if council.website) > 24_000


def test_overseas_councils_keep_their_own_time(registry: Registry) -> None:
    council = registry.get("commune-97411")
    assert council is not None
    assert council.timezone == "Indian/Reunion"


def test_start_urls_come_from_the_pages_of_acts(registry: Registry) -> None:
    region, commune = registry.get("region-53"), registry.get("commune-29003")
    assert region is not None and commune is not None
    assert region.start_urls == ("https://www.bretagne.bzh/region/decisions/",)
    assert commune.start_urls == ()


@pytest.mark.parametrize("spelling", ["Saint-Étienne", "saint etienne", "SAINT  ETIENNE", " Saint‑étienne "])
def test_spelling_does_not_matter(registry: Registry, spelling: str) -> None:
    assert ids(registry.find(spelling))[0] == "commune-42218"


@pytest.mark.parametrize("spelling", ["L'Haÿ-les-Roses", "L’Haÿ les Roses", "l hay les roses"])
def test_apostrophes_do_not_matter(registry: Registry, spelling: str) -> None:
    assert ids(registry.find(spelling)) == ["commune-94038"]


def test_an_id_finds_itself_alone(registry: Registry) -> None:
    assert ids(registry.find(" epci-244400404 ")) == ["epci-244400404"]


def test_homonyms_come_largest_first(registry: Registry) -> None:
    hits = registry.find("Saint-Denis")
    sizes = [council.population or 0 for council in hits]
    assert len(hits) > 2
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saint-Denis (93)", "commune-93066"),
        ("saint denis (seine saint denis)", "commune-93066"),
        ("Saint-Denis (La Réunion)", "commune-97411"),
    ],
)
def test_the_department_narrows(registry: Registry, text: str, expected: str) -> None:
    assert ids(registry.find(text)) == [expected]


def test_a_name_with_parentheses_of_its_own_is_found(registry: Registry, everybody: list[Council]) -> None:
    council = next(council for council in everybody if council.name.endswith(")"))
    assert council.id in ids(registry.find(council.name))


def test_a_territory_names_its_council_where_no_other_has_that_name(registry: Registry) -> None:
    assert ids(registry.find("finistère")) == ["departement-29"]
    assert ids(registry.find("Occitanie")) == ["region-76"]
    assert ids(registry.find("Alsace")) == ["departement-6AE"]
    assert ids(registry.find("Vienne")) == ["commune-38544"]


@pytest.mark.parametrize("nobody", ["", "Trifouillis-les-Oies-sur-Rien", "()", "Lyon (29)", "%", "'; --"])
def test_nobody_is_found_for_nonsense(registry: Registry, nobody: str) -> None:
    assert registry.find(nobody) == []


def test_a_shared_host_names_all_its_owners_communes_first(registry: Registry) -> None:
    assert ids(registry.by_host("http://metropole.nantes.fr/conseil?x=1")) == ["commune-44109", "epci-244400404"]


def test_www_port_and_case_of_a_host_do_not_matter(registry: Registry) -> None:
    for url in ("https://lyon.fr/", "HTTP://WWW.LYON.FR:443/a", "www.lyon.fr"):
        assert ids(registry.by_host(url)) == ["commune-69123"]


@pytest.mark.parametrize("url", ["", "https://", "http://[bad", "https://127.0.0.1/", "https://fr/"])
def test_an_unknown_host_has_no_owner(registry: Registry, url: str) -> None:
    assert registry.by_host(url) == []


def test_plain_and_host_of() -> None:
    assert plain("Œuilly-l'Évêque") == plain("oeuilly L’EVEQUE") == "oeuilly l eveque"
    assert host_of("https://www.Example.org./x") == "example.org"
