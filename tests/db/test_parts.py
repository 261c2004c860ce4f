"""Facts of before the fifth migration: they are read as they were, and completed when the council is settled next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crawler.models import Part
from db import connection, migrations
from db.connection import connect
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = """
INSERT INTO councils(id, name, kind, timezone) VALUES ('commune-99001', 'Trépigny', 'commune', 'Europe/Paris');
INSERT INTO files(sha256, size, first_seen_at) VALUES ('ab', 1, '2026-01-01T09:00:00+00:00');
INSERT INTO documents(id, council_id, url, first_seen_at, last_seen_at)
    VALUES ('d-1', 'commune-99001', 'https://trepigny.example/pv.pdf', '2026-01-01T09:00:00+00:00', 'x');
INSERT INTO versions(id, document_id, number, sha256, fetched_at, state, seen_at)
    VALUES (1, 'd-1', 1, 'ab', '2026-01-01T09:00:00+00:00', 'read', 'x');
INSERT INTO sessions(id, council_id, body, date, first_seen_at, updated_at)
    VALUES ('s-1', 'commune-99001', 'conseil municipal', '2026-01-10', '2026-01-01T09:00:00+00:00', 'x');
INSERT INTO items(id, session_id, position, title, version_id, first_seen_at, updated_at)
    VALUES ('i-1', 's-1', 1, 'Fibre', 1, '2026-01-01T09:00:00+00:00', 'x');
INSERT INTO item_versions(item_id, version_id) VALUES ('i-1', 1);
INSERT INTO votes(item_id, position, result, unanimous, version_id) VALUES ('i-1', 1, 'adopted', 1, 1);
"""


def test_what_was_not_known_is_not_made_up_and_is_written_when_it_is(home, monkeypatch, sound):
    with monkeypatch.context() as first:
        first.setitem(connection.SCHEMAS, "archive", migrations.ARCHIVE[:4])
        old = connect(home.archive)
        old.executescript(BEFORE)
        old.close()
    with Store(home) as store:
        facts = store.facts("commune-99001")
        (session,) = facts.sessions
        (item,) = session.items
        assert (item.parts, item.announced, item.decided, item.parent_id, session.last_day) == (
            (),
            None,
            False,
            None,
            None,
        )
        assert (item.votes[0].not_voting, item.votes[0].not_voting_names) == (None, ())
        known = replace(item, parts=(Part("public:1", (1, 0), (1, 40)),), announced=True)
        now = replace(facts, sessions=(replace(session, items=(known,)),))
        store.save_facts(now, NOW)
        assert store.facts("commune-99001") == now
        sound(store)
