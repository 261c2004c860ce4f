"""Dates in file names and link texts, where they are glued to letters and often without separators."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

from pipelines.agenda.act_numbers import lettered
from pipelines.agenda.dates import find_dates, make_date
from pipelines.agenda.folders import likelier
from pipelines.agenda.words import name_words

_GLUED_MONTH = re.compile(
    r"(?<!\d)(\d{1,2}) ?(janv|jan|fevr|fev|mars|avr|mai|juin|juill|juil|aout|sept|oct|nov|dec)[a-z]{0,7}\.? ?"
    r"(20\d\d|\d\d)(?!\d)"
)
_EIGHT = re.compile(r"(?<!\d)(\d{8})(?!\d{3})")
_ISO_GLUED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ](\d\d)[-_. ](\d\d)(?!\d)")
_SIX = re.compile(r"(?<!\d)(\d{6})(?!\d)")
_SPACED = re.compile(r"(?<!\d)(\d{1,2})[ .\-_](\d{1,2})[ .\-_](20\d\d|\d\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d\d)(\d\d)[ _\-](20\d\d)(?!\d)")
_LETTERS = {"jan": 1, "fev": 2, "mar": 3, "avr": 4, "mai": 5, "aou": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}


def base_name(name: str) -> str:
    """The last part of a path or URL: directories carry the date of posting, not of the session."""
    return unquote(name.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1])


def dates_in_name(name: str, reference: date | None = None) -> tuple[date, ...]:
    """The dates a file name or link text may stand for, most likely first.

    Six digits are read both ways (141030 is 30 October 2014, 301014 too); what is far from ``reference`` loses.
    """
    words = name_words(name)
    found: list[date | None] = [
        one.value
        for text in (words, words.replace("-", " "))
        for one in find_dates(text, reference)
        if one.year_printed
    ]
    found += [make_date(int(m[1]), int(m[2]), int(m[3])) for m in _ISO_GLUED.finditer(words)]
    found += [_glued(match) for match in _GLUED_MONTH.finditer(words)]
    for match in _EIGHT.finditer(words):
        digits = match[1]
        found += [
            make_date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits[:2] in ("19", "20") else None,
            make_date(int(digits[4:]), int(digits[2:4]), int(digits[:2])) if digits[4:6] in ("19", "20") else None,
        ]
    found += [make_date(int(m[3]), int(m[2]), int(m[1])) for m in _DAY_MONTH.finditer(words)]
    for match in _SPACED.finditer(words):
        if lettered(words, match.start()):
            continue
        first, second, third = (int(part) for part in match.groups())
        found += likelier(make_date(third, second, first), make_date(first, second, third), reference, leads=True)
    for match in _SIX.finditer(words):
        first, second, third = (int(match[1][cut : cut + 2]) for cut in (0, 2, 4))
        sortable, spoken = make_date(first, second, third), make_date(third, second, first)
        found += likelier(sortable, spoken, reference, leads=match.start() == 0)
    found += [one.value for one in find_dates(words.replace("-", " "), reference) if not one.year_printed]
    return tuple(dict.fromkeys(when for when in found if when is not None and 1990 <= when.year <= 2099))


def _glued(match: re.Match[str]) -> date | None:
    month = {"juin": 6, "juil": 7}.get(match[2][:4]) or _LETTERS.get(match[2][:3])
    return make_date(int(match[3]), month, int(match[1])) if month else None
