"""``tocsin add`` as people use it: names, many at once, by criteria, at a terminal and in a script."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.cli import adding
from crawler.config import load_config
from db.connection import connect
from db.home import Home


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody at the keyboard, who types these lines."""

    def types(*lines: str) -> None:
        answers = iter(lines)
        monkeypatch.setattr(adding, "at_terminal", lambda: True)
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda *_: next(answers))

    return types


def watched(home: Home) -> list[str]:
    return [council.id for council in load_config(home.config).councils]


def sources(home: Home) -> int:
    db = connect(home.archive)
    try:
        return int(db.execute("SELECT COUNT(*) FROM sources").fetchone()[0])
    finally:
        db.close()


def test_several_at_once(tocsin: Any, made: Home) -> None:
    result = tocsin(
        "add", "Rennes", "29200 Brest", "agglo de Quimper", "https://www.une-mairie.example/", "région PACA"
    )
    assert (result.code, result.err) == (0, "")
    assert watched(made) == [
        "commune-35238", "commune-29019", "epci-200068120", "une-mairie-example", "region-93",
    ]  # fmt: skip
    assert "tocsin add epci-243500139" in result.out
    assert sources(made) == 5


def test_words_without_quotes_are_one_name(tocsin: Any, made: Home) -> None:
    assert tocsin("add", "Villeneuve", "sur", "Lot").code == 0
    assert watched(made) == ["commune-47323"]


def test_one_that_is_ambiguous_stops_all_of_them(tocsin: Any, made: Home) -> None:
    before = made.config.read_bytes()
    result = tocsin("add", "Rennes", "Saint-Denis", "Valence")
    assert result.code == 2
    for word in ("commune-93066", "Seine-Saint-Denis (93)", "149,077", "commune-26362", "nothing was added"):
        assert word in result.out
    assert max(map(len, result.out.splitlines())) <= 100
    assert made.config.read_bytes() == before


def test_at_a_terminal_a_number_chooses(tocsin: Any, made: Home, terminal: Any) -> None:
    terminal("9", "2")
    result = tocsin("add", "Saint-Denis")
    assert result.code == 0
    assert watched(made) == ["commune-93066"]
    terminal("0")
    assert tocsin("add", "Valence").code == 0
    assert watched(made) == ["commune-93066"]


def test_a_department_says_how_many_first_and_wants_a_yes(tocsin: Any, made: Home) -> None:
    before = made.config.read_bytes()
    result = tocsin("add", "department:29")
    assert result.code == 2
    assert "291 to add (269 communes, 21 EPCI, 1 département)" in result.out
    assert "8 without a known web site" in result.out
    assert max(map(len, result.out.splitlines())) <= 100
    assert "--yes" in result.err
    assert made.config.read_bytes() == before
    tocsin("add", "Brest")
    result = tocsin("add", "department:29", "--yes")
    assert result.code == 0
    assert "1 watched already" in result.out
    assert "watching 290 more councils, 291 in all" in result.out
    assert len(watched(made)) == sources(made) == 291
    assert made.config.read_bytes().startswith(before)
    again = tocsin("add", "department:29", "--yes")
    assert (again.code, len(watched(made))) == (0, 291)


def test_at_a_terminal_a_yes_is_asked_for(tocsin: Any, made: Home, terminal: Any) -> None:
    terminal("n")
    assert tocsin("add", "department:29 kind:epci").code == 2
    assert watched(made) == []
    terminal("y")
    assert tocsin("add", "department:29 kind:epci").code == 0
    assert len(watched(made)) == 21


def test_names_and_criteria_together(tocsin: Any, made: Home) -> None:
    result = tocsin("add", "Rennes", "region:53 kind:departement", "--yes")
    assert result.code == 0
    assert watched(made) == ["commune-35238", "departement-22", "departement-29", "departement-35", "departement-56"]


def test_json_names_those_without_a_site(tocsin: Any, made: Home) -> None:
    result = tocsin("add", "department:29 kind:commune", "--json")
    told = json.loads(result.out)
    assert result.code == 2
    assert len(told["would_add"]) == 269
    assert {"commune-29013"} <= {one["id"] for one in told["without_site"]}
    assert len(told["without_site"]) == 8
    assert any(one["uncertain"] for one in told["would_add"])
    told = json.loads(tocsin("add", "department:29 kind:commune", "--json", "--yes").out)
    assert len(told["added"]) == 269
    told = json.loads(tocsin("add", "Saint-Denis", "--json").out)
    assert [one["id"] for one in told["ambiguous"][0]["candidates"]][:2] == ["commune-97411", "commune-93066"]


def test_an_uncertain_address_is_said_and_asked_about(tocsin: Any, made: Home, terminal: Any) -> None:
    unsure = next(
        one["id"] for one in json.loads(tocsin("add", "department:29", "--json").out)["would_add"] if one["uncertain"]
    )
    result = tocsin("add", unsure)
    assert result.code == 0
    assert "uncertain" in result.out
    terminal("n")
    others = json.loads(tocsin("add", "department:22", "--json").out)["would_add"]
    other = next(one["id"] for one in others if one["uncertain"])
    assert tocsin("add", other).code == 2
    assert watched(made) == [unsure]


@pytest.mark.parametrize(
    "arguments",
    [
        ("department:99",), ("kind:commune", "department:29"), ("department:29", "--website", "https://x.example/"),
        ("Rennes", "Brest", "--id", "x"), ("population>x",), ("Rennes", "Sainte-Chose"), ("epci:Plaine Commune",),
        ("",),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_and_exit_2(tocsin: Any, made: Home, arguments: tuple[str, ...]) -> None:
    before = made.config.read_bytes()
    result = tocsin("add", *arguments)
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert made.config.read_bytes() == before


def test_registry_tells_what_it_holds_and_from_whom(tocsin: Any, made: Home) -> None:
    result = tocsin("registry")
    assert result.code == 0
    for word in ("36,345 councils", "34,958", "DILA", "Licence Ouverte 2.0", "as shipped"):
        assert word in result.out
    assert max(map(len, result.out.splitlines())) <= 100
    assert json.loads(tocsin("registry", "--json").out)["kinds"]["commune"] == 34_958


def test_registry_find_shows_source_and_confidence(tocsin: Any, made: Home) -> None:
    result = tocsin("registry", "find", "Brest")
    assert result.code == 0
    for word in ("commune-29019", "https://brest.fr/", "confidence", "high"):
        assert word in result.out
    assert tocsin("registry", "find", "Saint-Denis").code == 2
    assert tocsin("registry", "find", "Sainte-Chose").code == 2
    assert "https://www.bretagne.bzh/region/decisions/" in tocsin("registry", "find", "région Bretagne").out
