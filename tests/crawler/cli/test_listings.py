"""``upcoming``, ``flagged``, ``search``, ``show``, ``export``: what a person and a program see."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.app import print_json
from crawler.cli.main import COMMANDS
from crawler.cli.tables import Column, print_table, when, wrapped
from db.home import Home

NOW = ("--now", "2026-03-02T10:00")


def load(tocsin: Any, *arguments: str) -> Any:
    result = tocsin(*arguments)
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_upcoming(tocsin: Any, world: Home) -> None:
    rows = load(tocsin, "upcoming", "--json", *NOW)
    assert [(row["council_id"], row["session_date"], row["flagged_items"]) for row in rows] == [
        ("ville-exemple", "2026-03-26", 1), ("lac-exemple", "2026-04-10", 1),
    ]  # fmt: skip
    assert [row["council_id"] for row in load(tocsin, "upcoming", "--json", "--now", "2026-03-27T00:00")] == [
        "lac-exemple"
    ]
    table = tocsin("upcoming", *NOW).out
    assert "2026-03-26" in table
    assert "00:00" not in table
    assert tocsin("upcoming", "--now", "2027-01-01T00:00").out == "no session ahead is known\n"


def test_flagged(tocsin: Any, world: Home) -> None:
    first, second = load(tocsin, "flagged", "--json")
    assert (first["council_id"], first["topics"]) == ("ville-exemple", ["video-surveillance"])
    assert (second["council_id"], second["topics"][0]) == ("lac-exemple", "drones")
    table = tocsin("flagged").out
    assert f"tocsin show {first['flag_id']}" in table
    assert "2. Caméras" in table


def test_what_was_read_with_doubt_is_marked(tocsin: Any, world: Home) -> None:
    assert "?" not in tocsin("flagged").out.split("score")[1]
    with closing(sqlite3.connect(world.archive)) as db, db:
        db.execute("UPDATE pages SET method = 'ocr', confidence = 0.93, legible = 0.41")
        db.execute("UPDATE flags SET legible = 0.41")
    doubtful, text = load(tocsin, "flagged", "--json")
    assert (doubtful["page_method"], doubtful["legible"], doubtful["uncertain"]) == ("ocr", 0.41, True)
    assert (text["page_method"], text["legible"], text["uncertain"]) == ("html", None, False)
    table = tocsin("flagged").out
    assert f"{doubtful['score']:.2f}?" in table and f"{text['score']:.2f}?" not in table
    assert "read with doubt on a scanned page" in table
    assert max(map(len, table.splitlines())) <= 100
    assert "uncertain: True" in tocsin("show", doubtful["flag_id"]).out
    first, second = csv.DictReader(io.StringIO(tocsin("export", "flagged").out))
    assert (first["page_method"], first["legible"], first["uncertain"]) == ("ocr", "0.41", "true")
    assert (second["legible"], second["uncertain"]) == ("", "false")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--council", "ville-exemple"], ["ville-exemple"]),
        (["--council", "ville-exemple", "--council", "lac-exemple"], ["ville-exemple", "lac-exemple"]),
        (["--council", "commune-29003"], []),
        (["--department", "974"], ["lac-exemple"]),
        (["--region", "84"], ["ville-exemple"]),
        (["--topic", "drones"], ["lac-exemple"]),
        (["--topic", "drones", "--topic", "video-surveillance"], ["ville-exemple", "lac-exemple"]),
        (["--kind", "epci"], ["lac-exemple"]),
        (["--kind", "agenda"], ["ville-exemple", "lac-exemple"]),
        (["--since", "2026-04-01"], ["lac-exemple"]),
        (["--until", "2026-04-01"], ["ville-exemple"]),
        (["--since", "2026-03-26", "--until", "2026-03-26"], ["ville-exemple"]),
        (["--min-score", "1"], []),
    ],
)
def test_filters(tocsin: Any, world: Home, filters: list[str], expected: list[str]) -> None:
    for command in (["flagged"], ["export", "flagged", "--format", "json"], ["export", "items", "--format", "json"]):
        if "items" in command and ("--min-score" not in filters and "--topic" not in filters):
            continue
        rows = load(tocsin, *command, *filters, *([] if "export" in command else ["--json"]))
        assert [row["council_id"] for row in rows] == expected


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--council", "nowhere"], "nowhere"),
        (["--topic", "drone"], "did you mean drones?"),
        (["--kind", "city"], "valid: commune"),
        (["--since", "1er avril"], "2026-03-31"),
        (["--since", "2026-04-02", "--until", "2026-04-01"], "is after"),
        (["--min-score", "2"], "0<=x<=1"),
    ],
)
def test_filters_that_cannot_match_are_wrong_usage(tocsin: Any, world: Home, arguments: list[str], word: str) -> None:
    result = tocsin("flagged", *arguments)
    assert (result.code, result.out) == (2, "")
    assert word in result.err
    assert "Traceback" not in result.err


def test_the_minimum_score_of_the_configuration_holds(tocsin: Any, world: Home) -> None:
    world.config.write_text(world.config.read_text().replace("minimum_score = 0.5 ", "minimum_score = 1.0 "))
    assert load(tocsin, "flagged", "--json") == load(tocsin, "export", "flagged", "--format", "json") == []
    assert len(load(tocsin, "flagged", "--json", "--min-score", "0")) >= 2


def test_search(tocsin: Any, world: Home) -> None:
    rows = load(tocsin, "search", "videoprotection", "--json")
    assert rows
    assert {row["council_id"] for row in rows} == {"ville-exemple"}
    result = tocsin("search", "l'école", '"toiture de', "AND (")
    assert result.code == 0
    assert "found" in result.out
    assert tocsin("search", "«»").code == 2
    assert tocsin("search", "introuvable").out == "0 found\n"


def test_show_finds_every_kind_of_thing(tocsin: Any, world: Home) -> None:
    flag = load(tocsin, "flagged", "--json")[0]
    (alert, *_) = load(tocsin, "export", "alerts", "--format", "json")
    (document, *_) = load(tocsin, "search", "vidéoprotection", "--json")
    for identifier, kind in (
        (flag["flag_id"], "flag"), (flag["item_id"], "item"), (flag["session_id"], "session"),
        (document["document_id"], "document"), (alert["alert_id"], "alert"), ("ville-exemple", "council"),
        ("commune-69123", "council"),
    ):  # fmt: skip
        assert load(tocsin, "show", identifier, "--json")["type"] == kind
        text = tocsin("show", identifier).out
        assert text.startswith(f"{kind} {identifier}")
        assert max(map(len, text.splitlines())) <= 100
    result = tocsin("show", "x-nothing")
    assert result.code == 2
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("what", ["flagged", "sessions", "items", "documents", "votes", "alerts"])
def test_exports_agree_in_every_format(tocsin: Any, world: Home, what: str, tmp_path: Path) -> None:
    rows = load(tocsin, "export", what, "--format", "json")
    assert [json.loads(line) for line in tocsin("export", what, "--format", "ndjson").out.splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(tocsin("export", what).out)))
    assert len(table) == len(rows)
    assert (what == "votes") == (rows == [])
    output = tmp_path / "out.csv"
    result = tocsin("export", what, "--output", str(output))
    assert result.out == ""
    assert list(csv.DictReader(io.StringIO(output.read_text("utf-8")))) == table
    assert list(tmp_path.glob(".*.part")) == []


def test_an_empty_export_still_has_its_header(tocsin: Any, made: Home) -> None:
    for what in ("flagged", "sessions", "items", "documents", "votes", "alerts"):
        (header,) = tocsin("export", what).out.splitlines()
        assert "council_id" in header.split(",")
        assert tocsin("export", what, "--format", "json").out.strip() == "[]"


def test_columns_are_those_of_rows(tocsin: Any, world: Home) -> None:
    from db.export_columns import COLUMNS

    for what in ("flagged", "sessions", "items", "documents", "alerts"):
        keys = list(load(tocsin, "export", what, "--format", "json")[0])
        assert list(COLUMNS[what]) == keys


def test_what_is_private_can_be_left_out(tocsin: Any, world: Home) -> None:
    for what in ("flagged", "sessions", "items", "documents"):
        rows = load(tocsin, "export", what, "--format", "json", "--public")
        assert {row["council_id"] for row in rows} == {"ville-exemple"}
    assert tocsin("export", "alerts", "--public").code == 2


def test_alerts_are_filtered_by_what_they_are_about(tocsin: Any, world: Home) -> None:
    def councils(*filters: str) -> set[str]:
        return {row["council_id"] for row in load(tocsin, "export", "alerts", "--format", "json", *filters)}

    assert councils() == {"ville-exemple", "lac-exemple"}
    assert councils("--topic", "drones") == {"lac-exemple"}
    assert councils("--department", "69") == {"ville-exemple"}
    assert councils("--kind", "found", "--until", "2026-04-01") == {"ville-exemple"}
    assert councils("--kind", "heartbeat") == set()
    assert tocsin("export", "alerts", "--kind", "commune").code == 2


def test_tables_fit_and_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"a": "x\x1b[31m\u202e" + "long words " * 60, "b": None}, {"a": "y" * 300, "b": ""}]
    print_table(rows, [Column("a", "a", 40), Column("b", "b", 40)])
    print_json([{"a": "\x9b31m\u202e ici\u00a0: été"}])
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert not any(ch in text for ch in "\x1b\x9b\u202e")
    assert json.loads(text[text.index("[\n") :]) == [{"a": "\x9b31m\u202e ici\u00a0: été"}]
    assert "b" not in text.splitlines()[0]


def test_a_time_is_shown_only_where_it_is_stated() -> None:
    assert when({"starts_at": "2026-03-26T18:30:00+01:00", "session_date": "2026-03-26"}) == "2026-03-26 18:30"
    assert when({"starts_at": None, "session_date": "2026-03-26"}) == "2026-03-26"
    assert when({"starts_at": None, "session_date": None}) == "date unknown"
    assert wrapped("a\nb\x1bc", "  ") == "  a b c"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tocsin: Any, command: str) -> None:
    result = tocsin(command, "--help")
    assert result.code == 0
    assert result.out.startswith("Usage: tocsin")
