"""The operators' page and the commented file of ``init`` name every setting, and no other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from crawler.cli.setup import template
from crawler.config import SECTIONS, Config, parse_config
from crawler.errors import ConfigError
from crawler.models import ALERT_KINDS, COUNCIL_KINDS, TOPICS, SourceState

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operators.md"
REPEATED = ("council", "subscription")


def settings(section: str) -> set[str]:
    """The keys that the reader asks for, from what it says to a key that it does not know."""
    header = f"[[{section}]]" if section in REPEATED else f"[{section}]"
    with pytest.raises(ConfigError) as caught:
        parse_config(f"{header}\nzzzzzzzz = 1\n")
    line = next(line for line in str(caught.value).splitlines() if "zzzzzzzz" in line)
    return set(line.rpartition("valid: ")[2].split(", "))


def documented(section: str) -> set[str]:
    """The first cells of the table under the section's heading."""
    heading = f"### [[{section}]]" if section in REPEATED else f"### [{section}]"
    text = PAGE.read_text("utf-8").partition(heading + "\n")[2]
    return set(re.findall(r"^\| `(\w+)` \|", re.split(r"^##", text, flags=re.MULTILINE)[0], re.MULTILINE))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_on_the_page_and_nothing_else(section: str) -> None:
    assert documented(section) == settings(section)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_commented_file_names_every_setting(section: str) -> None:
    text = re.sub(r"^# ?(?=\[|\w+ = )", "", template(), flags=re.MULTILINE)
    values = tomllib.loads(text)[section]
    names = set().union(*values) if section in REPEATED else set(values)
    assert names == settings(section)


def test_the_commented_file_is_valid_and_holds_the_defaults() -> None:
    assert parse_config(template()) == Config()
    uncommented = re.sub(r"^# ?(?=\[|\w+ = )", "", template(), flags=re.MULTILINE)
    assert [council.id for council in parse_config(uncommented).councils] == ["commune-69123", "ville-exemple"]


@pytest.mark.parametrize("words", [TOPICS, ALERT_KINDS, COUNCIL_KINDS], ids=["topics", "alerts", "councils"])
def test_every_word_that_a_setting_takes_is_on_the_page(words: tuple[str, ...]) -> None:
    text = PAGE.read_text("utf-8")
    assert [word for word in words if f"`{word}`" not in text] == []


def test_every_state_of_a_source_is_explained() -> None:
    text = PAGE.read_text("utf-8")
    assert [state for state in get_args(SourceState) if f"\n| {state} |" not in text] == []
