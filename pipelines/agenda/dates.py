"""Dates and hours as French councils print them.

A grammar finds and builds; ``dateparser`` is asked only for the phrase that follows an announcement in which the
grammar found nothing ("se réunira mardi prochain"), because alone it also finds dates in "83%" or "M57".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import dateparser

from pipelines.agenda.numbers import SMALL_NUMBER, YEAR_WORDS, count, number
from pipelines.agenda.words import plain

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
}  # fmt: skip
_SHORT = {
    "janv": 1, "jan": 1, "fevr": 2, "fev": 2, "avr": 4, "juill": 7, "juil": 7, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = re.compile(rf"(?<![a-z])(?:({'|'.join(_MONTHS)})|({'|'.join(_SHORT)}))(?![a-z])")
_BEFORE = re.compile(
    rf"(?:(?<![a-z])({_WEEKDAY})s?[.,]? {{1,3}})?(?:le {{1,3}})?"
    rf"(?:(?<![\d.,/])(?:(\d{{1,2}})(?: ?er| ?eme)?(?: {{0,2}}(?:et|au|&"
    rf"|-) {{0,2}}(?:le )?(?:(?:{_WEEKDAY}) )?(\d{{1,2}}))?"
    rf"|(ler|1 ?er)|(?<![a-z])({SMALL_NUMBER}))) {{0,3}}$"
)
_AFTER = re.compile(rf"\.?,? {{0,3}}(?:((?:19|20)\d\d)(?!\d)|({YEAR_WORDS})|('?\d\d)(?![\dh:%€]| ?h| ?€|[.,/]\d))")
_YEAR_BEFORE = re.compile(rf"l' {{0,2}}an {{1,3}}(?:((?:19|20)\d\d)|({YEAR_WORDS}))")
# What stands before a date is looked at after its first digit: so ``re`` looks at digits only.
_NUMERIC = re.compile(r"(\d(?<![\d/.\-_]\d)\d?) ?([/.\-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d|\d\d)(?!\d|[/.\-]\d)")
_ISO = re.compile(r"([12](?<![\d/.\-][12])(?:(?<=1)9|(?<=2)0)\d\d)([/.\-])(\d\d)\2(\d\d)(?!\d)")
_HOUR = rf"(\d{{1,2}}|{SMALL_NUMBER})"
_CLOCK = re.compile(
    rf"(?<![\w,.:/]){_HOUR} {{0,2}}(?:h(?:eures?|rs?)?\b\.?|h(?=\d)) {{0,2}}"
    rf"(?:(?:et {{1,2}})?(demie|quart)"
    r"|(\d\d)(?!\d)(?! {1,2}(?:janv|fev|mars|avr|mai\b|juin|juil|aout|sept|oct|nov|dec))"
    rf"|({SMALL_NUMBER})(?! heures?))?(?: {{0,2}}(?:minutes?|mn|min)\b)?"
    r"|(?<=a )(\d{1,2}):(\d\d)(?!\d)|(?<=[-,] )(\d{1,2}):(\d\d)(?!\d)"
)
_RELATIVE = re.compile(
    rf"^[\s,:]*(?:le |ce |du )?((?:demain|apres-demain|aujourd'hui|(?:{_WEEKDAY})(?: prochain)?"
    r"|\d{1,2}(?:er)? [a-z]{3,10}\.? ?(?:20\d\d)?|dans \d{1,2} (?:jours|semaines)))(?![a-z])"
)
EARLIEST, LATEST = 1970, 2100


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text. ``certain``: its year is printed, or its weekday leaves no doubt."""

    value: date
    start: int
    end: int
    certain: bool = True
    last: date | None = None  # of a session over two days
    year_printed: bool = True


@dataclass(frozen=True, slots=True)
class FoundTime:
    value: time
    start: int
    end: int


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none or no council of ours could have met."""
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_year(day: int, month: int, weekday: int | None, reference: date) -> tuple[date, bool] | None:
    """The year of a date printed without one: the nearest to ``reference`` on which the weekday (0 = Monday) agrees.

    The second value says whether the weekday settled it.
    """
    around = [make_date(reference.year + shift, month, day) for shift in (-2, -1, 0, 1, 2)]
    found = [when for when in around if when is not None]
    if weekday is not None and any(when.weekday() == weekday for when in found):
        found = [when for when in found if when.weekday() == weekday]
        return min(found, key=lambda when: abs((when - reference).days)), True
    found = [when for when in found if abs(when.year - reference.year) <= 1]
    return (min(found, key=lambda when: abs((when - reference).days)), False) if found else None


def find_dates(text: str, reference: date | None = None) -> tuple[FoundDate, ...]:
    """Every date of a text, in order. Those without a year need ``reference``, or another date of the text.

    Linear in the length of the text: month names and digits are found first, their surroundings looked at once.
    """
    printed, loose = _with_and_without_year(plain(text).replace("\n", " "))
    found = list(printed)
    base = reference or max((one.value for one in found), default=None)
    for day, month, weekday, start, end, last in loose if base else ():
        guess = nearest_year(day, month, weekday, base) if base else None
        if guess is not None:
            final = make_date(guess[0].year, month, last) if last else None
            found.append(FoundDate(guess[0], start, end, certain=guess[1], last=final, year_printed=False))
    return tuple(sorted(found, key=lambda one: one.start))


_Loose = tuple[int, int, int | None, int, int, int | None]  # day, month, weekday, start, end, last day


@lru_cache(maxsize=16)  # the head of a document is looked at with one reference after another
def _with_and_without_year(low: str) -> tuple[tuple[FoundDate, ...], tuple[_Loose, ...]]:
    """Dates whose year is printed with them or before them, and the others."""
    found = [*_numeric(low), *_iso(low)]
    years = [(match.end(), int(match[1]) if match[1] else number(match[2])) for match in _YEAR_BEFORE.finditer(low)]
    loose: list[_Loose] = []
    position = 0
    for day, month, year, weekday, start, end, last in _worded(low):
        while position < len(years) and years[position][0] <= start:
            position += 1
        if year is None and position and start - years[position - 1][0] <= 60:
            year = years[position - 1][1]  # noqa: PLW2901 "L'an deux mille dix, le 3 mai"
        if year is None:
            loose.append((day, month, weekday, start, end, last))
        elif (when := make_date(year, month, day)) is not None:
            found.append(FoundDate(when, start, end, last=make_date(year, month, last) if last else None))
    return tuple(found), tuple(loose)


def _numeric(low: str) -> Iterator[FoundDate]:
    for match in _NUMERIC.finditer(low):
        short = len(match[4]) == 2
        if short and match[2] != "/" and not (len(match[1]) == len(match[3]) == 2):
            continue  # a section number such as 1.2.10
        if (when := make_date(int(match[4]), int(match[3]), int(match[1]))) is not None:
            yield FoundDate(when, match.start(), match.end())


def _iso(low: str) -> Iterator[FoundDate]:
    for match in _ISO.finditer(low):
        if (when := make_date(int(match[1]), int(match[3]), int(match[4]))) is not None:
            yield FoundDate(when, match.start(), match.end())


def _worded(low: str) -> Iterator[tuple[int, int, int | None, int | None, int, int, int | None]]:
    """Day, month, year, weekday, start, end, last day of each date whose month is a word."""
    for match in _MONTH.finditer(low):
        left = max(0, match.start() - 70)
        before = _BEFORE.search(low, left, match.start())
        if before is None or (match[2] and not (before[2] or before[4])):
            continue
        day = int(before[2]) if before[2] else 1 if before[4] else number(before[5])
        if day is None or not 1 <= day <= 31:
            continue
        month = _MONTHS[match[1]] if match[1] else _SHORT[match[2]]
        after = _AFTER.match(low, match.end())
        end, year = match.end(), None
        if after and (after[1] or after[2]):
            end, year = after.end(), int(after[1]) if after[1] else number(after[2])
        elif after and (match[2] or after[3].startswith("'")):
            end, year = after.end(), int(after[3].lstrip("'"))
        last = int(before[3]) if before[3] and int(before[3]) > day else None
        weekday = WEEKDAYS.index(before[1]) if before[1] else None
        yield day, month, year, weekday, before.start(), end, last


def find_times(text: str) -> tuple[FoundTime, ...]:
    """Every hour of the clock in a text: 18h30, 18 heures 30 minutes, vingt heures trente, à 18:30."""
    found = []
    for match in _CLOCK.finditer(plain(text).replace("\n", " ")):
        hour = count(match[1] or match[5] or match[7])
        minute = {"demie": 30, "quart": 15}.get(match[2] or "", 0)
        if spelt := match[3] or match[4] or match[6] or match[8]:
            minute = count(spelt) or 0
        if hour is not None and hour < 24 and minute < 60:
            found.append(FoundTime(time(hour, minute), match.start(), match.end()))
    return tuple(found)


def after_announcement(text: str, reference: date | None) -> FoundDate | None:
    """What ``dateparser`` makes of the words at the start of ``text``, when our grammar found no date there."""
    match = _RELATIVE.match(plain(text[:60]).replace("\n", " "))
    if match is None or reference is None:
        return None
    base = datetime(reference.year, reference.month, reference.day)  # noqa: DTZ001 a calendar day, no instant
    settings = {"DATE_ORDER": "DMY", "RELATIVE_BASE": base, "PREFER_DATES_FROM": "future"}
    parsed = dateparser.parse(match[1].replace(" prochain", ""), languages=["fr"], settings=settings)
    if parsed is None or abs(parsed.date() - reference) > timedelta(days=400):
        return None
    return FoundDate(parsed.date(), match.start(1), match.end(1), certain=False, year_printed=False)
