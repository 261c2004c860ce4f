"""Events of councils in the United States as Legistar answers. All councils are invented."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from crawler.models import Hints
from pipelines.read import read
from pipelines.records import american
from pipelines.records.legistar import records_of

HINTS = Hints(council_id="port-amery", council_name="Port Amery", reference_date=date(2026, 3, 2))


def event(**more: Any) -> dict[str, Any]:
    return {
        "EventId": 896,
        "EventBodyName": "City Council",
        "EventDate": "2026-03-10T00:00:00",
        "EventTime": "6:30 PM",
        "EventAgendaStatusName": "Final",
        "EventMinutesStatusName": "Draft",
        "EventLocation": "Council Chambers - 500 Harbor Street",
        "EventAgendaFile": "https://legistar1.example/portamery/896_A.pdf",
        "EventMinutesFile": None,
        "EventComment": None,
        "EventItems": [
            row(1, None, "Call to Order"),
            row(2, None, "CONSENT CALENDAR"),
            row(3, "4.1", "Approval of Minutes.", EventItemMatterId=7, EventItemMatterFile="26-088"),
            row(
                4,
                "4.2",
                "Agreement for Automated License Plate Readers",
                EventItemMatterId=8,
                EventItemMatterFile="26-089",
                EventItemAgendaNote="Forty cameras by the vendor of the current pilot.",
            ),
            row(5, None, "PAGE BREAK"),
        ],
        **more,
    }


def row(order: int, number: str | None, title: str, **more: Any) -> dict[str, Any]:
    return {
        "EventItemId": 14330 + order,
        "EventItemEventId": 896,
        "EventItemAgendaSequence": order,
        "EventItemMinutesSequence": None,
        "EventItemAgendaNumber": number,
        "EventItemTitle": title,
        "EventItemMatterId": None,
        "EventItemMatterFile": None,
        "EventItemPassedFlagName": None,
        "EventItemActionName": None,
        "EventItemTally": None,
        "EventItemMatterAttachments": [],
        **more,
    }


def session(value: Any, hints: Hints = HINTS) -> Any:
    records = records_of(value, hints)
    assert records is not None
    assert len(records.sessions) == 1
    return records.sessions[0]


def test_an_event_says_body_day_hour_place_and_items():
    told = session(event())
    claim = told.claim
    assert (claim.body, claim.date, claim.time) == ("City Council", date(2026, 3, 10), time(18, 30))
    assert (claim.place, claim.status, claim.complete) == ("Council Chambers - 500 Harbor Street", "scheduled", True)
    assert [(one.claim.number, one.claim.title, one.claim.theme, one.claim.minor) for one in told.items] == [
        ("4.1", "Approval of Minutes.", "CONSENT CALENDAR", True),
        ("4.2", "Agreement for Automated License Plate Readers", "CONSENT CALENDAR", False),
    ]
    assert "Forty cameras by the vendor of the current pilot." in told.items[1].lines


def test_items_stand_in_the_order_of_the_agenda_whatever_the_answer_s():
    shuffled = list(reversed(event()["EventItems"]))
    assert session(event(EventItems=shuffled)).items == session(event()).items


def test_the_vote_of_an_item():
    voted = row(
        3, "5", "Drone program", EventItemPassedFlagName="Pass", EventItemActionName="adopted", EventItemTally="6-1"
    )
    told = session(event(EventItems=[voted]))
    vote = told.items[0].claim.votes[0]
    assert (vote.result, vote.for_, vote.against, vote.abstain) == ("adopted", 6, 1, None)
    assert told.claim.status == "held"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"EventAgendaStatusName": "Cancelled"}, "cancelled"),
        ({"EventComment": "*** MEETING CANCELED ***"}, "cancelled"),
        ({"EventComment": "Notice of Cancellation"}, "cancelled"),
        ({"EventComment": "Continued hearing of the previously cancelled item"}, "scheduled"),
        ({"EventComment": "Rescheduled to March 17"}, "postponed"),
        ({"EventMinutesFile": "https://legistar1.example/896_M.pdf"}, "held"),
    ],
)
def test_states(more: dict[str, Any], status: str):
    assert session(event(**more)).claim.status == status


def test_items_that_answer_alone_take_body_day_and_hour_from_their_heading():
    rows = event()["EventItems"]
    told = session(rows, Hints(heading="City Council, 2026-03-10 18:30"))
    assert (told.claim.body, told.claim.date, told.claim.time) == ("City Council", date(2026, 3, 10), time(18, 30))
    assert [one.claim.number for one in told.items] == ["4.1", "4.2"]
    assert session(rows, Hints(heading="City Council, 2026-03-10")).claim.time is None
    records = records_of(rows, HINTS)
    assert records is not None
    assert records.sessions == ()


@pytest.mark.parametrize("value", [[], {}, [{"a": 1}], {"EventId": 1}, [{"EventItemId": 1}, 3], None])
def test_what_is_none_of_ours_is_left_to_others(value: Any):
    assert records_of(value, HINTS) is None


def test_an_event_without_a_date_that_can_be_read_is_an_error_that_is_told():
    with pytest.raises(ValueError, match="isoformat"):
        records_of(event(EventDate="03/10/2026"), HINTS)


def test_the_whole_reading_has_its_pages_and_places():
    reading = read(json.dumps(event()).encode(), "application/json", HINTS)
    assert (reading.state, reading.kind, reading.method) == ("read", "agenda", "records")
    point = reading.sessions[0].items[1]
    assert "Forty cameras" in reading.pages[0].text[point.begin[1] : point.finish[1]]


@pytest.mark.parametrize(
    ("passed", "action", "tally", "vote"),
    [
        ("Pass", "approved on the Consent Calendar", "Ayes: 6 Noes: 1 Abstain: 2", ("adopted", 6, 1, 2)),
        ("Pass", "adopted as amended", "7-1-1", ("adopted", 7, 1, None)),
        ("Fail", "approved", "2:5", ("rejected", 2, 5, None)),
        ("Pass", "continued", "", ("adjourned", None, None, None)),
        ("Pass", "received and filed", "", ("noted", None, None, None)),
        ("", "withdrawn", "", ("withdrawn", None, None, None)),
        ("Fail", "tabled", "3-4", None),
        ("", "", "", None),
    ],
)
def test_results(passed: str, action: str, tally: str, vote: tuple[Any, ...] | None):
    found = american.vote_of(passed, action, tally)
    assert (found and (found.result, found.for_, found.against, found.abstain)) == vote


def test_a_number_in_the_text_of_an_action_is_no_count():
    found = american.vote_of("Pass", "adopted", "", "Resolution No 12 for 3 years was adopted. Ayes 6, Noes 1")
    assert found is not None
    assert (found.for_, found.against) == (6, 1)


@pytest.mark.parametrize(
    ("stated", "hour"),
    [
        ("6:00 PM", time(18)), ("6 PM", time(18)), ("9:30 AM or later", time(9, 30)), ("18:30", time(18, 30)),
        ("12:30 PM", time(12, 30)), ("Noon", time(12)), ("12:00 AM", None), ("", None), ("After Council", None),
    ],
)  # fmt: skip
def test_hours(stated: str, hour: time | None):
    assert american.hour_of(stated) == hour
