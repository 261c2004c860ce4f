"""One contract for every channel: whatever a document's title holds, it stays text on its way to a reader."""

from __future__ import annotations

import base64
import email
import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from typing import Any

import feedparser
import html5lib
import pytest
import vobject
from click.testing import CliRunner
from icalendar import Calendar
from jsonschema import validate
from standardwebhooks import Webhook

from alerts import feeds
from alerts.channels.apprise_channel import AppriseChannel, fitted, unmarked
from alerts.outbox import deliver, plan_and_store
from crawler.cli.main import cli
from crawler.config import Alerts, Config
from crawler.models import Council, Subscription
from db.home import Home
from db.store.messages import Message

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by apprise
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
TITLES = {
    "header": "Titre\r\nBcc: victime@example.org\r\n\r\nContent-Type: text/html\r\n\r\nfin",
    "html": '</h3><script>alert(1)</script><img src=x onerror="alert(1)"><style>*{}</style>" onmouseover="x" <!-- ]]>',
    "formula": "=HYPERLINK(\"https://mal.example/\";\"clic\")+cmd|' /C calc'!A0",
    "bidi": "\u202egnp.exe\u202c \u2066caché\u2069 \u200fdroite \u061c",
    "invisible": "z\u200bé\u200dr\u2060o \ufeff\u00adlarge\U000e0041\U000e0042",
    "control": "nul\x00 cloche\x07 échap\x1b[31m\x1b]0;titre\x07 saut\x0c\x0b\x85\u2028\u2029 del\x7f c1\x9b31m",
    "surrogate": "moitié \ud83d et \udc00 seule",
    "long": "Vidéoprotection " + "A" * 10_000,
    "emoji": "👁️‍🗨️ caméras 👮🏽‍♀️ 🇫🇷 " + "é́́́́" * 50,
    "mention": "@everyone <!channel> <@U012> <@&9> @here @maire@mastodon.example <https://mal.example|mairie.fr>",
    "markdown": "[mairie](javascript:alert(1)) ![x](https://mal.example/p.png) ```code``` ||caché|| ~~barré~~ # h",
    "ical": "a;b,c\\nDTSTART:19990101\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:https://mal.example/\\",
    "template": "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} {council} %s %(x)s &amp; &#60;b&#62;",
}  # fmt: skip
COUNCIL = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84")


@pytest.fixture(params=TITLES)
def title(request: pytest.FixtureRequest) -> str:
    return TITLES[request.param]


@pytest.fixture
def flagged(home: Home, archive: Any, title: str) -> Home:
    """A home with one flagged item of that title, in a place of that name."""
    archive.put({"items": (title,), "place": title})
    return home


@dataclass
class Endpoint:
    """What was posted to an address on loopback."""

    port: int
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.posted.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    known = Endpoint(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def sent(home: Home, address: str, smtp: str | None = None) -> None:
    """Plan and deliver to one address."""
    config = Config(alerts=Alerts(smtp=smtp), councils=(COUNCIL,), subscriptions=(Subscription("x", (address,)),))
    plan_and_store(home, config, NOW)
    summary = deliver(home, config, NOW)
    assert (summary.sent, summary.errors) == (1, ())


def assert_prints(text: str, lines: bool = True) -> None:
    """Nothing in it steers a terminal, reverses what stands around it, or cannot be seen."""
    kept = text.replace("\n", "") if lines else text
    assert {char for char in kept if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")} == set()
    assert len(text) < 20_000


def assert_safe_page(page: str) -> None:
    """Valid, with nothing that loads or runs, and links that lead to the web or to a mailbox."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags.isdisjoint({"script", "style", "link", "img", "iframe", "object", "form", "base", "video", "svg"})
    for element in tree.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "srcset")]
        assert element.get("href", "https:").startswith(("https:", "http:", "mailto:"))


def assert_safe_mail(data: bytes) -> None:
    assert max(map(len, data.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(data, policy=policy.default)
    assert all(not part.defects for part in message.walk())
    headers = [name for name in message if name.lower() not in ("received", "x-peer", "x-mailfrom", "x-rcptto")]
    assert headers == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe", "In-Reply-To",
        "References", "MIME-Version", "Content-Type", "Content-Language",
    ]  # fmt: skip
    for name in headers:
        assert_prints(str(message[name]), lines=False)
        assert not message[name].defects, name
    assert len(str(message["Subject"])) <= 200
    plain, page = message.get_body(("plain",)), message.get_body(("html",))  # type: ignore[attr-defined]
    assert_prints(plain.get_content().replace("\r\n", "\n"))
    assert_safe_page(page.get_content().replace("\r\n", "\n"))


def test_mail(flagged: Home, mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        taken.append(envelope.content)
        return "250 OK"

    monkeypatch.setattr(mailbox, "handle_DATA", handle)
    sent(flagged, "mailto:veille@example.org", mailbox.url)
    assert_safe_mail(taken[0])


def test_files_of_mail(flagged: Home) -> None:
    sent(flagged, "mailto:veille@example.org")
    (path,) = flagged.outbox.iterdir()
    assert re.fullmatch(r"[a-z0-9-]{1,120}\.eml", path.name)
    assert_safe_mail(path.read_bytes())


def test_webhook(flagged: Home, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_WEBHOOK_SECRET", SECRET)
    sent(flagged, f"webhook+http://127.0.0.1:{endpoint.port}/x")
    ((headers, data),) = endpoint.posted
    body = Webhook(SECRET).verify(data, headers)
    validate(body, json.loads(files("alerts").joinpath("channels/webhook.schema.json").read_text("utf-8")))
    assert_prints(body["text"])
    ((item,), place) = body["sessions"][0]["items"], body["sessions"][0]["place"]
    for text in (body["subject"], item["title"], item["excerpt"], place):
        assert_prints(text, lines=False)
    assert "victime" not in str(dict(headers))


def test_chat(flagged: Home, endpoint: Endpoint) -> None:
    sent(flagged, f"json://127.0.0.1:{endpoint.port}/x")
    ((_, data),) = endpoint.posted
    posted = json.loads(data)
    assert_prints(posted["message"])
    assert_prints(posted["title"], lines=False)
    for text in (posted["title"], posted["message"]):
        assert not re.search(r"(^|\s)@\w|<[!@#h]|\]\(|`|\*\*|\|\||~~", text)


def test_atom(flagged: Home) -> None:
    feeds.write(flagged, Config(councils=(COUNCIL,)), NOW)
    parsed = feedparser.parse((flagged.feeds / "tocsin.atom").read_bytes(), sanitize_html=False)
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert_prints(entry.title, lines=False)
    assert_prints(entry.content[0].value)
    assert_safe_page(f'<!DOCTYPE html><html lang="fr"><head><title>x</title></head>{entry.content[0].value}</html>')
    assert entry.link == "https://valmont.example/odj.pdf"


def test_calendar(flagged: Home) -> None:
    feeds.write(flagged, Config(councils=(COUNCIL,)), NOW)
    data = (flagged.feeds / "tocsin.ics").read_bytes()
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert not event.errors
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "SUMMARY", "DESCRIPTION", "CATEGORIES", "STATUS",
        "TRANSP", "LOCATION", "URL",
    }  # fmt: skip
    assert max(map(len, data.split(b"\r\n"))) <= 75
    (other,) = vobject.readOne(data.decode()).contents["vevent"]
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert_prints(str(event[name]))
        assert other.contents[name.lower()][0].value == str(event[name])


def test_terminal(flagged: Home) -> None:
    flagged.config.write_text(
        '[[council]]\nid = "ville-de-valmont"\nname = "Valmont"\nwebsite = "http://127.0.0.1/"\n'
        '[[subscription]]\nname = "x"\nto = ["mailto:veille@example.org"]\n'
    )
    result = CliRunner().invoke(cli, ["--home", str(flagged.root), "--now", NOW.isoformat(), "alerts", "preview"])
    assert result.exit_code == 0, result.output
    assert "Subject: Valmont" in result.output
    assert_prints(result.output)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("écrire à mairie@valmont.example", "écrire à mairie@valmont.example"), ("@everyone", "@ everyone"),
        ("(@here)", "(@ here)"), ("<@&99>", "‹@ &99›"), ("[a](b)", "[a] (b)"), ("a||b||c", "a| |b| |c"),
        ("5 * 4 = 20, a_b", "5 * 4 = 20, a_b"), ("https://a.example/x_y?z=1&t=2", "https://a.example/x_y?z=1&t=2"),
    ],
)  # fmt: skip
def test_marks_of_chat_services(text: str, shown: str) -> None:
    assert unmarked(text) == shown


def test_a_text_is_cut_at_a_line() -> None:
    text = "\n".join(f"ligne {number}" for number in range(100))
    assert fitted(text, 5000) == text
    short = fitted(text, 100)
    assert len(short) <= 100
    assert short.splitlines()[-1] == "…"
    assert set(short.splitlines()[:-1]) < set(text.splitlines())
    assert len(fitted("A" * 900, 500)) <= 500


@pytest.mark.parametrize(
    ("address", "room"), [("mastodon://t0ken@mastodon.example", 500), ("ntfy://h.example/x", 7800)]
)
def test_a_service_that_takes_little_gets_the_beginning(
    address: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[dict[str, Any]] = []
    channel = AppriseChannel(address)
    monkeypatch.setattr(channel._service, "notify", lambda **values: posted.append(values) or True)
    text = "\n".join(f"ligne {number}" for number in range(2000))
    channel.send(Message("k", "<k@x>", address, None, "Sujet", json.dumps({"text": text}).encode(), NOW))
    (values,) = posted
    assert room // 2 < len(values["title"]) + 2 + len(values["body"]) <= room + len("Sujet") + 2
    assert values["body"].startswith("ligne 0\nligne 1\n")
    if room == 500:  # it has no titles: both stand in one text
        assert len(values["title"]) + 2 + len(values["body"]) <= room
