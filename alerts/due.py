"""What a watch asks of the databases at each tick: which councils are due, whether anything changed, who is blind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from crawler.config import Config
from db.health import source_label
from db.home import Home
from db.queries import Reader
from db.values import moment

RETRY = timedelta(minutes=15)  # before a crawl that left no trace is tried again
BLIND = frozenset({"blind", "blocked", "disallowed"})


def due_councils(home: Home, config: Config, now: datetime, tried: Mapping[str, datetime]) -> list[str]:
    """The configured councils whose last crawl is ``crawl_every`` ago, the longest first; those never crawled before.

    ``tried``: when this process last started a crawl, so that one that dies at once is not started at each tick.
    """
    with Reader(home) as reader:
        # one crawl of a council reads its site first and then all else: what is due is told by its site
        sources = {row["council_id"]: row for row in reader.sources() if row["spider"] == "site"}
    pause = min(RETRY, config.watch.crawl_every)
    due = []
    for council in config.councils:
        if not (council.website or council.start_urls):
            continue  # known by what is ingested alone
        row = sources.get(council.id)
        if council.id in tried and now - tried[council.id] < pause:
            continue
        if row is None or _is_due(row, now, config.watch.crawl_every):
            due.append(((row or {}).get("last_crawl_at") or "", council.id))
    return [council_id for _, council_id in sorted(due)]


def _is_due(row: Mapping[str, Any], now: datetime, every: timedelta) -> bool:
    if row["state"] == "paused":
        return False
    if row["lease_until"] and moment(row["lease_until"]) > now:
        return False  # somebody is crawling it
    return row["last_crawl_at"] is None or now - moment(row["last_crawl_at"]) >= every


def fingerprint(home: Home) -> tuple[tuple[str, int, int], ...]:
    """Something that differs where the archives were written to."""
    found = []
    for path in (home.archive, home.private):
        for each in (path, path.with_name(path.name + "-wal")):
            if each.exists():
                stat = each.stat()
                found.append((each.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def blind_sources(home: Home, config: Config) -> list[str]:
    """A line for each source of a configured council that yields nothing any more."""
    watched = {council.id for council in config.councils}
    with Reader(home) as reader:
        rows = [row for row in reader.sources() if row["state"] in BLIND and row["council_id"] in watched]
    return [f"{source_label(row)} is {row['state']}: {row['reason'] or 'no reason given'}" for row in rows]
