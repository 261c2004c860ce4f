"""What the planner is given: every current flag with all that a message may say of it, and the changes."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from crawler.models import AlertFact, Change, Council
from db.around import AroundReader
from db.filters import one_of
from db.reader import VERSION_KEY, Row
from db.store.facts_read import change_of, outcome_of
from db.store.sources import COUNCIL_COLUMNS
from db.values import moment, optional_day, optional_moment

_COUNCIL = ", ".join(f"c.{name} AS council_{name}" for name in COUNCIL_COLUMNS)
FACTS = f"""
    SELECT f.id AS flag_id, f.session_id, f.item_id, s.body, s.date AS session_date, s.starts_at, s.last_day, s.place,
           coalesce(s.status, 'unknown') AS session_status, s.convened_on, i.number AS item_number,
           i.title AS item_title, coalesce(i.listed, 1) AS item_listed, coalesce(i.withdrawn, 0) AS item_withdrawn,
           f.topics, f.score, f.excerpt, f.page, f.first_seen_at, i.result, i."for", i.against, i.abstain, i.unanimous,
           d.id AS document_id, d.url AS document_url, d.kind AS document_kind, v.sha256,
           d.first_seen_at AS document_first_seen_at, d.absent_at, d.mirror, :origin AS origin, f.legible,
           coalesce(p.method = 'ocr', f.legible IS NOT NULL) AS scanned,
           {_COUNCIL}
    FROM flags f JOIN councils c ON c.id = f.council_id
    JOIN versions v ON v.id = f.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN pages p ON p.version_id = f.version_id AND p.number = f.page
    LEFT JOIN sessions s ON s.id = f.session_id LEFT JOIN items i ON i.id = f.item_id
    WHERE f.superseded_at IS NULL AND f.id NOT IN (SELECT id FROM temp.dismissed)
"""
# The words of a flag's best match, those of the page that is shown first.
PHRASES = """
    SELECT m.flag_id, :origin AS origin, m.text FROM matches m JOIN flags f ON f.id = m.flag_id
    WHERE m.superseded_at IS NULL AND f.superseded_at IS NULL
    ORDER BY coalesce(m.version_id <> f.version_id, 0) DESC, m.page <> f.page DESC, m.score, m.id DESC
"""
# Where a flag has public evidence too, a message shows that: it may be linked, and its hash given.
_SHOWN = (
    "excerpt", "page", "phrase", "document_id", "document_url", "document_kind", "sha256", "document_first_seen_at",
    "absent_at", "mirror", "origin", "scanned", "legible",
)  # fmt: skip


class ForAlerts(AroundReader):
    """``alert_facts`` and ``changes``."""

    def alert_facts(self) -> list[AlertFact]:
        """Each flag that is neither superseded nor dismissed, of any date and score, by flag id.

        ``private``: the document shown is private, so a message names no copy, path or hash of it.
        """
        phrases = {(row["flag_id"], row["origin"]): row["text"] for row in self.rows(PHRASES)}  # the last one stays
        facts: dict[str, Row] = {}
        for row in self.rows(FACTS):  # private rows come first and know more
            row["phrase"] = phrases.get((row["flag_id"], row["origin"]), "")
            known = facts.get(row["flag_id"])
            facts[row["flag_id"]] = row if known is None else known | {name: row[name] for name in _SHOWN}
        return [_fact(facts[flag_id]) for flag_id in sorted(facts)]

    def changes(self, session_ids: Iterable[str]) -> list[Change]:
        """The changes of some sessions, oldest first; ids that were merged away count as what they became."""
        wanted = json.dumps(sorted(set(session_ids)))
        sql = (
            f"SELECT ch.*, coalesce(a.new_id, ch.session_id) AS now_id, {VERSION_KEY} AS version_key,"
            " d.kind AS document_kind, CASE WHEN :origin = 'public' OR d.mirror = 1 THEN d.url END AS document_url"
            " FROM changes ch JOIN versions v ON v.id = ch.version_id JOIN documents d ON d.id = v.document_id"
            " LEFT JOIN aliases a ON a.old_id = ch.session_id"
            f" WHERE {one_of('coalesce(a.new_id, ch.session_id)', 'wanted')}"
        )
        found: dict[Change, Change] = {}  # private rows come first: what the public archive says of the paper stays
        for row in self.rows(sql, {"wanted": wanted}):
            change = change_of(row | {"session_id": row["now_id"]}, row["version_key"])
            kind, url = row["document_kind"], row["document_url"]
            found[change] = replace(change, document_kind=kind, document_url=url)
        return sorted(
            found.values(), key=lambda change: (change.seen_at, change.session_id, change.kind, change.item_id or "")
        )


def _fact(row: Row) -> AlertFact:
    council = Council(**{name: row[f"council_{name}"] for name in COUNCIL_COLUMNS})
    return AlertFact(
        flag_id=row["flag_id"],
        council=council,
        session_id=row["session_id"],
        item_id=row["item_id"],
        body=row["body"],
        session_date=optional_day(row["session_date"]),
        starts_at=optional_moment(row["starts_at"], council.zone),
        place=row["place"],
        session_status=row["session_status"],
        convened_on=optional_day(row["convened_on"]),
        item_number=row["item_number"],
        item_title=row["item_title"] or row["excerpt"],
        item_listed=bool(row["item_listed"]),
        item_withdrawn=bool(row["item_withdrawn"]),
        topics=tuple(json.loads(row["topics"])),
        score=row["score"],
        phrase=row["phrase"],
        excerpt=row["excerpt"],
        page=row["page"],
        document_id=row["document_id"],
        document_url=row["document_url"],
        document_kind=row["document_kind"],
        sha256=row["sha256"],
        document_first_seen_at=moment(row["document_first_seen_at"]),
        absent_at=optional_moment(row["absent_at"]),
        first_seen_at=moment(row["first_seen_at"]),
        private=row["origin"] == "private" and not row["mirror"],
        outcome=outcome_of(row),
        scanned=bool(row["scanned"]),
        legible=row["legible"],
        last_day=optional_day(row["last_day"]),
    )
