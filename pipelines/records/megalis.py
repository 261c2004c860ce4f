"""Acts as the search of Megalis and publication-actes.fr lists them: the deliberations of each session day.

The spider fetches the acts themselves; a list that somebody saved is read here. It says when a deliberation was taken
and what about (``objet``, cut at 256 characters), not how it was voted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from crawler.models import Hints, ItemClaim, SessionClaim
from pipelines.agenda.bodies import DEFAULTS
from pipelines.agenda.titles import is_minor
from pipelines.records.told import Records, ToldItem, ToldSession

DELIBERATION = "1"
_KEYS = {"objet", "date_acte", "id_publication", "classification_code"}
_NUMBERED = re.compile(
    r"^((?=[^\s_:]*\d)[A-Za-z]{0,6}[\s_-]?\d{2,4}(?:[-_./]\d{1,4})*[A-Z]?)(?:\s*[:–-]\s*|[\s_]+)(?=\S)"
)
_MOST = 20_000  # acts


def records_of(value: Any, hints: Hints) -> Records | None:
    """A page of the search, or the acts of several pages in one list; None for every other answer.

    Raises ValueError where an act has no readable date.
    """
    acts = value.get("resultats") if isinstance(value, dict) and "nb_resultats" in value else value
    if not isinstance(acts, list) or not acts or not all(isinstance(act, dict) and act.keys() >= _KEYS for act in acts):
        return None
    days: dict[date, list[Mapping[str, Any]]] = {}
    for act in acts[:_MOST]:
        if str(act.get("type")) == DELIBERATION:
            days.setdefault(date.fromisoformat(str(act["date_acte"])[:10]), []).append(act)
    return Records("list", tuple(_session(day, days[day], hints) for day in sorted(days, reverse=True)))


def _session(day: date, acts: list[Mapping[str, Any]], hints: Hints) -> ToldSession:
    # No field names the body that sat; one SIREN publishes the acts of its council and of its bureau alike.
    claim = SessionClaim(body=DEFAULTS[hints.council_kind], date=day, status="held", body_printed=False)
    items = [_item(act) for act in acts]
    items.sort(key=lambda item: item.claim.number or "")
    return ToldSession(claim, (f"Délibérations du {day:%d/%m/%Y}",), tuple(items))


def _item(act: Mapping[str, Any]) -> ToldItem:
    stated = " ".join(str(act["objet"]).split())
    numbered = _NUMBERED.match(stated)
    rest = stated[numbered.end() :] if numbered else stated
    title = rest if " " in rest else rest.replace("_", " ")  # a clerk's file name: "DE2025_150_convention_gestion"
    theme = " ".join(str(act.get("classification_libelle") or "").split())
    claim = ItemClaim(title, numbered[1] if numbered else None, theme=theme or None, minor=is_minor(title))
    return ToldItem(claim, (f"{claim.number or ''} {title}".strip(), theme) if theme else (title,))
