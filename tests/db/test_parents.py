"""Documents inside documents: an archive and what came in it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from db.connection import connect
from db.migrations import ARCHIVE
from db.queries import Reader
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNCIL = "commune-99001"
ZIP = "https://trepigny.example/dossier.zip"


@pytest.fixture
def put(store, make):
    """Record a document: ``put(url, parts=…, parent=…)``."""

    def call(url, *, parts=0, parent=None, at=NOW, body=None, into=None, state=None):
        state = state or ("container" if parts else "read")
        fetched = make.fetched(url, body or url.encode(), fetched_at=at, parent=parent)
        reading = make.reading(f"{url} {body!r} " * 20, state=state, parts=parts)
        return (into or store).record_document(COUNCIL, fetched, reading, crawl_id=None, now=at)

    return call


def urls(rows):
    return [row["url"].removeprefix(ZIP) for row in rows]


def test_a_member_has_its_archive_as_parent(store, put, sound):
    archive = put(ZIP, parts=1)
    inner = put(f"{ZIP}#lot.zip", parts=1, parent=ZIP)
    leaf = put(f"{ZIP}#lot.zip#a.pdf", parent=f"{ZIP}#lot.zip")
    parents = {row["id"]: row["parent_id"] for row in store.rows("SELECT id, parent_id FROM documents")}
    assert parents == {
        archive.document_id: None, inner.document_id: archive.document_id, leaf.document_id: inner.document_id,
    }  # fmt: skip
    sound(store)
    with pytest.raises(sqlite3.IntegrityError):
        store.db.conn.execute("UPDATE documents SET parent_id = 'd-nothing'")


def test_a_parent_found_later_is_written(store, put):
    put(f"{ZIP}#a.pdf", parent=ZIP)
    archive = put(ZIP, parts=1)
    put(f"{ZIP}#a.pdf", parent=ZIP, at=NOW + DAY)
    assert store.row("SELECT parent_id FROM documents WHERE url LIKE '%#a.pdf'")["parent_id"] == archive.document_id


def test_what_is_inside_is_known_once_all_of_it_is_there(store, put):
    assert store.inside(COUNCIL, ZIP) is None
    put(ZIP, parts=2)
    put(f"{ZIP}#a.pdf", parent=ZIP)
    assert store.inside(COUNCIL, ZIP) is None
    put(f"{ZIP}#lot.zip", parts=1, parent=ZIP)
    assert store.inside(COUNCIL, ZIP) is None  # that of the archive in it is missing
    put(f"{ZIP}#lot.zip#b.pdf", parent=f"{ZIP}#lot.zip")
    assert urls(store.inside(COUNCIL, ZIP)) == ["", "#a.pdf", "#lot.zip", "#lot.zip#b.pdf"]
    assert urls(store.inside(COUNCIL, f"{ZIP}#a.pdf")) == ["#a.pdf"]


def test_a_count_that_was_wrong_is_put_right(store, put):
    put(ZIP, parts=3)
    put(f"{ZIP}#a.pdf", parent=ZIP)
    store.unpacked(COUNCIL, ZIP, 1)
    assert urls(store.inside(COUNCIL, ZIP)) == ["", "#a.pdf"]


def test_what_a_newer_archive_lacks_is_no_longer_inside(store, put):
    put(ZIP, parts=2, body=b"one")
    put(f"{ZIP}#a.pdf", parent=ZIP)
    put(f"{ZIP}#b.pdf", parent=ZIP)
    put(ZIP, parts=1, body=b"two", at=NOW + DAY)
    assert store.inside(COUNCIL, ZIP) is None
    put(f"{ZIP}#a.pdf", parent=ZIP, at=NOW + DAY)
    assert urls(store.inside(COUNCIL, ZIP)) == ["", "#a.pdf"]
    store.touch_document(COUNCIL, ZIP, NOW + 3 * DAY)
    seen = {row["url"].removeprefix(ZIP): row["last_seen_at"][:10] for row in store.rows("SELECT * FROM documents")}
    assert seen == {"": "2026-03-05", "#a.pdf": "2026-03-05", "#b.pdf": "2026-03-02"}


def test_reading_shows_both_directions(store, put, home):
    archive = put(ZIP, parts=1)
    member = put(f"{ZIP}#a.pdf", parent=ZIP)
    put(f"{ZIP}#a.pdf", parent=ZIP, body=b"newer", at=NOW + DAY)
    with Reader(home) as reader:
        assert [row["parent"] for row in reader.documents()] == [None, ZIP, ZIP]
        shown = reader.show(archive.document_id)
        assert [(row["document_id"], row["state"]) for row in shown["members"]] == [(member.document_id, "read")]
        shown = reader.show(member.document_id)
        assert (shown["parent"], shown["parent_id"], shown["members"]) == (ZIP, archive.document_id, [])


def test_archives_of_which_something_was_left_out_are_unread(store, put, make, home):
    put(ZIP, parts=1)
    with Reader(home) as reader:
        assert reader.status(NOW)["unread"] == []
    reading = make.reading("", state="container", parts=1, reason="left out: ../a.pdf: a path that leads out")
    store.record_document(COUNCIL, make.fetched(f"{ZIP}?2", b"2"), reading, crawl_id=None, now=NOW)
    with Reader(home) as reader:
        assert [row["state"] for row in reader.status(NOW)["unread"]] == ["container"]
        assert reader.status(NOW)["documents"] == {"container": 2}


def test_copies_of_members_keep_foreign_keys_valid(store, private, put, make, sound):
    """A private fact may rest on a public document that came in an archive."""
    put(ZIP, parts=1)
    member = put(f"{ZIP}#a.pdf", parent=ZIP)
    put("file:projet.pdf", into=private)
    session = make.session(
        versions=(f"public:{member.version_id}", "private:1"), agenda_version=f"public:{member.version_id}",
        items=(make.item(version_id=f"public:{member.version_id}", versions=(f"public:{member.version_id}",)),),
    )  # fmt: skip
    private.save_facts(make.facts(session), NOW)
    private.save_facts(make.facts(session), NOW + DAY)
    sound(private)
    assert urls(private.rows("SELECT url FROM documents WHERE mirror = 1 AND url LIKE '%#%'")) == ["#a.pdf"]


def test_an_archive_of_before_migrates(home, make, sound):
    db = sqlite3.connect(home.archive)
    db.executescript(ARCHIVE[0])
    db.execute("INSERT INTO councils (id, name, kind, timezone) VALUES (?, 'T', 'commune', 'Europe/Paris')", [COUNCIL])
    db.execute(
        "INSERT INTO documents (id, council_id, url, first_seen_at, last_seen_at) VALUES ('d-1', ?, ?, '2026', '2026')",
        [COUNCIL, ZIP],
    )
    db.execute("INSERT INTO files (sha256, size, first_seen_at) VALUES ('x', 1, '2026')")
    db.execute(
        "INSERT INTO versions (document_id, number, sha256, fetched_at, state, seen_at)"
        " VALUES ('d-1', 1, 'x', '2026', 'container', '2026')"
    )
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    connect(home.archive).close()
    with Store(home) as store:
        row = store.row("SELECT d.parent_id, v.parts FROM documents d JOIN versions v ON v.document_id = d.id")
        assert row == {"parent_id": None, "parts": 0}
        sound(store)
