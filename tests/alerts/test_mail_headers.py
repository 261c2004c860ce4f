"""Headers by which mail programs thread, sort and unsubscribe."""

from __future__ import annotations

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from alerts.mail_headers import leave_token
from alerts.notice import House, Notice
from alerts.outbox import to_message
from alerts.planner import Settings, plan
from crawler.models import Subscription

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mail(ours: House, *subscriptions: Subscription, facts: tuple[Any, ...], kind: str = "found") -> EmailMessage:
    """A message of that kind to the first address."""
    alerts = plan(facts, [], subscriptions, {}, Settings(), NOW).new
    chosen = tuple(alert for alert in alerts if alert.kind == kind)[: len(subscriptions)]
    data = to_message(Notice("mailto:veille@example.org", chosen, facts, (), subscriptions), ours, NOW).body
    assert max(map(len, data.split(b"\r\n"))) <= 998
    message: EmailMessage = email.message_from_bytes(data, policy=policy.default)  # type: ignore[assignment]
    assert message.defects == []
    return message


def test_messages_of_one_session_form_a_thread(ours: House, make_fact: Make, make_subscription: Make) -> None:
    found = mail(ours, make_subscription(), facts=(make_fact(),))
    reminder = mail(ours, make_subscription(), facts=(make_fact(),), kind="reminder")
    other = mail(ours, make_subscription(), facts=(make_fact(session_id="s-2"),))
    assert found["Message-ID"] != reminder["Message-ID"]
    assert found["References"] == found["In-Reply-To"] == reminder["References"] != other["References"]
    assert str(found["References"]).endswith("@example.org>")
    assert "s-1" not in str(found["References"])


def test_a_passage_without_a_session_is_in_no_thread(ours: House, make_fact: Make, make_subscription: Make) -> None:
    message = mail(ours, make_subscription(), facts=(make_fact(session_id=None, item_id=None),))
    assert message["References"] is None
    assert message["In-Reply-To"] is None


@pytest.mark.parametrize(
    ("contact", "to"),
    [
        ("https://example.org/about", "tocsin@example.org"), (None, "tocsin@example.org"),
        ("veille@asso.example", "veille@asso.example"), ("mailto:veille@asso.example", "veille@asso.example"),
        ("https://example.org/@moi", "tocsin@example.org"),
    ],
)  # fmt: skip
def test_how_to_leave(contact: str | None, to: str, ours: House, make_fact: Make, make_subscription: Make) -> None:
    names = "Été à Lyon & <autres>\r\nBcc: x@example.org", "presse"
    message = mail(replace(ours, contact=contact), *map(make_subscription, names), facts=(make_fact(),))
    value = str(message["List-Unsubscribe"])
    link = urlsplit(value.strip("<>"))
    assert value == f"<{link.geturl()}>"
    assert (link.scheme, link.path) == ("mailto", to)
    word, *tokens = parse_qs(link.query)["subject"][0].split()
    assert word == "unsubscribe"
    assert sorted(tokens) == sorted(map(leave_token, names))
    assert "presse" not in value
    assert message["Bcc"] is None
    assert message["List-Unsubscribe-Post"] is None  # one click needs a web address that works


def test_a_token_is_short_and_its_own() -> None:
    tokens = {leave_token(f"abonnement {number}") for number in range(2000)}
    assert len(tokens) == 2000
    assert all(len(token) == 10 and token.isalnum() and token.islower() for token in tokens)


def test_long_names_of_hosts_and_councils_fold_nothing_away(
    ours: House, make_fact: Make, make_subscription: Make
) -> None:
    host = ".".join(["un-service-de-veille-au-nom-fort-long"] * 4) + ".example.org"
    council = replace(make_fact().council, id="une-communaute-de-communes-au-nom-interminable-et-plus-encore-que-cela")
    message = mail(
        replace(ours, sender=f"Tocsin <tocsin@{host}>"), *(make_subscription(f"x{n}") for n in range(20)),
        facts=(make_fact(council=council),),
    )  # fmt: skip
    assert "=?" not in "".join(str(message[name]) for name in ("Message-ID", "References", "List-Unsubscribe"))
    assert str(message["References"]).endswith(f"@{host}>")
    assert len(str(message.get_boundary())) <= 70
    assert len(str(message["List-Unsubscribe"]).split("%20")) == 21
