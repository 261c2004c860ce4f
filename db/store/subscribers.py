"""Who subscribes: rows that mirror ``tocsin.toml``, and those that a command wrote; each name once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.errors import ConfigError, UsageError
from crawler.models import AlertKind, Subscription
from db.connection import transaction
from db.home import Home
from db.store.criteria import from_row, new_kinds, to_json, widens
from db.store.leaving import Leaving, drop_unwanted
from db.values import moment, stamp


class Subscribers(Leaving):
    """The part of the desk that knows who asks for what, and since when; mixed into ``Desk``."""

    home: Home

    def sync_subscriptions(self, wanted: Sequence[Subscription], now: datetime) -> None:
        """Mirror the subscriptions of ``tocsin.toml``: new ones begin, changed ones change, removed ones end.

        Raises ConfigError where a name is also that of a subscription made by command.
        """
        with transaction(self.db):
            desk = "SELECT name FROM subscriptions WHERE origin = 'desk' AND ended_at IS NULL"
            taken = {row[0] for row in self.db.execute(desk).fetchall()}
            for each in wanted:
                if each.name in taken:
                    raise ConfigError(
                        str(self.home.config), None, "subscription.name",
                        f"{each.name!r} is also a subscription made by command",
                        f"rename this one, or end the other: tocsin unsubscribe {json.dumps(each.name)}",
                    )  # fmt: skip
            self._end_all_but({each.name for each in wanted}, now)
            for each in wanted:
                self._put_subscription(each, now)
            drop_unwanted(self.db)

    def subscribe(self, wanted: Subscription, now: datetime) -> None:
        """Begin or change a subscription made by command. Raises UsageError where the name is of ``tocsin.toml``."""
        with transaction(self.db):
            sql = "SELECT 1 FROM subscriptions WHERE name = ? AND origin = 'config' AND ended_at IS NULL"
            if self.db.execute(sql, [wanted.name]).fetchone():
                raise UsageError(f"{wanted.name!r} is a subscription of {self.home.config}; change it there")
            self._put_subscription(wanted, now)
            drop_unwanted(self.db)

    def unsubscribe(self, names: Sequence[str], now: datetime) -> int:
        """End subscriptions made by command; returns how many queued messages are not sent any more.

        What is planned for them is dropped at once.
        """
        with transaction(self.db):
            for name in names:
                sql = "UPDATE subscriptions SET ended_at = ? WHERE name = ? AND origin = 'desk' AND ended_at IS NULL"
                self.db.execute(sql, [stamp(now), name])
            return drop_unwanted(self.db)

    def _end_all_but(self, names: set[str], now: datetime) -> None:
        rows = self.db.execute("SELECT name FROM subscriptions WHERE origin = 'config' AND ended_at IS NULL").fetchall()
        for (name,) in rows:
            if name not in names:
                self.db.execute("UPDATE subscriptions SET ended_at = ? WHERE name = ?", [stamp(now), name])

    def _put_subscription(self, each: Subscription, now: datetime) -> None:
        """Write a row. Who widens what is asked for begins anew, and is not told of the past; so is each new kind."""
        to, criteria = to_json(each)
        created_at, kinds_since = stamp(now), "{}"
        rows = self._rows("SELECT * FROM subscriptions WHERE name = ? AND ended_at IS NULL", [each.name])
        if rows:
            old = from_row(rows[0])
            since: dict[str, str] = json.loads(rows[0]["kinds_since"]) | dict.fromkeys(new_kinds(old, each), stamp(now))
            kinds_since = json.dumps(since)
            created_at = stamp(now) if widens(old, each) else rows[0]["created_at"]
        self.db.execute(
            'INSERT INTO subscriptions (name, origin, "to", criteria, created_at, kinds_since) '
            "VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET created_at = excluded.created_at, kinds_since = excluded.kinds_since, "
            'origin = excluded.origin, "to" = excluded."to", criteria = excluded.criteria, ended_at = NULL',
            [each.name, each.origin, to, criteria, created_at, kinds_since],
        )

    def subscriptions(self) -> list[Subscription]:
        """Those that have not ended, by name."""
        rows = self._rows("SELECT * FROM subscriptions WHERE ended_at IS NULL ORDER BY name")
        return [from_row(row) for row in rows]

    def every_subscription(self) -> list[Subscription]:
        """Ended ones too, by name."""
        return [from_row(row) for row in self._rows("SELECT * FROM subscriptions ORDER BY name")]

    def since(self) -> dict[str, datetime]:
        """From when each subscription that has not ended asks for what it asks for now, by name."""
        rows = self._rows("SELECT name, created_at FROM subscriptions WHERE ended_at IS NULL")
        return {row["name"]: moment(row["created_at"]) for row in rows}

    def kinds_since(self) -> dict[tuple[str, AlertKind], datetime]:
        """(name, kind of alert): since when, where a subscription took to it later than it began."""
        rows = self._rows("SELECT name, kinds_since FROM subscriptions WHERE ended_at IS NULL")
        return {
            (row["name"], kind): moment(text) for row in rows for kind, text in json.loads(row["kinds_since"]).items()
        }

    def config_subscriptions(self) -> list[Subscription]:
        """Those mirrored from ``tocsin.toml`` that have not ended, by name."""
        return [each for each in self.subscriptions() if each.origin == "config"]

    def last_and_next(self) -> Mapping[str, dict[str, Any]]:
        """By subscription: ``last_sent_at`` of its messages, ``next_due_at`` of its planned alerts, ``waiting``."""
        rows = self._rows(
            "SELECT s.name, (SELECT max(m.sent_at) FROM alerts a JOIN message_alerts ma ON ma.alert_id = a.id "
            "JOIN messages m ON m.id = ma.message_id WHERE a.subscription = s.name) AS last_sent_at, "
            "(SELECT min(max(a.due_at, coalesce(a.waits_until, ''))) FROM alerts a "
            "WHERE a.subscription = s.name AND a.state = 'planned') AS next_due_at, "
            "(SELECT count(DISTINCT m.id) FROM alerts a JOIN message_alerts ma ON ma.alert_id = a.id "
            "JOIN messages m ON m.id = ma.message_id WHERE a.subscription = s.name AND m.state = 'queued') AS waiting "
            "FROM subscriptions s WHERE s.ended_at IS NULL"
        )
        return {row["name"]: row for row in rows}
