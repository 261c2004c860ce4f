"""What invented councils debate, and when they meet."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from tests.councils.ground import Meeting

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
DATA = Path(__file__).parent / "data"
AHEAD = (date(2026, 3, 26), date(2026, 4, 9))
BEHIND = (
    date(2026, 2, 5),
    date(2025, 12, 11),
    date(2025, 10, 2),
    date(2025, 6, 26),
    date(2025, 4, 3),
    date(2025, 2, 13),
    date(2024, 12, 19),
    date(2024, 10, 10),
    date(2024, 6, 20),
    date(2024, 3, 28),
    date(2024, 1, 25),
    date(2023, 12, 14),
    date(2023, 9, 28),
    date(2023, 6, 15),
    date(2023, 3, 30),
)


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple((DATA / name).read_text(encoding="utf-8").split("\n")[:-1])


@cache
def _slots() -> dict[str, list[str]]:
    return tomllib.loads((DATA / "slots.toml").read_text(encoding="utf-8"))


def titles(dice: Random, count: int, year: int) -> tuple[str, ...]:
    """Titles of an agenda, none twice; about one agenda in three has one on surveillance."""
    chosen = dice.sample(_lines("items.txt"), count)
    if dice.random() < 0.35:
        chosen[dice.randrange(count)] = dice.choice(_lines("watching.txt"))
    return tuple(_filled(line, dice, year) for line in chosen)


def _filled(line: str, dice: Random, year: int) -> str:
    words = {name: dice.choice(values) for name, values in sorted(_slots().items())}
    return line.format(n=dice.randint(11, 480), petit=dice.randint(1, 4), an=year, avant=year - 1, **words)


def meetings(
    dice: Random,
    ahead: int,
    behind: int,
    *,
    body: str = "conseil municipal",
    place: str = "à la mairie",
    clock: time | None = time(19, 0),
    shift: int = 0,
    size: tuple[int, int] = (5, 12),
) -> list[Meeting]:
    """Sessions around the fixed day of the tests, the latest first; ``shift`` days make towns differ."""
    days = sorted((*AHEAD[:ahead], *BEHIND[:behind]), reverse=True)
    made = []
    for index, day in enumerate(days):
        moved = day + timedelta(days=shift)
        items = titles(dice, dice.randint(*size), moved.year)
        made.append(Meeting(body, moved, clock, place, moved - timedelta(days=dice.randint(6, 9)), items, index + 1))
    return made


def is_ahead(meeting: Meeting) -> bool:
    return meeting.day >= NOW.date()
