"""Which pages are documents themselves."""

from __future__ import annotations

from datetime import date, time

import pytest

from crawler.models import FlagClaim, ItemClaim, Reading, SessionClaim
from pipelines.archive import announced, says_something

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
        (reading(session(date=DAY), calendar=True), 9, True),  # days ahead above a list of papers
        (reading(session(date=DAY)), 0, False),
        (reading(), 0, False),
    ],
)
def test_says_something(read, listed, document):
    assert says_something(read, listed) is document


@pytest.mark.parametrize(
    ("said", "document"),
    [
        ({"date": DAY, "time": time(18, 30)}, False),
        ({"date": DAY}, False),
        ({"date": DAY, "time": time(20)}, True),
        ({"date": date(2026, 4, 9), "time": time(18, 30)}, True),
        ({"date": DAY, "time": time(18, 30), "status": "cancelled"}, True),
        ({"date": DAY, "time": time(18, 30), "items": POINTS}, True),
    ],
)
@pytest.mark.parametrize("calendar", [True, False])
def test_what_another_page_announced_makes_no_document_of_every_page(said, document, calendar):
    told = announced([session(date=DAY, time=time(18, 30))])
    expected = document and (calendar or "time" in said)
    assert says_something(reading(session(**said), calendar=calendar), 0, told) is expected


def test_the_page_of_the_session_itself_is_a_document_though_another_announced_it():
    one = session(date=DAY, time=time(18, 30))
    assert says_something(reading(one), 0, announced([one]), own=DAY)
    assert not says_something(reading(one), 0, announced([one]), own=date(2026, 4, 9))


def test_a_day_whose_paper_is_linked_to_is_announced_by_the_paper():
    one = session(date=DAY, status="scheduled", time=time(18, 30))
    assert says_something(reading(one), 0)
    assert not says_something(reading(one), 0, papers={DAY})
