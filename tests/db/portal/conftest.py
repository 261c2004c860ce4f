"""The invented world of ``tests/db`` behind a portal, with crawls, feeds, a hostile agenda and a merged session."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from reportlab.pdfgen import canvas

from alerts import feeds
from crawler.config import Alerts, Config, Operator
from crawler.models import (
    AgendaItem,
    Change,
    Council,
    Facts,
    Fetched,
    Flag,
    ItemClaim,
    Match,
    PageText,
    Reading,
    Session,
    SessionClaim,
    Span,
)
from db.home import Home
from db.portal.build import build
from db.portal.site import Site
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVIL = '<script>alert("1")</script> caméras & \u202eÿ\' OR 1=1 --'
TOWN = Council("commune-99003", "Brézolles-l'Étang", "commune", "29", "53", population=8_000)


def _agenda(url: str, titles: list[str], at: datetime) -> tuple[Fetched, Reading]:
    text = "\n".join(titles) + " ordre du jour" * 30
    items = tuple(ItemClaim(title, number=str(n), page=1) for n, title in enumerate(titles, 1))
    claim = SessionClaim("conseil municipal", date(2026, 3, 16), complete=True, items=items)
    reading = Reading(
        "application/pdf", "read", "agenda", (PageText(1, text),), 1, sessions=(claim,), text_hash=str(hash(text)),
        characters=len(text), method="pdfium", reader_version="1", lexicon_version="1",
    )  # fmt: skip
    return Fetched(url, text.encode(), 200, at, media_type="application/pdf"), reading


def _changed_session(store: Store) -> None:
    """``s-70``: its agenda gained a point between two readings; a title in it is an attack."""
    url = "https://brezolles.example/odj.pdf"
    titles = ["Budget", EVIL, "Questions diverses"]
    for at, seen in ((NOW - timedelta(days=3), [titles[0], titles[2]]), (NOW - timedelta(days=1), titles)):
        fetched, reading = _agenda(url, seen, at)
        last = store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=at)
    assert last is not None
    first, version = "public:4", "public:5"
    items = tuple(
        AgendaItem(f"i-7{n}", "s-70", n, title, str(n), 1, version, NOW, versions=(version,))
        for n, title in enumerate(titles, 1)
    )
    match = Match("video-surveillance", "cameras", Span(1, 7, 14), 0.9, "caméras")
    flag = Flag("f-70", "s-70", "i-72", 0.9, (match,), ("video-surveillance",), EVIL, 1, version, NOW)
    session = Session(
        "s-70", TOWN.id, "conseil municipal", date(2026, 3, 16), datetime(2026, 3, 16, 18, 30, tzinfo=UTC),
        "salle <b>des fêtes</b>", "scheduled", date(2026, 3, 10), 1, NOW, items, (flag,), (first, version), version,
        aliases=("s-69",),
    )  # fmt: skip
    added = Change("item-added", "s-70", "i-72", None, f"2. {EVIL}", version, NOW - timedelta(days=1))
    store.save_facts(Facts(TOWN.id, (session,), changes=(added,)), NOW)


@pytest.fixture(scope="session")
def portal_home(standing: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """For reading alone."""
    home = Home(tmp_path_factory.mktemp("portal") / "home")
    shutil.copytree(standing.root, home.root)
    with Store(home) as store:
        store.put_council(TOWN)
        _changed_session(store)
        source = store.put_source("commune-99001")
        store.begin_crawl(source, NOW - timedelta(hours=2))
        store.db.execute("UPDATE crawls SET state = 'ok', finished_at = '2026-03-02T07:10:00+00:00'")
        store.db.execute("UPDATE sources SET state = 'blind', last_success_at = '2026-03-01T07:10:00+00:00'")
        store.db.conn.commit()
    feeds.write(home, Config(Operator("veille@example.org"), alerts=Alerts()), NOW)
    return home


@dataclass
class Portal:
    """A portal to be asked by path."""

    home: Home
    site: Site
    datasette: Any

    def get(self, path: str, **more: Any) -> Any:
        """The answer of the application, redirects not followed."""
        return asyncio.run(self._ask("GET", path, **more))

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The same with any method."""
        return asyncio.run(self._ask(method, path, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        return await self.datasette.client.request(method, path, **more)


@pytest.fixture(scope="session")
def open_portal(portal_home: Home) -> Callable[..., Portal]:
    """Makes portals over the home: ``open_portal(public=True)``."""

    def opened(**more: Any) -> Portal:
        site = replace(Site(portal_home, lambda: NOW, contact="veille@example.org"), **more)
        return Portal(site.home, site, build(site))

    return opened


@pytest.fixture(scope="session")
def portal(open_portal: Callable[..., Portal]) -> Portal:
    """The portal as its operator sees it."""
    return open_portal()


@pytest.fixture(scope="session")
def public_portal(open_portal: Callable[..., Portal]) -> Portal:
    """The portal that strangers see."""
    return open_portal(public=True)


SECRET = "quetschier"  # a word that stands in the minutes alone
NAME = '<b onmouseover="alert(1)">Ordre du jour</b> & "annexes"'
FLAGGED = "Extension du système de vidéoprotection : douze caméras place du Marché"


def a_pdf(*pages: list[str]) -> bytes:
    """A PDF whose pages have these lines."""
    stream = io.BytesIO()
    paper = canvas.Canvas(stream, pagesize=(595, 842), invariant=1)
    for lines in pages:
        for number, line in enumerate(lines):
            paper.drawString(60, 760 - 24 * number, line)
        paper.showPage()
    paper.save()
    return stream.getvalue()


def _paper(
    store: Store, name: str, kind: str, pages: list[list[str]], *, body: bytes | None = None, **more: Any
) -> str:
    """A document on record, read as it would be; its id."""
    text = ["\n".join(lines) for lines in pages]
    count = sum(map(len, text))
    reading = Reading(
        more.pop("media_type", "application/pdf"), "read", kind,  # type: ignore[arg-type]
        tuple(PageText(number, each) for number, each in enumerate(text, 1)), len(pages),
        text_hash=hashlib.sha256("".join(text).encode()).hexdigest() if count > 200 else "", characters=count,
        method="pdfium", reader_version="1", lexicon_version="1", sessions=more.pop("sessions", ()),
    )  # fmt: skip
    fetched = Fetched(
        f"https://brezolles.example/{name}", a_pdf(*pages) if body is None else body, 200, NOW,
        media_type=reading.media_type,
        headers=(("Content-Type", reading.media_type), ("Set-Cookie", "visit=1")), **more,
    )  # fmt: skip
    return store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=NOW).document_id


@dataclass(frozen=True)
class Papers:
    """A home with real PDFs: an agenda with a flag on its second page, minutes without, a page, and a broken file."""

    home: Home
    agenda: str
    minutes: str
    page: str
    broken: str

    def sha(self, document: str) -> str:
        """The SHA-256 of a document's only version."""
        return str(self.one("SELECT sha256 FROM versions WHERE document_id = ?", document))

    def one(self, sql: str, *values: Any) -> Any:
        """The first value of a query to the archive."""
        with closing(sqlite3.connect(self.home.archive)) as db:
            row = db.execute(sql, values).fetchone()
        return row[0] if row else None


def make_papers(home: Home) -> Papers:
    """``Papers`` in a new home."""
    minutes = [[f"Procès-verbal. Mme Aubépine, 12 rue des Lilas, {SECRET}. " * 5, "Vente de la parcelle de M. Cormier"]]
    titles = ("Budget", FLAGGED)
    claim = SessionClaim(
        "conseil municipal", date(2026, 3, 16), complete=True,
        items=tuple(ItemClaim(title, number=str(n), page=n) for n, title in enumerate(titles, 1)),
    )  # fmt: skip
    sold = SessionClaim("conseil municipal", date(2026, 2, 2), items=(ItemClaim("Vente à M. Cormier", page=1),))
    with Store(home) as store:
        store.put_council(TOWN)
        agenda = _paper(
            store, "odj.pdf", "agenda", [["Ordre du jour", "1. Budget"], [f"2. {FLAGGED}", EVIL]],
            link_text=NAME, found_on="https://brezolles.example/conseil", file_name="../odj\r\nX: é.pdf",
            sessions=(claim,),
        )  # fmt: skip
        pv = _paper(store, "pv.pdf", "minutes", minutes, link_text="Procès-verbal", sessions=(sold,))
        text = [[f"2. {FLAGGED}", "<script>alert(2)</script>"]]
        page = _paper(store, "page", "agenda", text, body=b"<html><script>alert(3)</script>", media_type="text/html")
        broken = _paper(store, "broken.pdf", "agenda", [["Ordre du jour"]], body=b"%PDF-1.7 \x00 broken")
        start = f"2. {FLAGGED}".index("vidéoprotection")
        match = Match("video-surveillance", "videoprotection", Span(2, start, start + 15), 0.9, "vidéoprotection")
        flag = Flag("f-1", "s-1", "i-2", 0.9, (match,), ("video-surveillance",), FLAGGED, 2, "public:1", NOW)
        items = tuple(
            AgendaItem(f"i-{n}", "s-1", n, title, str(n), n, "public:1", NOW, versions=("public:1",))
            for n, title in enumerate(titles, 1)
        )
        ahead = Session(
            "s-1", TOWN.id, "conseil municipal", date(2026, 3, 16), None, None, "scheduled", None, 1, NOW, items,
            (flag,), ("public:1",), "public:1",
        )  # fmt: skip
        past = Session(
            "s-2", TOWN.id, "conseil municipal", date(2026, 2, 2), None, None, "held", None, 1, NOW,
            (AgendaItem("i-3", "s-2", 1, "Vente à M. Cormier", "1", 1, "public:2", NOW, versions=("public:2",)),), (),
            ("public:2",), None,
        )  # fmt: skip
        store.save_facts(Facts(TOWN.id, (ahead, past)), NOW)
    return Papers(home, agenda, pv, page, broken)


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """For reading alone."""
    return make_papers(Home(tmp_path_factory.mktemp("papers") / "home"))


@pytest.fixture
def own_papers(tmp_path: Any) -> Papers:
    """To be changed."""
    return make_papers(Home(tmp_path / "papers"))


@pytest.fixture(scope="session")
def reading_room(papers: Papers, open_portal: Callable[..., Portal]) -> Iterator[Portal]:
    """The portal over ``papers`` as its operator sees it."""
    opened = open_portal(home=papers.home)
    yield opened
    opened.site.close()


@pytest.fixture(scope="session")
def public_room(papers: Papers, open_portal: Callable[..., Portal]) -> Iterator[Portal]:
    """The same as strangers see it."""
    opened = open_portal(home=papers.home, public=True)
    yield opened
    opened.site.close()
