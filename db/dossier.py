"""What the archives hold about some flags and the documents that they rest on: the rows behind a dossier.

A *case* is an item with its flags, or a flagged passage of no item. Versions are named by keys that are unique over
both archives (``public:12``).
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.models import Change
from db.filters import Clause, one_of
from db.queries import Reader
from db.reader import VERSION_KEY, Row

_SESSION = """
    SELECT s.id AS session_id, s.body, s.date AS session_date, s.starts_at, s.last_day, s.place, s.status,
           s.convened_on, s.first_seen_at, s.agenda_version_id, :origin AS archive FROM sessions s
    WHERE s.id = :id AND s.id NOT IN (SELECT id FROM temp.hidden)
"""
_COUNCIL = "SELECT id, name, kind, department, timezone, website FROM councils WHERE id = :id"
_MATCHES = f"""
    SELECT m.flag_id, m.topic, m.text, m.page, m.start, m."end", m.score, {VERSION_KEY} AS version, v.document_id
    FROM matches m JOIN flags f ON f.id = m.flag_id
    JOIN versions v ON v.id = coalesce(m.version_id, f.version_id)
    WHERE m.superseded_at IS NULL AND f.id NOT IN (SELECT id FROM temp.hidden) AND {one_of("m.flag_id", "ids")}
    ORDER BY m.score DESC, m.id
"""
_FACTS = f"""
    SELECT x.kind, x.value, x.name, x.role, x.tax, x.rate, x.text, x.page, x.start, x."end",
           {VERSION_KEY} AS version, v.document_id
    FROM item_facts x JOIN flags f ON f.id = x.flag_id JOIN versions v ON v.id = x.version_id
    WHERE x.superseded_at IS NULL AND x.main AND f.id NOT IN (SELECT id FROM temp.hidden) AND {one_of("f.id", "ids")}
    ORDER BY x.position, x.id
"""
_VOTES = f"""
    SELECT vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, vo.page, {VERSION_KEY} AS version,
           v.document_id, v.fetched_at
    FROM votes vo JOIN items i ON i.id = vo.item_id JOIN versions v ON v.id = vo.version_id
    WHERE vo.item_id = :id AND vo.superseded_at IS NULL AND i.id NOT IN (SELECT id FROM temp.hidden)
    ORDER BY vo.position, vo.id
"""
# Where a case rests: what the flags, the item and the agenda of its session point at.
_RESTS_ON = """
    SELECT v.document_id FROM flags f JOIN versions v ON v.id = f.version_id WHERE f.id IN (SELECT value FROM wanted)
    UNION SELECT v.document_id FROM item_versions iv JOIN versions v ON v.id = iv.version_id
    WHERE iv.item_id = :item AND iv.superseded_at IS NULL
    UNION SELECT v.document_id FROM sessions s JOIN versions v ON v.id = s.agenda_version_id WHERE s.id = :session
    UNION SELECT v.document_id FROM changes c JOIN versions v ON v.id = c.version_id
    WHERE c.session_id = :session AND (c.item_id IS NULL OR c.item_id = :item)
"""
_DOCUMENTS = f"""
    SELECT d.id AS document_id, d.council_id, d.url, d.kind, d.link_text, d.file_name, d.found_on, d.first_seen_at,
           d.last_seen_at, d.absent_at, d.last_online_at, d.gone_since, d.gone_reason, o.url AS parent,
           o.id AS parent_id, :origin AS archive
    FROM documents d LEFT JOIN documents o ON o.id = d.parent_id WHERE d.mirror = 0 AND {one_of("d.id", "ids")}
"""
_VERSIONS = f"""
    SELECT {VERSION_KEY} AS version, v.document_id, v.number, v.sha256, v.fetched_at, v.seen_at, v.media_type, v.state,
           v.reason, v.page_count, v.headers, coalesce(r.kind, 'other') AS kind, f.size,
           t.taken_at, t.reason AS taken_reason,
           (SELECT json_group_array(h.sha256) FROM (SELECT sha256 FROM version_hashes WHERE version_id = v.id
                                                    ORDER BY seen_at, sha256) h) AS other_hashes
    FROM versions v JOIN documents d ON d.id = v.document_id JOIN files f ON f.sha256 = v.sha256
    LEFT JOIN readings r ON r.version_id = v.id AND r.superseded_at IS NULL
    LEFT JOIN takedowns t ON t.sha256 = v.sha256
    WHERE d.mirror = 0 AND {one_of("v.document_id", "ids")} ORDER BY v.number
"""
_LOOKUPS = f"""
    SELECT l.document_id, l.looked_at, l.status, l.verdict, l.reason FROM lookups l
    WHERE {one_of("l.document_id", "ids")} ORDER BY l.looked_at, l.id
"""
_PAGES = f"""
    SELECT p.text, p.method FROM pages p JOIN versions v ON v.id = p.version_id
    WHERE v.public_id IS NULL AND {VERSION_KEY} = :version AND p.number = :page
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a document's content; ``row`` has its columns, ``headers`` the server's as kept."""

    key: str
    row: Row
    headers: tuple[tuple[str, str], ...]
    other_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its versions, oldest first, and what looks at its address found."""

    row: Row
    private: bool
    versions: tuple[Version, ...]
    lookups: tuple[Row, ...]

    @property
    def id(self) -> str:
        return str(self.row["document_id"])

    @property
    def kind(self) -> str:
        """What its newest readable version is."""
        return str(self.versions[-1].row["kind"] if self.versions else self.row["kind"])


@dataclass(frozen=True, slots=True)
class Case:
    """One item, or one passage of no item, with what was found about it. ``session`` and ``item`` may be None."""

    subject: str
    council: Row
    session: Row | None
    item: Row | None
    flags: tuple[Row, ...]
    matches: tuple[Row, ...]
    facts: tuple[Row, ...]
    votes: tuple[Row, ...]
    changes: tuple[Change, ...]
    documents: tuple[str, ...]
    private: bool


@dataclass(frozen=True, slots=True)
class Material:
    """All that a dossier is made of: its cases and, by id, the documents behind them."""

    cases: tuple[Case, ...]
    papers: dict[str, Paper] = field(default_factory=dict)


def gather(reader: Reader, flags: Sequence[Row]) -> Material:
    """The material about these flags (rows of ``Reader.flagged``), in their order."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for flag in flags:
        groups[flag["item_id"] or flag["flag_id"]].append(flag)
    cases = [_case(reader, subject, found) for subject, found in groups.items()]
    wanted = {document for case in cases for document in case.documents}
    return Material(tuple(cases), papers(reader, wanted))


def flags_of(reader: Reader, identifier: str) -> list[Row]:
    """The flags that an id names: a flag itself, or those of an item, a session or a document. Empty for none."""
    shown = reader.show(identifier)
    if shown is None or shown["type"] == "council":
        return []
    columns = {"flag": "f.id", "item": "f.item_id", "session": "f.session_id", "document": "v.document_id"}
    column = columns[shown["type"]]
    current = shown.get(f"{shown['type']}_id", identifier)
    where = (
        f"{column} = :id AND f.superseded_at IS NULL AND f.id NOT IN (SELECT id FROM temp.hidden)"
        " AND f.id NOT IN (SELECT id FROM temp.dismissed)"
    )
    return reader.flag_rows(Clause(where, {"id": current}))


def page_text(reader: Reader, version: str, page: int) -> Row | None:
    """``text`` and ``method`` of a page of a version; None where it was not read."""
    return reader.row(_PAGES, {"version": version, "page": page})


def papers(reader: Reader, ids: Iterable[str]) -> dict[str, Paper]:
    """Documents with their versions, by id."""
    wanted = {"ids": json.dumps(sorted(ids))}
    versions: dict[str, list[Version]] = defaultdict(list)
    for row in reader.rows(_VERSIONS, wanted):
        headers = tuple((str(name), str(value)) for name, value in json.loads(row.pop("headers")))
        hashes = tuple(json.loads(row.pop("other_hashes")))
        versions[row["document_id"]].append(Version(row["version"], row, headers, hashes))
    lookups: dict[str, list[Row]] = defaultdict(list)
    for row in reader.rows(_LOOKUPS, wanted):
        lookups[row["document_id"]].append(row)
    found = {}
    for row in reader.rows(_DOCUMENTS, wanted):
        name = row["document_id"]
        private = row["archive"] == "private"
        found[name] = Paper(row, private, tuple(versions[name]), tuple(lookups[name]))
    return found


def _case(reader: Reader, subject: str, flags: list[Row]) -> Case:
    first = flags[0]
    ids = {"ids": json.dumps([flag["flag_id"] for flag in flags])}
    item_id, session_id = first["item_id"], first["session_id"]
    council = reader.row(_COUNCIL, {"id": first["council_id"]})
    assert council is not None  # held by a foreign key
    items = reader.item_rows(Clause("i.id = :id", {"id": item_id})) if item_id else []
    matches = reader.rows(_MATCHES, ids)
    votes = reader.rows(_VOTES, {"id": item_id}) if item_id else []
    facts = reader.rows(_FACTS, ids)
    changes = [
        change
        for change in (reader.changes([session_id]) if session_id else [])
        if change.item_id is None or change.item_id == item_id
    ]
    asked = {**ids, "item": item_id, "session": session_id}
    rests = reader.rows(f"WITH wanted AS (SELECT value FROM json_each(:ids)) {_RESTS_ON}", asked)
    documents = {row["document_id"] for row in (*rests, *matches, *votes, *facts)}
    return Case(
        subject,
        council,
        reader.row(_SESSION, {"id": session_id}) if session_id else None,
        items[0] if items else None,
        tuple(flags),
        tuple(matches),
        tuple(facts),
        tuple(votes),
        tuple(changes),
        tuple(sorted(documents)),
        any(flag["private"] for flag in flags),
    )
