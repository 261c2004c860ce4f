"""Evidence: what the documents of one archive say, as ``reconcile`` is given it."""

from __future__ import annotations

from crawler.models import Evidence
from db.store.base import Base, Row
from db.store.claims import decode_claims
from db.store.readings import READABLE
from db.values import moment


class EvidenceReader(Base):
    """Reads of current readings."""

    def evidence(self, council_id: str) -> tuple[Evidence, ...]:
        """The current reading of each document, and those of its earlier versions (``superseded``).

        An earlier version still speaks for a session of which no later one speaks: one address may show each
        session's agenda in turn (DESIGN §8).

        Current is the readable content seen last: an error page or a scan in its place takes nothing back
        (DESIGN §1, promise 4). A document that was never readable speaks through its newest version.
        """
        found = self.rows(
            "SELECT d.id AS document_id, d.url, d.kind AS document_kind, d.first_seen_at, v.id, v.public_id, v.number,"
            " v.fetched_at, v.state, v.method, v.media_type, r.kind, r.claims"
            " FROM documents d JOIN versions v ON v.document_id = d.id"
            " LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL"
            " WHERE d.council_id = ? AND d.mirror = 0 ORDER BY d.first_seen_at, d.id, v.seen_at DESC, v.number DESC",
            [council_id],
        )
        documents: dict[str, list[Row]] = {}
        for row in found:
            documents.setdefault(row["document_id"], []).append(row)
        return tuple(piece for versions in documents.values() for piece in self._speaking(versions))

    def paper_text(self, version_id: int, begin: tuple[int, int], finish: tuple[int, int]) -> Row | None:
        """The stretch of a version from (page, offset) to (page, offset): ``{text, reader, recognised}``.

        None where the stretch is empty or nothing was read.
        """
        if begin >= finish:
            return None
        pages = self.rows(
            "SELECT p.number, p.text, p.method, r.reader_version FROM pages p"
            " JOIN readings r ON r.version_id = p.version_id AND r.superseded_at IS NULL"
            " WHERE p.version_id = ? AND p.number BETWEEN ? AND ? ORDER BY p.number",
            [version_id, begin[0], finish[0]],
        )
        if not pages:
            return None
        texts = []
        for page in pages:
            end = finish[1] if page["number"] == finish[0] else None
            texts.append(page["text"][begin[1] if page["number"] == begin[0] else 0 : end])
        return {
            "text": "\n".join(texts),
            "reader": pages[0]["reader_version"],
            "recognised": any(page["method"] == "ocr" for page in pages),
        }

    def _speaking(self, versions: list[Row]) -> list[Evidence]:
        """Of one document's versions, seen last first: the one that counts, then those before it."""
        readable = [row for row in versions if row["state"] in READABLE]
        return [self._evidence(row, number > 0) for number, row in enumerate(readable or versions[:1])]

    def _evidence(self, row: Row, superseded: bool) -> Evidence:
        sessions, flags = decode_claims(row["claims"]) if row["claims"] else ((), ())
        return Evidence(
            version_id=self.key(row["id"], row["public_id"]),
            document_id=row["document_id"],
            url=row["url"],
            kind=row["kind"] or row["document_kind"],
            number=row["number"],
            first_seen_at=moment(row["first_seen_at"]),
            fetched_at=moment(row["fetched_at"]),
            sessions=sessions,
            flags=flags,
            private=self.private,
            superseded=superseded,
            record=row["method"] == "records" and row["media_type"] == "application/json",
        )
