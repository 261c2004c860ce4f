"""A real agenda, handed over with its scanned convocation, rings the bell five days ahead."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AGENDA = "pdf-text/audierne/02_20250917_cm_odj.pdf"
CONVOCATION = "pdf-scan/audierne/01_20250917_cm_convocation.pdf"
SUBSCRIPTION = '\n[[subscription]]\nname = "tout"\nto = ["mailto:veille@example.org"]\n'
COUNCIL = ("--council", "commune-29003", "--now", "2025-09-12T09:00")


@dataclass(frozen=True)
class Shell:
    """Commands as the user types them, each in a process of its own."""

    home: Path
    folder: Path
    environment: tuple[tuple[str, str], ...] = ()
    seconds: float = 300

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "crawler", "--home", str(self.home), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict(self.environment)}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=self.seconds,
            check=False,
        )

    def without_ocr(self) -> Shell:
        """On a machine without Tesseract's French data."""
        return replace(self, environment=(("TESSDATA_PREFIX", str(self.home)),))

    def rows(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def shell(tmp_path: Path, shared: Path) -> Shell:
    shell = Shell(tmp_path / "home", shared / "corpus")
    assert shell.run("init").returncode == 0
    with (shell.home / "tocsin.toml").open("a", encoding="utf-8") as stream:
        stream.write(SUBSCRIPTION)
    return shell


def test_the_agenda_of_17_september_2025(shell: Shell) -> None:
    shell = shell.without_ocr()
    done = shell.run("ingest", AGENDA, CONVOCATION, *COUNCIL)
    assert done.returncode == 0, done.stderr
    assert "waiting for OCR (scans: their text is not read yet): 1" in done.stdout

    (session,) = shell.rows("export", "sessions", "--format", "json")
    assert (session["session_date"], session["body"]) == ("2025-09-17", "conseil municipal")
    assert session["starts_at"] is None  # the time stands in the scan alone

    (flag,) = shell.rows("flagged", "--json")
    assert (flag["item_number"], flag["topics"]) == ("27", ["video-surveillance"])
    assert flag["session_id"] == session["session_id"]

    alerts = shell.rows("export", "alerts", "--format", "json")
    (found,) = [alert for alert in alerts if alert["kind"] == "found"]
    assert (found["state"], found["session_date"]) == ("planned", "2025-09-17")
    assert found["due_at"] <= "2025-09-12T07:00:00+00:00"

    documents = {Path(row["url"]).name: row for row in shell.rows("export", "documents", "--format", "json")}
    assert documents[Path(CONVOCATION).name]["state"] == "needs-ocr"
    (ahead,) = shell.rows("upcoming", "--json", *COUNCIL)
    assert ahead["flagged_items"] == 1

    again = shell.run("ingest", AGENDA, CONVOCATION, *COUNCIL)
    assert "2 same" in again.stdout
    assert shell.rows("export", "alerts", "--format", "json") == alerts


@pytest.mark.ocr
def test_its_scanned_convocation_gives_the_hour(shell: Shell) -> None:
    shell.without_ocr().run("ingest", AGENDA, CONVOCATION, *COUNCIL)
    alerts = shell.rows("export", "alerts", "--format", "json")
    done = shell.run("ingest", AGENDA, CONVOCATION, *COUNCIL)
    assert done.returncode == 0, done.stderr

    (session,) = shell.rows("export", "sessions", "--format", "json")
    assert (session["session_date"], session["starts_at"]) == ("2025-09-17", "2025-09-17T18:30:00+02:00")
    assert len(session["documents"]) == 2 and len(session["items"]) == 29
    after = shell.rows("export", "alerts", "--format", "json")
    assert [alert["kind"] for alert in after] == [alert["kind"] for alert in alerts]  # read later is not changed


def test_everything_of_the_corpus_is_taken_in(shell: Shell, full: bool) -> None:
    """With ``--full`` the scans are recognised too, some 400 pages."""
    shell = replace(shell, seconds=3600) if full else shell.without_ocr()
    files = [
        path
        for path in shell.folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(shell.folder).parts)
    ]
    done = shell.run("ingest", ".", *COUNCIL)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    rows = shell.rows("export", "documents", "--format", "json")
    assert len(rows) >= len(files)
    states = Counter(row["state"] for row in rows)
    assert states["read"] > len(files) / 2
    if not full:
        assert f"waiting for OCR (scans: their text is not read yet): {states['needs-ocr']}" in done.stdout
    assert all(row["reason"] for row in rows if row["state"] not in ("read", "partial"))
    for name in ("archive.db", "private.db", "desk.db"):
        with closing(sqlite3.connect(shell.home / name)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
