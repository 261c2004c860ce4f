"""One contract for every channel: a message is accepted whole or DeliveryError says why."""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from alerts.channels import smtp as smtp_module
from alerts.channels.choose import lane, open_channel
from alerts.channels.smtp import SmtpChannel
from alerts.message import compose
from alerts.notice import House
from alerts.view import test_view as trial_view
from alerts.wording import words
from crawler.config import Alerts, Config
from crawler.errors import DeliveryError
from crawler.models import Subscription
from db.home import Home
from db.store.messages import Message

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by apprise
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def message(address: str) -> Message:
    house, language = House(sender="Tocsin <tocsin@example.org>"), words("fr")
    shown = trial_view(Subscription("été", (address,)), house, language)
    body = compose(shown, language, house, address, "test-1", NOW, test=True)
    return Message("test-1", "<test-1@example.org>", address, None, shown.subject, body, NOW)


@dataclass
class Hook:
    """A web hook on loopback."""

    port: int
    posted: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if known.status == 200:
                known.posted.append(json.loads(body))
            self.send_response(known.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    known = Hook(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Case:
    """A channel that works, what it has taken, and how to break it."""

    config: Config
    address: str
    taken: Callable[[], list[str]]
    spoil: Callable[[], object] | None


@pytest.fixture(params=["eml", "smtp", "webhook", "apprise", "feed"])
def case(request: pytest.FixtureRequest, home: Home, mailbox: Any, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", "whsec_" + "QUJD" * 8)

    def refuse() -> None:
        mailbox.refuse = "550 no"

    def break_hook() -> None:
        hook.status = 500

    files: Callable[[], list[str]] = lambda: [path.read_text() for path in sorted(home.outbox.glob("*"))]  # noqa: E731
    return {
        "eml": Case(Config(), "mailto:a@example.org", files, home.outbox.touch),
        "smtp": Case(
            Config(alerts=Alerts(smtp=mailbox.url)), "mailto:a@example.org",
            lambda: [each.as_string() for each in mailbox.accepted], refuse,
        ),
        "webhook": Case(
            Config(), f"webhook+http://127.0.0.1:{hook.port}/s3cret", lambda: [each["text"] for each in hook.posted],
            break_hook,
        ),
        "apprise": Case(
            Config(), f"json://127.0.0.1:{hook.port}/s3cret", lambda: [each["message"] for each in hook.posted],
            break_hook,
        ),
        "feed": Case(Config(), "feed", lambda: ["Ceci est un essai"], None),
    }[request.param]  # fmt: skip


def test_it_takes_a_message(case: Case, home: Home) -> None:
    channel = open_channel(lane(case.address), home, case.config)
    channel.send(message(case.address))
    channel.send(message(case.address))  # a repeat is no error
    channel.close()
    assert "Ceci est un essai" in case.taken()[0]
    assert "s3cret" not in channel.name


def test_it_says_why_it_does_not(case: Case, home: Home) -> None:
    if case.spoil is None:
        pytest.skip("the feed takes everything: nothing is sent")
    case.spoil()
    channel = open_channel(lane(case.address), home, case.config)
    with pytest.raises(DeliveryError) as caught:
        channel.send(message(case.address))
    channel.close()
    assert str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_mail_to_no_address_is_refused(home: Home, mailbox: Any) -> None:
    for config in (Config(), Config(alerts=Alerts(smtp=mailbox.url))):
        channel = open_channel("mail", home, config)
        with pytest.raises(DeliveryError, match="not an e-mail address"):
            channel.send(message("mailto:nobody"))
        channel.close()


def test_files_are_exact(home: Home) -> None:
    channel = open_channel("mail", home, Config())
    for _ in range(2):
        channel.send(message("mailto:a@example.org"))
    assert [path.name for path in home.outbox.iterdir()] == ["test-1.eml"]
    assert (home.outbox / "test-1.eml").read_bytes() == message("mailto:a@example.org").body


def test_what_a_killed_writer_left_is_swept(home: Home) -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    home.outbox.mkdir()
    left, others = home.outbox / f".a.b.eml.{process.pid}.tmp", home.outbox / f".c.eml.{os.getpid()}.tmp"
    for path in (left, others):
        path.write_text("half")
    open_channel("mail", home, Config()).send(message("mailto:a@example.org"))
    assert sorted(path.name for path in home.outbox.iterdir()) == [others.name, "test-1.eml"]


@pytest.mark.parametrize(("status", "said"), [(401, "401"), (404, "404"), (500, "500"), (503, "503")])
def test_apprise_says_why_without_the_address(status: int, said: str, home: Home, hook: Hook) -> None:
    hook.status = status
    address = f"json://user:s3cret@127.0.0.1:{hook.port}/t0ken"
    channel = open_channel(lane(address), home, Config())
    with pytest.raises(DeliveryError, match=rf"apprise json: .*{said}") as caught:
        channel.send(message(address))
    assert not re.search(r"s3cret|t0ken|user|127\.0\.0\.1", str(caught.value))
    with pytest.raises(DeliveryError) as caught:
        open_channel("json://127.0.0.1:9/t0ken", home, Config()).send(message("json://127.0.0.1:9/t0ken"))
    assert not re.search(r"t0ken|127\.0\.0\.1", str(caught.value))


def test_an_unknown_service(home: Home) -> None:
    channel = open_channel("nosuch://x", home, Config())
    with pytest.raises(DeliveryError, match="not an address"):
        channel.send(message("nosuch://x"))


def test_a_dead_server_is_asked_once_per_run() -> None:
    channel = SmtpChannel("smtp://127.0.0.1:9")
    for _ in range(2):
        with pytest.raises(DeliveryError, match=r"127\.0\.0\.1:9"):
            channel.send(message("mailto:a@example.org"))
    channel.url = channel.url._replace(netloc="127.0.0.1:1")  # it would say so if it asked again
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1:9"):
        channel.send(message("mailto:a@example.org"))


def test_a_user_needs_a_password(mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOCSIN_SMTP_PASSWORD", raising=False)
    with pytest.raises(DeliveryError, match="TOCSIN_SMTP_PASSWORD"):
        SmtpChannel(mailbox.url.replace("//", "//user@")).send(message("mailto:a@example.org"))


class TrustingPost:
    """Takes what comes with the right password."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    @staticmethod
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"us@er", b"p ss"), handled=False)


class TlsController(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server_context(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody but its owner has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOW - timedelta(days=9999)).not_valid_after(NOW + timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_starttls_is_used_where_it_is_offered(server_context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    post = TrustingPost()
    controller = TlsController(
        post, hostname="127.0.0.1", port=0, tls_context=server_context, authenticator=post.check, auth_required=True
    )
    controller.start()
    try:
        url = f"smtp://us%40er@127.0.0.1:{controller.port}"
        monkeypatch.setenv("TOCSIN_SMTP_PASSWORD", "p ss")
        channel = SmtpChannel(url)
        channel.send(message("mailto:a@example.org"))
        channel.close()
        assert post.encrypted == [True]
        monkeypatch.setenv("TOCSIN_SMTP_PASSWORD", "wrong")
        with pytest.raises(DeliveryError, match="535"):
            SmtpChannel(url).send(message("mailto:a@example.org"))
        monkeypatch.setattr(smtp_module, "LOOPBACK", ("nowhere",))
        with pytest.raises(DeliveryError, match="certificate verify failed"):
            SmtpChannel(url).send(message("mailto:a@example.org"))
    finally:
        controller.stop()


def test_a_password_is_not_sent_in_clear(mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_PASSWORD", "secret")
    monkeypatch.setattr(smtp_module, "LOOPBACK", ("nowhere",))
    with pytest.raises(DeliveryError, match="not sent in clear"):
        SmtpChannel(mailbox.url.replace("//", "//user@")).send(message("mailto:a@example.org"))
