"""Copies, in ``private.db``, of the public versions that its facts refer to.

A fact that a private draft contributed to also rests on public documents. SQLite keeps no foreign key across files,
so the rows of those documents are copied: marked ``mirror``, never listed, never evidence.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.errors import ArchiveError
from db.connection import connect_read_only
from db.store.base import Base, Row

_CHUNK = 500


class Mirror(Base):
    """Turns the ids of versions that are unique over both archives into rows of this one."""

    def local_versions(self, keys: Iterable[str]) -> dict[str, int]:
        """``public:12`` → the id of its row here; copies what is public into a private archive first.

        Raises ArchiveError for a version that does not exist, and for a private one in the public archive: what
        ``ingest`` took must not show there (DESIGN §1, promise 11).
        """
        own = "private" if self.private else "public"
        local: dict[str, int] = {}
        foreign: list[int] = []
        for key in set(keys):
            origin, _, number = key.partition(":")
            if origin == own:
                local[key] = int(number)
            elif origin == "public" and self.private:
                foreign.append(int(number))
            else:
                raise ArchiveError(f"{key}: private evidence among public facts; nothing was written")
        return local | self._mirrored(sorted(foreign))

    def _mirrored(self, numbers: list[int]) -> dict[str, int]:
        if not numbers:
            return {}
        rows = self._public_rows(numbers)
        missing = set(numbers) - {row["id"] for row in rows["versions"]}
        if missing:
            raise ArchiveError(f"public:{min(missing)}: no such version in {self.home.archive}")
        with self.write():
            self.table("councils").insert_all(rows["councils"], pk="id", ignore=True)
            self.table("files").insert_all(rows["files"], pk="sha256", ignore=True)
            self.table("documents").upsert_all([row | {"mirror": 1} for row in rows["documents"]], pk="id")
            own = [{name: row[name] for name in row if name != "id"} for row in rows["versions"]]
            copies = [
                row | {"public_id": old["id"], "crawl_id": None} for row, old in zip(own, rows["versions"], strict=True)
            ]
            self.table("versions").upsert_all(copies, pk="public_id")
        found = self.rows("SELECT id, public_id FROM versions WHERE public_id IS NOT NULL")
        return {f"public:{row['public_id']}": row["id"] for row in found}

    def _public_rows(self, numbers: list[int]) -> dict[str, list[Row]]:
        """The rows of archive.db behind public versions, by table."""
        public = connect_read_only(self.home.archive)
        try:
            versions: list[Row] = []
            for start in range(0, len(numbers), _CHUNK):
                part = numbers[start : start + _CHUNK]
                versions += public.table("versions").rows_where(f"id IN ({', '.join('?' * len(part))})", part)

            def behind(table: str, column: str, values: set[str]) -> list[Row]:
                where = f"{column} = ?"
                return [row for value in sorted(values) for row in public.table(table).rows_where(where, [value])]

            documents = behind("documents", "id", {row["document_id"] for row in versions})
            while missing := {row["parent_id"] for row in documents} - {row["id"] for row in documents} - {None}:
                documents += behind("documents", "id", missing)
            return {
                "versions": versions,
                "documents": _parents_first(documents),
                "files": behind("files", "sha256", {row["sha256"] for row in versions}),
                "councils": behind("councils", "id", {row["council_id"] for row in documents}),
            }
        finally:
            public.close()


def _parents_first(documents: list[Row]) -> list[Row]:
    """In the order in which foreign keys take them: an archive before what came in it."""
    by_id = {row["id"]: row for row in documents}

    def depth(row: Row) -> int:
        levels = 0
        while (parent := by_id.get(row["parent_id"])) is not None and levels < len(by_id):
            row, levels = parent, levels + 1
        return levels

    return sorted(documents, key=depth)
