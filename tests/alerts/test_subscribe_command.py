"""``tocsin subscribe``, ``unsubscribe``, ``subscriptions``, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alerts.mail_headers import leave_token
from crawler.cli.main import run
from db.connection import connect
from db.home import Home

NOW = "2026-03-02T09:00+00:00"
LATER = "2026-03-05T09:00+00:00"
MARIE = "marie.durand@example.org"
SETUP = """
[alerts]
sender = "Tocsin <tocsin@example.org>"
[[council]]
id = "ville-de-valmont"
name = "Valmont"
department = "69"
website = "http://127.0.10.1:8800/"
"""
FILE = """
[[subscription]]
name = "collectif"
to = ["mailto:veille@example.org"]
"""
Tocsin = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tocsin(home: Home, archive: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tocsin:
    """Run a command in a home with one council and one session ahead."""
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    home.config.write_text(SETUP, encoding="utf-8")
    archive.put({})

    def command(*arguments: str, now: str = NOW) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--home", str(home.root), "--now", now, *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def listed(tocsin: Tocsin) -> dict[str, dict[str, Any]]:
    code, out, _ = tocsin("subscriptions", "--json")
    assert code == 0
    return {row["name"]: row for row in json.loads(out)}


def alerts(tocsin: Tocsin, now: str = NOW) -> list[tuple[str, str, str]]:
    rows = json.loads(tocsin("alerts", "--json", now=now)[1])
    return [(row["subscription"], row["kind"], row["state"]) for row in rows if row["kind"] != "reminder"]


def bytes_of(home: Home) -> bytes:
    """Everything that a reader of the disk would see of desk.db and outbox/."""
    files = [path for path in home.root.iterdir() if path.name.startswith("desk.db")]
    files += list(home.outbox.iterdir()) if home.outbox.exists() else []
    return b"".join(path.read_bytes() for path in files)


def test_subscribe_says_what_is_asked_for_and_leaves_the_file_alone(tocsin: Tocsin, home: Home) -> None:
    before = home.config.read_bytes()
    code, out, err = tocsin(
        "subscribe", "marie", "--to", f"mailto:{MARIE}", "--council", "Valmont", "--topic", "drones",
        "--kind", "found", "--body", "Conseil municipal", "--min-score", "0,7", "--digest", "weekly",
        "--quiet-hours", "22h-7h", "--language", "en",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == (
        "subscribed marie: Valmont; drones; found; conseil municipal; score 0.7 or more; weekly digest; "
        f"quiet 22:00-07:00; in en; to mailto:{MARIE} (1 watched council)\n"
    )
    assert home.config.read_bytes() == before
    row = listed(tocsin)["marie"]
    assert {key: row[key] for key in ("councils", "origin", "digest", "quiet_hours", "watched", "bodies")} == {
        "councils": ["ville-de-valmont"], "origin": "command", "digest": "weekly", "quiet_hours": "22:00-07:00",
        "watched": ["ville-de-valmont"], "bodies": ["conseil municipal"],
    }  # fmt: skip


def test_subscribing_tells_of_what_is_ahead_in_one_message(tocsin: Tocsin, archive: Any, home: Home) -> None:
    archive.put(
        {"items": ("Extension de la vidéoprotection", "Caméras sur la place")},
        {"id": "s-past", "date": date(2026, 2, 12), "status": "held"},
    )
    tocsin("subscribe", "marie", "--to", f"mailto:{MARIE}")
    assert alerts(tocsin) == [("marie", "found", "planned")] * 2
    assert tocsin("alerts", "send")[0] == 0
    assert len(list(home.outbox.iterdir())) == 1
    assert listed(tocsin)["marie"]["last_sent_at"].startswith("2026-03-02T09:00")
    assert listed(tocsin)["marie"]["next_due_at"].startswith("2026-03-05")


def test_changing_shows_the_difference_and_repeats_nothing(tocsin: Tocsin, home: Home) -> None:
    tocsin("subscribe", "marie", "--to", f"mailto:{MARIE}", "--topic", "video-surveillance")
    tocsin("alerts", "send")
    code, out, _ = tocsin("subscribe", "marie", "--topic", "none", "--digest", "daily", now=LATER)
    assert (code, out) == (0, "changed marie: topics: video-surveillance → all; digest: none → daily\n")
    assert tocsin("subscribe", "marie", "--digest", "daily", now=LATER)[1] == "marie: nothing changed\n"
    assert alerts(tocsin) == [("marie", "found", "sent")]
    assert listed(tocsin)["marie"]["since"].startswith("2026-03-05")
    tocsin("subscribe", "marie", "--digest", "none", "--quiet-hours", "22h-7h", now="2026-03-06T09:00+00:00")
    assert listed(tocsin)["marie"]["since"].startswith("2026-03-05")
    assert len(list(home.outbox.iterdir())) == 1


def test_near(tocsin: Tocsin, home: Home) -> None:
    code, out, err = tocsin("subscribe", "marie", "--to", f"mailto:{MARIE}", "--near", "Lyon 30km")
    assert code == 0
    assert "within 30 km of Lyon" in out
    assert "(0 watched councils)" in out
    assert "warning: no council within 30 km of Lyon is watched: tocsin add NAME" in err
    assert "none of the watched councils has coordinates" in err
    assert alerts(tocsin) == []
    text = SETUP + "latitude = 45.7\nlongitude = 4.9\n"
    home.config.write_text(text, encoding="utf-8")
    assert listed(tocsin)["marie"]["watched"] == ["ville-de-valmont"]
    assert listed(tocsin)["marie"]["warnings"] == []
    assert tocsin("subscribe", "marie", "--near", "Saint-Denis 5 km")[0] == 2
    assert "commune-93066" in tocsin("subscribe", "marie", "--near", "Saint-Denis 5 km")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--near", "Lyon"], "--near: 'Lyon' is not valid; end with a distance and its unit"),
        (["--topic", "drone"], "--topic: 'drone' is not valid; did you mean drones?"),
        (["--kind", "founds"], "did you mean found?"),
        (["--department", "Rhône"], 'write "69"'),
        (["--council", "Saint-Denis"], "commune-93066"),
        (["--council", "department:69"], "--department"),
        (["--council", "Xyzzzqq"], "no council is called so"),
        (["--digest", "hourly"], "valid: daily, weekly, immediate"),
        (["--quiet-hours", "25h-7h"], "--quiet-hours"),
        (["--min-score", "7"], "--min-score: 7.0 is out of range"),
        (["--min-score", "high"], "--min-score: not a number"),
        (["--language", "de"], "--language"),
        (["--to", "marie@example.org"], "--to: 'marie@example.org' is not valid; write \"mailto:marie@example.org\""),
        (["--to", "none"], "say where alerts go, with --to"),
    ],
)
def test_mistakes(tocsin: Tocsin, arguments: list[str], said: str) -> None:
    to = [] if "--to" in arguments else ["--to", "feed"]
    code, out, err = tocsin("subscribe", "marie", *to, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert listed(tocsin) == {}


def test_councils_that_nobody_watches(tocsin: Tocsin) -> None:
    code, _, err = tocsin("subscribe", "marie", "--to", "feed", "--council", "Brest", "--region", "53")
    assert code == 0
    assert "commune-29019 is not watched: tocsin add commune-29019" in err
    assert "nobody in region 53 is watched: tocsin add region:53" in err
    code, out, err = tocsin("subscriptions")
    assert (code, max(map(len, out.splitlines())) <= 100) == (0, True)
    assert "marie: commune-29019 is not watched" in err
    assert "commune-29019 is not watched" in tocsin("doctor")[1]


def test_a_name_in_the_file_and_by_command_is_an_error(tocsin: Tocsin, home: Home) -> None:
    home.config.write_text(SETUP + FILE, encoding="utf-8")
    code, _, err = tocsin("subscribe", "collectif", "--to", "feed")
    assert code == 2
    assert "line 11: the subscription 'collectif' stands in this file" in err
    assert tocsin("unsubscribe", "collectif")[0] == 2
    home.config.write_text(SETUP, encoding="utf-8")
    assert tocsin("subscribe", "collectif", "--to", "feed")[0] == 0
    home.config.write_text(SETUP + FILE, encoding="utf-8")
    for command in (["subscriptions"], ["alerts", "send"], ["subscribe", "marie", "--to", "feed"]):
        code, _, err = tocsin(*command)
        assert code == 2
        assert "line 11: subscription.name: 'collectif' is also a subscription made by command" in err
    assert tocsin("unsubscribe", "collectif")[0] == 0
    assert listed(tocsin)["collectif"]["origin"] == "file"


def test_unsubscribe_ends_what_is_planned_and_what_waits(tocsin: Tocsin, home: Home) -> None:
    tocsin("subscribe", "marie", "--to", "webhook+http://127.0.0.1:1/")
    tocsin("alerts", "send")
    assert listed(tocsin)["marie"]["waiting"] == 1
    code, out, _ = tocsin("unsubscribe", "marie")
    assert (code, out) == (0, "unsubscribed marie; 1 queued message not sent any more\n")
    assert {state for _, _, state in alerts(tocsin)} == {"dropped"}
    assert json.loads(tocsin("alerts", "list", "--state", "planned", "--json")[1]) == []
    assert tocsin("unsubscribe", "marie")[:2] == (
        0, "marie had ended already; tocsin unsubscribe marie --forget erases what is left\n"
    )  # fmt: skip
    assert listed(tocsin) == {}
    code, _, err = tocsin("unsubscribe", "nobody")
    assert (code, err) == (2, "tocsin: no subscription named 'nobody'; there are: none yet\n")


def test_unsubscribe_takes_the_word_of_the_header(tocsin: Tocsin) -> None:
    tocsin("subscribe", "marie", "--to", f"mailto:{MARIE}")
    token = listed(tocsin)["marie"]["token"]
    assert token == leave_token("marie")
    assert tocsin("unsubscribe", token)[:2] == (0, "unsubscribed marie\n")


@pytest.fixture
def reader(home: Home, tocsin: Tocsin) -> Iterator[None]:
    """Somebody else has the desk open, as ``watch`` may: nothing is written into the main file by closing it."""
    db = connect(home.desk, "desk", secret=True)
    yield
    db.close()


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("ended_before", [False, True])
@pytest.mark.parametrize("by", ["name", "address", "bare address"])
def test_forget_leaves_no_byte_of_the_person(tocsin: Tocsin, home: Home, by: str, ended_before: bool) -> None:
    tocsin("subscribe", "marie-durand", "--to", f"mailto:{MARIE}")
    tocsin("subscribe", "paul", "--to", "mailto:paul@example.org")
    tocsin("alerts", "send")
    tocsin("alerts", "test", "marie-durand")
    assert len(list(home.outbox.iterdir())) == 3
    assert MARIE.encode() in bytes_of(home)
    if ended_before:
        tocsin("unsubscribe", "marie-durand")
    how = {"name": ["marie-durand"], "address": ["--address", f"mailto:{MARIE}"], "bare address": ["--address", MARIE]}
    code, out, _ = tocsin("unsubscribe", "--forget", *how[by])
    assert code == 0
    assert "2 messages" in out
    assert "2 .eml files" in out
    left = bytes_of(home)
    assert MARIE.encode() not in left
    assert b"marie-durand" not in left
    assert b"paul@example.org" in left
    assert len(list(home.outbox.iterdir())) == 1
    assert sorted(name.split("-")[0] for name, *_ in alerts(tocsin)) == ["forgotten", "paul"]
    code, _, err = tocsin("unsubscribe", "--forget", *how[by])
    assert code == (2 if by == "name" else 0)
    assert "there are: paul" in err or by != "name"


def test_forgetting_one_of_two_subscriptions_keeps_the_other(tocsin: Tocsin, home: Home) -> None:
    for name in ("one", "two"):
        tocsin("subscribe", name, "--to", f"mailto:{MARIE}")
    tocsin("alerts", "send")
    assert tocsin("unsubscribe", "one", "--forget")[:2] == (0, "forgot one: 0 messages, 0 .eml files\n")
    assert len(list(home.outbox.iterdir())) == 1
    assert list(listed(tocsin)) == ["two"]
    assert tocsin("unsubscribe", "two", "--forget")[:2] == (0, "forgot two: 1 message, 1 .eml file\n")
    assert MARIE.encode() not in bytes_of(home)


def test_an_address_leaves_a_subscription_to_the_others(tocsin: Tocsin, home: Home) -> None:
    tocsin("subscribe", "bureau", "--to", f"mailto:{MARIE}", "--to", "mailto:paul@example.org")
    tocsin("alerts", "send")
    assert tocsin("unsubscribe", "--forget", "--address", MARIE.upper())[0] == 0
    assert listed(tocsin)["bureau"]["to"] == ["mailto:paul@example.org"]
    assert MARIE.encode() not in bytes_of(home)
    assert [path.read_bytes().count(b"paul@example.org") > 0 for path in home.outbox.iterdir()] == [True]


def test_an_address_that_the_file_names_is_told_with_its_line(tocsin: Tocsin, home: Home) -> None:
    home.config.write_text(SETUP + FILE, encoding="utf-8")
    tocsin("alerts", "send")
    assert len(list(home.outbox.iterdir())) == 1
    code, _, err = tocsin("unsubscribe", "--forget", "--address", "mailto:veille@example.org")
    assert code == 2
    assert "still names this address: take it out of line 12 (collectif)" in err
    assert list(home.outbox.iterdir()) == []
    assert b"Body" not in bytes_of(home)
    home.config.write_text(SETUP, encoding="utf-8")
    assert tocsin("unsubscribe", "--forget", "--address", "mailto:veille@example.org")[0] == 0
    assert b"veille@example.org" not in bytes_of(home)


def test_files_whose_rows_are_forgotten_already(tocsin: Tocsin, home: Home) -> None:
    tocsin("subscribe", "marie", "--to", f"mailto:{MARIE}")
    tocsin("alerts", "send")
    tocsin("alerts", "send", now="2026-07-02T09:00+00:00")  # ninety days later the rows hold no address
    assert MARIE.encode() in b"".join(path.read_bytes() for path in home.outbox.iterdir())
    tocsin("unsubscribe", "marie", "--forget")
    assert MARIE.encode() not in bytes_of(home)


def test_unsubscribe_wants_one_of_the_two(tocsin: Tocsin) -> None:
    assert tocsin("unsubscribe")[0] == 2
    assert tocsin("unsubscribe", "marie", "--address", "feed")[0] == 2


def test_secrets_of_services_stay_out_of_the_table(tocsin: Tocsin, tmp_path: Path) -> None:
    out = tocsin("subscribe", "salon", "--to", "webhook+http://127.0.0.1:1/secret")[1]
    assert "secret" not in out + tocsin("subscriptions")[1]
