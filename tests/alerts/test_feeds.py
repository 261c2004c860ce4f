"""Atom and iCalendar: accepted by independent parsers, stable, public only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from icalendar import Calendar, Event

from alerts import feeds
from alerts.atom import atom
from alerts.calendar import calendar
from alerts.notice import House
from alerts.wording import words
from crawler.config import Config
from db.home import Home

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FR = words("fr")
HOSTILE = "a\x00b\x0c\u202e<b>&\r\nDTSTART:19990101\n]]>;,\\ " + "x" * 10_000


def event(data: bytes) -> Event:
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    assert not found.errors
    return found


def test_an_event_in_the_councils_time(ours: House, make_fact: Make) -> None:
    reunion = replace(make_fact().council, timezone="Indian/Reunion")
    starts = datetime(2026, 3, 12, 18, 30, tzinfo=ZoneInfo("Indian/Reunion"))
    data = calendar("Tocsin", [[make_fact(council=reunion, starts_at=starts)]], {}, ours, FR)
    found = event(data)
    assert found["DTSTART"].params["TZID"] == "Indian/Reunion"
    assert found.decoded("DTSTART").astimezone(UTC) == datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    assert b"BEGIN:VTIMEZONE" in data
    assert str(found["UID"]) == "s-1@tocsin"
    assert found["LOCATION"] == "Salle des mariages"
    (alarm,) = found.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-1)


def test_no_time_is_all_day(ours: House, make_fact: Make) -> None:
    found = event(calendar("Tocsin", [[make_fact(starts_at=None)]], {}, ours, FR))
    assert found.decoded("DTSTART") == date(2026, 3, 12)
    assert "heure non communiquée" in found["DESCRIPTION"]


def test_a_session_without_a_date_has_no_event(ours: House, make_fact: Make) -> None:
    data = calendar("Tocsin", [[make_fact(session_date=None, starts_at=None)]], {}, ours, FR)
    assert Calendar.from_ical(data).walk("VEVENT") == []


def test_what_moves_a_session_raises_its_sequence(ours: House, make_fact: Make, make_change: Make) -> None:
    before = event(calendar("Tocsin", [[make_fact()]], {}, ours, FR))
    starts = datetime(2026, 3, 13, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
    moved = make_fact(session_date=starts.date(), starts_at=starts)
    changes = {"s-1": [make_change("moved"), make_change("place")]}
    after = event(calendar("Tocsin", [[moved]], changes, ours, FR))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_session_called_off_is_cancelled_and_rings_no_alarm(status: str, ours: House, make_fact: Make) -> None:
    found = event(calendar("Tocsin", [[make_fact(session_status=status)]], {}, ours, FR))
    assert found["STATUS"] == "CANCELLED"
    assert found.walk("VALARM") == []


def test_an_entry(ours: House, make_fact: Make) -> None:
    parsed = feedparser.parse(atom("Tocsin", "urn:tocsin:feed:tocsin", [make_fact()], {}, ours, FR))
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert entry.id == "urn:tocsin:i-1"
    assert entry.link == "https://valmont.example/odj-2026-03-12.pdf"
    assert entry.title.startswith("Valmont")
    assert "18\u00a0h\u00a030" in entry.content[0].value
    assert parsed.feed.language == "fr"


def test_a_feed_without_entries_is_stable(ours: House) -> None:
    one = atom("Tocsin", "urn:tocsin:feed:tocsin", [], {}, ours, FR)
    assert one == atom("Tocsin", "urn:tocsin:feed:tocsin", [], {}, ours, FR)
    assert not feedparser.parse(one).bozo


def test_hostile_text(ours: House, make_fact: Make) -> None:
    fact = make_fact(
        item_title=HOSTILE, place=HOSTILE, excerpt=HOSTILE, body=HOSTILE, document_url="javascript:x",
        council=replace(make_fact().council, name=HOSTILE),
    )  # fmt: skip
    parsed = feedparser.parse(atom(HOSTILE, "urn:x", [fact], {}, ours, FR))
    assert not parsed.bozo
    assert "javascript" not in parsed.entries[0].link
    found = event(calendar("Tocsin", [[fact]], {}, ours, FR))
    assert found.decoded("DTSTART").year == 2026
    assert "\u202e" not in found["SUMMARY"]
    assert "URL" not in found


def test_files_of_a_home(home: Home, archive: Any, make_change: Make) -> None:
    archive.put({}, {"id": "s-2", "date": date(2026, 3, 19), "items": ("Caméras", "Drones")})
    assert feeds.write(home, Config(), NOW) == [
        "tocsin.atom", "tocsin.ics", "ville-de-valmont.atom", "ville-de-valmont.ics",
    ]  # fmt: skip
    before = {path.name: path.stat().st_mtime_ns for path in home.feeds.iterdir()}
    assert feeds.write(home, Config(), NOW + timedelta(hours=3)) == []
    assert {path.name: path.stat().st_mtime_ns for path in home.feeds.iterdir()} == before
    assert len(feedparser.parse(home.feeds / "tocsin.atom").entries) == 3
    assert len(Calendar.from_ical((home.feeds / "tocsin.ics").read_bytes()).walk("VEVENT")) == 2


def test_private_facts_stay_out(home: Home, archive: Any) -> None:
    archive.put({})
    archive.put({"id": "s-9", "date": date(2026, 3, 20), "items": ("Secret",)}, private=True)
    feeds.write(home, Config(), NOW)
    whole = b"".join(path.read_bytes() for path in home.feeds.iterdir())
    assert b"Secret" not in whole
    assert b"s-9" not in whole
    assert b"Extension" in whole


def test_votes_long_past_are_no_news(home: Home, archive: Any) -> None:
    archive.put({"date": date(2025, 3, 12)}, {"id": "s-2"})
    feeds.write(home, Config(), NOW)
    assert [entry.id for entry in feedparser.parse(home.feeds / "tocsin.atom").entries] == ["urn:tocsin:i-s-2-1"]
    (found,) = Calendar.from_ical((home.feeds / "tocsin.ics").read_bytes()).walk("VEVENT")
    assert str(found["UID"]) == "s-2@tocsin"
