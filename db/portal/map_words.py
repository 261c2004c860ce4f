"""The map in words: what is said of a département or council, and what can be chosen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.portal.queries_map import Tally
from db.portal.words import Words

PERIODS = {"3": timedelta(days=91), "12": timedelta(days=365), "36": timedelta(days=1096), "all": None}


@dataclass(frozen=True, slots=True)
class Period:
    """Since when results count; ``since`` None: all of them."""

    name: str
    since: date | None

    @property
    def query(self) -> str:
        """Its value in the address, empty for the one that needs no saying."""
        return "" if self.name == "12" else self.name


def period(name: str, now: datetime) -> Period:
    """The period of this name; twelve months where there is none."""
    name = name if name in PERIODS else "12"
    length = PERIODS[name]
    return Period(name, (now.astimezone(ZoneInfo("Europe/Paris")) - length).date() if length else None)


def said(tally: Tally, words: Words) -> str:
    """« 2 votes à venir, 1 adopté, 12 conseils suivis dont 1 aveugle »; says as well that there is nothing."""
    parts = [
        words.count(f"map.n_{name}", number)
        for name, number in (("ahead", tally.ahead), ("adopted", tally.adopted), ("rejected", tally.rejected))
        if number
    ]
    if not tally.watched:
        return words.listed([*parts, words.say("map.unwatched")])
    watched = words.count("map.n_watched", tally.watched)
    if tally.blind:
        watched = words.say("map.of_which", watched=watched, blind=words.count("map.n_blind", tally.blind))
    return words.listed([*(parts or [words.say("map.nothing")]), watched])


def said_of_council(tally: Tally, watch: str, words: Words) -> str:
    """The same of one council, with how it is watched."""
    parts = [
        words.count(f"map.n_{name}", number)
        for name, number in (("ahead", tally.ahead), ("adopted", tally.adopted), ("rejected", tally.rejected))
        if number
    ]
    return words.listed([*(parts or [words.say("map.nothing")]), words.say(f"map.watch.{watch}")])
