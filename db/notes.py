"""What the papers of a session say of one item: the stretches of notes, drafts and reports that belong to it."""

from __future__ import annotations

from db.reader import ReaderBase, Row

_PARTS = """
    SELECT d.url, d.kind, p.number AS page, p.method,
           substr(p.text,
                  CASE WHEN p.number = iv.page THEN iv.start + 1 ELSE 1 END,
                  CASE WHEN p.number = iv.last_page THEN iv."end" ELSE length(p.text) END
                  - CASE WHEN p.number = iv.page THEN iv.start ELSE 0 END) AS text
    FROM item_versions iv
    JOIN versions v ON v.id = iv.version_id
    JOIN documents d ON d.id = v.document_id
    JOIN pages p ON p.version_id = v.id AND p.number BETWEEN iv.page AND iv.last_page
    WHERE iv.item_id = :item AND iv.superseded_at IS NULL AND d.kind IN ('note', 'draft', 'annex')
      AND v.number = (SELECT max(w.number) FROM versions w WHERE w.document_id = v.document_id)
    ORDER BY d.url, p.number
"""


class Notes(ReaderBase):
    """Reads the text that was sent along with an agenda."""

    def notes(self, item_id: str) -> list[Row]:
        """``{url, kind, page, method, text}`` for each page of each paper on an item, in its last version."""
        return self.rows(_PARTS, {"item": item_id})
