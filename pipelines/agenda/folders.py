"""What the folders of an address say of the file in them: when it was posted, of which years it is, what it is.

The day of posting is never the session's (DOMAIN.md 1.1: metz.fr posts an agenda three days ahead, minutes years
later); it only tells which of two readings of the same digits is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from pipelines.agenda.dates import make_date

_POSTED = re.compile(r"/((?:19|20)\d\d)[/\-]?(0[1-9]|1[0-2])(?:[/\-]?([0-2]\d|3[01]))?(?=/)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\D{1,4}((?:19|20)\d\d))?(?!\d)")
_FAR = 400  # days before the day of posting or of first sight within which the year is not in doubt
_RECENT = 120  # the same of digits that lead a name, and of days to come: nothing is announced earlier
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of an address, outermost first, and the time that they speak of."""

    names: tuple[str, ...] = ()
    posted: date | None = None  # a day of the month of posting, where it is a folder
    years: tuple[int, int] | None = None  # first and last year of the sessions filed there

    @property
    def reference(self) -> date | None:
        """A day from which dates without a year are counted."""
        if self.posted or self.years is None or self.years[1] - self.years[0] > 1:
            return self.posted
        return date(self.years[1], 7, 1)

    def first(self, dates: Iterable[date]) -> list[date]:
        """The same dates, those of the years of the folder before the others."""
        years = self.years
        if years is None:
            return list(dates)
        return sorted(dates, key=lambda when: not years[0] <= when.year <= years[1])


def folders_of(url: str) -> Folders:
    """The folders of a URL or path, without its host and its last part."""
    path = re.sub(r"^[a-z][a-z0-9+.\-]*://[^/]*", "", url, flags=re.IGNORECASE)
    path = unquote(re.split(r"[?#]", path, maxsplit=1)[0].rstrip("/")).rpartition("/")[0]
    names = tuple(name for name in path.split("/") if name)
    found = list(_POSTED.finditer(f"{path}/"))
    if found:
        year, month, day = found[-1].groups()
        return Folders(names, make_date(int(year), int(month), int(day or 15)))
    for name in reversed(names):
        if years := _YEARS.search(name):
            first, last = int(years[1]), int(years[2] or years[1])
            return Folders(names, years=(first, last) if first <= last else None)
    return Folders(names)


def likelier(sortable: date | None, spoken: date | None, reference: date | None, *, leads: bool) -> list[date]:
    """Two readings of six digits (yymmdd and ddmmyy), the likelier first; none that lies in a year yet to come.

    Close to ``reference`` there is no doubt. Else nobody meets on a Sunday, and digits that lead a name are there to
    sort by; others are of the nearer year, and spoken ones where nothing tells.
    """
    both = [one for one in (spoken, sortable) if one and (reference is None or one.year <= reference.year + 1)]
    past = _RECENT if leads else _FAR

    def doubt(one: date) -> tuple[bool, bool, int]:
        days = (one - reference).days if reference else past + 1
        years = abs(one.year - reference.year) if reference else 0
        return not -past <= days <= _RECENT, one.weekday() == SUNDAY, int(one != sortable) if leads else years

    return sorted(both, key=doubt)
