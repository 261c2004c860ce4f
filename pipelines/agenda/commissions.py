"""Sittings of a commission of the council ("Commission Sécurité et Prévention"): it prepares, and votes nothing."""

from __future__ import annotations

import re

from pipelines.agenda.words import plain, squeeze

_LEAD = (
    r"(?:(?:convocation|reunion|seance|compte ?-? ?rendu|proces ?-? ?verbal|ordre du jour|avis|invitation|odj|pv|cr)"
    r"(?: de)?(?: (?:reunion|seance))?[ :\-]*(?:de la |a la |d'une |pour la |la )?)?"
)
_HEADED = re.compile(rf"^\W{{0,4}}{_LEAD}(commission\b(?! permanente)(?: [^\n]{{2,90}})?)", re.MULTILINE)
_NAMED = re.compile(r"\bcommission (?!permanente)(?:[a-z']+ ?){1,8}")
_ENDS = re.compile(
    r"[:;(,.]|\s[-–]\s|\d|\b(?:aura|se|est|sera|s'est|reunion|seance|convocation|ordre du jour|odj|pv|cr|compte rendu"
    r"|en date"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi)\b"
)
_SMALL = frozenset(("de", "des", "du", "la", "le", "et", "a", "d", "l", "n"))
_REGION = 700  # characters of a head in which the title stands


def commission_in(words: str) -> str | None:
    """The commission that a file name or link text speaks of, from its plain words."""
    found = _NAMED.search(words)
    return _name(found[0], found[0]) if found else None


def commission_above(text: str) -> tuple[str, int, int] | None:
    """The commission whose name is a title at the start of a text, and where that title stands."""
    found = _HEADED.search(plain(text[:_REGION]))
    name = _name(text[found.start(1) : found.end(1)], found[1]) if found else None
    return (name, found.start(1), found.end(1)) if found and name else None


def _name(text: str, low: str) -> str | None:
    cut = _ENDS.search(low, len("commission"))
    words = squeeze(text[: cut.start()] if cut else text).lower().split()
    while words and words[-1] in _SMALL:
        words.pop()
    return " ".join(words) if len(words) > 1 else None
