from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import CrawlReport, Outcome, Part, Vote
from db.connection import connect
from db.queries import Filters, Reader

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

KEYS = {
    "flagged": "flag_id, council_id, council, kind, department, region, body, session_id, session_date, starts_at, "
    "session_status, item_id, item_number, item_title, topics, score, stance, excerpt, document_url, document_kind, "
    "page, first_seen_at, outcome",
    "sessions": "session_id, council_id, body, session_date, starts_at, place, status, convened_on, agenda_url, "
    "documents, items",
    "items": "item_id, session_id, council_id, number, title, page, document_url, topics, outcome",
    "votes": "council_id, session_date, item_number, item_title, result, for, against, abstain, unanimous, "
    "document_url, page",
    "documents": "document_id, version, council_id, url, kind, media_type, sha256, pages, state, reason, method, "
    "fetched_at",
}
IDS = {"flagged": "flag_id", "sessions": "session_id", "items": "item_id", "votes": "item_id", "documents": "url"}
ODJ, PV = "https://trepigny.example/odj.pdf", "https://trepigny.example/pv.pdf"
ELVIRE, DRAFT = "https://elvire.example/odj.pdf", "file:/home/elu/projet.pdf"


def ids(reader, listing, **filters):
    return [row[IDS[listing]] for row in getattr(reader, listing)(Filters(**filters))]


@pytest.mark.parametrize("listing", KEYS)
def test_the_keys_of_an_export_in_their_order(reader, listing):
    wanted = KEYS[listing].split(", ")
    for row in getattr(reader, listing)():
        assert list(row)[: len(wanted)] == wanted
        json.dumps(row)


def test_the_keys_of_nested_items(reader):
    nested = [item for row in reader.sessions() for item in row["items"]]
    assert {tuple(item) for item in nested} == {
        ("item_id", "number", "title", "page", "document_url", "topics", "outcome")
    }


# ---------------------------------------------------------------------- both archives


def test_private_rows_are_preferred_and_nothing_stands_twice(reader, public):
    assert ids(reader, "flagged") == ["f-9", "f-1", "f-2", "f-4"]
    assert ids(public, "flagged") == ["f-9", "f-1", "f-4"]
    row = next(row for row in reader.flagged() if row["flag_id"] == "f-1")
    assert (row["score"], row["document_url"], row["private"]) == (0.95, DRAFT, True)
    assert row["starts_at"] == "2026-03-09T18:30:00+01:00"
    row = next(row for row in public.flagged() if row["flag_id"] == "f-1")
    assert (row["score"], row["document_url"], row["starts_at"], row["private"]) == (0.9, ODJ, None, False)


def test_a_session_of_both_archives(reader, public):
    row = next(row for row in reader.sessions() if row["session_id"] == "s-1")
    assert [item["item_id"] for item in row["items"]] == ["i-1", "i-2"]
    assert set(row["documents"]) == {ODJ, DRAFT}
    assert row["agenda_url"] == ODJ
    row = next(row for row in public.sessions() if row["session_id"] == "s-1")
    assert ([item["item_id"] for item in row["items"]], row["documents"]) == (["i-1"], [ODJ])


def test_items_of_both_archives(reader, public):
    assert ids(reader, "items") == ["i-3", "i-9", "i-1", "i-2"]
    assert ids(public, "items") == ["i-3", "i-9", "i-1"]
    found = {row["item_id"]: row for row in reader.items()}
    assert found["i-1"]["topics"] == ["facial-recognition", "video-surveillance"]
    assert found["i-2"]["document_url"] == DRAFT


def test_documents_of_both_archives_stand_once(reader, public):
    assert sorted(ids(reader, "documents")) == sorted([ODJ, PV, ELVIRE, DRAFT])
    assert sorted(ids(public, "documents")) == sorted([ODJ, PV, ELVIRE])


def test_what_a_private_filter_hides_does_not_reappear_as_public(reader):
    """f-1 is facial-recognition at 0.95 in private.db and video-surveillance at 0.9 in archive.db."""
    rows = reader.flagged(Filters(topics=("video-surveillance",), min_score=0.93))
    assert [(row["flag_id"], row["score"]) for row in rows] == [("f-1", 0.95)]


def test_superseded_rows_are_left_out(world, private, home, make):
    private.save_facts(make.facts(), NOW)
    with Reader(home) as reader:
        assert ids(reader, "flagged") == ["f-9", "f-1", "f-4"]
        assert reader.flagged()[1]["score"] == 0.9
    world.save_facts(make.facts(), NOW)
    with Reader(home) as reader:
        assert ids(reader, "flagged") == ["f-9"]
        assert ids(reader, "sessions") == ["s-9"]
        assert ids(reader, "votes") == []


def test_a_home_without_archive_reads_as_empty(home):
    with Reader(home) as reader:
        assert [getattr(reader, name)() for name in KEYS] == [[]] * 5
        assert reader.upcoming(NOW) == reader.sources() == reader.search("drone") == reader.alert_facts() == []
        assert reader.show("s-1") is None
        assert reader.status(NOW)["sources"] == []
    assert list(home.root.iterdir()) == []


# ---------------------------------------------------------------------- rows


def test_sorted_by_date_unknown_last(reader):
    assert ids(reader, "sessions") == ["s-2", "s-9", "s-1", "s-3"]


def test_outcomes_and_votes(reader):
    by_id = {row["item_id"]: row["outcome"] for row in reader.items()}
    assert by_id["i-1"] is None
    assert by_id["i-3"] == {"result": "mixed", "for": 20, "against": 3, "abstain": 1, "unanimous": False}
    votes = [(row["result"], row["for"], row["against"], row["unanimous"], row["page"]) for row in reader.votes()]
    assert votes == [("adopted", 20, 3, False, 1), ("rejected", None, None, True, None)]


def test_a_passage_without_session(reader):
    row = next(row for row in reader.flagged() if row["flag_id"] == "f-4")
    assert (row["session_id"], row["session_date"], row["item_title"]) == (None, None, None)
    assert row["topics"] == ["biometrics"]


def test_every_version_of_a_document(world, home, make):
    make.record(world, ODJ, body=b"<html>", text="", state="error-page", reason="compte suspendu", at=NOW)
    with Reader(home) as reader:
        rows = [row for row in reader.documents() if row["url"] == ODJ]
    assert [(row["version"], row["state"], row["reason"]) for row in rows] == [
        (1, "read", None),
        (2, "error-page", "compte suspendu"),
    ]


# ---------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("listing", "filters", "wanted"),
    [
        ("flagged", {"councils": ("commune-99002",)}, ["f-9"]),
        ("flagged", {"departments": ("974", "75")}, ["f-9"]),
        ("flagged", {"regions": ("98",)}, ["f-1", "f-2", "f-4"]),
        ("flagged", {"topics": ("drones", "biometrics")}, ["f-9", "f-4"]),
        ("flagged", {"min_score": 0.8}, ["f-1", "f-2"]),
        ("flagged", {"kinds": ("epci",)}, []),
        ("flagged", {"kinds": ("commune",)}, ["f-9", "f-1", "f-2", "f-4"]),
        ("flagged", {"kinds": ("draft",)}, ["f-1", "f-2"]),
        ("flagged", {"kinds": ("commune", "draft", "minutes")}, ["f-1", "f-2"]),
        ("flagged", {"since": date(2026, 3, 9)}, ["f-1", "f-2"]),
        ("flagged", {"until": date(2026, 3, 8)}, ["f-9", "f-4"]),
        ("flagged", {"since": date(2026, 3, 2), "until": date(2026, 3, 2)}, ["f-4"]),
        ("flagged", {"regions": ("98",), "topics": ("facial-recognition",), "min_score": 0.9}, ["f-1"]),
        ("flagged", {"councils": ("'; DROP TABLE flags; --",)}, []),
        ("sessions", {"since": date(2026, 3, 1)}, ["s-9", "s-1", "s-3"]),
        ("sessions", {"kinds": ("minutes",)}, ["s-2"]),
        ("sessions", {"kinds": ("draft", "agenda")}, ["s-9", "s-1", "s-3"]),
        ("sessions", {"topics": ("facial-recognition",)}, ["s-1"]),
        ("sessions", {"min_score": 0.5}, ["s-9", "s-1"]),
        ("items", {"topics": ("facial-recognition",)}, ["i-1", "i-2"]),
        ("items", {"min_score": 0.9}, ["i-1"]),
        ("items", {"until": date(2026, 2, 1)}, ["i-3"]),
        ("items", {"kinds": ("minutes",)}, ["i-3"]),
        ("votes", {"councils": ("commune-99001",)}, ["i-3", "i-3"]),
        ("votes", {"topics": ("drones",)}, []),
        ("votes", {"since": date(2026, 1, 11)}, []),
        ("documents", {"kinds": ("minutes",)}, [PV]),
        ("documents", {"departments": ("974",)}, [ELVIRE]),
        ("documents", {"since": date(2026, 3, 3)}, []),
        ("documents", {"topics": ("facial-recognition",)}, [DRAFT]),
    ],
)
def test_filters(reader, listing, filters, wanted):
    assert ids(reader, listing, **filters) == wanted


# ---------------------------------------------------------------------- reviews


def review(home, flag, verdict):
    db = connect(home.desk, "desk", secret=True)
    db.table("reviews").insert({"flag_id": flag, "verdict": verdict, "reviewed_at": "2026-03-02T09:00:00+00:00"})
    db.close()


def test_dismissed_flags_are_left_out_until_confirmed(world, home):
    review(home, "f-9", "dismissed")
    with Reader(home) as reader:
        assert ids(reader, "flagged") == ["f-1", "f-2", "f-4"]
        assert ids(reader, "items", topics=("drones",)) == []
        assert [fact.flag_id for fact in reader.alert_facts()] == ["f-1", "f-2", "f-4"]
        assert next(row for row in reader.items() if row["item_id"] == "i-9")["topics"] == []
        assert reader.show("f-9")["dismissed"] is True
    review(home, "f-9", "confirmed")
    with Reader(home) as reader:
        assert ids(reader, "flagged") == ["f-9", "f-1", "f-2", "f-4"]
        assert reader.show("f-9")["dismissed"] is False


# ---------------------------------------------------------------------- upcoming


def test_upcoming(reader):
    rows = reader.upcoming(NOW)
    assert [row["session_id"] for row in rows] == ["s-9", "s-1", "s-3"]
    first = rows[1]
    assert (first["council"], first["items"], first["flagged_items"], first["agenda_url"]) == ("Trépigny", 2, 2, ODJ)
    assert first["flagged"][1] == {
        "item_id": "i-2", "number": "2", "title": "Vidéoprotection, tranche 2", "topics": ["facial-recognition"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        # a stated time: 18:00 in La Réunion is 14:00 UTC
        (datetime(2026, 3, 8, 13, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 8, 14, 0, tzinfo=UTC), False),
    ],
)
def test_a_session_with_a_time_is_ahead_until_it_begins(reader, at, ahead):
    assert ("s-9" in [row["session_id"] for row in reader.upcoming(at)]) is ahead


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        (datetime(2026, 3, 9, 20, 0, tzinfo=UTC), True),  # the first day has begun
        (datetime(2026, 3, 10, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 10, 23, 0, tzinfo=UTC), False),  # midnight in Paris
    ],
)
def test_a_session_over_two_days_is_ahead_until_its_last_one_is_over(store, home, make, at, ahead):
    make.record(store)
    begins = datetime(2026, 3, 9, 17, 0, tzinfo=UTC)
    store.save_facts(make.facts(make.session(starts_at=begins, last_day=date(2026, 3, 10))), NOW)
    with Reader(home) as reader:
        assert [row["last_day"] for row in reader.upcoming(at)] == ["2026-03-10"] * ahead
        assert [row["last_day"] for row in reader.sessions()] == ["2026-03-10"]


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 23, 0, tzinfo=UTC), False),  # midnight in Paris
    ],
)
def test_without_a_time_it_is_ahead_until_local_midnight(public, at, ahead):
    assert ("s-1" in [row["session_id"] for row in public.upcoming(at)]) is ahead


def test_undated_sessions_are_ahead_for_a_while(reader):
    assert [row["session_id"] for row in reader.upcoming(NOW + timedelta(days=59))] == ["s-3"]
    assert reader.upcoming(NOW + timedelta(days=61)) == []


def test_cancelled_sessions_are_not_ahead(store, home, make):
    make.record(store)
    states = ("cancelled", "held", "postponed", "moved", "unknown")
    sessions = [make.session(n, status=state) for n, state in enumerate(states, 1)]
    store.save_facts(make.facts(*sessions), NOW)
    with Reader(home) as reader:
        assert [row["status"] for row in reader.upcoming(NOW)] == ["postponed", "moved", "unknown"]
        assert reader.upcoming(NOW, Filters(departments=("75",))) == []


# ---------------------------------------------------------------------- for the planner


def test_alert_facts(reader):
    facts = {fact.flag_id: fact for fact in reader.alert_facts()}
    assert list(facts) == ["f-1", "f-2", "f-4", "f-9"]
    drone = facts["f-9"]
    assert (drone.council.id, drone.council.timezone) == ("commune-99002", "Indian/Reunion")
    assert drone.starts_at == datetime(2026, 3, 8, 14, 0, tzinfo=UTC)
    assert drone.starts_at.utcoffset() == timedelta(hours=4)
    assert (drone.item_title, drone.phrase, drone.page) == ("Achat d'un drone", "vidéoprotection", 1)
    assert (drone.document_url, drone.private, len(drone.sha256)) == (ELVIRE, False, 64)
    assert drone.document_first_seen_at == NOW
    passage = facts["f-4"]
    assert (passage.session_id, passage.session_date, passage.session_status) == (None, None, "unknown")
    assert (passage.item_title, passage.phrase) == (passage.excerpt, "")


def test_an_alert_shows_public_evidence_where_there_is_some(reader):
    """What is said of the item may be private knowledge; what is linked is public."""
    fact = next(fact for fact in reader.alert_facts() if fact.flag_id == "f-1")
    assert (fact.score, fact.topics[0]) == (0.95, "facial-recognition")
    assert (fact.document_url, fact.private, fact.phrase) == (ODJ, False, "vidéoprotection")
    assert "confidentielle" not in fact.excerpt
    only_private = next(fact for fact in reader.alert_facts() if fact.flag_id == "f-2")
    assert (only_private.document_url, only_private.private) == (DRAFT, True)
    assert only_private.phrase == "reconnaissance faciale"
    assert len(only_private.sha256) == 64


def test_public_alert_facts_know_nothing_private(public):
    fact = next(fact for fact in public.alert_facts() if fact.flag_id == "f-1")
    assert (fact.score, fact.topics, fact.starts_at) == (0.9, ("video-surveillance",), None)
    assert [fact.private for fact in public.alert_facts()] == [False] * 3


def test_the_phrase_is_that_of_the_best_match_on_the_page_shown(store, home, make):
    make.record(store)
    matches = (
        make.match(text="drone", score=0.5),
        make.match(text="caméra", score=0.7),
        make.match(text="visage", score=0.9, span=make.match().span.__class__(4, 0, 6)),
    )
    session = make.session(items=(make.item(),), flags=(make.flag(matches=matches),))
    store.save_facts(make.facts(session), NOW)
    with Reader(home) as reader:
        assert [fact.phrase for fact in reader.alert_facts()] == ["caméra"]


def test_changes(reader, public):
    assert [(change.kind, change.version_id) for change in reader.changes(["s-1"])] == [
        ("place", "public:1"),
        ("time", "private:1"),
    ]
    assert [change.kind for change in public.changes(["s-1", "s-2"])] == ["place"]
    assert reader.changes([]) == reader.changes(["nowhere"]) == []


def test_changes_of_a_session_that_was_merged(world, home, make):
    merged = make.session(7, aliases=("s-1",), versions=("public:1",))
    world.save_facts(make.facts(merged), NOW)
    with Reader(home, private=False) as reader:
        assert [change.session_id for change in reader.changes(["s-7"])] == ["s-7"]


# ---------------------------------------------------------------------- show


def test_show_a_session(reader):
    shown = reader.show("s-1")
    assert (shown["type"], shown["council"], shown["private"]) == ("session", "Trépigny", False)
    assert [flag["flag_id"] for flag in shown["flags"]] == ["f-1", "f-2"]
    assert [change["kind"] for change in shown["changes"]] == ["place", "time"]


def test_show_an_item(reader):
    shown = reader.show("i-3")
    assert (shown["type"], shown["session"]["session_id"], shown["documents"]) == ("item", "s-2", [PV])
    assert [vote["result"] for vote in shown["votes"]] == ["adopted", "rejected"]
    assert [flag["flag_id"] for flag in reader.show("i-2")["flags"]] == ["f-2"]


def test_show_an_item_with_its_pages_and_who_took_no_part(store, home, make):
    make.record(store, ODJ)
    make.record(store, PV, kind="minutes")
    make.record(store, ELVIRE, kind="draft")
    parts = (Part("public:1", (2, 10), (2, 90)), Part("public:3", (1, 0), (5, 0)), Part("public:2", (7, 3), (8, 1)))
    vote = Vote("adopted", 20, 3, 1, False, "public:2", 7, 2, ("Mme Aubépine", "M. Cormier"))
    report = make.item(
        versions=("public:1", "public:2", "public:3"), parts=parts, votes=(vote,), outcome=Outcome("adopted", 20, 3, 1),
        rapporteur="Mme Aubépine", theme="SÉCURITÉ", announced=True,
    )  # fmt: skip
    line = make.item(2, title="Marché de caméras", parent_id="i-1", decided=True, announced=False)
    flag = make.flag(item_id="i-2")
    store.save_facts(make.facts(make.session(items=(report, line), flags=(flag,))), NOW)
    with Reader(home) as reader:
        shown = reader.show("i-1")
        assert [(part["kind"], part["page"], part["last_page"]) for part in shown["parts"]] == [
            ("agenda", 2, 2), ("draft", 1, 4), ("minutes", 7, 8),
        ]  # fmt: skip
        assert (shown["rapporteur"], shown["theme"], shown["announced"]) == ("Mme Aubépine", "SÉCURITÉ", True)
        assert shown["agenda_read_at"] == "2026-03-02T09:00:00+00:00"
        (voted,) = shown["votes"]
        assert (voted["not_voting"], voted["not_voting_names"]) == (2, ["Mme Aubépine", "M. Cormier"])
        assert [each["item_id"] for each in shown["lines"]] == ["i-2"]
        rows = {row["item_id"]: row for row in reader.items()}
        assert [(row["parent_id"], row["decided"], row["announced"]) for row in rows.values()] == [
            (None, False, True), ("i-1", True, False),
        ]  # fmt: skip
        assert [row["not_voting"] for row in reader.votes()] == [2]
        assert [row["decided"] for row in reader.flagged()] == [True]


def test_the_views_say_who_took_no_part_what_was_announced_and_what_was_decided(store, make):
    make.record(store)
    make.record(store, PV, kind="decision")
    item = make.voted(announced=False, decided=True)
    loose = make.flag(2, session_id=None, item_id=None, version_id="public:2")
    session = make.session(items=(item,), flags=(make.flag(),))
    store.save_facts(make.facts(session, loose_flags=(loose,)), NOW)
    outcomes = store.rows("SELECT not_voting, announced FROM outcomes ORDER BY vote")
    assert [tuple(row.values()) for row in outcomes] == [(2, 0), (None, 0)]
    assert [row["decided"] for row in store.rows("SELECT decided FROM flagged ORDER BY flag_id")] == [1, 1]


def test_the_view_of_sessions_ahead_counts_the_last_day(store, make):
    make.record(store)
    store.save_facts(make.facts(make.session(last_day=date(2026, 3, 10))), NOW)
    store.db.execute("UPDATE sessions SET date = date('now', '-1 day'), last_day = date('now')")
    assert [row["session_id"] for row in store.rows("SELECT session_id FROM upcoming")] == ["s-1"]
    store.db.execute("UPDATE sessions SET last_day = NULL")
    assert store.rows("SELECT session_id FROM upcoming") == []


def test_show_a_flag(reader):
    shown = reader.show("f-1")
    assert (shown["type"], shown["item_id"], shown["document_url"]) == ("flag", "i-1", DRAFT)
    assert [(match["topic"], match["document_url"]) for match in shown["matches"]] == [
        ("video-surveillance", DRAFT),
        ("facial-recognition", DRAFT),
    ]
    assert len(shown["sha256"]) == 64


def test_show_a_document_and_a_council(reader):
    row = next(row for row in reader.documents() if row["url"] == ODJ)
    shown = reader.show(row["document_id"])
    assert (shown["type"], shown["url"], shown["archive"]) == ("document", ODJ, "public")
    assert [session["session_id"] for session in shown["sessions"]] == ["s-1", "s-3"]
    assert [version["sha256"] for version in shown["versions"]] == [row["sha256"]]
    shown = reader.show("commune-99001")
    assert (shown["type"], shown["name"], shown["documents"], shown["sessions"], shown["flags"]) == (
        "council", "Trépigny", 3, 3, 3,
    )  # fmt: skip


@pytest.mark.parametrize("unknown", ["\ud800", "s-404", "", "'; --", "commune-404", "\0", "s-1 "])
def test_show_what_does_not_exist(reader, unknown):
    assert reader.show(unknown) is None


def test_show_follows_merges(world, home, make):
    world.save_facts(make.facts(make.session(7, aliases=("s-1",))), NOW)
    world.save_facts(make.facts(make.session(8, aliases=("s-7", "s-1"))), NOW)
    with Reader(home, private=False) as reader:
        shown = reader.show("s-1")
        assert (shown["session_id"], shown["asked_for"], shown["aliases"]) == ("s-8", "s-1", ["s-1", "s-7"])
        assert "asked_for" not in reader.show("s-8")


def test_show_says_that_something_was_superseded(world, home, make):
    world.save_facts(make.facts(), NOW)
    with Reader(home, private=False) as reader:
        assert reader.show("s-2")["superseded_at"] == "2026-03-02T09:00:00+00:00"
        assert reader.show("i-3")["superseded_at"] is not None


# ---------------------------------------------------------------------- status


def test_status(world, private, home, make):
    source = world.put_source("commune-99001")
    done = world.begin_crawl(source, NOW)
    report = CrawlReport(
        "commune-99001", done, NOW, NOW, "failed", "blind", "found nothing where 3 were", item_errors=2, log=("x",)
    )
    world.finish_crawl(report)
    make.record(world, "https://trepigny.example/scan.pdf", text="", state="needs-ocr", reason="2 pages are pictures")
    make.record(world, PV, body=b"broken", text="", state="failed", reason="no PDF")
    make.record(private, "file:/home/elu/secret.pdf", text="", state="locked", reason="needs a password")
    with Reader(home) as reader:
        status = reader.status(NOW)
    (row,) = status["sources"]
    assert (row["state"], row["reason"], row["failures"]) == ("blind", "found nothing where 3 were", 1)
    assert (row["documents"], row["needs_ocr"], row["failed_documents"]) == (3, 1, 1)
    assert (row["last_crawl"]["state"], row["last_crawl"]["item_errors"], row["last_crawl"]["log"]) == (
        "failed",
        2,
        ["x"],
    )
    assert status["documents"] == {"read": 3, "needs-ocr": 1, "failed": 1, "locked": 1}
    assert [(row["state"], row["reason"]) for row in status["unread"]] == [
        ("failed", "no PDF"),
        ("needs-ocr", "2 pages are pictures"),
        ("locked", "needs a password"),
    ]
    assert status["crawls"] == {"running": 0, "interrupted": 0}


def test_a_running_crawl_and_one_that_was_killed(store, home):
    source = store.put_source("commune-99001")
    store.lease(source, "me", NOW, NOW + timedelta(hours=1))
    store.begin_crawl(source, NOW)
    with Reader(home) as reader:
        assert reader.status(NOW)["crawls"] == {"running": 1, "interrupted": 0}
        assert reader.status(NOW + timedelta(hours=2))["crawls"] == {"running": 0, "interrupted": 1}
        assert reader.sources()[0]["last_crawl"]["state"] == "running"


def test_a_source_that_was_never_crawled(store, home):
    store.put_source("commune-99001")
    with Reader(home) as reader:
        (row,) = reader.status(NOW)["sources"]
    assert (row["state"], row["last_crawl"], row["running"], row["interrupted"]) == ("new", None, False, False)


def test_a_document_that_recovered_is_not_reported(store, home, make):
    make.record(store, body=b"1", text="x" * 300)
    make.record(store, body=b"2", text="", state="error-page", at=NOW + timedelta(hours=1))
    make.record(store, body=b"1", text="x" * 300, at=NOW + timedelta(hours=2))
    with Reader(home) as reader:
        status = reader.status(NOW)
    assert (status["documents"], status["unread"]) == ({"read": 1}, [])


def test_sort_is_natural_and_stable(store, home, make):
    make.record(store)
    items = tuple(replace(make.item(n), title="égal", position=n) for n in range(12, 0, -1))
    store.save_facts(make.facts(make.session(items=items)), NOW)
    with Reader(home) as reader:
        assert [row["number"] for row in reader.items()] == [str(n) for n in range(1, 13)]
