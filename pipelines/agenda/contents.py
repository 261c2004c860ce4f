"""The table of contents of a bundle of reports: its lines, and where the titles stand again in the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.agenda.announced import announced_headings
from pipelines.agenda.entries import Entry
from pipelines.agenda.listing import parse_list
from pipelines.agenda.numbered import act_headings
from pipelines.agenda.rows import Row
from pipelines.agenda.words import fold_title

_LEADER = re.compile(r"(?:[.…·_]\s?){4,}\s*(?:p(?:age|\.)?\s?)?(\d{1,4})\s*$|…\s*(\d{1,4})\s*$")
_TAIL = re.compile(r"(?<![\s.…·_])[\s.…·_]*(?:[.…·_]\s?){3}\s*(?:p(?:age|\.)?\s?)?\d{1,4}\s*$|…\s*\d{1,4}\s*$")
LEAST = 3  # lines with a page number that make a table of contents
_APART = 12  # rows between two of them: rubrics and long titles
FOUND = 0.6  # of the titles, which must stand again in the body


def contents(rows: Sequence[Row]) -> tuple[int, int] | None:
    """The first row of the table of contents at the start of a document, and the row after it."""
    last = None
    rising: list[int] = []
    first = 0
    for index, row in enumerate(rows):
        if last is not None and index - last > _APART:
            break
        if (found := _LEADER.search(row.text[-200:])) is None:
            continue
        page = int(found[1] or found[2])
        if rising and page < rising[-1]:
            break
        if last is None:
            first = index
        last = index
        rising.append(page)
    if last is None or len(rising) < LEAST or rising[-1] == rising[0]:
        return None
    begin = next((index for index in range(first, -1, -1) if _names_contents(rows[index])), None)
    return (first if begin is None else begin + 1, last + 1)


def _names_contents(row: Row) -> bool:
    return re.match(r"\W*(?:sommaire|table des (?:matieres|rapports)|ordre du jour|index)\b", row.plain) is not None


def reports_of_contents(rows: Sequence[Row]) -> list[Entry]:
    """The headings of the reports that the table of contents names, numbered as there; none where too few are found."""
    if (where := contents(rows)) is None:
        return []
    begin, end = where
    listed = [entry for entry in parse_list(list(map(_unled, rows[:end])), begin)[0] if entry.title]
    entries = announced_headings(rows, listed, end)
    if len(listed) < LEAST or len(entries) < FOUND * len(listed):
        acts = act_headings(rows, end)
        return acts if len(acts) >= FOUND * max(len(listed), LEAST) else []
    for entry in entries:
        if entry.source is None:
            continue
        entry.number = entry.number or entry.source.number
        if fold_title(entry.source.title).startswith(fold_title(entry.title)):
            entry.parts = list(entry.source.parts)  # the body's breaks off at a change of print
    return entries


def _unled(row: Row) -> Row:
    """A line of a table of contents without its leader and page number."""
    text = _TAIL.sub("", row.text)
    if text == row.text:
        return row
    given = replace(row.given, rest=_TAIL.sub("", row.given.rest)) if row.given is not None else None
    return replace(row, text=text, plain=row.plain[: len(text)], given=given)
