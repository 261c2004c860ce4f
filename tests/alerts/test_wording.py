"""Phrases: what a number makes of them in each language."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.wording import NBSP, words


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("fr", 0, "0 conseil suivi"),
        ("fr", 1, "1 conseil suivi"),
        ("fr", 2, "2 conseils suivis"),
        ("en", 0, "0 councils watched"),
        ("en", 1, "1 council watched"),
    ],
)
def test_nothing_is_one_in_french_alone(language: Any, number: int, expected: str) -> None:
    assert words(language).count("week.councils", number).replace(NBSP, " ") == expected
