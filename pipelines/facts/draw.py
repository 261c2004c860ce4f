"""The door: the facts of flagged items, drawn from the stretches of a document that belong to them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.models import FactClaim, FlagClaim, PageText, SessionClaim, Span
from pipelines.facts.amounts import amounts, is_about_money_itself
from pipelines.facts.cameras import cameras
from pipelines.facts.companies import products, vendors
from pipelines.facts.context import Text
from pipelines.facts.durations import durations
from pipelines.facts.found import Found
from pipelines.facts.funders import funders, plan_lines
from pipelines.facts.numerals import sums
from pipelines.regions import Key, regions

LONGEST = 60_000  # characters of one item that are searched: twenty pages
MOST = 60  # facts of one item; more of them is a table that nobody asked for
LEGIBLE = 0.85  # of a recognised page below, digits cannot be relied on


def with_facts(
    pages: Sequence[PageText], sessions: Sequence[SessionClaim], flags: Sequence[FlagClaim]
) -> tuple[FlagClaim, ...]:
    """The flags, each with the facts of its item."""
    wanted: set[Key] = {(one.session, one.item) for one in flags if one.session is not None and one.item is not None}
    if not wanted:
        return tuple(flags)
    poor = {page.number for page in pages if page.legible is not None and page.legible < LEGIBLE}
    found: dict[Key, list[FactClaim]] = defaultdict(list)
    length: dict[Key, int] = defaultdict(int)
    for region in regions(pages, sessions):
        if region.key not in wanted or region.page in poor or length[region.key] >= LONGEST:
            continue
        title = sessions[region.key[0]].items[region.key[1]].title
        end = min(region.end, region.start + LONGEST - length[region.key])
        length[region.key] += end - region.start
        found[region.key] += facts_of(region.text[region.start : end], title, region.page, region.start)
    return tuple(
        replace(one, facts=tuple(found[one.session, one.item][:MOST]))
        if one.session is not None and one.item is not None and found.get((one.session, one.item))
        else one
        for one in flags
    )


def facts_of(printed: str, title: str, page: int = 1, offset: int = 0) -> list[FactClaim]:
    """The facts of one stretch of an item with this title; spans are those of the page."""
    text = Text.of(printed)
    found = sorted(_found(text, title), key=lambda each: (each.start, each.kind))
    return [
        FactClaim(
            kind=each.kind,
            span=Span(page, offset + each.start, offset + each.end),
            text=" ".join(printed[each.start : each.end].split()),
            value=each.value,
            name=each.name,
            role=each.role,
            tax=each.tax,
            rate=each.rate,
        )
        for each in found
    ]


def _found(text: Text, title: str) -> Iterator[Found]:
    yield from products(text)
    if not is_about_money_itself(title):
        yield from amounts(text, {place for place, _ in plan_lines(text, sums(text.folded))})
        yield from funders(text)
        yield from vendors(text)
        yield from durations(text)
    yield from cameras(text)
