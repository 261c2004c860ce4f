"""What changed, in words: figures first, passages bounded and escaped, and where it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from alerts.views.changing import change_lines
from alerts.wording import words

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
PAPER = {"item_id": "i-1", "document_kind": "note", "document_url": "https://valmont.example/note.pdf"}


def said(*changes: Any, language: Any = "fr") -> list[str]:
    return [str(line).replace("\u00a0", " ") for line in change_lines(changes, words(language), PARIS)]


def replaced(make_change: Make, before: str | None, after: str | None, **values: Any) -> Any:
    return make_change("document-replaced", before=before, after=after, **(PAPER | values))


def test_figures_are_told_in_words_and_first(make_change: Make) -> None:
    other = replaced(make_change, "sans audio", "avec audio")
    cameras = replaced(make_change, "installer 12 caméras au port", "installer 40 nouvelles caméras au port")
    money = replaced(make_change, "un coût de 96 500 € HT", "un coût de 1 296 500 € HT")
    lines = said(other, cameras, money)
    assert lines[0].startswith("note de synthèse : de 12 à 40 caméras (« installer 12 caméras")
    assert lines[1].startswith("note de synthèse : de 96 500 € à 1 296 500 €")
    assert lines[2] == "note de synthèse, passage modifié : « sans audio » → « avec audio »"
    assert lines[3] == "lu dans : note de synthèse (https://valmont.example/note.pdf)"
    assert said(cameras, language="en")[0].startswith("explanatory note: from 12 to 40 cameras")


def test_three_passages_of_a_paper_and_how_many_more(make_change: Make) -> None:
    lines = said(*(replaced(make_change, f"un {n}", f"deux {n}") for n in "abcde"))
    assert len(lines) == 5
    assert lines[3] == "note de synthèse : 2 autres passages modifiés"


def test_what_came_in_and_what_left(make_change: Make) -> None:
    came, left = replaced(make_change, None, "un drone"), replaced(make_change, "un micro", None, item_id="i-2")
    new = make_change("document-added", before=None, after=None, **(PAPER | {"document_kind": "draft"}))
    assert said(came, left, new)[:3] == [
        "nouvelle pièce lue : projet de délibération (https://valmont.example/note.pdf)",
        "note de synthèse, passage ajouté : « un drone »",
        "note de synthèse, passage retiré : « un micro »",
    ]


def test_a_private_paper_has_no_address(make_change: Make) -> None:
    hidden = make_change("document-added", before=None, after=None, **(PAPER | {"document_url": None}))
    assert said(hidden) == ["nouvelle pièce lue : note de synthèse"]
    assert said(make_change("document-added", **(PAPER | {"document_url": "file:/srv/x.pdf"}))) == said(hidden)


def test_hostile_passages_stay_one_bounded_line(make_change: Make) -> None:
    (line, _) = said(replaced(make_change, "a\r\nBcc: x\u202e" + "A" * 9_000, "<script>\x00" + "é" * 9_000))
    assert len(line) < 700
    assert not {"\r", "\n", "\u202e", "\x00"} & set(line)


def test_when_and_where_come_first_and_a_number_after(make_change: Make) -> None:
    moved = make_change("moved", before="2026-03-10", after="2026-03-12")
    number = make_change("item-renumbered", before="6", after="7", item_id="i-1")
    assert said(number, make_change(), moved) == [
        "date : mardi 10 mars 2026 → jeudi 12 mars 2026",
        "lieu : « Salle des mariages » → « Gymnase »",
        "le point porte le numéro 7 (auparavant 6)",
    ]
