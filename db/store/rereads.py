"""Readings made again: which versions wait for one, and taking a new one in place of the old."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crawler.models import Council, Reading
from db.store.base import Row
from db.store.readings import READABLE, Readings, read_columns
from db.store.sources import COUNCIL_COLUMNS
from db.values import moment

Taken = Literal["better", "same", "worse", "overtaken"]

# The versions of an archive's own documents, each with its current reading.
_VERSIONS = """
    FROM versions v JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE d.mirror = 0 AND v.state <> 'taken-down'
"""
_UNTRIED = "(r.waiting > 0 AND r.recogniser <> :engine)"
OLDER = "(r.id IS NULL OR r.reader_version <> :reader OR r.lexicon_version NOT IN (:lexicon, ''))"
AHEAD = """
    EXISTS (SELECT 1 FROM session_versions sv JOIN sessions s ON s.id = sv.session_id
            WHERE sv.version_id = v.id AND sv.superseded_at IS NULL AND s.superseded_at IS NULL AND s.date >= :today)
"""
_CURRENT = """
    NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = d.id
                AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
"""


@dataclass(frozen=True, slots=True)
class Means:
    """What readings would be made with today; ``engine`` is empty where no recogniser is installed."""

    reader: str
    lexicon: str
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which versions to read again: those that wait for recognition, those that older code read, or all.

    Pages that this very recogniser has given up wait no more, but for another one.
    """

    waiting: bool = True
    older: bool = False
    everything: bool = False
    councils: tuple[str, ...] = ()  # none: of all


@dataclass(frozen=True, slots=True)
class OldVersion:
    """A version that is to be read again, with all that is known of it besides its bytes."""

    id: int
    council_id: str
    url: str
    sha256: str
    state: str
    media_type: str | None  # as declared where it came from
    file_name: str
    link_text: str
    heading: str
    found_on: str | None
    fetched_at: datetime
    current: bool  # it is the content seen last
    reading_id: int | None
    ahead: bool  # a session that it speaks of is not over
    private: bool


class Rereads(Readings):
    """Reads and writes of what is read again."""

    def to_read_again(self, wanted: Wanted, means: Means, today: date) -> list[OldVersion]:
        """The versions that are wanted: those of sessions ahead first, then the newest."""
        which = " OR ".join(
            text
            for text, asked in (
                ("1", wanted.everything),
                (OLDER, wanted.older),
                (_UNTRIED, wanted.waiting and means.engine),
            )
            if asked
        )
        if not which:
            return []
        parameters = {
            "engine": means.engine, "reader": means.reader, "lexicon": means.lexicon, "today": today.isoformat(),
            "councils": json.dumps(wanted.councils),
        }  # fmt: skip
        mine = "AND d.council_id IN (SELECT value FROM json_each(:councils))" if wanted.councils else ""
        rows = self.rows(
            "SELECT v.id, v.sha256, v.state, v.headers, v.fetched_at, d.council_id, d.url, d.file_name, d.link_text,"
            f" d.heading, d.found_on, r.id AS reading_id, {AHEAD} AS ahead, {_CURRENT} AS current"
            f" {_VERSIONS} {mine} AND ({which})"
            " ORDER BY ahead DESC, v.fetched_at DESC, v.id DESC",
            parameters,
        )
        return [self._old_version(row) for row in rows]

    def reread(self, old: OldVersion, reading: Reading, now: datetime, engine: str = "") -> Taken:
        """Put a new reading in the place of the old one, in one transaction; nothing is deleted.

        ``worse``: the reader failed, so the old one stays. ``overtaken``: another process has read the version
        meanwhile. ``engine`` was asked for what waits: where the old reading stays, it is remembered, so that pages
        which nobody survives are not tried at every tick. The council is unsettled from here on, until ``settled``.
        """
        with self.write():
            version = self.row("SELECT * FROM versions WHERE id = ?", [old.id])
            current = self.current_reading(old.id)
            if version is None or (current and current["id"]) != old.reading_id:
                return "overtaken"
            worse = reading.state in ("failed", "too-large") and version["state"] != "failed"
            if worse or not self.better_read(version, reading):
                if engine and current and current["waiting"]:
                    self.table("readings").update(current["id"], {"recogniser": engine})
                return "worse" if worse else "same"
            self.table("versions").update(old.id, read_columns(reading))
            self.put_reading(old.id, reading, now)
            self._show_kind(version, reading)
            self._unsettle(old.id)
        return "better"

    def mark_late(self, version_id: int) -> None:
        """A version that was found late, in an archive kept before anything could look into it: it tells of no change.

        Its council is unsettled.
        """
        with self.write() as db:
            db.conn.execute("UPDATE readings SET late = 1 WHERE version_id = ?", [version_id])
            self._unsettle(version_id)

    def council(self, council_id: str) -> Council | None:
        """A council as the archive has it; where a crawl would begin is not kept here."""
        row = self.row(f"SELECT {', '.join(COUNCIL_COLUMNS)} FROM councils WHERE id = ?", [council_id])
        return Council(**row) if row else None

    def unsettled(self, councils: Sequence[str] = ()) -> dict[str, int]:
        """Councils whose facts do not know of their last reading yet: the mark that ``settled`` wants."""
        rows = self.rows("SELECT council_id, reading_id FROM unsettled")
        return {row["council_id"]: row["reading_id"] for row in rows if not councils or row["council_id"] in councils}

    def settled(self, council_id: str, mark: int) -> None:
        """The facts of a council know of its readings up to ``mark``; what was read since keeps it unsettled."""
        with self.write() as db:
            db.conn.execute("DELETE FROM unsettled WHERE council_id = ? AND reading_id = ?", [council_id, mark])

    def late_versions(self, council_id: str) -> frozenset[str]:
        """Versions (by their ids over both archives) whose reading was made late: it tells of no change."""
        rows = self.rows(
            f"SELECT v.id, v.public_id {_VERSIONS} AND d.council_id = ? AND r.late = 1",
            [council_id],
        )
        return frozenset(self.key(row["id"], row["public_id"]) for row in rows)

    def recognised_pages(self, council_id: str) -> dict[str, frozenset[int]]:
        """The pages of each version (by its id over both archives) that were recognised from an image."""
        rows = self.rows(
            "SELECT v.id, v.public_id, json_group_array(p.number) AS pages FROM documents d"
            " JOIN versions v ON v.document_id = d.id JOIN pages p ON p.version_id = v.id"
            " WHERE d.council_id = ? AND d.mirror = 0 AND p.method = 'ocr' GROUP BY v.id",
            [council_id],
        )
        return {self.key(row["id"], row["public_id"]): frozenset(json.loads(row["pages"])) for row in rows}

    # ------------------------------------------------------------------ inside

    def _old_version(self, row: Row) -> OldVersion:
        headers = {name.lower(): value for name, value in json.loads(row["headers"])}
        return OldVersion(
            id=row["id"],
            council_id=row["council_id"],
            url=row["url"],
            sha256=row["sha256"],
            state=row["state"],
            media_type=headers.get("content-type"),
            file_name=row["file_name"],
            link_text=row["link_text"],
            heading=row["heading"],
            found_on=row["found_on"],
            fetched_at=moment(row["fetched_at"]),
            current=bool(row["current"]),
            reading_id=row["reading_id"],
            ahead=bool(row["ahead"]),
            private=self.private,
        )

    def _show_kind(self, version: Row, reading: Reading) -> None:
        """A document is of the kind that its content seen last reads as."""
        if reading.state in READABLE:
            self.db.conn.execute(
                "UPDATE documents AS d SET kind = :kind FROM versions v"
                f" WHERE v.id = :version AND d.id = v.document_id AND {_CURRENT}",
                {"kind": reading.kind, "version": version["id"]},
            )

    def _unsettle(self, version_id: int) -> None:
        self.db.conn.execute(
            "INSERT INTO unsettled(council_id, reading_id) SELECT d.council_id, r.id FROM readings r"
            " JOIN versions v ON v.id = r.version_id JOIN documents d ON d.id = v.document_id"
            " WHERE v.id = ? AND r.superseded_at IS NULL"
            " ON CONFLICT(council_id) DO UPDATE SET reading_id = excluded.reading_id",
            [version_id],
        )
