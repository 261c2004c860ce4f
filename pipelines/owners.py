"""Whose row it is: open data of several collectivities in one file name each row's by its SIRET or its name.

A SIRET begins with the SIREN (nine digits). The code of a commune is no way to its SIREN: one in six differs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.models import CouncilKind, Hints
from pipelines.agenda.words import plain

_KINDS: tuple[tuple[CouncilKind, re.Pattern[str]], ...] = (
    ("epci", re.compile(r"\b(?:euro)?metropole\b|\bcommunaute\b|\bagglo\w*|\bc[cau]\b|\bintercommunalite\b")),
    ("departement", re.compile(r"\bdepartement\w*|\bconseil general\b")),
    ("region", re.compile(r"\bregion\w*")),
)
_SAYS_NOTHING = re.compile(
    r"\([^)]*\)|\b(?:ville|commune|communes|mairie|municipalite|communaute|agglomeration|urbaine|metropole|departement"
    r"|departemental|general|regional|region|conseil|municipal|collectivite|cc|ca|cu|le|la|les|l|de|du|des|d|et)\b"
    r"|[^a-z0-9]+"
)


def is_own(siret: str, name: str, hints: Hints) -> bool | None:
    """Whether the collectivity of this SIRET (or SIREN) and name is the council; None where nothing can tell."""
    digits = re.sub(r"\.0$|\s", "", siret)
    own = hints.council_siren or _siren_in(hints.council_id)
    if own is not None and re.fullmatch(r"\d{9}|\d{14}", digits):
        return digits.startswith(own) or _same_name(name, hints)
    if name.strip() and hints.council_name:
        return _same_name(name, hints)
    return None


def _siren_in(council_id: str) -> str | None:
    """An EPCI's code is its SIREN."""
    found = re.fullmatch(r"epci-(\d{9})", council_id)
    return found[1] if found else None


@lru_cache(maxsize=4096)
def _same_name(name: str, hints: Hints) -> bool:
    one, other = plain(name), plain(hints.council_name)
    named = next((kind for kind, sign in _KINDS if sign.search(one)), None)
    if named is not None and named != ("epci" if hints.council_kind == "ept" else hints.council_kind):
        return False
    words = _SAYS_NOTHING.sub(" ", one).split()
    return bool(words) and words == _SAYS_NOTHING.sub(" ", other).split()
