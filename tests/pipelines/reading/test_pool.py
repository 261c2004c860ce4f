"""Workers that crash, hang, swell or fail cost one reading each."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.errors import DocumentError, ReaderDied, TooLarge
from crawler.models import Hints
from pipelines.pool import ReaderPool, read_path

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = '''
import ctypes, os, time
from crawler.models import Hints, Reading


class Awkward(Exception):
    """Cannot be rebuilt from its text alone, so it does not survive pickling."""

    def __init__(self, one, two):
        super().__init__("awkward")


def read(path, media_type, hints, pages, seconds):
    match hints.link_text:
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "bomb":
            held = []
            while True:
                held.append(bytes(200_000_000))
        case "hang":
            time.sleep(600)
        case "awkward":
            raise Awkward(1, 2)
        case "mail":
            return Reading(media_type="text/plain", state="read", reason=str(os.getpid()))
    return Reading(media_type="text/plain", state="read", characters=len(path))
'''


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., object]]:
    """A reader that does what the link text asks for, in a module that workers can import."""
    folder = tmp_path_factory.mktemp("readers")
    (folder / "hostile_reader.py").write_text(HOSTILE)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("hostile_reader").read
    finally:
        sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def pool(hostile: Callable[..., object]) -> Iterator[ReaderPool]:
    with ReaderPool(workers=2, seconds=4, memory_mb=900, reader=hostile) as readers:  # type: ignore[arg-type]
        yield readers


def hints(order: str) -> Hints:
    return Hints(link_text=order)


@pytest.mark.parametrize(
    ("order", "error", "state", "reason"),
    [
        ("segfault", ReaderDied, "failed", "signal 11"),
        ("exit", ReaderDied, "failed", "exit code 3"),
        ("bomb", TooLarge, "too-large", "900 MB"),
        ("hang", TooLarge, "too-large", "over 4 s"),
        ("awkward", ReaderDied, "failed", "Awkward"),
    ],
)
def test_a_bad_document_costs_itself_alone(
    pool: ReaderPool, order: str, error: type[Exception], state: str, reason: str
) -> None:
    good = [pool.submit(Path("a"), None, hints("")) for _ in range(3)]
    bad = pool.submit(Path("b"), "application/pdf; x=y", hints(order))
    more = [pool.submit(Path("c"), None, hints("")) for _ in range(3)]
    with pytest.raises(error, match=reason):
        bad.result(30)
    reading = ReaderPool.result(bad)
    assert (reading.state, reading.media_type) == (state, "application/pdf")
    assert reading.reason is not None and reason in reading.reason
    assert reading.reader_version
    assert [ReaderPool.result(future).state for future in good + more] == ["read"] * 6


def test_it_works_with_asyncio(pool: ReaderPool) -> None:
    async def both() -> list[object]:
        futures = [pool.submit(Path("a"), None, hints(order)) for order in ("", "segfault")]
        return await asyncio.gather(*(asyncio.wrap_future(future) for future in futures), return_exceptions=True)

    good, bad = asyncio.run(both())
    assert getattr(good, "state", None) == "read"
    assert isinstance(bad, ReaderDied)


def test_an_idle_worker_that_dies_does_not_end_the_pool(hostile: Callable[..., object]) -> None:
    import os
    import signal
    import time

    with ReaderPool(workers=1, seconds=10, reader=hostile) as readers:  # type: ignore[arg-type]
        worker = int(ReaderPool.result(readers.submit(Path("a"), None, hints("mail"))).reason or 0)
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        again = ReaderPool.result(readers.submit(Path("a"), None, hints("mail")))
        assert (again.state, again.reason) != ("read", str(worker))
        assert again.state == "read"


def test_files_are_read_compressed_or_not(tmp_path: Path) -> None:
    page = "<h1>Conseil municipal de Valbrune</h1><p>Séance du 12 mars 2026 à 18 h 30 en mairie.</p>".encode()
    plain, packed = tmp_path / "ab12", tmp_path / "cd34.gz"
    plain.write_bytes(page)
    packed.write_bytes(gzip.compress(page))
    readings = [read_path(str(path), "text/html", Hints(), {}, 60) for path in (plain, packed)]
    assert readings[0] == readings[1]
    assert readings[0].media_type == "text/html"


def test_a_bomb_of_compressed_zeros_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.pool_tasks.MAX_BYTES", 1000)
    packed = tmp_path / "ef56.gz"
    packed.write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(TooLarge):
        read_path(str(packed), None, Hints(), {}, 60)


def test_the_system_ends_what_nobody_watches(tmp_path: Path) -> None:
    """A task that computes beyond its time while the process that should end it is stopped, or gone."""
    (tmp_path / "burning.py").write_text(
        "import pipelines.worker_guards as guards\n"
        "guards._SLACK = 0\n"
        "def burn():\n    while True: pass\n"
        "guards.guarded(burn, (), 1.0)\n"
    )
    ended = subprocess.run(
        [sys.executable, tmp_path / "burning.py"], env={"PYTHONPATH": str(ROOT)}, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGXCPU


def test_members_are_unpacked_in_a_worker(tmp_path: Path) -> None:
    packed, damaged, folder = tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "out"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("projets/odj.txt", "ordre du jour")
    damaged.write_bytes(b"PK\x03\x04 and nothing more")
    with ReaderPool(workers=1) as readers:
        parts = readers.unpack(packed, "application/zip", folder).result(60)
        with pytest.raises(DocumentError):
            readers.unpack(damaged, "application/zip", folder).result(60)
    assert [(part.name, part.path.read_text()) for part in parts.parts] == [("projets/odj.txt", "ordre du jour")]


def test_a_missing_file_is_a_reading_that_failed() -> None:
    with ReaderPool(workers=1) as readers:
        reading = ReaderPool.result(readers.submit(Path("/nowhere/at/all"), None, Hints()))
    assert reading.state == "failed"
    assert reading.reason is not None and "FileNotFoundError" in reading.reason
