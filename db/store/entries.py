"""Where the spiders of platforms begin: entries that discovery found or the operator named, and how they fare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crawler.models import Entry
from db.store.base import Base, Row
from db.values import clean, clean_or_none, stamp

GIVEN_UP = 5  # crawls in a row that failed
ABANDONED = "given up: it failed crawl after crawl, and the site shows it no more"
IN_USE = f"""(by_hand OR failures < {GIVEN_UP} OR (last_productive_at IS NOT NULL AND last_seen_at >= failing_since))"""


class Entries(Base):
    """Writes of ``entries``; none is ever deleted."""

    def put_entries(self, council_id: str, entries: Iterable[Entry], now: datetime) -> None:
        """Keep entries that a crawl found, in the order of their evidence: the first one stays."""
        rows = [(council_id, entry.spider, clean(entry.url), clean(entry.why), clean(entry.found_on), stamp(now))
                for entry in entries]  # fmt: skip
        if rows:
            with self.write() as db:
                db.conn.executemany(
                    "INSERT INTO entries(council_id, spider, url, why, found_on, first_seen_at, last_seen_at)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)"
                    " ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at,"
                    " why = CASE WHEN by_hand THEN why ELSE excluded.why END,"
                    " found_on = CASE WHEN by_hand THEN found_on ELSE excluded.found_on END",
                    rows,
                )

    def name_entries(self, council_id: str, entries: Sequence[Entry], now: datetime) -> None:
        """The entries that the operator names, and no others: one that the file names no more is as if found."""
        named = {(entry.spider, clean(entry.url)): entry for entry in entries}
        before = {(row["spider"], row["url"]) for row in self.entry_rows(council_id) if row["by_hand"]}
        if before == named.keys():
            return
        with self.write() as db:
            db.conn.execute("UPDATE entries SET by_hand = 0 WHERE council_id = ?", [council_id])
            db.conn.executemany(
                "INSERT INTO entries(council_id, spider, url, why, by_hand, first_seen_at, last_seen_at)"
                " VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5) ON CONFLICT DO UPDATE SET by_hand = 1",
                [(council_id, *key, clean(entry.why), stamp(now)) for key, entry in named.items()],
            )

    def still_shown(self, council_id: str, crawl_id: int, now: datetime) -> None:
        """Entries whose page this crawl found unchanged are still there, though nobody read the page again."""
        with self.write() as db:
            db.conn.execute(
                "UPDATE entries SET last_seen_at = :now WHERE council_id = :council AND found_on IN"
                " (SELECT url FROM urls WHERE council_id = :council AND crawl_id = :crawl AND status = 304)",
                {"now": stamp(now), "council": council_id, "crawl": crawl_id},
            )

    def pause_abandoned(self, council_id: str, now: datetime) -> None:
        """Platforms of which no entry is in use any more: nobody crawls them, so nobody calls them blind."""
        in_use = f"SELECT spider FROM entries WHERE council_id = ?1 AND {IN_USE}"  # noqa: S608 - a constant
        with self.write() as db:
            db.conn.execute(
                "UPDATE sources SET state = 'paused', state_since = ?2, reason = ?3 WHERE council_id = ?1"  # noqa: S608
                f" AND spider <> 'site' AND state <> 'paused' AND spider NOT IN ({in_use})",
                [council_id, stamp(now), ABANDONED],
            )

    def entries(self, council_id: str, spider: str | None = None) -> tuple[Entry, ...]:
        """Those that a crawl begins with, of one spider or of all.

        Left out is what failed ``GIVEN_UP`` times in a row and was never of use, or is shown by the site no more.
        """
        found = self.rows(
            f"SELECT spider, url, why, found_on FROM entries WHERE council_id = ?1 AND {IN_USE}"  # noqa: S608 - constant
            " AND (?2 IS NULL OR spider = ?2) ORDER BY spider, by_hand DESC, url",
            [council_id, spider],
        )
        return tuple(Entry(**row) for row in found)

    def entry_rows(self, council_id: str) -> list[Row]:
        """Every entry of a council with what is known of it; ``in_use``: the next crawl begins with it."""
        return self.rows(
            f"SELECT *, {IN_USE} AS in_use FROM entries WHERE council_id = ? ORDER BY spider, url",  # noqa: S608 - constant
            [council_id],
        )

    def fared(
        self, council_id: str, spider: str, errors: Mapping[str, str | None], told: set[str], now: datetime
    ) -> None:
        """How entries answered a crawl: ``errors`` by address (None: well), ``told`` those that told of anything."""
        at = stamp(now)
        with self.write() as db:
            for url, error in errors.items():
                values = {"council": council_id, "spider": spider, "url": clean(url), "now": at}
                if error is None:
                    db.conn.execute(
                        "UPDATE entries SET failures = 0, failing_since = NULL, error = NULL,"
                        " last_productive_at = CASE WHEN :told THEN :now ELSE last_productive_at END"
                        " WHERE council_id = :council AND spider = :spider AND url = :url",
                        values | {"told": url in told},
                    )
                else:
                    db.conn.execute(
                        "UPDATE entries SET failures = failures + 1, failing_since = coalesce(failing_since, :now),"
                        " error = :error WHERE council_id = :council AND spider = :spider AND url = :url",
                        values | {"error": clean_or_none(error)},
                    )
