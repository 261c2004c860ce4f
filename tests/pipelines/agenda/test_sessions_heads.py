"""Heads of documents in many wordings, each with the sessions that it speaks of.

``heads/*.toml`` gives the text, what was known before (hints), and the sessions; a value that is not named there must
be null, the order 1, the status "scheduled". Items are not looked at here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.models import SessionClaim

FOLDER = Path(__file__).parent / "heads"
HEADS = [
    pytest.param(head, id=f"{path.stem}: {head['id']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for head in tomllib.loads(path.read_text(encoding="utf-8"))["head"]
]
NOTHING = {
    "date": None,
    "time": None,
    "last_day": None,
    "place": None,
    "convened_on": None,
    "status": "scheduled",
    "order": 1,
    "moved_from": None,
}
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip


def said(session: SessionClaim) -> dict[str, Any]:
    return {"body": session.body} | {key: getattr(session, key) for key in NOTHING}


@pytest.mark.parametrize("head", HEADS)
def test_a_head(head: dict[str, Any], say: Callable[..., Any]) -> None:
    kind, sessions = say(head["text"], **head.get("hints", {}))
    expected = [NOTHING | one for one in head["sessions"]]
    assert [said(one) for one in sessions] == expected
    assert kind == head.get("kind", kind)


def test_the_heads_are_many_and_sound() -> None:
    """A weekday written beside a whole date is that day's, unless the head is about a wrong one."""
    assert len(HEADS) >= 150
    whole = re.compile(rf"\b({'|'.join(DAYS)})\s+(\d+)(?:er)?\s+({'|'.join(MONTHS)})\s+(\d{{4}})", re.I)
    for head in (param.values[0] for param in HEADS):
        for name, day, month, year in whole.findall(head["text"]) if "weekday" not in head["id"] else ():
            stated = date(int(year), MONTHS.index(month.lower()) + 1, int(day))
            assert DAYS[stated.weekday()] == name.lower(), (head["id"], name, stated)
