"""Digests, quiet hours, retries and rates on their way from the archive to a real mail server."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import pytest
from lxml import etree

from alerts.channels.smtp import SmtpChannel
from alerts.lanes import allowed, in_turn, next_attempt
from alerts.outbox import deliver, plan_and_store
from alerts.trial import preview, send_test
from crawler.cli.main import run as command
from crawler.config import Alerts, Config, Rate, load_config
from crawler.config_checks import rate_parts
from crawler.errors import ConfigError, DeliveryError
from crawler.models import QuietHours, Subscription
from db.home import Home
from db.store.desk import Desk
from db.store.messages import Message

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Paris
A, B = "mailto:a@example.org", "mailto:b@example.org"


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def config(*subscriptions: Subscription, smtp: str | None = None, **alerts: Any) -> Config:
    given = {"smtp": smtp, "sender": "Tocsin <tocsin@example.org>", "reminders": ()} | alerts
    return Config(alerts=Alerts(**given), subscriptions=subscriptions)


def run(home: Home, setup: Config, *moments: datetime) -> list[Any]:
    found = []
    for moment in moments:
        plan_and_store(home, setup, moment)
        found.append(deliver(home, setup, moment))
    return found


def subjects(mailbox: Any) -> list[str]:
    return [str(each["Subject"]).replace("\u00a0", " ") for each in mailbox.accepted]


def text_of(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content()).replace("\u00a0", " ")


def states(home: Home) -> dict[str, str]:
    with Desk(home) as desk:
        return {f"{alert.subscription} {alert.kind} {alert.subject}": alert.state for alert in desk.alerts()}


TWO: tuple[dict[str, Any], ...] = ({}, {"id": "s-2", "date": date(2026, 3, 19), "items": ("Caméras", "Drones")})


def test_one_message_a_morning(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put(*TWO)
    setup = config(make_subscription(digest="daily"), smtp=mailbox.url)
    moments = (NOW, paris("2026-03-03T07:59"), paris("2026-03-03T08:00"))
    assert [each.sent for each in run(home, setup, *moments)] == [0, 0, 1]
    assert subjects(mailbox) == ["Tocsin : 3 votes à venir (mardi 3 mars 2026)"]
    text = text_of(mailbox.accepted[0])
    assert text.index("jeudi 12 mars 2026") < text.index("jeudi 19 mars 2026")
    assert all(len(line) <= 72 or "http" in line or "SHA" in line for line in text.splitlines())
    for said in ("EN BREF", "VOTES À VENIR", "abonnement « collectif »", "empreinte SHA-256", "Drones"):
        assert said in text
    assert mailbox.accepted[0]["References"].startswith("<thread-")
    assert set(states(home).values()) == {"sent"}
    assert run(home, setup, paris("2026-03-03T08:01"), paris("2026-03-04T08:00"))[-1].sent == 0


def test_what_waits_says_why(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription("un", digest="weekly"))
    run(home, setup, NOW)
    with Desk(home) as desk:
        (row,) = desk.alert_rows()
        assert (row["state"], row["reason"]) == ("planned", "waits for the digest of 2026-03-09 08:00")
        assert desk.ripe(NOW) == 0
    (shown,) = preview(home, setup, NOW)
    assert (shown.leaves_at, shown.waits_for) == (paris("2026-03-09T08:00"), "its digest")
    assert shown.subject.replace("\u00a0", " ") == "Tocsin : 1 vote à venir (semaine du 9 au 15 mars)"


def test_a_vote_before_the_digest_breaks_out_and_is_told_once(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({"date": date(2026, 3, 6)}, TWO[1])
    setup = config(make_subscription(digest="weekly"), smtp=mailbox.url)
    assert run(home, setup, NOW)[0].sent == 1
    assert "vendredi 6 mars" in subjects(mailbox)[0]
    run(home, setup, paris("2026-03-09T08:00"))
    digest = text_of(mailbox.accepted[-1])
    assert subjects(mailbox)[-1].startswith("Tocsin : 2 votes à venir (semaine du 9 au 15 mars)")
    assert "6 mars" not in digest.split("POURQUOI")[0].replace("16 mars", "")


def test_a_session_that_moves_nearer_breaks_out(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make, make_change: Make
) -> None:
    archive.put({})
    setup = config(make_subscription(digest="weekly"), smtp=mailbox.url)
    assert run(home, setup, NOW)[0].sent == 0
    later = NOW + timedelta(days=1)
    moved = make_change("moved", before="2026-03-12", after="2026-03-05", seen_at=later)
    archive.put({"date": date(2026, 3, 5)}, changes=(moved,), at=later)
    assert run(home, setup, later)[0].sent == 1
    assert "jeudi 5 mars" in subjects(mailbox)[0]


def test_an_address_with_both_hears_once(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({})
    both = (make_subscription("vite", to=(A,)), make_subscription("lent", to=(A, B), digest="weekly"))
    setup = config(*both, smtp=mailbox.url)
    assert run(home, setup, NOW)[0].sent == 1
    assert states(home) == {"vite found i-s-1-1": "sent", "lent found i-s-1-1": "planned"}
    run(home, setup, paris("2026-03-09T08:00"))
    told = [
        (str(each["To"]), str(each["Subject"]).split(",")[0].split(" :")[0].split("\u00a0:")[0])
        for each in mailbox.accepted
    ]
    assert sorted(told) == [
        ("a@example.org", "Bilan de la semaine"),  # of both, by itself: the one that tells at once lets it leave
        ("a@example.org", "Valmont"),
        ("b@example.org", "Tocsin"),
    ]
    assert states(home)["lent found i-s-1-1"] == "sent"
    assert len(set(mailbox.ids)) == len(mailbox.ids)


def test_a_week_without_news_is_the_heartbeat_alone(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put()
    setup = config(make_subscription(digest="weekly"), smtp=mailbox.url)
    run(home, setup, NOW, paris("2026-03-09T08:00"))
    assert [each.partition(" :")[0] for each in subjects(mailbox)] == ["Bilan de la semaine"]


def test_news_and_heartbeat_are_one_message(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription(digest="weekly"), smtp=mailbox.url)
    run(home, setup, NOW, paris("2026-03-09T08:00"))
    assert subjects(mailbox) == ["Tocsin : 1 vote à venir (semaine du 9 au 15 mars)"]
    assert "BILAN DE LA SEMAINE" in text_of(mailbox.accepted[0])


def test_quiet_hours_hold_until_they_end(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({})
    setup = config(make_subscription(quiet_hours=QuietHours(time(22), time(7))), smtp=mailbox.url)
    night = paris("2026-03-02T23:00")
    assert [each.sent for each in run(home, setup, night, paris("2026-03-03T07:00"))] == [0, 1]


def test_a_digest_not_delivered_before_its_first_vote_leaves_anew_without_it(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({"starts_at": paris("2026-03-03T18:30"), "date": date(2026, 3, 3)}, TWO[1])
    setup = config(make_subscription(digest="daily"), smtp="smtp://127.0.0.1:9")
    run(home, setup, NOW, paris("2026-03-03T08:00"))
    assert states(home) == dict.fromkeys(states(home), "claimed")
    ending = run(home, setup, paris("2026-03-03T18:30"))[0]
    assert ending.given_up == 1
    working = config(make_subscription(digest="daily"), smtp=mailbox.url)
    moments = [paris("2026-03-03T18:30") + timedelta(hours=hours) for hours in (1, 8)]
    run(home, working, *moments)
    assert subjects(mailbox) == ["Tocsin : 2 votes à venir (mardi 3 mars 2026)"]
    assert sorted(states(home).values()) == ["failed", "sent", "sent"]


def test_a_digest_whose_answer_was_lost_tells_nothing_a_second_time_under_another_name(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({"starts_at": paris("2026-03-03T18:30"), "date": date(2026, 3, 3)}, TWO[1])
    setup = config(make_subscription(digest="daily"), smtp=mailbox.url)
    mailbox.drop_after_data = 1
    run(home, setup, NOW, paris("2026-03-03T08:00"))  # accepted, and the connection lost before it was said
    down = config(make_subscription(digest="daily"), smtp="smtp://127.0.0.1:9")
    vote = paris("2026-03-03T18:30")
    run(home, down, paris("2026-03-03T08:01"), vote, vote + timedelta(hours=1))
    run(home, setup, *(vote + timedelta(hours=hours) for hours in (8, 24)))
    assert len(set(mailbox.ids)) == 1
    assert set(states(home).values()) == {"sent"}


# --------------------------------------------------------------------------- retries, order, rate


def message(key: str = "k", **values: Any) -> Message:
    given: dict[str, Any] = {
        "message_id": f"<{key}@x>", "address": A, "session_id": None, "subject": key, "body": b"", "created_at": NOW,
    }  # fmt: skip
    return Message(key, **(given | values))


def test_the_last_try_comes_before_the_vote() -> None:
    vote, at, attempts, tries = NOW + timedelta(hours=10), NOW, 0, []
    while at < vote:
        tries.append(round((vote - at).total_seconds() / 60))
        following = next_attempt(message(attempts=attempts, expires_at=vote), DeliveryError("451"), at)
        assert following is not None
        at, attempts = following, attempts + 1
    assert tries == [600, 599, 594, 579, 519, 339, 120, 30, 5]


def test_a_refusal_for_good_is_tried_less_and_given_up() -> None:
    refusal = DeliveryError("550 no such user", permanent=True)
    assert next_attempt(message(attempts=0), refusal, NOW) == NOW + timedelta(hours=1)
    assert next_attempt(message(attempts=1, refusals=1), refusal, NOW) == NOW + timedelta(hours=6)
    assert next_attempt(message(attempts=2, refusals=2), refusal, NOW) is None
    assert next_attempt(message(attempts=9), refusal, NOW) == NOW + timedelta(hours=1)  # a server that was down before
    assert next_attempt(message(attempts=0), DeliveryError("410", gone=True), NOW) is None
    busy = DeliveryError("429", retry_after=timedelta(hours=2))
    assert next_attempt(message(attempts=0), busy, NOW) == NOW + timedelta(hours=2)


def test_the_soonest_vote_first_and_nothing_overtakes_its_elder() -> None:
    soon, late = NOW + timedelta(days=1), NOW + timedelta(days=9)
    s, t = frozenset({"s"}), frozenset({"t"})
    outbox = [
        message("late", expires_at=late), message("elder", expires_at=late, sessions=s),
        message("soon", expires_at=soon, sessions=s),
        message("waits", expires_at=soon, sessions=t, next_attempt_at=NOW + timedelta(hours=1)),
        message("behind", expires_at=soon, sessions=t), message("other", expires_at=soon, sessions=t, address=B),
    ]  # fmt: skip
    assert [each.key for each in in_turn(outbox, NOW)] == ["elder", "soon", "other", "late"]


def test_rates() -> None:
    assert (rate_parts("30/min"), rate_parts("1/s"), rate_parts("500 / h")) == ((30, 60), (1, 1), (500, 3600))
    assert [rate_parts(text) for text in ("0/min", "fast", "30", "-1/s")] == [None] * 4
    rate = Rate(3, timedelta(minutes=1))
    assert allowed(rate, [NOW, NOW - timedelta(seconds=59), NOW - timedelta(minutes=1)], NOW) == 1
    assert allowed(rate, [NOW] * 5, NOW) == 0


def test_a_lane_takes_what_its_rate_allows_the_soonest_vote_first(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put(*({"id": f"s-{day}", "date": date(2026, 3, day)} for day in range(20, 10, -1)))
    setup = config(make_subscription(), smtp=mailbox.url, rate=Rate(4, timedelta(minutes=1)))
    first, again, later = run(home, setup, NOW, NOW + timedelta(seconds=30), NOW + timedelta(seconds=61))
    assert [(each.sent, each.held) for each in (first, again, later)] == [(4, 6), (0, 6), (4, 2)]
    days = [int(found[1]) for each in subjects(mailbox) if (found := re.search(r" (\d+) mars", each))]
    assert days == list(range(11, 19))


def test_greylisting_and_a_refused_recipient(home: Home, archive: Any, mailbox: Any, make_subscription: Make) -> None:
    archive.put({})
    readers = (make_subscription("un", to=(A,)), make_subscription("deux", to=(B,)))
    operator = make_subscription("exploitant", to=("mailto:op@example.org",), kinds=("blind",))
    setup = config(*readers, operator, smtp=mailbox.url)

    async def handle_RCPT(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("a@"):
            return "550 no such user"
        if address.startswith("b@") and not seen:
            seen.append(address)
            return "451 greylisted, come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    seen: list[str] = []
    mailbox.handle_RCPT = handle_RCPT
    steps = [NOW + timedelta(minutes=minutes) for minutes in (0, 2, 30, 61, 300, 430, 431, 900)]
    results = run(home, setup, *steps)
    assert [each.refused for each in results] == [2, 0, 0, 1, 0, 0, 0, 0]
    assert [each.given_up for each in results] == [0, 0, 0, 0, 0, 1, 0, 0]
    assert states(home)["un found i-s-1-1"] == "failed"
    assert [str(each["To"]) for each in mailbox.accepted] == ["b@example.org", "op@example.org"]
    notice = mailbox.accepted[-1]
    assert "n’ont pas atteint" in text_of(notice)
    assert "550 no such user" in text_of(notice)
    assert "a@example.org" not in notice.as_string()


def test_a_loss_stamped_by_a_clock_that_was_ahead_is_told_once(
    home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    archive.put({"date": date(2026, 3, 30)})
    ahead = NOW + timedelta(hours=34)
    hour = ahead.astimezone(PARIS).hour
    quiet = QuietHours(time(hour - 1), time(hour + 1))
    operator = make_subscription("exploitant", to=("mailto:op@example.org",), kinds=("blind",), quiet_hours=quiet)
    setup = config(make_subscription("un", to=(A,)), operator, smtp=mailbox.url)

    async def handle_RCPT(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("a@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mailbox.handle_RCPT = handle_RCPT
    steps = [
        NOW,
        NOW + timedelta(minutes=61),
        ahead,
    ]  # given up by a clock that is wrong, at a quiet hour
    right = [NOW + timedelta(hours=hours) for hours in (5, 12, 19, 40)]
    results = run(home, setup, *steps, *right)
    assert sum(each.given_up for each in results[:3]) == 1
    assert [str(each["To"]) for each in mailbox.accepted] == ["op@example.org"]


def test_a_dead_operator_channel_makes_no_loop(home: Home, archive: Any, make_subscription: Make) -> None:
    archive.put({"date": date(2026, 3, 4)})
    setup = config(make_subscription(kinds=("found", "blind")), smtp="smtp://127.0.0.1:9")
    run(home, setup, *(NOW + timedelta(hours=hours) for hours in range(0, 24 * 12, 6)))
    with Desk(home) as desk:
        notices = [row for row in desk.undelivered() if row["id"].startswith("undelivered-")]
        assert [row["state"] for row in notices] == ["failed"]
        assert desk.queued() == 0


@pytest.fixture
def hanging() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_hangs_is_waited_for_once(
    home: Home, archive: Any, hanging: str, make_subscription: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[str] = []
    plain = SmtpChannel._connect

    def counting(self: SmtpChannel, hello: str) -> Any:
        connected.append(hello)
        self.seconds = 0.3
        return plain(self, hello)

    monkeypatch.setattr(SmtpChannel, "_connect", counting)
    archive.put(*TWO)
    setup = config(make_subscription(to=(A, B, "feed")), smtp=hanging)
    (summary,) = run(home, setup, NOW)
    assert (summary.sent, summary.refused, len(connected)) == (2, 4, 1)


def test_a_test_is_sent_at_once(home: Home, mailbox: Any, make_subscription: Make) -> None:
    quiet = make_subscription(digest="weekly", quiet_hours=QuietHours(time(0), time(23, 59)))
    assert send_test(home, config(quiet, smtp=mailbox.url), "collectif", NOW) == [("mailto:veille@example.org", None)]
    assert subjects(mailbox) == ["[ESSAI] Abonnement « collectif »"]


def test_the_preview_tells_when_a_digest_leaves(home: Home, archive: Any, capsys: pytest.CaptureFixture[str]) -> None:
    archive.put({})
    home.config.write_text('[[subscription]]\nname = "un"\nto = ["mailto:a@example.org"]\ndigest = "weekly"\n')
    assert command(["--home", str(home.root), "--now", NOW.isoformat(), "alerts", "preview"]) == 0
    said = capsys.readouterr().out
    assert "Leaves: 2026-03-09 08:00 Europe/Paris (waits for its digest)" in said
    assert "Because of: un (found)" in said
    assert command(["--home", str(home.root), "--now", NOW.isoformat(), "alerts", "send"]) == 0
    assert command(["--home", str(home.root), "--now", NOW.isoformat(), "alerts", "list", "--state", "planned"]) == 0
    assert "un: 1 alert: waits for the digest of 2026-03-09 08:00" in capsys.readouterr().err


def test_a_rate_is_read_from_the_file(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.config.write_text('[alerts]\nrate = "30/min"\n')
    assert load_config(home.config).alerts.rate == Rate(30, timedelta(minutes=1))
    home.config.write_text('[alerts]\nrate = "fast"\n')
    with pytest.raises(ConfigError, match=r"alerts.rate.*30/min"):
        load_config(home.config)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_fetched_breaks_a_digest(
    language: Any, home: Home, archive: Any, mailbox: Any, make_subscription: Make
) -> None:
    hostile = '<script>alert(1)</script>" onmouseover="x\nBcc: e@x.example\n{{ 7*7 }}\u202e=cmd()' + "é" * 5000
    archive.put({"items": (hostile, "Caméras"), "place": hostile}, TWO[1])
    run(
        home,
        config(make_subscription(digest="daily", language=language), smtp=mailbox.url),
        NOW,
        NOW + timedelta(days=1),
    )
    (message,) = mailbox.accepted
    page = message.get_body(("html",)).get_content()
    assert message["Bcc"] is None
    assert "<script" not in page
    assert "\u202e" not in page
    assert "49" not in text_of(message)
    assert len(str(message["Subject"])) < 200
    etree.fromstring(page.encode(), etree.XMLParser(load_dtd=False, resolve_entities=False))
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(page)
