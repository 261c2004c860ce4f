"""The desk: who subscribes and what they are told. ``desk.db`` is private (DESIGN, promise 11).

An alert is a row before it is a message: ``planned`` until its messages are queued (``claimed``), then
``sent``, ``failed`` (given up) or ``dropped`` (lost its point). All SQL on the desk is here, in ``subscribers``,
``leaving`` and ``messages``; every write is one short transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from crawler.models import Alert
from db.closing import Closing
from db.connection import connect, transaction
from db.home import Home
from db.ids import new_id
from db.store.subscribers import Subscribers
from db.values import clean, day, moment, optional_day, optional_moment, optional_stamp, stamp

Key = tuple[str, str, str, str]
_T = TypeVar("_T")

ALERTS = """
    SELECT a.*, (SELECT m.message_id FROM message_alerts ma JOIN messages m ON m.id = ma.message_id
                 WHERE ma.alert_id = a.id
                 ORDER BY m.address = 'feed', m.sent_at IS NULL, m.sent_at, m.id LIMIT 1) AS message_id
    FROM alerts a
"""

# What one of its addresses was told while it waited for another one is no longer dropped.
DROP = """
    WITH told AS (SELECT m.state FROM message_alerts ma JOIN messages m ON m.id = ma.message_id WHERE ma.alert_id = :id)
    UPDATE alerts SET waits_until = NULL, reason = :reason, state = CASE
        WHEN EXISTS (SELECT 1 FROM told WHERE state = 'sent') THEN 'sent'
        WHEN EXISTS (SELECT 1 FROM told WHERE state = 'queued') THEN 'claimed'
        WHEN EXISTS (SELECT 1 FROM told) THEN 'failed' ELSE 'dropped' END
    WHERE id = :id AND state = 'planned'
"""

BATCH = 2000  # rows of a transaction
INSERT = """
    INSERT INTO alerts (id, subscription, kind, subject, occasion, council_id, session_id, session_date,
                        item_title, due_at, created_at, state, reason, sent_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


class Desk(Subscribers, Closing):
    """The open desk of a home; a context manager. One connection: not shared between threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.db = connect(home.desk, "desk", secret=True)

    def close(self) -> None:
        self.db.close()

    # ------------------------------------------------------------------ alerts

    def alerts(self) -> list[Alert]:
        """Every alert, in the order in which they fall due."""
        return [_alert(row) for row in self._rows(f"{ALERTS} ORDER BY a.due_at, a.id")]

    def existing(self) -> dict[Key, Alert]:
        """Every alert by its key, as the planner wants them."""
        return {alert.key: alert for alert in self.alerts()}

    def due(self, now: datetime) -> list[Alert]:
        """Planned alerts whose time has come."""
        where = "WHERE a.state = 'planned' AND a.due_at <= ? ORDER BY a.due_at, a.id"
        return [_alert(row) for row in self._rows(f"{ALERTS} {where}", [stamp(now)])]

    def put_alerts(
        self,
        new: Iterable[Alert] = (),
        dropped: Iterable[tuple[str, str]] = (),
        rescheduled: Iterable[tuple[str, datetime]] = (),
    ) -> int:
        """Write a plan; a key that exists is left alone. Returns how many alerts are new.

        In transactions that hold up nobody (DESIGN §7): what a kill leaves out is planned again.
        """
        for some in _batches(dropped):
            self.drop_alerts(some)
        for moves in _batches(rescheduled):
            with transaction(self.db):
                self.db.conn.executemany(
                    "UPDATE alerts SET state = 'planned', reason = NULL, due_at = ? "
                    "WHERE id = ? AND state IN ('planned', 'dropped')",
                    [(stamp(due_at), alert_id) for alert_id, due_at in moves],
                )
        return sum(map(self._insert, _batches(new)))

    def _insert(self, alerts: Sequence[Alert]) -> int:
        with transaction(self.db):
            before = self.db.conn.total_changes
            self.db.conn.executemany(INSERT, [_values(alert.id, alert) for alert in alerts])
            if self.db.conn.total_changes - before < len(alerts):
                # a key that is there, or the id of another key: 1 chance in 3e14 per pair
                self.db.conn.executemany(INSERT, [_values(new_id("a"), alert) for alert in alerts])
            return self.db.conn.total_changes - before

    def drop_alerts(self, dropped: Iterable[tuple[str, str]]) -> None:
        """Planned alerts that have lost their point: (id, reason)."""
        with transaction(self.db):
            for alert_id, reason in dropped:
                self.db.execute(DROP, {"reason": reason, "id": alert_id})

    def alert_rows(self) -> list[dict[str, Any]]:
        """Alerts as listed and exported (DESIGN §6), the soonest due last."""
        names = (
            "alert_id", "kind", "subscription", "council_id", "session_date", "item_title", "due_at", "state",
            "sent_at", "message_id", "reason",
        )  # fmt: skip
        rows = self._rows(f"{ALERTS} ORDER BY a.due_at, a.id")
        return [{name: row["id"] if name == "alert_id" else row[name] for name in names} for row in rows]

    def counts(self) -> dict[str, int]:
        """How many alerts stand in each state."""
        return dict(self.db.execute("SELECT state, count(*) FROM alerts GROUP BY state").fetchall())


def _batches(rows: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _values(alert_id: str, alert: Alert) -> tuple[str | None, ...]:
    return (
        alert_id, alert.subscription, alert.kind, alert.subject, alert.occasion, alert.council_id, alert.session_id,
        day(alert.session_date), clean(alert.item_title), stamp(alert.due_at), stamp(alert.created_at), alert.state,
        alert.reason, optional_stamp(alert.sent_at),
    )  # fmt: skip


def _alert(row: Mapping[str, Any]) -> Alert:
    return Alert(
        id=row["id"], kind=row["kind"], subscription=row["subscription"], council_id=row["council_id"],
        subject=row["subject"], occasion=row["occasion"], session_id=row["session_id"],
        session_date=optional_day(row["session_date"]), item_title=row["item_title"], due_at=moment(row["due_at"]),
        created_at=moment(row["created_at"]), state=row["state"], reason=row["reason"],
        sent_at=optional_moment(row["sent_at"]), message_id=row["message_id"],
    )  # fmt: skip
