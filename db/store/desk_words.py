"""What the desk still quotes of a document that was taken down: reviews, alerts, and the texts of messages."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from db.connection import transaction
from db.home import Home
from db.store.desk import Desk

_QUOTING = """
    SELECT DISTINCT a.id FROM alerts a WHERE a.item_title IN (SELECT value FROM json_each(:titles))
        OR a.subject IN (SELECT value FROM json_each(:subjects))
"""


def forget_words_of(home: Home, subjects: Collection[str], titles: Iterable[str]) -> list[str]:
    """Erase what was quoted of flags and items (``subjects``: their ids) and every title of ``titles``.

    A message that waits is dropped and its alerts are planned again, from what is left. Returns the keys of messages
    that lost their text. Raises ArchiveError where the
    file cannot be rewritten now.
    """
    if not home.desk.exists():
        return []
    key = {"titles": json.dumps(sorted(title for title in titles if title)), "subjects": json.dumps(sorted(subjects))}
    with Desk(home) as desk:
        with transaction(desk.db) as db:
            alerts = json.dumps([row[0] for row in db.conn.execute(_QUOTING, key)])
            listed = "(SELECT value FROM json_each(?))"
            messages = json.dumps(
                [
                    row[0]
                    for row in db.conn.execute(
                        f"SELECT DISTINCT message_id FROM message_alerts WHERE alert_id IN {listed}",  # noqa: S608
                        [alerts],
                    )
                ]
            )
            db.conn.execute(
                "UPDATE alerts SET state = 'planned' WHERE state = 'claimed' AND id IN (SELECT ma.alert_id FROM"  # noqa: S608
                " message_alerts ma JOIN messages m ON m.id = ma.message_id"
                f" WHERE m.state = 'queued' AND m.id IN {listed})",
                [messages],
            )
            db.conn.execute(
                "UPDATE messages SET body = x'', subject = '', state = CASE state WHEN 'queued' THEN 'dropped'"  # noqa: S608
                f" ELSE state END WHERE id IN {listed}",
                [messages],
            )
            db.conn.execute(f"UPDATE alerts SET item_title = '' WHERE id IN {listed}", [alerts])  # noqa: S608
            _forget_reviews(db.conn, json.dumps(sorted(subjects)))
        desk.scrub()
    return list(json.loads(messages))


def _forget_reviews(connection: object, subjects: str) -> None:
    """The verdict stays, and the topics and scores that it was about."""
    execute = connection.execute  # type: ignore[attr-defined]
    rows = execute("SELECT id, evidence FROM reviews WHERE flag_id IN (SELECT value FROM json_each(?))", [subjects])
    for number, text in rows.fetchall():
        evidence = json.loads(text)
        evidence |= {name: "" for name in ("item_title", "excerpt") if evidence.get(name)}
        evidence["terms"] = [term | {"text": ""} for term in evidence.get("terms", [])]
        execute("UPDATE reviews SET evidence = ?, note = NULL WHERE id = ?", [json.dumps(evidence), number])
