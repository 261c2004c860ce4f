"""What the page *Document* asks of the archive: a document, its versions, one page of it, what it is evidence of."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from dataclasses import dataclass

from crawler.models import Council, Span
from db.portal.queries_council import council_of
from db.portal.reader import PublicReader
from db.reader import Row
from db.store.claims import decode_claims

DOCUMENT = """
    SELECT d.id AS document_id, d.council_id, d.url, d.kind, d.link_text, d.heading, d.file_name, d.found_on,
           d.first_seen_at, d.last_seen_at, d.absent_at, d.parent_id, d.last_online_at, d.gone_since, d.gone_reason,
           o.url AS parent_url, o.link_text AS parent_link_text, o.file_name AS parent_file_name
    FROM documents d LEFT JOIN documents o ON o.id = d.parent_id WHERE d.id = :id AND d.mirror = 0
"""
VERSIONS = """
    SELECT v.id AS version_id, v.number, v.sha256, v.fetched_at, v.seen_at, v.state, v.reason, v.media_type, v.method,
           v.page_count, v.characters, v.headers, f.size, r.kind AS kind
    FROM versions v JOIN files f ON f.sha256 = v.sha256
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE v.document_id = :id ORDER BY v.number
"""
TAKEN = "SELECT 1 AS taken FROM takedowns WHERE document_id = :id LIMIT 1"
TEXT = "SELECT number, text, method, confidence, legible FROM pages WHERE version_id = :version AND number = :page"
LAST_PAGE = "SELECT max(number) AS number FROM pages WHERE version_id = :version"
_STANDING = """f.superseded_at IS NULL AND f.score >= :least AND m.superseded_at IS NULL
      AND f.id NOT IN (SELECT id FROM temp.dismissed)"""
_MATCH = 'm.flag_id, m.topic, m.term, m.page, m."start", m."end", m.score, m.text, m.id'
# Two questions, for either has an index of its own.
MATCHES = f"""
    SELECT {_MATCH} FROM matches m JOIN flags f ON f.id = m.flag_id WHERE m.version_id = :version AND {_STANDING}
    UNION ALL
    SELECT {_MATCH} FROM flags f JOIN matches m ON m.flag_id = f.id AND m.version_id IS NULL
    WHERE f.version_id = :version AND {_STANDING}
    ORDER BY m.page, m."start", m.id
"""
# The parts of a version that speak of flagged items: a flag keeps the words of its best document alone.
PARTS = """
    SELECT f.id AS flag_id, iv.page, iv."start", iv.last_page, iv."end" FROM item_versions iv
    JOIN flags f ON f.item_id = iv.item_id
    WHERE iv.version_id = :version AND iv.superseded_at IS NULL AND f.superseded_at IS NULL AND f.score >= :least
      AND f.id NOT IN (SELECT id FROM temp.dismissed)
"""
CLAIMS = "SELECT claims FROM readings WHERE version_id = :version AND superseded_at IS NULL"
FLAGS = """
    SELECT f.id AS flag_id, f.item_id, f.session_id, f.topics, f.score, f.excerpt, f.page, f.legible, f.stance,
           f.amount, f.amount_role, f.amount_tax, f.subsidy, f.cameras, f.body_cameras, f.vendor, f.product, f.months,
           f.funding, i.number AS item_number, i.title AS item_title, s.date AS session_date
    FROM json_each(:ids) want JOIN flags f ON f.id = want.value
    LEFT JOIN items i ON i.id = f.item_id LEFT JOIN sessions s ON s.id = f.session_id
    ORDER BY f.page, f.score DESC, f.id
"""
SESSIONS = """
    SELECT s.id AS session_id, s.body, s.date AS session_date, s.starts_at, s.status FROM session_versions sv
    JOIN sessions s ON s.id = sv.session_id
    WHERE sv.version_id = :version AND sv.superseded_at IS NULL AND s.superseded_at IS NULL ORDER BY s.date, s.id
"""
ITEMS = """
    SELECT i.id AS item_id, i.session_id, i.number, i.title, coalesce(iv.page, i.page) AS page,
           (SELECT f.topics FROM flags f WHERE f.item_id = i.id AND f.superseded_at IS NULL AND f.score >= :least
            AND f.id NOT IN (SELECT id FROM temp.dismissed) ORDER BY f.score DESC LIMIT 1) AS topics
    FROM item_versions iv
    JOIN items i ON i.id = iv.item_id JOIN sessions s ON s.id = i.session_id
    WHERE iv.version_id = :version AND iv.superseded_at IS NULL AND i.superseded_at IS NULL
      AND s.superseded_at IS NULL
    ORDER BY s.date, i.position, i.row LIMIT 200
"""
BEHIND = """
select versions.number, versions.state, versions.sha256, versions.fetched_at, pages.number as page, pages.method,
  pages.text
from versions left join pages on pages.version_id = versions.id
where versions.document_id = :document_id order by versions.number, pages.number
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A version of a document with one page of it."""

    document: Row
    council: Council
    versions: tuple[Row, ...]  # oldest first
    version: Row
    pages: int  # how many the version has, as far as we know
    page: Row | None  # its text; None where nothing was read there
    matches: tuple[Row, ...] = ()  # of the whole version, by place
    flags: tuple[Row, ...] = ()
    sessions: tuple[Row, ...] = ()
    items: tuple[Row, ...] = ()
    number: int = 1  # of the page


def versions_of(archive: PublicReader, identifier: str) -> list[Row]:
    """The versions of a document, oldest first."""
    return archive.rows(VERSIONS, {"id": identifier})


def is_taken_down(archive: PublicReader, document_id: str) -> bool:
    """Whether a document was taken down; of its versions that came after, this says nothing."""
    return archive.row(TAKEN, {"id": document_id}) is not None


def matches_of(archive: PublicReader, version_id: int) -> list[Row]:
    """The words in a version on which standing flags rest, or that say so of a flagged item; by page and place."""
    key = {"version": version_id}
    kept = archive.rows(MATCHES, key)
    parts = archive.rows(PARTS, key)
    row = archive.row(CLAIMS, key) if parts else None
    known = {(match["page"], match["start"], match["end"]) for match in kept}
    for claim in decode_claims(row["claims"])[1] if row else ():
        for match in claim.matches if claim.score >= archive.minimum_score else ():
            span = match.span
            flag = next((part["flag_id"] for part in parts if _holds(part, span)), None)
            if flag is not None and (span.page, span.start, span.end) not in known:
                words = {"topic": match.topic, "term": match.term, "score": match.score, "text": match.text, "id": 0}
                kept.append({"flag_id": flag, "page": span.page, "start": span.start, "end": span.end} | words)
    return sorted(kept, key=lambda match: (match["page"], match["start"], match["id"]))


def _holds(part: Row, span: Span) -> bool:
    """Whether a part of a document holds a span; one without a place holds nothing that we know of."""
    if part["page"] is None or part["last_page"] is None:
        return False
    first, last = (part["page"], part["start"] or 0), (part["last_page"], part["end"] or 0)
    return bool(first <= (span.page, span.start) < last)


def page_of(archive: PublicReader, version_id: int, number: int) -> Row | None:
    """The text of a page as it was read."""
    return archive.row(TEXT, {"version": version_id, "page": number})


def found(archive: PublicReader, identifier: str, number: int | None, page: int) -> Found | None:
    """A document that may be shown, in the version ``number`` (None: the last that says something); else None."""
    document = archive.row(DOCUMENT, {"id": identifier})
    versions = versions_of(archive, identifier) if document else []
    council = council_of(archive, document["council_id"]) if document else None
    version = _chosen(versions, number)
    if document is None or council is None or version is None:
        return None
    key = {"version": version["version_id"]}
    last = archive.row(LAST_PAGE, key)
    pages = max(version["page_count"], (last and last["number"]) or 0, 1)
    page = min(max(page, 1), pages)
    matches = matches_of(archive, version["version_id"])
    ids = json.dumps(sorted({match["flag_id"] for match in matches}))
    flags = [row | {"topics": json.loads(row["topics"])} for row in archive.rows(FLAGS, {"ids": ids})]
    return Found(
        document,
        council,
        tuple(versions),
        version,
        pages,
        page_of(archive, version["version_id"], page),
        tuple(matches),
        tuple(flags),
        tuple(archive.rows(SESSIONS, key)),
        tuple(row | {"topics": json.loads(row["topics"] or "[]")} for row in archive.rows(ITEMS, key)),
        page,
    )


def _chosen(versions: list[Row], number: int | None) -> Row | None:
    if number is not None:
        return next((row for row in versions if row["number"] == number), None)
    by_seen = sorted(versions, key=lambda row: (row["seen_at"], row["number"]))
    readable = [row for row in by_seen if row["state"] in ("read", "partial")]
    return next(iter([*readable[::-1], *by_seen[::-1]]), None)
