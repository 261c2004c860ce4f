from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat

import pytest

from crawler.errors import ArchiveError
from db import connection, migrations
from db.connection import connect, connect_read_only, schema_version, transaction


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def pragma(db, name):
    return next(iter(db.query(f"PRAGMA {name}")))[name]


def test_a_new_archive(tmp_path):
    db = connect(tmp_path / "archive.db")
    assert db.journal_mode == "wal"
    assert pragma(db, "foreign_keys") == 1
    assert pragma(db, "page_size") == 16384
    assert pragma(db, "user_version") == len(migrations.ARCHIVE)
    assert {"flagged", "upcoming", "outcomes", "source_health"} <= set(db.view_names())
    assert "pages_fts" in db.table_names()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_desk_has_its_own_schema(tmp_path):
    db = connect(tmp_path / "desk.db", "desk", secret=True)
    assert "alerts" in db.table_names()
    assert "sessions" not in db.table_names()


@pytest.mark.parametrize("kind", ["archive", "desk"])
def test_secret_from_the_first_byte(tmp_path, kind):
    old = os.umask(0)
    try:
        db = connect(tmp_path / "secret.db", kind, secret=True)
        with transaction(db):
            db.execute("CREATE TABLE something (id)")
        assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
            "secret.db": 0o600, "secret.db-wal": 0o600, "secret.db-shm": 0o600,
        }  # fmt: skip
    finally:
        os.umask(old)


def test_the_public_archive_can_be_read_by_others(tmp_path):
    old = os.umask(0o022)
    try:
        connect(tmp_path / "archive.db")
        assert mode(tmp_path / "archive.db") == 0o644
    finally:
        os.umask(old)


def test_a_secret_that_was_left_open_is_closed(tmp_path):
    path = tmp_path / "private.db"
    connect(path).close()
    path.chmod(0o644)
    connect(path, secret=True).close()
    assert mode(path) == 0o600


def test_migrations_go_forward_and_keep_what_is_there(tmp_path, monkeypatch):
    path = tmp_path / "archive.db"
    db = connect(path)
    with transaction(db):
        db.execute("INSERT INTO councils(id, name, kind, timezone) VALUES ('x', 'X', 'commune', 'Europe/Paris')")
    db.close()
    longer = (*migrations.ARCHIVE, "CREATE TABLE extra (id INTEGER); INSERT INTO extra VALUES (7);")
    monkeypatch.setitem(connection.SCHEMAS, "archive", longer)
    assert schema_version(path) == len(migrations.ARCHIVE)
    for opened in (connect_read_only(path), connect(path)):
        assert list(opened.query("SELECT id FROM extra")) == [{"id": 7}]
        assert opened.table("councils").count == 1
        opened.close()
    assert schema_version(path) == len(longer)


def test_a_migration_that_fails_leaves_the_archive_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "archive.db"
    connect(path).close()
    monkeypatch.setitem(
        connection.SCHEMAS, "archive", (*migrations.ARCHIVE, "CREATE TABLE extra (id INTEGER); CREATE TABLE extra (x);")
    )
    with pytest.raises(ArchiveError, match="extra"):
        connect(path)
    assert schema_version(path) == len(migrations.ARCHIVE)
    monkeypatch.undo()
    assert "extra" not in connect(path).table_names()


@pytest.mark.parametrize("opener", [connect, connect_read_only])
def test_a_newer_archive_is_refused(tmp_path, opener):
    path = tmp_path / "archive.db"
    db = connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ArchiveError, match=r"archive\.db: written by a newer Tocsin \(schema 99"):
        opener(path)


@pytest.mark.parametrize("opener", [connect, connect_read_only])
@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to have a header" * 40, b"SQLite format 3\0"]
)
def test_a_damaged_archive_is_refused(tmp_path, opener, content):
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"archive\.db: damaged, or not a SQLite database"):
        opener(path)


def test_a_damaged_page_is_an_archive_error(tmp_path, home, store):
    store.close()
    data = bytearray(home.archive.read_bytes())
    data[16384:] = b"\xff" * (len(data) - 16384)
    home.archive.write_bytes(data)
    from db.queries import Reader

    with pytest.raises(ArchiveError, match=r"archive\.db"), Reader(home) as reader:
        reader.sessions()


def test_somebody_elses_database_is_refused(tmp_path):
    path = tmp_path / "archive.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (id)")
    other.close()
    with pytest.raises(ArchiveError, match="not one of Tocsin's"):
        connect(path)


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(ArchiveError, match=r"archive\.db"):
        connect(tmp_path / "archive.db")


def test_reading_creates_nothing(tmp_path):
    with pytest.raises(ArchiveError, match="no such archive"):
        connect_read_only(tmp_path / "archive.db")
    assert list(tmp_path.iterdir()) == []


def test_read_only_cannot_write(tmp_path):
    connect(tmp_path / "archive.db").close()
    db = connect_read_only(tmp_path / "archive.db")
    with pytest.raises(ArchiveError, match="readonly"), transaction(db):
        db.execute("DELETE FROM councils")


def test_a_transaction_is_all_or_nothing(tmp_path):
    db = connect(tmp_path / "archive.db")
    with pytest.raises(ZeroDivisionError), transaction(db):
        db.table("councils").insert({"id": "x", "name": "X", "kind": "commune", "timezone": "Europe/Paris"})
        raise ZeroDivisionError
    with pytest.raises(ArchiveError, match="FOREIGN KEY"), transaction(db):
        db.table("councils").insert({"id": "x", "name": "X", "kind": "commune", "timezone": "Europe/Paris"})
        db.execute("INSERT INTO sources(id, council_id) VALUES ('y/site', 'y')")
    assert db.table("councils").count == 0
    assert not db.conn.in_transaction


def test_a_writer_that_is_held_up_says_so(tmp_path):
    path = tmp_path / "archive.db"
    first, second = connect(path), connect(path)
    second.execute("PRAGMA busy_timeout = 10")
    with transaction(first), pytest.raises(ArchiveError, match="locked"), transaction(second):
        pass


def _open_and_write(path, number):
    db = connect(path)
    with transaction(db):
        row = {"id": f"c-{number}", "name": "X", "kind": "commune", "timezone": "Europe/Paris"}
        db.table("councils").insert(row)
    db.close()


def test_two_processes_may_create_the_archive_at_once(tmp_path):
    path = tmp_path / "archive.db"
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_open_and_write, args=(path, number)) for number in range(6)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 6
    assert connect(path).table("councils").count == 6
