"""Whole items: a mention hidden in a body flags its item, a near miss does not. All texts are constructed."""

from __future__ import annotations

from pathlib import Path

from pipelines.lexicon_scores import ITEMS, labelled, score
from pipelines.lexicons import load
from pipelines.matching import hits

FILE = Path(__file__).parent / "bodies" / "constructed.jsonl"
FIRST_LOOK = (72, 187)  # items found and how many there were to find, before any rule was changed for them


def test_items_are_told_by_their_bodies() -> None:
    report = score(labelled(FILE.read_text(encoding="utf-8").splitlines(), FILE.name), load())
    items = next(each for each in report.scores if each.topic == ITEMS)
    assert items.right + items.missed == FIRST_LOOK[1]
    assert items.recall is not None and items.recall >= 0.93
    assert items.precision is not None and items.precision >= 0.93
    assert report.false_flags <= 0.07 * report.plain


def test_the_quick_look_lets_every_body_pass_that_holds_something() -> None:
    lexicon, seen = load(), 0
    for row in labelled(FILE.read_text(encoding="utf-8").splitlines(), FILE.name):
        certain = [hit for hit in hits(row.body or "", lexicon, above=row.title) if hit.certain]
        seen += bool(certain)
        assert not certain or lexicon.may_match(f"{row.title}\n\n{row.body}", row.title), row.title
    assert seen > 150
