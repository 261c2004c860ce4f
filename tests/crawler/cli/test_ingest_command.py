"""``tocsin ingest``: its summary and exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.home import Home


def test_summary_by_kind_and_state(tocsin: Any, world: Home, tmp_path: Path) -> None:
    result = tocsin("ingest", "ville-exemple.html", "--council", "ville-exemple", "--public")
    assert result.code == 0
    assert "1 document (public): 1 same" in result.out
    assert "agenda" in result.out
    assert "[1/1] read" in result.err
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    result = tocsin("ingest", "broken.pdf", "old.doc", "--council", "ville-exemple")
    assert result.code == 1
    assert "failed or unreadable: 1\n  file:broken.pdf: " in result.out
    assert "not opened: 1\n  file:old.doc: " in result.out
    assert tocsin("ingest", "old.doc", "--council", "ville-exemple").code == 0


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
