"""``tocsin init`` and ``tocsin add``."""

from __future__ import annotations

import stat
from typing import Any

import pytest

from crawler.config import load_config
from db.connection import connect
from db.home import Home


def test_init_makes_a_home_and_says_what_next(tocsin: Any, home: Home) -> None:
    result = tocsin("init")
    assert (result.code, result.err) == (0, "")
    for word in ("tocsin.toml", "tocsin add", "[[subscription]]", "tocsin crawl"):
        assert word in result.out
    assert load_config(home.config).councils == ()
    for path in (home.private, home.desk):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert home.archive.exists()


def test_init_does_not_touch_a_home_that_exists(tocsin: Any, made: Home) -> None:
    made.config.write_text("# mine\n")
    result = tocsin("init")
    assert result.code == 2
    assert "exists" in result.err
    assert len(result.err.splitlines()) == 1
    assert made.config.read_text() == "# mine\n"


def test_init_where_nothing_can_be_made(tocsin: Any, home: Home) -> None:
    home.root.rmdir()
    home.root.write_text("a file\n")
    result = tocsin("init")
    assert result.code == 2
    assert len(result.err.splitlines()) == 1


def test_without_a_home_every_command_names_init(tocsin: Any) -> None:
    result = tocsin("add", "commune-29003")
    assert result.code == 2
    assert "tocsin init" in result.err


def test_add_appends_a_block_and_puts_the_council_and_its_source(tocsin: Any, made: Home) -> None:
    before = made.config.read_bytes()
    result = tocsin("add", "audierne")
    assert result.code == 0
    assert "commune-29003" in result.out
    assert "contact" in result.out
    assert made.config.read_bytes() == before + b'\n[[council]]\nid = "commune-29003"\n'
    db = connect(made.archive)
    try:
        assert db.execute("SELECT id, council_id, state FROM sources").fetchall() == [
            ("commune-29003/site", "commune-29003", "new")
        ]
    finally:
        db.close()


def test_adding_twice_changes_nothing(tocsin: Any, made: Home) -> None:
    tocsin("add", "commune-29003")
    before = made.config.read_bytes()
    for what in ("commune-29003", "Audierne"):
        result = tocsin("add", what)
        assert result.code == 0
        assert "already watched" in result.out
    assert made.config.read_bytes() == before


def test_add_lists_homonyms_and_exits_2(tocsin: Any, made: Home) -> None:
    before = made.config.read_bytes()
    result = tocsin("add", "Saint-Denis")
    assert result.code == 2
    assert "commune-97411" in result.out
    assert "974" in result.out
    assert max(map(len, result.out.splitlines())) <= 100
    assert made.config.read_bytes() == before


@pytest.mark.parametrize("what", ["Sainte-Chose", "commune-99999", "ftp://x.example/"])
def test_add_of_what_cannot_be_is_one_line_and_exit_2(tocsin: Any, made: Home, what: str) -> None:
    result = tocsin("add", what)
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


def test_a_broken_configuration_shows_all_its_mistakes(tocsin: Any, made: Home) -> None:
    made.config.write_text('[crawl]\ndelay = "x"\nmax_page = 3\n')
    result = tocsin("add", "commune-29003")
    assert result.code == 2
    assert [line.partition("line ")[2][0] for line in result.err.splitlines()] == ["2", "3"]
    assert "Traceback" not in result.err


def test_what_names_subscribers_is_closed_to_others(tocsin: Any, made: Home) -> None:
    tocsin("add", "commune-29003")
    for path in (made.config, made.desk, made.private):
        assert path.stat().st_mode & 0o777 == 0o600, path
