"""What is read again: in which order, what it may ring, what a kill, a crash or a second process does to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from filelock import FileLock

from crawler.config import Config, parse_config
from crawler.models import Council, Fetched, Hints, PageText, Reading
from crawler.reread import Busy, RereadSummary, Step, prune, reread
from crawler.settle import settle
from db.home import Home
from db.queries import Reader
from db.store.archive import Store
from db.store.desk import Desk
from db.store.rereads import Means, Wanted
from db.waiting import anything_waits
from pipelines.pool import ReaderPool
from pipelines.read import READER_VERSION, read
from pipelines.text.unpack import SpooledParts, unpack_path

TOWN = Council("ville-exemple", "Ville Exemple", "commune", department="69", region="84")
LAKE = Council("lac-exemple", "Communauté du Lac", "epci", department="974", timezone="Indian/Reunion")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CAMERAS = "Installation de caméras de vidéoprotection place du Marché : demande de subvention"
PAPER = """CONSEIL MUNICIPAL
Séance du {day} à {hour}
ORDRE DU JOUR

1. Désignation du secrétaire de séance
2. {subject}
3. Réfection de la toiture de l’école Jules-Verne et du préau de la cour
4. Convention avec l’association sportive pour le prêt du gymnase
Fait à la mairie de Ville Exemple, pour affichage et convocation des membres du conseil municipal, le {made}.
"""
ENGINE = "tesseract of this test"
OLDER = Wanted(older=True)
LEXICON = read(b"x", None, Hints(), ocr=None).lexicon_version


def paper(day: str, subject: str = CAMERAS, hour: str = "18 h 30", made: str = "2 mars") -> bytes:
    return PAPER.format(day=day, hour=hour, subject=subject, made=made).encode()


def fully(data: bytes, council: Council = TOWN, **changes: Any) -> Reading:
    """The paper read to its end; it is plain text that plays the part of a scan."""
    hints = Hints(council_id=council.id, council_name=council.name, reference_date=NOW.date())
    reading = read(data, "text/plain; charset=utf-8", hints, ocr=None)
    return replace(reading, **{"recogniser": ENGINE, **changes})


def as_scan(data: bytes, recogniser: str = "", **changes: Any) -> Reading:
    """What is known of the paper while its only page waits: its name says kind and day, but no point of it."""
    whole = fully(data)
    sessions = tuple(replace(session, items=(), time=None, complete=False) for session in whole.sessions)
    values: dict[str, Any] = {
        "state": "needs-ocr", "sessions": sessions, "flags": (), "pages": (PageText(1, "", "none"),), "characters": 0,
        "text_hash": "", "waiting": (1,), "reason": "needs OCR: its only page", "recogniser": recogniser,
    }  # fmt: skip
    return replace(whole, **values | changes)


class Archive:
    """Puts papers into the archives of a home as a crawl or an ingestion would."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.config: Config = parse_config('[[subscription]]\nname = "tout"\nto = ["feed"]\n')

    def put(
        self,
        url: str,
        data: bytes,
        reading: Reading,
        at: datetime = NOW,
        *,
        private: bool = False,
        council: Council = TOWN,
    ) -> int:
        fetched = Fetched(url, data, 200, at, file_name=url.rpartition("/")[2])
        with Store(self.home, private=private) as store:
            store.put_council(council)
            return store.record_document(council.id, fetched, reading, crawl_id=None, now=at).version_id

    def settle(self, at: datetime = NOW, council: Council = TOWN) -> int:
        return settle(self.home, self.config, council, at)

    def again(self, wanted: Wanted = OLDER, at: datetime = NOW, **more: Any) -> RereadSummary:
        return reread(self.home, self.config, wanted, lambda: at, **more)

    def alerts(self) -> list[tuple[str, str]]:
        with Desk(self.home) as desk:
            return sorted((alert.kind, str(alert.session_date)) for alert in desk.alerts())

    def rows(self, sql: str, *, private: bool = False) -> list[dict[str, Any]]:
        with Store(self.home, private=private) as store:
            return store.rows(sql)


@pytest.fixture
def archive(home: Home) -> Archive:
    return Archive(home)


class Pool:
    """Reads in this process, with a recogniser that never errs; ``fails`` says of which papers it dies."""

    read: Callable[[bytes], Reading] = staticmethod(fully)
    seen: ClassVar[list[str]] = []

    def __init__(self, workers: int, **_: Any) -> None: ...

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool) -> Future[Reading]:
        future: Future[Reading] = Future()
        Pool.seen.append(hints.url)
        future.set_result(Pool.read(path.read_bytes()))
        return future

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]:
        future: Future[SpooledParts] = Future()
        future.set_result(unpack_path(str(path), media_type, str(folder)))
        return future

    result = staticmethod(ReaderPool.result)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """OCR is installed, and the pool is a fake; call it to have other means."""

    def means(reader: str = READER_VERSION, lexicon: str = LEXICON, engine: str = ENGINE) -> None:
        monkeypatch.setattr("crawler.reread.means_here", lambda: Means(reader, lexicon, engine))

    monkeypatch.setattr("crawler.reread.ReaderPool", Pool)
    monkeypatch.setattr(Pool, "read", staticmethod(fully))
    monkeypatch.setattr(Pool, "seen", [])
    means()
    yield means


def urls(steps: Sequence[Step]) -> list[str]:
    return [step.url.rpartition("/")[2] for step in steps]


# --------------------------------------------------------------------------- what it rings


def test_a_scan_read_later_rings_before_its_vote_and_says_nothing_of_the_past(archive: Archive) -> None:
    ahead, past = paper("jeudi 26 mars 2026"), paper("jeudi 22 janvier 2026")
    archive.put("https://v.example/odj-26-mars.pdf", ahead, as_scan(ahead))
    archive.put("https://v.example/odj-22-janvier.pdf", past, as_scan(past))
    assert archive.settle() == 0
    later = NOW + timedelta(days=3)
    summary = archive.again(at=later)
    assert [(step.before, step.state, step.taken) for step in summary.steps] == [("needs-ocr", "read", "better")] * 2
    assert (summary.alerts, summary.failed) == (4, False)
    assert archive.alerts() == [("found", "2026-03-26"), *[("reminder", "2026-03-26")] * 3]
    with Desk(archive.home) as desk:
        assert {alert.due_at for alert in desk.alerts() if alert.kind == "found"} == {later}
    readings = archive.rows("SELECT superseded_at, recogniser, waiting, late FROM readings ORDER BY id")
    assert [bool(row["superseded_at"]) for row in readings] == [True, True, False, False], "superseded, never deleted"
    assert [(row["recogniser"], row["waiting"], row["late"]) for row in readings[2:]] == [(ENGINE, 0, 1)] * 2
    again = archive.again(at=later)
    assert (again.steps, again.alerts) == ((), 0)


@pytest.mark.parametrize("recogniser", ["", "later"])
def test_reprocessing_never_tells_of_a_change(archive: Archive, recogniser: str) -> None:
    """A scan that could not be read when it came says another hour than the agenda: news of ours, not of the council.

    Where recognition was there and only came second, it is the same as having read the paper at once.
    """
    agenda, scan = paper("jeudi 26 mars 2026"), paper("jeudi 26 mars 2026", hour="20 h 00")
    archive.put("https://v.example/odj.html", agenda, fully(agenda))
    archive.settle()
    next_day = NOW + timedelta(days=1)
    archive.put("https://v.example/convocation.pdf", scan, as_scan(scan, recogniser, sessions=()), next_day)
    archive.settle(next_day)
    summary = archive.again(at=next_day + timedelta(hours=1))
    assert [step.taken for step in summary.steps] == ["better"]
    (session,) = archive.rows("SELECT starts_at FROM sessions WHERE superseded_at IS NULL")
    assert session["starts_at"].startswith("2026-03-26T20:00")
    assert len(archive.rows("SELECT * FROM changes")) == (1 if recogniser else 0)
    assert ("changed" in dict(archive.alerts())) is bool(recogniser)


def test_a_better_reader_finds_what_the_older_one_missed_and_nothing_else(
    archive: Archive, installed: Callable[..., None]
) -> None:
    first, second = paper("jeudi 26 mars 2026", "Tarifs de la cantine"), paper("jeudi 26 mars 2026")
    old = fully(first, reader_version="0", recogniser="")
    archive.put("https://v.example/odj.pdf", first, old)
    archive.put(
        "https://v.example/odj.pdf", second, fully(second, reader_version="0", flags=()), NOW + timedelta(days=1)
    )
    archive.settle(NOW + timedelta(days=1))
    before = archive.rows("SELECT * FROM changes")

    def better(data: bytes) -> Reading:
        reading = fully(data)
        sessions = tuple(
            replace(
                session, time=time(19), place="Gymnase",
                items=tuple(replace(item, title=f"{item.title} (suite)") for item in session.items),
            )
            for session in reading.sessions
        )  # fmt: skip
        return replace(reading, sessions=sessions)

    Pool.read = staticmethod(better)
    summary = archive.again(at=NOW + timedelta(days=2))
    assert len(summary.steps) == 2
    assert archive.rows("SELECT * FROM changes") == before == []
    assert {kind for kind, _ in archive.alerts()} == {"found", "reminder"}
    installed(engine="")
    assert archive.again().steps == ()


def test_what_is_private_stays_private(archive: Archive) -> None:
    draft = paper("jeudi 26 mars 2026")
    archive.put("file:/home/x/projet.pdf", draft, as_scan(draft), private=True)
    archive.settle()
    summary = archive.again()
    assert [step.taken for step in summary.steps] == ["better"]
    assert archive.rows("SELECT * FROM readings") == archive.rows("SELECT * FROM items") == []
    assert len(archive.rows("SELECT * FROM flags", private=True)) == 1
    with Reader(archive.home, private=False) as reader:
        assert reader.flagged() == [] == reader.documents()


# --------------------------------------------------------------------------- what is read, and in which order


def test_sessions_ahead_come_first_then_the_newest(archive: Archive) -> None:
    old_but_ahead, unknown, fresh = paper("jeudi 26 mars 2026"), paper("3 mai 2024"), paper("jeudi 22 janvier 2026")
    days = timedelta(days=1)
    archive.put("https://v.example/ahead.pdf", old_but_ahead, as_scan(old_but_ahead), NOW - 9 * days)
    archive.put("https://l.example/older.pdf", unknown, as_scan(unknown), NOW - 5 * days, council=LAKE, private=True)
    archive.put("https://v.example/newer.pdf", fresh, as_scan(fresh), NOW - days)
    archive.settle()
    assert urls(archive.again().steps) == ["ahead.pdf", "newer.pdf", "older.pdf"]


def test_what_is_wanted(archive: Archive, installed: Callable[..., None]) -> None:
    scan, text, current = (paper(f"jeudi {day} mars 2026") for day in (12, 19, 26))
    archive.put("https://v.example/scan.pdf", scan, as_scan(scan))
    archive.put("https://v.example/old.pdf", text, fully(text, lexicon_version="0"))
    archive.put("https://v.example/now.pdf", current, fully(current, recogniser=""))
    with Store(archive.home) as store:

        def names(wanted: Wanted, engine: str = ENGINE) -> set[str]:
            found = store.to_read_again(wanted, Means(READER_VERSION, LEXICON, engine), date(2026, 3, 2))
            return {old.url.rpartition("/")[2] for old in found}

        assert names(Wanted()) == {"scan.pdf"}
        assert names(Wanted(), engine="") == set()
        assert names(Wanted(older=True)) == {"scan.pdf", "old.pdf"}
        assert names(Wanted(older=True), engine="") == {"old.pdf"}
        assert names(Wanted(everything=True), engine="") == {"scan.pdf", "old.pdf", "now.pdf"}
        assert names(Wanted(older=True, councils=("lac-exemple",))) == set()


def test_hints_are_those_of_the_day_it_was_fetched(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Hints] = []
    data = paper("jeudi 26 mars 2026")
    midnight = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)  # already the 2nd of March in Réunion
    archive.put("https://l.example/odj.pdf", data, as_scan(data), midnight, council=LAKE)
    original = Pool.submit
    monkeypatch.setattr(Pool, "submit", lambda *a, **k: given.append(a[3]) or original(*a, **k))  # type: ignore[func-returns-value]
    archive.again()
    assert [(each.council_name, each.file_name, each.reference_date) for each in given] == [
        ("Communauté du Lac", "odj.pdf", date(2026, 3, 2))
    ]


# --------------------------------------------------------------------------- kills, crashes, other processes


def test_an_interrupted_run_is_continued_by_the_next(archive: Archive) -> None:
    for day in range(10, 16):
        data = paper(f"{day} mars 2026", f"{CAMERAS}, tranche {day}", made=f"{day - 8} mars")
        archive.put(f"https://v.example/odj-{day}.pdf", data, as_scan(data), NOW + timedelta(minutes=day))
    archive.settle()

    def stop(done: int, total: int, step: Step) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.again(progress=stop)
    assert anything_waits(archive.home, ENGINE)
    summary = archive.again()
    assert len(summary.steps) == 2
    assert len(archive.rows("SELECT * FROM flags WHERE superseded_at IS NULL")) == 6
    assert [kind for kind, _ in archive.alerts()].count("found") == 6


def test_a_kill_before_settling_leaves_a_mark(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    data = paper("jeudi 26 mars 2026")
    archive.put("https://v.example/odj.pdf", data, as_scan(data))
    archive.settle()

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr("crawler.reread.settle", killed)
        with pytest.raises(KeyboardInterrupt):
            archive.again()
    assert archive.alerts() == []
    assert anything_waits(archive.home, ENGINE)
    summary = archive.again()
    assert (summary.steps, summary.alerts) == ((), 4)
    assert not anything_waits(archive.home, ENGINE)


def test_a_reader_that_dies_takes_nothing_back_and_is_not_asked_again(archive: Archive) -> None:
    data, text = paper("jeudi 26 mars 2026"), paper("jeudi 12 mars 2026")
    archive.put("https://v.example/scan.pdf", data, as_scan(data))
    archive.put("https://v.example/text.pdf", text, fully(text, reader_version="0", recogniser=""))
    archive.settle()
    dead = Reading("application/pdf", "too-large", reason="reading took over 60 s", reader_version=READER_VERSION)
    Pool.read = staticmethod(lambda data: dead)
    summary = archive.again()
    assert summary.failed
    assert {step.taken for step in summary.steps} == {"worse"}
    versions = archive.rows("SELECT state FROM versions ORDER BY id")
    assert [row["state"] for row in versions] == ["needs-ocr", "read"]
    assert archive.again(Wanted()).steps == ()
    with Reader(archive.home) as reader:
        found = reader.waiting(Means(READER_VERSION, LEXICON, ENGINE))
    assert (found.recognition, found.given_up, found.older) == (0, 1, 1)
    Pool.read = staticmethod(fully)
    with pytest.MonkeyPatch.context() as newer:
        newer.setattr("crawler.reread.means_here", lambda: Means(READER_VERSION, LEXICON, "a newer tesseract"))
        assert urls(archive.again(Wanted()).steps) == ["scan.pdf"]


def test_pages_that_stay_unread_are_not_tried_at_every_tick(archive: Archive) -> None:
    data = paper("jeudi 26 mars 2026")
    archive.put("https://v.example/scan.pdf", data, as_scan(data, "later"))
    hung = as_scan(data, ENGINE, reason="needs OCR: its only page; page 1: recognition took over 60 s and was given up")
    Pool.read = staticmethod(lambda data: hung)
    first = archive.again(Wanted())
    assert [(step.state, step.taken, step.failed) for step in first.steps] == [("needs-ocr", "better", False)]
    assert archive.again(Wanted()).steps == ()
    assert not anything_waits(archive.home, ENGINE)
    assert anything_waits(archive.home, "another engine")
    (version,) = archive.rows("SELECT reason FROM versions")
    assert "page 1: recognition took over 60 s" in version["reason"]


def test_a_crawl_that_leaves_scans_for_later_takes_nothing_back(archive: Archive) -> None:
    data = paper("jeudi 26 mars 2026")
    archive.put("https://v.example/scan.pdf", data, as_scan(data, "later"))
    archive.again()
    archive.put("https://v.example/scan.pdf", data, as_scan(data, "later"), NOW + timedelta(days=1))
    assert [row["state"] for row in archive.rows("SELECT state FROM versions")] == ["read"]
    assert archive.again().steps == ()
    assert len(archive.rows("SELECT * FROM flags WHERE superseded_at IS NULL")) == 1


def test_only_one_reads_again_at_a_time(archive: Archive) -> None:
    lock = FileLock(archive.home.root / "reread.lock")
    with lock, pytest.raises(Busy):
        archive.again()


def test_what_another_process_has_read_meanwhile_stands(archive: Archive) -> None:
    data = paper("jeudi 26 mars 2026")
    archive.put("https://v.example/scan.pdf", data, as_scan(data))

    def slow(data: bytes) -> Reading:
        archive.put("https://v.example/scan.pdf", data, fully(data))
        return replace(fully(data), state="partial")

    Pool.read = staticmethod(slow)
    summary = archive.again()
    assert [step.taken for step in summary.steps] == ["overtaken"]
    assert not summary.failed
    assert [row["state"] for row in archive.rows("SELECT state FROM versions")] == ["read"]


def test_a_file_that_is_missing_fails_and_the_others_go_on(archive: Archive) -> None:
    data, other = paper("jeudi 26 mars 2026"), paper("jeudi 12 mars 2026")
    archive.put("https://v.example/lost.pdf", data, as_scan(data))
    archive.put("https://v.example/kept.pdf", other, as_scan(other))
    with Store(archive.home) as store:
        (lost,) = store.rows(
            "SELECT sha256 FROM versions v JOIN documents d ON d.id = v.document_id WHERE url LIKE '%lost%'"
        )
        store.files.path(lost["sha256"]).unlink()
    summary = archive.again()
    assert summary.failed
    assert {step.url[-8:]: step.taken for step in summary.steps} == {"lost.pdf": None, "kept.pdf": "better"}


def test_a_council_that_cannot_be_settled_is_told_and_tried_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = paper("jeudi 26 mars 2026")
    archive.put("https://v.example/odj.pdf", data, as_scan(data))
    monkeypatch.setattr("crawler.settle.LOCK_SECONDS", 0)
    with FileLock(archive.home.root / "settle.lock"):
        summary = archive.again()
    assert summary.failed
    assert len(summary.problems) == 1
    assert archive.again().alerts == 4


def test_what_an_archive_holds_becomes_documents_when_it_can_be_opened(archive: Archive) -> None:
    import io
    import zipfile

    inside = paper("jeudi 26 mars 2026")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("projets/odj.txt", inside)
        bundle.writestr("projets/annexe.txt", "Annexe financière de la commune, exercice 2026. " * 5)
    packed = buffer.getvalue()
    closed = Reading("application/zip", "container", reader_version="1", lexicon_version=LEXICON)
    archive.put("https://v.example/dossier.zip", packed, closed)

    def opened(data: bytes) -> Reading:
        if data == packed:
            return replace(closed, parts=2, reader_version=READER_VERSION)
        return fully(data)

    Pool.read = staticmethod(opened)
    summary = archive.again()
    assert sorted(urls(summary.steps)) == ["annexe.txt", "dossier.zip", "odj.txt"]
    with Store(archive.home) as store:
        rows = store.inside(TOWN.id, "https://v.example/dossier.zip")
    assert rows is not None and len(rows) == 3
    assert {kind for kind, _ in archive.alerts()} == {"found", "reminder"}
    assert archive.again().steps == ()


def test_recognised_pages_are_forgotten_after_a_month(home: Home) -> None:
    folder = home.ocr_cache / "ab"
    folder.mkdir(parents=True)
    for name, days in (("old", 31), ("new", 29)):
        (folder / name).write_bytes(b"x")
        then = (NOW - timedelta(days=days)).timestamp()
        os.utime(folder / name, (then, then))
    assert prune(home, NOW) == 1
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_an_agenda_replaced_by_its_own_scan_has_not_changed(archive: Archive) -> None:
    """Misread here and there, a line short: what the scan says of hour and place still counts."""
    text = paper("jeudi 26 mars 2026")
    scanned = paper("jeudi 26 mars 2026", "lnstallation de carnéras de vidéoprotection place du Marché : subvention")
    scanned = scanned.replace(b"4. Convention", b"").replace(b"18 h 30", b"19 h 00")
    archive.put("https://v.example/odj.pdf", text, fully(text, recogniser=""))
    archive.settle()
    later = NOW + timedelta(days=1)

    def recognised(data: bytes) -> Reading:
        reading = fully(data)
        return replace(reading, pages=tuple(replace(page, method="ocr", legible=0.8) for page in reading.pages))

    archive.put("https://v.example/odj.pdf", scanned, as_scan(scanned, "later"), later)
    archive.settle(later)
    Pool.read = staticmethod(recognised)
    archive.again(at=later)
    assert [row["kind"] for row in archive.rows("SELECT kind FROM changes")] == ["time"]


def test_a_new_text_version_still_brings_its_changes(archive: Archive) -> None:
    text, newer = paper("jeudi 26 mars 2026"), paper("jeudi 26 mars 2026", f"{CAMERAS} (deuxième tranche)")
    archive.put("https://v.example/odj.pdf", text, fully(text, recogniser=""))
    archive.settle()
    archive.put("https://v.example/odj.pdf", newer, fully(newer, recogniser=""), NOW + timedelta(days=1))
    archive.settle(NOW + timedelta(days=1))
    assert [row["kind"] for row in archive.rows("SELECT kind FROM changes")] == ["item-retitled"]
