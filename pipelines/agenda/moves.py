"""Whether a session was moved, postponed or cancelled: only where a text says so of the session itself (DESIGN §1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from crawler.models import DocumentKind, SessionStatus
from pipelines.agenda.evidence import Judged
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.roles import BODY, TITLE

HELD: tuple[DocumentKind, ...] = ("minutes", "deliberation", "list", "decision")
_SITTING = (
    rf"(?:{TITLE}|{BODY})(?: (?:municipale?|communautaire|ordinaire|extraordinaire|publique|du conseil(?: \w+)?))?"
)
_CANCELLED = re.compile(
    rf"\b{_SITTING} (?:est |a ete |sera )?(?:annule|supprime)e?\b(?! et remplace)|^[^\w\n]*annulee?[^\w\n]*$"
    rf"|\bannulation (?:de la |du |de l'){_SITTING}",
    re.MULTILINE,
)
_POSTPONED = re.compile(
    rf"\b{_SITTING} (?:est |a ete |sera )?(?:annulee? et )?(?:reporte|ajourne|differe)e?\b|^[^\w\n]*reportee?[^\w\n]*$"
    rf"|\b(?:avis de )?report (?:de la |du |de l'){_SITTING}|^[^\w\n]*avis de report[^\w\n]*$",
    re.MULTILINE,
)
_TITLES = 1200  # characters of a head in which a title may say that a session is off


def status_of(
    low: str, names: str, judged: Sequence[Judged], when: date, kind: DocumentKind
) -> tuple[SessionStatus, date | None]:
    """The status of the session of that day, and the day it was moved from. ``names`` are link text and heading."""
    roles = {one.value: one.role for one in judged if one.role in ("moved", "cancelled")}
    planned = any(one.role == "planned" for one in judged)
    before = [day for day, role in roles.items() if day != when and (role == "moved" or planned)]
    if kind in HELD:
        return "held", None
    if before:
        return "moved", before[0]
    heading = next(
        (line.start() for line in re.finditer(r"^.*$", low, re.M) if AGENDA_HEADING.search(line[0])), len(low)
    )
    said = f"{low[: min(heading, _TITLES)]}\n{names}"
    if roles.get(when) == "moved" or _POSTPONED.search(said):
        return "postponed", None
    if roles.get(when) == "cancelled" or _CANCELLED.search(said):
        return "cancelled", None
    return "scheduled", None
