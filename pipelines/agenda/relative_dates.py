"""Days that are told from another: "se réunira mardi prochain", "demain à 20 h".

``dateparser`` is asked only for the phrase that follows an announcement in which our grammar found nothing, because
alone it also finds dates in "83%" or "M57".
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import dateparser

from pipelines.agenda.dates import WEEKDAYS, FoundDate
from pipelines.agenda.words import plain

_WEEKDAY = "|".join(WEEKDAYS)
_RELATIVE = re.compile(
    rf"^[\s,:]*(?:le |ce |du )?((?:demain|apres-demain|aujourd'hui|(?:{_WEEKDAY})(?: prochain)?"
    r"|\d{1,2}(?:er)? [a-z]{3,10}\.? ?(?:20\d\d)?|dans \d{1,2} (?:jours|semaines)))(?![a-z])"
)


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
