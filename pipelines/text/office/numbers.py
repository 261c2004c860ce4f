"""Numbers of spreadsheets as they show themselves in French: dates, decimals, thousands, percents, leading zeros.

A cell holds a number and the code of its format (ECMA-376 part 1, 18.8.31). A small part of that language is enough for
the lists of councils; what is beyond it is shown plainly.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from math import isfinite

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0 €", 43: "#,##0.00", 44: "#,##0.00 €",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 49: "@",
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_PLACES = re.compile(r"[0#?,\s]*\.([0#?]+)")
_MOST = 2_958_466  # days: the year 10000


@lru_cache(maxsize=512)
def _kind(code: str) -> str:
    """What a code makes of a number: general, elapsed, date, time, moment or number."""
    bare = _BRACKETS.sub("", _QUOTED.sub("", code.partition(";")[0]))
    if _ELAPSED.search(code):
        return "elapsed"
    if not bare.strip() or re.search(r"general|standard|@|e\+", bare, re.I):
        return "general"
    letters = bare.lower().replace("am/pm", "h")
    time = bool(re.search(r"[hs]", letters))
    date = bool(re.search(r"[djya]", letters)) or ("m" in letters and not time)
    if date or time:
        return "moment" if date and time else "date" if date else "time"
    return "number"


def formatted(value: float, code: str, *, epoch_1904: bool = False) -> str:
    """A number as a cell with that format shows it to a French reader."""
    kind = _kind(code) if isfinite(value) else "general"
    if kind == "elapsed":
        minutes = round(value * 1440)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if kind in ("date", "time", "moment") and 0 <= value < _MOST:
        return _moment(value, kind, epoch_1904=epoch_1904)
    if kind == "number":
        return _number(value, code)
    return plain(value)


def _moment(value: float, kind: str, *, epoch_1904: bool) -> str:
    if kind == "time" and value < 1:
        minutes = round(value * 1440)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    # Excel believes that 1900 was a leap year: the days before its 29 February are one too many.
    epoch = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 31 if value < 60 else 30)  # noqa: DTZ001
    when = epoch + dt.timedelta(minutes=round(value * 1440))
    if kind == "time":
        return f"{when:%H:%M}"
    if kind == "date" or (when.hour, when.minute) == (0, 0):
        return f"{when:%d/%m/}{when.year:04d}"
    return f"{when:%d/%m/}{when.year:04d} {when:%H:%M}"


def _number(value: float, code: str) -> str:
    sections = code.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1].strip() else sections[0]
    bare = _BRACKETS.sub("", _QUOTED.sub("", section))
    percent = "%" in bare
    found = _PLACES.search(bare)
    places = found[1] if found else ""
    whole = bare.split(".")[0]
    number = abs(value) * (100 if percent else 1)
    text = f"{number:,.{min(len(places), 15)}f}"
    digits, _, rest = text.partition(".")
    spared = len(places) - len(places.rstrip("#"))  # places that are only shown where they say something
    for _ in range(spared):
        rest = rest.removesuffix("0")
    if "," not in whole:
        digits = digits.replace(",", "").rjust(whole.count("0"), "0")
    shown = digits.replace(",", "\xa0") + (f",{rest}" if rest else "")
    sign = "-" if value < 0 and re.search(r"[1-9]", shown) else ""
    return f"{sign}{shown}{'%' if percent else ''}{' €' if '€' in section else ''}"


def plain(value: float) -> str:
    """A number without any format: "7", "7,5"."""
    if not isfinite(value):
        return ""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"  # the digits that a spreadsheet keeps
    if "e" in text:
        text = f"{value:.15f}".rstrip("0") if abs(value) < 1 else f"{value:.0f}"
    return text.replace(".", ",")
