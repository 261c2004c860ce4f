"""``tocsin demo`` from end to end, three times: a new world, the same world again, a world that has changed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.demo import home as demo_home
from crawler.demo.world import Sitting, World
from db.home import Home
from spiders.registry import plain

pytestmark = pytest.mark.xdist_group("demo")  # three runs that follow each other, made once
ROOT = Path(__file__).resolve().parents[2]
MORNING, NOON, EVENING = "2026-03-02T09:00", "2026-03-02T12:00", "2026-03-02T18:00"
SUBJECTS = ("vidéoprotection", "plaques", "Halcyon", "drone", "reconnaissance faciale", "supervision", "hypervision")


@dataclass(frozen=True)
class Run:
    """One run of the demo, and what was there after it."""

    code: int
    output: str
    messages: dict[str, bytes]
    crawls: list[dict[str, Any]]
    flagged: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def home(folder: Path) -> Home:
    return Home(folder / "tocsin-demo")


def tocsin(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "crawler", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def rows(folder: Path, *words: str, now: str = EVENING) -> Any:
    done = tocsin(folder, "--now", now, "--home", "tocsin-demo", *words)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def play(folder: Path, home: Home, now: str, *words: str) -> Run:
    done = tocsin(folder, "--now", now, "demo", *words)
    assert home.archive.exists(), done.stdout + done.stderr
    return Run(
        code=done.returncode,
        output=done.stdout + done.stderr,
        messages={path.name: path.read_bytes() for path in home.outbox.glob("*.eml")},
        crawls=[source["last_crawl"] for source in rows(folder, "status", "--json")["sources"]],
        flagged=rows(folder, "export", "flagged", "--format", "json"),
        alerts=rows(folder, "export", "alerts", "--format", "json"),
    )


@pytest.fixture(scope="module")
def first(folder: Path, home: Home) -> Run:
    return play(folder, home, MORNING, "--port", "0")


@pytest.fixture(scope="module")
def again(folder: Path, home: Home, first: Run) -> Run:
    return play(folder, home, NOON)


@pytest.fixture(scope="module")
def changed(folder: Path, home: Home, again: Run) -> Run:
    return play(folder, home, EVENING, "--tomorrow")


@pytest.fixture(scope="module")
def truth(home: Home, first: Run) -> dict[str, Sitting]:
    """The next sitting of each council."""
    state = demo_home.load(home)
    assert state is not None
    world = World.make(state.began, state.began)
    return {town.id: next(s for s in world.sittings[town.id] if s.index == 0) for town in world.towns}


def test_the_demo_ends_well_and_shows_the_votes_ahead(first: Run) -> None:
    assert first.code == 0, first.output
    for words in ("Votes ahead", "Alerts", "What to type next", "Port-Maurelle", "tocsin.atom", "tocsin.ics", ".eml"):
        assert words in first.output
    assert max(map(len, first.output.splitlines())) <= 132


def test_every_sitting_ahead_is_known_with_its_hour(folder: Path, truth: dict[str, Sitting]) -> None:
    ahead = {(row["council_id"], row["session_date"]): row for row in rows(folder, "upcoming", "--json", now=MORNING)}
    for council, sitting in truth.items():
        row = ahead[council, sitting.day.isoformat()]
        assert row["starts_at"][11:16] == f"{sitting.hour:%H:%M}"
        assert row["body"] == sitting.town.body


def test_every_subject_ahead_is_flagged_and_the_near_miss_is_not(first: Run, truth: dict[str, Sitting]) -> None:
    told = {(row["council_id"], plain(row["item_title"] or "")) for row in first.flagged}
    for council, sitting in truth.items():
        for point in sitting.points:
            wanted = any(word in point.title for word in SUBJECTS)
            assert ((council, plain(point.title)) in told) == wanted, point.title


def test_each_council_with_a_subject_ahead_has_a_message(first: Run, truth: dict[str, Sitting]) -> None:
    ahead = {row["council_id"] for row in first.flagged if row["session_date"] >= MORNING[:10]}
    assert ahead == truth.keys() - {"saint-aubrin-les-etangs"}
    assert {row["council_id"] for row in first.alerts if row["state"] == "sent"} == ahead
    assert len(first.messages) == len(ahead)


def test_a_second_run_finds_nothing_new(first: Run, again: Run) -> None:
    assert again.code == 0, again.output
    assert again.messages == first.messages
    assert again.flagged == first.flagged
    assert sum(crawl["versions_new"] + crawl["documents_new"] for crawl in again.crawls) == 0
    assert sum(c["bytes"] for c in again.crawls) < 0.05 * sum(c["bytes"] for c in first.crawls)
    assert "nothing new to say" in again.output


def test_what_changed_is_told_once(again: Run, changed: Run) -> None:
    assert changed.code == 0, changed.output
    new = [row for row in changed.alerts if row["alert_id"] not in {old["alert_id"] for old in again.alerts}]
    told = [(row["council_id"], row["kind"]) for row in new if row["state"] == "sent"]
    assert ("castelvieux-sur-orvence", "found") in told
    for council in ("port-maurelle", "villebrume", "cc-pays-de-lissieres"):
        assert told.count((council, "changed")) >= 1
    assert set(again.messages.items()) <= set(changed.messages.items())


def test_what_to_type_next_can_be_typed(folder: Path, first: Run) -> None:
    lines = first.output.partition("What to type next")[2].splitlines()
    commands = [line.strip().partition("   ")[0] for line in lines if " -m crawler --home " in line]
    assert len(commands) >= 6
    for command in commands:
        words = shlex.split(command)[3:]
        done = tocsin(folder, "--now", EVENING, *words)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout.strip(), command


def test_a_stranger_s_home_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text("", "utf-8")
    done = tocsin(folder, "demo", "--home", str(tmp_path))
    assert done.returncode == 2
    assert "not a home that the demo made" in done.stderr
    assert done.stderr.count("\n") == 1


def test_tomorrow_needs_a_today(folder: Path, tmp_path: Path) -> None:
    done = tocsin(folder, "demo", "--home", str(tmp_path / "new"), "--tomorrow")
    assert done.returncode == 2
    assert not (tmp_path / "new").exists()
