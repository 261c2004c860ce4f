"""Messages and their deliveries on the desk: rendered once, claimed, tried, recorded (DESIGN, promise 7).

The rows of a message and the state of its alerts change in one transaction, so a kill leaves either
planned alerts or a queued message, never a hole and never both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.connection import transaction
from db.values import clean, moment, optional_moment, optional_stamp, stamp

KEEP_ADDRESSES = timedelta(days=90)  # after sending, an address and the text sent to it are erased (DESIGN §7)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; ``body`` is the whole of it, as rendered once."""

    key: str
    message_id: str
    address: str
    session_id: str | None
    subject: str
    body: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None  # when the vote makes it useless
    attempts: int = 0


class Messages:
    """The part of the desk that deals with messages; mixed into ``Desk``."""

    db: Database

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        cursor = self.db.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def queue(self, messages: Sequence[tuple[Message, Sequence[str]]]) -> bool:
        """Put messages into the outbox with the ids of their alerts, which become claimed.

        All or nothing: False where an alert is no longer planned (another process was faster), and then the
        caller looks again. Hand over all messages of an alert at once: it is claimed with the first.
        """
        wanted = {alert for _, alerts in messages for alert in alerts}
        with transaction(self.db):
            sql = "SELECT count(*) FROM alerts WHERE state = 'planned' AND id = ?"
            if not all(self.db.execute(sql, [alert]).fetchone()[0] for alert in wanted):
                return False
            for alert in wanted:
                self.db.execute("UPDATE alerts SET state = 'claimed' WHERE id = ?", [alert])
            for message, alerts in messages:
                self._insert_message(message)
                for alert in alerts:
                    self.db.execute("INSERT INTO message_alerts VALUES (?, ?)", [message.key, alert])
        return True

    def _insert_message(self, message: Message) -> None:
        self.db.execute(
            "INSERT INTO messages (id, message_id, address, session_id, subject, body, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                message.key, message.message_id, message.address, message.session_id, clean(message.subject),
                message.body, stamp(message.created_at), optional_stamp(message.expires_at),
            ],
        )  # fmt: skip

    def waiting(self, now: datetime) -> list[Message]:
        """Queued messages whose next attempt is due, the oldest first."""
        sql = (
            "SELECT * FROM messages WHERE state = 'queued' AND (next_attempt_at IS NULL OR next_attempt_at <= ?) "
            "ORDER BY created_at, id"
        )
        return [_message(row) for row in self._rows(sql, [stamp(now)])]

    def queued(self) -> int:
        """How many messages wait, whether or not their next attempt is due."""
        return int(self.db.execute("SELECT count(*) FROM messages WHERE state = 'queued'").fetchone()[0])

    def begin_delivery(self, key: str, channel: str, now: datetime) -> int:
        """Note an attempt before it is made; returns its id."""
        with transaction(self.db):
            self.db.execute("UPDATE messages SET attempts = attempts + 1 WHERE id = ?", [key])
            sql = "INSERT INTO deliveries (message_id, channel, started_at) VALUES (?, ?, ?)"
            return int(self.db.execute(sql, [key, channel, stamp(now)]).lastrowid or 0)

    def accepted(self, delivery: int, key: str, now: datetime) -> None:
        """The channel took the message: it and its alerts are sent."""
        with transaction(self.db):
            self._finish(delivery, True, None, now)
            self.db.execute("UPDATE messages SET state = 'sent', sent_at = ? WHERE id = ?", [stamp(now), key])
            self.db.execute(
                "UPDATE alerts SET state = 'sent', reason = NULL, sent_at = coalesce(sent_at, ?) "
                "WHERE id IN (SELECT alert_id FROM message_alerts WHERE message_id = ?)",
                [stamp(now), key],
            )

    def refused(self, delivery: int, key: str, error: str, next_attempt_at: datetime, now: datetime) -> None:
        """The channel did not take it: tried again at ``next_attempt_at``."""
        with transaction(self.db):
            self._finish(delivery, False, error, now)
            sql = "UPDATE messages SET next_attempt_at = ? WHERE id = ? AND state = 'queued'"
            self.db.execute(sql, [stamp(next_attempt_at), key])

    def _finish(self, delivery: int, accepted: bool, error: str | None, now: datetime) -> None:
        sql = "UPDATE deliveries SET finished_at = ?, accepted = ?, error = ? WHERE id = ?"
        self.db.execute(sql, [stamp(now), int(accepted), None if error is None else clean(error), delivery])

    def give_up(self, now: datetime) -> list[dict[str, Any]]:
        """Queued messages that the vote has made useless become failed; returns them with their last error.

        An alert fails with them unless another address got it or may still get it. Under the lock of the sender.
        """
        rows = self._rows(
            "SELECT m.id, m.subject, m.attempts, (SELECT error FROM deliveries d "
            "WHERE d.message_id = m.id AND error IS NOT NULL ORDER BY d.id DESC LIMIT 1) AS error "
            "FROM messages m WHERE m.state = 'queued' AND m.expires_at <= ?",
            [stamp(now)],
        )
        if not rows:  # a daemon asks every few seconds: no write where there is nothing to write
            return []
        with transaction(self.db):
            for row in rows:
                self.db.execute("UPDATE messages SET state = 'failed' WHERE id = ?", [row["id"]])
            for row in rows:
                self._fail_alerts(row["id"], f"not delivered in time: {row['error'] or 'never tried'}")
        return rows

    def _fail_alerts(self, key: str, reason: str) -> None:
        self.db.execute(
            "UPDATE alerts SET state = 'failed', reason = ? WHERE state = 'claimed' "
            "AND id IN (SELECT alert_id FROM message_alerts WHERE message_id = ?) "
            "AND NOT EXISTS (SELECT 1 FROM message_alerts ma JOIN messages m ON m.id = ma.message_id "
            "WHERE ma.alert_id = alerts.id AND m.state IN ('queued', 'sent'))",
            [clean(reason), key],
        )

    def forget_addresses(self, now: datetime) -> int:
        """Erase addresses and texts of messages sent or given up long ago; returns how many."""
        old = "address <> '' AND state <> 'queued' AND coalesce(sent_at, created_at) < ?"
        limit = stamp(now - KEEP_ADDRESSES)
        if not self.db.execute(f"SELECT 1 FROM messages WHERE {old} LIMIT 1", [limit]).fetchone():  # noqa: S608
            return 0
        with transaction(self.db):
            sql = f"UPDATE messages SET address = '', body = x'', subject = '' WHERE {old}"  # noqa: S608
            return int(self.db.execute(sql, [limit]).rowcount)

    def undelivered(self) -> list[dict[str, Any]]:
        """What the operator must know: messages that wait after a failure, and those given up, with the last error."""
        return self._rows(
            "SELECT m.id, m.state, m.subject, m.attempts, m.next_attempt_at, m.expires_at, (SELECT error FROM "
            "deliveries d WHERE d.message_id = m.id AND error IS NOT NULL ORDER BY d.id DESC LIMIT 1) AS error "
            "FROM messages m WHERE (m.state = 'queued' AND m.attempts > 0) OR m.state = 'failed' ORDER BY m.created_at"
        )


def _message(row: Mapping[str, Any]) -> Message:
    return Message(
        key=row["id"], message_id=row["message_id"], address=row["address"], session_id=row["session_id"],
        subject=row["subject"], body=row["body"], created_at=moment(row["created_at"]),
        expires_at=optional_moment(row["expires_at"]), attempts=row["attempts"],
    )  # fmt: skip
