"""What planning and writing alerts read of the archives, and how old alerts follow merged identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crawler.models import Alert, AlertFact, Change
from db.home import Home
from db.queries import Reader

Key = tuple[str, str, str, str]
SAME = "the same item as another alert"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of both archives. ``aliases``: ids that were merged into others."""

    facts: tuple[AlertFact, ...]
    changes: tuple[Change, ...]
    aliases: Mapping[str, str]

    def follow(self, alerts: Iterable[Alert]) -> tuple[dict[Key, Alert], tuple[tuple[str, str], ...]]:
        """Alerts by key with their subject and session as they are called today.

        Where two of them speak of one item since a merge, the one that went furthest stays; the other one, if it was
        only planned, is returned with the reason for which it is dropped.
        """
        found: dict[Key, Alert] = {}
        doubles: list[tuple[str, str]] = []
        for alert in sorted(alerts, key=lambda each: (_WEIGHT[each.state], each.created_at)):
            session = self._today(alert.session_id) if alert.session_id else None
            today = replace(alert, subject=self._today(alert.subject), session_id=session)
            if today.key not in found:
                found[today.key] = today
            elif alert.state == "planned":
                doubles.append((alert.id, SAME))
        return found, tuple(doubles)

    def _today(self, name: str) -> str:
        seen = {name}
        while (newer := self.aliases.get(name)) is not None and newer not in seen:
            name = newer
            seen.add(name)
        return name


_WEIGHT = {"sent": 0, "claimed": 1, "failed": 2, "planned": 3, "dropped": 4}


def read_facts(home: Home, sessions: Iterable[str]) -> Known:
    """All facts that alerts may speak of, and the changes of their sessions and of ``sessions``."""
    with Reader(home) as reader:
        facts = tuple(reader.alert_facts())
        aliases = {row["old_id"]: row["new_id"] for row in reader.rows("SELECT old_id, new_id FROM aliases")}
        wanted = {aliases.get(name, name) for name in sessions} | {f.session_id for f in facts if f.session_id}
        return Known(facts, tuple(reader.changes(sorted(wanted))), aliases)
