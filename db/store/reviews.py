"""Reviews of flags: in ``desk.db`` with their notes, and what they dismissed in ``archive.db`` without a word.

A review is a row that is never changed: the last one of a flag holds, and ``undone`` takes the one before back. What
is dismissed is copied to the public archive as a bare fact (which flag, when), so that its views, the portal and every
copy of it leave the flag out; who reviewed it and why stay on the desk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from db.closing import Closing
from db.connection import connect, transaction
from db.home import Home
from db.values import clean, clean_or_none, stamp, to_json

Verdict = Literal["confirmed", "dismissed", "undone"]
Row = dict[str, Any]

_LAST = """
    SELECT r.flag_id, r.verdict, r.note, r.reviewed_at, r.evidence FROM reviews r
    WHERE r.id = (SELECT max(l.id) FROM reviews l WHERE l.flag_id = r.flag_id) AND r.verdict <> 'undone'
    ORDER BY r.id DESC
"""


class Reviews(Closing):
    """The reviews of a home's desk; a context manager."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.db = connect(home.desk, "desk", secret=True)

    def close(self) -> None:
        """Close the desk."""
        self.db.close()

    def put(
        self, verdicts: Mapping[str, Mapping[str, Any]], verdict: Verdict, note: str | None, now: datetime
    ) -> list[str]:
        """Record one verdict on flags, given as id and evidence; returns those on which it is new.

        All are recorded or none. The same verdict again is a new row only where it brings another note.
        """
        known = {row["flag_id"]: row for row in self.last()}
        fresh = [flag_id for flag_id in verdicts if _is_new(known.get(flag_id), verdict, note)]
        with transaction(self.db) as db:
            db.conn.executemany(
                "INSERT INTO reviews (flag_id, verdict, note, reviewed_at, evidence) VALUES (?, ?, ?, ?, ?)",
                [
                    (clean(flag_id), verdict, clean_or_none(note), stamp(now), to_json(verdicts[flag_id]))
                    for flag_id in fresh
                ],
            )
        return fresh

    def last(self) -> list[Row]:
        """What holds: the last review of each flag that was not taken back, latest first; ``evidence`` is a dict."""
        cursor = self.db.conn.execute(_LAST)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor]
        return [row | {"evidence": json.loads(row["evidence"])} for row in rows]

    def publish(self) -> None:
        """Bring the public archive's ``dismissals`` up to what the desk says; safe to repeat after an interruption."""
        if not self.home.archive.exists():
            return
        dismissed = {row["flag_id"]: row["reviewed_at"] for row in self.last() if row["verdict"] == "dismissed"}
        archive = connect(self.home.archive)
        try:
            known = dict(archive.conn.execute("SELECT flag_id, dismissed_at FROM dismissals").fetchall())
            public = _among(archive.conn.execute, dismissed)
            wanted = {flag_id: at for flag_id, at in dismissed.items() if flag_id in public}
            if known == wanted:
                return
            with transaction(archive) as db:
                db.conn.executemany("DELETE FROM dismissals WHERE flag_id = ?", [(each,) for each in known])
                db.conn.executemany("INSERT INTO dismissals VALUES (?, ?)", wanted.items())
        finally:
            archive.close()


def publish_dismissals(home: Home) -> None:
    """``Reviews.publish`` for who has no review to record; nothing where no desk is."""
    if home.desk.exists():
        with Reviews(home) as reviews:
            reviews.publish()


def _is_new(known: Row | None, verdict: Verdict, note: str | None) -> bool:
    if known is None:
        return verdict != "undone"
    return bool(known["verdict"] != verdict or (note is not None and note != known["note"]))


def _among(execute: Any, flag_ids: Iterable[str]) -> set[str]:
    """Those that the archive has: flags that only private documents show are none of its business."""
    sql = "SELECT id FROM flags WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in execute(sql, [json.dumps(list(flag_ids))])}


__all__ = ["Reviews", "Verdict", "publish_dismissals"]
