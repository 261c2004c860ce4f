from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.errors import ArchiveError
from crawler.models import Change, FactClaim, Facts, Outcome, Part, Span
from db.store.facts import BATCH_ROWS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
COUNCIL = "commune-99001"

STATED = (
    FactClaim("amount", Span(2, 40, 49), "163 966 €", 163_966.0, "", "total", "HT", None, "public:2", True),
    FactClaim("funding", Span(2, 60, 64), "FIPD", 50_000.0, "fipd", rate=37.7, version_id="public:2", main=True),
    FactClaim("cameras", Span(1, 3, 13), "22 caméras", 22.0, role="new", version_id="public:1", main=True),
    FactClaim("cameras", Span(1, 20, 30), "76 caméras", 76.0, role="existing", version_id="public:1"),
)


@pytest.fixture
def known(store, make):
    """The public archive with two documents."""
    make.record(store, "https://trepigny.example/1.pdf")
    make.record(store, "https://trepigny.example/2.pdf")
    return store


def change(**more):
    values = {
        "kind": "moved", "session_id": "s-1", "item_id": None, "before": "2026-03-09", "after": "2026-03-10",
        "version_id": "public:2", "seen_at": NOW,
    }  # fmt: skip
    return Change(**(values | more))


def everything(make):
    """Facts that use every column."""
    session = make.session(
        starts_at=datetime(2026, 3, 9, 18, 30, tzinfo=ZoneInfo("Europe/Paris")),
        status="moved",
        convened_on=date(2026, 3, 3),
        order=2,
        versions=("public:1", "public:2"),
        aliases=("s-0", "s-00"),
        last_day=date(2026, 3, 10),
        items=(
            make.voted(),
            make.item(2, number=None, page=None, listed=False, withdrawn=True, outcome=Outcome("withdrawn")),
            make.item(
                3,
                rapporteur="Mme Aubépine",
                theme="SÉCURITÉ",
                announced=True,
                versions=("public:1", "public:2"),
                parts=(Part("public:2", (2, 40), (4, 0)), Part("public:1", (1, 7), (1, 90))),
            ),
            make.item(4, parent_id="i-3", decided=True, announced=False),
        ),
        flags=(
            make.flag(
                stance="against",
                matches=(make.match(), make.match(topic="drones", version_id="public:2")),
                facts=STATED,
            ),
            make.flag(2, item_id=None, matches=(), topics=("drones", "biometrics"), score=0.25),
        ),
    )
    bare = make.session(2, date=None, place=None, versions=(), agenda_version=None)
    loose = make.flag(3, session_id=None, item_id=None)
    return Facts(
        COUNCIL, (session, bare), (loose,), (change(), change(kind="item-unlisted", item_id="i-2", after=None))
    )


def superseded(store, table):
    return {row["id"]: row["superseded_at"] for row in store.rows(f"SELECT id, superseded_at FROM {table}")}


def test_facts_come_back_as_they_went(known, make, sound):
    facts = everything(make)
    known.save_facts(facts, NOW)
    assert known.facts(COUNCIL) == facts
    sound(known)


def test_the_views_show_the_main_facts(known, make):
    known.save_facts(everything(make), NOW)
    (row,) = known.rows(
        "SELECT amount, amount_role, amount_tax, cameras, vendor, funding FROM flagged WHERE amount > 0"
    )
    assert tuple(row.values()) == (163_966.0, "total", "HT", 22, None, '["fipd"]')
    known.save_facts(replace_facts(everything(make)), LATER)
    assert known.rows("SELECT amount FROM flagged WHERE amount IS NOT NULL") == []
    old = known.rows("SELECT DISTINCT superseded_at IS NULL AS current FROM item_facts")
    assert old == [{"current": 0}]


def replace_facts(facts):
    """The same without what the documents state."""
    session = facts.sessions[0]
    flags = tuple(replace(flag, facts=()) for flag in session.flags)
    return replace(facts, sessions=(replace(session, flags=flags), *facts.sessions[1:]))


def test_a_part_that_moved_is_written_and_the_rest_is_not(known, make):
    facts = everything(make)
    known.save_facts(facts, NOW)
    session, bare = facts.sessions
    part = Part("public:2", (3, 0), (4, 0))
    items = tuple(replace(item, parts=(part, *item.parts[1:])) if item.parts else item for item in session.items)
    moved = replace(facts, sessions=(replace(session, items=items), bare))
    known.save_facts(moved, LATER)
    assert known.facts(COUNCIL) == moved
    assert {row["updated_at"] for row in known.rows("SELECT updated_at FROM items")} == {"2026-03-02T09:00:00+00:00"}


def test_a_line_may_be_written_before_its_report(known, make, sound):
    line, report = make.item(1, parent_id="i-2"), make.item(2)
    known.save_facts(make.facts(make.session(items=(line, report))), NOW)
    assert known.facts(COUNCIL).sessions[0].items == (line, report)
    sound(known)


def test_times_stand_in_the_councils_own_offset(known, make):
    known.put_council(replace(make.council, timezone="Indian/Reunion"))
    at = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    known.save_facts(make.facts(make.session(starts_at=at)), NOW)
    assert known.rows("SELECT starts_at FROM sessions") == [{"starts_at": "2026-03-09T18:00:00+04:00"}]
    (session,) = known.facts(COUNCIL).sessions
    assert session.starts_at == at
    assert session.starts_at.hour == 18


def test_an_unknown_council_has_no_facts(known):
    assert known.facts("commune-99999") == Facts("commune-99999")
    with pytest.raises(ArchiveError, match="no such council"):
        known.save_facts(Facts("commune-99999"), NOW)


def test_the_same_facts_again_write_nothing(known, make):
    facts = everything(make)
    known.save_facts(facts, NOW)
    before = list(known.db.conn.iterdump())
    known.save_facts(facts, LATER)
    assert list(known.db.conn.iterdump()) == before


def test_only_what_differs_is_updated(known, make):
    facts = everything(make)
    known.save_facts(facts, NOW)
    first, second = facts.sessions
    known.save_facts(replace(facts, sessions=(replace(first, place="préau"), second)), LATER)
    rows = known.rows("SELECT id, place, updated_at FROM sessions ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("s-1", "préau", "2026-03-03T09:00:00+00:00"),
        ("s-2", None, "2026-03-02T09:00:00+00:00"),
    ]
    assert {row["updated_at"] for row in known.rows("SELECT updated_at FROM items")} == {"2026-03-02T09:00:00+00:00"}


def test_what_is_gone_is_superseded_and_never_deleted(known, make, sound):
    facts = everything(make)
    known.save_facts(facts, NOW)
    known.save_facts(replace(facts, sessions=facts.sessions[1:], loose_flags=()), LATER)
    at = "2026-03-03T09:00:00+00:00"
    assert superseded(known, "sessions") == {"s-1": at, "s-2": None}
    assert superseded(known, "items") == dict.fromkeys(("i-1", "i-2", "i-3", "i-4"), at)
    assert superseded(known, "flags") == {"f-1": at, "f-2": at, "f-3": at}
    assert known.facts(COUNCIL).sessions == facts.sessions[1:]
    assert known.facts(COUNCIL).changes == facts.changes
    known.save_facts(facts, LATER)
    assert known.facts(COUNCIL) == facts
    sound(known)


def test_votes_and_matches_are_superseded_only_where_they_differ(known, make):
    item, flag = make.voted(), make.flag()
    known.save_facts(make.facts(make.session(items=(item,), flags=(flag,))), NOW)
    known.save_facts(make.facts(make.session(items=(item,), flags=(flag,), place="préau")), LATER)
    assert set(superseded(known, "votes").values()) | set(superseded(known, "matches").values()) == {None}
    one_vote = replace(item, votes=item.votes[:1], outcome=Outcome("adopted", 20, 3, 1))
    known.save_facts(make.facts(make.session(items=(one_vote,), flags=(replace(flag, matches=()),))), LATER)
    at = "2026-03-03T09:00:00+00:00"
    assert list(superseded(known, "votes").values()) == [at, at, None]
    assert list(superseded(known, "matches").values()) == [at]
    assert known.facts(COUNCIL).sessions[0].items == (one_vote,)


def test_an_item_may_change_its_session(known, make, sound):
    known.save_facts(make.facts(make.session(items=(make.item(),)), make.session(2)), NOW)
    moved = make.session(2, items=(make.item(session_id="s-2"),), aliases=("s-1",))
    known.save_facts(make.facts(moved), LATER)
    assert known.facts(COUNCIL).sessions == (moved,)
    assert known.rows("SELECT old_id, new_id FROM aliases") == [{"old_id": "s-1", "new_id": "s-2"}]
    sound(known)


def test_versions_that_no_longer_contribute(known, make):
    known.save_facts(make.facts(make.session(versions=("public:1", "public:2"))), NOW)
    known.save_facts(make.facts(make.session(versions=("public:2",))), LATER)
    assert known.facts(COUNCIL).sessions[0].versions == ("public:2",)
    assert len(known.rows("SELECT * FROM session_versions")) == 2
    known.save_facts(make.facts(make.session(versions=("public:1", "public:2"))), LATER)
    assert known.facts(COUNCIL).sessions[0].versions == ("public:1", "public:2")


def test_a_change_is_kept_once(known, make):
    known.save_facts(make.facts(make.session(), changes=(change(),)), NOW)
    known.save_facts(make.facts(make.session(), changes=(change(seen_at=LATER), change(after="2026-03-11"))), LATER)
    assert [each.after for each in known.facts(COUNCIL).changes] == ["2026-03-10", "2026-03-11"]
    assert known.facts(COUNCIL).changes[0].seen_at == NOW


def test_many_sessions_take_several_short_transactions(known, make, monkeypatch, sound):
    sessions = [
        make.session(n, items=tuple(make.item(100 * n + i, session_id=f"s-{n}") for i in range(30)))
        for n in range(1, 40)
    ]
    writes = []
    write = type(known).write
    monkeypatch.setattr(type(known), "write", lambda self: writes.append(1) or write(self))
    known.save_facts(make.facts(*sessions), NOW)
    assert len(writes) > 39 * 61 / BATCH_ROWS
    assert known.facts(COUNCIL).sessions == tuple(sessions)
    sound(known)


def test_a_refusal_leaves_the_archive_as_it_was(known, make):
    known.save_facts(make.facts(make.session()), NOW)
    for bad, message in [
        (make.facts(make.session(), make.session()), "s-1 stands twice"),
        (make.facts(make.session(flags=(make.flag(item_id="i-404"),))), "FOREIGN KEY"),
        (make.facts(make.session(versions=("public:404",))), "FOREIGN KEY"),
    ]:
        with pytest.raises(ArchiveError, match=message):
            known.save_facts(bad, LATER)
        assert known.facts(COUNCIL) == make.facts(make.session())


# ---------------------------------------------------------------------- private facts


@pytest.mark.parametrize(
    "leak",
    [
        lambda make: make.session(versions=("private:1",)),
        lambda make: make.session(private=True),
        lambda make: make.session(items=(make.item(version_id="private:1"),)),
        lambda make: make.session(items=(make.item(),), flags=(make.flag(private=True),)),
        lambda make: make.session(
            items=(make.item(),), flags=(make.flag(matches=(make.match(version_id="private:1"),)),)
        ),
        lambda make: make.session(
            items=(make.item(),), flags=(make.flag(facts=(replace(STATED[0], version_id="private:1"),)),)
        ),
    ],
)
def test_nothing_private_enters_the_public_archive(known, make, leak):
    with pytest.raises(ArchiveError, match="private"):
        known.save_facts(make.facts(leak(make)), NOW)
    assert known.facts(COUNCIL).sessions == ()


def test_private_facts_rest_on_public_documents_too(known, private, make, sound):
    make.record(private, "file:/home/elu/projet.pdf")
    session = make.session(
        versions=("public:2", "private:1"),
        agenda_version="public:1",
        items=(make.item(version_id="public:1", versions=("public:1", "private:1")),),
        flags=(make.flag(version_id="private:1", private=True, matches=(make.match(version_id="public:2"),)),),
        private=False,
    )
    facts = make.facts(session, changes=(change(version_id="private:1"),))
    private.save_facts(facts, NOW)
    saved = private.facts(COUNCIL)
    assert set(saved.sessions[0].versions) == {"public:2", "private:1"}
    assert replace(saved.sessions[0], versions=session.versions, items=session.items) == session
    assert saved.changes == facts.changes
    sound(private)
    assert [each.version_id for each in private.evidence(COUNCIL)] == ["private:1"]


def test_copies_of_public_documents_follow_them(known, private, make, sound):
    private.save_facts(make.facts(make.session()), NOW)
    make.record(known, "https://trepigny.example/1.pdf", body=b"2", text="x" * 300, kind="minutes")
    private.save_facts(make.facts(make.session(versions=("public:1", "public:3"))), LATER)
    rows = private.rows(
        "SELECT d.kind, d.mirror, v.public_id, v.number FROM documents d JOIN versions v ON v.document_id = d.id"
    )
    assert [tuple(row.values()) for row in rows] == [("minutes", 1, 1, 1), ("minutes", 1, 3, 2)]
    assert private.facts(COUNCIL).sessions[0].versions == ("public:1", "public:3")
    sound(private)


def test_a_file_taken_in_twice(known, private, make, sound):
    """Once in confidence, once publicly: the copy of the public one and the private one stand side by side."""
    url = "file:/home/elu/odj.pdf"
    make.record(private, url, body=b"%PDF")
    make.record(known, url, body=b"%PDF")
    private.save_facts(make.facts(make.session(versions=("private:1", "public:3"))), NOW)
    assert set(private.facts(COUNCIL).sessions[0].versions) == {"private:1", "public:3"}
    make.record(private, url, body=b"%PDF 2", text="x" * 300)
    assert [each.number for each in private.evidence(COUNCIL)] == [2, 1]
    sound(private)


def test_a_public_version_that_does_not_exist(known, private, make):
    with pytest.raises(ArchiveError, match="public:404: no such version"):
        private.save_facts(make.facts(make.session(versions=("public:404",))), NOW)
