"""Bounded work: pieces, costly prefixes, time that is up; and the same rows whichever way they were found."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import search, search_scan
from db.queries import Filters, Reader
from db.search import expression_of

WORDS = ("camera", "camion", "caméras", "conseil", "drone", "mairie", "vote", "école")
PAGES = 40


@pytest.fixture
def town(store, make):
    """Documents of a page each: the n-th holds the words whose number divides n."""
    for n in range(1, PAGES + 1):
        held = " ".join(word for k, word in enumerate(WORDS, 1) if n % k == 0)
        make.record(store, f"https://trepigny.example/{n}.pdf", text=f"page {n} : {held}. ")
    with Reader(store.home) as reader:
        yield reader


def numbers(found):
    return sorted(int(row["document_url"].rpartition("/")[2].partition(".")[0]) for row in found.rows)


def divided(*by, without=()):
    kept = [n for n in range(1, PAGES + 1) if all(n % k == 0 for k in by) and not any(n % k == 0 for k in without)]
    return sorted(kept)


TERMS = st.tuples(
    st.lists(st.sampled_from([*WORDS, "cam*", "c*", "ecole", '"camera camion"', "zzz*"]), min_size=1, max_size=3),
    st.lists(st.sampled_from([*WORDS, "cam*", "con*"]), max_size=2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TERMS)
def test_every_way_of_looking_finds_the_same(town, terms):
    wanted, excluded = terms
    text = " ".join([*wanted, *(f"-{word}" for word in excluded)])
    usual = numbers(town.find(text, limit=100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_scan, "FIRST_PIECE", 3)
        assert numbers(town.find(text, limit=100)) == usual
        patch.setattr(search_scan, "HEAVY_LEAVES", -1)
        patch.setattr(search_scan, "TEXTS_AT_ONCE", 2)
        found = town.find(text, limit=100)
        assert numbers(found) == usual
        assert (found.total, found.more, found.looked) == (len(usual), False, None)


def test_what_is_found(town):
    assert numbers(town.find("camion caméras", limit=100)) == divided(2, 3)
    assert numbers(town.find("camion NOT drone", limit=100)) == divided(2, without=(5,))
    assert numbers(town.find("cam* ecole", limit=100)) == divided(8)
    assert numbers(town.find("drone -cam*", limit=100)) == []


def test_of_more_than_is_ranked_the_newest_are(town, monkeypatch):
    monkeypatch.setattr(search, "MOST", 5)
    found = town.find("camion", limit=100)
    assert (numbers(found), found.total, found.more, found.looked) == ([32, 34, 36, 38, 40], 5, True, None)
    assert town.find("école", limit=100).more is False
    monkeypatch.setattr(search_scan, "HEAVY_LEAVES", -1)
    monkeypatch.setattr(search_scan, "TEXTS_AT_ONCE", 3)
    assert numbers(town.find("camio*", limit=100)) == [32, 34, 36, 38, 40]


def test_when_time_is_up_it_says_how_far_it_looked(town, monkeypatch):
    monkeypatch.setattr(search_scan, "FIRST_PIECE", 4)
    clock = itertools.count()
    found = town.find("caméras", limit=100, patience=0.5, clock=lambda: float(next(clock)))
    assert (numbers(found), found.more, found.looked) == ([39], True, 4)


def test_so_many_texts_are_compared_and_no_more(town, monkeypatch):
    monkeypatch.setattr(search_scan, "HEAVY_LEAVES", -1)
    monkeypatch.setattr(search_scan, "TEXTS_AT_ONCE", 5)
    monkeypatch.setattr(search_scan, "LOOKED_AT", 10)
    found = town.find("vot*", limit=100)
    assert (numbers(found), found.more, found.looked) == ([35], True, 10)


def test_pieces_of_a_list(town):
    whole = [row["document_id"] for row in town.find("camion", limit=100).rows]
    assert len(whole) == 20
    assert [row["document_id"] for row in town.find("camion", limit=7, offset=7).rows] == whole[7:14]
    assert town.find("camion", limit=7, offset=7).total == 20
    newest = [row["document_url"] for row in town.find("camion", newest=True, limit=3).rows]
    assert newest == [f"https://trepigny.example/{n}.pdf" for n in (40, 38, 36)]


def test_the_expression_behind_a_search():
    assert expression_of("drone", Filters(departments=("69",))) == '{text} : ("drone") AND {marks} : ((xd69))'
    assert expression_of("-drone") is None
    assert expression_of('"(') is None
