"""Every kind of message as a page: valid by a strict parser, loading nothing, readable, in both languages."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from importlib.resources import files
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from jsonschema import validate

from alerts.checklist import Checked, points
from alerts.message import compose, message_key
from alerts.notice import House, Notice
from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from alerts.view import test_view as trial_view
from alerts.view import view
from alerts.wording import words
from crawler.models import ALERT_KINDS, Alert, Outcome, Subscription

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 12)
OCCASIONS = {"reminder": "3d/2026-03-12", "heartbeat": "2026-W10"}
SCHEMA = json.loads(files("alerts").joinpath("channels/webhook.schema.json").read_text("utf-8"))
PLAIN = "Extension de la vidéoprotection"
HOSTILE = "</h3><script>x</script><img src=x onerror=y> & \" ' <!-- ]]> \u202e\r\nBcc: a@b vidéoprotection"


@pytest.fixture(params=[PLAIN, HOSTILE], ids=["plain", "hostile"])
def title(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def notice_of(make_fact: Make, make_change: Make, title: str) -> Callable[..., Notice]:
    """A notice of a kind, as full as it can be; everything that a stranger may have written is ``title``."""

    def made(kind: str, address: str = "mailto:veille@example.org", language: Any = "fr") -> Notice:
        voted = kind in ("outcome", "unannounced")
        fact = make_fact(
            item_title=title, excerpt=title, place=title, scanned=True, legible=0.5, phrase="vidéoprotection",
            outcome=Outcome("adopted", 32, 7, 2) if voted else None,
        )  # fmt: skip
        private = make_fact("i-2", item_title=title, private=True, document_url="file:/srv/secret.pdf")
        alert = Alert(
            f"a-{kind}", kind, title, "ville-de-valmont", "i-1", OCCASIONS.get(kind, "public:2"), "s-1", DAY, title,
            NOW, NOW,
        )  # type: ignore[arg-type]  # fmt: skip
        vote = VoteFact("i-1", NOW, "https://valmont.example/pv.pdf", "minutes", 2, announced=False, agenda_read_at=NOW)
        session = SessionFact("s-1", fact.council, title, DAY, place=title)
        source = SourceFact("x/site", fact.council, title, "blind", reason=title, failures=3, state_since=NOW)
        point = points()[0]
        changes = {
            "changed": (make_change("item-retitled", before=title, after=title), make_change()),
            "cancelled": (make_change("cancelled", before=None, after=None),),
        }
        return Notice(
            address, (alert,), () if kind in ("late-agenda", "blind", "recovered") else (fact, private),
            changes.get(kind, ()), (Subscription(title, (address,), language=language),),
            votes={"i-1": vote} if voted else {}, sessions=(session,), sources=(source,),
            checks={"i-1": (Checked(point, title, 2, "https://valmont.example/note.pdf"), Checked(point))},
        )  # fmt: skip

    return made


def page_of(data: bytes) -> str:
    message = email.message_from_bytes(data, policy=policy.default)
    part = message.get_body(("html",))  # type: ignore[attr-defined]
    return str(part.get_content())


def written(notice: Notice, ours: House) -> bytes:
    spoken = words(notice.language(ours))
    shown = view(notice, ours, spoken, NOW)
    return compose(shown, spoken, ours, notice.address, message_key(notice), NOW, (notice,))


def check(page: str, language: str) -> None:
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert root.get("lang") == language
    assert root.find("head/title").text
    tags = [element.tag for element in root.iter() if isinstance(element.tag, str)]
    assert set(tags).isdisjoint({"script", "style", "link", "img", "iframe", "object", "form", "base", "video", "svg"})
    assert tags.count("h1") == 1
    for element in root.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "srcset", "background")]
        assert "url(" not in element.get("style", "")
        assert re.match("https?://|mailto:", element.get("href", "https://"))
    low = [(text, ratio) for text, ratio in contrasts(root) if ratio < 4.5]  # WCAG 2.2, 1.4.3
    assert low == []


def contrasts(element: Element, ink: str = "#000000", paper: str = "#ffffff") -> Iterator[tuple[str, float]]:
    """(text, contrast of its colour with what is behind it) of every text of a page."""
    style = dict(re.findall(r"(?:^|;)\s*(color|background)\s*:\s*(#[0-9a-f]{6})", element.get("style", "")))
    ink, paper = style.get("color", ink), style.get("background", paper)
    if (element.text or "").strip():
        yield str(element.text).strip(), contrast(ink, paper)
    for child in element:
        if isinstance(child.tag, str) and child.tag != "head":
            yield from contrasts(child, ink, paper)


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_measured() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    root = html5lib.parse('<p style="color:#999999">pâle', namespaceHTMLElements=False)
    assert [text for text, ratio in contrasts(root) if ratio < 4.5] == ["pâle"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ALERT_KINDS)
def test_a_page_of_each_kind(kind: str, language: str, notice_of: Make, ours: House) -> None:
    house = replace(ours, portal="https://tocsin.example.org")
    page = page_of(written(notice_of(kind, language=language), house))
    check(page, language)
    assert "secret.pdf" not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_test(language: Any, title: str, ours: House) -> None:
    spoken = words(language)
    shown = trial_view(Subscription(title, ("mailto:a@example.org",)), ours, spoken)
    check(page_of(compose(shown, spoken, ours, "mailto:a@example.org", "test-1", NOW, test=True)), language)


@pytest.mark.parametrize("kind", ALERT_KINDS)
def test_a_webhook_of_each_kind_fits_the_schema(kind: str, notice_of: Make, ours: House) -> None:
    body = json.loads(written(notice_of(kind, address="webhook+https://hooks.example.org/x"), ours))
    validate(body, SCHEMA)
    assert body["kinds"] == [kind]
    assert bool(body["sessions"]) == (kind not in ("blind", "recovered"))
