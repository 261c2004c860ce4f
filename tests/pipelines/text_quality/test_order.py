"""Lines drawn out of turn."""

from __future__ import annotations

from pipelines.text.drafts import Draft
from pipelines.text.order import by_blocks


def lines(*places: tuple[float, float, str]) -> list[Draft]:
    return [Draft(text, x=x, right=x + 6 * len(text), top=top, size=11) for x, top, text in places]


def test_a_heading_drawn_last_goes_where_it_stands() -> None:
    drawn = lines(
        (60, 80, "CONSEIL MUNICIPAL"), (60, 140, "1. Budget"), (60, 160, "2. Voirie"), (60, 110, "ORDRE DU JOUR")
    )
    assert [line.text for line in by_blocks(drawn)] == ["CONSEIL MUNICIPAL", "ORDRE DU JOUR", "1. Budget", "2. Voirie"]


def test_two_turns_over_one_column_are_one_text() -> None:
    drawn = lines((60, 80, "un"), (60, 120, "trois"), (60, 160, "cinq"), (60, 100, "deux"), (60, 140, "quatre"))
    assert [line.text for line in by_blocks(drawn)] == ["un", "deux", "trois", "quatre", "cinq"]


def test_columns_stay_one_after_the_other() -> None:
    left = [(60.0, 80.0 + 20 * place, f"gauche {place}") for place in range(5)]
    right = [(320.0, 90.0 + 20 * place, f"droite {place}") for place in range(5)]
    drawn = lines(*left, *right)
    assert by_blocks(drawn) == drawn


def test_bullets_drawn_apart_go_before_their_lines() -> None:
    drawn = lines((60, 80, "•"), (60, 100, "•"), (75, 80, "Budget"), (75, 100, "Voirie"))
    assert [(line.text, line.x) for line in by_blocks(drawn)] == [("• Budget", 60), ("• Voirie", 60)]
