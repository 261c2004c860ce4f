"""*Coverage*: what is watched and what is not, what we do not see, and how well documents are read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from datasette.utils.asgi import Response

from alerts.plain import one_line
from db.filters import Columns
from db.health import source_label
from db.portal import coverage_plots, filters, paging, queries_coverage
from db.portal.filters import Chosen
from db.portal.page import Context, Page
from db.portal.queries_coverage import NOT_SEEING, STATES
from db.portal.reader import PublicReader
from db.portal.shares import Share
from db.reader import Row
from db.values import moment, optional_moment
from spiders.registry import Registry

COUNCILS = Columns(day="NULL", document_kind="1")
SIZE = 10
GAPS = ("sound", "scans", "archives", "scripts", "sites", "votes", "words")


async def view(page: Context) -> Response:
    """The page; all of it is computed when it is asked for."""
    chosen = filters.chosen(page.query)
    territory = Chosen(department=chosen.department, region=chosen.region, unknown=chosen.unknown)
    where = territory.clause(COUNCILS)

    def ask(archive: PublicReader) -> tuple[list[Row], list[tuple[str, int]]]:
        return (
            queries_coverage.sources(archive, where.sql, where.parameters),
            queries_coverage.documents(archive, where.sql, where.parameters),
        )

    rows, documents = await page.read(ask)
    states = queries_coverage.councils(rows)
    unseen = [row for row in rows if row["state"] in NOT_SEEING]
    at = paging.at(page, len(unseen), SIZE)
    read = [row for row in rows if row["state"] != "paused"]
    registry = Registry.load()
    return await page.html(
        "coverage.html",
        title=page.words.say("coverage.title"),
        chosen=territory,
        choices=await filters.choices(page),
        watched=len(states),
        blind=sum(state in NOT_SEEING for state in states.values()),
        kinds=queries_coverage.kinds(states, registry, chosen.department, chosen.region),
        elsewhere=sum(council not in queries_coverage.registered(registry) for council in states),
        states=_states(page, rows),
        unseen=[_unseen(page, row) for row in unseen[at.offset : at.offset + SIZE]],
        at=at,
        fresh=coverage_plots.freshness(read, page.words, page.now),
        oldest=min((row["last_success_at"] for row in read if row["last_success_at"]), default=None),
        when=lambda text: page.words.instant(moment(text), page.site.zone),
        documents=documents,
        total=sum(number for _, number in documents),
        gaps=GAPS,
        quality=coverage_plots.quality(quality(), page.words),
        share=lambda part, whole: coverage_plots.share(Share(part, whole), page.words),
        behind=page.sql(queries_coverage.BEHIND),
    )


@cache
def quality() -> dict[str, Any]:
    """What benchmarks/quality.py measured, as the package ships it."""
    found: dict[str, Any] = json.loads(files("db.portal").joinpath("quality.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class State:
    """The sources in one state; ``since`` is when the one that is longest in it came into it."""

    name: str
    sources: int
    since: str | None


def _states(page: Context, rows: list[Row]) -> list[State]:
    found = []
    for name in STATES:
        those = [row for row in rows if row["state"] == name]
        if those:
            since = min((row["state_since"] for row in those if row["state_since"]), default=None)
            found.append(State(name, len(those), since))
    return found


def _unseen(page: Context, row: Row) -> dict[str, Any]:
    """A source of which we see nothing, as the table has it."""
    since = optional_moment(row["state_since"])
    last = optional_moment(row["last_success_at"])
    return {
        "council_id": row["council_id"],
        "council": row["council"],
        "spider": "" if row["spider"] == "site" else source_label(row).rpartition("/")[2],
        "where": page.site.departments.get(row["department"] or "", ""),
        "state": row["state"],
        "reason": one_line(row["reason"] or "", 240),
        "since": page.words.seen(since, page.site.zone) if since else "",
        "days": max(0, (page.now - since) // timedelta(days=1)) if since else None,
        "last": page.words.seen(last, page.site.zone) if last else "",
    }


PAGE = Page("coverage", "/coverage", view, menu=40)
