"""What the archive remembers of one source, and what looks wrong with it; nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.config_checks import is_local
from crawler.models import Council
from db.connection import connect_read_only, empty
from db.home import Home

Row = dict[str, Any]
PAGE = "url, kind, status, error, productive, last_productive_at, fetched_at"


@dataclass(frozen=True, slots=True)
class Memory:
    """One council as the archive has it; rows are as in the tables."""

    council: Council
    source: Row | None
    crawls: tuple[Row, ...]  # newest first
    pages: tuple[Row, ...]  # those where a crawl begins, and those that led to documents, best first
    errors: tuple[Row, ...]  # addresses whose last look failed
    documents: dict[str, int]  # by reading state
    hosts: dict[str, int]  # documents by host

    @property
    def starts(self) -> tuple[str, ...]:
        """Where the next crawl begins, whatever it remembers."""
        council = self.council
        return tuple(dict.fromkeys(url for url in (council.website, *council.start_urls) if url))


def remember(home: Home, council: Council, limit: int = 10) -> Memory:
    """Read what ``archive.db`` knows of a council. Raises ArchiveError."""
    db = connect_read_only(home.archive) if home.archive.exists() else empty()
    try:

        def rows(sql: str, *values: object) -> list[Row]:
            return list(db.query(sql, values))

        source = rows("SELECT * FROM sources WHERE id = ?", f"{council.id}/site")
        crawls = rows(
            "SELECT c.* FROM crawls c JOIN sources s ON s.id = c.source_id WHERE s.council_id = ?"
            " ORDER BY c.id DESC LIMIT ?", council.id, limit,
        )  # fmt: skip
        starts = json.dumps([url for url in (council.website, *council.start_urls) if url])
        pages = rows(
            f"SELECT {PAGE} FROM urls WHERE council_id = ? AND kind = 'page'"  # noqa: S608 - a constant
            " AND (productive > 0 OR last_productive_at IS NOT NULL OR url IN (SELECT value FROM json_each(?)))"
            " ORDER BY productive DESC, last_productive_at DESC, url LIMIT ?", council.id, starts, 2 * limit,
        )  # fmt: skip
        errors = rows(
            f"SELECT {PAGE} FROM urls WHERE council_id = ? AND error IS NOT NULL"  # noqa: S608 - a constant
            " ORDER BY fetched_at DESC LIMIT ?", council.id, limit,
        )  # fmt: skip
        versions = rows(
            "SELECT d.url, v.state FROM documents d JOIN versions v ON v.document_id = d.id WHERE d.council_id = ?"
            " AND v.number = (SELECT max(number) FROM versions w WHERE w.document_id = d.id)", council.id,
        )  # fmt: skip
    finally:
        db.close()
    return Memory(
        council,
        source[0] if source else None,
        tuple(crawls),
        tuple(pages),
        tuple(errors),
        _count(row["state"] for row in versions),
        _count(urlsplit(row["url"]).netloc for row in versions if not row["url"].startswith("file:")),
    )


def _count(words: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def concerns(memory: Memory, config: Config) -> list[str]:
    """What an operator should look into, the gravest first; empty where all looks well."""
    council, found = memory.council, list[str]()
    if council.id not in {watched.id for watched in config.councils}:
        found.append(f"not watched: no [[council]] in tocsin.toml; tocsin add {council.id}")
    if not memory.starts:
        found.append("no web site is known: write website = … in its [[council]] block")
    elif not config.operator.contact and not all(map(is_local, memory.starts)):
        found.append("no contact under [operator]: real sites are not crawled without it")
    found += _of_the_source(memory)
    found += _of_the_pages(memory)
    if memory.documents.get("failed"):
        found.append(f"{memory.documents['failed']} documents could not be read: tocsin export documents")
    return found


def _of_the_source(memory: Memory) -> list[str]:
    source, found = memory.source, list[str]()
    if not source or not source["last_crawl_at"]:
        return ["never crawled"]
    if source["state"] in ("blind", "blocked", "disallowed", "paused"):
        found.append(f"{source['state']} since {source['state_since'] or 'an unknown day'}: {source['reason'] or '-'}")
    last = memory.crawls[0] if memory.crawls else None
    if last and last["state"] in ("failed", "interrupted") and source["state"] != "blind":
        found.append(f"the last crawl {last['state']}: {last['reason'] or 'no reason recorded'}")
    if last and last["item_errors"]:
        found.append(f"{last['item_errors']} errors of our own in the last crawl: tocsin sources show")
    if last and last["robots_denied"]:
        found.append(f"robots.txt refused {last['robots_denied']} addresses in the last crawl")
    return found


def _of_the_pages(memory: Memory) -> list[str]:
    wrong = [row for row in memory.pages if row["url"] in memory.starts and row["error"]]
    found = [f"the page where a crawl begins is in error: {row['url']} ({row['error']})" for row in wrong]
    lost = [row for row in memory.pages if row["last_productive_at"] and (row["error"] or not row["productive"])]
    found += [f"this page led to documents once, no longer: {row['url']}" for row in lost]
    crawled = memory.source and memory.source["last_crawl_at"]
    if crawled and not any(row["last_productive_at"] or row["productive"] for row in memory.pages):
        found.append("no page ever led to a document: give the page of the sessions as start_urls")
    return found


def merged(rows: Sequence[Row], config: Config) -> list[Row]:
    """The sources of the archive, and the configured councils that were never put there (state ``new``)."""
    known = {row["council_id"] for row in rows}
    watched = {council.id for council in config.councils}
    new = [
        {
            "source_id": f"{council.id}/site", "council_id": council.id, "council": council.name,
            "kind": council.kind, "department": council.department, "region": council.region, "spider": "site",
            "state": "new", "reason": None, "state_since": None, "failures": 0, "last_crawl_at": None,
            "last_success_at": None, "last_new_document_at": None, "documents": 0, "needs_ocr": 0,
            "failed_documents": 0,
        }
        for council in config.councils
        if council.id not in known
    ]  # fmt: skip
    return [{**row, "watched": row["council_id"] in watched} for row in [*rows, *new]]
