"""Rows as they come are the rows of the listings, in their order."""

from __future__ import annotations

from datetime import date

import pytest

from db.queries import Filters, Reader

LISTINGS = ("flagged", "sessions", "items", "votes", "documents")
NARROWED = (
    Filters(),
    Filters(councils=("commune-99001",)),
    Filters(topics=("drones",)),
    Filters(min_score=0.85),
    Filters(since=date(2026, 3, 1), kinds=("agenda", "commune")),
    Filters(departments=("974",), until=date(2026, 12, 31)),
)


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("filters", NARROWED)
def test_a_stream_is_its_listing(standing, listing, filters):
    for private in (True, False):
        with Reader(standing, private=private) as reader:
            assert list(reader.stream(listing, filters)) == getattr(reader, listing)(filters)


@pytest.mark.parametrize("listing", LISTINGS)
def test_odd_numbers_and_missing_dates_keep_their_order(world, home, make, listing, monkeypatch):
    """Numbers as numbers, then words; what has no date last; batches of two."""
    monkeypatch.setattr("db.streaming.BATCH", 2)
    world.db.execute("UPDATE items SET number = CASE row WHEN 1 THEN '10' WHEN 2 THEN '9' ELSE 'bis' END")
    items = tuple(
        make.item(20 + n, number=number, votes=make.voted().votes)
        for n, number in enumerate(["2", "10", None, "A", "é", "9", ""])
    )
    flags = tuple(make.flag(20 + n, item_id=f"i-{20 + n}") for n in range(7))
    world.save_facts(make.facts(make.session(items=items, flags=flags)), make.item().first_seen_at)
    with Reader(home) as reader:
        rows = getattr(reader, listing)()
        assert list(reader.stream(listing)) == rows
        assert len(rows) > 1


def test_a_stream_may_be_left_and_the_reader_used_again(standing):
    with Reader(standing) as reader:
        stream = reader.stream("items")
        first = next(stream)
        stream.close()
        assert next(reader.stream("items")) == first
        assert reader.items()[0] == first
