"""Recognition page by page: a page that hangs, crashes or swells costs itself; text goes ahead of pages."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.models import Hints, Reading
from pipelines.pool import ReaderPool
from pipelines.recognition import ranges, told

READERS = '''
import ctypes, os, time
from pathlib import Path
from crawler.models import PageText, Reading
from pipelines.text.ocr.types import OcrLine, OcrPage


def read(path, media_type, hints, pages, seconds):
    """A document whose link text says how many scanned pages it has, and "+" whether there is text beside them."""
    note(path, "read")
    if hints.heading == "no second time" and pages:
        ctypes.string_at(0)
    count = int(hints.link_text.strip("+") or 0)
    waiting = tuple(number for number in range(1, count + 1) if number not in pages)
    texts = tuple(PageText(number, page.lines[0].text, "ocr") for number, page in sorted(pages.items()))
    spoken = texts or "+" in hints.link_text or not count
    state = ("partial" if spoken else "needs-ocr") if waiting else "read"
    return Reading("application/pdf", state, pages=texts, page_count=count, waiting=waiting,
                   reason=f"needs OCR: {len(waiting)} pages" if waiting else None)


def recognise(path, media_type, number, cache):
    note(path, f"page {number}")
    orders = dict(word.split("=") for word in Path(path).name.split() if "=" in word)
    match orders.get(str(number), orders.get("all", "")):
        case "hang":
            time.sleep(600)
        case "loop":
            ctypes.CDLL(None).sleep(600)
        case "crash":
            ctypes.string_at(0)
        case "bomb":
            held = [bytes(200_000_000) for _ in range(10_000)]
        case "bug":
            raise ValueError("no such thing")
        case "slow":
            time.sleep(0.4)
        case "together":  # until another process has a page of the document too
            (Path(path).parent / f"process {os.getpid()}").touch()
            until = time.monotonic() + 15
            while len(list(Path(path).parent.glob("process *"))) < 2 and time.monotonic() < until:
                time.sleep(0.02)
    return OcrPage((OcrLine(f"page {number} by {os.getpid()}", 0, 0, 0, 10, 0.9),), 0.9, 0.9)


def note(path, what):
    folder = Path(path).parent
    if folder.is_absolute():
        with open(folder / "log", "a") as log:
            log.write(f"{Path(path).name}: {what}\\n")
'''


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("page_readers")
    (folder / "page_readers.py").write_text(READERS)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("page_readers")
    finally:
        sys.path.remove(str(folder))


Make = Callable[..., ReaderPool]


@pytest.fixture(scope="module")
def make(readers: Any) -> Make:
    def pool(**more: Any) -> ReaderPool:
        options = {"workers": 2, "seconds": 20, "memory_mb": 900, "page_seconds": 2} | more
        return ReaderPool(reader=readers.read, recogniser=readers.recognise, **options)

    return pool


@pytest.fixture(scope="module")
def pool(make: Make) -> Iterator[ReaderPool]:
    with make() as made:
        yield made


def scan(pages: str, heading: str = "") -> Hints:
    return Hints(link_text=pages, heading=heading)


def test_every_page_is_recognised_and_the_document_read_again(pool: ReaderPool, tmp_path: Path) -> None:
    reading = pool.result(pool.submit(tmp_path / "scan", None, scan("5"), ocr=True))
    assert (reading.state, reading.waiting, reading.reason) == ("read", (), None)
    assert [page.text.split(" by ")[0] for page in reading.pages] == [f"page {number}" for number in range(1, 6)]
    assert reading.recogniser == "given"
    log = (tmp_path / "log").read_text().splitlines()
    assert log[0] == log[-1] == "scan: read" and len(log) == 7


def test_both_processes_work_on_one_document(make: Make, tmp_path: Path) -> None:
    with make(page_seconds=20) as pool:
        reading = pool.result(pool.submit(tmp_path / "scan all=together", None, scan("5"), ocr=True))
    assert len({page.text.split(" by ")[1] for page in reading.pages}) == 2


def test_without_ocr_pages_wait_and_the_reading_says_that_they_will_not_wait_for_ever(pool: ReaderPool) -> None:
    reading = pool.result(pool.submit(Path("scan"), None, scan("2+")))
    assert (reading.state, reading.waiting, reading.recogniser) == ("partial", (1, 2), "later")
    text = pool.result(pool.submit(Path("text"), None, scan("0"), ocr=True))
    assert (text.state, text.recogniser) == ("read", "")


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("hang", "page 2: recognition took over 2 s"),
        ("loop", "page 2: recognition took over 2 s"),
        ("crash", "page 2: recognition crashed (signal 11)"),
        ("bomb", "page 2: recognition needed over 900 MB"),
        ("bug", "page 2: the reader failed: ValueError: no such thing"),
    ],
)
def test_a_bad_page_costs_itself_alone(pool: ReaderPool, order: str, reason: str) -> None:
    bad = pool.submit(Path(f"2={order}"), None, scan("3"), ocr=True)
    good = pool.submit(Path("good"), None, scan("2"), ocr=True)
    reading = pool.result(bad)
    assert (reading.state, reading.waiting) == ("partial", (2,))
    assert reading.reason is not None and reason in reading.reason
    assert [page.number for page in reading.pages] == [1, 3]
    assert pool.result(good).state == "read"


def test_where_nothing_else_was_read_it_still_needs_ocr(pool: ReaderPool) -> None:
    reading = pool.result(pool.submit(Path("all=crash"), None, scan("1"), ocr=True))
    assert (reading.state, reading.waiting, reading.recogniser) == ("needs-ocr", (1,), "given")
    assert reading.reason == "needs OCR: 1 pages; page 1: recognition crashed (signal 11)"


def test_a_document_full_of_bad_pages_is_given_up(pool: ReaderPool, tmp_path: Path) -> None:
    reading = pool.result(pool.submit(tmp_path / "all=bug", None, scan("60"), ocr=True))
    assert len(reading.waiting) == 60
    assert reading.reason is not None and "more pages were not tried after 5 failures" in reading.reason
    assert 5 <= (tmp_path / "log").read_text().count("page ") <= 5 + 4


def test_pages_of_one_document_are_bounded(pool: ReaderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.recognition.MAX_OCR_PAGES", 3)
    reading = pool.result(pool.submit(tmp_path / "long", None, scan("5"), ocr=True))
    assert (reading.state, reading.waiting) == ("partial", (4, 5))
    assert reading.reason is not None and "only 3 of 5 pages without text were recognised" in reading.reason


def test_what_was_read_without_the_pages_stands_where_they_cannot_be_put_in(pool: ReaderPool) -> None:
    reading = pool.result(pool.submit(Path("odd"), None, scan("2+", "no second time"), ocr=True))
    assert (reading.state, reading.waiting) == ("partial", (1, 2))
    assert reading.reason == "needs OCR: 2 pages; with its recognised pages: reading crashed (signal 11)"


def test_text_goes_ahead_of_pages(make: Make, tmp_path: Path) -> None:
    with make(workers=1, page_seconds=30) as one:
        scans = [one.submit(tmp_path / f"scan{number} all=slow", None, scan("4"), ocr=True) for number in range(2)]
        while "page 1" not in (tmp_path / "log").read_text() if (tmp_path / "log").exists() else True:
            time.sleep(0.01)
        texts = [one.submit(tmp_path / f"text{number}", None, scan("0")) for number in range(5)]
        assert [one.result(each).state for each in texts] == ["read"] * 5
        assert not any(each.done() for each in scans)
        assert [one.result(each).state for each in scans] == ["read"] * 2
    pages = [line for line in (tmp_path / "log").read_text().splitlines() if "page" in line]
    assert pages == sorted(pages), "the first document's pages come first, in their order"


def test_closing_waits_for_what_follows_from_what_was_submitted(make: Make, tmp_path: Path) -> None:
    with make() as made:
        future = made.submit(tmp_path / "scan", None, scan("3"), ocr=True)
    assert future.done() and made.result(future).state == "read"


def test_closing_at_once_answers_everybody(make: Make) -> None:
    made = make(page_seconds=60)
    futures = [made.submit(Path("all=hang"), None, scan("2"), ocr=True) for _ in range(5)]
    time.sleep(1.0)
    made.close(wait=False)
    readings = [made.result(future) for future in futures]
    assert {reading.state for reading in readings} <= {"failed", "needs-ocr"}
    assert [reading.reason for reading in readings if "the pool was closed" not in (reading.reason or "")] == []
    late = made.result(made.submit(Path("late"), None, scan("0")))
    assert (late.state, late.reason) == ("failed", "reading was given up: the pool was closed")


def test_it_works_with_asyncio(pool: ReaderPool) -> None:
    async def both() -> list[Reading]:
        futures = [pool.submit(Path("2=crash"), None, scan("3"), ocr=True) for _ in range(2)]
        return list(await asyncio.gather(*(asyncio.wrap_future(future) for future in futures)))

    assert [reading.waiting for reading in asyncio.run(both())] == [(2,), (2,)]


def test_workers_are_replaced_after_some_tasks(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.workers.RECYCLED_AFTER", 4)
    with make(workers=1) as one:
        reading = one.result(one.submit(Path("scan"), None, scan("12"), ocr=True))
    assert reading.state == "read"
    assert len({page.text.split(" by ")[1] for page in reading.pages}) >= 3


def test_no_process_is_left(make: Make, tmp_path: Path) -> None:
    with make() as made:
        reading = made.result(made.submit(tmp_path / "1=hang 2=loop", None, scan("6"), ocr=True))
        assert reading.waiting == (1, 2)
    pids = {int(page.text.split(" by ")[1]) for page in reading.pages}
    others = _workers()  # of the pool that other tests share
    made = make()
    made.submit(tmp_path / "all=loop", None, scan("4"), ocr=True)
    while (tmp_path / "log").read_text().count("all=loop: page") < 2:
        time.sleep(0.02)
    workers = _workers() - others
    assert len(workers) == 2
    made.close(wait=False)
    assert not (pids | workers) & _alive()


def _workers() -> set[int]:
    """The processes that the pools of this test run have forked: grandchildren, through the server."""
    mine = {pid for pid, parent in _parents().items() if parent == os.getpid()}
    return {pid for pid, parent in _parents().items() if parent in mine}


def _parents() -> dict[int, int]:
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(status.parent.name)] = int(fields[1])
    return found


def _alive() -> set[int]:
    return set(_parents())


def test_pages_are_named_in_few_words() -> None:
    assert ranges([1, 2, 3, 5, 7, 8]) == "1-3, 5, 7-8"
    assert ranges([]) == ""
    assert told({3: "a", 1: "b", 2: "a"}) == ["page 1: b", "pages 2-3: a"]
