"""``tocsin letter``: what a user types, what is written, and what is refused in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from crawler.cli.main import run
from db.home import Home

BEFORE = "2026-03-02T09:00+00:00"
AFTER = "2026-04-02T09:00+00:00"
Letter = Callable[..., tuple[int, str, str]]


@pytest.fixture
def letter(home: Home, archive: Any, capsys: pytest.CaptureFixture[str]) -> Letter:
    """The command in a home with one flagged item, of a session on 12 March 2026."""
    home.config.write_text("", encoding="utf-8")
    archive.put({})

    def command(*arguments: str, now: str = BEFORE) -> tuple[int, str, str]:
        code = run(["--home", str(home.root), "--now", now, "letter", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_a_letter_on_the_terminal(letter: Letter) -> None:
    code, out, err = letter("documents", "f-s-1-1")
    assert code == 0
    assert "À l’attention du maire" in out
    assert "Extension de la vidéoprotection" in out
    assert "12 mars 2026" in out
    assert "[Prénom Nom]" in out
    assert "no legal advice" in err
    assert all(len(line) <= 78 for line in out.splitlines())


@pytest.mark.parametrize(("now", "words"), [(BEFORE, "à titre gracieux"), (AFTER, "Sur le fondement")])
def test_both_forms_say_the_same(letter: Letter, tmp_path: Path, now: str, words: str) -> None:
    for name in ("lettre.txt", "lettre.docx"):
        assert letter("documents", "f-s-1-1", "--language", "fr", "--out", str(tmp_path / name), now=now)[0] == 0
    text = " ".join((tmp_path / "lettre.txt").read_text("utf-8").split())
    paragraphs = [each.text for each in Document(str(tmp_path / "lettre.docx")).paragraphs if each.text]
    assert words in text
    for paragraph in paragraphs:
        assert " ".join(paragraph.split()) in text
    assert len(" ".join(" ".join(paragraphs).split())) >= len(text) - 20  # the dashes of the list


@pytest.mark.parametrize(
    ("arguments", "now", "said"),
    [
        (("documents", "f-nobody"), BEFORE, "no flag has the id 'f-nobody'"),
        (("documents", "f-s-1-1", "--out", "lettre.pdf"), BEFORE, "must end in .docx or .txt"),
        (("postponement", "f-s-1-1"), AFTER, "nothing is ahead (vote past)"),
        (("postponement", "f-s-1-1"), BEFORE, "no article that asks for an explanatory note"),
        (("documents", "f-s-1-1", "--out", "/nowhere/lettre.txt"), BEFORE, "cannot write"),
        (("documents", "f-s-1-1", "--language", "en"), BEFORE, "'en'"),
        (("complaint", "f-s-1-1"), BEFORE, "'complaint'"),
        (("documents",), BEFORE, "FLAG"),
    ],
)
def test_what_is_refused(letter: Letter, arguments: tuple[str, ...], now: str, said: str) -> None:
    code, out, err = letter(*arguments, now=now)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_no_letter_quotes_what_was_handed_over_in_private(letter: Letter, archive: Any) -> None:
    archive.put({"id": "s-2", "date": date(2026, 3, 20)}, private=True)
    code, out, err = letter("documents", "f-s-2-1")
    assert (code, out) == (2, "")
    assert "private" in err
    assert "/srv" not in err


def test_no_letter_about_a_session_that_was_called_off(letter: Letter, archive: Any) -> None:
    archive.put({"id": "s-3", "date": date(2026, 3, 20), "status": "cancelled"})
    code, _, err = letter("documents", "f-s-3-1")
    assert code == 2
    assert "cancelled" in err
