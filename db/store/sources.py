"""Councils, the sources that watch them, their crawls, and what crawls remember of addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crawler.errors import ArchiveError
from crawler.models import Council, CrawlReport, KnownUrl, Link, PageSeen
from db.store.base import Row
from db.store.lookups import Lookups
from db.values import clean, clean_or_none, moment, optional_moment, stamp, to_json

COUNTS = (
    "requests", "bytes", "pages", "not_modified", "page_errors", "documents_listed", "documents_new",
    "versions_new", "documents_failed", "item_errors", "robots_denied",
)  # fmt: skip
COUNCIL_COLUMNS = (
    "id", "name", "kind", "department", "region", "timezone", "website", "population", "latitude", "longitude",
)  # fmt: skip


class Sources(Lookups):
    """Writes of ``councils``, ``sources``, ``crawls`` and ``urls``."""

    def put_council(self, council: Council) -> None:
        """Insert a council or bring its row up to date."""
        new = {name: getattr(council, name) for name in COUNCIL_COLUMNS}
        if self.row("SELECT * FROM councils WHERE id = ?", [council.id]) != new:
            with self.write():
                self.table("councils").upsert(new, pk="id")

    def put_source(self, council_id: str, spider: str = "site", *, early: bool = True) -> str:
        """The id of the source that watches a council with a spider; made at first sight, in state ``new``.

        ``early``: it publishes before the vote (``spiders.api.ApiSpider.early``).
        """
        source_id = f"{council_id}/{spider}"
        known = self.source_row(source_id)
        if known is None or bool(known["early"]) != early:
            with self.write() as db:
                db.conn.execute(
                    "INSERT INTO sources(id, council_id, spider, early) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET early = excluded.early",
                    [source_id, council_id, spider, early],
                )
        return source_id

    def site_moved(self, source_id: str, old: str | None, new: str | None, now: datetime) -> None:
        """Where the next crawl begins instead of ``old``; ``new`` None takes it back."""
        row = {"moved_from": old if new else None, "moved_to": new, "moved_at": stamp(now) if new else None}
        known = self.source_row(source_id)
        if known and (known["moved_from"], known["moved_to"]) != (row["moved_from"], row["moved_to"]):
            with self.write():
                self.table("sources").update(source_id, row)

    def lease(self, source_id: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take a source for one crawl; False while somebody else's lease lasts."""
        with self.write() as db:
            taken = db.conn.execute(
                "UPDATE sources SET lease_owner = :owner, lease_until = :until WHERE id = :id"
                " AND (lease_owner IS NULL OR lease_owner = :owner OR lease_until <= :now)",
                {"id": source_id, "owner": owner, "now": stamp(now), "until": stamp(until)},
            )
            return taken.rowcount == 1

    def release(self, source_id: str, owner: str) -> None:
        """Give a lease back; somebody else's is left alone."""
        with self.write() as db:
            db.conn.execute(
                "UPDATE sources SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?",
                [source_id, owner],
            )

    def begin_crawl(self, source_id: str, now: datetime) -> int:
        """A new crawl's number. Earlier ones of the source that never ended are marked interrupted."""
        with self.write() as db:
            db.conn.execute(
                "UPDATE crawls SET state = 'interrupted', finished_at = ?,"
                " reason = 'the crawl ended without a report' WHERE source_id = ? AND state = 'running'",
                [stamp(now), source_id],
            )
            cursor = db.conn.execute("INSERT INTO crawls(source_id, started_at) VALUES (?, ?)", [source_id, stamp(now)])
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def finish_crawl(self, report: CrawlReport) -> None:
        """Record what a crawl did and what it makes of its source. Raises ArchiveError for an unknown crawl."""
        crawl = self.row("SELECT source_id FROM crawls WHERE id = ?", [report.crawl_id])
        if crawl is None:
            raise ArchiveError(f"crawl {report.crawl_id} was never begun")
        finished = stamp(report.finished_at)
        with self.write():
            self.table("crawls").update(
                report.crawl_id,
                {name: getattr(report, name) for name in COUNTS}
                | {
                    "started_at": stamp(report.started_at),
                    "finished_at": finished,
                    "state": report.state,
                    "reason": clean_or_none(report.reason),
                    "log": to_json(report.log),
                },
            )
            self._judge(crawl["source_id"], report, finished)

    def _judge(self, source_id: str, report: CrawlReport, finished: str) -> None:
        old = self.source_row(source_id)
        assert old is not None  # held by a foreign key
        new: Row = {"state": report.source_state, "reason": clean_or_none(report.reason), "last_crawl_at": finished}
        if old["state"] != report.source_state or old["state_since"] is None:
            new["state_since"] = finished
        if report.state == "ok":
            new |= {"failures": 0, "last_success_at": finished}
        elif report.state == "failed":
            new["failures"] = old["failures"] + 1
        if report.documents_new or report.versions_new:
            new["last_new_document_at"] = finished
        self.table("sources").update(source_id, new)

    def source_row(self, source_id: str) -> Row | None:
        """A source by its id."""
        return self.row("SELECT * FROM sources WHERE id = ?", [source_id])

    def source(self, council_id: str, spider: str = "site") -> Row | None:
        """The row of the source that watches a council, or None."""
        return self.source_row(f"{council_id}/{spider}")

    def history(self, council_id: str, limit: int = 20, spider: str | None = None) -> list[Row]:
        """The last crawls of a council's sources, or of one, newest first; ``log`` is a list of lines."""
        found = self.rows(
            "SELECT c.* FROM crawls c JOIN sources s ON s.id = c.source_id WHERE s.council_id = ?1"
            " AND (?3 IS NULL OR s.spider = ?3) ORDER BY c.id DESC LIMIT ?2",
            [council_id, limit, spider],
        )
        return [row | {"log": json.loads(row["log"])} for row in found]

    def arrivals(self, source_id: str, limit: int = 30) -> list[datetime]:
        """When crawls of a source brought new documents or versions, newest first."""
        found = self.rows(
            "SELECT finished_at FROM crawls WHERE source_id = ? AND versions_new > 0 AND finished_at IS NOT NULL"
            " ORDER BY id DESC LIMIT ?",
            [source_id, limit],
        )
        return [moment(row["finished_at"]) for row in found]

    def yielding(self, council_id: str) -> set[str]:
        """The spiders whose early sources of this council ever listed a document."""
        found = self.rows(
            "SELECT spider FROM sources s WHERE council_id = ? AND early AND EXISTS"
            " (SELECT 1 FROM crawls c WHERE c.source_id = s.id AND c.documents_listed > 0)",
            [council_id],
        )
        return {row["spider"] for row in found}

    # ------------------------------------------------------------------ addresses

    def known_urls(self, council_id: str) -> dict[str, KnownUrl]:
        """What earlier crawls remember of a council's addresses."""
        found = self.rows("SELECT * FROM urls WHERE council_id = ?", [council_id])
        return {row["url"]: _known(row) for row in found}

    def record_page(self, council_id: str, crawl_id: int | None, seen: PageSeen) -> None:
        """Remember a look at a page. One that failed keeps the validators and links of the last good one."""
        with self.write():
            self.put_url(council_id, crawl_id, seen, "page")

    def put_url(self, council_id: str, crawl_id: int | None, seen: PageSeen, kind: str) -> None:
        """``record_page`` inside a transaction that is already open; ``kind`` is ``page`` or ``document``."""
        url = clean(seen.url)
        old = self.row("SELECT * FROM urls WHERE council_id = ? AND url = ?", [council_id, url])
        new: Row = {
            "council_id": council_id,
            "url": url,
            "kind": kind,
            "status": seen.status,
            "error": clean_or_none(seen.error),
            "fetched_at": stamp(seen.fetched_at),
            "first_seen_at": old["first_seen_at"] if old else stamp(seen.fetched_at),
        }
        if seen.error is None and (seen.status == 304 or 200 <= seen.status < 300):
            new |= _good_look(old, crawl_id, seen)
        self._upsert_url(new)
        if seen.status == 304 and old and old["sha256"]:
            self._still_served(council_id, url, old["sha256"], stamp(seen.fetched_at))
        self.put_page_seen(council_id, seen)

    def _upsert_url(self, new: Row) -> None:
        """By hand: once per page that is looked at, sqlite-utils would look at the schema again."""
        names = ", ".join(new)
        kept = ", ".join(f"{name} = excluded.{name}" for name in new if name not in ("council_id", "url"))
        self.db.conn.execute(
            f"INSERT INTO urls({names}) VALUES ({', '.join('?' * len(new))})"  # noqa: S608 - our own column names
            f" ON CONFLICT(council_id, url) DO UPDATE SET {kept}",
            list(new.values()),
        )

    def _still_served(self, council_id: str, url: str, sha: str, at: str) -> None:
        """304: the content of the last good body is what is seen, even if an error page stood there meanwhile."""
        self.db.conn.execute(
            "UPDATE versions SET seen_at = max(seen_at, :at) WHERE id = (SELECT v.id FROM versions v"
            " JOIN documents d ON d.id = v.document_id WHERE d.council_id = :council AND d.url = :url AND d.mirror = 0"
            " AND (v.sha256 = :sha OR EXISTS (SELECT 1 FROM version_hashes h WHERE h.version_id = v.id"
            " AND h.sha256 = :sha)) ORDER BY v.number DESC LIMIT 1)",
            {"at": at, "council": council_id, "url": url, "sha": sha},
        )


def _good_look(old: Row | None, crawl_id: int | None, seen: PageSeen) -> Row:
    """The columns that only a successful look may change."""
    new: Row = {"looked_at": stamp(seen.fetched_at), "crawl_id": crawl_id}
    if old and old["looked_at"] and old["crawl_id"] != crawl_id:
        new |= {"before_at": old["looked_at"], "before_links": to_json([link["url"] for link in _links(old["links"])])}
    for name in ("etag", "last_modified", "sha256", "text_hash"):
        if seen.status != 304 or getattr(seen, name):
            new[name] = clean_or_none(getattr(seen, name))
    if seen.status != 304 or seen.links:
        new["links"] = to_json([_link_row(link) for link in seen.links])
    if seen.status != 304 or seen.documents:
        new["productive"] = seen.documents
    if seen.documents:
        new["last_productive_at"] = stamp(seen.fetched_at)
    return new


def _link_row(link: Link) -> Row:
    return {name: getattr(link, name) for name in Link.__slots__}


def _links(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def _known(row: Row) -> KnownUrl:
    links: Iterable[dict[str, Any]] = _links(row["links"])
    return KnownUrl(
        url=row["url"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        sha256=row["sha256"],
        text_hash=row["text_hash"],
        kind=row["kind"],
        links=tuple(Link(**link) for link in links),
        productive=row["productive"],
        last_productive_at=optional_moment(row["last_productive_at"]),
        fetched_at=optional_moment(row["fetched_at"]),
        first_seen_at=optional_moment(row["first_seen_at"]),
    )
