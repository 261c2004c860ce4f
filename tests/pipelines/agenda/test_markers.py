"""Markers that stand in the text or beside it, and hyphens at the end of a line."""

from __future__ import annotations

import pytest

from pipelines.agenda.families import romanised
from pipelines.agenda.hyphens import OWN, own_hyphens
from pipelines.agenda.markers import mark_of, mark_of_text
from pipelines.agenda.words import join_lines


@pytest.mark.parametrize(
    ("marker", "family", "number", "value"),
    [
        ("1.", "arabic", "1", 1), ("(12)", "arabic", "12", 12), ("IV.", "roman", "IV", 4), ("a)", "letter", "a", 1),
        ("1.2", "dotted", "1.2", 2), ("3.1.4.", "dotted", "3.1.4", 4), ("Article 3 :", "worded", "3", 3),
        ("ii", "roman", "ii", 2), ("iv)", "roman", "iv", 4), ("xii.", "roman", "xii", 12),
    ],
)  # fmt: skip
def test_the_marker_of_a_list_item(marker: str, family: str, number: str, value: int) -> None:
    mark = mark_of("Réfection de la voirie", marker, "li", 1, ())
    assert mark is not None
    assert (mark.family, mark.number, mark.value, mark.rest) == (family, number, value, "Réfection de la voirie")


def test_lower_case_romans_make_a_series() -> None:
    marks = [mark_of_text(text) for text in ("i) Budget primitif", "ii) Voirie", "iii) Bail rural", "v) Divers")]
    assert [(mark.family, mark.value) for mark in romanised(marks) if mark] == [
        ("roman", 1), ("roman", 2), ("roman", 3), ("roman", 5),
    ]  # fmt: skip


def test_a_letter_among_letters_is_no_roman() -> None:
    marks = [mark_of_text(text) for text in ("h) Budget primitif", "i) Voirie", "j) Bail rural")]
    assert [(mark.family, mark.value) for mark in romanised(marks) if mark] == [
        ("letter", 8), ("letter", 9), ("letter", 10),
    ]  # fmt: skip


def test_an_underscore_lost_on_a_scan() -> None:
    mark = mark_of_text("2026 004 Modification des statuts")
    assert mark is not None
    assert (mark.family, mark.number, mark.rest) == ("act", "2026 004", "Modification des statuts")
    assert mark_of_text("2026 400 euros par an") is None


@pytest.mark.parametrize(
    ("lines", "own"),
    [
        (["achat de cameras-", "pietons", "les cameras et les pietons"], {0}),
        (["achat de cameras-", "pietons", "six cameras-pietons"], {0}),
        (["plan de video-", "protection", "la videoprotection", "la video et la protection"], set()),
        (["impots sur les sur-", "faces", "sur les faces"], set()),
        (["la muni-", "cipalite"], set()),
        (["l'entre-", "prise", "entre nous, la prise"], set()),
    ],
)
def test_whose_hyphen_it_is(lines: list[str], own: set[int]) -> None:
    assert own_hyphens(lines) == own


def test_an_own_hyphen_is_kept() -> None:
    assert join_lines([f"Achat de caméras{OWN}", "piétons"]) == "Achat de caméras-piétons"
    assert join_lines(["Vidéopro-", "tection"]) == "Vidéoprotection"
