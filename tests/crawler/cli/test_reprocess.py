"""``tocsin reprocess`` from the outside: scans wait without OCR, say so, and are read when it appears."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from db.home import Home
from db.store.archive import Store
from pipelines.text.ocr.engine import availability

LINES = (
    "VILLE EXEMPLE", "CONSEIL MUNICIPAL", "Séance du jeudi 26 mars 2026 à 18 h 30", "", "ORDRE DU JOUR", "",
    "1. Désignation du secrétaire de séance", "2. Installation de caméras de vidéoprotection place du Marché",
    "3. Réfection de la toiture de l'école et du préau de la cour",
    "4. Convention avec l'association sportive pour le prêt du gymnase", "",
    "Le maire convoque les membres du conseil municipal à la mairie.",
)  # fmt: skip
NOW = ("--now", "2026-03-02T10:00")
Uninstall = Callable[[], None]


@pytest.fixture
def uninstall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Uninstall:
    """As on a machine where Tesseract's French data was never installed."""

    def call() -> None:
        empty = tmp_path / "no data"
        empty.mkdir(exist_ok=True)
        monkeypatch.setenv("TESSDATA_PREFIX", str(empty))

    return call


@pytest.fixture
def scan(tmp_path: Path, scan_of: Callable[..., bytes]) -> Path:
    """An agenda whose only page is an image."""
    path = tmp_path / "convocation.pdf"
    path.write_bytes(scan_of(LINES))
    return path


def test_scans_wait_and_everybody_says_what_to_do(tocsin: Any, world: Home, scan: Path, uninstall: Uninstall) -> None:
    uninstall()
    assert tocsin("ingest", scan.name, "--council", "ville-exemple", "--public", *NOW).code == 0
    documents = json.loads(tocsin("export", "documents", "--format", "json").out)
    assert [row["state"] for row in documents if row["url"].endswith(".pdf")] == ["needs-ocr"]
    command = "apt install tesseract-ocr-fra tesseract-ocr-osd; then tocsin reprocess --waiting"
    status = tocsin("status", *NOW)
    assert f"scans: 1 document waiting for OCR: {command} --home {world.root}" in status.out
    assert json.loads(tocsin("status", "--json", *NOW).out)["waiting"]["recognition"] == 1
    doctor = tocsin("doctor", *NOW)
    assert doctor.code == 1
    assert "apt install tesseract-ocr-fra tesseract-ocr-osd" in doctor.out
    assert "1 document waiting for OCR" in doctor.out
    tried = tocsin("reprocess", "--waiting", *NOW)
    assert (tried.code, tried.out.splitlines()[0]) == (0, "nothing waits to be read again")
    assert tried.err.startswith("OCR is not installed, so no scan can be read: apt install tesseract-ocr-fra")


@pytest.mark.ocr
def test_scans_are_read_when_tesseract_appears(
    tocsin: Any, world: Home, scan: Path, uninstall: Uninstall, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not availability().ready:
        pytest.skip("needs Tesseract's French data: apt install tesseract-ocr-fra")
    uninstall()
    tocsin("ingest", scan.name, "--council", "lac-exemple", *NOW)
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    assert "1 document waiting for OCR: tocsin reprocess --waiting" in tocsin("status", *NOW).out
    result = tocsin("reprocess", "--waiting", *NOW)
    assert result.code == 0, result.err
    assert "[1/1] needs-ocr > read" in result.err
    assert "1 document read again, 1 with a new reading" in result.out
    found = json.loads(tocsin("flagged", "--json").out)
    (flag,) = [row for row in found if row["document_url"].endswith("convocation.pdf")]
    assert (flag["session_date"], flag["item_number"]) == ("2026-03-26", "2")
    assert "vidéoprotection" in flag["excerpt"]
    with Store(world, private=True) as store:
        (page,) = store.rows("SELECT method, confidence, legible FROM pages WHERE method = 'ocr'")
    assert page["confidence"] > 0.5 and page["legible"] > 0.5
    kept = [path for path in world.ocr_cache.rglob("*") if path.is_file()]
    assert len(kept) == 1
    for path in (world.ocr_cache, *kept):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    assert "nothing waits to be read again" in tocsin("reprocess", *NOW).out
    assert "waiting for OCR" not in tocsin("status", *NOW).out


def test_what_older_code_read_is_read_again_once(tocsin: Any, world: Home) -> None:
    with Store(world) as store, store.write() as db:
        db.conn.execute("UPDATE readings SET reader_version = '0'")
    assert "1 document read by older code: tocsin reprocess" in tocsin("status", *NOW).out
    assert "1 document read by older code" in tocsin("doctor", *NOW).out
    elsewhere = tocsin("reprocess", "--council", "lac-exemple", *NOW)
    assert elsewhere.out.splitlines()[0] == "nothing waits to be read again"
    result = tocsin("reprocess", "--council", "ville-exemple", *NOW)
    assert result.code == 0
    assert result.out.splitlines() == [
        "1 document read again, 1 with a new reading",
        "  read      > read           1",
        "",
        "0 new alerts planned",
    ]
    assert tocsin("reprocess", *NOW).out.splitlines()[0] == "nothing waits to be read again"
    everything = tocsin("reprocess", "--all", *NOW)
    assert "2 documents read again, 0 with a new reading" in everything.out


def test_a_document_that_cannot_be_read_makes_it_fail(tocsin: Any, world: Home) -> None:
    with Store(world) as store:
        (row,) = store.rows("SELECT sha256 FROM versions")
        store.files.path(row["sha256"]).unlink()
    result = tocsin("reprocess", "--all", *NOW)
    assert result.code == 1
    assert "failed (the reading before stays): 1\n  file:ville-exemple.html: " in result.out
    assert "the archived file is missing" in result.out


def test_wrong_usage_is_one_line(tocsin: Any, made: Home) -> None:
    for arguments in (["--waiting", "--all"], ["--council", "nowhere"]):
        result = tocsin("reprocess", *arguments)
        assert (result.code, result.out) == (2, "")
        assert len(result.err.splitlines()) == 1


def test_a_second_one_says_that_another_is_at_it(tocsin: Any, made: Home) -> None:
    with FileLock(made.root / "reread.lock"):
        result = tocsin("reprocess")
    assert (result.code, result.out) == (1, "")
    assert "another process is reading" in result.err


def test_flags_alone(tocsin: Any, world: Home, scan: Path) -> None:
    refused = tocsin("reprocess", "--stage", "flags", "--waiting", *NOW)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--waiting is of --stage read" in refused.err
    agenda = scan.with_name("odj.txt")
    agenda.write_text("\n".join(LINES))
    assert tocsin("ingest", agenda.name, "--council", "ville-exemple", "--public", *NOW).code == 0
    done = tocsin("reprocess", "--stage", "flags", *NOW)
    assert done.code == 0
    assert "0 document versions looked at, 0 differ" in done.out
    everything = tocsin("reprocess", "--stage", "flags", "--all", *NOW)
    assert everything.code == 0
    assert "3 document versions looked at, 0 differ" in everything.out
    assert "[3/3] flagged again" in everything.err
    assert "0 new alerts planned" in everything.out
