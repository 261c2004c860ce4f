"""Alerts that are due and wait: for a digest, for the end of quiet hours; and what is told of them already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.connection import transaction
from db.values import stamp

_WAITS = "state = 'planned' AND waits_until IS NOT NULL"


class Waits:
    """The part of the desk that deals with waiting; mixed into ``Desk``."""

    db: Database

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        cursor = self.db.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def ripe(self, now: datetime) -> int:
        """How many alerts are due and not known to wait: while there are none, nothing needs a look."""
        sql = "SELECT count(*) FROM alerts WHERE state = 'planned' AND due_at <= ? AND coalesce(waits_until, '') <= ?"
        return int(self.db.execute(sql, [stamp(now), stamp(now)]).fetchone()[0])

    def put_waits(self, waits: Iterable[tuple[str, datetime, str]]) -> None:
        """Note until when planned alerts wait, and for what: (id, until, reason)."""
        with transaction(self.db):
            for alert_id, until, reason in waits:
                sql = "UPDATE alerts SET waits_until = ?, reason = ? WHERE id = ? AND state = 'planned'"
                self.db.execute(sql, [stamp(until), reason, alert_id])

    def look_again(self) -> None:
        """Facts or subscriptions may have changed: what waits is asked again how long."""
        if self.db.execute(f"SELECT 1 FROM alerts WHERE {_WAITS} LIMIT 1").fetchone():  # noqa: S608 - a constant
            with transaction(self.db):
                self.db.execute(f"UPDATE alerts SET waits_until = NULL WHERE {_WAITS}")  # noqa: S608 - a constant

    def told(self) -> frozenset[tuple[str, str]]:
        """(alert id, address) of the messages that speak of alerts which wait for other addresses."""
        rows = self.db.execute(
            "SELECT a.id, m.address FROM alerts a JOIN message_alerts ma ON ma.alert_id = a.id "
            "JOIN messages m ON m.id = ma.message_id WHERE a.state = 'planned'"
        )
        return frozenset((alert_id, address) for alert_id, address in rows.fetchall())

    def digests(self) -> dict[str, str]:
        """The state of each digest, by its key."""
        sql = "SELECT id, state FROM messages WHERE id >= 'digest-' AND id < 'digest.'"
        return dict(self.db.execute(sql).fetchall())
