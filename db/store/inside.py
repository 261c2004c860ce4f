"""Documents inside documents: what an archive holds, and whether all of it is on record."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from collections import Counter
from datetime import datetime

from db.store.base import Base, Row
from db.values import clean, stamp

# A document and what is inside it, by the content seen last: a member that a newer archive has no more was last seen
# before that archive was.
_TREE = """
    WITH RECURSIVE tree(id, depth) AS (
        SELECT id, 0 FROM documents WHERE council_id = :council AND url = :url AND mirror = 0
        UNION ALL
        SELECT d.id, t.depth + 1 FROM tree t JOIN documents d ON d.parent_id = t.id
        WHERE d.mirror = 0 AND d.last_seen_at >= (
            SELECT v.fetched_at FROM versions v WHERE v.document_id = t.id
            ORDER BY v.seen_at DESC, v.number DESC LIMIT 1)
    )
"""
_INSIDE = """
    SELECT d.id, d.parent_id, d.url, d.kind, v.sha256, v.state, v.reason, v.media_type, v.parts,
           r.reader_version, r.lexicon_version, r.waiting, r.recogniser
    FROM tree t JOIN documents d ON d.id = t.id JOIN versions v ON v.document_id = d.id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = d.id
          AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
    ORDER BY t.depth, d.first_seen_at, d.url
"""


class Inside(Base):
    """Reads and writes of what came in an archive, a mail or a PDF."""

    def unpacked(self, council_id: str, url: str, parts: int) -> None:
        """All that the content seen last of a document holds is on record: so many documents directly inside it.

        A reading may have counted others, which turned out to be no documents.
        """
        with self.write() as db:
            db.conn.execute(
                "UPDATE versions SET parts = ? WHERE id = (SELECT v.id FROM versions v JOIN documents d"
                " ON d.id = v.document_id WHERE d.council_id = ? AND d.url = ? AND d.mirror = 0"
                " ORDER BY v.seen_at DESC, v.number DESC LIMIT 1)",
                [parts, council_id, clean(url)],
            )

    def touch_document(self, council_id: str, url: str, now: datetime) -> bool:
        """A document is still there (listed again, or 304); False where its address is unknown.

        So is what its content seen last holds, where it is an archive.
        """
        with self.write() as db:
            found = db.conn.execute(
                "UPDATE documents SET last_seen_at = max(last_seen_at, :now)"
                f" WHERE id IN ({_TREE} SELECT id FROM tree)",
                {"council": council_id, "url": clean(url), "now": stamp(now)},
            )
            return found.rowcount > 0

    def inside(self, council_id: str, url: str) -> list[Row] | None:
        """The current state of a document and of all that its content seen last holds, itself first, as rows of
        ``url, sha256, state, reason, kind, media_type, reader_version, lexicon_version, waiting, recogniser``.

        None where it is unknown, or where not all that is inside was recorded: it has to be unpacked again.
        """
        rows = self.rows(f"{_TREE} {_INSIDE}", {"council": council_id, "url": clean(url)})
        held: Counter[str | None] = Counter(row["parent_id"] for row in rows)
        if not rows or any(held[row["id"]] < row["parts"] for row in rows):
            return None
        return rows

    def unopened(self, council_id: str, url: str) -> Row | None:
        """A document that holds others of which not all are on record, with ``sha256`` and ``media_type`` as seen last.

        None for any other document.
        """
        row = self.row(
            "SELECT d.*, v.sha256, v.media_type, v.parts FROM documents d JOIN versions v ON v.document_id = d.id"
            " WHERE d.council_id = ? AND d.url = ? AND d.mirror = 0 ORDER BY v.seen_at DESC, v.number DESC LIMIT 1",
            [council_id, clean(url)],
        )
        return row if row and row["parts"] and self.inside(council_id, url) is None else None
