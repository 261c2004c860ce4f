"""Facts: sessions, items, votes, flags and changes, saved without ever deleting one.

Only rows that differ are written, so that an unchanged council costs no write. A row that is gone from the facts gets
``superseded_at``; one that comes back loses it.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from crawler.errors import ArchiveError
from crawler.models import Facts
from db.store.base import Row
from db.store.fact_rows import OWNERS, PARENTS, Links, Stored, Unit, all_flags, change_rows, units, version_keys
from db.store.facts_read import FactsReader
from db.values import stamp

# Rows of one transaction: some 20 ms on two cores.
BATCH_ROWS = 400
_COUNCIL_OF = {
    "flags": "council_id = ?",
    "items": "session_id IN (SELECT id FROM sessions WHERE council_id = ?)",
    "sessions": "council_id = ?",
}


class FactStore(FactsReader):
    """Writes of ``sessions``, ``items``, ``votes``, ``flags``, ``matches``, ``item_facts``, ``changes`` and
    ``aliases``."""

    def save_facts(self, facts: Facts, now: datetime) -> None:
        """Bring the facts of a council up to date: insert, update, supersede what is gone.

        In a few transactions of some hundred rows, each closed in itself: a kill between them leaves whole sessions,
        and the next run completes them. Raises ArchiveError, for private facts in the public archive too.
        """
        if not self.private and _any_private(facts):
            raise ArchiveError(f"{facts.council_id}: private facts for the public archive; nothing was written")
        local = self.local_versions(version_keys(facts))
        plan = list(units(facts, local, self.zone(facts.council_id)))
        kept = _ids(plan)
        stored = self._stored(facts.council_id)
        for batch in _batches([unit for unit in plan if stored.differs(unit)]):
            with self.write():
                self._save(batch, stored, stamp(now))
        with self.write():
            self._add_changes(facts.council_id, change_rows(facts, local))
            for table, ids in kept.items():
                self._supersede(table, [key for key in stored.current(table) if key not in ids], stamp(now))

    def _stored(self, council_id: str) -> Stored:
        """What the archive holds of a council, superseded rows included."""
        stored = Stored()
        for table, mine in _COUNCIL_OF.items():
            for row in self.rows(f"SELECT * FROM {table} WHERE {mine}", [council_id]):
                stored.rows[table][row["id"]] = row
        for table, owner in OWNERS.items():
            parent = PARENTS[table]
            belongs = f"{owner} IN (SELECT id FROM {parent} WHERE {_COUNCIL_OF[parent]})"
            for row in self.rows(f"SELECT * FROM {table} WHERE superseded_at IS NULL AND {belongs}", [council_id]):
                stored.owned[table].setdefault(row[owner], []).append(row)
        for row in self.rows("SELECT old_id, new_id FROM aliases"):
            stored.aliases[row["old_id"]] = row["new_id"]
        return stored

    def _save(self, batch: list[Unit], stored: Stored, now: str) -> None:
        """Write what differs of some sessions with all that belongs to them, parents first."""
        for table in ("sessions", "items", "flags"):
            rows = [row for unit in batch for row in unit.rows[table] if stored.row_differs(table, row)]
            self.table(table).upsert_all([row | {"updated_at": now, "superseded_at": None} for row in rows], pk="id")
        for table in ("votes", "matches", "item_facts"):
            self._save_lists(
                table, {key: rows for unit in batch for key, rows in unit.lists[table].items()}, stored, now
            )
        for table in ("session_versions", "item_versions"):
            self._save_links(
                table, {key: each for unit in batch for key, each in unit.links[table].items()}, stored, now
            )
        aliases = [(old, new) for unit in batch for old, new in unit.aliases.items() if stored.aliases.get(old) != new]
        rows = [{"old_id": old, "new_id": new, "merged_at": now} for old, new in aliases]
        self.table("aliases").upsert_all(rows, pk="old_id")

    def _save_lists(self, table: str, lists: dict[str, list[Row]], stored: Stored, now: str) -> None:
        """Votes, matches and facts have no identity: a list that differs is superseded as a whole."""
        different = [key for key, rows in lists.items() if stored.list_differs(table, key, rows)]
        self.db.conn.executemany(
            f"UPDATE {table} SET superseded_at = ? WHERE {OWNERS[table]} = ? AND superseded_at IS NULL",
            [(now, key) for key in different],
        )
        self.table(table).insert_all([row for key in different for row in lists[key]], pk="id")

    def _save_links(self, table: str, owners: dict[str, Links], stored: Stored, now: str) -> None:
        """The versions that speak of a session or item, and where."""
        owner = OWNERS[table]
        fresh: list[Row] = []
        gone: list[Row] = []
        for key, links in owners.items():
            for version, says in sorted(stored.links_that_differ(table, key, links).items(), key=lambda each: each[0]):
                fresh.append({owner: key, "version_id": version, **says, "superseded_at": None})
            missing = sorted(stored.links_gone(table, key, links))
            gone += [{owner: key, "version_id": version, "superseded_at": now} for version in missing]
        self.table(table).upsert_all(fresh, pk=(owner, "version_id"))
        self.table(table).upsert_all(gone, pk=(owner, "version_id"))

    def _add_changes(self, council_id: str, rows: list[Row]) -> None:
        """Changes are events: each is kept once and never superseded."""
        self.db.conn.executemany(
            "INSERT INTO changes(council_id, session_id, item_id, kind, before, after, version_id, seen_at) VALUES"
            " (:council_id, :session_id, :item_id, :kind, :before, :after, :version_id, :seen_at)"
            " ON CONFLICT DO NOTHING",
            rows,
        )

    def _supersede(self, table: str, ids: list[str], now: str) -> None:
        self.db.conn.executemany(
            f"UPDATE {table} SET superseded_at = ?, updated_at = ? WHERE id = ?", [(now, now, each) for each in ids]
        )


def _any_private(facts: Facts) -> bool:
    return any(session.private for session in facts.sessions) or any(flag.private for flag in all_flags(facts))


def _ids(plan: list[Unit]) -> dict[str, set[str]]:
    """The ids of each table; raises ArchiveError where one stands twice."""
    kept: dict[str, set[str]] = {}
    for table in _COUNCIL_OF:
        counts = Counter(row["id"] for unit in plan for row in unit.rows[table])
        twice = [identifier for identifier, count in counts.items() if count > 1]
        if twice:
            raise ArchiveError(f"{table}: the id {twice[0]} stands twice among the facts; nothing was written")
        kept[table] = set(counts)
    return kept


def _batches(plan: list[Unit]) -> Iterator[list[Unit]]:
    """Units together until they hold some hundred rows; a unit is never divided."""
    batch: list[Unit] = []
    rows = 0
    for unit in plan:
        if batch and rows + unit.size > BATCH_ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(unit)
        rows += unit.size
    if batch:
        yield batch
