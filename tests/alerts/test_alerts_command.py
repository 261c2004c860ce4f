"""``tocsin alerts``: list, send, preview, test."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crawler.cli.main import run
from db.home import Home

NOW = "2026-03-02T09:00+00:00"
Tocsin = Callable[..., tuple[int, str, str]]
SETUP = """
[alerts]
sender = "Tocsin <tocsin@example.org>"
[[subscription]]
name = "collectif"
to = ["mailto:veille@example.org"]
"""


@pytest.fixture
def tocsin(home: Home, archive: Any, capsys: pytest.CaptureFixture[str]) -> Tocsin:
    """Run a command in a home with one session and one subscription."""
    home.config.write_text(SETUP, encoding="utf-8")
    archive.put({})

    def command(*arguments: str, now: str = NOW) -> tuple[int, str, str]:
        code = run(["--home", str(home.root), "--now", now, *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_send_then_list(tocsin: Tocsin, home: Home) -> None:
    assert tocsin("alerts") == (0, "no alert yet\n", "")
    assert tocsin("alerts", "send")[:2] == (0, "alerts: 1 sent\n")
    assert tocsin("alerts", "send")[:2] == (0, "nothing is due\n")
    assert len(list(home.outbox.iterdir())) == 1
    assert (home.feeds / "tocsin.atom").exists()
    rows = json.loads(tocsin("alerts", "--json")[1])
    assert rows == json.loads(tocsin("alerts", "list", "--json")[1])
    assert [row["state"] for row in rows] == ["sent", "planned", "planned", "planned"]
    assert set(rows[0]) >= {
        "alert_id", "kind", "subscription", "council_id", "session_date", "item_title", "due_at", "state", "sent_at",
        "message_id",
    }  # fmt: skip
    assert rows[0]["message_id"].endswith("@example.org>")
    assert json.loads(tocsin("alerts", "list", "--state", "sent", "--json")[1]) == rows[:1]


def test_preview_sends_and_writes_nothing(tocsin: Tocsin, home: Home) -> None:
    code, out, _ = tocsin("alerts", "preview")
    assert code == 0
    assert "To: mailto:veille@example.org" in out
    assert "Because of: collectif (found)" in out
    assert "jeudi 12 mars 2026, heure non communiquée" in out
    assert not home.outbox.exists()
    assert tocsin("alerts")[1] == "no alert yet\n"
    tocsin("alerts", "send")
    assert tocsin("alerts", "preview")[1] == "nothing would be sent\n"
    (reminder,) = json.loads(tocsin("alerts", "preview", "--json", now="2026-03-05T08:00+01:00")[1])
    assert reminder["kinds"] == ["reminder"]


def test_a_test_message(tocsin: Tocsin, home: Home) -> None:
    assert tocsin("alerts", "test", "collectif")[:2] == (0, "mailto:veille@example.org: accepted\n")
    (file,) = home.outbox.iterdir()
    assert b"n=E2=80=99annonce aucun vote" in file.read_bytes()
    assert tocsin("alerts")[1] == "no alert yet\n"
    code, _, err = tocsin("alerts", "test", "autre")
    assert code == 2
    assert "collectif" in err


def test_a_server_that_is_down(tocsin: Tocsin, home: Home) -> None:
    home.config.write_text(SETUP.replace("[alerts]", '[alerts]\nsmtp = "smtp://127.0.0.1:9"'), encoding="utf-8")
    code, out, _ = tocsin("alerts", "send")
    assert code == 1
    assert "not accepted" in out
    assert "127.0.0.1:9" in out
    _, _, err = tocsin("alerts")
    assert "waits" in err
    assert tocsin("alerts", "test", "collectif")[0] == 1


def test_json_holds_nothing_that_a_terminal_obeys(home: Home, archive: Any, tocsin: Tocsin) -> None:
    archive.put({"id": "s-2", "items": ("Vidéoprotection \u200fدرب\u202e renversée",)})
    assert tocsin("alerts", "send")[0] == 0
    _, listed, _ = tocsin("alerts", "list", "--json")
    assert "\u200f" in json.loads(listed)[-1]["item_title"] or "\u200f" in json.loads(listed)[0]["item_title"]
    assert not set(listed) & set("\u200f\u202e\x1b")
