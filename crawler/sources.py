"""What the archive remembers of the sources of one council: the plan of its next crawl. Nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.models import Council
from db.connection import connect_read_only, empty
from db.health import summed
from db.home import Home
from db.store.entries import IN_USE
from spiders import urls

Row = dict[str, Any]
PAGE = "url, kind, status, error, productive, last_productive_at, fetched_at"
# a site without a map at the usual address has none: no fault to show
GUESSED = "(status = 404 AND url LIKE '%/sitemap.xml' AND last_productive_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Memory:
    """One council as the archive has it; rows are as in the tables."""

    council: Council
    sources: tuple[Row, ...]  # the site first; ``yielded``: it listed a document once
    crawls: tuple[Row, ...]  # of all sources, newest first; with ``spider``
    pages: tuple[Row, ...]  # those where a crawl begins, and those that led to documents, best first
    entries: tuple[Row, ...]  # of platforms; ``in_use``: the next crawl begins with it
    errors: tuple[Row, ...]  # addresses whose last look failed
    documents: dict[str, int]  # by reading state
    hosts: dict[str, int]  # documents by host
    newest: tuple[Row, ...]  # the last session of which each page has a paper: ``found_on``, ``date``; newest first
    sessions: int  # known of the council

    @property
    def source(self) -> Row | None:
        """The row of its site."""
        return next((row for row in self.sources if row["spider"] == "site"), None)

    @property
    def state(self) -> Row:
        """How the council is watched over all its sources: ``state`` and ``reason``."""
        return summed(self.sources)

    @property
    def moved(self) -> Row | None:
        """Where the site went (``moved_from``, ``_to``, ``_at``), unless the operator gave another address since."""
        source = self.source
        holds = source and source["moved_to"] and source["moved_from"] == self.council.website
        return source if holds else None

    @property
    def website(self) -> str | None:
        """Where the next crawl begins: the address given, or the one that it led to."""
        return str(self.moved["moved_to"]) if self.moved else self.council.website

    @property
    def starts(self) -> tuple[str, ...]:
        """Where the next crawl begins, whatever it remembers."""
        return tuple(dict.fromkeys(url for url in (self.website, *self.council.start_urls) if url))

    def last_crawls(self) -> list[Row]:
        """The last crawl of each source, the site's first."""
        return [crawl for row in self.sources if (crawl := self.last_crawl(row["spider"]))]

    def last_crawl(self, spider: str = "site") -> Row | None:
        """The last crawl of one source."""
        return next((row for row in self.crawls if row["spider"] == spider), None)

    def plan(self) -> list[Row]:
        """What the next crawl begins with, and why: pages of the site, then entries of platforms."""
        known = {urls.key(row["url"]): row for row in self.pages}
        keys = dict.fromkeys([*map(urls.key, self.starts), *known])
        names = {urls.key(url): "start page" for url in self.council.start_urls}
        if self.website:
            names[urls.key(self.website)] = "new home page" if self.moved else "home page"
        addresses = {urls.key(url): url for url in self.starts}
        rows = [_page(addresses.get(key), names.get(key), known.get(key)) for key in keys]
        rows.sort(key=lambda row: (not row["begins"], -row["productive"]))
        return rows + [_entry(row) for row in self.entries]


def _page(start: str | None, name: str | None, row: Row | None) -> Row:
    listed = (row or {}).get("productive") or 0
    last = (row or {}).get("last_productive_at")
    papers = f"{listed} document{'' if listed == 1 else 's'}"
    told = f"lists {papers}" if listed else f"listed documents until {last[:10]}" if last else None
    return {
        "spider": "site",
        "url": start or (row or {})["url"],
        "why": ", ".join(part for part in (name, told) if part),
        "begins": bool(start or listed or last),
        "productive": listed,
        "last_productive_at": last,
        "looked_at": (row or {}).get("fetched_at"),
        "error": (row or {}).get("error"),
    }


def _entry(row: Row) -> Row:
    return {
        "spider": row["spider"],
        "url": row["url"],
        "why": row["why"] + (f" ({row['found_on']})" if row["found_on"] else ""),
        "begins": bool(row["in_use"]),
        "productive": 0,
        "last_productive_at": row["last_productive_at"],
        "looked_at": None,
        "error": row["error"],
    }


def remember(home: Home, council: Council, limit: int = 10) -> Memory:
    """Read what ``archive.db`` knows of a council. Raises ArchiveError."""
    db = connect_read_only(home.archive) if home.archive.exists() else empty()
    try:

        def rows(sql: str, *values: object) -> tuple[Row, ...]:
            return tuple(db.query(sql, (council.id, *values)))

        sources = rows(
            "SELECT s.*, s.id AS source_id, EXISTS (SELECT 1 FROM crawls c WHERE c.source_id = s.id"
            " AND c.documents_listed > 0) AS yielded FROM sources s WHERE council_id = ?"
            " ORDER BY s.spider <> 'site', s.spider"
        )
        moved = [row["moved_to"] for row in sources if row["moved_to"]]
        starts = json.dumps([url for url in (council.website, *moved, *council.start_urls) if url])
        versions = rows(
            "SELECT d.url, v.state FROM documents d JOIN versions v ON v.document_id = d.id WHERE d.council_id = ?"
            " AND v.number = (SELECT max(number) FROM versions w WHERE w.document_id = d.id)"
        )
        return Memory(
            council,
            sources,
            rows(
                "SELECT c.*, s.spider FROM crawls c JOIN sources s ON s.id = c.source_id WHERE s.council_id = ?"
                " ORDER BY c.id DESC LIMIT ?", limit * max(1, len(sources)),
            ),
            rows(
                f"SELECT {PAGE} FROM urls WHERE council_id = ? AND kind = 'page'"  # noqa: S608 - a constant
                " AND (productive > 0 OR last_productive_at IS NOT NULL OR url IN (SELECT value FROM json_each(?)))"
                " ORDER BY productive DESC, last_productive_at DESC, url LIMIT ?", starts, 2 * limit,
            ),
            rows(f"SELECT *, {IN_USE} AS in_use FROM entries WHERE council_id = ? ORDER BY spider, url"),  # noqa: S608
            rows(
                f"SELECT {PAGE} FROM urls WHERE council_id = ? AND error IS NOT NULL AND NOT {GUESSED}"  # noqa: S608
                " ORDER BY fetched_at DESC LIMIT ?", limit,
            ),
            _count(row["state"] for row in versions),
            _count(urlsplit(row["url"]).netloc for row in versions if not row["url"].startswith("file:")),
            rows(
                "SELECT coalesce(d.found_on, d.url) AS found_on, max(coalesce(s.last_day, s.date)) AS date"
                " FROM sessions s JOIN session_versions sv ON sv.session_id = s.id AND sv.superseded_at IS NULL"
                " JOIN versions v ON v.id = sv.version_id JOIN documents d ON d.id = v.document_id"
                " WHERE s.council_id = ? AND s.superseded_at IS NULL AND s.date IS NOT NULL GROUP BY 1 ORDER BY 2 DESC"
            ),
            rows("SELECT count(*) AS n FROM sessions WHERE council_id = ? AND superseded_at IS NULL")[0]["n"],
        )  # fmt: skip
    finally:
        db.close()


def _count(words: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


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
            "failed_documents": 0, "early": 1, "moved_to": None, "moved_at": None, "yielded": 0,
        }
        for council in config.councils
        if council.id not in known
    ]  # fmt: skip
    return [{**row, "watched": row["council_id"] in watched} for row in [*rows, *new]]
