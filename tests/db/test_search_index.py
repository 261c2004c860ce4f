"""The index holds exactly what it should, whatever changes the marks of a page or item."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import PageText
from db import connection, migrations, search_index
from db.connection import connect
from db.queries import Filters, Reader
from db.search_marks import ITEM_MARKS, PAGE_MARKS
from db.store.archive import Store
from db.visible import open_version

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def whole(store):
    """Nothing waits, all marks are those that the rows ask for, and the index agrees with the tables."""
    assert not search_index.waiting(store.db)
    for table, key, marks in (("pages", "version_id", PAGE_MARKS), ("items", "row", ITEM_MARKS)):
        for (each,) in store.db.conn.execute(f"SELECT DISTINCT {key} FROM {table}").fetchall():
            for _, _, before, wanted in store.db.conn.execute(marks, {"key": each}).fetchall():
                assert before == wanted
    for index in ("pages_fts", "items_fts"):
        store.db.conn.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
    store.db.conn.commit()


def pages(store, **filters):
    with Reader(store.home) as reader:
        return sorted(
            row["page"] for row in reader.search("vidéoprotection", Filters(**filters)) if row["type"] == "page"
        )


def test_the_world_is_indexed_whole(world):
    whole(world)


@pytest.fixture
def paper(store, make):
    """A document of two pages with a session, an item on its first page and a flag there."""
    text = "Caméras de vidéoprotection. " * 20
    make.record(store, text=text, kind="note", pages=(PageText(1, text), PageText(2, text)), page_count=2)
    store.save_facts(make.facts(make.session(items=(make.item(),), flags=(make.flag(),))), NOW)
    whole(store)
    return store


def test_a_page_is_found_by_its_session(paper):
    assert pages(paper, since=date(2026, 3, 9), until=date(2026, 3, 9)) == [1, 2]
    assert pages(paper, until=date(2026, 3, 8)) == []


def test_another_date_of_the_session(paper, make):
    moved = make.session(date=date(2027, 1, 12), items=(make.item(),), flags=(make.flag(),))
    paper.save_facts(make.facts(moved), NOW)
    whole(paper)
    assert pages(paper, since=date(2027, 1, 1)) == [1, 2]


def test_another_topic_another_page_and_none(paper, make):
    assert pages(paper, topics=("video-surveillance",)) == [1]
    other = make.flag(topics=("drones",), page=2)
    paper.save_facts(make.facts(make.session(items=(make.item(),), flags=(other,))), NOW)
    whole(paper)
    assert (pages(paper, topics=("video-surveillance",)), pages(paper, topics=("drones",))) == ([], [2])
    paper.save_facts(make.facts(make.session(items=(make.item(),))), NOW)
    whole(paper)
    assert pages(paper, topics=("drones",)) == []


def test_another_kind_of_document(paper, make):
    assert (pages(paper, kinds=("note",)), pages(paper, kinds=("draft",))) == ([1, 2], [])
    with paper.write() as db:
        db.conn.execute("UPDATE documents SET kind = 'draft'")
    whole(paper)
    assert (pages(paper, kinds=("note",)), pages(paper, kinds=("draft",))) == ([], [1, 2])


def test_a_council_that_moves_to_another_region(paper, make):
    paper.put_council(replace(make.council, department="2A", region="94"))
    whole(paper)
    assert (pages(paper, regions=("98",)), pages(paper, regions=("94",)), pages(paper, departments=("2A",))) == (
        [], [1, 2], [1, 2],
    )  # fmt: skip


def test_a_session_and_a_flag_that_are_gone(paper, make):
    paper.save_facts(make.facts(), NOW)
    whole(paper)
    assert pages(paper, since=date(2026, 3, 9)) == []  # seen on the 2nd


def test_deleted_pages_leave_the_index(paper):
    with paper.write() as db:
        db.conn.execute("DELETE FROM pages WHERE number = 2")
    whole(paper)
    assert pages(paper) == [1]
    with paper.write() as db:
        db.conn.execute("UPDATE pages SET text = ''")
        db.conn.execute("UPDATE items SET title = ''")
    whole(paper)
    with Reader(paper.home) as reader:
        assert reader.search("vidéoprotection") == []
    words = paper.db.conn.execute("SELECT count(*) FROM pages_fts WHERE pages_fts MATCH 'videoprotection'").fetchone()
    assert words == (0,)


def test_what_waits_is_indexed_in_short_steps(paper, monkeypatch):
    monkeypatch.setattr(search_index, "BATCH_CHARACTERS", 1)
    steps = []
    real = search_index.transaction
    monkeypatch.setattr(search_index, "transaction", lambda db: steps.append(1) or real(db))
    paper.db.conn.execute("UPDATE pages SET marks = NULL")
    paper.db.conn.execute("INSERT INTO unindexed_versions SELECT id FROM versions")
    paper.db.conn.commit()
    search_index.catch_up(paper.db)
    whole(paper)
    assert len(steps) >= 2


def test_pages_that_wait_are_not_in_the_index_and_may_go(paper):
    paper.db.conn.execute("UPDATE pages SET marks = NULL WHERE number = 2")
    paper.db.conn.execute("INSERT INTO unindexed_versions SELECT id FROM versions")
    paper.db.conn.commit()
    assert pages(paper) == [1]
    paper.db.conn.execute("DELETE FROM pages WHERE number = 2")
    paper.db.conn.commit()
    search_index.catch_up(paper.db)
    whole(paper)
    assert pages(paper) == [1]


def test_an_archive_of_before_is_indexed_when_it_is_opened(home, make, monkeypatch, caplog):
    with monkeypatch.context() as old:
        old.setitem(connection.SCHEMAS, "archive", migrations.ARCHIVE[:10])
        db = connect(home.archive)
        db.conn.execute(
            "INSERT INTO councils(id, name, kind, department, timezone) VALUES ('c', 'C', 'commune', '99', 'UTC')"
        )
        db.conn.execute("INSERT INTO files VALUES ('00', 1, 0, '2026-03-02')")
        for n in range(1, 4):
            seen = (NOW + timedelta(days=n)).isoformat()
            db.conn.execute(
                "INSERT INTO documents(id, council_id, url, first_seen_at, last_seen_at) VALUES (?, 'c', ?, ?, ?)",
                (f"d-{n}", f"https://c.example/{n}", seen, seen),
            )
            db.conn.execute(
                "INSERT INTO versions(id, document_id, number, sha256, fetched_at, state, seen_at)"
                " VALUES (?, ?, 1, '00', ?, 'read', ?)",
                (n, f"d-{n}", seen, seen),
            )
            db.conn.execute(
                "INSERT INTO pages(version_id, number, text, method) VALUES (?, 1, 'vidéoprotection', 'x')", [n]
            )
        db.conn.commit()
        db.close()
    monkeypatch.setattr(connection, "LONG_WAIT", 2)
    with Reader(home) as reader:
        assert len(reader.search("vidéoprotection", Filters(departments=("99",)))) == 3
    assert "made anew for 3 documents" in caplog.text
    with Store(home) as store:
        whole(store)


def test_the_first_sieve_lets_through_all_that_strangers_may_see(world):
    shown = f"""
        SELECT p.marks LIKE '%xopen%' AS marked, {open_version("v")} AS opened
        FROM pages p JOIN versions v ON v.id = p.version_id
    """
    rows = world.db.conn.execute(shown, {"least": 0.0}).fetchall()
    assert {opened for _, opened in rows} == {0, 1}
    assert all(marked for marked, opened in rows if opened)
