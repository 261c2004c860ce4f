"""Signed webhooks: verified by an independent library, on a real HTTP server, against the schema that is shipped."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.channels.choose import lane, open_channel
from alerts.channels.webhook import WebhookChannel, retry_after
from alerts.message import plain_text
from alerts.notice import House, Notice
from alerts.outbox import to_message
from alerts.planner import Settings, plan
from alerts.trial import send_test
from crawler.config import Config
from crawler.config_checks import target
from crawler.errors import DeliveryError
from crawler.models import Outcome
from db.home import Home
from db.store.desk import Desk
from db.store.messages import Message

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of thirty bytes").decode()
SCHEMA = json.loads(files("alerts").joinpath("channels/webhook.schema.json").read_text("utf-8"))


@dataclass
class Receiver:
    """What a receiver on loopback was posted, and what it answers."""

    port: int
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"webhook+http://127.0.0.1:{self.port}/hook/t0ken"

    def body(self, number: int = -1) -> Any:
        """A post, verified and validated."""
        headers, data = self.posted[number]
        found = Webhook(SECRET).verify(data, headers)
        validate(found)
        return found


def validate(found: Any) -> None:
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.posted.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(known.status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", SECRET)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    known = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def send(message: Message, home: Home) -> None:
    channel = open_channel(lane(message.address), home, Config())
    try:
        channel.send(message)
    finally:
        channel.close()


@pytest.fixture
def message(ours: House, make_fact: Make, make_subscription: Make, make_change: Make, receiver: Receiver) -> Message:
    subscription = make_subscription(to=(receiver.address,))
    facts = (make_fact(), make_fact("i-2", item_number=None, private=True, document_url="file:/srv/secret.pdf"))
    alerts = tuple(plan(facts, [], [subscription], {}, Settings(), NOW).new)
    found = tuple(alert for alert in alerts if alert.kind == "found")
    return to_message(Notice(receiver.address, found, facts, (make_change(),), (subscription,)), ours, NOW)


def test_a_message_is_signed_and_fits_the_schema(message: Message, receiver: Receiver, home: Home) -> None:
    send(message, home)
    body = receiver.body()
    (session,) = body["sessions"]
    first, private = session["items"]
    assert (body["id"], body["kinds"], body["subscriptions"], body["test"]) == (
        message.key, ["found"], ["collectif"], False,
    )  # fmt: skip
    assert session["council"] == {
        "id": "ville-de-valmont", "name": "Valmont", "kind": "commune", "department": "69", "region": "84",
    }  # fmt: skip
    assert (session["date"], session["starts_at"]) == ("2026-03-12", "2026-03-12T18:30:00+01:00")
    assert (first["number"], first["page"], first["sha256"]) == ("7", 3, "3f" * 32)
    assert session["changes"][0]["after"] == "Gymnase"
    assert "sha256" not in private
    assert private["document_url"] is None
    assert b"secret.pdf" not in message.body
    assert "7. Extension du dispositif" in plain_text(message.body)
    assert message.subject == body["subject"]


def test_a_repeat_is_the_same_bytes_under_the_same_id(message: Message, receiver: Receiver, home: Home) -> None:
    send(message, home)
    send(message, home)
    (one, first), (two, second) = receiver.posted
    assert first == second == message.body
    assert one["webhook-id"] == two["webhook-id"] == message.key


def test_an_independent_library_refuses_what_was_altered(message: Message, receiver: Receiver, home: Home) -> None:
    send(message, home)
    headers, data = receiver.posted[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(data.replace(b"Valmont", b"Valmonts"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(data, headers)
    old = WebhookChannel(message.address, clock=lambda: time.time() - 3600)
    old.send(message)
    old.close()
    with pytest.raises(WebhookVerificationError, match="too old"):
        receiver.body()


def test_the_stamp_is_of_the_real_clock_whatever_now_is(message: Message, receiver: Receiver, home: Home) -> None:
    send(replace(message, created_at=NOW - timedelta(days=900)), home)
    assert receiver.body()


def test_two_secrets_both_sign(
    message: Message, receiver: Receiver, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", f"{OTHER} {SECRET}")
    send(message, home)
    headers, data = receiver.posted[0]
    assert Webhook(SECRET).verify(data, headers) == Webhook(OTHER).verify(data, headers)


@pytest.mark.parametrize("secret", [None, "", "hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%%"])
def test_a_secret_that_is_missing_or_none_is_said_and_nothing_is_sent(
    secret: str | None, message: Message, receiver: Receiver, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOCSIN_WEBHOOK_SECRET")
    if secret is not None:
        monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", secret)
    with pytest.raises(DeliveryError, match=r"\$TOCSIN_WEBHOOK_SECRET is not .*openssl rand") as caught:
        send(message, home)
    assert receiver.posted == []
    assert not secret or secret == "whsec_" or secret not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (301, "redirects are not followed"), (400, "400 Bad Request"), (410, "takes no more"), (429, "429"),
        (500, "500 Internal Server Error"), (599, "599"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(status: int, said: str, message: Message, receiver: Receiver, home: Home) -> None:
    receiver.status, receiver.headers = status, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    with pytest.raises(DeliveryError, match=said) as caught:
        send(message, home)
    assert len(receiver.posted) == 1
    assert caught.value.gone == (status == 410)
    assert caught.value.retry_after is None
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(("status", "pause"), [(429, timedelta(seconds=90)), (503, timedelta(seconds=90)), (500, None)])
def test_a_receiver_that_asks_for_a_pause(
    status: int, pause: timedelta | None, message: Message, receiver: Receiver, home: Home
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "90"}
    with pytest.raises(DeliveryError) as caught:
        send(message, home)
    assert caught.value.retry_after == pause


def test_retry_after_in_all_its_forms() -> None:
    stamp = NOW.timestamp()
    assert retry_after(format_datetime(NOW + timedelta(minutes=5), usegmt=True), stamp) == timedelta(minutes=5)
    assert retry_after(format_datetime(NOW - timedelta(minutes=5), usegmt=True), stamp) == timedelta(0)
    assert retry_after("9" * 400, stamp) == timedelta(hours=6)
    assert retry_after("soon", stamp) is retry_after("", stamp) is retry_after(None, stamp) is None


def test_nobody_there(message: Message, home: Home) -> None:
    with pytest.raises(DeliveryError, match="webhook: ConnectError") as caught:
        send(replace(message, address="webhook+http://127.0.0.1:9/t0ken"), home)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("webhook+https://hooks.example.org/tocsin", True), ("webhook+http://127.0.0.1:8080/x", True),
        ("webhook+http://localhost/x", True), ("webhook+http://hooks.example.org/tocsin", False),
        ("webhook+http://localhost.example.org/", False), ("webhook+ftp://hooks.example.org/", False),
        ("webhook+https://", False), ("webhook+", False), ("webhook+https://[", False),
    ],
)  # fmt: skip
def test_an_address_beyond_this_machine_is_https(address: str, fine: bool, message: Message, home: Home) -> None:
    assert (target(address) is None) == fine
    if not fine:
        with pytest.raises(DeliveryError, match=r"write webhook\+https"):
            send(replace(message, address=address), home)


def test_alerts_test_is_marked(receiver: Receiver, home: Home, make_subscription: Make) -> None:
    config = Config(subscriptions=(make_subscription(to=(receiver.address,)),))
    with Desk(home):
        pass
    assert send_test(home, config, "collectif", NOW) == [(receiver.address, None)]
    body = receiver.body()
    assert body["test"] is True
    assert body["sessions"] == []
    assert body["subject"].startswith("[ESSAI]")


def test_an_outcome_and_an_unknown_date_fit_the_schema(
    ours: House, make_fact: Make, make_subscription: Make, receiver: Receiver
) -> None:
    subscription = make_subscription(to=(receiver.address,))
    fact = make_fact(session_date=None, starts_at=None, place=None, body=None, page=None, session_id=None)
    (alert,) = plan([fact], [], [subscription], {}, Settings(), NOW).new
    voted = replace(fact, outcome=Outcome("adopted", 32, 7, 2))
    body = json.loads(to_message(Notice(receiver.address, (alert,), (voted,), (), (subscription,)), ours, NOW).body)
    validate(body)
    (session,) = body["sessions"]
    assert (session["date"], session["starts_at"], session["id"]) == (None, None, None)
    assert session["items"][0]["outcome"] == {
        "result": "adopted", "for": 32, "against": 7, "abstain": 2, "unanimous": False,
    }  # fmt: skip
