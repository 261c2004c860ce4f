"""One agenda item with all that is known of it: for ``show``."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json

from db.filters import Clause
from db.listings import SHOWN, Listings
from db.reader import VERSION_KEY, Row

_VOTES = f"""
    SELECT vo.result, vo."for", vo.against, vo.abstain, vo.unanimous, d.url AS document_url, vo.page,
           d.kind AS document_kind, vo.not_voting, vo.not_voting_names
    FROM votes vo JOIN versions v ON v.id = vo.version_id JOIN documents d ON d.id = v.document_id
    JOIN items i ON i.id = vo.item_id
    WHERE vo.superseded_at IS NULL AND i.id = :id AND {SHOWN.format("i")} ORDER BY vo.position
"""
_PARTS = f"""
    SELECT {VERSION_KEY} AS version, d.url, d.kind, iv.page, iv.last_page, iv."end", iv.rank
    FROM item_versions iv JOIN items i ON i.id = iv.item_id
    JOIN versions v ON v.id = iv.version_id JOIN documents d ON d.id = v.document_id
    WHERE iv.item_id = :id AND iv.superseded_at IS NULL AND i.id NOT IN (SELECT id FROM temp.hidden)
    ORDER BY iv.rank IS NULL, iv.rank, d.url, v.number
"""
_FACTS = f"""
    SELECT x.kind, x.value, x.name, x.role, x.tax, x.rate, x.main, x.text, x.page, x.start, x."end", d.url,
           d.kind AS document_kind, {VERSION_KEY} AS version
    FROM item_facts x JOIN flags f ON f.id = x.flag_id
    JOIN versions v ON v.id = x.version_id JOIN documents d ON d.id = v.document_id
    WHERE x.superseded_at IS NULL AND {SHOWN.format("f")} AND f.id NOT IN (SELECT id FROM temp.dismissed) AND {{}}
    ORDER BY x.position
"""
_AGENDA = """
    SELECT v.fetched_at FROM items i JOIN sessions s ON s.id = i.session_id
    JOIN versions v ON v.id = s.agenda_version_id WHERE i.id = :id
"""


class ShowingItems(Listings):
    """What ``show`` says of an item beyond its row."""

    def item_votes(self, identifier: str) -> list[Row]:
        """The votes on an item in their order, with who took no part in them."""
        return [
            row | {"unanimous": bool(row["unanimous"]), "not_voting_names": json.loads(row["not_voting_names"])}
            for row in self.rows(_VOTES, {"id": identifier})
        ]

    def item_parts(self, identifier: str) -> list[Row]:
        """Where each document speaks of an item, best word first: pages from 1; None where that is not known."""
        return [
            {name: row[name] for name in ("kind", "url", "version")} | _pages(row)
            for row in self.rows(_PARTS, {"id": identifier})
        ]

    def item_facts(self, identifier: str) -> list[Row]:
        """What the documents state of a flagged item: figures and names, each with its words and their place."""
        return self._facts("f.item_id = :id", identifier)

    def flag_facts(self, identifier: str) -> list[Row]:
        """The same of the item of a flag."""
        return self._facts("f.id = :id", identifier)

    def _facts(self, which: str, identifier: str) -> list[Row]:
        rows = self.rows(_FACTS.format(which), {"id": identifier})
        return [row | {"main": bool(row["main"])} for row in rows]

    def item_lines(self, identifier: str) -> list[Row]:
        """The lines of a report on delegated decisions."""
        found = self.item_rows(Clause(f"i.parent_id = :id AND {SHOWN.format('i')}", {"id": identifier}))
        return [{name: row[name] for name in ("item_id", "number", "title", "page", "topics")} for row in found]

    def agenda_read_at(self, identifier: str) -> str | None:
        """When the agenda of the item's session was fetched; None where none was found."""
        row = self.row(_AGENDA, {"id": identifier})
        return str(row["fetched_at"]) if row else None


def _pages(row: Row) -> Row:
    """First and last page of a part; where the next item opens a page, this one ends on the page before."""
    first, last = row["page"], row["last_page"]
    if first is None:
        return {"page": None, "last_page": None}
    return {"page": first, "last_page": max(first, last - (row["end"] == 0))}
