"""Keeping the full-text index right: what changed is queued by triggers and indexed in short transactions.

A page or item is in the index if and only if its ``marks`` are not null; triggers (``db.migrations``) add and take away
its words with exactly the text and marks that it had, as an index over external content demands. Rows of
``unindexed_versions`` and ``unindexed_items`` say whose marks must be looked at again: after a kill, the next writer
goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.search_marks import ITEM_MARKS, PAGE_MARKS
from db.transactions import transaction

# Of one transaction: some 20 ms on two cores. A row costs the same whatever it holds, then each character.
BATCH_CHARACTERS = 120_000
ROW_CHARACTERS = 800
EACH_TIME = 1_000  # queued versions and items that one write takes along; a longer queue is another program's leftover


@dataclass(frozen=True, slots=True)
class _Queue:
    """What waits, how its marks are computed, and where they go."""

    name: str
    key: str
    marks: str
    update: str


QUEUES = (
    _Queue("unindexed_items", "item_row", ITEM_MARKS, "UPDATE items SET marks = ? WHERE row = ?"),
    _Queue("unindexed_versions", "version_id", PAGE_MARKS, "UPDATE pages SET marks = ? WHERE id = ?"),
)


def catch_up(db: Database, most: int | None = EACH_TIME) -> None:
    """Index what waits, the newest first: at most so many versions and as many items; None: all.

    Raises ArchiveError where another writer never lets go.
    """
    for queue in QUEUES:
        left = most
        while left is None or left > 0:
            taken = _batch(db, queue, min(left or 500, 500))
            if not taken:
                break
            left = None if left is None else left - taken


def waiting(db: Database) -> int:
    """How many versions and items wait to be indexed."""
    return sum(db.conn.execute(f"SELECT count(*) FROM {queue.name}").fetchone()[0] for queue in QUEUES)  # noqa: S608


def _batch(db: Database, queue: _Queue, most: int) -> int:
    """One transaction. Returns how many queued keys were taken up; one that was not finished stays queued."""
    asked = f"SELECT {queue.key} FROM {queue.name} ORDER BY {queue.key} DESC LIMIT ?"  # noqa: S608 - constants
    if db.conn.execute(asked, [1]).fetchone() is None:
        return 0
    taken, spent = 0, 0
    with transaction(db):
        for (key,) in db.conn.execute(asked, [most]).fetchall():
            spent, done = _bring(db, queue, key, spent)
            taken += 1
            if done:
                db.conn.execute(f"DELETE FROM {queue.name} WHERE {queue.key} = ?", [key])  # noqa: S608 - constants
            if not done or spent >= BATCH_CHARACTERS:
                break
    return taken


def _bring(db: Database, queue: _Queue, key: int, spent: int) -> tuple[int, bool]:
    """Give the rows of a key the marks that they should have, until the batch is full."""
    rows: Iterable[tuple[int, int, str | None, str]] = db.conn.execute(queue.marks, {"key": key}).fetchall()
    for row, size, before, marks in rows:
        if before != marks:
            if spent >= BATCH_CHARACTERS:
                return spent, False
            db.conn.execute(queue.update, [marks, row])
            spent += size * (1 if before is None else 2) + ROW_CHARACTERS
    return spent + ROW_CHARACTERS // 20, True
