"""``tocsin review``: what a verdict does to listings, alerts, feeds, the public archive and the lexicon's score."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from db.home import Home
from db.queries import Reader

NOW = ("--now", "2026-03-02T11:00")


def load(tocsin: Any, *arguments: str) -> Any:
    result = tocsin(*arguments)
    assert result.code == 0, result.err
    return json.loads(result.out)


def flags(tocsin: Any, *arguments: str) -> list[str]:
    return [row["flag_id"] for row in load(tocsin, "export", "flagged", "--format", "json", *arguments)]


def states(tocsin: Any) -> dict[str, set[str]]:
    """The states of alerts by council."""
    found: dict[str, set[str]] = {}
    for row in load(tocsin, "export", "alerts", "--format", "json"):
        found.setdefault(row["council_id"], set()).add(row["state"])
    return found


def public(home: Home, sql: str) -> list[Any]:
    with closing(sqlite3.connect(home.archive)) as db:
        return db.execute(sql).fetchall()


def test_a_dismissed_flag_is_gone_everywhere_and_comes_back(tocsin: Any, world: Home) -> None:
    town, lake = flags(tocsin)
    assert states(tocsin) == {"ville-exemple": {"planned"}, "lac-exemple": {"planned"}}
    result = tocsin("review", "dismiss", town, "--note", "des caméras de théâtre", *NOW)
    assert (result.code, "1 flag dismissed" in result.out, "dropped" in result.out) == (0, True, True)
    assert flags(tocsin) == [lake]
    assert [row["flag_id"] for row in load(tocsin, "flagged", "--json")] == [lake]
    assert states(tocsin) == {"ville-exemple": {"dropped"}, "lac-exemple": {"planned"}}
    assert public(world, "SELECT flag_id FROM flagged") == []
    assert public(world, "SELECT flagged_items FROM upcoming") in ([(0,)], [])
    assert public(world, "SELECT flag_id, dismissed_at FROM dismissals") == [(town, "2026-03-02T10:00:00+00:00")]
    assert b"th\xc3\xa9\xc3\xa2tre" not in world.archive.read_bytes()
    result = tocsin("review", "undo", town, *NOW)
    assert "planned" in result.out
    assert flags(tocsin) == [town, lake]
    assert public(world, "SELECT flag_id FROM flagged") == [(town,)]
    assert states(tocsin) == {"ville-exemple": {"planned"}, "lac-exemple": {"planned"}}


def test_feeds_follow(tocsin: Any, world: Home) -> None:
    assert tocsin("alerts", "send", *NOW).code == 0
    feed = world.feeds / "tocsin.atom"
    assert "vidéoprotection" in feed.read_text("utf-8")
    assert tocsin("review", "dismiss", flags(tocsin)[0], *NOW).code == 0
    assert "vidéoprotection" not in feed.read_text("utf-8")


def test_the_same_verdict_again_changes_nothing(tocsin: Any, world: Home) -> None:
    town, lake = flags(tocsin)
    assert load(tocsin, "review", "confirm", town, lake, town, "--json", *NOW) == {
        "verdict": "confirmed", "flags": [town, lake], "alerts_dropped": 0, "alerts_planned": 0,
    }  # fmt: skip
    assert load(tocsin, "review", "confirm", town, "--json", *NOW)["flags"] == []
    assert load(tocsin, "review", "confirm", town, "--note", "vu", "--json", *NOW)["flags"] == [town]
    assert tocsin("review", "undo", lake, *NOW).out == "1 flag as if never reviewed\n"
    assert tocsin("review", "undo", lake, *NOW).out == "nothing to change\n"


def test_a_private_flag_leaves_no_trace_in_the_public_archive(tocsin: Any, world: Home) -> None:
    _, lake = flags(tocsin)
    assert tocsin("review", "dismiss", lake, *NOW).code == 0
    assert public(world, "SELECT * FROM dismissals") == []
    assert lake not in flags(tocsin)


def test_what_becomes_public_later_was_dismissed_already(tocsin: Any, world: Home) -> None:
    _, lake = flags(tocsin)
    assert tocsin("review", "dismiss", lake, *NOW).code == 0
    paper = world.root.parent / "lac-exemple.html"
    copy = world.root.parent / "ordre-du-jour.html"
    copy.write_bytes(paper.read_bytes())
    assert tocsin("ingest", str(copy), "--council", "lac-exemple", "--public", *NOW).code == 0
    assert public(world, "SELECT id FROM flags") != public(world, "SELECT flag_id FROM flagged")
    assert public(world, "SELECT flag_id FROM dismissals") == [(lake,)]


def test_a_list_shows_the_evidence(tocsin: Any, world: Home) -> None:
    town, lake = flags(tocsin)
    assert tocsin("review", "dismiss", lake, "--note", "un jouet", *NOW).code == 0
    rows = load(tocsin, "review", "list", "--json")
    assert [(row["flag_id"], row["verdict"], row["note"]) for row in rows] == [
        (town, None, None), (lake, "dismissed", "un jouet"),
    ]  # fmt: skip
    assert {"vidéoprotection"} <= {term["text"].lower() for term in rows[0]["terms"]}
    text = tocsin("review", "list").out
    assert "note: un jouet" in text
    assert max(map(len, text.splitlines())) <= 100
    for verdict, wanted in (("pending", [town]), ("dismissed", [lake]), ("confirmed", [])):
        assert [row["flag_id"] for row in load(tocsin, "review", "list", "--verdict", verdict, "--json")] == wanted
    assert [row["flag_id"] for row in load(tocsin, "review", "list", "--topic", "drones", "--json")] == [lake]
    assert "1 more" in tocsin("review", "list", "--limit", "1").err


@pytest.mark.parametrize(
    "arguments", [("dismiss",), ("dismiss", "f-nothing"), ("confirm", "ville-exemple"), ("undo", "f-1")]
)
def test_what_is_no_flag_is_wrong_usage_and_nothing_is_recorded(
    tocsin: Any, world: Home, arguments: tuple[str, ...]
) -> None:
    town, _ = flags(tocsin)
    result = tocsin("review", *arguments, *([town] if len(arguments) > 1 else []))
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert len(flags(tocsin)) == 2


def test_a_note_has_an_end(tocsin: Any, world: Home) -> None:
    assert tocsin("review", "dismiss", flags(tocsin)[0], "--note", "x" * 2_001).code == 2


def test_without_its_desk_an_archive_still_knows_what_was_dismissed(tocsin: Any, world: Home) -> None:
    town, lake = flags(tocsin)
    assert tocsin("review", "dismiss", town, *NOW).code == 0
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (world.root / name).unlink(missing_ok=True)
    with Reader(world) as reader:
        assert [row["flag_id"] for row in reader.flagged()] == [lake]


def test_reviews_are_evidence_on_the_lexicon(tocsin: Any, world: Home) -> None:
    town, lake = flags(tocsin)
    assert tocsin("lexicon", "score").code == 2
    assert load(tocsin, "lexicon", "score", "--reviews", "--json")["terms"] == []
    assert tocsin("review", "dismiss", town, *NOW).code == 0
    assert tocsin("review", "confirm", lake, *NOW).code == 0
    found = load(tocsin, "lexicon", "score", "--reviews", "--json")
    assert (found["reviews"], found["texts"], found["about_nothing"], found["false_flags"]) == (2, 2, 1, 1)
    terms = {(term["topic"], term["confirmed"], term["dismissed"], term["precision"]) for term in found["terms"]}
    assert ("video-surveillance", 0, 1, 0.0) in terms
    assert ("drones", 1, 0, 1.0) in terms
    assert found["terms"][0]["precision"] == 0.0
    assert found["terms"][0]["precision_interval"][0] == 0.0
    with (
        closing(sqlite3.connect(world.archive)) as db,
        db,
    ):  # a lexicon that finds other words later changes no evidence
        db.execute("UPDATE matches SET superseded_at = '2026-03-03T00:00:00+00:00'")
    assert load(tocsin, "lexicon", "score", "--reviews", "--json")["terms"] == found["terms"]
    assert "2 flags reviewed" in tocsin("lexicon", "score", "--reviews").out
