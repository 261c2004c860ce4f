"""Flags made again from what is stored: the text of pages and the items claimed, with another lexicon."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crawler.models import DocumentKind, FlagClaim, PageText, SessionClaim
from db.store.claims import decode_claims, encode_claims
from db.store.rereads import AHEAD, Rereads
from db.values import stamp

Reflagged = Literal["changed", "same", "overtaken"]
_READINGS = """
    FROM readings r JOIN versions v ON v.id = r.version_id JOIN documents d ON d.id = v.document_id
    WHERE r.superseded_at IS NULL AND d.mirror = 0 AND v.state IN ('read', 'partial')
"""


@dataclass(frozen=True, slots=True)
class OldFlags:
    """A current reading that another lexicon has flagged."""

    reading_id: int
    version_id: int
    council_id: str
    url: str
    ahead: bool  # a session that it speaks of is not over
    private: bool


@dataclass(frozen=True, slots=True)
class StoredText:
    """What flags are made of: all of it is stored."""

    kind: DocumentKind
    pages: tuple[PageText, ...]
    sessions: tuple[SessionClaim, ...]
    flags: tuple[FlagClaim, ...]


class Reflags(Rereads):
    """Reads and writes of what is flagged again."""

    def to_flag_again(
        self, lexicon: str, today: date, councils: Sequence[str] = (), *, everything: bool = False
    ) -> list[OldFlags]:
        """Readings that another lexicon has flagged (or all): those of sessions ahead first, then the newest."""
        mine = "AND d.council_id IN (SELECT value FROM json_each(:councils))" if councils else ""
        other = "" if everything else "AND r.lexicon_version <> :lexicon"
        rows = self.rows(
            f"SELECT r.id, v.id AS version_id, d.council_id, d.url, {AHEAD} AS ahead {_READINGS} {mine} {other}"
            " ORDER BY ahead DESC, v.fetched_at DESC, v.id DESC",
            {"lexicon": lexicon, "today": today.isoformat(), "councils": json.dumps(councils)},
        )
        return [
            OldFlags(row["id"], row["version_id"], row["council_id"], row["url"], bool(row["ahead"]), self.private)
            for row in rows
        ]

    def stored_text(self, old: OldFlags) -> StoredText | None:
        """The pages and claims of a reading; None where it was superseded meanwhile."""
        reading = self.row("SELECT kind, claims FROM readings WHERE id = ? AND superseded_at IS NULL", [old.reading_id])
        if reading is None:
            return None
        pages = self.rows(
            "SELECT number, text, method, confidence, legible FROM pages WHERE version_id = ? ORDER BY number",
            [old.version_id],
        )
        sessions, flags = decode_claims(reading["claims"])
        return StoredText(reading["kind"], tuple(PageText(**page) for page in pages), sessions, flags)

    def flagged_alike(self, readings: Iterable[int], lexicon: str) -> None:
        """A new lexicon says of these readings what the one before it said."""
        with self.write() as db:
            db.conn.execute(
                "UPDATE readings SET lexicon_version = ?"
                " WHERE superseded_at IS NULL AND id IN (SELECT value FROM json_each(?))",
                [lexicon, json.dumps(list(readings))],
            )

    def reflag(
        self,
        old: OldFlags,
        sessions: tuple[SessionClaim, ...],
        flags: tuple[FlagClaim, ...],
        lexicon: str,
        now: datetime,
    ) -> Reflagged:
        """Put new flags in the place of the old ones: the reading is superseded by one that differs in them alone.

        It is a late one: what it says is no change of the document. The council is unsettled from here on.
        """
        with self.write() as db:
            row = self.row("SELECT * FROM readings WHERE id = ? AND superseded_at IS NULL", [old.reading_id])
            if row is None:
                return "overtaken"
            row |= {
                "id": None, "claims": encode_claims(sessions, flags), "lexicon_version": lexicon, "late": 1,
                "read_at": stamp(now),
            }  # fmt: skip
            db.conn.execute("UPDATE readings SET superseded_at = ? WHERE id = ?", [stamp(now), old.reading_id])
            self.table("readings").insert(row, pk="id")
            self._unsettle(old.version_id)
        return "changed"
