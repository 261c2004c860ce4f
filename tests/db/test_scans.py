"""How well a scanned page could be read: from the reading to the facts, the views and the exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.models import UNCERTAIN, PageText, is_uncertain
from db import connection, migrations
from db.connection import connect, connect_read_only, schema_version
from db.queries import Reader
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGES = (PageText(1, "Vidéoprotection de la place", "ocr", 0.93, 0.41), PageText(2, "Annexe", "text"))


@pytest.fixture
def scanned(store, make):
    """A scanned agenda with a flagged item on a page that is hard to read."""
    make.record(store, text="", pages=PAGES, page_count=2, method="pdfium+ocr")
    store.save_facts(make.facts(make.session(items=(make.item(),), flags=(make.flag(legible=0.41),))), NOW)
    return store


def test_pages_keep_both_judgements(scanned):
    rows = scanned.rows("SELECT number, method, confidence, legible FROM pages ORDER BY number")
    assert [tuple(row.values()) for row in rows] == [(1, "ocr", 0.93, 0.41), (2, "text", None, None)]


def test_a_page_that_is_recognised_better_is_replaced(scanned, make):
    version = scanned.row("SELECT id FROM versions")["id"]
    better = make.reading("", pages=(replace(PAGES[0], legible=0.88), PAGES[1]))
    with scanned.write():
        scanned.put_reading(version, better, NOW)
    assert scanned.row("SELECT legible FROM pages WHERE number = 1") == {"legible": 0.88}


def test_facts_come_back_with_it(scanned, make):
    (session,) = scanned.facts(make.council.id).sessions
    assert session.flags[0].legible == 0.41
    scanned.save_facts(make.facts(replace(session, flags=(replace(session.flags[0], legible=None),))), NOW)
    assert scanned.facts(make.council.id).sessions[0].flags[0].legible is None


def test_the_view_and_the_export_tell_it(scanned, home):
    row = next(iter(connect_read_only(home.archive).query("SELECT page_method, legible FROM flagged")))
    assert row == {"page_method": "ocr", "legible": 0.41}
    with Reader(home) as reader:
        (flag,) = reader.flagged()
        assert (flag["page_method"], flag["legible"], flag["uncertain"]) == ("ocr", 0.41, True)
        shown = reader.show("f-1")
        assert shown is not None
        assert (shown["legible"], shown["uncertain"]) == (0.41, True)
        (fact,) = reader.alert_facts()
    assert (fact.scanned, fact.legible, fact.uncertain) == (True, 0.41, True)


def test_a_text_is_never_uncertain(world, home):
    with Reader(home) as reader:
        assert {(row["page_method"], row["legible"], row["uncertain"]) for row in reader.flagged()} == {
            ("text", None, False)
        }
        assert not any(fact.scanned or fact.uncertain for fact in reader.alert_facts())


@pytest.mark.parametrize(
    ("legible", "expected"), [(None, False), (UNCERTAIN, False), (UNCERTAIN - 0.01, True), (0.0, True), (1.0, False)]
)
def test_where_doubt_begins(legible, expected):
    assert is_uncertain(legible) is expected


def test_a_private_copy_of_a_scan_tells_it_too(scanned, private, make, home):
    make.record(private, "file:/home/elu/projet.pdf", text="Note sur la place " * 20, kind="draft")
    flag = make.flag(legible=0.41)
    seen = make.session(versions=("public:1", "private:1"), items=(make.item(),), flags=(flag,))
    private.save_facts(make.facts(seen), NOW)
    with Reader(home) as reader:
        (row,) = reader.flagged()
        (fact,) = reader.alert_facts()
    assert (row["page_method"], row["uncertain"]) == ("ocr", True)
    assert (fact.scanned, fact.uncertain, fact.private) == (True, True, False)


def test_a_private_fact_may_rest_on_a_document_that_came_in_an_archive(store, private, make, sound):
    make.record(store, "https://trepigny.example/projets.zip")
    make.record(store, "https://trepigny.example/projets.zip#lot.zip")
    make.record(store, "https://trepigny.example/projets.zip#lot.zip#07.pdf")
    outer, inner, leaf = (row["id"] for row in store.rows("SELECT id FROM documents ORDER BY url"))
    with store.write():
        store.db.conn.executemany("UPDATE documents SET parent_id = ? WHERE id = ?", [(outer, inner), (inner, leaf)])
    make.record(private, "file:/home/elu/projet.pdf", kind="draft")
    private.save_facts(make.facts(make.session(versions=("public:3", "private:1"), agenda_version="public:3")), NOW)
    assert private.row("SELECT count(*) AS n FROM documents WHERE mirror = 1") == {"n": 3}
    sound(private)


BEFORE = """
INSERT INTO councils(id, name, kind, timezone) VALUES ('commune-99001', 'Trépigny', 'commune', 'Europe/Paris');
INSERT INTO files(sha256, size, first_seen_at) VALUES ('ab', 1, '2026-01-01T09:00:00+00:00');
INSERT INTO documents(id, council_id, url, first_seen_at, last_seen_at)
    VALUES ('d-1', 'commune-99001', 'https://trepigny.example/odj.pdf', '2026-01-01T09:00:00+00:00', 'x');
INSERT INTO versions(id, document_id, number, sha256, fetched_at, state, seen_at)
    VALUES (1, 'd-1', 1, 'ab', '2026-01-01T09:00:00+00:00', 'read', 'x');
INSERT INTO pages(version_id, number, text, method) VALUES (1, 1, 'Vidéoprotection', 'text');
INSERT INTO flags(id, council_id, version_id, page, score, topics, excerpt, first_seen_at, updated_at)
    VALUES ('f-1', 'commune-99001', 1, 1, 0.9, '["video-surveillance"]', 'Vidéoprotection',
            '2026-01-01T09:00:00+00:00', '2026-01-01T09:00:00+00:00');
"""


@pytest.mark.parametrize("opener", [connect, connect_read_only])
def test_an_archive_of_before_migrates(home, monkeypatch, opener):
    with monkeypatch.context() as first:
        first.setitem(connection.SCHEMAS, "archive", migrations.ARCHIVE[:1])
        old = connect(home.archive)
        old.executescript(BEFORE)
        old.close()
    assert schema_version(home.archive) == 1
    opener(home.archive).close()
    assert schema_version(home.archive) == len(migrations.ARCHIVE)
    with Reader(home) as reader:
        (row,) = reader.flagged()
    assert (row["flag_id"], row["page_method"], row["legible"], row["uncertain"]) == ("f-1", "text", None, False)
    with Store(home) as store:
        (flag,) = store.facts("commune-99001").loose_flags
    assert flag.legible is None
