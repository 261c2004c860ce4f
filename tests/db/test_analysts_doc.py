"""docs/analysts.md: every view and column is explained, and its questions are answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.models import CrawlReport
from db.connection import connect_read_only

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^```sql\n(.*?)^```", PAGE, re.S | re.M)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def archive(world, home):
    crawl = world.begin_crawl(world.put_source("commune-99001"), NOW)
    world.finish_crawl(CrawlReport("commune-99001", crawl, NOW, NOW, "failed", "blind", "nothing found"))
    # « Ahead » is ahead of the real clock here: the views know no other.
    world.db.execute("UPDATE sessions SET date = date('now', '+7 days') WHERE id IN ('s-1', 's-9')")
    world.db.execute("UPDATE flags SET topics = '[\"facial-recognition\"]' WHERE id = 'f-1'")
    world.db.execute("UPDATE flags SET amount = 1200, amount_role = 'total', amount_tax = 'HT' WHERE id = 'f-1'")
    db = connect_read_only(home.archive)
    yield db
    db.close()


def documented():
    """The columns that the page explains, by view."""
    sections = re.findall(r"^## `(\w+)`.*?\n(.*?)(?=^## )", PAGE, re.S | re.M)
    return {view: re.findall(r"^\| `(\w+)` \| \S", text, re.M) for view, text in sections}


def test_every_view_and_column_is_explained_in_its_order(archive):
    views = {name: [column.name for column in archive[name].columns] for name in archive.view_names()}
    assert documented() == views


def test_there_are_six_questions():
    assert len(QUESTIONS) == 6


@pytest.mark.parametrize("number", range(6))
def test_a_question_has_an_answer(archive, number):
    rows = list(archive.query(QUESTIONS[number]))
    assert rows


def test_the_full_text_example(archive):
    (sql,) = re.findall(r"`(SELECT [^`]+ MATCH [^`]+)`", PAGE)
    assert list(archive.query(sql)) == []
    assert list(archive.query(sql.replace("reconnaissance faciale", "videoprotection"))) != []
