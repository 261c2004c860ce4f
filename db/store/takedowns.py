"""Taking documents down: their bytes' hash, the reason and the day stay, so that they are not archived again.

What goes: headers, text, readings, matches, votes' names, excerpts and titles that came from them. The rows of the
versions stay, as tombstones; facts are put together again from what is left before ``scrub_versions`` takes the words.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from crawler.errors import ArchiveError
from crawler.models import VersionState
from db.store.base import Base, Row
from db.store.claims import decode_claims
from db.values import clean, stamp

STATE: VersionState = "taken-down"
_TEXT_ENOUGH = 200  # characters from which a text is its own proof (DESIGN §4)
_IN = "IN (SELECT value FROM json_each(:ids))"
_COLUMNS = """v.id AS version_id, v.number, v.sha256, v.text_hash, v.characters, v.state, v.page_count, v.method,
    d.id AS document_id, d.council_id, d.url, d.kind, d.parent_id, d.mirror"""
_FROM = "FROM versions v JOIN documents d ON d.id = v.document_id"
_KEPT = "the document is taken down, but its words still lie in the free space of a database"


class Takedowns(Base):
    """Reads and writes of what is taken down."""

    def taken_down(self, sha: str, text_hash: str | None = None) -> Row | None:
        """The tombstone of these bytes, or of a text under other bytes; None where nothing of it was taken down."""
        return self.row(
            "SELECT * FROM takedowns WHERE sha256 = :sha"
            " UNION ALL SELECT * FROM takedowns WHERE text_hash = :text AND :text <> '' LIMIT 1",
            {"sha": sha, "text": text_hash or ""},
        )

    def takedowns(self) -> list[Row]:
        """All tombstones, the latest first, with the document's address."""
        return self.rows(
            "SELECT t.sha256, t.document_id, t.reason, t.taken_at, d.council_id, d.url FROM takedowns t"
            " LEFT JOIN documents d ON d.id = t.document_id ORDER BY t.taken_at DESC, t.document_id, t.sha256"
        )

    def versions_of_target(self, target: str) -> list[Row]:
        """The versions that a document's id, a SHA-256 or an address names."""
        text = clean(target)
        return self.rows(
            f"SELECT {_COLUMNS} {_FROM} WHERE v.sha256 = :it OR d.id = :it OR d.url = :it"
            " OR v.id IN (SELECT version_id FROM version_hashes WHERE sha256 = :it) ORDER BY d.id, v.number",
            {"it": text},
        )

    def versions_alike(self, rows: Sequence[Row]) -> list[Row]:
        """The versions with the same bytes or the same text as these, wherever they stand."""
        found = self.rows(
            f"SELECT {_COLUMNS} {_FROM} WHERE v.sha256 {_IN}",
            {"ids": json.dumps([row["sha256"] for row in rows])},
        )
        texts = [row["text_hash"] for row in rows if row["text_hash"] and row["characters"] >= _TEXT_ENOUGH]
        return found + self.rows(f"SELECT {_COLUMNS} {_FROM} WHERE v.text_hash {_IN}", {"ids": json.dumps(texts)})

    def versions_around(self, rows: Sequence[Row]) -> list[Row]:
        """The versions of the archives that hold these documents, and of the documents inside these."""
        return self.rows(
            f"""WITH RECURSIVE above(id) AS (
                    SELECT parent_id FROM documents WHERE id {_IN} AND parent_id IS NOT NULL
                    UNION SELECT d.parent_id FROM above a JOIN documents d ON d.id = a.id
                          WHERE d.parent_id IS NOT NULL),
                inside(id) AS (
                    SELECT id FROM documents WHERE parent_id {_IN}
                    UNION SELECT d.id FROM inside i JOIN documents d ON d.parent_id = i.id)
                SELECT {_COLUMNS} {_FROM} WHERE d.id IN (SELECT id FROM above UNION SELECT id FROM inside)""",
            {"ids": json.dumps(sorted({row["document_id"] for row in rows}))},
        )

    def bury(self, rows: Sequence[Row], reason: str, now: datetime) -> list[str]:
        """Make tombstones of versions, in one transaction; returns the hashes whose files are to go.

        Their readings are gone after it: the councils' facts are to be put together again, then ``scrub_versions``.
        """
        ids = [row["version_id"] for row in rows]
        key = {"ids": json.dumps(ids)}
        other = self.rows(f"SELECT version_id, sha256 FROM version_hashes WHERE version_id {_IN}", key)
        by_id = {row["version_id"]: row for row in rows}
        hashes = [(row["sha256"], row) for row in rows] + [(row["sha256"], by_id[row["version_id"]]) for row in other]
        with self.write() as db:
            db.conn.execute("PRAGMA secure_delete = ON")
            for sha, row in hashes:
                text = row["text_hash"] if row["characters"] >= _TEXT_ENOUGH else None
                db.conn.execute(
                    "INSERT INTO takedowns (sha256, text_hash, document_id, reason, taken_at) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (sha256) DO NOTHING",
                    (sha, text, row["document_id"], clean(reason), stamp(now)),
                )
            for sql in (
                f"DELETE FROM pages WHERE version_id {_IN}",
                f"DELETE FROM unindexed_versions WHERE version_id {_IN}",
                f"DELETE FROM readings WHERE version_id {_IN}",
                f"DELETE FROM item_facts WHERE version_id {_IN}",
                f"""DELETE FROM matches WHERE version_id {_IN}
                    OR version_id IS NULL AND flag_id IN (SELECT id FROM flags WHERE version_id {_IN})""",
                f"""UPDATE versions SET state = '{STATE}', reason = :reason, headers = '[]', text_hash = NULL,
                    image_hash = NULL, method = NULL, page_count = 0, characters = 0, parts = 0 WHERE id {_IN}""",
            ):
                db.conn.execute(sql, key | {"reason": clean(reason)})
        return sorted({sha for sha, _ in hashes})

    def titles_in(self, rows: Sequence[Row]) -> set[str]:
        """What items are called in these versions: to be asked before ``bury``."""
        key = {"ids": json.dumps([row["version_id"] for row in rows])}
        said = self.rows(f"SELECT claims FROM readings WHERE version_id {_IN}", key)
        sessions = [session for row in said for session in decode_claims(row["claims"])[0]]
        titled = self.rows(f"SELECT title FROM items WHERE version_id {_IN}", key)
        return {item.title for session in sessions for item in session.items} | {row["title"] for row in titled}

    def subjects_of(self, rows: Sequence[Row]) -> list[str]:
        """The ids of flags and items whose words came from these versions: to be asked before ``bury``."""
        key = {"ids": json.dumps([row["version_id"] for row in rows])}
        sql = f"SELECT id FROM flags WHERE version_id {_IN} UNION SELECT id FROM items WHERE version_id {_IN}"
        return [row["id"] for row in self.rows(sql, key)]

    def scrub_versions(self, rows: Sequence[Row], titles: Iterable[str], now: datetime) -> set[str]:
        """Take the words of buried versions out of facts that rest on nothing else; a few short transactions.

        Returns those of ``titles`` that nothing standing has any more.
        """
        key = {"ids": json.dumps([row["version_id"] for row in rows]), "now": stamp(now)}
        with self.write() as db:
            for sql in (
                f"UPDATE items SET title = '', rapporteur = NULL, theme = NULL, superseded_at ="
                f" coalesce(superseded_at, :now) WHERE version_id {_IN}",
                f"UPDATE flags SET excerpt = '', vendor = NULL, product = NULL, superseded_at ="
                f" coalesce(superseded_at, :now) WHERE version_id {_IN}",
                f"UPDATE votes SET not_voting_names = '[]', superseded_at = coalesce(superseded_at, :now)"
                f" WHERE version_id {_IN}",
                f"UPDATE sessions SET place = NULL WHERE agenda_version_id {_IN} AND superseded_at IS NOT NULL",
                f"UPDATE sessions SET agenda_version_id = NULL WHERE agenda_version_id {_IN}",
                f"DELETE FROM changes WHERE version_id {_IN}",
                f"DELETE FROM item_versions WHERE version_id {_IN}",
                f"DELETE FROM session_versions WHERE version_id {_IN}",
                f"""UPDATE documents SET link_text = '', heading = '', file_name = '' WHERE id IN (
                    SELECT document_id FROM versions WHERE id {_IN}) AND NOT EXISTS (
                    SELECT 1 FROM versions v WHERE v.document_id = documents.id AND v.state <> '{STATE}')""",
            ):
                db.conn.execute(sql, key)
        gone = {title for title in titles if title} - self._standing(rows)
        for council in sorted({row["council_id"] for row in rows}):
            self._unsay(council, gone)
        self._unlink(rows)
        return gone

    def _standing(self, rows: Sequence[Row]) -> set[str]:
        """The titles of items that stand in the councils of these versions."""
        councils = json.dumps(sorted({row["council_id"] for row in rows}))
        sql = (
            "SELECT i.title FROM items i JOIN sessions s ON s.id = i.session_id"
            " WHERE s.council_id IN (SELECT value FROM json_each(?)) AND i.superseded_at IS NULL"
        )
        return {row["title"] for row in self.rows(sql, [councils])}

    def forget_words(self) -> None:
        """Rewrite index and database, so that nothing erased is left in their bytes or in those of their log.

        Takes as long as copying the file. Raises ArchiveError where another process holds it all the while.
        """
        try:
            self.db.execute("PRAGMA secure_delete = ON")
            for name in ("pages_fts", "items_fts"):
                self.db.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
            self.db.conn.commit()
            self.db.execute("VACUUM")
            busy = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise ArchiveError(f"{_KEPT} ({error}): run the same command again") from error
        if busy:
            raise ArchiveError(f"{_KEPT}: another process reads it; run the same command again later")

    # ------------------------------------------------------------------ inside

    def _unsay(self, council: str, titles: set[str]) -> None:
        """Titles that nothing standing has any more, out of superseded items and of what is told to have changed."""
        if not titles:
            return
        gone = {"titles": json.dumps(sorted(titles)), "council": council}
        listed = "IN (SELECT value FROM json_each(:titles))"
        with self.write() as db:
            db.conn.execute(
                f"UPDATE items SET title = '' WHERE superseded_at IS NOT NULL AND title {listed}"
                " AND session_id IN (SELECT id FROM sessions WHERE council_id = :council)",
                gone,
            )
            rows = db.conn.execute(
                "SELECT id, before, after FROM changes WHERE council_id = :council", {"council": council}
            )
            said = [row[0] for row in rows if any(title in (row[1] or "") + "\n" + (row[2] or "") for title in titles)]
            db.conn.execute("DELETE FROM changes WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(said)])

    def _unlink(self, rows: Sequence[Row]) -> None:
        """The words of links to what was taken down, out of what is remembered of the pages that list it."""
        for council, url in sorted({(row["council_id"], row["url"].partition("#")[0]) for row in rows}):
            pages = self.rows(
                "SELECT url, links, before_links FROM urls WHERE council_id = ? AND instr(links, ?)",
                [council, json.dumps(url, ensure_ascii=False)],
            )
            with self.write() as db:
                for page in pages:
                    links = json.loads(page["links"])
                    for link in links:
                        if link.get("url") == url:
                            link |= {name: "" for name in ("text", "heading") if name in link}
                    db.conn.execute(
                        "UPDATE urls SET links = ? WHERE council_id = ? AND url = ?",
                        [json.dumps(links, ensure_ascii=False), council, page["url"]],
                    )


__all__ = ["STATE", "Takedowns"]
