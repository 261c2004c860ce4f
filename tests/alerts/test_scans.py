"""What a message, a feed and a calendar say of words that were recognised on a scanned page."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from alerts.atom import Entries, atom
from alerts.calendar import Events, calendar
from alerts.message import compose, message_key
from alerts.notice import House, Notice
from alerts.planner import Settings, plan
from alerts.view import view
from alerts.wording import words
from crawler.models import Subscription

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCANNED = {
    "fr": "texte reconnu par une machine sur une page scannée",
    "en": "text recognised by a machine on a scanned page",
}
DOUBT = {
    "fr": f"{SCANNED['fr']}\u00a0; lecture incertaine\u00a0: à vérifier sur le document",
    "en": f"{SCANNED['en']}; uncertain reading: check it against the document",
}
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def parts(ours: House, fact: Any, language: Any) -> list[str]:
    """The plain text and the HTML of the message about a fact, each on one line."""
    subscription = Subscription("collectif", ("mailto:veille@example.org",), language=language)
    alerts = plan([fact], [], [subscription], {}, Settings(), NOW).new
    notice = Notice("mailto:veille@example.org", alerts[:1], (fact,), (), (subscription,))
    spoken = words(language)
    body = compose(view(notice, ours, spoken, NOW), spoken, ours, notice.address, message_key(notice), NOW)
    message: EmailMessage = email.message_from_bytes(body, policy=policy.default)  # type: ignore[assignment]
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [re.sub(r"\s*\n {4}", " ", part.get_content()) for part in found if part is not None]


@LANGUAGES
def test_a_scan_is_said_to_be_one(ours, make_fact, language):
    for text in parts(ours, make_fact(scanned=True, legible=0.9), language):
        assert SCANNED[language] in text
        assert DOUBT[language] not in text


@LANGUAGES
def test_doubt_is_told_with_what_to_do(ours, make_fact, language):
    for text in parts(ours, make_fact(scanned=True, legible=0.4), language):
        assert DOUBT[language] in text


@LANGUAGES
def test_a_scan_that_a_text_confirms_bears_no_doubt(ours, make_fact, language):
    for text in parts(ours, make_fact(scanned=True, legible=None), language):
        assert SCANNED[language] in text
        assert DOUBT[language] not in text


@LANGUAGES
def test_of_a_text_nothing_is_said(ours, make_fact, language):
    for text in parts(ours, make_fact(), language):
        assert "OCR" not in text


@LANGUAGES
def test_feeds_and_calendars_tell_it_too(ours, make_fact, language):
    doubtful, text = make_fact(scanned=True, legible=0.4), make_fact(item="i-2")
    spoken = words(language)
    entry, other = (atom("Tocsin", "urn:x", [fact], Entries(ours, spoken, {})).decode() for fact in (doubtful, text))
    assert DOUBT[language] in entry
    assert "OCR" not in other
    events = [
        icalendar.Calendar.from_ical(calendar("Tocsin", [[fact]], Events(ours, spoken, {}))).walk("VEVENT")[0]
        for fact in (doubtful, text)
    ]
    assert DOUBT[language] in str(events[0]["description"])
    assert "OCR" not in str(events[1]["description"])
