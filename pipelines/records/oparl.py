"""OParl (German councils): a meeting, or one point of an agenda, as their interfaces answer.

Versions 1.0 and 1.1 (https://oparl.org/spezifikation/). A meeting holds its points; one that names them by their
addresses has each of them answered alone, and then ``hints.heading`` names body and day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crawler.models import Hints, ItemClaim, SessionClaim, SessionStatus
from pipelines.records import german
from pipelines.records.told import Records, ToldItem, ToldSession

ZONE = ZoneInfo("Europe/Berlin")  # OParl is the standard of German councils; Austria and Switzerland keep the same time
_TYPE = re.compile(r"oparl\.org/(?:schema/)?1\.\d+/(\w+)", re.I)
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_PARTS = ("room", "streetAddress", "postalCode", "locality")
_MOST_ITEMS = 2_000


def records_of(value: Any, hints: Hints) -> Records | None:
    """A meeting or a point of an agenda; None for every other answer.

    Raises ValueError where a meeting is none: its start is no date, its points no list.
    """
    kind = kind_of(value)
    if kind == "meeting":
        return _records([] if value.get("deleted") is True else [_meeting(value)])
    if kind == "agendaitem":
        return _records(_alone(value, hints))
    return None


def _records(told: Iterable[ToldSession]) -> Records:
    """Once a meeting tells results it is no agenda any more: a session counts as held by papers from after it."""
    sessions = tuple(told)
    return Records("minutes" if any(one.claim.status == "held" for one in sessions) else "agenda", sessions)


def kind_of(value: Any) -> str:
    """The type of an object in lower case ("meeting", "agendaitem"); "" for what is none of OParl's."""
    found = _TYPE.search(value["type"]) if isinstance(value, dict) and isinstance(value.get("type"), str) else None
    return found[1].lower() if found else ""


def local(stated: Any) -> datetime | None:
    """An instant as the council's clock shows it; one without an offset is local already. None where none is stated.

    Raises ValueError for a text that is no instant.
    """
    if not isinstance(stated, str) or not stated.strip():
        return None
    moment = datetime.fromisoformat(stated.strip())
    return moment.astimezone(ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def _meeting(value: Mapping[str, Any]) -> ToldSession:
    name = _text(value, "name")
    start, end = local(value.get("start")), local(value.get("end"))
    items = tuple(_items(value.get("agendaItem")))
    body = german.body_of(name) or "Sitzung"
    place = _place(value.get("location"))
    claim = SessionClaim(
        body=body,
        date=start.date() if start else None,
        time=_hour(start),
        place=place or None,
        status=_status(value, name, items),
        complete=bool(items),
        last_day=end.date() if start and end and end.date() > start.date() else None,
        body_printed=bool(name),
    )
    when = f"{start:%d.%m.%Y}" + (f", {start:%H:%M} Uhr" if _hour(start) else "") if start else ""
    state = _text(value, "meetingState")
    return ToldSession(claim, tuple(line for line in (name or body, when, place, state) if line), items)


def _alone(value: Mapping[str, Any], hints: Hints) -> Iterator[ToldSession]:
    day = _DAY.search(hints.heading)
    body = german.body_of(hints.heading[: day.start()].strip(" ,;")) if day else ""
    item = next(_items([value]), None)
    if item is None or day is None or not body:
        return
    held: SessionStatus = "held" if item.claim.votes else "scheduled"
    claim = SessionClaim(body=body, date=date(int(day[1]), int(day[2]), int(day[3])), status=held)
    yield ToldSession(claim, (hints.heading,), (item,))


def _items(values: Any) -> Iterator[ToldItem]:
    """The public points; what is not public is left out even where a title slipped through."""
    if values is not None and not isinstance(values, list):
        raise ValueError("agendaItem is no list")
    for value in (values or [])[:_MOST_ITEMS]:
        title = _text(value, "name") if isinstance(value, dict) else ""
        if not title or value.get("public") is False or value.get("deleted") is True:
            continue
        number = _text(value, "number").rstrip(".): ")
        result, resolution = _text(value, "result"), _text(value, "resolutionText")
        vote = german.vote_of(result, resolution)
        claim = ItemClaim(
            title,
            number.removeprefix("TOP").removeprefix("Ö").strip() or None,
            minor=german.is_minor(title),
            withdrawn=vote is not None and vote.result in ("withdrawn", "adjourned"),
            votes=(vote,) if vote else (),
        )
        lines = (f"{number} {title}".strip(), f"Ergebnis: {result}" if result else "", resolution)
        yield ToldItem(claim, tuple(line for line in lines if line))


def _status(value: Mapping[str, Any], name: str, items: tuple[ToldItem, ...]) -> SessionStatus:
    state = _text(value, "meetingState")
    if value.get("cancelled") is True or german.is_off(state) or german.is_off(name):
        return "cancelled"
    if german.is_later(state):
        return "postponed"
    done = state.lower().startswith(("durchgeführt", "abgeschlossen", "beendet"))
    return "held" if done or any(item.claim.votes for item in items) else "scheduled"


def _hour(moment: datetime | None) -> time | None:
    """The time of day; midnight is what programs write where nobody said one."""
    return moment.time().replace(second=0, microsecond=0) if moment and moment.time() != time(0) else None


def _place(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    parts = [_text(value, name) for name in _PARTS]
    stated = _text(value, "description") or ", ".join(part for part in parts if part)
    room = parts[0]
    return stated if not room or room in stated else f"{room}, {stated}"


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return " ".join(found.split()) if isinstance(found, str) else ""
