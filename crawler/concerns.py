"""What looks wrong with the sources of one council, from memory; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from crawler.config import Config
from crawler.config_checks import is_local
from crawler.sources import Memory, Row
from db.health import source_label
from spiders import urls

STALE = timedelta(days=365)  # an agenda page without a paper of a session since
UNSEEN = timedelta(days=90)  # an entry that the site shows no more
NEEDS_SCRIPT = "needs JavaScript"  # how a spider's note on such a page begins


def concerns(memory: Memory, config: Config, today: date, confidence: str = "") -> list[str]:
    """What an operator should look into, the gravest first; empty where all looks well.

    ``confidence`` is the registry's in the web site that it names: "high", "medium", "low".
    """
    return [
        *_of_the_setting(memory, config, confidence),
        *_of_the_sources(memory),
        *_of_the_site(memory),
        *_of_the_pages(memory, today),
        *_of_the_entries(memory),
        *_of_the_documents(memory),
    ]


def _of_the_setting(memory: Memory, config: Config, confidence: str) -> Iterator[str]:
    council = memory.council
    if council.id not in {watched.id for watched in config.councils}:
        yield f"not watched: no [[council]] in tocsin.toml; tocsin add {council.id}"
    if not memory.starts:
        yield "no web site is known: write website = … in its [[council]] block"
    elif not config.operator.contact and not all(map(is_local, memory.starts)):
        yield "no contact under [operator]: real sites are not crawled without it"
    if confidence == "low":
        yield f"the registry is not sure that {council.website} is its site: look at it, then write website = …"


def _of_the_sources(memory: Memory) -> Iterator[str]:
    if not memory.source or not memory.source["last_crawl_at"]:
        yield "never crawled"
    for source in memory.sources:
        name, last = _name(source), memory.last_crawl(source["spider"])
        if source["state"] in ("blind", "blocked", "disallowed", "paused"):
            yield f"{name}{source['state']} since {_day(source['state_since'])}: {source['reason'] or '-'}"
        if last and last["state"] in ("failed", "interrupted") and source["state"] != "blind":
            yield f"{name}the last crawl {last['state']}: {last['reason'] or 'no reason recorded'}"
        if last and last["item_errors"]:
            yield f"{name}{last['item_errors']} errors of our own in the last crawl: tocsin sources show"
        if last and last["robots_denied"]:
            count = last["robots_denied"]
            yield f"{name}robots.txt refused {count} {'address' if count == 1 else 'addresses'} in the last crawl"
    telling = [source for source in memory.sources if source["yielded"]]
    if telling and not any(source["early"] for source in telling):
        yield "what is read here is published after the vote: no session is announced in time"


def _of_the_site(memory: Memory) -> Iterator[str]:
    if memory.moved:
        yield (
            f"the site moved on {_day(memory.moved['moved_at'])}, from {memory.moved['moved_from']} to"
            f" {memory.moved['moved_to']}: write that as website = … once you have looked at it"
        )
    last = memory.last_crawl()
    scripted = [line for line in json.loads(last["log"]) if line.startswith(NEEDS_SCRIPT)] if last else []
    if scripted:
        more = f" and {len(scripted) - 1} more pages" if len(scripted) > 1 else ""
        yield f"{scripted[0]}{more}: install the browser (tocsin doctor), or name a page with the papers in start_urls"


def _of_the_pages(memory: Memory, today: date) -> Iterator[str]:
    begin = {urls.key(url) for url in memory.starts}
    for row in memory.pages:
        if urls.key(row["url"]) in begin and row["error"]:
            yield f"the page where a crawl begins is in error: {row['url']} ({row['error']})"
    for row in memory.pages:
        if row["last_productive_at"] and (row["error"] or not row["productive"]):
            yield f"this page led to documents once, no longer: {row['url']}"
    crawled = memory.source and memory.source["last_crawl_at"]
    productive = any(row["last_productive_at"] or row["productive"] for row in memory.pages)
    if crawled and not productive and not any(source["yielded"] for source in memory.sources):
        yield "no page ever led to a document: give the page of the sessions as start_urls"
    if memory.newest and date.fromisoformat(memory.newest[0]["date"]) < today - STALE:
        page, day = memory.newest[0]["found_on"], memory.newest[0]["date"]
        yield f"no paper of a session for over a year: the newest, of {day}, is on {page}; is that where they publish?"


def _of_the_entries(memory: Memory) -> Iterator[str]:
    for row in memory.entries:
        if row["failures"]:
            end = "" if row["in_use"] else "; it is not asked any more"
            crawls = f"{row['failures']} crawls in a row" if row["failures"] > 1 else "the last crawl"
            since = _day(row["failing_since"])
            yield f"{row['spider']} failed in {crawls}, since {since}: {row['error']}: {row['url']}{end}"
        elif not row["by_hand"] and _unseen(row, memory):
            yield f"the site shows this {row['spider']} no more since {_day(row['last_seen_at'])}: {row['url']}"


def _unseen(row: Row, memory: Memory) -> bool:
    crawled = memory.source and memory.source["last_success_at"]
    if not crawled:
        return False
    return datetime.fromisoformat(row["last_seen_at"]) < datetime.fromisoformat(crawled) - UNSEEN


def _of_the_documents(memory: Memory) -> Iterator[str]:
    if memory.documents.get("failed"):
        yield f"{memory.documents['failed']} documents could not be read: tocsin export documents"


def _name(source: Row) -> str:
    return "" if source["spider"] == "site" else f"{source_label(source)}: "


def _day(stamp: str | None) -> str:
    return stamp[:10] if stamp else "an unknown day"
