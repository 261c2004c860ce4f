"""One deliberation in the national open-data schema (SCDL "Délibérations" 2.1.5), from what documents print. Pure.

https://schema.data.gouv.fr/scdl/deliberations/. Nothing is made up: an act whose required fields no document states
is left out, with the reasons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIELDS = (
    "COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE", "DELIB_MATIERE_NOM", "DELIB_OBJET",
    "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE", "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE",
    "VOTE_ABSTENTION", "DELIB_URL",
)  # fmt: skip
_SIRET = re.compile(r"(?<!\d)\d{14}(?!\d)")
_CODE_ALONE = re.compile(r"(?m)^\s*([1-9]\.\d{1,2})\s*$")  # a cell of a register
# as printed on deliberations: « Nomenclature Actes : 6.1 – Police municipale », « Matière de l'acte : 7.5 »
_CODE_NAMED = re.compile(
    r"(?i)\b(?:nomenclature|mati[eè]re|classification)\b[^\n.:]{0,40}(?::|n°)\s*(?:n°\s*)?([1-9]\.\d{1,2})(?![\d.,])"
)
_LINE_NUMBER = re.compile(r"\s*\d{1,3}\s*")


@dataclass(frozen=True, slots=True)
class Act:
    """A voted item with the parts of documents that are about it; ``texts`` of deliberations and registers."""

    council: str
    siret: str | None  # known otherwise than from the act itself
    siren: str | None
    number: str | None
    numbered: bool  # the number is that of a deliberation, not of a point on an agenda
    day: str | None
    title: str
    result: str | None
    counts: tuple[int | None, int | None, int | None]  # for, against, abstain
    delegated: bool
    url: str | None
    texts: tuple[str, ...] = ()


def record(act: Act) -> tuple[dict[str, str], tuple[str, ...]]:
    """The row of an act, and why it cannot be one: empty where it can."""
    siret = siret_in(act.texts, act.siren) or act.siret
    code = code_in(act.texts)
    reasons = [
        reason
        for reason, missing in (
            ("not adopted", act.result != "adopted"),
            ("decided by delegation", act.delegated),
            ("date not known", act.day is None),
            ("number of the deliberation not known", not (act.number and act.numbered)),
            ("SIRET not known", siret is None),
            ("code of the subject (Actes) not known", code is None),
        )
        if missing
    ]
    if reasons:
        return {}, tuple(reasons)
    levels, subjects = nomenclature()
    assert code is not None
    row = dict.fromkeys(FIELDS, "") | {
        "COLL_NOM": act.council,
        "COLL_SIRET": siret or "",
        "DELIB_ID": act.number or "",
        "DELIB_DATE": act.day or "",
        "DELIB_MATIERE_CODE": code,
        "DELIB_MATIERE_NOM": f"{levels[code[0]]}/{subjects[code]}",
        "DELIB_OBJET": " ".join(act.title.split()),
        "DELIB_URL": act.url or "",
    }
    return row | votes_in(act.texts, act.counts), ()


def siret_in(texts: Iterable[str], siren: str | None) -> str | None:
    """The one SIRET of this SIREN that texts print (suppliers have theirs). None where there is none, or several."""
    if siren is None:
        return None
    found = {each for text in texts for each in _SIRET.findall(text) if each.startswith(siren) and is_siret(each)}
    return found.pop() if len(found) == 1 else None


def is_siret(text: str) -> bool:
    """Whether 14 digits bear the check digit of a SIRET (Luhn)."""
    if not re.fullmatch(r"\d{14}", text, re.ASCII):
        return False
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(text)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def code_in(texts: Iterable[str]) -> str | None:
    """The code of the nomenclature that texts state; None where they state none, or differ."""
    _, subjects = nomenclature()
    for pattern in (_CODE_NAMED, _CODE_ALONE):
        found = {code for text in texts for code in pattern.findall(text) if code in subjects}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def votes_in(texts: Iterable[str], counts: tuple[int | None, int | None, int | None]) -> dict[str, str]:
    """The five counts, or none of them: the schema wants all or nothing, and they must add up.

    A register prints them side by side: members, voters, for, against, abstentions.
    """
    if any(value is None for value in counts):
        return {}
    for text in texts:
        lines = text.splitlines()
        for at in range(len(lines) - 4):
            if all(_LINE_NUMBER.fullmatch(line) for line in lines[at : at + 5]):
                members, voters, *three = (int(line) for line in lines[at : at + 5])
                if tuple(three) == counts and members >= voters == sum(three):
                    names = ("VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION")
                    return dict(zip(names, map(str, (members, voters, *three)), strict=True))
    return {}


@cache
def nomenclature() -> tuple[dict[str, str], dict[str, str]]:
    """Names of the first level by digit, of the second by code."""
    data = tomllib.loads((Path(__file__).parent / "actes.toml").read_text(encoding="utf-8"))
    return data["levels"], data["subjects"]


__all__ = ["FIELDS", "Act", "code_in", "is_siret", "record", "siret_in", "votes_in"]
