"""Shares in words. Pure."""

from __future__ import annotations

from babel.numbers import format_percent

from alerts.wording import LOCALES
from db.portal.words import Words


def percent(value: float, words: Words, digits: int = 0) -> str:
    """« 92 % », "92%"; the digits that are asked for."""
    form = "#,##0" + (f".{'0' * digits}" if digits else "")
    sign = "\u202f%" if words.language == "fr" else "%"
    return str(format_percent(round(value, 2 + digits), form + sign, locale=LOCALES[words.language]))
