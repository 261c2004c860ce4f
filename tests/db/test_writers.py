"""Several processes write at once, and may be killed at any moment."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time

import pytest

from db.home import Home
from db.store.archive import Store

context = multiprocessing.get_context("fork")


def record(root, make, number, count, ready=None):
    with Store(Home(root)) as store:
        store.put_council(make.council)
        source = store.put_source(make.council.id)
        for turn in itertools_count(count):
            crawl = store.begin_crawl(source, make.fetched().fetched_at)
            url = f"https://trepigny.example/{number}/{turn % 7}.pdf"
            body = f"{number} {turn}".encode()
            got = make.record(
                store, url, body=body, text=f"mot{turn} " * 300, crawl=crawl, headers=(("ETag", str(turn)),)
            )
            key = f"public:{got.version_id}"
            item = make.item(1, version_id=key, versions=(key,))
            session = make.session(items=(item,), versions=(key,), agenda_version=key,
                                   flags=(make.flag(version_id=key),))  # fmt: skip
            store.save_facts(make.facts(session), make.fetched().fetched_at)
            if ready is not None:
                ready.set()


def itertools_count(count):
    turn = 0
    while count is None or turn < count:
        yield turn
        turn += 1


def test_several_processes_write_at_once(tmp_path, make, sound):
    children = [context.Process(target=record, args=(tmp_path, make, number, 12)) for number in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    with Store(Home(tmp_path)) as store:
        sound(store)
        assert len(store.rows("SELECT * FROM documents")) == 28
        assert len(store.rows("SELECT * FROM versions")) == 48
        assert len(store.rows("SELECT * FROM readings WHERE superseded_at IS NULL")) == 48


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_at_any_moment_leaves_a_sound_archive(tmp_path, make, sound, seed):
    ready = context.Event()
    child = context.Process(target=record, args=(tmp_path, make, seed, None, ready))
    child.start()
    assert ready.wait(30)
    time.sleep(random.Random(seed).uniform(0, 0.15))
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    with Store(Home(tmp_path)) as store:
        sound(store)
        for row in store.rows("SELECT sha256 FROM files"):
            store.files.get(row["sha256"])
        versions = store.rows(
            "SELECT v.id, (SELECT count(*) FROM readings r WHERE r.version_id = v.id) AS n FROM versions v"
        )
        assert {row["n"] for row in versions} == {1}
        make.record(store, "https://trepigny.example/after.pdf")  # and what the killed one left to be indexed
        for index in ("pages_fts", "items_fts"):
            store.db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
