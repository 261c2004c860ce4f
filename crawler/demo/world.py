"""The invented region: its councils, their sittings, what is voted and what changes tomorrow.

All of it follows from three things: the day the demo began, the day it is, and which changes have
happened. The same three give the same world, down to the last byte of each document.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from crawler.demo.wording import Tally, long_date

CLOSED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 31)}
LIST_AFTER, MINUTES_AFTER = timedelta(days=5), timedelta(days=2)
NOTICE = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Town:
    """A council of the invented region, as ``councils.toml`` has it."""

    id: str
    name: str
    kind: Literal["commune", "epci"]
    department: str
    body: str
    members: int
    ahead: tuple[int, ...]
    every: int
    past: int
    hour: time
    place: str
    address: str
    points: int
    chair: str
    head: str
    people: tuple[str, ...]
    opposition: tuple[str, ...]
    streets: tuple[str, ...]
    schools: tuple[str, ...]
    clubs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of an agenda; ``number`` counts from 1 and is not the reference of the act."""

    number: int
    title: str
    rubric: str
    rapporteur: str
    body: tuple[str, ...]
    tally: Tally
    formal: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting of a council; dates are local. ``index`` 0 is the next one at the start of the demo."""

    town: Town
    index: int
    day: date
    hour: time
    convened: date
    points: tuple[Point, ...]
    previous: date  # the sitting before
    following: date | None  # the sitting after
    moved_from: date | None = None
    revised: bool = False  # its agenda changed after it was issued

    @property
    def issued(self) -> date:
        """When the agenda that is online now was put there."""
        return self.convened + timedelta(days=self.revised)

    @property
    def filed(self) -> date:
        """The day under which its papers were filed: a sitting that moves keeps its addresses."""
        return self.moved_from or self.day

    def has_agenda(self, today: date) -> bool:
        """Whether the agenda is online; until then the date alone is announced."""
        return self.convened <= today

    def has_list(self, today: date) -> bool:
        """Whether the list of deliberations is online (a few days after the sitting)."""
        return self.day + LIST_AFTER <= today

    def has_minutes(self, today: date) -> bool:
        """Whether the minutes are online: once the next sitting has approved them."""
        return self.following is not None and self.following + MINUTES_AFTER <= today


@dataclass(frozen=True, slots=True)
class World:
    """The region on one day."""

    began: date
    today: date
    changes: frozenset[str]
    towns: tuple[Town, ...]
    sittings: Mapping[str, tuple[Sitting, ...]]  # by town, the latest first

    @classmethod
    def make(cls, began: date, today: date, changes: frozenset[str] = frozenset()) -> World:
        """The world that began on ``began`` as it is ``today``, after ``changes`` (ids of ``known_changes``)."""
        listed = towns()
        sittings = {town.id: _sittings(town, began, changes) for town in listed}
        return cls(began, today, changes, listed, sittings)


def region() -> Mapping[str, Any]:
    """Name, code and départements of the invented region."""
    told: Mapping[str, Any] = _data("councils")["region"]
    return told


def known_changes() -> dict[str, str]:
    """What may change tomorrow: id to a line of English that says it."""
    return {change["id"]: change["says"] for change in _data("matters")["change"]}


@lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """The five councils."""
    read = []
    for row in _data("councils")["council"]:
        fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        read.append(Town(**{**fields, "hour": time.fromisoformat(row["hour"])}))
    return tuple(read)


@lru_cache(maxsize=4)
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("crawler.demo").joinpath("data", f"{name}.toml").read_text("utf-8"))


def working_day(day: date) -> date:
    """``day``, or the next one on which a council may sit."""
    while day.weekday() >= 5 or (day.month, day.day) in CLOSED:
        day += timedelta(days=1)
    return day


def _days(town: Town, began: date) -> dict[int, date]:
    """Index to day: the sittings ahead, and a regular past without August."""
    days = {index: working_day(began + timedelta(days=offset)) for index, offset in enumerate(town.ahead)}
    index, weeks = -1, 0
    while index >= -town.past:
        weeks += town.every
        day = days[0] - timedelta(weeks=weeks)
        if day.month != 8:
            days[index] = working_day(day)
            index -= 1
    return days


def _sittings(town: Town, began: date, changes: frozenset[str]) -> tuple[Sitting, ...]:
    days = _days(town, began)
    made = []
    for index in sorted(days, reverse=True):
        planned = days[index]
        day, hour = (planned, town.hour) if index else _rescheduled(town, planned, changes)
        made.append(
            Sitting(
                town=town,
                index=index,
                day=day,
                hour=hour,
                convened=min(planned - NOTICE, began - timedelta(days=1)) if index == 0 else planned - NOTICE,
                points=_points(
                    town, index, planned, days.get(index - 1, planned - timedelta(weeks=town.every)), changes
                ),
                previous=days.get(index - 1, planned - timedelta(weeks=town.every)),
                following=days.get(index + 1),
                moved_from=planned if day != planned else None,
                revised=index == 0
                and any(c["council"] == town.id and c["id"] in changes for c in _data("matters")["change"]),
            )
        )
    return tuple(made)


def _rescheduled(town: Town, planned: date, changes: frozenset[str]) -> tuple[date, time]:
    day, hour = planned, town.hour
    for change in _data("matters")["change"]:
        if change["council"] == town.id and change["id"] in changes:
            day = working_day(day + timedelta(days=change.get("days", 0)))
            hour = time.fromisoformat(change.get("hour", hour.isoformat()))
    return day, hour


def _points(town: Town, index: int, day: date, previous: date, changes: frozenset[str]) -> tuple[Point, ...]:
    """The agenda of one sitting: formalities, ordinary business, and what was placed by hand."""
    dice = random.Random(f"{town.id} {index}")
    ordinary = [entry for entry in _data("business")["point"] if entry.get("of", town.kind) == town.kind]
    chosen = dice.sample(ordinary, town.points - 4)
    rubrics = list(dict.fromkeys(entry["rubric"] for entry in chosen))
    chosen.sort(key=lambda entry: rubrics.index(entry["rubric"]))
    entries = [_filled(entry, town, day, dice) for entry in chosen]
    for matter in _data("matters")["matter"]:
        if (matter["council"], matter["sitting"]) == (town.id, index) and _applies(matter, changes):
            entries.insert(matter["place"] - 3, matter)
    first, last = _formalities(town, previous, dice)
    return tuple(
        Point(
            number=number,
            title=entry["title"],
            rubric=entry["rubric"],
            rapporteur=town.chair if entry.get("formal") else _deputy(town, entry["rubric"]),
            body=tuple(entry["body"]),
            tally=_tally(entry, town, random.Random(f"{town.id} {index} {entry['title']}")),
            formal=entry.get("formal", False),
            withdrawn=entry.get("withdrawn", False),
        )
        for number, entry in enumerate([*first, *entries, *last], 1)
    )


def _deputy(town: Town, rubric: str) -> str:
    """Who reports on a rubric: each deputy keeps a portfolio."""
    return random.Random(f"{town.id} {rubric}").choice(town.people)


def _applies(matter: Mapping[str, Any], changes: frozenset[str]) -> bool:
    begun = "from" not in matter or matter["from"] in changes
    return begun and not ("until" in matter and matter["until"] in changes)


def _filled(entry: Mapping[str, Any], town: Town, day: date, dice: random.Random) -> dict[str, Any]:
    words = {
        "year": day.year + 1,
        "small": dice.randint(2, 9),
        "amount": f"{dice.randint(12, 480)} {dice.choice(['000', '200', '450', '500', '750'])}",
        "street": dice.choice(town.streets),
        "school": dice.choice(town.schools),
        "club": dice.choice(town.clubs),
    }
    title = entry["title"].format(**words).replace("l’groupe", "le groupe")
    body = [paragraph.format(**words) for paragraph in entry["body"]]
    return {**entry, "title": title.replace("de le ", "du "), "body": body}


def _formalities(town: Town, previous: date, dice: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    office = "président" if town.kind == "epci" else "maire"
    article = "L. 5211-10" if town.kind == "epci" else "L. 2122-22"
    decisions = [
        f"Décision n° {dice.randint(10, 99)} : {what}."
        for what in dice.sample(
            ["location d’une benne", "contrat d’entretien des chaudières", "concession dans le cimetière",
             "achat de mobilier scolaire", "contrat de cession d’un spectacle", "bail d’un garage"], 3)
    ]  # fmt: skip

    def formal(title: str, *body: str, noted: bool = False) -> dict[str, Any]:
        return {"title": title, "rubric": "Vie de l’assemblée", "body": body, "formal": True, "noted": noted}

    first = [
        formal("Désignation du secrétaire de séance", f"{town.people[0]} est désigné(e) pour remplir cette fonction."),
        formal(f"Approbation du procès-verbal de la séance du {long_date(previous, weekday=False)}"),
    ]
    last = [
        formal(f"Compte rendu des décisions du {office} (article {article} du CGCT)", *decisions, noted=True),
        formal("Questions diverses", noted=True),
    ]
    return first, last


def _tally(entry: Mapping[str, Any], town: Town, dice: random.Random) -> Tally:
    if "tally" in entry:
        told = entry["tally"]
        return Tally(told["result"], told.get("for"), told.get("against"), told.get("abstain"))
    if entry.get("noted"):
        return Tally("noted")
    present = town.members - dice.randint(0, town.members // 6)
    if dice.random() < 0.7:
        return Tally("adopted", present, 0, 0)
    against = dice.randint(1, max(2, town.members // 6))
    abstain = dice.randint(0, 3)
    return Tally("adopted", present - against - abstain, against, abstain)
