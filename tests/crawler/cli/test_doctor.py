"""``tocsin doctor``: each thing that can be wrong is named, with the command that puts it right."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from alerts.watch_lock import only_watch
from crawler.cli import check_home, check_machine
from db.home import Home
from db.store.archive import Store
from pipelines.text.ocr.engine import availability

NOW = ("--now", "2026-03-02T10:00")


def checks(result: Any) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(result.out)["checks"]}


@pytest.fixture
def look(tocsin: Any) -> Any:
    return lambda: checks(tocsin("doctor", "--json", *NOW))


@pytest.mark.ocr
def test_all_is_well(tocsin: Any, world: Home, look: Any) -> None:
    if not availability().osd:
        pytest.skip("needs Tesseract's data: apt install tesseract-ocr-fra tesseract-ocr-osd")
    found = look()
    assert {name: check["state"] for name, check in found.items() if check["state"] != "ok"} == {
        "mail": "warning",
        "watch": "warning",
    }
    assert "tesseract" in found["ocr"]["found"]
    result = tocsin("doctor", *NOW)
    assert (result.code, result.out.splitlines()[-1]) == (0, "2 warnings")
    assert all(len(line) < 100 for line in result.out.splitlines() if not line.lstrip().startswith("→"))
    assert any(line.startswith("ok        sqlite        SQLite 3") for line in result.out.splitlines())


def test_without_a_home_it_says_so_and_looks_at_the_machine(tocsin: Any, home: Home, look: Any) -> None:
    found = look()
    assert found["home"]["state"] == "warning"
    assert found["home"]["remedy"] == f"tocsin init --home {home.root}"
    assert {"python", "sqlite", "time", "ocr", "disk"} < set(found)
    assert "archive.db" not in found
    assert list(home.root.iterdir()) == []


def test_missing_french_data_names_the_packages(
    tocsin: Any, made: Home, look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert look()["ocr"] | {"found": ""} == {
        "name": "ocr", "state": "problem", "found": "",
        "remedy": "apt install tesseract-ocr-fra tesseract-ocr-osd",
    }  # fmt: skip
    assert tocsin("doctor").code == 1


@pytest.mark.ocr
@pytest.mark.parametrize("kept", [0, 0.5])
def test_damaged_french_data_are_a_problem(
    made: Home, look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: float
) -> None:
    good = availability().data
    if good is None:
        pytest.skip("needs Tesseract's data: apt install tesseract-ocr-fra")
    data = (good / "fra.traineddata").read_bytes()
    (tmp_path / "fra.traineddata").write_bytes(data[: int(kept * len(data))])
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    found = look()["ocr"]
    assert found["state"] == "problem"
    assert str(tmp_path) in found["found"]
    assert "tesseract-ocr-fra" in found["remedy"]


def test_files_that_others_can_read(made: Home, look: Any) -> None:
    made.desk.chmod(0o644)
    made.ocr_cache.mkdir(parents=True, mode=0o755)
    made.ocr_cache.chmod(0o755)
    found = look()["modes"]
    assert found["state"] == "problem"
    assert found["found"].startswith("desk.db, cache/ocr can be read by other users")
    assert found["remedy"] == f"chmod go= {made.desk} {made.ocr_cache}"


def test_a_mistake_in_the_configuration(made: Home, look: Any) -> None:
    made.config.write_text("[watch]\ncrawl_every = 'tomorrow'\n")
    found = look()
    assert found["configuration"]["state"] == "problem"
    assert "crawl_every" in found["configuration"]["found"]
    assert found["archive.db"]["state"] == "ok", "the rest is looked at all the same"


def test_a_missing_contact_and_a_mail_server(made: Home, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made.config.write_text(
        '[alerts]\nsmtp = "smtp://moi@mail.example:587"\n[[council]]\nid = "x"\nname = "X"\n'
        'website = "https://x.example/"\n'
    )
    monkeypatch.delenv("TOCSIN_SMTP_PASSWORD", raising=False)
    found = look()
    assert found["contact"]["state"] == "problem"
    assert "[operator]" in found["contact"]["remedy"]
    assert found["mail"]["state"] == "warning"
    monkeypatch.setenv("TOCSIN_SMTP_PASSWORD", "x")
    assert look()["mail"]["state"] == "ok"


def test_a_webhook_needs_a_secret(made: Home, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "webhooks" not in look()
    made.config.write_text('[[subscription]]\nname = "x"\nto = ["webhook+https://hooks.example.org/x"]\n')
    monkeypatch.delenv("TOCSIN_WEBHOOK_SECRET", raising=False)
    found = look()["webhooks"]
    assert (found["state"], found["found"][:30]) == ("problem", "$TOCSIN_WEBHOOK_SECRET is not ")
    assert found["remedy"].startswith("make one with: ")
    monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", "whsec_" + "QUJD" * 8)
    assert look()["webhooks"]["state"] == "ok"


def test_subscriptions_made_by_command_are_asked_what_they_need(tocsin: Any, made: Home, look: Any) -> None:
    assert look()["mail"]["state"] == "ok"
    to = ("--to", "mailto:marie@example.org", "--to", "webhook+https://hooks.example.org/x")
    assert tocsin("subscribe", "marie", *to, *NOW).code == 0
    found = look()
    assert (found["mail"]["state"], found["webhooks"]["state"]) == ("warning", "problem")
    assert "marie@" not in json.dumps(found)


def test_a_damaged_database(world: Home, look: Any) -> None:
    for path in world.root.glob("archive.db-*"):
        path.unlink()
    size = world.archive.stat().st_size
    with world.archive.open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"\xff" * (size // 4))
    found = look()
    assert found["archive.db"]["state"] == "problem"
    assert "files" not in found
    world.desk.write_bytes(b"not a database at all, but long enough to be looked at" * 50)
    assert look()["desk.db"]["state"] == "problem"


def test_a_newer_database(made: Home, look: Any) -> None:
    with sqlite3.connect(made.archive) as db:
        db.execute("PRAGMA user_version = 99")
    assert look()["archive.db"]["remedy"] == "install the newer Tocsin"


def test_missing_files(world: Home, look: Any) -> None:
    with Store(world) as store:
        (row,) = store.rows("SELECT sha256 FROM files")
        store.files.path(row["sha256"]).unlink()
    assert look()["files"]["found"].startswith("1 of the last 2 files are missing")


def test_a_clock_that_is_behind(tocsin: Any, world: Home) -> None:
    assert checks(tocsin("doctor", "--json", "--now", "2026-02-01T10:00"))["clock"]["state"] == "problem"
    assert checks(tocsin("doctor", "--json", "--now", "1970-01-01T00:01"))["time"]["state"] == "problem"


def test_a_full_disk(made: Home, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((10_000_000, "problem"), (2_000_000_000, "warning"), (50_000_000_000, "ok")):
        usage = type("usage", (), {"free": free})
        monkeypatch.setattr(check_machine.shutil, "disk_usage", lambda path, usage=usage: usage)
        assert look()["disk"]["state"] == state


def test_a_home_that_cannot_be_written_to(made: Home, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.touch

    def refuse(path: Path, **more: Any) -> None:
        if path.name.startswith(".doctor"):
            raise PermissionError(13, "Permission denied")
        original(path, **more)

    monkeypatch.setattr(check_home.Path, "touch", refuse)
    found = look()["home"]
    assert (found["state"], found["remedy"]) == (
        "problem",
        f"as root: chown -R {os.geteuid()} {made.root}, and run every command as that user",
    )


def test_the_daemon_is_seen(world: Home, look: Any, now: Any) -> None:
    assert look()["watch"]["remedy"] == f"tocsin watch --home {world.root}"
    with only_watch(world, now):
        assert look()["watch"]["state"] == "ok"
