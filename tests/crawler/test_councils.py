"""``tocsin add``: which council is meant, and the block that says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.config import load_config, parse_config
from crawler.config_file import append_council, append_councils
from crawler.councils import Found, Question, Wanted, council_of, find_block, slug_of, watched
from crawler.errors import ConfigError, UsageError
from crawler.models import Council
from spiders.registry import Registry

REGISTRY = Registry.load()
NOTHING = Wanted()


def find(what: str, wanted: Wanted = NOTHING) -> dict[str, str | list[str]]:
    found = find_block(what, wanted, REGISTRY)
    assert isinstance(found, Found), found
    return found.block


def candidates(what: str, wanted: Wanted = NOTHING) -> list[Council]:
    found = find_block(what, wanted, REGISTRY)
    assert isinstance(found, Question), found
    return list(found.candidates)


def test_an_id_of_the_registry_is_enough() -> None:
    assert find("commune-29003") == {"id": "commune-29003"}
    with pytest.raises(UsageError, match="commune-99999 is not in the registry"):
        find("commune-99999")


@pytest.mark.parametrize("text", ["Saint-Étienne-du-Rouvray", "saint etienne du rouvray", " SAINT-ETIENNE-DU-ROUVRAY "])
def test_a_plain_name_of_one_council(text: str) -> None:
    assert find(text) == {"id": "commune-76575"}


def test_a_name_that_several_bear_is_listed_and_can_be_narrowed() -> None:
    found = candidates("Saint-Denis")
    assert len(found) > 2
    assert {"commune-93066", "commune-97411"} <= {council.id for council in found}
    assert find("Saint-Denis", Wanted(department="974")) == {"id": "commune-97411"}


def test_a_name_that_nobody_bears() -> None:
    with pytest.raises(UsageError, match="no council called 'Sainte-Chose'"):
        find("Sainte-Chose")
    block = find("Sainte-Chose", Wanted(website="https://sainte-chose.example/", kind="epci", department="69"))
    assert block == {
        "id": "sainte-chose", "name": "Sainte-Chose", "kind": "epci", "department": "69",
        "website": "https://sainte-chose.example/",
    }  # fmt: skip


@pytest.mark.parametrize("url", ["https://www.lyon.fr/", "http://lyon.fr", "www.lyon.fr", "lyon.fr"])
def test_a_home_page_of_the_registry(url: str) -> None:
    assert find(url) == {"id": "commune-69123"}


def test_a_page_below_the_home_page_is_where_to_begin() -> None:
    assert find("https://www.lyon.fr/conseil-municipal") == {
        "id": "commune-69123",
        "start_urls": ["https://www.lyon.fr/conseil-municipal"],
    }


def test_a_host_that_a_city_shares_is_a_question() -> None:
    shared = candidates("https://metropole.nantes.fr/")
    assert {council.kind for council in shared} == {"commune", "epci"}
    assert find("https://metropole.nantes.fr/", Wanted(kind="commune")) == {"id": "commune-44109"}


def test_a_page_that_the_registry_does_not_know() -> None:
    assert find("http://127.0.10.1:8800/") == {
        "id": "127-0-10-1-8800", "name": "127.0.10.1", "website": "http://127.0.10.1:8800/",
    }  # fmt: skip
    assert find("https://www.ville-exemple.test/accueil", Wanted(name="Ville Exemple", slug="exemple")) == {
        "id": "exemple", "name": "Ville Exemple", "website": "https://www.ville-exemple.test/accueil",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("", NOTHING), ("ftp://example.org/", NOTHING), ("https://", NOTHING), ("x\ny", NOTHING),
        ("Lyon", Wanted(website="lyon")), ("Lyon", Wanted(slug="Ville de Lyon")), ("Lyon", Wanted(department="Rhône")),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(what: str, wanted: Wanted) -> None:
    with pytest.raises(UsageError):
        find_block(what, wanted, REGISTRY)


def test_a_council_without_a_web_site_needs_one() -> None:
    bare = next(
        council for number in range(1, 500)
        if (council := REGISTRY.get(f"commune-{1000 + number:05}")) and not council.website
    )  # fmt: skip
    with pytest.raises(UsageError, match="knows no web site"):
        find(bare.id)
    assert find(bare.id, Wanted(website="https://x.example/"))["website"] == "https://x.example/"


def test_what_was_understood_is_said() -> None:
    found = find_block("Marsielle", NOTHING, REGISTRY)
    assert isinstance(found, Found)
    assert found.block == {"id": "commune-13055"}
    assert "'Marsielle' was taken for Marseille" in found.notes[0]
    vienne = find_block("Vienne", NOTHING, REGISTRY)
    assert isinstance(vienne, Found)
    assert any("tocsin add departement-86" in note for note in vienne.notes)
    assert find_block("commune-38544", NOTHING, REGISTRY) == Found(
        {"id": "commune-38544"}, REGISTRY.get("commune-38544")
    )


def test_a_name_that_is_not_there_but_elsewhere_is_a_question() -> None:
    found = find_block("Lyon (29)", NOTHING, REGISTRY)
    assert isinstance(found, Question)
    assert "Finistère (29)" in found.why
    assert [council.id for council in found.candidates] == ["commune-69123"]


def test_nobody_of_the_name_but_somebody_like_it() -> None:
    with pytest.raises(UsageError, match="did you mean Concarneau"):
        find("Concarnot")


def test_an_uncertain_address_is_said() -> None:
    columns = REGISTRY.columns
    unsure, site = columns.index("website_confidence"), columns.index("website")
    row = next(row for row in REGISTRY.rows if row[unsure] == "low" and row[site])
    council = REGISTRY.get(row[0])
    assert council is not None
    found = watched(council, NOTHING, REGISTRY)
    assert found.uncertain
    assert row[site] in found.notes[-1]
    assert not watched(council, Wanted(website="https://mine.example/"), REGISTRY).uncertain


def test_slugs() -> None:
    assert slug_of("Ville de Démo — L’Œuvre") == "ville-de-demo-l-oeuvre"
    assert slug_of("***") == "council"


def test_council_of_prefers_the_configuration() -> None:
    config = parse_config('[[council]]\nid = "commune-69123"\nname = "Ville de Lyon"\n')
    assert council_of("commune-69123", config, REGISTRY).name == "Ville de Lyon"
    assert council_of("commune-29003", config, REGISTRY).name == "Audierne"
    with pytest.raises(UsageError, match="did you mean commune-29003"):
        council_of("Audierne", config, REGISTRY)


@pytest.mark.parametrize("before", [b"", b"[crawl]\ndelay = 2 # mine\n", b"[crawl]", b"\xef\xbb\xbf# b\r\n[crawl]\r\n"])
def test_a_block_is_appended_and_the_rest_untouched(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_bytes(before)
    config = append_council(
        path, {"id": "x-1", "name": 'L’« île » "\\', "website": "https://x.example/", "start_urls": []}
    )
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.endswith(b"\r\n" if b"\r\n" in before else b"\n")
    assert load_config(path) == config
    assert config.councils[0].name == 'L’« île » "\\'


def test_a_block_that_would_break_the_file_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text('[[council]]\nid = "commune-29003"\n')
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="there twice"):
        append_council(path, {"id": "commune-29003"})
    assert path.read_bytes() == before


def test_many_blocks_are_written_at_once_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_bytes(b"# mine\n[crawl]\ndelay = 2")
    path.chmod(0o600)
    blocks = [{"id": f"commune-{number}"} for number in ("29003", "29019", "29232")]
    config = append_councils(path, blocks)
    assert [council.id for council in config.councils] == [block["id"] for block in blocks]
    assert path.read_text().startswith("# mine\n[crawl]\ndelay = 2\n\n[[council]]\n")
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(ConfigError):
        append_councils(path, [{"id": "commune-29021"}, {"id": "commune-99999"}])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_linked_configuration_stays_a_link(tmp_path: Path) -> None:
    path, real = tmp_path / "tocsin.toml", tmp_path / "elsewhere.toml"
    real.write_text("# mine\n")
    path.symlink_to(real)
    append_council(path, {"id": "commune-29003"})
    assert path.is_symlink()
    assert real.read_text().endswith('id = "commune-29003"\n')


def test_two_commands_at_once_both_write(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text("# mine\n")
    codes = [row[0] for row in REGISTRY.rows if row[0].startswith("commune-290")][:12]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda code: append_council(path, {"id": code}), codes))
    assert sorted(council.id for council in load_config(path).councils) == codes
