"""What running heads tell: the sitting, on the first page, and the report that a page belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import Line
from pipelines.agenda.words import squeeze

_OWN = re.compile(
    r"\W{0,3}(?:(?:projet de )?(?:rapport|deliberation|dossier|affaire|question|point)\s{0,3}(?:n\s?[°o]\s?)?|n\s?°\s?)"
    r"(?=[\w./-]{0,20}\d)[\w./-]{1,20}\W{0,3}$"
)
_LOWER = 500.0  # points from the top of a page, from which no title of a report stands
_REPORT = re.compile(
    r"\b(?:rapport|deliberation|dossier|affaire)s? ?(?:n\s?[°o]\s?:? ?)(?=[\w./-]{0,24}\d)([\w./-]{1,25})(?<![./-])"
)


def own_titles(repeated: Sequence[Line], low: dict[int, str]) -> set[int]:
    """Of what stands at the edges of pages the titles of reports ("Rapport n° 12"): each the first time it is printed.

    ``low`` holds the plain text of each line by its id.
    """
    first: dict[str, int] = {}
    for line in repeated:
        if line.top < _LOWER and _OWN.match(low[id(line)]):
            first.setdefault(squeeze(low[id(line)]), id(line))
    return set(first.values()) if len(first) > 1 else set()


def reports(repeated: Sequence[Line], low: dict[int, str]) -> dict[int, str]:
    """The number of the report that a page's running head names, by page; none where they name but one."""
    found: dict[int, str] = {}
    for line in repeated:
        text = low[id(line)]
        if (match := _REPORT.search(text[:200])) is not None and not _OWN.match(text):
            found.setdefault(line.page, line.text[match.start(1) : match.end(1)])
    return found if len(set(found.values())) > 1 else {}


def heads(repeated: Sequence[Line], kept: Sequence[Line]) -> set[int]:
    """Ids of the running heads of the first page: there they are the head of the document."""
    if not kept:
        return set()
    first = kept[0]
    return {
        id(line)
        for line in repeated
        if (line.page, line.start) < (first.page, first.start) and any(map(str.isalpha, line.text))
    }
