"""Hours as French councils print them: 18h30, 18 heures 30 minutes, vingt heures trente, 20:30, midi, 8 h du soir."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from pipelines.agenda.spelt import SPELT, spelt
from pipelines.agenda.words import plain

_MONTH_FOLLOWS = r"(?! {1,2}(?:janv|fev|mars|avr|mai\b|juin|juil|aout|sept|oct|nov|dec))"
# What is rare is looked for first: an h that ends no word's letters, a colon, noon. Fifty times faster.
_SIGN = re.compile(
    r"h(?<![a-np-z]h)(?:(?:eures?|res?|rs?)?(?![a-z])\.?|(?=[\do]{2}\b|\d))"
    r"|(:)(?<=\d:)([0-5]\d)(?![\d:]| ?%| 000)"
    r"|(midi)(?<=[ ,-]midi)(?: et (demie?|quart)| (trente|quinze))?\b(?! et | pyr)"
)
# Digits, also those that a scan made letters of ("l8h30", "20hOO"): where an h stands there is little doubt.
_HOUR = re.compile(rf"(?<![\w,.:/])(\d{{1,2}}|[li]\d|[12]o|{SPELT})(?: {{0,2}}|-)$")
_HOUR_DIGITS = re.compile(r"(?<![\w,.:/])([01]?\d|2[0-3])$")
_BEFORE_NOON = re.compile(r"(?:\ba |\bvers |- |, )$")
_MINUTE = re.compile(
    rf"(?: {{0,2}}(?:(?:et {{1,2}}(?:une? )?)?(demie|quart)|(moins (?:le )?quart)"
    rf"|(?:et {{1,2}})?(?:([\do]{{2}})(?![\do]){_MONTH_FOLLOWS}|({SPELT})(?! heures?){_MONTH_FOLLOWS})))?"
    r"(?: {0,2}(?:minutes?|mn|min)\b)?(?: {1,2}(?:du|de l'|le) ?(soir|apres-midi|midi))?"
)
_LONGEST = 24  # characters of an hour spelt out
_PARTS = {"demi": 30, "demie": 30, "trente": 30, "quart": 15, "quinze": 15}


@dataclass(frozen=True, slots=True)
class FoundTime:
    value: time
    start: int
    end: int


def find_times(text: str) -> tuple[FoundTime, ...]:
    """Every hour of the clock in a text, in order; a duration ("pendant 2 h") is one too: its words decide."""
    low = plain(text).replace("\n", " ")
    found: list[FoundTime] = []
    for sign in _SIGN.finditer(low):
        one = _noon(low, sign) if sign[3] else _with_colon(low, sign) if sign[1] else _with_h(low, sign)
        if one is not None and not (found and one.start < found[-1].end):
            found.append(one)
    return tuple(found)


def _noon(low: str, sign: re.Match[str]) -> FoundTime | None:
    if not _BEFORE_NOON.search(low, max(0, sign.start() - 5), sign.start()):
        return None
    return FoundTime(time(12, _PARTS.get(sign[4] or sign[5] or "", 0)), sign.start(), sign.end())


def _with_colon(low: str, sign: re.Match[str]) -> FoundTime | None:
    before = _HOUR_DIGITS.search(low, max(0, sign.start() - 3), sign.start())
    if before is None or (len(before[1]) == 1 and int(before[1]) < 6):  # "1:25" is a scale
        return None
    return FoundTime(time(int(before[1]), int(sign[2])), before.start(), sign.end())


def _with_h(low: str, sign: re.Match[str]) -> FoundTime | None:
    before = _HOUR.search(low, max(0, sign.start() - _LONGEST), sign.start())
    after = _MINUTE.match(low, sign.end())
    hour = spelt(_digits(before[1])) if before else None
    if before is None or after is None or hour is None or hour > 23:
        return None
    minute = _PARTS.get(after[1] or "", 0)
    if after[2]:
        hour, minute = (hour - 1) % 24, 45
    elif after[3] or after[4]:
        minute = spelt(_digits(after[3] or after[4])) or 0
    if after[5] and hour < 12:
        hour += 12
    return FoundTime(time(hour, minute), before.start(), after.end()) if minute < 60 else None


def _digits(said: str) -> str:
    """Digits that a scan read as letters; number words as they are."""
    if any(sign.isdigit() for sign in said) or said == "oo":
        return said.replace("o", "0").replace("l", "1").replace("i", "1")
    return said
