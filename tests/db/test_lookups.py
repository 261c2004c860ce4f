"""What looks at addresses amount to, and when a document is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.models import PageSeen
from db.online import documents_to_look_at, due_at
from db.queries import Reader
from db.store.lookups import Answer
from db.values import stamp

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URL = "https://trepigny.example/odj.pdf"


def answer(verdict, at, **more):
    return Answer(verdict, at, **more)


def document(store, url=URL):
    return store.row("SELECT last_online_at, gone_since, gone_reason, looked_at FROM documents WHERE url = ?", [url])


def looks(store):
    return [row["verdict"] for row in store.rows("SELECT verdict FROM lookups ORDER BY id")]


@pytest.fixture
def recorded(store, make):
    make.record(store, headers=(("Content-Type", "application/pdf"),))
    return store


def test_a_new_document_is_online_when_it_was_fetched(recorded):
    assert document(recorded)["last_online_at"] == stamp(NOW)
    assert looks(recorded) == []


def test_what_was_handed_over_was_never_online(private, make):
    make.record(private, "file:/home/elu/projet.pdf")
    assert document(private, "file:/home/elu/projet.pdf")["last_online_at"] is None


def test_two_days_are_days_of_the_council(recorded, make):
    """23:30 and 00:30 in Paris are two days, though one in UTC."""
    late = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    council = make.council.id
    assert recorded.note_answer(council, URL, answer("missing", late, status=404, reason="404")) is None
    assert recorded.note_answer(council, URL, answer("missing", late + HOUR, status=410, reason="410")) == "gone"
    assert document(recorded)["gone_since"] == stamp(late)


def test_the_same_day_is_not_enough(recorded, make):
    council, morning = make.council.id, NOW + 8 * DAY
    for hours in (0, 1, 9):
        assert recorded.note_answer(council, URL, answer("missing", morning + hours * HOUR)) is None
    assert document(recorded)["gone_since"] is None


def test_an_online_look_between_begins_anew(recorded, make):
    council = make.council.id
    for days, verdict in ((1, "missing"), (2, "online"), (3, "missing")):
        assert recorded.note_answer(council, URL, answer(verdict, NOW + days * DAY)) is None
    assert document(recorded)["gone_since"] is None
    assert recorded.note_answer(council, URL, answer("unclear", NOW + 4 * DAY)) is None
    assert recorded.note_answer(council, URL, answer("missing", NOW + 5 * DAY)) == "gone"
    assert document(recorded)["gone_since"] == stamp(NOW + 3 * DAY)


def test_gone_for_long_does_not_fill_the_table(recorded, make, sound):
    for days in range(1, 200):
        recorded.note_answer(make.council.id, URL, answer("missing", NOW + days * DAY))
    assert len(looks(recorded)) <= 9
    assert recorded.note_answer(make.council.id, URL, answer("online", NOW + 300 * DAY)) == "back"
    assert looks(recorded)[-1] == "online"
    sound(recorded)


def test_an_address_of_no_document_is_nothing(recorded, make):
    assert recorded.note_answer(make.council.id, "https://trepigny.example/autre", answer("missing", NOW)) is None
    assert looks(recorded) == []


@pytest.mark.parametrize(
    ("status", "error", "found"),
    [(304, None, "online"), (200, None, "online"), (404, "404", "missing"), (410, "410", "missing"),
     (200, "gone", "missing"), (500, "500", None), (403, "wall", None), (0, "timeout", None),
     (200, "error-page: suspended", None)],
)  # fmt: skip
def test_what_a_crawl_says(recorded, make, status, error, found):
    at = NOW + DAY
    recorded.record_page(make.council.id, None, PageSeen(URL, status, at, error=error))
    after = document(recorded)
    assert (after["last_online_at"] == stamp(at)) == (found == "online")
    assert (looks(recorded) == ["missing"]) == (found == "missing")


def test_what_came_in_an_archive_goes_with_it(store, make):
    make.record(store, "https://trepigny.example/lot.zip", headers=(("Content-Type", "application/zip"),))
    make.record(store, "https://trepigny.example/lot.zip#odj.pdf")
    store.db.execute(
        "UPDATE documents SET parent_id = (SELECT id FROM documents WHERE url LIKE '%zip') WHERE url LIKE '%#odj.pdf'"
    )
    for days in (1, 2):
        store.note_answer(make.council.id, "https://trepigny.example/lot.zip", answer("missing", NOW + days * DAY))
    assert document(store, "https://trepigny.example/lot.zip#odj.pdf")["gone_since"] == stamp(NOW + DAY)


def row(**more):
    return {"first_seen_at": stamp(NOW), "looked_at": stamp(NOW), "gone_since": None} | more


@pytest.mark.parametrize(
    ("days", "since", "wait"),
    [
        (0, {}, 1),
        (56, {}, 7),
        (800, {}, 100),
        (8000, {}, 365),
        (56, {"missing": 1}, 20 / 24),
        (56, {"unclear": 1}, 1),
        (56, {"unclear": 3}, 4),
        (56, {"unclear": 40}, 30),
    ],
)
def test_intervals_grow_up_to_a_year(days, since, wait):
    looked = NOW + days * DAY
    assert due_at(row(looked_at=stamp(looked)), since) - looked == wait * DAY


def test_what_is_gone_is_asked_for_seldom():
    looked = NOW + 80 * DAY
    assert due_at(row(looked_at=stamp(looked), gone_since=stamp(NOW)), {"missing": 2}) - looked == 10 * DAY


def test_only_what_a_flag_rests_on(world, home):
    """The agenda with its flag, the island's with its own; not the minutes without one."""
    with Reader(home, private=False) as reader:
        found = documents_to_look_at(reader, NOW + 30 * DAY)
        assert [each.known.url for each in found] == ["https://elvire.example/odj.pdf", URL]
        assert len(documents_to_look_at(reader, NOW + 30 * DAY, limit=1)) == 1
        assert documents_to_look_at(reader, NOW) == []
        assert len(documents_to_look_at(reader, NOW, councils=["commune-99001"])) == 1
