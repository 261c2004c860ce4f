"""Makers of invented facts, alerts and subscriptions."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller as BaseController

from alerts.notice import House
from crawler.models import (
    AgendaItem,
    AlertFact,
    Change,
    Council,
    Facts,
    Fetched,
    Flag,
    Match,
    PageText,
    Reading,
    Session,
    Span,
    Subscription,
)
from db.home import Home
from db.store.archive import Store

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHA = "3f" * 32
COUNCIL = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84")


def fact(item: str = "i-1", **changes: Any) -> AlertFact:
    """An item on cameras in the agenda of a session on Thursday 12 March 2026 at 18:30."""
    values: dict[str, Any] = {
        "flag_id": f"f-{item}", "council": COUNCIL, "session_id": "s-1", "item_id": item,
        "body": "conseil municipal", "session_date": date(2026, 3, 12),
        "starts_at": datetime(2026, 3, 12, 18, 30, tzinfo=PARIS), "place": "Salle des mariages",
        "session_status": "scheduled", "convened_on": date(2026, 3, 6), "item_number": "7",
        "item_title": "Extension du dispositif de vidéoprotection : demande de subvention", "item_listed": True,
        "item_withdrawn": False, "topics": ("video-surveillance",), "score": 0.9, "phrase": "vidéoprotection",
        "excerpt": "Extension du dispositif de vidéoprotection : demande de subvention au titre du FIPD.",
        "page": 3, "document_id": "d-1", "document_url": "https://valmont.example/odj-2026-03-12.pdf",
        "document_kind": "agenda", "sha256": SHA, "document_first_seen_at": NOW - timedelta(hours=1),
        "absent_at": None, "first_seen_at": NOW - timedelta(hours=1), "private": False,
    }  # fmt: skip
    return AlertFact(**(values | changes))


def change(kind: str = "place", **values: Any) -> Change:
    """A change of that session, seen a day later."""
    given: dict[str, Any] = {
        "kind": kind, "session_id": "s-1", "item_id": None, "before": "Salle des mariages", "after": "Gymnase",
        "version_id": "public:2", "seen_at": NOW + timedelta(days=1),
    }  # fmt: skip
    return Change(**(given | values))


def subscription(name: str = "collectif", **values: Any) -> Subscription:
    """A subscription to everything, by mail."""
    given: dict[str, Any] = {"to": ("mailto:veille@example.org",)}
    return Subscription(name, **(given | values))


@pytest.fixture(scope="session")
def make_fact() -> Callable[..., AlertFact]:
    return fact


@pytest.fixture(scope="session")
def make_change() -> Callable[..., Change]:
    return change


@pytest.fixture(scope="session")
def make_subscription() -> Callable[..., Subscription]:
    return subscription


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def ours() -> House:
    """What the operator configured."""
    return House(
        sender="Tocsin <tocsin@example.org>",
        contact="https://example.org/about",
        labels={"video-surveillance": {"fr": "Vidéosurveillance", "en": "Video surveillance"}},
    )


class Archive:
    """A home's archive with one council, written as a crawl and its settling would."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def put(
        self, *sessions: dict[str, Any], changes: tuple[Change, ...] = (), private: bool = False, at: datetime = NOW
    ) -> None:
        """Record an agenda (version ``public:1``, later ones counting on) and these sessions as its facts.

        A session's ``items`` are titles; each is flagged.
        """
        with Store(self.home, private=private) as store:
            store.put_council(COUNCIL)
            number = len(store.rows("SELECT id FROM versions")) + 1
            body = f"%PDF {number} {sessions!r}".encode()
            text = f"{body!r} " * 20
            url = "file:/srv/depot/projet.pdf" if private else "https://valmont.example/odj.pdf"
            fetched = Fetched(url, body, 200, at, media_type="application/pdf")
            reading = Reading(
                "application/pdf", "read", "agenda", (PageText(1, text),), 1, text_hash=str(number), characters=900,
                reader_version="1", lexicon_version="1",
            )  # fmt: skip
            recorded = store.record_document(COUNCIL.id, fetched, reading, crawl_id=None, now=at)
            version = f"{'private' if private else 'public'}:{recorded.version_id}"
            made = tuple(_session(values, version, private, at) for values in sessions)
            store.save_facts(Facts(COUNCIL.id, made, changes=changes), at)


def _session(values: dict[str, Any], version: str, private: bool, at: datetime) -> Session:
    given = {
        "id": "s-1", "date": date(2026, 3, 12), "starts_at": None, "place": "Salle des mariages", "status": "scheduled",
        "items": ("Extension de la vidéoprotection",),
    } | values  # fmt: skip
    titles = given.pop("items")
    name = given["id"]
    items, flags = [], []
    for number, title in enumerate(titles, start=1):
        item = f"i-{name}-{number}"
        items.append(AgendaItem(item, name, number, title, str(number), 1, version, at, versions=(version,)))
        found = Match("video-surveillance", "videoprotection", Span(1, 0, 15), 0.9, "vidéoprotection")
        flags.append(
            Flag(f"f-{name}-{number}", name, item, 0.9, (found,), ("video-surveillance",), title, 1, version, at,
                 private=private)
        )  # fmt: skip
    return Session(
        council_id=COUNCIL.id, body="conseil municipal", convened_on=None, order=1, first_seen_at=at,
        items=tuple(items), flags=tuple(flags), versions=(version,), agenda_version=version, private=private, **given,
    )  # fmt: skip


@pytest.fixture
def archive(home: Home) -> Archive:
    return Archive(home)


class Mailbox:
    """A mail server on loopback that remembers what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.drop_after_data = 0  # how many times it accepts a message and loses the connection before it says so
        self.refuse: str | None = None
        self.controller = Controller(self, hostname="127.0.0.1", port=0)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.server.sockets[0].getsockname()[1]}"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.accepted]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        self.accepted.append(email.message_from_bytes(envelope.content, policy=policy.default))
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return "250 OK"


class Controller(BaseController):
    """On a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    box.controller.start()
    yield box
    box.controller.stop()
