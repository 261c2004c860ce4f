"""Meetings of German councils as OParl answers, read into sessions, items and votes. All councils are invented."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from crawler.models import Hints
from pipelines.read import read
from pipelines.records import german
from pipelines.records.oparl import records_of

HINTS = Hints(council_id="niederbruch", council_name="Niederbruch", reference_date=date(2026, 3, 2))


def meeting(**more: Any) -> dict[str, Any]:
    return {
        "id": "https://ris.niederbruch.example/oparl/meeting/281",
        "type": "https://schema.oparl.org/1.1/Meeting",
        "name": "4. Sitzung des Ausschusses für Ordnung",
        "meetingState": "eingeladen",
        "start": "2026-03-10T17:30:00+01:00",
        "end": "2026-03-10T20:00:00+01:00",
        "location": {
            "type": "https://schema.oparl.org/1.1/Location",
            "description": "Rathaus, Marktplatz 1",
            "room": "Ratssaal",
        },
        "organization": ["https://ris.niederbruch.example/oparl/organization/34"],
        "agendaItem": [
            item("1", "Eröffnung der Sitzung"),
            item("7.1", "Videoüberwachung am Bahnhofsvorplatz: Ausbau um zwölf Kameras"),
            item("8", "Haushaltssatzung 2027"),
            item("N 1", "Grundstücksangelegenheit", public=False),
        ],
        "modified": "2026-03-01T14:05:27+01:00",
        **more,
    }


def item(number: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://ris.niederbruch.example/oparl/agendaitem/{number}",
        "type": "https://schema.oparl.org/1.1/AgendaItem",
        "number": number,
        "name": name,
        "public": True,
        **more,
    }


def session(value: Any, hints: Hints = HINTS) -> Any:
    records = records_of(value, hints)
    assert records is not None
    assert len(records.sessions) == 1
    return records.sessions[0]


def test_a_meeting_says_body_day_hour_place_and_its_public_points():
    told = session(meeting())
    claim = told.claim
    assert (claim.body, claim.date, claim.time) == ("Ausschuss für Ordnung", date(2026, 3, 10), time(17, 30))
    assert (claim.place, claim.status, claim.complete) == ("Ratssaal, Rathaus, Marktplatz 1", "scheduled", True)
    assert [(one.claim.number, one.claim.title, one.claim.minor) for one in told.items] == [
        ("1", "Eröffnung der Sitzung", True),
        ("7.1", "Videoüberwachung am Bahnhofsvorplatz: Ausbau um zwölf Kameras", False),
        ("8", "Haushaltssatzung 2027", False),
    ]


def test_an_instant_in_universal_time_is_shown_as_the_clock_in_the_town_hall():
    assert session(meeting(start="2026-07-14T15:00:00Z")).claim.time == time(17, 0)
    assert session(meeting(start="2026-03-10T23:30:00Z", end=None)).claim.date == date(2026, 3, 11)
    assert session(meeting(start="2026-03-10T18:00:00")).claim.time == time(18, 0)


def test_no_time_is_invented():
    assert session(meeting(start="2026-03-10T00:00:00+01:00")).claim.time is None
    claim = session(meeting(start=None, end=None)).claim
    assert (claim.date, claim.time) == (None, None)


def test_a_session_over_two_days():
    assert session(meeting(end="2026-03-11T12:00:00+01:00")).claim.last_day == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"cancelled": True}, "cancelled"),
        ({"meetingState": "abgesagt"}, "cancelled"),
        ({"name": "ENTFÄLLT: 4. Sitzung des Ausschusses für Ordnung"}, "cancelled"),
        ({"meetingState": "verschoben"}, "postponed"),
        ({"meetingState": "durchgeführt"}, "held"),
        ({"meetingState": "terminiert", "cancelled": False}, "scheduled"),
        ({"meetingState": None}, "scheduled"),
    ],
)
def test_states(more: dict[str, Any], status: str):
    assert session(meeting(**more)).claim.status == status


def test_what_was_deleted_says_nothing():
    gone = {"id": "https://x.example/1", "type": "https://schema.oparl.org/1.0/Meeting", "deleted": True}
    records = records_of(gone, HINTS)
    assert records is not None
    assert records.sessions == ()


def test_a_result_is_a_vote_and_makes_the_session_held():
    told = session(
        meeting(agendaItem=[item("7", "Videoüberwachung", result="mehrheitlich beschlossen (Ja 21, Nein 9)")])
    )
    vote = told.items[0].claim.votes[0]
    assert (vote.result, vote.for_, vote.against, vote.abstain, vote.unanimous) == ("adopted", 21, 9, None, False)
    assert told.claim.status == "held"


def test_a_point_that_was_put_off_is_withdrawn_from_this_session():
    told = session(meeting(agendaItem=[item("7", "Videoüberwachung", result="vertagt")]))
    assert told.items[0].claim.withdrawn
    assert told.items[0].claim.votes[0].result == "adjourned"


def test_a_point_that_answers_alone_takes_body_and_day_from_its_heading():
    hints = Hints(heading="4. Sitzung des Ausschusses für Ordnung, 2026-03-10")
    told = session(item("7.1", "Videoüberwachung"), hints)
    assert (told.claim.body, told.claim.date, told.claim.complete) == (
        "Ausschuss für Ordnung",
        date(2026, 3, 10),
        False,
    )
    records = records_of(item("7.1", "Videoüberwachung"), HINTS)
    assert records is not None
    assert records.sessions == ()


@pytest.mark.parametrize("value", [[], {}, {"type": "https://schema.oparl.org/1.1/Paper"}, {"type": 7}, "x", None])
def test_what_is_none_of_ours_is_left_to_others(value: Any):
    assert records_of(value, HINTS) is None


@pytest.mark.parametrize("broken", [{"start": "200-10-03T18:00:00+02:00"}, {"agendaItem": "https://x.example/list"}])
def test_what_no_meeting_may_hold_is_an_error_that_is_told(broken: dict[str, Any]):
    with pytest.raises(ValueError, match=r"isoformat|list"):
        records_of(meeting(**broken), HINTS)


def test_the_whole_reading_has_its_pages_and_places():
    reading = read(json.dumps(meeting()).encode(), "application/json", HINTS)
    assert (reading.state, reading.kind, reading.method) == ("read", "agenda", "records")
    point = reading.sessions[0].items[1]
    text = reading.pages[0].text
    assert text[point.begin[1] : point.finish[1]].startswith("7.1 Videoüberwachung am Bahnhofsvorplatz")


@pytest.mark.parametrize(
    ("said", "result", "unanimous"),
    [
        ("einstimmig beschlossen", "adopted", True),
        ("Ungeändert beschlossen", "adopted", False),
        ("mehrheitlich angenommen", "adopted", False),
        ("nicht einstimmig beschlossen", "adopted", False),
        ("mehrheitlich abgelehnt", "rejected", False),
        ("nicht beschlossen", "rejected", False),
        ("zur Kenntnis genommen", "noted", False),
        ("in den Fachausschuss verwiesen", "adjourned", False),
        ("von der Tagesordnung genommen", "withdrawn", False),
        ("zurückgezogen", "withdrawn", False),
    ],
)
def test_german_results(said: str, result: str, unanimous: bool):
    vote = german.vote_of(said)
    assert vote is not None
    assert (vote.result, vote.unanimous) == (result, unanimous)


def test_what_is_to_be_done_is_no_result():
    assert german.vote_of("", "Der Rat lehnt die Ausweitung ab und beschließt ein Konzept.") is None
    assert german.vote_of("ohne Beschluss") is None
    told = german.vote_of(
        "", "Der Rat beschließt das Konzept. Abstimmungsergebnis: 12 Ja, 3 Nein, 2 Enthaltungen, angenommen"
    )
    assert told is not None
    assert (told.for_, told.against, told.abstain) == (12, 3, 2)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("4. Sitzung des Finanzausschusses", "Finanzausschuss"),
        ("Sitzung des Rates der Stadt", "Rat der Stadt"),
        ("Ratssitzung", "Rat"),
        ("45. Plenarsitzung des Gemeinderates", "Gemeinderat"),
        ("Hauptausschuss - 12. Sitzung", "Hauptausschuss"),
        ("Sitzung der Bezirksvertretung Nord, Dienstag, 10. März 2026", "Bezirksvertretung Nord"),
        ("Gemeinderat am 10.03.2026", "Gemeinderat"),
        ("7. Sitzung in der IX. Wahlperiode des Ausschusses für Ordnung", "Ausschuss für Ordnung"),
        ("Stadtrat", "Stadtrat"),
    ],
)
def test_bodies(name: str, body: str):
    assert german.body_of(name) == body
