"""A single act ("extrait du registre des délibérations"): one heading, wherever its layout puts it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.dates import find_dates
from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.markers import Mark
from pipelines.agenda.openings import opening
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import stops
from pipelines.agenda.words import capitals

EXTRACT = re.compile(r"extraits? (?:du|des) (?:registres?|proces|deliberations?)")
_OBJECT = re.compile(
    r"^\W{0,3}objet(?: de la deliberation| du rapport)?\s{0,3}"
    r"(?:[:\-]\s{0,3}(?=\S)|:?$|(?=\S)(?!de la delib|du rapport\W{0,3}$))"
)
_NUMBER = re.compile(
    r"(?:deliberation|delib|acte|dcm"
    r"|rapport)?\s{0,3}n\s{0,3}°\s{0,3}:?\s{0,3}"
    r"([a-z]{0,5}[ _.\-]?\d{1,4}(?:\s?[._/\-]\s?[a-z]?\d{1,6}){0,3}[a-z]{0,3})\b"
    r"|^(?:numero|reference|ref\.?)\s*+:?\s*+([\w./\-]{4,20})$"
)
_FURNITURE = re.compile(
    r"seance|extrait|registre|deliberation|conseil|^ville|commune|departement|republique|arrondissement|canton|date"
    r"|membres|nombre|convo"
    r"|presents|absents|excuses|pouvoir|procuration|secretaire|president|direction|service|affich|^n ?°|prefecture"
    r"|l'an "
)
_HEAD = re.compile(
    r"\W{0,9}(?:n ?°|deliberation\b|extrait|seance|registre|ordre du jour|annexe|rapporteur|service|direction|pole)"
)
LEAST = 12  # characters of a heading
SEARCHED = 70  # rows of an act in which its heading stands


def find_act(rows: Sequence[Row]) -> Entry | None:
    """The heading of a single act; None where nothing looks like one."""
    top = rows[:SEARCHED]
    entry = (
        _numbered(rows, top)
        or _object(rows, top)
        or _shown(rows, top)
        or _largest(rows, top)
        or _after_names(rows, top)
    )
    if entry is None:
        return None
    if entry.number is None:
        entry.number = _number(top)
    return entry


def _numbered(rows: Sequence[Row], top: Sequence[Row]) -> Entry | None:
    for index, row in enumerate(top):
        mark = row.mark
        if mark is None or mark.family not in ("act", "worded") or not re.search(r"[a-z]{3}", mark.rest.lower()):
            continue
        if not _FURNITURE.match(mark.rest.lower()) and (row.bold or row.gap or len(row.text) > 30):
            return heading(rows, index, mark, apart=True)
    return None


def _object(rows: Sequence[Row], top: Sequence[Row]) -> Entry | None:
    for index, row in enumerate(top):
        match = _OBJECT.match(row.plain)
        if match is None:
            continue
        rest = row.text[match.end() :].strip(" :")
        if rest:
            return heading(rows, index, Mark("object", None, 0, rest), apart=True)
        if index + 1 < len(rows):
            return heading(rows, index + 1, None, apart=True)
    return None


def _dated(row: Row) -> bool:
    """Whether a line says a day and hardly anything else."""
    return 2 * sum(one.end - one.start for one in find_dates(row.plain)) >= len(row.text)


def _shown(rows: Sequence[Row], top: Sequence[Row]) -> Entry | None:
    """The one heading in bold or capitals between the opening of the act and its report."""
    begin = opening(top)
    for index in range(begin, min(begin + 6, len(top))):
        row = top[index]
        if row.page != rows[0].page or stops(row.plain) or row.cells:
            return None
        if not (row.bold or capitals(row.text)) or not LEAST <= len(row.text) <= 250 or _dated(row):
            continue
        if _HEAD.match(row.plain):
            continue
        entry = heading(rows, index, None, apart=True)
        below = rows[entry.stop] if entry.stop < len(rows) else None
        return entry if below is not None and not below.bold and not capitals(below.text) else None
    return None


def _largest(rows: Sequence[Row], top: Sequence[Row]) -> Entry | None:
    """The largest print of the first page that is no furniture."""
    fit = [
        (index, row)
        for index, row in enumerate(top)
        if row.page == rows[0].page
        and row.size
        and len(row.text) > 8
        and not _FURNITURE.search(row.plain)
        and not stops(row.plain)
        and not find_dates(row.plain)
    ]
    usual = sorted(row.size for row in top)[len(top) // 2] if top else 0
    # a body's own name may open a title ("Conseil local de sécurité"), so large print passes where it is not the head's
    fit += [
        (index, row)
        for index, row in enumerate(top)
        if row.size >= 1.2 * usual
        and index > 8
        and len(row.text) > 8
        and not re.search(r"seance|extrait|registre", row.plain)
        and not find_dates(row.plain)
    ]
    large = [(index, row) for index, row in fit if row.size >= 1.15 * usual]
    if not large:
        return None
    index = max(large, key=lambda pair: (pair[1].size, -pair[0]))[0]
    return heading(rows, index, None, apart=True)


def _after_names(rows: Sequence[Row], top: Sequence[Row]) -> Entry | None:
    """The line before the report begins, after those present were named."""
    named = False
    for index, row in enumerate(top):
        if re.match(r"secretaire|presents?|absents?|etaient|excuses|pouvoirs?|procuration", row.plain):
            named = True
        elif (
            named
            and (row.bold or row.gap)
            and 12 <= len(row.text) <= 250
            and not _FURNITURE.search(row.plain)
            and not stops(row.plain)
        ):
            return heading(rows, index, None, apart=True)
    return None


def _number(top: Sequence[Row]) -> str | None:
    for row in top:
        if (match := _NUMBER.search(row.plain)) is not None and len(row.text) < 90:
            group = 1 if match[1] else 2
            return row.text[match.start(group) : match.end(group)].strip()
    return None
