"""Atom and iCalendar: accepted by independent parsers, stable, public only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import html5lib
import pytest
import vobject
from icalendar import Calendar, Event

from alerts import feeds
from alerts.atom import Entries, atom
from alerts.calendar import Events, calendar
from alerts.calendar import _zone as zone_bytes
from alerts.notice import House
from alerts.wording import words
from crawler.config import Config
from crawler.models import TOPICS, Council
from db.home import Home

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
FR = words("fr")
HOSTILE = "a\x00b\x0c\u202e<b>&\r\nDTSTART:19990101\n]]>;,\\ " + "x" * 10_000


def event(data: bytes) -> Event:
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    assert not found.errors
    return found


def test_an_event_in_the_councils_time(ours: House, make_fact: Make) -> None:
    reunion = replace(make_fact().council, timezone="Indian/Reunion")
    starts = datetime(2026, 3, 12, 18, 30, tzinfo=ZoneInfo("Indian/Reunion"))
    data = calendar("Tocsin", [[make_fact(council=reunion, starts_at=starts)]], Events(ours, FR, {}))
    found = event(data)
    assert found["DTSTART"].params["TZID"] == "Indian/Reunion"
    assert found.decoded("DTSTART").astimezone(UTC) == datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    assert b"BEGIN:VTIMEZONE" in data
    assert str(found["UID"]) == "s-1@tocsin"
    assert found["LOCATION"] == "Salle des mariages"
    (alarm,) = found.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-1)


def test_no_time_is_all_day(ours: House, make_fact: Make) -> None:
    found = event(calendar("Tocsin", [[make_fact(starts_at=None)]], Events(ours, FR, {})))
    assert found.decoded("DTSTART") == date(2026, 3, 12)
    assert "heure non communiquée" in found["DESCRIPTION"]


def test_a_session_without_a_date_has_no_event(ours: House, make_fact: Make) -> None:
    data = calendar("Tocsin", [[make_fact(session_date=None, starts_at=None)]], Events(ours, FR, {}))
    assert Calendar.from_ical(data).walk("VEVENT") == []


def test_what_moves_a_session_raises_its_sequence(ours: House, make_fact: Make, make_change: Make) -> None:
    before = event(calendar("Tocsin", [[make_fact()]], Events(ours, FR, {})))
    starts = datetime(2026, 3, 13, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
    moved = make_fact(session_date=starts.date(), starts_at=starts)
    changes = {"s-1": [make_change("moved"), make_change("place")]}
    after = event(calendar("Tocsin", [[moved]], Events(ours, FR, changes)))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_session_called_off_is_cancelled_and_rings_no_alarm(status: str, ours: House, make_fact: Make) -> None:
    found = event(calendar("Tocsin", [[make_fact(session_status=status)]], Events(ours, FR, {})))
    assert found["STATUS"] == "CANCELLED"
    assert found.walk("VALARM") == []


def test_an_entry(ours: House, make_fact: Make) -> None:
    parsed = feedparser.parse(atom("Tocsin", "urn:tocsin:feed:tocsin", [make_fact()], Entries(ours, FR, {})))
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert entry.id == "urn:tocsin:i-1"
    assert entry.link == "https://valmont.example/odj-2026-03-12.pdf"
    assert entry.title.startswith("Valmont")
    assert "18\u00a0h\u00a030" in entry.content[0].value
    assert parsed.feed.language == "fr"


def test_a_feed_without_entries_is_stable(ours: House) -> None:
    one = atom("Tocsin", "urn:tocsin:feed:tocsin", [], Entries(ours, FR, {}))
    assert one == atom("Tocsin", "urn:tocsin:feed:tocsin", [], Entries(ours, FR, {}))
    assert not feedparser.parse(one).bozo


def test_hostile_text(ours: House, make_fact: Make) -> None:
    fact = make_fact(
        item_title=HOSTILE, place=HOSTILE, excerpt=HOSTILE, body=HOSTILE, document_url="javascript:x",
        council=replace(make_fact().council, name=HOSTILE),
    )  # fmt: skip
    parsed = feedparser.parse(atom(HOSTILE, "urn:x", [fact], Entries(ours, FR, {})))
    assert not parsed.bozo
    assert "javascript" not in parsed.entries[0].link
    found = event(calendar("Tocsin", [[fact]], Events(ours, FR, {})))
    assert found.decoded("DTSTART").year == 2026
    assert "\u202e" not in found["SUMMARY"]
    assert "URL" not in found


def test_files_of_a_home(home: Home, archive: Any, make_change: Make) -> None:
    archive.put({}, {"id": "s-2", "date": date(2026, 3, 19), "items": ("Caméras", "Drones")})
    written = feeds.write(home, Config(), NOW)
    assert {"tocsin.atom", "tocsin.ics", "ville-de-valmont.atom", "ville-de-valmont.ics"} < set(written)
    before = {path.name: path.stat().st_mtime_ns for path in home.feeds.iterdir()}
    assert feeds.write(home, Config(), NOW + timedelta(hours=3)) == []
    assert {path.name: path.stat().st_mtime_ns for path in home.feeds.iterdir()} == before
    assert len(feedparser.parse(home.feeds / "tocsin.atom").entries) == 3
    assert len(Calendar.from_ical((home.feeds / "tocsin.ics").read_bytes()).walk("VEVENT")) == 2


def test_what_is_written_again_and_again_is_made_once(
    home: Home, archive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(feeds, "atom", lambda title, *rest, **more: made.append(title) or atom(title, *rest, **more))
    archive.put({})
    ours, config = feeds.Feeds(home), Config()
    assert ours.write(config, NOW)
    several = len(made)
    assert ours.write(config, NOW + timedelta(hours=3)) == []
    assert len(made) == several
    (home.feeds / "topic_drones.atom").unlink()
    assert ours.write(config, NOW) == ["topic_drones.atom"]
    archive.put({"items": ("Caméras", "Drones")}, at=NOW + timedelta(hours=1))
    assert "tocsin.atom" in ours.write(config, NOW + timedelta(hours=1))
    assert "tocsin.ics" in ours.write(config, NOW + timedelta(days=200))  # the session has left the calendar
    assert ours.write(replace(config, councils=(VALMONT,)), NOW + timedelta(days=200))


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


def in_calendar(data: bytes) -> dict[str, Any]:
    """The events by UID as a second parser, that shares no code with the writer, reads them."""
    found = vobject.readOne(data.decode())
    return {each.uid.value: each for each in found.contents.get("vevent", [])}


def test_two_parsers_read_the_same(ours: House, make_fact: Make) -> None:
    reunion = replace(make_fact().council, timezone="Indian/Reunion", name="Valmont-les-Bains, « la belle »; et fils")
    summer = datetime(2026, 7, 9, 18, 30, tzinfo=PARIS)
    sessions = [
        [make_fact()],
        [make_fact("i-2", session_id="s-2", session_date=summer.date(), starts_at=summer)],
        [make_fact("i-3", session_id="s-3", council=reunion, starts_at=make_fact().starts_at)],
        [make_fact("i-4", session_id="s-4", starts_at=None)],
        [make_fact("i-5", session_id="s-5", last_day=date(2026, 3, 13))],
    ]
    data = calendar("Tocsin", sessions, Events(ours, FR, {}))
    second = in_calendar(data)
    first = {str(each["UID"]): each for each in Calendar.from_ical(data).walk("VEVENT")}
    assert set(first) == set(second) and len(first) == 5
    for uid, one in first.items():
        other = second[uid]
        assert other.dtstart.value == one.decoded("DTSTART"), uid
        for name in ("summary", "description", "location", "status"):
            assert getattr(other, name).value == str(one[name]), (uid, name)
    assert second["s-2@tocsin"].dtstart.value == summer
    assert second["s-4@tocsin"].dtstart.value == date(2026, 3, 12)


def test_a_session_over_several_days_fills_them(ours: House, make_fact: Make) -> None:
    found = event(calendar("T", [[make_fact(last_day=date(2026, 3, 13))]], Events(ours, FR, {})))
    assert (found.decoded("DTSTART"), found.decoded("DTEND")) == (date(2026, 3, 12), date(2026, 3, 14))
    assert str(found["DESCRIPTION"]).startswith("jeudi 12 mars 2026 à 18\u00a0h\u00a030")
    one_day = event(calendar("T", [[make_fact(last_day=date(2026, 3, 12))]], Events(ours, FR, {})))
    assert "DTEND" not in one_day


def test_lines_are_folded_and_end_as_they_must(ours: House, make_fact: Make) -> None:
    fact = make_fact(item_title="é" * 400, excerpt="😀" * 300, document_url="https://valmont.example/" + "a" * 500)
    data = calendar("é" * 200, [[fact]], Events(ours, FR, {}))
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert all(line.decode() is not None for line in lines), "no character is cut in two"


def test_the_sequence_never_goes_back(ours: House, make_fact: Make, make_change: Make) -> None:
    timed, untimed = make_fact(), make_fact(starts_at=None)
    moves = [make_change("moved", version_id=f"public:{n}") for n in range(2, 4)]
    story = [(untimed, []), (timed, []), (untimed, moves[:1]), (timed, moves[:1]), (untimed, moves)]
    numbers = [event(calendar("T", [[fact]], Events(ours, FR, {"s-1": told})))["SEQUENCE"] for fact, told in story]
    assert numbers == sorted(set(numbers))


def test_a_published_feed_links_to_itself_and_says_its_language(ours: House, make_fact: Make) -> None:
    url = "https://tocsin.example.org/feeds/tocsin.atom"
    data = atom("Tocsin", "urn:tocsin:feed:tocsin", [make_fact()], Entries(ours, FR, {}), url=url)
    parsed = feedparser.parse(data)
    assert [link.href for link in parsed.feed.links if link.rel == "self"] == [url]
    assert b'xml:lang="fr"' in data


def test_news_of_an_item_bring_it_up_and_the_date_of_a_feed_never_goes_back(
    ours: House, make_fact: Make, make_change: Make
) -> None:
    facts = [make_fact(f"i-{n}", session_id=f"s-{n}", first_seen_at=NOW - timedelta(days=n)) for n in range(130)]
    entries = Entries(ours, FR, {"s-129": [make_change(session_id="s-129")]})
    parsed = feedparser.parse(atom("T", "urn:x", facts, entries))
    ids = [entry.id for entry in parsed.entries]
    assert ids[0] == "urn:tocsin:i-129"
    assert len(ids) == len(set(ids)) == 100
    updates = [entry.updated_parsed for entry in parsed.entries]
    assert updates == sorted(updates, reverse=True)
    assert parsed.feed.updated_parsed == updates[0]
    later = feedparser.parse(atom("T", "urn:x", facts[:1], entries, since=NOW + timedelta(days=9)))
    assert later.feed.updated == "2026-03-11T09:00:00+00:00"


VALMONT = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84")


def stems(home: Home) -> set[str]:
    return {path.stem for path in home.feeds.glob("*.atom")}


def test_a_pair_per_council_territory_and_topic(home: Home, archive: Any) -> None:
    archive.put({})
    region = Council("region-84", "Région Auvergne-Rhône-Alpes", "region", region="84")
    named = Council("tocsin", "Tocsin-sur-Mer", "commune", department="2A", region="94")
    feeds.write(home, Config(councils=(VALMONT, region, named)), NOW)
    assert stems(home) == {
        "tocsin", "ville-de-valmont", "region-84", "council_tocsin", "department_69", "department_2A", "region_84",
        "region_94", *(f"topic_{topic}" for topic in TOPICS),
    }  # fmt: skip
    for stem, entries in {"department_69": 1, "region_84": 1, "topic_video-surveillance": 1, "topic_drones": 0}.items():
        parsed = feedparser.parse(home.feeds / f"{stem}.atom")
        assert not parsed.bozo
        assert len(parsed.entries) == entries, stem
        events = Calendar.from_ical((home.feeds / f"{stem}.ics").read_bytes()).walk("VEVENT")
        assert len(events) == entries, stem
    title = str(feedparser.parse(home.feeds / "department_69.atom").feed.title)
    assert re.sub(r"\s", " ", title) == "Tocsin : Rhône (département 69)"


def test_a_topic_has_the_whole_session_in_its_calendar(home: Home, archive: Any) -> None:
    archive.put({"items": ("Caméras", "Drones")})
    feeds.write(home, Config(councils=(VALMONT,)), NOW)
    whole, topic = ((home.feeds / f"{stem}.ics").read_bytes() for stem in ("tocsin", "topic_video-surveillance"))
    assert event(whole).to_ical() == event(topic).to_ical()


def test_the_index_lists_every_file_and_nobody(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    config = Config(councils=(VALMONT,), subscriptions=(make_subscription(to=("mailto:secret@example.org",)),))
    feeds.write(home, config, NOW)
    index = json.loads((home.feeds / "index.json").read_text())
    listed = {row[kind] for row in index["feeds"] for kind in ("atom", "ical")}
    assert listed == {path.name for path in home.feeds.iterdir()} - {"index.json", "index.html"}
    page = (home.feeds / "index.html").read_text()
    html5lib.HTMLParser(strict=True).parse(page)
    assert all(f'href="{name}"' in page for name in listed)
    assert all(b"secret@" not in path.read_bytes() for path in home.feeds.iterdir())


def test_a_council_that_is_no_longer_watched_says_so_and_stays(home: Home, archive: Any) -> None:
    archive.put({})
    other = Council("autre-ville", "Autre Ville", "commune", department="29", region="53")
    feeds.write(home, Config(councils=(VALMONT, other)), NOW)
    before = (home.feeds / "ville-de-valmont.atom").read_bytes()
    feeds.write(home, Config(), NOW + timedelta(days=1))
    for stem in ("ville-de-valmont", "autre-ville", "department_29", "region_53", "region_84"):
        parsed = feedparser.parse(home.feeds / f"{stem}.atom")
        assert "plus de nouvelles" in parsed.feed.subtitle, stem
        assert b"plus de nouvelles" in (home.feeds / f"{stem}.ics").read_bytes().replace(b"\r\n ", b"")
    assert "Autre Ville" in feedparser.parse(home.feeds / "autre-ville.atom").feed.title
    assert "plus de nouvelles" not in feedparser.parse(home.feeds / "topic_drones.atom").feed.subtitle
    assert feeds.write(home, Config(), NOW + timedelta(days=2)) == []
    feeds.write(home, Config(councils=(VALMONT, other)), NOW + timedelta(days=3))
    assert (home.feeds / "ville-de-valmont.atom").read_bytes() == before


@pytest.mark.parametrize("index", ["", "[]", '{"feeds": [{}]}', '{"feeds": [{"kind": "all", "id": 1}]}', "\x00"])
def test_a_damaged_index_is_written_anew(index: str, home: Home, archive: Any) -> None:
    archive.put({})
    home.feeds.mkdir()
    (home.feeds / "index.json").write_text(index)
    assert "index.json" in feeds.write(home, Config(councils=(VALMONT,)), NOW)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_bytes_do_not_depend_on_the_order_of_a_set(seed: str) -> None:
    """Two processes with different hashing write the same: else every restart would change the files."""
    zones = "Indian/Reunion", "Europe/Paris", "America/Martinique", "Pacific/Noumea"
    code = (
        "import hashlib\nfrom alerts.calendar import _zone\n"
        f"print(hashlib.sha256(b''.join(_zone((zone, 2025, 2028)) for zone in {zones!r})).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    here = hashlib.sha256(b"".join(zone_bytes((zone, 2025, 2028)) for zone in zones)).hexdigest()
    assert run.stdout.strip() == here
