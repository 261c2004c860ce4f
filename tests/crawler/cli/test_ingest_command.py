"""``tocsin ingest``: its summary and exit codes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from crawler.ingest import Step
from db.home import Home


def test_summary_by_kind_and_state(tocsin: Any, world: Home, tmp_path: Path) -> None:
    result = tocsin("ingest", "ville-exemple.html", "--council", "ville-exemple", "--public")
    assert result.code == 0
    assert "1 document (public): 1 same" in result.out
    assert "agenda" in result.out
    assert "[1/1] read" in result.err
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (tmp_path / "dossier.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + b"\0" * 60)
    result = tocsin("ingest", "broken.pdf", "dossier.7z", "--council", "ville-exemple")
    assert result.code == 1
    assert "failed or unreadable: 1\n  file:broken.pdf: " in result.out
    assert "not opened: 1\n  file:dossier.7z: a 7-Zip archive" in result.out
    assert tocsin("ingest", "dossier.7z", "--council", "ville-exemple").code == 0


def test_what_an_archive_left_out_is_told(tocsin: Any, world: Home, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "dossier.zip", "w") as archive:
        archive.writestr("note.txt", "Travaux de voirie rue Pasteur. " * 20)
        archive.writestr("../note.txt", "x")
    result = tocsin("ingest", "dossier.zip", "--council", "ville-exemple")
    assert result.code == 0
    assert "[1/1] read        other        file:dossier.zip#note.txt" in result.err
    assert "archives of which something was left out: 1\n  file:dossier.zip: left out: ../note.txt: " in result.out
    exported = json.loads(tocsin("export", "documents", "--format", "json").out)
    assert {row["url"]: row["parent"] for row in exported if "dossier" in row["url"]} == {
        "file:dossier.zip": None, "file:dossier.zip#note.txt": "file:dossier.zip",
    }  # fmt: skip
    (container,) = [row["document_id"] for row in exported if row["state"] == "container"]
    assert "file:dossier.zip#note.txt" in tocsin("show", container).out
    assert "container: 1" in tocsin("status").out


def test_an_interruption_says_how_to_go_on(tocsin: Any, world: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> None:
        progress = arguments[-1]
        progress(0, 7, None)
        progress(2, 7, Step("file:a.txt", "read"))
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.ingest.ingest", interrupted)
    result = tocsin("ingest", "ville-exemple.html", "--council", "ville-exemple")
    assert (result.code, result.out) == (130, "")
    assert (
        result.err.splitlines()[-1] == "interrupted: 2 of 7 files taken in; the same command continues where it stopped"
    )


def test_wrong_usage_is_one_line(tocsin: Any, made: Home, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    for arguments in (["absent.pdf", "--council", "commune-29003"], ["a.txt", "--council", "nowhere"]):
        result = tocsin("ingest", *arguments)
        assert (result.code, result.out) == (2, "")
        assert len(result.err.splitlines()) == 1
    assert tocsin("ingest", "a.txt").code == 2
    assert tocsin("ingest", "a.txt", "--council", "Audierne").err.rstrip().endswith("did you mean commune-29003?")


def test_without_a_home_it_names_init(tocsin: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    result = tocsin("ingest", "a.txt", "--council", "commune-29003")
    assert result.code == 2
    assert "tocsin init" in result.err


def test_an_empty_folder(tocsin: Any, made: Home, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    result = tocsin("ingest", "nothing", "--council", "commune-29003")
    assert result.code == 0
    assert "0 documents" in result.out
