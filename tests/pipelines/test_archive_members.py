"""Archives in a crawl: what is inside becomes documents, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import ReaderDied
from crawler.models import Council, Fetched, Hints, Link, PageSeen, Reading
from db.home import Home
from db.queries import Reader
from db.store.archive import Store
from pipelines.archive import ArchivePipeline
from pipelines.intake import Desk, IntakePipeline
from pipelines.members import bundle, members
from pipelines.read import read
from pipelines.text.unpack import SpooledPart, SpooledParts, describe, kind_of, unpack_path

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COUNCIL = Council("ville-exemple", "Ville Exemple", "commune", department="69", website="http://127.0.0.1/")
URL = "http://127.0.0.1/dossier.zip"
AGENDA = """CONSEIL MUNICIPAL
Séance du 12 mars 2026 à 18 h 30
ORDRE DU JOUR

1. Désignation du secrétaire de séance
2. Extension de la vidéoprotection du centre bourg
3. Convention avec le syndicat des eaux
"""
FILES = {"01 ordre du jour.txt": AGENDA.encode(), "projets/02 bail.txt": b"Projet de bail rural, parcelle ZA 12. " * 9}


class Inline:
    """A pool that reads in this very process, and can be made to die."""

    def __init__(self) -> None:
        self.dies_on = ""
        self.unpacked = 0
        self.hints: list[Hints] = []

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Future[Reading]:
        self.hints.append(hints)
        if self.dies_on and self.dies_on in hints.url:
            raise KeyboardInterrupt
        data = path.read_bytes()
        reading = read(data, media_type, hints)
        if reading.state == "container":
            reading = replace(reading, parts=describe(data, kind_of(data)).parts)
        return _done(reading)

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]:
        self.unpacked += 1
        if self.dies_on == "unpack":
            failed: Future[SpooledParts] = Future()
            failed.set_exception(ReaderDied("the reader crashed"))
            return failed
        return _done(unpack_path(str(path), media_type, str(folder)))

    def result(self, future: Future[Reading]) -> Reading:
        return future.result()


def _done(value):
    future: Future = Future()
    future.set_result(value)
    return future


class Crawl:
    """One crawl after the other over the same archive."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.store, self.pool, self.folder = Store(home), Inline(), folder
        self.store.put_council(COUNCIL)
        self.source = self.store.put_source(COUNCIL.id, "site")
        self.now = NOW
        self.begin()

    def begin(self, later: timedelta = timedelta(hours=12)) -> None:
        """The next crawl, ``later`` than the one before."""
        self.now += later
        crawl_id = self.store.begin_crawl(self.source, self.now)
        known = self.store.known_urls(COUNCIL.id)
        self.desk = Desk(self.store, self.pool, COUNCIL, crawl_id, known, lambda: self.now, self.folder)

    def take(self, body: bytes, **more) -> None:
        """An answer to the request for the archive, through both pipelines."""
        fetched = Fetched(
            URL, body, 200, self.now, (("ETag", '"1"'), ("Content-Type", "application/zip")), file_name="dossier.zip",
            **({"link_text": "Ordre du jour et projets du 12 mars 2026", "heading": "Conseil municipal",
                "found_on": "http://127.0.0.1/conseil"} | more),
        )  # fmt: skip
        asyncio.run(self.process(fetched))

    async def process(self, fetched: Fetched) -> None:
        await ArchivePipeline(self.desk).process_item(IntakePipeline(self.desk).process_item(fetched))

    def see(self, seen: PageSeen) -> None:
        asyncio.run(ArchivePipeline(self.desk).process_item(seen))

    def documents(self) -> dict[str, dict]:
        return {row["url"].removeprefix(URL): row for row in self.store.rows("SELECT * FROM documents ORDER BY url")}


@pytest.fixture
def crawl(home: Home, tmp_path: Path) -> Iterator[Crawl]:
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    folder = tmp_path / "pages"
    folder.mkdir()
    made = Crawl(home, folder)
    yield made
    made.store.close()


def test_members_are_documents_of_the_same_crawl(crawl, zipped, home):
    crawl.take(zipped(FILES))
    found = crawl.documents()
    assert list(found) == ["", "#01%20ordre%20du%20jour.txt", "#projets/02%20bail.txt"]
    agenda, lease = found["#01%20ordre%20du%20jour.txt"], found["#projets/02%20bail.txt"]
    assert agenda["parent_id"] == lease["parent_id"] == found[""]["id"] and found[""]["parent_id"] is None
    assert (agenda["kind"], agenda["file_name"]) == ("agenda", "01 ordre du jour.txt")
    assert lease["kind"] != "agenda"  # a bundle is not the agenda that it is named after
    assert "12 mars 2026" in lease["heading"] and "projets" in lease["heading"]
    assert dict(crawl.desk.tally.documents) == {"new": 3}
    versions = crawl.store.rows("SELECT state, parts, crawl_id FROM versions ORDER BY id")
    assert [row["state"] for row in versions] == ["container", "read", "read"]
    assert versions[0]["parts"] == 2 and {row["crawl_id"] for row in versions} == {crawl.desk.crawl_id}
    assert list(crawl.folder.iterdir()) == []  # nothing is left of the spool
    assert crawl.store.known_urls(COUNCIL.id).keys() == {URL}  # nobody will ask the server for a member
    with Reader(home) as reader:
        assert {row["parent"] for row in reader.documents()} == {None, URL}
        shown = reader.show(found[""]["id"])
        assert [row["state"] for row in shown["members"]] == ["read", "read"]
        assert reader.show(agenda["id"])["parent"] == URL


def test_an_unchanged_archive_keeps_its_members_alive(crawl, zipped):
    crawl.take(zipped(FILES))
    unpacked = crawl.pool.unpacked
    crawl.begin()
    crawl.see(PageSeen(URL, 304, crawl.now))
    assert {row["last_seen_at"] for row in crawl.documents().values()} == {crawl.now.isoformat()}
    crawl.begin()
    crawl.see(PageSeen("http://127.0.0.1/conseil", 200, crawl.now, links=(Link(URL, document=True),)))
    assert {row["last_seen_at"] for row in crawl.documents().values()} == {crawl.now.isoformat()}
    crawl.begin()
    crawl.take(zipped(FILES))  # a server that knows no validators
    assert {row["last_seen_at"] for row in crawl.documents().values()} == {crawl.now.isoformat()}
    assert crawl.pool.unpacked == unpacked
    assert len(crawl.store.rows("SELECT * FROM versions")) == 3


def test_a_member_that_a_newer_archive_lacks_is_kept_and_not_seen(crawl, zipped):
    crawl.take(zipped(FILES))
    first = crawl.now
    crawl.begin()
    crawl.take(
        zipped({"01 ordre du jour.txt": FILES["01 ordre du jour.txt"], "03 voeu.txt": b"Voeu sur les drones. " * 20})
    )
    second = crawl.now
    crawl.begin()
    crawl.see(PageSeen(URL, 304, crawl.now))
    seen = {fragment: row["last_seen_at"] for fragment, row in crawl.documents().items()}
    assert seen == {
        "": crawl.now.isoformat(),
        "#01%20ordre%20du%20jour.txt": crawl.now.isoformat(),
        "#03%20voeu.txt": crawl.now.isoformat(),
        "#projets/02%20bail.txt": first.isoformat(),
    }
    new = crawl.documents()["#03%20voeu.txt"]
    assert (new["first_seen_at"], new["absent_at"]) == (second.isoformat(), None)


@pytest.mark.parametrize("where", ["ordre", "bail"])
def test_a_kill_between_an_archive_and_its_members_loses_none(crawl, zipped, where):
    crawl.pool.dies_on = where
    with pytest.raises(KeyboardInterrupt):
        crawl.take(zipped(FILES))
    assert crawl.store.known_urls(COUNCIL.id) == {}  # so the next crawl asks for the whole archive again
    crawl.pool.dies_on = ""
    crawl.begin()
    crawl.take(zipped(FILES))
    assert len(crawl.documents()) == 3
    assert crawl.store.known_urls(COUNCIL.id)[URL].etag == '"1"'
    assert [row["number"] for row in crawl.store.rows("SELECT number FROM versions")] == [1, 1, 1]


def test_an_archive_that_older_code_could_not_open_is_opened_when_it_is_unchanged(crawl, zipped):
    crawl.take(zipped(FILES))
    members = "SELECT id FROM documents WHERE parent_id IS NOT NULL"
    for table in ("pages", "readings"):
        crawl.store.db.conn.execute(
            f"DELETE FROM {table} WHERE version_id IN (SELECT id FROM versions WHERE document_id IN ({members}))"
        )
    crawl.store.db.conn.execute(f"DELETE FROM versions WHERE document_id IN ({members})")
    crawl.store.db.conn.execute("DELETE FROM documents WHERE parent_id IS NOT NULL")
    crawl.store.db.conn.commit()
    crawl.begin()
    crawl.see(PageSeen(URL, 304, crawl.now))
    found = crawl.documents()
    assert list(found) == ["", "#01%20ordre%20du%20jour.txt", "#projets/02%20bail.txt"]
    assert "12 mars 2026" in found["#projets/02%20bail.txt"]["heading"]
    unpacked = crawl.pool.unpacked
    crawl.begin()
    crawl.see(PageSeen(URL, 304, crawl.now))
    assert crawl.pool.unpacked == unpacked


def test_an_archive_that_cannot_be_unpacked_fails_the_crawl(crawl, zipped):
    crawl.pool.dies_on = "unpack"
    crawl.take(zipped(FILES))
    assert crawl.desk.tally.states["failed"] == 1
    assert crawl.desk.tally.unread == [f"failed: it could not be unpacked: the reader crashed: {URL}"]
    crawl.pool.dies_on = ""
    crawl.begin()
    crawl.take(zipped(FILES))
    assert len(crawl.documents()) == 3


def test_members_were_absent_while_their_archive_was(crawl, zipped):
    page = PageSeen("http://127.0.0.1/conseil", 200, crawl.now)
    crawl.see(page)
    absent = crawl.now
    crawl.begin()
    crawl.see(replace(page, fetched_at=crawl.now, links=(Link(URL, document=True),)))
    crawl.take(zipped(FILES))
    assert {row["absent_at"] for row in crawl.documents().values()} == {absent.isoformat()}


def test_archives_in_archives_and_files_of_pdfs(crawl, zipped):
    crawl.take(zipped({"lot.zip": zipped({"a.txt": b"Note sur les drones. " * 30}), "b.txt": b"b" * 300}))
    found = crawl.documents()
    assert found["#lot.zip#a.txt"]["parent_id"] == found["#lot.zip"]["id"]
    assert found["#lot.zip"]["parent_id"] == found[""]["id"]
    assert crawl.pool.unpacked == 1
    crawl.begin()
    crawl.see(PageSeen(URL, 304, crawl.now))
    assert {row["last_seen_at"] for row in crawl.documents().values()} == {crawl.now.isoformat()}


# ---------------------------------------------------------------------- hints


def test_a_lone_member_has_the_words_of_its_archive():
    container = Fetched(URL, b"", 200, NOW, file_name="odj.zip", link_text="Ordre du jour du 12 mars", heading="2026")
    part = SpooledPart("odj.txt", Path("x"), "#odj.txt", "")
    (alone,) = members(container, SpooledParts((part,), ()))
    assert alone.fetched.heading == "2026 – Ordre du jour du 12 mars"
    first, _ = members(container, SpooledParts((part, part), ()))
    assert first.fetched.heading == "2026 – dossier du 12 mars"
    (sent,) = members(container, SpooledParts((part,), ()), mail=True)
    assert sent.fetched.parent is None


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Ordre du jour et projets du 12 mars 2026", "dossier et projets du 12 mars 2026"),
        ("Convocation au conseil communautaire", "dossier au conseil communautaire"),
        ("Projets de délibérations", "Projets de délibérations"),
        ("ODJ_2026-03-12", "dossier_2026-03-12"),
    ],
)
def test_a_bundle_is_not_the_paper_that_it_is_named_after(words, left):
    assert bundle(words) == left
