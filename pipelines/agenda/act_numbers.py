"""Numbers of acts that look like dates: "AP D 26-03-19", "n° 2026-03-12", "CP-2026-03-12-04".

The forms are those of DOMAIN.md 2.2: year, month or meeting, and the number of the act, behind a code or behind "n°".
"""

from __future__ import annotations

import re

_CODES = "ap|cp|sp|cd|cr|cm|cc|ca|ct|bc|bm|bp|bt|dcm|dcc|del|delib|dl|dm|dp|de"
_NUMBERED = re.compile(r"(?:\bn ?[°o]? ?:? ?|\bnumeros? ?:? ?)$")
_BODY_AND_LETTER = re.compile(rf"\b(?:{_CODES})[ ._\-]{{1,3}}[a-z][ ._\-]{{0,3}}$")  # "CP D 21-09-38"
_CODED = re.compile(
    r"(?:\b(?:rapport|delib(?:eration)?|dossier|affaire|acte|decision|projet|voeu)s?\.? ?:? ?"
    r"|\b(?!(?:du|le|les|au|de|des|et|en|a)[-_ ])[a-z]{1,4}[-_])$"
)
_GOES_ON = re.compile(r"[-_./](?:[a-z]{1,2}[-_./])?\d{1,4}(?!\d| ?[:h])")  # "2026-03-12-R-0356"
_LOOK_BACK = 24  # characters before the digits in which what numbers them stands


def is_number(low: str, start: int, end: int, *, separator: str, year_last: bool) -> bool:
    """Whether the digits of a plain text are an act's number rather than a day.

    ``year_last``: four digits at the end, as nobody numbers acts. The others are numbers behind a code or "n°", or
    where the act's own number follows.
    """
    if year_last:
        return False
    before = low[max(0, start - _LOOK_BACK) : start]
    if _NUMBERED.search(before):
        return True
    coded = _CODED.search(before) or _BODY_AND_LETTER.search(before)
    return separator != "/" and bool(coded or _GOES_ON.match(low, end))


def lettered(low: str, start: int) -> bool:
    """Whether a body's code and a letter stand before the digits: in names too they then number an act."""
    return bool(_BODY_AND_LETTER.search(low[max(0, start - _LOOK_BACK) : start]))
