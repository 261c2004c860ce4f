"""Dates as French councils print them.

A grammar finds and builds; for what it does not know see ``relative_dates``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from pipelines.agenda.act_numbers import is_number
from pipelines.agenda.spelt import SPELT, SPELT_YEAR, spelt, spelt_year
from pipelines.agenda.words import plain

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS = {name: place for place, name in enumerate(WEEKDAYS)} | {name[:3]: place for place, name in enumerate(WEEKDAYS)}
_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
}  # fmt: skip
_SHORT = {
    "janv": 1, "jan": 1, "fevr": 2, "fev": 2, "avr": 4, "juill": 7, "juil": 7, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
# What scans make of months: an i for a j, rn for m.
_MISREAD = {
    "ianvier": 1, "fevner": 2, "rnars": 3, "rnai": 5, "iuin": 6, "iuillet": 7, "septernbre": 9, "novernbre": 11,
    "decernbre": 12,
}  # fmt: skip
_LONG = _MONTHS | _MISREAD
_WEEKDAY = "|".join(WEEKDAYS)


def _by_first_letter(words: Sequence[str]) -> str:
    """An alternation that ``re`` leaves after one letter; longer words first."""
    letters = dict.fromkeys(word[0] for word in words)
    return "|".join(f"{letter}(?:{'|'.join(word[1:] for word in words if word[0] == letter)})" for letter in letters)


_ANY_MONTH = sorted((*_LONG, *_SHORT), key=len, reverse=True)
# No look behind: what stands before is looked at once a month is found, which halves the time.
_MONTH = re.compile(rf"(?:{_by_first_letter(_ANY_MONTH)})(?![a-z])")
# Digits, also those that a scan made letters of ("l2", "1o"), but never letters alone.
_DIGITS = r"(?<![\d.,])\d{1,2}|(?<![\w.,/])(?:\d[oli]|[li]\d|[li](?= ?er))"
_DAY = re.compile(
    rf"(?:({_DIGITS})(?: ?(?:ers?|eme|e)(?![a-z]))?|(?<![a-z])({SPELT})(?: jours?)?)(?: {{1,3}}(?:du mois )?(?:de|d'))?"
    r"[ .\-/]{0,3}$"
)
_WEEKDAY_BEFORE = re.compile(
    rf"(?<![a-z])({_WEEKDAY}|(?:lun|mar|mer|jeu|ven|sam|dim)(?=[., ]))s?[.,]? {{0,3}}(?:le )?$"
)
_DAY_BEFORE = re.compile(
    rf"(?<![\d.,])(\d{{1,2}})(?: ?ers?)? {{0,2}}(,|et|au|&|-|/|,? puis)(?<! -) {{0,2}}(?:les? |du )?"
    rf"(?:(?:{_WEEKDAY}) )?(?:le )?$"
)
_YEAR = rf"((?:19|20)\d\d|2o[\do]{{2}}|20\do|20o\d)(?![\do])|({SPELT_YEAR})"
_AFTER = re.compile(
    rf"(?:\.?,? {{0,3}}(?:(?:de )?l' ?an(?:nee)? )?|[-/.])(?:{_YEAR}|('?\d\d)(?![\dh:%€]| ?h| ?€|[.,/]\d))"
)
_YEAR_BEFORE = re.compile(rf"an(?<![a-z]an)(?:nee)? {{1,3}}(?:{_YEAR})")
_LONGEST_GAP = 60  # between "l'an deux mille dix" and its day
# What stands before a date is looked at after its first digit: so ``re`` looks at digits only.
_NUMERIC = re.compile(r"(\d(?<![\d/.\-_]\d)\d?) ?([/.\-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d|\d\d)(?!\d|[/.\-]\d)")
_ISO = re.compile(r"([12](?<![\d/.\-][12])(?:(?<=1)9|(?<=2)0)\d\d)([/.\-])(\d\d)\2(\d\d)(?!\d)")
_SLASH = re.compile(r"/(\d\d)(?![\d/])")
_DAY_BEFORE_SLASH = re.compile(rf"(?<![a-z])(?:({_WEEKDAY}) {{1,3}}(?:le )?(\d\d?)|(?:le|du|au) (\d\d))$")
_BETWEEN = re.compile(r"[ ,]{0,3}\n?(?:et|au|&|-|puis|jusqu'au)[ ,]{0,3}\n?(?:le |du )?$")
EARLIEST, LATEST = 1970, 2100
LONGEST_SESSION = 6  # days between the first and the last of one session


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text. ``certain``: its year is printed, or its weekday leaves no doubt."""

    value: date
    start: int
    end: int
    certain: bool = True
    last: date | None = None  # of a session over several days
    year_printed: bool = True
    weekday: int | None = None  # as printed, Monday is 0; it may contradict the date


@dataclass(frozen=True, slots=True)
class _Worded:
    """A day and a month as printed; the year only where it stands beside."""

    day: int
    month: int
    year: int | None
    weekday: int | None
    start: int
    end: int
    last: tuple[int, int] | None = None  # day and month


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
    around = [make_date(reference.year + shift, month, day) for shift in range(-3, 4)]
    found = [when for when in around if when is not None]
    fitting = [when for when in found if when.weekday() == weekday]
    if fitting:
        return min(fitting, key=lambda when: abs((when - reference).days)), True
    found = [when for when in found if abs(when.year - reference.year) <= 1]
    return (min(found, key=lambda when: abs((when - reference).days)), False) if found else None


def find_dates(text: str, reference: date | None = None) -> tuple[FoundDate, ...]:
    """Every date of a text, in order. Those without a year need ``reference``, or another date of the text.

    Linear in the length of the text: month names and digits are found first, their surroundings looked at once.
    """
    printed, loose = _with_and_without_year(plain(text))
    if not loose:
        return printed
    base = reference or max((one.value for one in printed), default=None)
    found = list(printed)
    for one in loose if base else ():
        guess = nearest_year(one.day, one.month, one.weekday, base) if base else None
        if guess is not None:
            last = _last_day(one, guess[0])
            found.append(
                FoundDate(guess[0], one.start, one.end, guess[1], last, year_printed=False, weekday=one.weekday)
            )
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=16)  # the head of a document is looked at with one reference after another
def _with_and_without_year(raw: str) -> tuple[tuple[FoundDate, ...], tuple[_Worded, ...]]:
    """Dates whose year is printed with them or before them, and the others."""
    low = raw.replace("\n", " ")
    years = [(match.end(), _year(match[1], match[2])) for match in _YEAR_BEFORE.finditer(low)]
    worded = [*_worded(low, raw), *_day_and_month(low), *_numeric(low), *_iso(low)]
    found: list[FoundDate] = []
    loose: list[_Worded] = []
    position = 0
    for one in _joined(sorted(worded, key=lambda one: one.start), raw):
        while position < len(years) and years[position][0] <= one.start:
            position += 1
        year = one.year
        if year is None and position and one.start - years[position - 1][0] <= _LONGEST_GAP:
            year = years[position - 1][1]  # "L'an deux mille dix, le 3 mai"
        if year is None:
            loose.append(one)
        elif (when := make_date(year, one.month, one.day)) is not None:
            found.append(FoundDate(when, one.start, one.end, last=_last_day(one, when), weekday=one.weekday))
    return tuple(found), tuple(loose)


def _year(digits: str | None, words: str | None) -> int | None:
    return int(digits.replace("o", "0")) if digits else spelt_year(words or "")


def _last_day(one: _Worded, first: date) -> date | None:
    """The last day of a session that begins on ``first``."""
    if one.last is None:
        return None
    last = make_date(first.year + (one.last[1] < first.month), one.last[1], one.last[0])
    return last if last and 0 < (last - first).days <= LONGEST_SESSION else None


def _joined(worded: list[_Worded], raw: str) -> Iterator[_Worded]:
    """Days that follow one another ("30 juin et 1er juillet 2026", "du 12/03 au 13/03/2026") as one date."""
    waiting: _Worded | None = None
    for one in worded:
        if waiting is None:
            waiting = one
            continue
        if one.start < waiting.end:
            continue  # the same digits, read another way
        if one.start - waiting.end <= 14 and _BETWEEN.match(raw, waiting.end, one.start):
            if waiting.year is None and one.year is not None:
                waiting = replace(waiting, year=one.year - (waiting.month > one.month))
            if waiting.year is not None and waiting.last is None:
                both = replace(waiting, last=(one.day, one.month))
                first = make_date(waiting.year, waiting.month, waiting.day)
                if first is not None and _last_day(both, first) is not None:
                    waiting = replace(both, end=one.end)
                    continue
        yield waiting
        waiting = one
    if waiting is not None:
        yield waiting


def _numeric(low: str) -> Iterator[_Worded]:
    for match in _NUMERIC.finditer(low):
        short = len(match[4]) == 2
        if short and match[2] != "/" and not (len(match[1]) == len(match[3]) == 2):
            continue  # a section number such as 1.2.10
        if is_number(low, *match.span(), separator=match[2], year_last=not short):
            continue
        if make_date(int(match[4]), int(match[3]), int(match[1])) is not None:
            weekday, start = _weekday(low, match.start())
            one = _Worded(int(match[1]), int(match[3]), int(match[4]), weekday, start, match.end())
            yield from _listed(low, one) if match[2] == "/" else (one,)


def _iso(low: str) -> Iterator[_Worded]:
    for match in _ISO.finditer(low):
        if is_number(low, *match.span(), separator=match[2], year_last=False):
            continue
        if make_date(int(match[1]), int(match[3]), int(match[4])) is not None:
            yield _Worded(int(match[4]), int(match[3]), int(match[1]), None, match.start(), match.end())


def _day_and_month(low: str) -> Iterator[_Worded]:
    for match in _SLASH.finditer(low):
        before = _DAY_BEFORE_SLASH.search(low, max(0, match.start() - 18), match.start())
        day, month = int(before[2] or before[3]) if before else 0, int(match[1])
        if before and 1 <= day <= 31 and 1 <= month <= 12:
            start = before.start() if before[1] else before.start(3)
            yield _Worded(day, month, None, _DAYS[before[1]] if before[1] else None, start, match.end())


def _weekday(low: str, start: int) -> tuple[int | None, int]:
    """The weekday printed before a day, and where the date then begins."""
    found = _WEEKDAY_BEFORE.search(low, max(0, start - 16), start)
    return (_DAYS[found[1]], found.start()) if found else (None, start)


def _worded(low: str, raw: str) -> Iterator[_Worded]:
    """Dates whose month is a word."""
    for match in _MONTH.finditer(low):
        name = match[0]
        if not name or low[match.start() - 1 : match.start()].isalpha():
            continue
        found = _DAY.search(low, max(0, match.start() - 36), match.start())
        if found is None or (name in _SHORT and not found[1]):
            continue
        day = int(found[1].replace("o", "0").translate(_ONES)) if found[1] else spelt(found[2])
        if day is None or not 1 <= day <= 31:
            continue
        month = _LONG.get(name) or _SHORT[name]
        end, year = _year_after(low, raw, match)
        weekday, start = _weekday(low, found.start())
        yield from _listed(low, _Worded(day, month, year, weekday, start, end))


_ONES = {ord("l"): "1", ord("i"): "1"}


def _year_after(low: str, raw: str, month: re.Match[str]) -> tuple[int, int | None]:
    """Where the date ends, and its year where it is printed; two digits must leave no doubt."""
    after = _AFTER.match(low, month.end())
    if after is None:
        return month.end(), None
    if after[1] or after[2]:
        return after.end(), _year(after[1], after[2])
    alone = raw[after.end() : after.end() + 1] in ("", "\n", ")", ";")
    if month[0] in _SHORT or after[3].startswith("'") or (alone and "\n" not in raw[month.end() : after.end()]):
        return after.end(), int(after[3].lstrip("'"))
    return month.end(), None


def _listed(low: str, one: _Worded) -> Iterator[_Worded]:
    """The days of a list that ends with this one: as the first and last of a session, or each for itself."""
    earlier = _earlier_days(low, one.start, one.day)
    if not earlier:
        yield one
    elif one.day - earlier[0][0] <= LONGEST_SESSION:
        day, begin, _ = earlier[0]
        weekday, start = _weekday(low, begin)
        yield _Worded(day, one.month, one.year, weekday, start, one.end, (one.day, one.month))
    else:
        yield from (_Worded(day, one.month, one.year, None, begin, stop) for day, begin, stop in earlier)
        yield one


def _earlier_days(low: str, start: int, day: int) -> list[tuple[int, int, int]]:
    """The days listed before this one, in order: (day, start, end); they must count up to it."""
    days: list[tuple[int, int, int]] = []
    while len(days) < 12:
        found = _DAY_BEFORE.search(low, max(0, start - 30), start)
        if found is None or not 1 <= int(found[1]) < day:
            break
        day, start = int(found[1]), found.start()
        days.append((day, found.start(1), found.end(1)))
    return days[::-1]
