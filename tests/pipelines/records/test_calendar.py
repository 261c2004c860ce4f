"""Calendars of a council's site. All is invented."""

from __future__ import annotations

from datetime import date, time

import pytest

from crawler.models import Hints
from pipelines.read import read


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:1@valmont.example", "DTSTAMP:20260201T000000Z", *lines, "END:VEVENT"])


def reading(*events: str, **hints: str):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//FR", *events, "END:VCALENDAR", ""])
    return read(text.encode(), "text/calendar", Hints(council_name="Valmont", **hints), ocr=None)  # type: ignore[arg-type]


def test_a_sitting_with_its_points():
    points = "Ordre du jour\\n1. Budget primitif\\n2. Extension de la vidéoprotection\\n3. Questions diverses"
    found = reading(
        event(
            "SUMMARY:Conseil municipal", "DTSTART;TZID=Europe/Paris:20260312T183000", "LOCATION:Salle du conseil",
            f"DESCRIPTION:{points}",
        ),
        event("SUMMARY:Kermesse", "DTSTART:20260314T100000Z"),
    )  # fmt: skip
    (session,) = found.sessions
    assert (session.body, session.date, session.time, session.place) == (
        "conseil municipal", date(2026, 3, 12), time(18, 30), "Salle du conseil",
    )  # fmt: skip
    assert [item.title for item in session.items] == [
        "Budget primitif",
        "Extension de la vidéoprotection",
        "Questions diverses",
    ]
    assert (found.kind, session.status, session.complete, len(found.flags)) == ("agenda", "scheduled", True, 1)


@pytest.mark.parametrize(
    ("start", "zone", "wanted"),
    [
        ("DTSTART;VALUE=DATE:20260312", "Europe/Paris", (date(2026, 3, 12), None)),
        ("DTSTART:20260312T173000Z", "Europe/Paris", (date(2026, 3, 12), time(18, 30))),
        ("DTSTART:20260313T040000Z", "Pacific/Tahiti", (date(2026, 3, 12), time(18, 0))),
        ("DTSTART:20260312T183000", "Europe/Paris", (date(2026, 3, 12), time(18, 30))),
    ],
)
def test_days_and_hours_are_the_councils(start: str, zone: str, wanted: tuple[date, time | None]):
    (session,) = reading(event("SUMMARY:Séance du conseil municipal", start), council_timezone=zone).sessions
    assert (session.date, session.time) == wanted and not session.items


def test_what_is_cancelled_says_so():
    start = "DTSTART;TZID=Europe/Paris:20260312T183000"
    assert reading(event("SUMMARY:Conseil municipal", start, "STATUS:CANCELLED")).sessions[0].status == "cancelled"
    assert reading(event("SUMMARY:Conseil municipal (reporté)", start)).sessions[0].status == "postponed"


@pytest.mark.parametrize(
    "summary", ["Conseil municipal des jeunes", "Conseil d'école", "Inscriptions avant le conseil municipal", "Marché"]
)
def test_other_events_are_no_sittings(summary: str):
    found = reading(event(f"SUMMARY:{summary}", "DTSTART:20260312T173000Z"))
    assert found.sessions == () and found.state == "read"


def test_a_broken_calendar_is_read_as_text():
    found = reading("BEGIN:VEVENT", "SUMMARY:Conseil municipal", "END:VALARM")
    assert found.state == "read" and found.sessions == ()
