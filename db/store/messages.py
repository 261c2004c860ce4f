"""Messages and their deliveries on the desk: rendered once, claimed, tried, recorded (DESIGN, promise 7).

The rows of a message and the state of its alerts change in one transaction, so a kill leaves either
planned alerts or a queued message, never a hole and never both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.errors import DeliveryError
from db.connection import transaction
from db.store.waits import Waits
from db.values import clean, moment, optional_moment, optional_stamp, stamp

UNDELIVERED = "undelivered-"  # how the keys of notices to operators begin
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
    next_attempt_at: datetime | None = None
    sessions: frozenset[str] = frozenset()  # of which it tells, where it waits in the outbox
    refusals: int = 0  # of the attempts, how many were refused for good


class Messages(Waits):
    """The part of the desk that deals with messages; mixed into ``Desk``."""

    def queue(self, message: Message, parts: Mapping[str, datetime | None], last: Container[str]) -> bool:
        """Put a message into the outbox with its alerts, and from when each of them is of no use (None: as it).

        Those in ``last`` wait for no other message and become claimed. All or nothing: False where one of them is no
        longer planned (another process was faster), and then the caller looks again.
        """
        with transaction(self.db):
            sql = "SELECT count(*) FROM alerts WHERE state = 'planned' AND id = ?"
            if not all(self.db.execute(sql, [alert]).fetchone()[0] for alert in parts):
                return False
            self._insert_message(message)
            for alert, expires_at in parts.items():
                sql = "INSERT INTO message_alerts (message_id, alert_id, expires_at) VALUES (?, ?, ?)"
                self.db.execute(sql, [message.key, alert, optional_stamp(expires_at)])
                if alert in last:
                    sql = "UPDATE alerts SET state = 'claimed', reason = NULL, waits_until = NULL WHERE id = ?"
                    self.db.execute(sql, [alert])
        return True

    def queue_notice(self, message: Message, losses: Sequence[str]) -> None:
        """Put a notice to an operator into the outbox, and note of which given-up messages it tells."""
        with transaction(self.db):
            self._insert_message(message)
            for loss in losses:
                self.db.execute("INSERT INTO losses_told VALUES (?, ?)", [loss, message.key])

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
        return [each for each in self.outbox() if each.next_attempt_at is None or each.next_attempt_at <= now]

    def outbox(self) -> list[Message]:
        """All queued messages, the oldest first."""
        rows = self._rows(
            "SELECT m.*, (SELECT count(*) FROM deliveries d WHERE d.message_id = m.id AND d.permanent) AS refusals "
            "FROM messages m WHERE m.state = 'queued' ORDER BY m.created_at, m.id"
        )
        if not rows:
            return []
        sessions: dict[str, set[str]] = defaultdict(set)
        sql = (
            "SELECT m.id, a.session_id FROM messages m JOIN message_alerts ma ON ma.message_id = m.id "
            "JOIN alerts a ON a.id = ma.alert_id WHERE m.state = 'queued' AND a.session_id IS NOT NULL"
        )
        for key, session in self.db.execute(sql).fetchall():
            sessions[key].add(session)
        return [_message(row, frozenset(sessions[row["id"]])) for row in rows]

    def attempts_since(self, since: datetime) -> list[tuple[str, datetime]]:
        """(address, start) of each attempt since an instant."""
        sql = (
            "SELECT m.address, d.started_at FROM deliveries d JOIN messages m ON m.id = d.message_id "
            "WHERE d.started_at > ?"
        )
        return [(address, moment(at)) for address, at in self.db.execute(sql, [stamp(since)]).fetchall()]

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
                "UPDATE alerts SET state = CASE state WHEN 'planned' THEN state ELSE 'sent' END, "  # waits for others
                "reason = CASE state WHEN 'planned' THEN reason END, sent_at = coalesce(sent_at, ?) "
                "WHERE id IN (SELECT alert_id FROM message_alerts WHERE message_id = ?)",
                [stamp(now), key],
            )

    def refused(self, delivery: int, key: str, error: DeliveryError, next_attempt_at: datetime, now: datetime) -> None:
        """The channel did not take it, as far as we know: tried again at ``next_attempt_at``."""
        with transaction(self.db):
            self._finish(delivery, None if error.perhaps else False, str(error), now)
            self.db.execute("UPDATE deliveries SET permanent = ? WHERE id = ?", [int(error.permanent), delivery])
            sql = "UPDATE messages SET next_attempt_at = ? WHERE id = ? AND state = 'queued'"
            self.db.execute(sql, [stamp(next_attempt_at), key])

    def _finish(self, delivery: int, accepted: bool | None, error: str | None, now: datetime) -> None:
        """``accepted``: None where that is not known."""
        sql = "UPDATE deliveries SET finished_at = ?, accepted = ?, error = ? WHERE id = ?"
        self.db.execute(sql, [stamp(now), accepted, None if error is None else clean(error), delivery])

    def refused_for_good(self, delivery: int, key: str, error: str, now: datetime) -> None:
        """The channel will never take it: given up, and its alerts fail unless another address has them."""
        with transaction(self.db):
            self._finish(delivery, False, error, now)
            self._give_up(key, f"not delivered: {error}", now)

    def give_up(self, now: datetime) -> list[dict[str, Any]]:
        """Queued messages that the vote has made useless become failed; returns them with their last error.

        An alert fails with them unless another address got it or may still get it; one whose own vote is still ahead
        (of a digest) is planned again. A digest that may have arrived, its answer lost, tells no second time what it
        told: it goes on being tried as it is, until the last of its votes. Under the lock of the sender.
        """
        later = "(SELECT max(expires_at) FROM message_alerts WHERE message_id = m.id)"
        perhaps = "EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.accepted IS NULL)"
        tried_on = f"state = 'queued' AND expires_at <= :now AND {later} > :now AND {perhaps}"
        if self.db.execute(f"SELECT 1 FROM messages m WHERE {tried_on}", {"now": stamp(now)}).fetchone():  # noqa: S608
            with transaction(self.db):
                sql = f"UPDATE messages AS m SET expires_at = {later} WHERE {tried_on}"  # noqa: S608 - constants
                self.db.execute(sql, {"now": stamp(now)})
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
                self._plan_again(row["id"], now)
            for row in rows:
                self._give_up(row["id"], f"not delivered in time: {row['error'] or 'never tried'}", now)
        return rows

    def _plan_again(self, key: str, now: datetime) -> None:
        """What a message tells that is still of use leaves it."""
        useful = "message_id = ? AND expires_at > ?"
        sql = f"SELECT alert_id FROM message_alerts WHERE {useful}"  # noqa: S608 - a constant
        for (alert,) in self.db.execute(sql, [key, stamp(now)]).fetchall():
            sql = "UPDATE alerts SET state = 'planned', reason = NULL, waits_until = NULL WHERE id = ?"
            self.db.execute(sql, [alert])
        self.db.execute(f"DELETE FROM message_alerts WHERE {useful}", [key, stamp(now)])  # noqa: S608 - a constant

    def _give_up(self, key: str, reason: str, now: datetime) -> None:
        self.db.execute("UPDATE messages SET state = 'failed', failed_at = ? WHERE id = ?", [stamp(now), key])
        self._fail_alerts(key, reason)

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
            "SELECT m.id, m.state, m.subject, m.attempts, m.next_attempt_at, m.expires_at, m.failed_at, "
            "(SELECT error FROM deliveries d WHERE d.message_id = m.id AND error IS NOT NULL "
            "ORDER BY d.id DESC LIMIT 1) AS error "
            "FROM messages m WHERE (m.state = 'queued' AND m.attempts > 0) OR m.state = 'failed' ORDER BY m.created_at"
        )

    def given_up_since(self, since: datetime) -> list[dict[str, Any]]:
        """Messages given up after an instant, the first one first; notices to operators are not among them."""
        return self._rows(
            "SELECT m.id, m.subject, m.attempts, m.failed_at, (SELECT error FROM deliveries d "
            "WHERE d.message_id = m.id AND error IS NOT NULL ORDER BY d.id DESC LIMIT 1) AS error "
            "FROM messages m WHERE m.state = 'failed' AND m.failed_at > ? AND substr(m.id, 1, ?) <> ? "
            "AND EXISTS (SELECT 1 FROM message_alerts WHERE message_id = m.id) ORDER BY m.failed_at, m.id",
            [stamp(since), len(UNDELIVERED), UNDELIVERED],
        )

    def losses_told(self, address: str) -> set[str]:
        """The given-up messages that an operator has been told of."""
        sql = "SELECT t.message_id FROM losses_told t JOIN messages m ON m.id = t.notice_id WHERE m.address = ?"
        return {key for (key,) in self.db.execute(sql, [address]).fetchall()}

    def last_notice(self, address: str) -> datetime | None:
        """When an operator was last told of messages given up."""
        sql = "SELECT max(created_at) FROM messages WHERE address = ? AND substr(id, 1, ?) = ?"
        return optional_moment(self.db.execute(sql, [address, len(UNDELIVERED), UNDELIVERED]).fetchone()[0])


def _message(row: Mapping[str, Any], sessions: frozenset[str]) -> Message:
    return Message(
        key=row["id"], message_id=row["message_id"], address=row["address"], session_id=row["session_id"],
        subject=row["subject"], body=row["body"], created_at=moment(row["created_at"]),
        expires_at=optional_moment(row["expires_at"]), attempts=row["attempts"],
        next_attempt_at=optional_moment(row["next_attempt_at"]), sessions=sessions, refusals=row["refusals"],
    )  # fmt: skip
