# ruff: noqa: DTZ001  hypothesis wants naive bounds, and a naive instant is refused
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.ids import PREFIXES, kind_of, new_id
from db.values import clean, moment, optional_day, stamp


def test_stamps_are_utc_to_the_second():
    at = datetime(2025, 9, 12, 9, 0, 0, 999999, tzinfo=ZoneInfo("Europe/Paris"))
    assert stamp(at) == "2025-09-12T07:00:00+00:00"
    assert stamp(at, ZoneInfo("Indian/Reunion")) == "2025-09-12T11:00:00+04:00"
    assert moment(stamp(at)) == at.replace(microsecond=0)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        stamp(datetime(2025, 9, 12))


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_stamps_sort_as_instants(naive, minutes):
    one = naive.replace(tzinfo=UTC)
    other = (one + timedelta(seconds=1)).astimezone(timezone(timedelta(minutes=minutes)))
    assert stamp(one) < stamp(other)


def test_days():
    assert optional_day("2026-03-09") == date(2026, 3, 9)
    assert optional_day(None) is None


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_clean_text_can_be_stored_and_keeps_its_length(text):
    assert len(clean(text)) == len(text)
    clean(text).encode("utf-8")
    assert "\0" not in clean(text)


def test_ids_name_their_kind():
    ids = {new_id(prefix) for prefix in PREFIXES for _ in range(200)}
    assert len(ids) == 1000
    assert {kind_of(each) for each in ids} == set(PREFIXES.values())


@pytest.mark.parametrize(
    "text", ["commune-69123", "s-short", "x-7k2m9q4x3c", "", "s-7K2M9Q4X3C", "f", "i-7k2m9q4x3caa"]
)
def test_other_text_is_no_id(text):
    assert kind_of(text) is None
