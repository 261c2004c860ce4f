"""The daemon: what is due, one watch per home, crawls that fail, hang or are killed."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import child as child_module
from alerts.child import Child
from alerts.due import blind_sources, due_councils
from alerts.leases import free_dead
from alerts.live_config import LiveConfig
from alerts.scheduler import watch
from alerts.watch_lock import only_watch
from crawler.config import Config, Watch
from crawler.errors import ConfigError, TocsinError
from crawler.models import Council, CrawlReport
from db.home import Home
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOWN = Council("ville-de-demo", "Démo", "commune", website="http://127.0.0.1:9/")
SETUP = """
[operator]
contact = "https://example.org/about"
[[council]]
id = "ville-de-demo"
name = "Démo"
kind = "commune"
website = "http://127.0.0.1:9/"
[[subscription]]
name = "collectif"
to = ["mailto:veille@example.org"]
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def fake_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Crawls become a shell script; it finds its arguments in ``$@``."""

    def install(script: str) -> Path:
        path = tmp_path / "fake-python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(child_module.sys, "executable", str(path))
        return tmp_path

    return install


def crawled(home: Home, at: datetime, state: str = "ok", council: Council = TOWN, spider: str = "site") -> None:
    with Store(home) as store:
        store.put_council(council)
        source = store.put_source(council.id, spider)
        crawl = store.begin_crawl(source, at)
        done, reason = ("ok", None) if state == "ok" else ("failed", "nothing found")
        store.finish_crawl(CrawlReport(council.id, crawl, at, at, done, state, reason))  # type: ignore[arg-type]


def test_what_is_due(home: Home) -> None:
    other = replace(TOWN, id="autre")
    unread = replace(TOWN, id="sans-site", website=None)
    config = Config(councils=(TOWN, other, unread), watch=Watch(timedelta(hours=12)))
    assert due_councils(home, config, NOW, {}) == ["autre", "ville-de-demo"]
    crawled(home, NOW)
    assert due_councils(home, config, NOW + timedelta(hours=11), {}) == ["autre"]
    assert due_councils(home, config, NOW + timedelta(hours=12), {}) == ["autre", "ville-de-demo"]
    # one that left no trace is not started at each tick
    assert due_councils(home, config, NOW, {"autre": NOW - timedelta(minutes=1)}) == []
    assert due_councils(home, config, NOW, {"autre": NOW - timedelta(minutes=16)}) == ["autre"]


def test_a_council_is_due_when_its_site_is(home: Home) -> None:
    config = Config(councils=(TOWN,), watch=Watch(timedelta(hours=12)))
    crawled(home, NOW - timedelta(hours=12))
    crawled(home, NOW - timedelta(hours=11), "blind", spider="wordpress")
    assert due_councils(home, config, NOW, {}) == ["ville-de-demo"]
    crawled(home, NOW)
    assert due_councils(home, config, NOW + timedelta(hours=1), {}) == []
    assert blind_sources(home, config) == ["ville-de-demo/wordpress is blind: nothing found"]


def test_a_source_under_crawl_is_left_alone_until_its_crawler_dies(home: Home) -> None:
    config = Config(councils=(TOWN,))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Store(home) as store:
        store.put_council(TOWN)
        source = store.put_source(TOWN.id)
        store.lease(source, f"{os.getpid()}-ab", NOW, NOW + timedelta(hours=5))
    assert due_councils(home, config, NOW, {}) == []
    assert free_dead(home) == []
    with Store(home) as store:
        store.release(source, f"{os.getpid()}-ab")
        store.lease(source, f"{gone.pid}-ab", NOW, NOW + timedelta(hours=5))
    assert free_dead(home) == [source]
    assert due_councils(home, config, NOW, {}) == ["ville-de-demo"]


def test_once_crawls_plans_and_delivers(
    home: Home, archive: Any, said: list[str], fake_crawl: Callable[[str], Path]
) -> None:
    folder = fake_crawl('echo "$@" >> "$(dirname "$0")/crawls"')
    home.config.write_text(SETUP)
    archive.put({})
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True, fixed_now=NOW) == 0
    assert (folder / "crawls").read_text().split() == [
        "-m", "crawler", "--home", str(home.root), "--now", NOW.isoformat(), "crawl", "--no-ocr", "ville-de-demo",
    ]  # fmt: skip
    assert len(list(home.outbox.glob("*.eml"))) == 1
    assert (home.feeds / "tocsin.ics").exists()
    assert "alerts: 1 sent" in said


def test_scans_are_read_by_a_child_after_what_is_known_was_delivered(
    home: Home, archive: Any, said: list[str], fake_crawl: Callable[[str], Path]
) -> None:
    folder = fake_crawl(
        'case "$*" in *reprocess*) ls "$(dirname "$0")"/*/outbox | wc -l >> "$(dirname "$0")/mails"; exit $CODE;; esac'
    )
    home.config.write_text(SETUP)
    archive.put({})
    waits = [True]

    def once(code: str) -> int:
        os.environ["CODE"] = code
        return watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True, scans=lambda: waits[0])

    try:
        assert once("0") == 0
        assert (folder / "mails").read_text().split() == ["1"]
        assert "reading scans" in said
        assert once("1") == 1
        assert any("reading scans failed (exit code 1)" in line for line in said)
        waits[0] = False
        assert once("1") == 0
    finally:
        del os.environ["CODE"]


def test_while_watching_scans_are_looked_for_at_each_tick_but_not_after_a_failure(
    home: Home, said: list[str], fake_crawl: Callable[[str], Path]
) -> None:
    fake_crawl('case "$*" in *reprocess*) exit 1;; esac')
    home.config.write_text(SETUP)
    asked: list[bool] = []

    def scans() -> bool:
        asked.append(len(asked) == 2)  # Tesseract appears at the third tick
        if len(asked) > 2:
            threading.Timer(0.5, os.kill, (os.getpid(), 15)).start()
        return asked[-1]

    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, tick=0.1, scans=scans) == 0
    assert asked == [False, False, True]
    assert said.count("reading scans") == 1


def test_once_says_that_a_crawl_failed_or_a_source_is_blind(
    home: Home, said: list[str], fake_crawl: Callable[[str], Path]
) -> None:
    fake_crawl("exit 1")
    home.config.write_text(SETUP)
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True) == 1
    assert any("crawl failed" in line for line in said)
    crawled(home, NOW, "blind")
    said.clear()
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True) == 1
    assert said == ["ville-de-demo is blind: nothing found"]
    crawled(home, NOW)
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True) == 0


def test_a_second_watch_says_who_holds_the_home(home: Home, said: list[str]) -> None:
    home.config.write_text(SETUP)
    with only_watch(home, NOW), pytest.raises(TocsinError, match=rf"process {os.getpid()} on .*2026-03-02T09:00"):
        watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True)


def test_a_long_crawl_holds_up_no_delivery_and_ends_with_the_watch(
    home: Home, archive: Any, said: list[str], fake_crawl: Callable[[str], Path]
) -> None:
    folder = fake_crawl('echo $$ > "$(dirname "$0")/pid"; trap "" INT; sleep 600 & wait')
    home.config.write_text(SETUP)
    archive.put({})

    def stop_when_delivered() -> None:
        while not (list(home.outbox.glob("*.eml")) and (folder / "pid").exists()):
            time.sleep(0.02)
        os.kill(os.getpid(), 15)

    thread = threading.Thread(target=stop_when_delivered)
    thread.start()
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, tick=0.1) == 0
    thread.join()
    assert "stopping" in said
    group = int((folder / "pid").read_text())
    deadline = time.monotonic() + 20
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(group)  # its sleep has gone too


def test_once_ends_when_it_is_told_to(home: Home, said: list[str], fake_crawl: Callable[[str], Path]) -> None:
    folder = fake_crawl('echo $$ > "$(dirname "$0")/pid"; sleep 600 & wait')
    home.config.write_text(SETUP)

    def stop_when_crawling() -> None:
        while not (folder / "pid").exists():
            time.sleep(0.02)
        os.kill(os.getpid(), 15)

    thread = threading.Thread(target=stop_when_crawling)
    thread.start()
    assert watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True) == 1
    thread.join()
    assert said[-1] == "interrupted"


def alive(group: int) -> list[str]:
    """The processes of a group that run; one that is dead may wait a while for its parent."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, member = path.read_text().rpartition(")")[2].split()[:3]
            if int(member) == group and state != "Z":
                found.append(path.parent.name)
    return found


def test_a_crawl_that_will_not_end_is_ended(
    home: Home, monkeypatch: pytest.MonkeyPatch, fake_crawl: Callable[[str], Path]
) -> None:
    folder = fake_crawl('trap "" TERM; echo $$ > "$(dirname "$0")/pid"; while :; do sleep 0.05; done')
    monkeypatch.setattr(child_module, "PATIENCE", 0.2)
    child = Child()
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(child.crawl(home, ["x"], None, None)))
    thread.start()
    while not (folder / "pid").exists():
        time.sleep(0.02)
    child.stop()
    thread.join()
    assert codes == [-9]
    assert child.crawl(home, ["x"], None, None) == 0  # none is started any more


def test_a_mistake_in_the_configuration_while_running(tmp_path: Path, said: list[str]) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text(SETUP)
    live = LiveConfig(path, said.append)
    assert live.substitute(tmp_path) is None
    path.write_text("[watch]\ncrawl_every = 'tomorrow'\n")
    assert [council.id for council in live.get().councils] == ["ville-de-demo"]
    assert "crawl_every" in said[0]
    substitute = live.substitute(tmp_path)
    assert substitute is not None
    assert substitute.read_text() == SETUP
    assert live.get().councils
    assert len(said) == 1  # said once, not at each tick
    path.write_text(SETUP.replace("ville-de-demo", "autre-ville"))
    assert [council.id for council in live.get().councils] == ["autre-ville"]
    assert live.substitute(tmp_path) is None
    path.unlink()
    assert live.get().councils
    assert "former one stays in use" in said[-1]


def test_nothing_starts_with_a_wrong_configuration(home: Home, said: list[str]) -> None:
    home.config.write_text("[watch]\ncrawl_every = 3\n")
    with pytest.raises(ConfigError):
        watch(home, home.config, clock=lambda: NOW, echo=said.append, once=True)
