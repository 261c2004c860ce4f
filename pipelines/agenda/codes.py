"""Codes before titles that only the whole document shows to be numbers: "2026_CP_0045", "26.03.001", "DRH/2026/34".

A councillor knows such a code by its company: the same shape again and again at the start of a line, counting on, with
a title behind each. So it is told here too, whatever its letters stand for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.agenda.markers import Mark, titleish
from pipelines.agenda.people import person
from pipelines.agenda.words import plain

LEAST = 3  # codes of one shape that make a series
_LONGEST = 28  # characters of a code
_LEAD = 110  # characters from which on no code is looked for behind a rubric or a name
_SHAPES = {"9": r"\d{1,6}", "A": r"[A-Za-z]{1,12}"}
_PART = r"[A-Z0-9]{1,12}(?:[-_/.–][A-Za-z0-9]{1,12}){0,5}"
_CODE = re.compile(
    r"(?:(?:[Rr]apport|RAPPORT|[Dd]ossier|DOSSIER|[Dd][ée]lib[ée]ration|D[ÉE]LIB[ÉE]RATION|[Aa]ffaire|AFFAIRE)\s+)?"
    rf"(?:[Nn]\s?[°ºo]\s?)?((?:[A-Z]{{1,6}}\s){{0,2}}{_PART})(?![\w'’°])(?:\s*[-–—:.)|]+(?=\s)|)\s*"
)
_BEHIND = re.compile(r"(?:^|\s)((?:[Nn]\s?[°º]\s?)?[A-Z0-9][\w/.\-]{4,26})$")
_NO_CODE = re.compile(
    r"(?:lots?|articles?|art|tranches?|annexes?|chapitres?|titres?|rd|rn|d|l|r|r?\.?l|m|phases?|zones?|zac|covid|cerfa|iso"
    r"|tva|ttc|ht|tel|fax|\d{1,2}h\d{0,2}|\d{1,9}[.,]\d{1,9}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d"
    r"|(?:19|20)\d\d[-/](?:(?:19|20)?\d\d))\W{0,9}$"
)
_LEGAL = re.compile(r"[lrd]\.?\s?\d{3,4}(?:-\d{1,3})*")
_AMOUNT = re.compile(r"\d[,.]\d\d ?(?:€|euros?)?$|€$")
_RUNS = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]")
_YEAR = re.compile(r"(?:^|\D)(?:19|20)\d\d(?:\D|$)")


@dataclass(frozen=True, slots=True)
class _Code:
    place: int  # of its row
    text: str
    shape: str
    lead: str  # all before its last number
    value: int  # of its last number
    rest: str


def coded(texts: Sequence[tuple[str, Mark | None]]) -> dict[int, Mark]:
    """The marks of rows that begin with a code of a series, by place; ``texts`` are rows and the marks they have.

    A row whose mark is a number of an act already is left as it is.
    """
    groups: dict[str, list[_Code]] = defaultdict(list)
    for place, (text, mark) in enumerate(texts):
        settled = mark is not None and (
            mark.family == "act" or (mark.family == "worded" and str(mark.number).isdigit())
        )
        if not settled and (code := _code(place, text)) is not None:
            groups[code.shape].append(code)
    found: dict[int, Mark] = {}
    for shape, group in groups.items():
        if _series(group):
            found |= {one.place: Mark("act", one.text, one.value, one.rest) for one in group}
            found |= _led(texts, shape, group)
    return found


def _led(texts: Sequence[tuple[str, Mark | None]], shape: str, group: Sequence[_Code]) -> dict[int, Mark]:
    """The rows in which a rubric or a name stands before a code that is missing in its series."""
    pattern = re.compile(r"(?<=\s)(" + "".join(_SHAPES.get(char, re.escape(char)) for char in shape) + r")\s+(?=\S)")
    known = {one.text for one in group}
    numbers = {(one.lead, one.value + step) for one in group for step in (-1, 1)}
    found: dict[int, Mark] = {}
    taken = {one.place for one in group}
    for place in range(max(group[0].place - 2, 0), min(group[-1].place + 3, len(texts))):
        text, mark = texts[place]
        if place in taken or mark is not None or (match := pattern.search(text[:_LEAD])) is None:
            continue
        lead, rest = text[: match.start()].strip(" |-–:"), text[match.end() :]
        if match[1] in known or not titleish(rest) or not lead[:1].isupper():
            continue
        runs = _RUNS.findall(match[1])
        last = _counting(runs)
        if ("".join(runs[:last]), int(runs[last])) in numbers:
            speaker = person(lead)
            found[place] = Mark("act", match[1], int(runs[last]), rest, speaker, None if speaker else lead)
    return found


def trailing(places: Sequence[tuple[str, int, float]]) -> tuple[dict[int, Mark], set[int]]:
    """The marks of rows whose code stands behind the title, in a column of its own; and the rows that are only codes.

    ``places`` are the rows' texts, pages and heights. A code alone belongs to the row at its height, else above it.
    """
    groups: dict[str, list[_Code]] = defaultdict(list)
    for place, (text, _, _) in enumerate(places):
        match = _BEHIND.search(text, max(len(text) - _LONGEST - 1, 0))
        if match is not None and (code := _code(place, match[1])) is not None:
            groups[code.shape].append(replace(code, rest=text[: match.start()].rstrip(" |-–:")))
    for group in groups.values():
        beside = {one.rest for one in group if len(one.rest.split()) >= 2}
        if len(beside) >= LEAST and _series([replace(one, rest=one.rest or "A title") for one in group]):
            return _behind(group, places)
    return {}, set()


def _behind(group: Sequence[_Code], places: Sequence[tuple[str, int, float]]) -> tuple[dict[int, Mark], set[int]]:
    marks: dict[int, Mark] = {}
    alone: set[int] = set()
    for one in group:
        place, title = one.place, one.rest
        if not title:
            _, page, top = places[one.place]
            near = range(max(one.place - 4, 0), min(one.place + 3, len(places)))
            level = [
                row for row in near if row != one.place and places[row][1] == page and abs(places[row][2] - top) < 2
            ]
            place = level[0] if level and top else one.place - 1
            if place < 0 or place in marks:
                continue
            title = places[place][0]
            alone.add(one.place)
        if titleish(title):
            marks[place] = Mark("act", one.text, one.value, title)
    return marks, alone


def _code(place: int, text: str) -> _Code | None:
    match = _CODE.match(text[: 2 * _LONGEST + 40])
    if match is None or len(match[1]) > _LONGEST:
        return None
    code = match[1]
    low = plain(code)
    if _NO_CODE.match(low) or _LEGAL.fullmatch(low) or not any(map(str.isdigit, code)):
        return None
    plainly = code.isdigit()
    if (plainly and len(code) < 4) or (" " in code and not re.search(r"[-_/.]", code)):
        return None
    rest = text[match.end() :]
    if rest and (
        not titleish(rest) or not (rest[:1].isupper() or rest[:1] in "«\"'0123456789œŒ") or _AMOUNT.search(rest)
    ):
        return None
    runs = _RUNS.findall(code)
    last = _counting(runs)
    shape = "".join("9" if run.isdigit() else "A" if run.isalpha() else run for run in runs)
    return _Code(place, code, shape, "".join(runs[:last]), int(runs[last]), rest)


def _counting(runs: Sequence[str]) -> int:
    """The place of the number of a code that counts: its last, or the one before the year that ends it ("12/2026")."""
    *before, last = (index for index, run in enumerate(runs) if run.isdigit())
    return before[-1] if before and re.fullmatch(r"(?:19|20)\d\d", runs[last]) else last


def _series(group: Sequence[_Code]) -> bool:
    """Whether codes of one shape number points: most count on, or begin again behind another lead."""
    distinct = [one for one, two in pairwise(group) if one.text != two.text] + list(group[-1:])
    if len(distinct) < LEAST or len({one.text for one in distinct}) < 0.6 * len(distinct):
        return False
    named = sum(len(one.rest.split()) >= 2 or not one.rest for one in distinct)
    if named < 0.7 * len(distinct):
        return False
    steps = [_step(one, two) for one, two in pairwise(distinct)]
    hierarchy = re.fullmatch(r"9(?:[.\-]9)+", distinct[0].shape)
    if hierarchy and (len({one.lead for one in distinct}) > 1 or len(distinct[0].lead) < 3):
        return False  # 4.1.2: families.py knows such levels
    if sum(steps) >= 0.6 * len(steps):
        return True
    leads = Counter(_YEAR.sub("", one.lead) for one in distinct)
    dated = sum(bool(_YEAR.search(one.text)) for one in distinct) >= 0.9 * len(distinct)
    return dated and len(leads) < len(distinct) and len(distinct[0].shape) >= 5


def _step(one: _Code, two: _Code) -> bool:
    if one.lead == two.lead:
        return one.value < two.value <= one.value + 2
    return two.value <= 1 or two.value == one.value + 1
