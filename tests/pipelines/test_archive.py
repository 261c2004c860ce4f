"""Which pages are documents themselves."""

from __future__ import annotations

from datetime import date, time

import pytest

from crawler.models import FlagClaim, ItemClaim, Reading, SessionClaim
from pipelines.archive import says_something

DAY = date(2026, 3, 12)
POINTS = (ItemClaim("Budget primitif"), ItemClaim("Approbation du procès-verbal de la séance du 5 février"))
ENTRIES = tuple(map(ItemClaim, ("Ordre du jour du 12 mars 2026", "Procès-verbal du 5 février", "Lire la suite")))


def reading(*sessions: SessionClaim, kind="agenda", characters=300, **more) -> Reading:
    return Reading("text/html", "read", kind=kind, sessions=sessions, characters=characters, **more)


def session(**said) -> SessionClaim:
    return SessionClaim("conseil municipal", **said)


@pytest.mark.parametrize(
    ("read", "listed", "document"),
    [
        (reading(session(date=DAY, items=POINTS)), 0, True),
        (reading(session(date=DAY, items=POINTS)), 9, True),  # an agenda whose points link to their drafts
        (reading(session(date=DAY, items=ENTRIES)), 9, False),  # a list of papers
        (reading(session(date=DAY, items=ENTRIES)), 0, False),
        (reading(session(date=DAY, time=time(18, 30))), 1, True),  # an announcement with its hour
        (reading(session(date=DAY, time=time(18, 30))), 5, False),  # teasers of several
        (reading(session(items=POINTS)), 0, False),  # no date: no session
        (reading(flags=(FlagClaim(0.8, (), "drones", 1),)), 0, True),
        (reading(flags=(FlagClaim(0.8, (), "drones", 1),)), 8, False),
        (reading(kind="minutes", characters=2000), 0, True),
        (reading(kind="other", characters=2000), 0, False),
        (reading(), 0, False),
    ],
)
def test_says_something(read, listed, document):
    assert says_something(read, listed) is document
