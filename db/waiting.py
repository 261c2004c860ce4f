"""How many documents wait for optical recognition, and how many were read by older code."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from db.connection import connect_read_only
from db.home import Home
from db.reader import ReaderBase
from db.store.rereads import Means
from db.values import to_json

_WAIT = """
    SELECT v.document_id FROM readings r JOIN versions v ON v.id = r.version_id JOIN documents d ON d.id = v.document_id
    WHERE r.waiting > 0 AND r.superseded_at IS NULL AND d.mirror = 0
"""
_UNTRIED = f"{_WAIT} AND (:engine = '' OR r.recogniser <> :engine)"
_GIVEN_UP = f"{_WAIT} AND :engine <> '' AND r.recogniser = :engine"
_OLDER = """
    SELECT v.document_id FROM readings r JOIN versions v ON v.id = r.version_id JOIN documents d ON d.id = v.document_id
    WHERE r.superseded_at IS NULL AND d.mirror = 0
      AND (r.reader_version <> :reader OR r.lexicon_version NOT IN (:lexicon, ''))
"""
_UNSETTLED = "SELECT council_id FROM unsettled WHERE 1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Documents, each counted once; ``given_up``: the recogniser of this machine has tried their pages in vain."""

    recognition: int = 0
    given_up: int = 0
    older: int = 0
    unsettled: int = 0  # councils


class WaitingReader(ReaderBase):
    """Counts over both archives."""

    def waiting(self, means: Means, councils: Sequence[str] = ()) -> Waiting:
        """What ``tocsin reprocess`` would find to do with these means (``means.engine`` may be empty), for these
        councils or all."""
        parameters = {
            "engine": means.engine, "reader": means.reader, "lexicon": means.lexicon, "councils": to_json(councils),
        }  # fmt: skip
        of_these = " AND (:councils = '[]' OR council_id IN (SELECT value FROM json_each(:councils)))"

        def count(sql: str) -> int:
            found = (archive.db.conn.execute(sql + of_these, parameters) for archive in self.archives)
            return len({row[0] for rows in found for row in rows})

        return Waiting(*map(count, (_UNTRIED, _GIVEN_UP, _OLDER, _UNSETTLED)))


def anything_waits(home: Home, engine: str) -> bool:
    """Whether ``tocsin reprocess --waiting`` would find anything to do; cheap enough for every tick of ``watch``."""
    for path in (home.archive, home.private):
        if path.exists():
            with closing(connect_read_only(path)) as db:
                for sql in (_UNTRIED, _UNSETTLED):
                    if db.conn.execute(f"{sql} LIMIT 1", {"engine": engine}).fetchone():
                        return True
    return False
