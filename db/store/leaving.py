"""Who leaves: a subscription that ends, an address that is no longer asked for, a person who is forgotten (DESIGN §7).

What is queued is not sent any more unless another subscription of the same address carries it. Forgetting leaves
nothing of a name or an address in the bytes of ``desk.db``; the alerts stay as facts, under a word that says nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from sqlite_utils import Database

from crawler.errors import ArchiveError
from db.connection import transaction
from db.ids import new_id
from db.store.messages import Messages
from db.values import to_json

ENDED = "subscription ended"
GONE = "forgotten-"  # what the alerts of a forgotten subscription are called after, with letters of their own

_KEPT = "erased, but desk.db is in use and its old bytes could not be overwritten"
_AGAIN = "run this again when nothing else runs: tocsin unsubscribe --forget --address ADDRESS"


def drop_unwanted(db: Database) -> int:
    """Queued messages that nobody asks for any more are dropped, with those of their alerts that go nowhere else.

    Inside a transaction; returns how many messages.
    """
    keys = _carried_by_nobody(db, "m.state = 'queued'", [])
    for key in keys:
        db.execute("UPDATE messages SET state = 'dropped' WHERE id = ?", [key])
    for key in keys:
        db.execute(
            "UPDATE alerts SET state = 'dropped', reason = ? WHERE state = 'claimed' "
            "AND id IN (SELECT alert_id FROM message_alerts WHERE message_id = ?) "
            "AND NOT EXISTS (SELECT 1 FROM message_alerts ma JOIN messages m ON m.id = ma.message_id "
            "WHERE ma.alert_id = alerts.id AND m.state IN ('queued', 'sent'))",
            [ENDED, key],
        )
    return len(keys)


def _carried_by_nobody(db: Database, which: str, parameters: Sequence[str], gone: Collection[str] = ()) -> list[str]:
    """Messages whose address no living subscription of any of their alerts names; their ids.

    ``which``: a condition on ``m`` and ``a``; ``gone``: subscriptions that count as ended.
    """
    living = db.execute('SELECT name, "to" FROM subscriptions WHERE ended_at IS NULL').fetchall()
    wants = {name: _addresses(to) for name, to in living if name not in gone}
    carried: dict[tuple[str, str], list[str]] = {}
    tables = "messages m JOIN message_alerts ma ON ma.message_id = m.id JOIN alerts a ON a.id = ma.alert_id"
    mine = f"SELECT m.id FROM {tables} WHERE {which}"  # noqa: S608 - a constant
    sql = f"SELECT m.id, m.address, a.subscription FROM {tables} WHERE m.id IN ({mine})"  # noqa: S608 - constants
    for key, address, name in db.execute(sql, list(parameters)).fetchall():
        carried.setdefault((key, address), []).append(name)
    return [
        key for (key, address), names in carried.items() if not any(address in wants.get(name, ()) for name in names)
    ]


class Leaving(Messages):
    """The part of the desk that forgets; mixed into ``Desk``. Hold the lock of the sender meanwhile."""

    def carried_only_by(self, name: str) -> list[str]:
        """The ids of the messages that no other living subscription of the same address carries."""
        return _carried_by_nobody(self.db, "a.subscription = ?", [name], {name})

    def sent_to(self, address: str) -> list[str]:
        """The ids of all messages to an address."""
        return [row["id"] for row in self._rows("SELECT id FROM messages WHERE address = ?", [address])]

    def spellings(self, address: str) -> list[str]:
        """How an address is written on the desk: upper and lower case are one address."""
        named = [each for row in self._rows('SELECT "to" FROM subscriptions') for each in _addresses(row["to"])]
        used = [row["address"] for row in self._rows("SELECT DISTINCT address FROM messages")]
        return sorted({each for each in [*named, *used] if each.casefold() == address.casefold()})

    def named(self, address: str) -> list[str]:
        """The subscriptions, ended ones too, that name an address."""
        rows = self._rows('SELECT name, "to" FROM subscriptions ORDER BY name')
        return [row["name"] for row in rows if address in _addresses(row["to"])]

    def forget_subscription(self, name: str) -> None:
        """Erase a subscription and what it alone carried; its alerts stay under a word that says nothing."""
        with transaction(self.db):
            self._erase(self.carried_only_by(name))
            self.db.execute(
                "UPDATE alerts SET state = 'dropped', reason = ? WHERE subscription = ? "
                "AND state IN ('planned', 'claimed') AND NOT EXISTS (SELECT 1 FROM message_alerts ma "
                "JOIN messages m ON m.id = ma.message_id WHERE ma.alert_id = alerts.id AND m.state = 'queued')",
                [ENDED, name],
            )
            word = new_id("a").replace("a-", GONE, 1)
            self.db.execute("UPDATE alerts SET subscription = ? WHERE subscription = ?", [word, name])
            self.db.execute("DELETE FROM subscriptions WHERE name = ?", [name])

    def leave_out(self, name: str, address: str) -> bool:
        """Take an address out of a subscription; False, and nothing is changed, where it has no other."""
        with transaction(self.db):
            row = self._rows('SELECT "to" FROM subscriptions WHERE name = ?', [name])[0]
            rest = [each for each in _addresses(row["to"]) if each != address]
            if rest:
                self.db.execute('UPDATE subscriptions SET "to" = ? WHERE name = ?', [to_json(rest), name])
        return bool(rest)

    def forget_address(self, address: str, *, living: bool) -> None:
        """Erase an address, the texts sent to it and the attempts. ``living``: what is queued is still sent."""
        states = "AND state <> 'queued'" if living else ""
        with transaction(self.db):
            drop_unwanted(self.db)
            rows = self._rows(f"SELECT id FROM messages WHERE address = ? {states}", [address])  # noqa: S608
            self._erase([row["id"] for row in rows])

    def _erase(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.db.execute("DELETE FROM deliveries WHERE message_id = ?", [key])
            self.db.execute(
                "UPDATE messages SET address = '', body = x'', subject = '', "
                "state = CASE state WHEN 'queued' THEN 'dropped' ELSE state END WHERE id = ?",
                [key],
            )

    def scrub(self) -> None:
        """Rewrite the file, so that nothing erased is left in its bytes or in those of its log.

        Raises ArchiveError where another process reads it all the while: the rows are erased then, the bytes are not.
        """
        try:
            self.db.execute("PRAGMA secure_delete = ON")
            self.db.execute("VACUUM")
            busy = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise ArchiveError(f"{_KEPT} ({error}); {_AGAIN}") from error
        if busy:
            raise ArchiveError(f"{_KEPT}; {_AGAIN}")


def _addresses(to: str) -> list[str]:
    return [str(each).strip() for each in json.loads(to)]
