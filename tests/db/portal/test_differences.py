"""Two lists of items, line by line."""

from __future__ import annotations

from db.portal.differences import Line, Point, difference


def points(text: str) -> list[Point]:
    return [Point(title, str(number)) for number, title in enumerate(text.split(), 1)]


def test_equal_lists_have_no_difference():
    assert difference(points("a b c"), points("a b c")) == []


def test_what_is_renumbered_did_not_change():
    lines = difference(points("a b c d e"), points("a x b c d e"))
    assert [line for line in lines if line.kind in ("new", "gone")] == [Line("new", "2. x")]


def test_long_runs_without_change_are_counted():
    lines = difference(points("a b c d e f g h"), points("a b c d e f g h i"))
    assert lines == [Line("more", count=7), Line("same", "8. h"), Line("new", "9. i")]


def test_what_is_gone_and_new_stand_in_their_place():
    lines = difference(points("a b c"), points("a x c"))
    assert [(line.kind, line.text) for line in lines] == [
        ("same", "1. a"), ("gone", "2. b"), ("new", "2. x"), ("same", "3. c"),
    ]  # fmt: skip


def test_an_empty_list_gains_all():
    assert [line.kind for line in difference([], points("a b"))] == ["new", "new"]
