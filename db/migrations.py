"""The schema, as append-only lists of forward migrations: one for the archive, one for the desk.

Each is a file, ``db/schema/KIND/NN.sql``, applied in the order of its number. One that has been released is never
edited. ``archive.db`` and ``private.db`` share the first list; ``desk.db`` has the second. The number applied is
SQLite's ``user_version``.
"""

from __future__ import annotations

from importlib.resources import files


def _read(kind: str) -> tuple[str, ...]:
    folder = files("db").joinpath("schema", kind)
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".sql")), key=lambda each: each.name)
    return tuple(each.read_text("utf-8") for each in found)


ARCHIVE = _read("archive")
DESK = _read("desk")
