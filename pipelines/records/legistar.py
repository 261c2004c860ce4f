"""Legistar (councils of the United States): an event with its items, or the items of one event alone.

Fields as https://webapi.legistar.com/Help lists them. A list of items does not say when the event is: then
``hints.heading`` does ("City Council, 2026-03-10 18:00"), as the spider wrote it from the list of events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from crawler.models import Hints, ItemClaim, SessionClaim, SessionStatus
from pipelines.records import american
from pipelines.records.told import Records, ToldItem, ToldSession

_HEADED = re.compile(r"^(.+?),? (\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?$")
_RUBRIC = 90  # characters of a row without number and file that may head those below it
_MOST_ITEMS = 2_000
_BREAKS = frozenset({"page break", "-", "***", "line break"})


@dataclass(frozen=True, slots=True)
class _Item:
    """An event item, as far as it is read."""

    order: tuple[int, int]
    number: str
    title: str
    file: str
    matter: bool
    told: tuple[str, ...]  # notes and what was done
    passed: str
    action: str
    tally: str


def records_of(value: Any, hints: Hints) -> Records | None:
    """An event, or a list of event items; None for every other answer.

    Raises ValueError where an event has no readable date.
    """
    if isinstance(value, dict) and "EventId" in value and "EventBodyName" in value:
        return _records([_event(value)])
    if isinstance(value, list) and value and all(isinstance(one, dict) and "EventItemId" in one for one in value):
        return _records(_alone(value, hints))
    return None


def _records(told: Iterable[ToldSession]) -> Records:
    """Once an event tells results it is no agenda any more: a session counts as held by papers from after it."""
    sessions = tuple(told)
    return Records("minutes" if any(one.claim.status == "held" for one in sessions) else "agenda", sessions)


def _event(value: Mapping[str, Any]) -> ToldSession:
    stated = _text(value, "EventDate")
    day = date.fromisoformat(stated[:10]) if stated else None
    hour = american.hour_of(_text(value, "EventTime"))
    rows = value.get("EventItems")
    items = tuple(_told(_read(rows if isinstance(rows, list) else [])))
    body, place, comment = (_text(value, name) for name in ("EventBodyName", "EventLocation", "EventComment"))
    agenda = _text(value, "EventAgendaStatusName")
    status: SessionStatus = "scheduled"
    if american.is_off(agenda, comment, place, body, _text(value, "EventTime")):
        status = "cancelled"
    elif american.is_later(agenda, comment, place):
        status = "postponed"
    elif any(item.claim.votes for item in items) or _text(value, "EventMinutesFile"):
        status = "held"
    claim = SessionClaim(
        body=body or "Council",
        date=day,
        time=hour,
        place=place or None,
        status=status,
        complete=bool(items),
        body_printed=bool(body),
    )
    when = " ".join(part for part in (stated[:10], _text(value, "EventTime")) if part)
    return ToldSession(claim, tuple(line for line in (body, when, place, agenda, comment) if line), items)


def _alone(rows: Sequence[Mapping[str, Any]], hints: Hints) -> Iterator[ToldSession]:
    headed = _HEADED.match(" ".join(hints.heading.split()))
    items = tuple(_told(_read(rows)))
    if headed is None or not items:
        return
    hour = time(int(headed[5]), int(headed[6])) if headed[5] else None
    held: SessionStatus = "held" if any(item.claim.votes for item in items) else "scheduled"
    day = date(int(headed[2]), int(headed[3]), int(headed[4]))
    claim = SessionClaim(body=headed[1], date=day, time=hour, status=held, complete=True)
    yield ToldSession(claim, (hints.heading,), items)


def _read(rows: Sequence[Any]) -> list[_Item]:
    """Items in the order of the agenda; what came up in the session alone stands where the minutes have it."""
    found = [_item(row) for row in rows[:_MOST_ITEMS] if isinstance(row, dict)]
    return sorted((item for item in found if item is not None), key=lambda item: item.order)


def _item(row: Mapping[str, Any]) -> _Item | None:
    title = _text(row, "EventItemTitle") or _text(row, "EventItemMatterName")
    if not title or title.lower() in _BREAKS:
        return None
    action = _text(row, "EventItemActionName")
    names = ("EventItemAgendaNote", "EventItemActionText", "EventItemMinutesNote")
    order = row.get("EventItemAgendaSequence") or row.get("EventItemMinutesSequence") or 0
    return _Item(
        (order if isinstance(order, int) else 0, row["EventItemId"] if isinstance(row.get("EventItemId"), int) else 0),
        _text(row, "EventItemAgendaNumber").rstrip(".): "),
        title,
        _text(row, "EventItemMatterFile"),
        bool(row.get("EventItemMatterId") or _text(row, "EventItemMatterFile")),
        tuple(text for text in (action, *(_text(row, name) for name in names)) if text),
        _text(row, "EventItemPassedFlagName"),
        action,
        _text(row, "EventItemTally"),
    )


def _told(items: Sequence[_Item]) -> Iterator[ToldItem]:
    """Items as claims. A row without number and file heads those below it; a long one belongs to the one above."""
    theme: str | None = None
    last: ToldItem | None = None
    for item in items:
        if item.number or item.matter or (item.passed and item.action):
            if last is not None:
                yield last
            last = _as_told(item, theme)
        elif len(item.title) <= _RUBRIC and not item.told:
            theme = item.title
        elif last is not None:
            last = replace(last, lines=(*last.lines, item.title, *item.told))
        else:
            last = _as_told(item, None)
    if last is not None:
        yield last


def _as_told(item: _Item, theme: str | None) -> ToldItem:
    vote = american.vote_of(item.passed, item.action, item.tally, " ".join(item.told))
    claim = ItemClaim(
        item.title,
        item.number or item.file or None,
        theme=theme,
        minor=american.is_minor(item.title),
        withdrawn=vote is not None and vote.result in ("withdrawn", "adjourned"),
        votes=(vote,) if vote else (),
    )
    heading = " ".join(part for part in (item.number, item.file, item.title) if part)
    tally = f"{item.passed} {item.tally}".strip()
    return ToldItem(claim, tuple(line for line in (heading, *item.told, tally) if line))


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return " ".join(found.split()) if isinstance(found, str) else ""
