"""What *Coverage* asks of the archive: every source, and how the documents could be read."""

# SQL is put together from constant fragments here; every value is bound.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from db.health import UNREAD, summed
from db.portal.reader import PublicReader
from db.portal.shares import Share
from db.reader import Row
from spiders.registry import Registry

# From what most needs saying to what least does.
STATES = ("blind", "blocked", "disallowed", "new", "quiet", "paused", "ok")
NOT_SEEING = ("blind", "blocked", "disallowed")
SOURCES = """
    SELECT o.id AS source_id, o.council_id, o.spider, o.state, o.reason, o.state_since, o.failures, o.early,
           o.last_success_at, c.name AS council, c.kind, c.department, c.region, c.population,
           EXISTS (SELECT 1 FROM crawls k WHERE k.source_id = o.id AND k.documents_listed > 0) AS yielded
    FROM sources o JOIN councils c ON c.id = o.council_id WHERE {0}
"""
# The state of a document is that of the content seen last; an index holds the versions that are not simply read.
UNREAD_DOCUMENTS = """
    SELECT v.state, count(*) AS documents FROM versions v{0}
    WHERE v.state <> 'read'
      AND NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = v.document_id AND w.id <> v.id
                      AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
      AND {1}
    GROUP BY v.state
"""
_OF = " JOIN documents d ON d.id = v.document_id JOIN councils c ON c.id = d.council_id"
# Documents of which there is a version; an index has them in order.
DOCUMENTS = "SELECT count(DISTINCT document_id) AS n FROM versions"
# ``mirror`` is always 0 in archive.db; to say so lets SQLite use the index of the documents of a council.
DOCUMENTS_IN = """
    SELECT count(*) AS n FROM councils c CROSS JOIN documents d ON d.council_id = c.id
    WHERE d.mirror = 0 AND EXISTS (SELECT 1 FROM versions v WHERE v.document_id = d.id) AND {0}
"""
# What the link to Datasette runs.
BEHIND = """
select state, council, spider, reason, state_since, last_success_at, department
from source_health
order by case state when 'blind' then 0 when 'blocked' then 1 when 'disallowed' then 2 when 'new' then 3
  when 'quiet' then 4 when 'paused' then 5 else 6 end, state_since
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """The councils of one kind: how many the registry has, how many are watched, and the people in them."""

    kind: str
    watched: int
    councils: int
    inhabitants: Share

    @property
    def share(self) -> Share:
        return Share(self.watched, self.councils)


@lru_cache(maxsize=4)
def registered(registry: Registry) -> Mapping[str, tuple[str, str, str, int]]:
    """The councils of the registry by id: kind, département, region, inhabitants."""
    own, *cells = (
        registry.columns.index(name) for name in ("id", "kind", "department_code", "region_code", "population")
    )
    found = {}
    for row in registry.rows:
        kind, department, region, population = (row[cell] for cell in cells)
        found[row[own]] = (kind, department, region, int(population or 0))
    return found


def kinds(watched: Iterable[str], registry: Registry, department: str | None, region: str | None) -> list[Kind]:
    """The registry's councils by kind, in the order of their number, with those among them that are watched."""
    seen = set(watched)
    councils: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # all and watched, councils and inhabitants
    for council, (kind, of, within, people) in registered(registry).items():
        if (department and of != department) or (region and within != region):
            continue
        counted = councils[kind]
        counted[0] += 1
        counted[2] += people
        if council in seen:
            counted[1] += 1
            counted[3] += people
    made = [Kind(kind, each[1], each[0], Share(each[3], each[2])) for kind, each in councils.items()]
    return sorted(made, key=lambda each: -each.councils)


def sources(archive: PublicReader, where: str, parameters: Mapping[str, object]) -> list[Row]:
    """Every source, those of which we see nothing first, the longest so first."""
    found = archive.rows(SOURCES.format(where), parameters)
    return sorted(found, key=lambda row: (STATES.index(row["state"]), row["state_since"] or "", row["source_id"]))


def councils(rows: Iterable[Row]) -> dict[str, str]:
    """The state of each council over its sources (``db.health.summed``); paused ones are not watched."""
    by: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by[row["council_id"]].append(row)
    states = {council: str(summed(each)["state"]) for council, each in by.items()}
    return {council: state for council, state in states.items() if state != "paused"}


def documents(archive: PublicReader, where: str, parameters: Mapping[str, object]) -> list[tuple[str, int]]:
    """How many documents are in each state of reading: read first, then by urgency."""
    everywhere = where == "1"
    unread = {
        row["state"]: row["documents"]
        for row in archive.rows(UNREAD_DOCUMENTS.format("" if everywhere else _OF, where), parameters)
    }
    total = archive.rows(DOCUMENTS if everywhere else DOCUMENTS_IN.format(where), parameters)[0]["n"]
    order = [*UNREAD, *sorted(set(unread) - set(UNREAD))]
    return [("read", total - sum(unread.values())), *((state, unread[state]) for state in order if state in unread)]
