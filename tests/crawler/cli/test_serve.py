"""``tocsin serve`` as an operator types it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from crawler.cli.main import run

CONFIG = '[operator]\ncontact = "veille@example.org"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tocsin.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@contextmanager
def serving(root: Path, *more: str) -> Iterator[str]:
    """The address of a portal in a process of its own."""
    command = [sys.executable, "-m", "crawler", "--home", str(root), "serve", "--port", "0", *more]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


def test_it_listens_answers_and_stops_on_ctrl_c(root):
    with serving(root) as address:
        assert address.startswith("http://127.0.0.1:")
        with urlopen(address + "en") as answer:
            assert "Votes ahead" in answer.read().decode()
            assert "server" not in answer.headers
        with urlopen(address + "archive/sessions.json?_shape=array") as answer:
            assert json.load(answer) == []


def test_the_clock_is_the_one_that_is_fixed(root):
    with serving(root, "--now", "2030-01-02T03:04") as address, urlopen(address) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "99999"], "99999"),
        (["--host", "no.such.host.invalid"], "no such address"),
        (["--open", "maybe"], "maybe"),
    ],
)
def test_mistakes_are_one_clear_line(root, capsys, words, said):
    assert run(["--home", str(root), "serve", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_with_another_one(root, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["--home", str(root), "serve", "--port", str(port)]) == 2
        assert f"--port {port + 1}" in capsys.readouterr().err


def test_public_mode_needs_a_contact(tmp_path, capsys):
    (tmp_path / "tocsin.toml").write_text("", encoding="utf-8")
    assert run(["--home", str(tmp_path), "serve", "--public"]) == 2
    assert "contact" in capsys.readouterr().err


def test_a_home_is_needed(tmp_path, capsys):
    assert run(["--home", str(tmp_path / "none"), "serve"]) == 2
    assert "tocsin init" in capsys.readouterr().err


@pytest.mark.parametrize("token", [None, "", "short"])
def test_the_review_needs_a_token_that_nobody_guesses(root, capsys, monkeypatch, token):
    monkeypatch.delenv("TOCSIN_REVIEW_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("TOCSIN_REVIEW_TOKEN", token)
    assert run(["--home", str(root), "serve", "--review"]) == 2
    assert "$TOCSIN_REVIEW_TOKEN" in capsys.readouterr().err


def test_public_mode_can_be_configured(root, monkeypatch):
    (root / "tocsin.toml").write_text(CONFIG + "[portal]\npublic = true\n", encoding="utf-8")
    monkeypatch.setenv("TOCSIN_REVIEW_TOKEN", "a-token-of-the-operator")
    with serving(root, "--review") as address, urlopen(address) as answer:
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "/review" in answer.read().decode()
