"""From archive to mail server: one message per session and address, none lost, none twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts import outbox
from alerts.outbox import DeliverySummary, deliver, enqueue, plan_and_store
from crawler.config import Alerts, Config
from crawler.errors import ConfigError, DeliveryError
from crawler.models import Subscription
from db.home import Home
from db.store.desk import Desk

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def config(*subscriptions: Subscription, smtp: str | None = None, **alerts: Any) -> Config:
    given = {"smtp": smtp, "sender": "Tocsin <tocsin@example.org>"} | alerts
    return Config(alerts=Alerts(**given), subscriptions=subscriptions)


def states(home: Home) -> dict[str, str]:
    with Desk(home) as desk:
        return {f"{alert.subscription} {alert.kind} {alert.occasion}".strip(): alert.state for alert in desk.alerts()}


def test_from_facts_to_a_file(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription())
    assert plan_and_store(home, setup, NOW) == 4
    assert plan_and_store(home, setup, NOW) == 0
    assert deliver(home, setup, NOW) == DeliverySummary(sent=1)
    assert deliver(home, setup, NOW) == DeliverySummary()
    (file,) = home.outbox.iterdir()
    assert file.suffix == ".eml"
    with Desk(home) as desk:
        (found,) = [alert for alert in desk.alerts() if alert.kind == "found"]
        assert (found.state, found.sent_at) == ("sent", NOW)
        assert found.message_id == f"<{file.stem}@example.org>"
    assert home.desk.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


def test_one_message_per_session_and_address_over_all_subscriptions(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({"items": ("Vidéoprotection", "Caméras")}, {"id": "s-2", "date": date(2026, 3, 19)})
    one, other = "mailto:a@example.org", "mailto:b@example.org"
    setup = config(make_subscription("un", to=(one, other)), make_subscription("deux", to=(one,)), smtp=mailbox.url)
    plan_and_store(home, setup, NOW)
    assert deliver(home, setup, NOW).sent == 4
    assert sorted(str(message["To"]) for message in mailbox.accepted) == ["a@example.org"] * 2 + ["b@example.org"] * 2
    assert len(set(mailbox.ids)) == 4
    both = [message for message in mailbox.accepted if message["To"] == "a@example.org"]
    text = both[0].get_body(("plain",)).get_content()
    assert "« un »" in text.replace("\u00a0", " ")
    assert "« deux »" in text.replace("\u00a0", " ")
    assert set(states(home).values()) == {"sent", "planned"}


def test_reminders_are_sent_when_they_fall_due(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription(), smtp=mailbox.url)
    plan_and_store(home, setup, NOW)
    for day in range(15):
        for hour in (0, 12):
            moment = NOW + timedelta(days=day, hours=hour)
            plan_and_store(home, setup, moment)
            deliver(home, setup, moment)
    subjects = [str(message["Subject"]).replace("\u00a0", " ") for message in mailbox.accepted]
    assert [subject.partition(" : ")[0] for subject in subjects] == [
        "Valmont, conseil municipal du jeudi 12 mars 2026", "Rappel", "Rappel", "Bilan de la semaine", "Rappel",
        "Bilan de la semaine",
    ]  # fmt: skip
    assert len(set(mailbox.ids)) == 6


def test_an_answer_that_is_lost_repeats_the_same_message(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({})
    setup = config(make_subscription(), smtp=mailbox.url)
    plan_and_store(home, setup, NOW)
    mailbox.drop_after_data = 1
    first = deliver(home, setup, NOW)
    assert (first.sent, first.refused, first.failed) == (0, 1, True)
    assert "closed the connection" in first.errors[0]
    assert deliver(home, setup, NOW) == DeliverySummary(waiting=1)  # not yet: the delay grows
    assert deliver(home, setup, NOW + timedelta(minutes=2)).sent == 1
    assert len(mailbox.ids) == 2
    assert len(set(mailbox.ids)) == 1
    assert mailbox.accepted[0].as_bytes() == mailbox.accepted[1].as_bytes()


def test_retries_grow_and_end_with_the_vote(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({"date": date(2026, 3, 4)})
    setup = config(make_subscription(), smtp=mailbox.url, reminders=())
    plan_and_store(home, setup, NOW)
    mailbox.refuse = "451 try later"
    attempts = []
    moment = NOW
    while moment < NOW + timedelta(days=4):
        summary = deliver(home, setup, moment)
        attempts += [moment - NOW] * summary.refused
        if summary.given_up:
            break
        moment += timedelta(minutes=1 if len(attempts) < 4 else 60)
    assert [round(at.total_seconds() / 60) for at in attempts[:7]] == [0, 1, 6, 21, 81, 261, 621]
    assert summary.given_up == 1
    assert "451 try later" in summary.errors[0]
    assert moment >= datetime(2026, 3, 4, 23, 0, tzinfo=UTC)  # midnight in Paris
    assert states(home) == {"collectif found": "failed"}
    with Desk(home) as desk:
        (row,) = desk.undelivered()
        assert (row["state"], "451 try later" in row["error"]) == ("failed", True)


def test_a_dead_channel_does_not_hold_the_others(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription(to=("mailto:a@example.org", "feed")), smtp="smtp://127.0.0.1:9")
    plan_and_store(home, setup, NOW)
    summary = deliver(home, setup, NOW)
    assert (summary.sent, summary.refused, summary.waiting) == (1, 1, 1)
    assert states(home)["collectif found"] == "sent"  # one address has it
    assert "mail server 127.0.0.1:9" in summary.errors[0]


def test_a_due_alert_whose_vote_is_past_is_dropped(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription())
    plan_and_store(home, setup, NOW)
    late = datetime(2026, 3, 13, 9, tzinfo=UTC)
    assert deliver(home, setup, late) == DeliverySummary(dropped=4)
    assert set(states(home).values()) == {"dropped"}
    assert not home.outbox.exists()


def test_a_change_is_told_once_with_what_changed(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make, make_change: Make
) -> None:
    setup = config(make_subscription(), smtp=mailbox.url, reminders=())
    archive.put({})
    plan_and_store(home, setup, NOW)
    deliver(home, setup, NOW)
    later = NOW + timedelta(days=1)
    moved = make_change("moved", before="2026-03-12", after="2026-03-13", version_id="public:2", seen_at=later)
    archive.put({"date": date(2026, 3, 13)}, changes=(moved, make_change(seen_at=later)), at=later)
    assert plan_and_store(home, setup, later) == 1
    assert plan_and_store(home, setup, later) == 0
    assert deliver(home, setup, later).sent == 1
    message = mailbox.accepted[-1]
    text = message.get_body(("plain",)).get_content().replace("\u00a0", " ")
    assert str(message["Subject"]).startswith("Changement")
    assert "date : jeudi 12 mars 2026 → vendredi 13 mars 2026" in text
    assert "lieu : « Salle des mariages » → « Gymnase »" in text


def test_private_evidence_is_quoted_without_copy_path_or_hash(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({}, private=True)
    setup = config(make_subscription(), smtp=mailbox.url)
    plan_and_store(home, setup, NOW)
    deliver(home, setup, NOW)
    (message,) = mailbox.accepted
    whole = "".join(part.get_content() for part in message.walk() if not part.is_multipart())
    assert "Extension de la" in whole
    assert "projet.pdf" not in whole
    assert "file:" not in whole
    assert "SHA" not in whole


def test_names_in_both_places_are_an_error(home: Home, make_subscription: Make) -> None:
    with Desk(home) as desk:
        desk.db.execute(
            'INSERT INTO subscriptions (name, origin, "to", criteria, created_at) '
            "VALUES ('collectif', 'desk', '[]', '{}', '')"
        )
        desk.db.conn.commit()
    with pytest.raises(ConfigError, match="collectif"):
        plan_and_store(home, config(make_subscription()), NOW)


def test_a_removed_subscription_ends_and_returns(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription())
    plan_and_store(home, setup, NOW)
    plan_and_store(home, config(), NOW)
    assert set(states(home).values()) == {"dropped"}
    plan_and_store(home, setup, NOW + timedelta(hours=1))
    assert set(states(home).values()) == {"planned"}


def test_a_kill_between_queueing_and_sending_loses_nothing(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({})
    setup = config(make_subscription(), smtp=mailbox.url)
    plan_and_store(home, setup, NOW)
    with Desk(home) as desk:
        assert enqueue(home, setup, desk, NOW) == 0
        (waiting,) = desk.waiting(NOW)
        desk.begin_delivery(waiting.key, "smtp", NOW)  # and here the power goes
    assert deliver(home, setup, NOW).sent == 1
    assert mailbox.ids == [waiting.message_id]
    connection = sqlite3.connect(home.desk)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_only_one_process_delivers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LOCK_SECONDS", 0.1)
    with outbox.only_sender(home), pytest.raises(DeliveryError, match="another process"):
        deliver(home, config(), NOW)


def test_addresses_are_forgotten_after_ninety_days(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription())
    plan_and_store(home, setup, NOW)
    deliver(home, setup, NOW)
    with Desk(home) as desk:
        assert desk.forget_addresses(NOW + timedelta(days=89)) == 0
        assert desk.forget_addresses(NOW + timedelta(days=91)) == 1
        assert desk.db.execute("SELECT address, body, subject FROM messages").fetchall() == [("", b"", "")]


def test_merged_items_are_one_item(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({}, {"id": "s-2"})
    setup = config(make_subscription(), reminders=())
    assert plan_and_store(home, setup, NOW) == 2
    deliver(home, setup, NOW)
    archive.put({"aliases": ("s-2",)})
    with Desk(home) as desk:
        before = desk.alerts()
    assert plan_and_store(home, setup, NOW + timedelta(hours=1)) == 0
    with Desk(home) as desk:
        assert desk.alerts() == before
