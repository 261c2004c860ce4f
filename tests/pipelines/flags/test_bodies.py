"""Whole items: a mention hidden in a body flags its item, a near miss does not. All texts are constructed."""

from __future__ import annotations

from pathlib import Path

from pipelines.lexicon_scores import ITEMS, labelled, score
from pipelines.lexicons import load

FILE = Path(__file__).parent / "bodies" / "constructed.jsonl"
FIRST_LOOK = (72, 187)  # items found and how many there were to find, before any rule was changed for them


def test_items_are_told_by_their_bodies() -> None:
    report = score(labelled(FILE.read_text(encoding="utf-8").splitlines(), FILE.name), load())
    items = next(each for each in report.scores if each.topic == ITEMS)
    assert items.right + items.missed == FIRST_LOOK[1]
    assert items.recall is not None and items.recall >= 0.93
    assert items.precision is not None and items.precision >= 0.93
    assert report.false_flags <= 0.07 * report.plain
