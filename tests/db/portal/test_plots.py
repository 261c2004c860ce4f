"""Plots as SVG, and the shares in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.portal import plots
from db.portal.percents import percent
from db.portal.plots import Interval, Mark, Series
from db.portal.shares import Share
from db.portal.words import words

EVIL = '<script>alert("1")</script> & \' "'


def said(value: float) -> str:
    return f"{value:g}"


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_an_axis_reaches_its_highest_value_in_few_round_steps(most):
    ticks = plots.steps(most)
    assert ticks[0] == 0 and ticks[-1] >= most * (1 - 1e-9)
    assert 2 <= len(ticks) <= 6
    assert ticks[-1] <= most * 2.01 or ticks[-1] == 1


@pytest.mark.parametrize(("most", "ticks"), [(0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (95, [0, 50, 100])])
def test_steps(most, ticks):
    assert plots.steps(most) == ticks


def test_columns_are_stacked_to_their_height():
    svg = plots.columns(
        ["a", "b"], [Series("one", "b-a", [1, 0]), Series("two", "b-b", [1, 2])],
        title="t", describe="d", written=said, height=220,
    )  # fmt: skip
    tree = ElementTree.fromstring(svg)
    found = [(each.get("class"), float(each.get("y")), float(each.get("height"))) for each in tree.iter("rect")]
    assert [name for name, _, _ in found] == ["b-a", "b-b", "b-b"]
    (_, low, first), (_, high, second), (_, both, whole) = found
    assert high + second == pytest.approx(low, abs=0.2) and low + first == pytest.approx(194, abs=0.2)
    assert whole == pytest.approx(first + second, abs=0.2) and both == pytest.approx(high, abs=0.2)


def test_hostile_words_stay_words():
    drawn = (
        plots.columns([EVIL], [Series(EVIL, "b", [1])], title=EVIL, describe=EVIL, written=said, mark=Mark(0, EVIL)),
        plots.bars([(EVIL, 1, EVIL)], title=EVIL, describe=EVIL),
        plots.shares([Interval(EVIL, 0.5, 0.1, 0.9, EVIL)], title=EVIL, describe=EVIL, written=said),
    )
    for svg in drawn:
        tree = ElementTree.fromstring(svg)  # well-formed
        assert not [each for each in tree.iter() if "script" in each.tag]
        assert "style=" not in svg and not re.search(r" on\w+=", re.sub(r">[^<]*<|\"[^\"]*\"", "", svg))
        assert tree.get("role") == "img" and tree.find("title").text == EVIL


def test_nothing_is_drawn_of_nothing():
    for svg in (
        plots.columns([], [], title="t", describe="d", written=said),
        plots.bars([], title="t", describe="d"),
        plots.bars([("a", 0, "0")], title="t", describe="d"),
    ):
        assert not [
            each
            for each in ElementTree.fromstring(svg).iter("rect")
            if each.get("class") == "b-main" and each.get("width") != "0.0"
        ]


def test_a_limit_stands_between_its_column_and_the_one_before():
    svg = plots.columns(
        ["0"] * 21, [Series("n", "b", [1] * 21)], title="t", describe="d", written=said, mark=Mark(5, "least")
    )
    tree = ElementTree.fromstring(svg)
    bars = [float(each.get("x")) for each in tree.iter("rect")]
    line = float(
        re.match(r"M([\d.]+)", next(each.get("d") for each in tree.iter("path") if each.get("class") == "limit"))[1]
    )
    assert bars[4] < line < bars[5]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(9, 10, 0.5958, 0.9821), (0, 62, 0.0, 0.0583), (0, 0, 0, 1)]
)
def test_shares_carry_their_interval(part, whole, low, high):
    share = Share(part, whole)
    assert share.interval == pytest.approx((low, high), abs=1e-3)
    assert share.few == (whole < 10)
    assert Share(0, 0).value is None


def test_percents_are_set_as_the_language_wants():
    assert percent(0.923, words("fr")) == "92\u202f%"
    assert percent(0.923, words("en")) == "92%"
    assert percent(0.9231, words("fr"), 1) == "92,3\u202f%"
