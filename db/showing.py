"""One thing with all that is known of it: ``show``."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from db.filters import Clause
from db.health import Health
from db.listings import SHOWN, by_date
from db.reader import Row
from db.showing_items import ShowingItems

_DISMISSED = "EXISTS (SELECT 1 FROM temp.dismissed x WHERE x.id = f.id) AS dismissed"
# Where both archives hold a row of this id, the private one comes first and is taken.
_STATE = {
    "session": "SELECT id, updated_at, superseded_at, private FROM sessions WHERE id = :id",
    "item": "SELECT id, updated_at, superseded_at FROM items WHERE id = :id",
    "flag": f"SELECT f.id, f.updated_at, f.superseded_at, f.private, {_DISMISSED} FROM flags f WHERE f.id = :id",
}
_LONGEST_CHAIN = 100  # merges of merges; a circle would be our fault, and must not hang a reader


class Showing(Health, ShowingItems):
    """``show``: for sessions, items, flags, documents and councils."""

    def show(self, identifier: str) -> Row | None:
        """What an id names, as a dict with ``type`` first; None for an id that nothing has.

        An id that was merged shows what it became, under ``asked_for``. What was superseded is shown too, and says so.
        """
        current = self._resolve(identifier)
        for show in (self._session, self._item, self._flag, self._document, self._council):
            found = show(current)
            if found is not None:
                return found if current == identifier else {**found, "asked_for": identifier}
        return None

    def _resolve(self, identifier: str) -> str:
        for _ in range(_LONGEST_CHAIN):
            row = self.row("SELECT new_id FROM aliases WHERE old_id = :id", {"id": identifier})
            if row is None:
                break
            identifier = row["new_id"]
        return identifier

    def _session(self, identifier: str) -> Row | None:
        state = self.row(_STATE["session"], {"id": identifier})
        found = self.session_rows(Clause("s.id = :id", {"id": identifier}))
        if state is None:
            return None
        flags = self.flag_rows(Clause(f"f.session_id = :id AND {SHOWN.format('f')}", {"id": identifier}))
        changes = self.rows(
            "SELECT kind, item_id, before, after, seen_at FROM changes WHERE session_id = :id ORDER BY id",
            {"id": identifier},
        )
        aliases = {
            row["old_id"] for row in self.rows("SELECT old_id FROM aliases WHERE new_id = :id", {"id": identifier})
        }
        return {
            "type": "session",
            **found[0],
            **_known(state),
            "aliases": sorted(aliases),
            "flags": flags,
            "changes": sorted(changes, key=lambda change: str(change["seen_at"])),
        }

    def _item(self, identifier: str) -> Row | None:
        state = self.row(_STATE["item"], {"id": identifier})
        found = self.item_rows(Clause("i.id = :id", {"id": identifier}))
        if state is None:
            return None
        session = self.session_rows(Clause("s.id = :id", {"id": found[0]["session_id"]}))[0]
        urls = self.rows(
            "SELECT DISTINCT d.url FROM item_versions iv JOIN versions v ON v.id = iv.version_id"
            " JOIN documents d ON d.id = v.document_id WHERE iv.item_id = :id AND iv.superseded_at IS NULL",
            {"id": identifier},
        )
        flags = self.flag_rows(Clause(f"f.item_id = :id AND {SHOWN.format('f')}", {"id": identifier}))
        return {
            "type": "item",
            **found[0],
            **_known(state),
            "session": {name: value for name, value in session.items() if name not in ("items", "documents")},
            "documents": sorted({row["url"] for row in urls}),
            "parts": self.item_parts(identifier),
            "agenda_read_at": self.agenda_read_at(identifier),
            "votes": self.item_votes(identifier),
            "lines": self.item_lines(identifier),
            "facts": self.item_facts(identifier),
            "flags": flags,
        }

    def _flag(self, identifier: str) -> Row | None:
        state = self.row(_STATE["flag"], {"id": identifier})
        found = self.flag_rows(Clause("f.id = :id", {"id": identifier}))
        if state is None:
            return None
        matches = self.rows(
            'SELECT m.topic, m.term, m.text, m.page, m.start, m."end", m.score, d.url AS document_url, v.sha256'
            " FROM matches m JOIN flags f ON f.id = m.flag_id"
            " JOIN versions v ON v.id = coalesce(m.version_id, f.version_id) JOIN documents d ON d.id = v.document_id"
            " WHERE m.flag_id = :id AND m.superseded_at IS NULL AND f.id NOT IN (SELECT id FROM temp.hidden)"
            " ORDER BY m.score DESC, m.id",
            {"id": identifier},
        )
        shown = self.row(
            "SELECT v.sha256, d.id AS document_id, d.first_seen_at AS document_first_seen_at, d.absent_at FROM flags f"
            " JOIN versions v ON v.id = f.version_id JOIN documents d ON d.id = v.document_id WHERE f.id = :id",
            {"id": identifier},
        )
        facts = self.flag_facts(identifier)
        return {"type": "flag", **found[0], **_known(state), **(shown or {}), "matches": matches, "facts": facts}

    def _document(self, identifier: str) -> Row | None:
        row = self.row(
            "SELECT d.id AS document_id, d.council_id, c.name AS council, d.url, d.kind, d.link_text, d.heading,"
            " d.file_name, d.found_on, d.first_seen_at, d.last_seen_at, d.absent_at, :origin AS archive,"
            " o.id AS parent_id, o.url AS parent, d.last_online_at, d.gone_since, d.gone_reason"
            " FROM documents d JOIN councils c ON c.id = d.council_id LEFT JOIN documents o ON o.id = d.parent_id"
            " WHERE d.id = :id AND d.mirror = 0",
            {"id": identifier},
        )
        if row is None:
            return None
        sessions = self.rows(
            "SELECT DISTINCT s.id AS session_id, s.body, s.date AS session_date, s.status FROM session_versions sv"
            " JOIN sessions s ON s.id = sv.session_id JOIN versions v ON v.id = sv.version_id"
            f" WHERE v.document_id = :id AND sv.superseded_at IS NULL AND {SHOWN.format('s')}",
            {"id": identifier},
        )
        versions = self.document_rows(Clause("d.id = :id AND d.mirror = 0", {"id": identifier}))
        held = self.document_rows(Clause("d.parent_id = :id AND d.mirror = 0", {"id": identifier}))
        latest = {each["document_id"]: each for each in held}  # rows of one document are in the order of its versions
        looks = self.rows(
            "SELECT looked_at, verdict, status, reason FROM lookups WHERE document_id = :id ORDER BY looked_at, id",
            {"id": identifier},
        )
        return {
            "type": "document", **row, "lookups": looks, "versions": versions,
            "members": [_member(each) for each in latest.values()],
            "sessions": by_date(sessions, "session_id"),
        }  # fmt: skip

    def _council(self, identifier: str) -> Row | None:
        row = self.row("SELECT * FROM councils WHERE id = :id", {"id": identifier})
        if row is None:
            return None
        counts = {name: sum(each["n"] for each in self.rows(sql, {"id": identifier})) for name, sql in _COUNTS.items()}
        sources = [source for source in self.sources() if source["council_id"] == identifier]
        return {"type": "council", "council_id": row.pop("id"), **row, **counts, "sources": sources}


_COUNTS = {
    "documents": "SELECT count(*) AS n FROM documents WHERE council_id = :id AND mirror = 0",
    "sessions": f"SELECT count(*) AS n FROM sessions s WHERE s.council_id = :id AND {SHOWN.format('s')}",
    "flags": f"SELECT count(*) AS n FROM flags f WHERE f.council_id = :id AND {SHOWN.format('f')}",
}


_MEMBER = ("document_id", "url", "kind", "media_type", "state", "reason", "pages")


def _member(row: Row) -> Row:
    """What is said of a document inside another one."""
    return {name: row[name] for name in _MEMBER}


def _known(state: Row) -> Row:
    """When a row last changed, and whether it stands; flags of SQLite as true and false."""
    flags: Row = {name: bool(state[name]) for name in ("private", "dismissed") if name in state}
    return {"updated_at": state["updated_at"], "superseded_at": state["superseded_at"], **flags}
