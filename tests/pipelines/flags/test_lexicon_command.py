"""``tocsin lexicon``; none of it needs a home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli import lexicon as command
from crawler.cli.main import run
from pipelines.lexicons import shipped


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_HOME", raising=False)


def test_check_passes_and_says_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lexicon", "check"]) == 0
    assert "11 topics" in capsys.readouterr().out


def test_check_fails_on_an_example(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    files = shipped()
    text = files["drones.toml"].decode().replace("positive = [", 'positive = [\n  "Budget annexe de l\'eau",', 1)
    monkeypatch.setattr(command, "shipped", lambda: {**files, "drones.toml": text.encode()})
    assert run(["lexicon", "check", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["file"] == "drones.toml"
    assert "Budget annexe" in problem["problem"]


def test_check_fails_on_a_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "shipped", lambda: {**shipped(), "drones.toml": b"id = 3"})
    assert run(["lexicon", "check"]) == 1
    assert "drones.toml" in capsys.readouterr().out


def test_try_explains_matches_and_exclusions(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Caméras-piétons de la police ; passage caméra dans le réseau"
    assert run(["lexicon", "try", text, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["topic"] for row in rows if row["score"] >= 0.5} == {"body-cameras"}
    assert any("excluded by pipes" in row["why"] and row["score"] == 0 for row in rows)
    assert all(text[row["start"] : row["end"]] == row["words"] for row in rows)


def test_try_says_when_nothing_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lexicon", "try", "Budget annexe de l'eau"]) == 0
    out = capsys.readouterr().out
    assert "no term" in out
    assert "not flagged" in out


def test_score_counts_by_topic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"text": "Vidéoprotection", "topics": ["video-surveillance"]},
        {"text": "Réfection du toit", "topics": ["video-surveillance"]},
        {"text": "Drone de la police", "topics": []},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    assert run(["lexicon", "score", str(file), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["texts"], report["about_nothing"], report["false_flags"]) == (3, 1, 1)
    scores = {row["topic"]: row for row in report["scores"]}
    assert (scores["video-surveillance"]["precision"], scores["video-surveillance"]["recall"]) == (1.0, 0.5)
    assert scores["drones"] | {"f1": 0.0} == scores["drones"]
    assert (scores["all topics"]["right"], scores["all topics"]["false"], scores["all topics"]["missed"]) == (1, 1, 1)


def test_score_names_the_line_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"text": "a", "topics": []}\n{"text": "b", "topics": ["cctv"]}\n', encoding="utf-8")
    assert run(["lexicon", "score", str(file)]) == 2
    assert "line 2: unknown topic 'cctv'" in capsys.readouterr().err
