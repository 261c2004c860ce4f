"""What the page *Session* asks of the archive: the agenda with its evidence, in one query a table."""

# SQL is put together from constant fragments here; every value is bound.

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crawler.models import Change, Council, SessionClaim
from db.portal.differences import Point
from db.portal.queries_council import council_of
from db.portal.reader import PublicReader
from db.reader import Row
from db.store.claims import decode_claims

SESSION = """
    SELECT s.id AS session_id, s.council_id, s.body, s.date AS session_date, s.starts_at, s.last_day, s.place, s.status,
           s.convened_on, s.first_seen_at, s.superseded_at, s.agenda_version_id, v.fetched_at AS agenda_read_at,
           d.id AS agenda_id, d.url AS agenda_url, d.first_seen_at AS agenda_seen_at, d.absent_at AS agenda_absent_at
    FROM sessions s LEFT JOIN versions v ON v.id = s.agenda_version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE s.id = :id
"""
ITEMS = """
    SELECT i.id AS item_id, i.position, i.number, i.title, i.page, i.listed, i.withdrawn, i.rapporteur, i.theme,
           i.parent_id, i.decided, i.announced, i.result, i."for", i.against, i.abstain, i.unanimous, i.first_seen_at
    FROM items i WHERE i.session_id = :id AND i.superseded_at IS NULL ORDER BY i.position, i.row
"""
FLAGS = """
    SELECT f.id AS flag_id, f.item_id, f.topics, f.score, f.excerpt, f.page, NULL AS last_page, f.legible, f.stance,
           f.amount, f.amount_role, f.amount_tax, f.subsidy, f.cameras, f.body_cameras, f.vendor, f.product, f.months,
           f.funding, v.document_id, d.url, coalesce(r.kind, d.kind) AS kind
    FROM flags f JOIN versions v ON v.id = f.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE f.session_id = :id AND f.superseded_at IS NULL AND f.score >= :least
      AND f.id NOT IN (SELECT id FROM temp.dismissed)
    ORDER BY f.score DESC, f.id
"""
WORDS = """
    SELECT m.flag_id, m.text FROM flags f JOIN matches m ON m.flag_id = f.id
    WHERE f.session_id = :id AND f.superseded_at IS NULL AND m.superseded_at IS NULL ORDER BY m.score DESC, m.id
"""
# Where each version speaks of each item; of several versions of one document, the last.
PARTS = """
    SELECT iv.item_id, d.id AS document_id, d.url, coalesce(r.kind, d.kind) AS kind, d.link_text, d.file_name,
           iv.page, iv.last_page, iv.rank, v.number
    FROM items i JOIN item_versions iv ON iv.item_id = i.id JOIN versions v ON v.id = iv.version_id
    JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE i.session_id = :id AND i.superseded_at IS NULL AND iv.superseded_at IS NULL
    ORDER BY iv.rank IS NULL, iv.rank, d.first_seen_at, v.number DESC
"""
VOTES = """
    SELECT vo.item_id, vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, vo.page,
           NULL AS last_page, vo.not_voting,
           d.id AS document_id, d.url, coalesce(r.kind, d.kind) AS kind, v.fetched_at, d.absent_at, d.first_seen_at
    FROM items i JOIN votes vo ON vo.item_id = i.id JOIN versions v ON v.id = vo.version_id
    JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE i.session_id = :id AND i.superseded_at IS NULL AND vo.superseded_at IS NULL ORDER BY vo.position
"""
DOCUMENTS = """
    SELECT d.id AS document_id, d.url, d.kind AS said, coalesce(r.kind, d.kind) AS kind, d.link_text, d.file_name,
           d.first_seen_at, d.last_seen_at, d.absent_at, v.id AS version_id, v.number, v.fetched_at, v.state
    FROM session_versions sv JOIN versions v ON v.id = sv.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE sv.session_id = :id AND sv.superseded_at IS NULL ORDER BY d.first_seen_at, d.id, v.number
"""
CLAIMS = """
    SELECT v.number, v.fetched_at, r.claims FROM versions v
    JOIN session_versions sv ON sv.version_id = v.id AND sv.session_id = :id AND sv.superseded_at IS NULL
    JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    WHERE v.document_id = :document ORDER BY v.number
"""
NEXT = """
    SELECT min(date) AS date FROM sessions
    WHERE council_id = :council AND body = :body AND superseded_at IS NULL AND status <> 'cancelled' AND date > :day
"""
BEHIND = """
select items.position, items.number, items.title, items.result, items."for", items.against, items.abstain,
  flags.topics, flags.score, flags.excerpt, items.id as item_id
from items left join flags on flags.item_id = items.id and flags.superseded_at is null
where items.session_id = :session_id and items.superseded_at is null
order by items.position
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of items as one version of the agenda has it."""

    number: int
    fetched_at: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A session with its evidence; dicts are by item id ("" : of no item)."""

    session: Row
    council: Council
    items: tuple[Row, ...]
    flags: dict[str, list[Row]]
    parts: dict[str, list[Row]]
    votes: dict[str, list[Row]]
    documents: tuple[Row, ...]
    changes: tuple[Change, ...]
    first: Listed | None = None  # the agenda as it was first read, where that is another version
    last: Listed | None = None
    next_session: date | None = None
    words: dict[str, str] = field(default_factory=dict)  # of each flag: the words of its best match


def found(archive: PublicReader, identifier: str) -> Found | None:
    """A session that the archive holds, superseded ones too; None for an id that nothing has."""
    me = {"id": identifier}
    session = archive.row(SESSION, me)
    council = council_of(archive, session["council_id"]) if session else None
    if session is None or council is None:
        return None
    agendas = _agendas(archive, session) if session["agenda_id"] else []
    following = archive.row(
        NEXT, {"council": council.id, "body": session["body"], "day": session["session_date"] or "9999"}
    )
    words: dict[str, str] = {}
    for row in archive.rows(WORDS, me):
        words.setdefault(row["flag_id"], row["text"])
    flags = [row | {"topics": json.loads(row["topics"])} for row in archive.rows(FLAGS, me)]
    return Found(
        session,
        council,
        tuple(archive.rows(ITEMS, me)),
        _by_item(flags),
        {item_id: _latest(rows) for item_id, rows in _by_item(archive.rows(PARTS, me)).items()},
        _by_item(archive.rows(VOTES, me)),
        tuple(archive.rows(DOCUMENTS, me)),
        tuple(archive.changes([identifier])),
        agendas[0] if len(agendas) > 1 else None,
        agendas[-1] if len(agendas) > 1 else None,
        date.fromisoformat(following["date"]) if following and following["date"] else None,
        words,
    )


def _agendas(archive: PublicReader, session: Row) -> list[Listed]:
    """The list of items of each version of the document that is the agenda now, oldest first."""
    rows = archive.rows(CLAIMS, {"id": session["session_id"], "document": session["agenda_id"]})
    listed = []
    for row in rows:
        claim = _about(decode_claims(row["claims"])[0], session)
        if claim is not None and claim.items:
            points = tuple(Point(item.title, item.number) for item in claim.items)
            listed.append(Listed(row["number"], row["fetched_at"], points))
    return listed


def _about(claims: tuple[SessionClaim, ...], session: Row) -> SessionClaim | None:
    """The claim that is about this session: of its day, else the longest of its body (it may have moved since)."""
    same = [claim for claim in claims if claim.body == session["body"]] or list(claims)
    of_day = [claim for claim in same if claim.date and claim.date.isoformat() == session["session_date"]]
    return max(of_day or same, key=lambda claim: len(claim.items), default=None)


def _by_item(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["item_id"] or ""].append(row)
    return dict(groups)


def _latest(rows: Iterable[Row]) -> list[Row]:
    """One row a document: of its newest version, in the order of the best word."""
    newest: dict[str, Row] = {}
    for row in rows:
        known = newest.get(row["document_id"])
        if known is None or row["number"] > known["number"]:
            newest[row["document_id"]] = row
    return list(newest.values())
