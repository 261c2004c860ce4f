"""What pages can be narrowed to: read from the query string, handed to ``db.filters``, kept in links and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alerts.subscriptions import labels
from crawler.models import COUNCIL_KINDS, TOPICS
from db import filters
from db.portal.page import Context
from db.reader import Row

TERRITORIES = """
    SELECT DISTINCT department, region FROM councils WHERE department IS NOT NULL OR region IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters of a page. ``unknown``: values that mean nothing here; they are said, and narrow nothing."""

    council: str | None = None
    department: str | None = None
    region: str | None = None
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    unknown: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.query())

    @property
    def territory(self) -> str:
        """The value of the territory's field: "department-29", "region-53", or nothing."""
        if self.department:
            return f"department-{self.department}"
        return f"region-{self.region}" if self.region else ""

    def query(self) -> dict[str, object]:
        """As a query string: for ``Context.url(…, query=…)``."""
        found = {
            "council": self.council,
            "territory": self.territory,
            "topic": self.topics,
            "kind": self.kinds,
            "since": self.since,
            "until": self.until,
        }
        return {name: value for name, value in found.items() if value}

    def for_archive(self, min_score: float | None = None) -> filters.Filters:
        """As ``db.filters`` take them."""
        return filters.Filters(
            councils=(self.council,) if self.council else (),
            departments=(self.department,) if self.department else (),
            regions=(self.region,) if self.region else (),
            topics=self.topics,
            kinds=self.kinds,
            since=self.since,
            until=self.until,
            min_score=min_score,
        )

    def clause(self, columns: filters.Columns, min_score: float | None = None) -> filters.Clause:
        """The condition of a query whose councils are ``c`` (see ``db.filters.clause``)."""
        return filters.clause(self.for_archive(min_score), columns)

    def feeds(self) -> list[str]:
        """The feeds that are about as much, the nearest first: see ``db.portal.feeds.existing``."""
        if self.council:
            return [self.council]
        if self.territory and not self.topics:
            return [self.territory]
        return [f"topic-{self.topics[0]}"] if len(self.topics) == 1 and not self.territory else []


def chosen(query: Mapping[str, list[str]]) -> Chosen:
    """The filters of a query string: ``territory`` (or ``department``, ``region``), ``council``, ``topic``, ``kind``
    (of councils), ``since``, ``until``. Never raises."""
    unknown: list[str] = []
    department, region = _one(query, "department"), _one(query, "region")
    territory = _one(query, "territory")
    if territory:
        what, _, code = territory.partition("-")
        if what == "department" and code:
            department = code
        elif what == "region" and code:
            region = code
        else:
            unknown.append(territory)
    return Chosen(
        council=_one(query, "council"),
        department=department,
        region=region if not department else None,
        topics=_among(query, "topic", TOPICS, unknown),
        kinds=_among(query, "kind", COUNCIL_KINDS, unknown),
        since=_day(query, "since", unknown),
        until=_day(query, "until", unknown),
        unknown=tuple(unknown),
    )


def _one(query: Mapping[str, list[str]], name: str) -> str | None:
    return next((value.strip()[:100] for value in query.get(name, ()) if value.strip()), None)


def _among(query: Mapping[str, list[str]], name: str, known: tuple[str, ...], unknown: list[str]) -> tuple[str, ...]:
    given = dict.fromkeys(value.strip() for value in query.get(name, ())[:50] if value.strip())
    unknown += [value for value in given if value not in known]
    return tuple(value for value in given if value in known)


def _day(query: Mapping[str, list[str]], name: str, unknown: list[str]) -> date | None:
    text = _one(query, name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        unknown.append(text)
        return None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of the filters offers: (value, words) in the order shown."""

    departments: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


async def choices(page: Context) -> Choices:
    """The territories that the archive knows, every topic and every kind of council, in the page's words."""
    rows = page.site.kept("territories") or page.site.keep("territories", await page.rows(TERRITORIES))
    known = labels()
    return Choices(
        departments=_places(rows, "department", page.site.departments),
        regions=_places(rows, "region", page.site.regions),
        topics=tuple((topic, known[topic][page.language]) for topic in TOPICS if topic in known),
        kinds=tuple((kind, page.words.say(f"base.kinds.{kind}")) for kind in COUNCIL_KINDS),
    )


def _places(rows: list[Row], column: str, names: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    codes = sorted({row[column] for row in rows if row[column]})
    return tuple((f"{column}-{code}", f"{names[code]} ({code})" if code in names else code) for code in codes)
