from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from db.filters import Filters
from db.search_marks import days, wanted

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def marks_of(day):
    return {f"xz{day.year // 10:03}", f"xy{day.year:04}", f"xm{day:%Y%m}"}


@given(DAYS, DAYS, DAYS)
def test_every_day_of_a_span_is_let_through_and_no_other_month(since, until, day):
    let_through = bool(marks_of(day) & set(days(since, until)))
    if since <= day <= until:
        assert let_through
    elif (day.year, day.month) < (since.year, since.month) or (day.year, day.month) > (until.year, until.month):
        assert not let_through


@given(DAYS)
def test_an_open_end_takes_few_marks(day):
    for found in (list(days(day, None)), list(days(None, day))):
        assert 1 <= len(found) <= 45
        assert marks_of(day) & set(found)
    assert list(days(None, None)) == []


def test_a_year_is_one_mark_and_a_span_that_ends_before_it_begins_finds_nothing():
    assert list(days(date(2025, 1, 1), date(2025, 12, 31))) == ["xy2025"]
    assert list(days(date(2025, 12, 31), date(2026, 1, 1))) == ["xm202512", "xm202601"]
    backwards = set(days(date(2026, 5, 1), date(2026, 3, 1)))
    assert not backwards & set().union(*(marks_of(date(2026, 1, 1) + timedelta(31 * n)) for n in range(12)))


def test_filters_as_an_expression():
    found = wanted(
        Filters(("ville-à-part",), ("2A", "69"), ("84",), ("body-cameras",), ("epci", "agenda"), date(2026, 2, 3),
                date(2026, 2, 4)),
        opened=True,
    )  # fmt: skip
    council = "ville-à-part".encode().hex()
    assert found == (
        f"(xc{council}) AND (xd2a OR xd69) AND (xr84) AND (xobodycameras) AND (xkepci) AND (xtagenda)"
        " AND (xm202602) AND (xopen)"
    )
    assert wanted(Filters()) is None


def test_odd_filters_stay_words():
    odd = wanted(Filters(("\"' OR *\ud800",), ('") OR (x',), ("",), ("!!",), ("(", "agenda")))
    assert odd is not None
    assert '"' not in odd
    assert "*" not in odd
