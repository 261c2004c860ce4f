"""``tocsin backup`` and ``tocsin export archive``: whole, consistent, and public where they may be shared."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
import tomllib
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.backup import without_subscriptions
from db.home import Home
from db.snapshot import local_name

PRIVATE_WORDS = (b"intercommunale", b"Acquisition", b"lac-exemple.html")


def query(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


# ---------------------------------------------------------------------- export archive


def test_the_archive_is_one_public_file(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "shared.db"
    assert any(word in everything(world.root) for word in PRIVATE_WORDS)
    result = tocsin("export", "archive", "--out", str(target))
    assert (result.code, result.out) == (0, "")
    assert not [word for word in (*PRIVATE_WORDS, b"veille@example.org") if word in target.read_bytes()]
    assert str(tmp_path).encode() not in target.read_bytes(), "a folder of the operator's machine"
    assert query(target, "PRAGMA integrity_check") == [("ok",)]
    assert query(target, "PRAGMA foreign_key_check") == []
    assert query(target, "PRAGMA journal_mode") == [("delete",)]
    assert query(target, "PRAGMA user_version") == query(world.archive, "PRAGMA user_version")
    for view in ("flagged", "upcoming", "outcomes", "source_health"):
        assert len(query(target, f"SELECT * FROM {view}")) == len(query(world.archive, f"SELECT * FROM {view}"))
    assert len(query(target, "SELECT * FROM pages_fts WHERE pages_fts MATCH 'videoprotection'")) == 1
    ((url,),) = query(target, "SELECT url FROM documents")
    assert url.startswith("file:d-")
    assert url.endswith("/ville-exemple.html")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_what_only_the_machine_needs_stays_at_home(tocsin: Any, world: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(world.archive)) as db, db:
        db.execute("INSERT INTO sources(id, council_id, lease_owner) VALUES ('x/site', 'ville-exemple', 'host-77')")
        db.execute("INSERT INTO crawls(source_id, started_at, log) VALUES ('x/site', '2026', '[\"host-78\"]')")
        columns = "council_id, url, first_seen_at, fetched_at"
        db.execute(f"INSERT INTO urls({columns}) VALUES ('ville-exemple', 'host-79', '', '')")
    target = tmp_path / "shared.db"
    assert tocsin("export", "archive", "--out", str(target)).code == 0
    assert b"host-7" not in target.read_bytes()
    assert query(target, "SELECT count(*) FROM crawls") == [(1,)]


def test_an_archive_is_not_overwritten_by_accident(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "shared.db"
    target.write_text("mine")
    assert tocsin("export", "archive", "--out", str(target)).code == 2
    assert target.read_text() == "mine"
    assert tocsin("export", "archive", "--out", str(target), "--force").code == 0
    assert target.read_bytes().startswith(b"SQLite format 3")
    before = world.archive.stat().st_ino
    assert tocsin("export", "archive", "--out", str(world.archive), "--force").code == 2
    assert world.archive.stat().st_ino == before
    assert tocsin("export", "archive", "--out", str(tmp_path / "no" / "x.db")).code == 2


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_the_bytes_of_public_documents(tocsin: Any, world: Home, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"files{suffix}"
    assert tocsin("export", "archive", "--out", str(tmp_path / "a.db"), "--files", str(target)).code == 0
    folder = tmp_path / "unpacked"
    if suffix == ".zip":
        with zipfile.ZipFile(target) as zipped:
            zipped.extractall(folder)
    else:
        with tarfile.open(target) as tarred:
            tarred.extractall(folder, filter="data")
    names = [path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert len(names) == len(query(world.archive, "SELECT * FROM files")) == 1
    assert not [word for word in PRIVATE_WORDS if word in everything(folder)]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in names] == [names[0].parent.name + names[0].name]
    subprocess.run(["sha256sum", "-c", "--status", "SHA256SUMS"], cwd=folder, check=True)


def test_a_missing_file_is_told(tocsin: Any, world: Home, tmp_path: Path) -> None:
    shutil.rmtree(world.files)
    result = tocsin("export", "archive", "--out", str(tmp_path / "a.db"), "--files", str(tmp_path / "a.zip"))
    assert result.code == 1
    assert "the archived file is missing" in result.err


def test_it_opens_in_datasette(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "shared.db"
    assert tocsin("export", "archive", "--out", str(target)).code == 0
    asked = (
        "import asyncio, sys\nfrom datasette.app import Datasette\n"
        "async def ask():\n    app = Datasette([], immutables=[sys.argv[1]])\n    await app.invoke_startup()\n"
        "    return (await app.client.get('/shared/flagged.json?_shape=array')).json()\n"
        "print(len(asyncio.run(ask())))"
    )
    done = subprocess.run([sys.executable, "-c", asked, str(target)], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_a_snapshot_is_of_one_instant_while_somebody_writes(tocsin: Any, world: Home, tmp_path: Path) -> None:
    """Each write adds two rows that belong together: a copy has both or neither."""
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(world.archive, timeout=30, isolation_level=None)) as db:
            number = 0
            while not stop.is_set():
                number += 1
                db.execute("BEGIN IMMEDIATE")
                for half in ("a", "b"):
                    db.execute("INSERT INTO aliases VALUES (?, 'x', '2026')", [f"{half}{number}"])
                db.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            target = tmp_path / f"{number}.db"
            assert tocsin("export", "archive", "--out", str(target)).code == 0
            halves = query(target, "SELECT substr(old_id, 1, 1), count(*) FROM aliases WHERE new_id = 'x' GROUP BY 1")
            assert len({count for _, count in halves}) <= 1
    finally:
        stop.set()
        writer.join()
    assert query(tmp_path / "4.db", "SELECT count(*) FROM aliases WHERE new_id = 'x'")[0][0] > 0


def test_local_names() -> None:
    assert local_name("file:/home/elu/a b/projet.pdf") == "file:projet.pdf"
    assert local_name("file:/home/elu/recueil.zip#2026/odj.pdf") == "file:recueil.zip#2026/odj.pdf"
    assert local_name("file:projet.pdf") == "file:projet.pdf"


# ---------------------------------------------------------------------- backup


def test_a_backup_that_may_be_shared(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    result = tocsin("backup", str(target))
    assert result.code == 0, result.err
    assert "left out: private.db, desk.db, subscriptions in tocsin.toml" in result.out
    assert sorted(path.name for path in target.iterdir()) == ["archive.db", "files", "tocsin.toml"]
    assert not [word for word in (*PRIVATE_WORDS[:2], b"veille@example.org") if word in everything(target)]
    shown = tomllib.loads((target / "tocsin.toml").read_text())
    assert "subscription" not in shown
    assert [council["id"] for council in shown["council"]] == ["ville-exemple", "lac-exemple"]


def test_a_whole_backup_restores_the_home(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    flags = tocsin("export", "flagged", "--format", "json").out
    alerts = tocsin("export", "alerts", "--format", "json").out
    told = json.loads(tocsin("backup", str(target), "--with-private", "--json").out)
    assert [(each["name"], each["integrity"]) for each in told["databases"]] == [
        ("archive.db", "ok"), ("private.db", "ok"), ("desk.db", "ok"),
    ]  # fmt: skip
    assert (told["files"]["new"], told["files"]["missing"], told["left_out"]) == (2, [], [])
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    for name in ("private.db", "desk.db", "tocsin.toml"):
        assert stat.S_IMODE((target / name).stat().st_mode) == 0o600
    shutil.rmtree(world.root)
    shutil.copytree(target, world.root)
    assert tocsin("export", "flagged", "--format", "json").out == flags
    assert tocsin("export", "alerts", "--format", "json").out == alerts
    assert tocsin("doctor").code in (0, 1)


def test_only_what_is_new_is_copied(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert json.loads(tocsin("backup", str(target), "--json").out)["files"]["new"] == 1
    paper = tmp_path / "autre.txt"
    paper.write_text("Conseil municipal du 3 avril 2026. Ordre du jour : 1. Budget de la commune.")
    assert tocsin("ingest", str(paper), "--council", "ville-exemple", "--public").code == 0
    files = json.loads(tocsin("backup", str(target), "--json").out)["files"]
    assert (files["new"], files["known"]) == (1, 1)
    assert len(query(target / "archive.db", "SELECT * FROM files")) == 2


def test_another_disk_gets_copies(tocsin: Any, world: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("db.backup.os.link", refused)
    target = tmp_path / "backup"
    assert tocsin("backup", str(target), "--with-private").code == 0
    copies = [path for path in (target / "files").rglob("*") if path.is_file()]
    assert len(copies) == 2
    assert {path.stat().st_nlink for path in copies} == {1}
    assert {stat.S_IMODE(path.stat().st_mode) for path in copies} == {0o600, 0o644}


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_a_backup_in_one_file(tocsin: Any, world: Home, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    assert tocsin("backup", str(target), "--with-private").code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with tarfile.open(target) as tarred:
        names = set(tarred.getnames())
    assert {"tocsin/archive.db", "tocsin/desk.db", "tocsin/private.db", "tocsin/tocsin.toml"} <= names
    assert tocsin("backup", str(target)).code == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_where_no_backup_goes(tocsin: Any, world: Home, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    assert tocsin("backup", str(whole), "--with-private").code == 0
    (tmp_path / "file").write_text("")
    for target in (world.root, world.files / "x", tmp_path / "file", whole):
        result = tocsin("backup", str(target))
        assert (result.code, result.out) == (2, ""), target
    assert "--with-private" in tocsin("backup", str(whole)).err


def test_a_damaged_database_replaces_no_good_copy(tocsin: Any, world: Home, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert tocsin("backup", str(target)).code == 0
    good = (target / "archive.db").read_bytes()
    for suffix in ("-wal", "-shm"):
        (world.root / f"archive.db{suffix}").unlink(missing_ok=True)
    with world.archive.open("r+b") as stream:
        stream.seek(16384 * 3)
        stream.write(b"\xff" * 16384 * 6)
    result = tocsin("backup", str(target))
    assert (result.code, "Traceback" in result.err) == (1, False)
    assert (target / "archive.db").read_bytes() == good
    assert sorted(path.name for path in target.iterdir()) == ["archive.db", "files", "tocsin.toml"]


def test_a_file_that_is_gone_is_told(tocsin: Any, world: Home, tmp_path: Path) -> None:
    shutil.rmtree(world.files)
    result = tocsin("backup", str(tmp_path / "b"))
    assert result.code == 1
    assert "the archived file is missing" in result.err


def test_subscriptions_leave_the_configuration() -> None:
    text = """# we write to anna@example.org
[operator]
contact = "https://example.org"  # page
[[subscription]]
name = "a"
near = [
  [48.1, 2.2],
]
to = ["mailto:a@example.org"]
[[council]]  # kept
id = "x"
[[subscription]]
name = "b"
[portal]
url = "https://t.example"
"""
    shown = without_subscriptions(text)
    assert shown is not None
    assert 'example.org"  # page' in shown
    assert "@" not in shown
    assert tomllib.loads(shown) == {
        "operator": {"contact": "https://example.org"}, "council": [{"id": "x"}], "portal": {"url": "https://t.example"},
    }  # fmt: skip
    assert without_subscriptions('subscription = [{name = "a"}]\n') is None
    assert without_subscriptions("[[subscription]\n") is None
