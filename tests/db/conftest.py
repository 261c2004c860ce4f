"""A council, its documents and its facts, made in a line each; all names are invented."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import (
    AgendaItem,
    Change,
    Council,
    Facts,
    Fetched,
    Flag,
    Match,
    Outcome,
    PageText,
    Reading,
    Session,
    Span,
    Vote,
)
from db.home import Home
from db.queries import Reader
from db.store.archive import Recorded, Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "Installation de caméras de vidéoprotection place du Marché. " * 8


class Maker:
    """Values with sensible defaults; every one may be overridden."""

    council = Council("commune-99001", "Trépigny", "commune", department="99", region="98")
    island = Council("commune-99002", "Sainte-Elvire", "commune", "974", "04", timezone="Indian/Reunion")

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def fetched(
        self, url: str = "https://trepigny.example/odj.pdf", body: bytes = b"%PDF one", **more: object
    ) -> Fetched:
        values: dict[str, object] = {"status": 200, "fetched_at": NOW, "media_type": "application/pdf"}
        return Fetched(url, body, **(values | more))  # type: ignore[arg-type]

    def reading(self, text: str = TEXT, **more: object) -> Reading:
        values: dict[str, object] = {
            "media_type": "application/pdf",
            "state": "read",
            "kind": "agenda",
            "pages": (PageText(1, text),),
            "page_count": 1,
            "text_hash": hashlib.sha256(" ".join(text.split()).encode(errors="replace")).hexdigest(),
            "characters": len(text.replace(" ", "")),
            "method": "pdfium",
            "reader_version": "1",
            "lexicon_version": "1",
        }
        return Reading(**(values | more))  # type: ignore[arg-type]

    def record(self, store: Store, url: str = "https://trepigny.example/odj.pdf", **more: object) -> Recorded:
        """A document on record; ``text`` and ``body`` differ from call to call unless given."""
        number = next(self.numbers)
        text = str(more.pop("text", f"{TEXT} {number}"))
        body = more.pop("body", f"%PDF {number}".encode())
        council = str(more.pop("council", self.council.id))
        crawl = more.pop("crawl", None)
        at = more.pop("at", NOW)
        hints = {name: more.pop(name) for name in ("headers", "found_on", "link_text", "page") if name in more}
        fetched = self.fetched(url, body, fetched_at=at, **hints)  # type: ignore[arg-type]
        return store.record_document(council, fetched, self.reading(text, **more), crawl_id=crawl, now=at)  # type: ignore[arg-type]

    def match(self, **more: object) -> Match:
        return replace(Match("video-surveillance", "videoprotection", Span(1, 24, 39), 0.9, "vidéoprotection"), **more)

    def flag(self, number: int = 1, /, **more: object) -> Flag:
        values: dict[str, object] = {
            "id": f"f-{number}",
            "session_id": "s-1",
            "item_id": "i-1",
            "score": 0.9,
            "matches": (self.match(),),
            "topics": ("video-surveillance",),
            "excerpt": "Installation de caméras de vidéoprotection place du Marché.",
            "page": 1,
            "version_id": "public:1",
            "first_seen_at": NOW,
        }
        return Flag(**(values | more))  # type: ignore[arg-type]

    def item(self, number: int = 1, /, **more: object) -> AgendaItem:
        values: dict[str, object] = {
            "id": f"i-{number}",
            "session_id": "s-1",
            "position": number,
            "title": f"Vidéoprotection, tranche {number}",
            "number": str(number),
            "page": 1,
            "version_id": "public:1",
            "first_seen_at": NOW,
            "versions": ("public:1",),
        }
        return AgendaItem(**(values | more))  # type: ignore[arg-type]

    def session(self, number: int = 1, /, **more: object) -> Session:
        values: dict[str, object] = {
            "id": f"s-{number}",
            "council_id": self.council.id,
            "body": "conseil municipal",
            "date": date(2026, 3, 9) + timedelta(days=number - 1),
            "starts_at": None,
            "place": "salle des fêtes",
            "status": "scheduled",
            "convened_on": None,
            "order": 1,
            "first_seen_at": NOW,
            "versions": ("public:1",),
            "agenda_version": "public:1",
        }
        return Session(**(values | more))  # type: ignore[arg-type]

    def facts(self, *sessions: Session, **more: object) -> Facts:
        return Facts(self.council.id, sessions, **more)  # type: ignore[arg-type]

    def voted(self, **more: object) -> AgendaItem:
        """An item with two votes that differ."""
        votes = (
            Vote("adopted", 20, 3, 1, False, "public:1", 1, 2, ("Mme Aubépine", "M. Cormier")),
            Vote("rejected", None, None, None, True, "public:1", None),
        )
        return self.item(votes=votes, outcome=Outcome("mixed", 20, 3, 1), **more)


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def store(home: Home, make: Maker) -> Iterator[Store]:
    """The public archive, with the council."""
    with Store(home) as opened:
        opened.put_council(make.council)
        yield opened


@pytest.fixture
def private(home: Home, make: Maker) -> Iterator[Store]:
    """The private archive, with the council."""
    with Store(home, private=True) as opened:
        opened.put_council(make.council)
        yield opened


def check(store: Store) -> None:
    """SQLite finds nothing wrong with a store."""
    assert [tuple(row.values()) for row in store.db.query("PRAGMA integrity_check")] == [("ok",)]
    assert list(store.db.query("PRAGMA foreign_key_check")) == []


@pytest.fixture
def sound():
    return check


def build_world(store: Store, private: Store, make: Maker) -> None:
    """Two councils; three sessions of the first, one of the second; one private draft that adds to a public session.

    Session s-1 (9 March, scheduled): items i-1 (flagged, public) and i-2 (flagged by the private draft alone).
    s-2 (10 January, held): i-3, voted. s-3 (no date). s-9 (island, 8 March 18:00 there): i-9, drones.
    """
    store.put_council(make.island)
    make.record(store, "https://trepigny.example/odj.pdf", text="Caméras de vidéoprotection, place du Marché " * 10)
    make.record(
        store, "https://trepigny.example/pv.pdf", text="Procès-verbal : l'œuvre collective " * 10, kind="minutes"
    )
    make.record(store, "https://elvire.example/odj.pdf", council=make.island.id, text="Achat d'un drone " * 20)
    make.record(
        private, "file:/home/elu/projet.pdf", text="Note confidentielle : reconnaissance faciale " * 10, kind="draft"
    )
    held = make.session(
        2, date=date(2026, 1, 10), status="held", versions=("public:2",), agenda_version=None,
        items=(make.voted(id="i-3", session_id="s-2", title="Fibre", version_id="public:2", versions=("public:2",)),),
    )  # fmt: skip
    undated = make.session(3, date=None, versions=("public:1",), first_seen_at=NOW)
    public = make.session(items=(make.item(),), flags=(make.flag(),))
    loose = make.flag(4, session_id=None, item_id=None, score=0.4, topics=("biometrics",), matches=())
    changed = Change("place", "s-1", None, "préau", "salle des fêtes", "public:1", NOW)
    store.save_facts(make.facts(public, held, undated, loose_flags=(loose,), changes=(changed,)), NOW)
    island = make.session(
        9, date=date(2026, 3, 8), council_id=make.island.id, versions=("public:3",), agenda_version="public:3",
        starts_at=datetime(2026, 3, 8, 14, 0, tzinfo=UTC),
        items=(
            make.item(9, session_id="s-9", title="Achat d'un drone", version_id="public:3", versions=("public:3",)),
        ),
        flags=(make.flag(9, session_id="s-9", item_id="i-9", score=0.6, topics=("drones",), version_id="public:3"),),
    )  # fmt: skip
    store.save_facts(Facts(make.island.id, (island,)), NOW)
    face = make.match(topic="facial-recognition", term="face", text="reconnaissance faciale", version_id="private:1")
    seen = make.session(
        versions=("public:1", "private:1"),
        starts_at=datetime(2026, 3, 9, 17, 30, tzinfo=UTC),
        items=(make.item(), make.item(2, version_id="private:1", versions=("private:1",))),
        flags=(
            make.flag(matches=(make.match(), face), topics=("facial-recognition", "video-surveillance"), score=0.95,
                      version_id="private:1", excerpt="Note confidentielle : reconnaissance faciale"),
            make.flag(2, item_id="i-2", private=True, version_id="private:1", matches=(face,),
                      topics=("facial-recognition",), score=0.8),
        ),
    )  # fmt: skip
    secret = Change("time", "s-1", None, None, "18:30", "private:1", NOW + timedelta(hours=1))
    private.save_facts(make.facts(seen, changes=(secret,)), NOW)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the world of ``build_world``; for reading alone."""
    home, maker = Home(tmp_path_factory.mktemp("world")), Maker()
    with Store(home) as store, Store(home, private=True) as private:
        store.put_council(maker.council)
        private.put_council(maker.council)
        build_world(store, private, maker)
    return home


@pytest.fixture
def world(standing: Home, home: Home) -> Iterator[Store]:
    """The same world in a home of one's own: its public archive, open for writing."""
    shutil.copytree(standing.root, home.root, dirs_exist_ok=True)
    with Store(home) as opened:
        yield opened


@pytest.fixture
def reader(standing: Home) -> Iterator[Reader]:
    """A reader of both archives of the standing world."""
    with Reader(standing) as opened:
        yield opened


@pytest.fixture
def public(standing: Home) -> Iterator[Reader]:
    """A reader of its public archive alone."""
    with Reader(standing, private=False) as opened:
        yield opened
