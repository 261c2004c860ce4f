"""Whether documents are still online: what each look at their addresses found.

Only a look that is answered proves anything (DESIGN §1, promise 4): what was given is online, 404 or 410 (or a redirect
away from the document) on two days of the council's own calendar is gone, a server's error or a refusal is neither.
Crawls look as well: ``put_url`` tells this module of every address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.models import PageSeen
from db.store.base import Base, Row
from db.values import clean, clean_or_none, moment, stamp

Verdict = Literal["online", "missing", "unclear"]
GONE = (404, 410)
_REPEATED = timedelta(days=30)  # how often it is noted once more that a document is still gone
# A document and all that came in it: what is inside an archive has no address of its own.
_INSIDE = """
    WITH RECURSIVE tree(id) AS (
        SELECT :id UNION ALL SELECT d.id FROM tree t JOIN documents d ON d.parent_id = t.id WHERE d.mirror = 0
    )
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one look at the address of a document found."""

    verdict: Verdict
    at: datetime
    status: int | None = None
    reason: str | None = None


class Lookups(Base):
    """Writes of ``lookups`` and of the columns of ``documents`` that sum them up."""

    def note_answer(self, council_id: str, url: str, answer: Answer) -> str | None:
        """Keep an answer; ``gone`` or ``back`` where it changes what is known of the document, else None."""
        with self.write():
            return self.put_answer(council_id, url, answer)

    def put_answer(self, council_id: str, url: str, answer: Answer) -> str | None:
        """``note_answer`` inside a transaction that is already open; of no document: nothing."""
        row = self.row(
            "SELECT id, last_online_at, gone_since, looked_at FROM documents"
            " WHERE council_id = ? AND url = ? AND mirror = 0",
            [council_id, clean(url)],
        )
        if row is None:
            return None
        at = stamp(answer.at)
        if answer.verdict == "online":
            return self._online(row, answer, at)
        looked = "UPDATE documents SET looked_at = max(coalesce(looked_at, ''), ?) WHERE id = ?"
        self.db.conn.execute(looked, [at, row["id"]])
        if answer.verdict == "unclear":
            self._insert(row["id"], answer, at)
            return None
        return self._missing(council_id, row, answer, at)

    def put_page_seen(self, council_id: str, seen: PageSeen) -> None:
        """What a crawl's own look says of a document at that address; what proves nothing is left out."""
        if seen.error is None and (seen.status == 304 or 200 <= seen.status < 300):
            self.put_answer(council_id, seen.url, Answer("online", seen.fetched_at, seen.status))
        elif seen.status in GONE or seen.error == "gone":
            reason = str(seen.status) if seen.status in GONE else "the page says that it does not exist"
            self.put_answer(council_id, seen.url, Answer("missing", seen.fetched_at, seen.status, reason))

    def _online(self, row: Row, answer: Answer, at: str) -> str | None:
        last = self._last(row["id"])
        returned = last is not None and last["verdict"] == "missing"
        self.db.conn.execute(
            f"UPDATE documents SET last_online_at = max(coalesce(last_online_at, ''), :at),"  # noqa: S608 - constant
            " looked_at = max(coalesce(looked_at, ''), :at), gone_since = NULL, gone_reason = NULL"
            f" WHERE id IN ({_INSIDE} SELECT id FROM tree)",
            {"id": row["id"], "at": at},
        )
        if last is not None and last["verdict"] != "online":
            self._insert(row["id"], answer, at)  # ends what was missing or unclear
        return "back" if returned and row["gone_since"] else None

    def _missing(self, council_id: str, row: Row, answer: Answer, at: str) -> str | None:
        last = self._last(row["id"])
        repeated = last is not None and last["verdict"] == "missing" and row["gone_since"] is not None
        if repeated and last is not None and answer.at - moment(last["looked_at"]) < _REPEATED:
            return None
        first = self._first_missing(row)
        self._insert(row["id"], answer, at)
        if row["gone_since"] is not None or first is None:
            return None
        zone = self.zone(council_id)
        if moment(first, zone).date() >= answer.at.astimezone(zone).date():
            return None
        self.db.conn.execute(
            f"UPDATE documents SET gone_since = :first, gone_reason = :reason"  # noqa: S608 - constant
            f" WHERE id IN ({_INSIDE} SELECT id FROM tree)",
            {"id": row["id"], "first": first, "reason": clean_or_none(answer.reason)},
        )
        return "gone"

    def _first_missing(self, row: Row) -> str | None:
        """The first of the looks that found nothing since the document was last online."""
        found = self.row(
            "SELECT min(looked_at) AS first FROM lookups WHERE document_id = ? AND verdict = 'missing'"
            " AND looked_at > coalesce(?, '')",
            [row["id"], row["last_online_at"]],
        )
        return found["first"] if found else None

    def _last(self, document_id: str) -> Row | None:
        return self.row(
            "SELECT verdict, looked_at FROM lookups WHERE document_id = ? ORDER BY looked_at DESC, id DESC LIMIT 1",
            [document_id],
        )

    def _insert(self, document_id: str, answer: Answer, at: str) -> None:
        self.db.conn.execute(
            "INSERT INTO lookups(document_id, looked_at, status, verdict, reason) VALUES (?, ?, ?, ?, ?)",
            [document_id, at, answer.status, answer.verdict, clean_or_none(answer.reason)],
        )
