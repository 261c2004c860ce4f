"""What must be true of a month that was lived through."""

from __future__ import annotations

import contextlib
import email
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

from tests.journeys.month.machine import Lived, moments
from tests.journeys.month.oracle import Said, expected
from tests.journeys.month.world import HOOK, TOWNS

MESSAGES = """
    SELECT m.id, m.message_id, m.address, m.created_at, m.state, a.kind, a.council_id, a.session_date, a.item_title
    FROM messages m LEFT JOIN message_alerts ma ON ma.message_id = m.id LEFT JOIN alerts a ON a.id = ma.alert_id
"""
AHEAD = {"found", "reminder"}
CHANGES = {"changed", "cancelled"}


def complaints(lived: Lived, feeds: dict[str, bytes]) -> list[str]:
    """Everything that is wrong, in words; ``feeds`` are the files that must stand in the home at the end."""
    written, useless = expected(lived.plan.month, moments(lived.plan))
    everything = _said(lived)
    said = {name: each for name, (each, state) in everything.items() if state == "sent"}
    given_up = sorted(each for each, state in everything.values() if state == "failed")
    wanted, found = Counter(written), Counter(each for each, _ in everything.values())
    return [
        *lived.failures,
        *([] if given_up == useless else [f"given up: {given_up} instead of {useless}"]),
        *(f"lost: {each}" for each in sorted((wanted - found).elements())),
        *(f"not expected: {each}" for each in sorted((found - wanted).elements())),
        *_databases(lived),
        *_mail(lived, said),
        *_hooks(lived, said),
        *_files(lived, said),
        *_feeds(lived, feeds),
    ]


def _said(lived: Lived) -> dict[str, tuple[Said, str]]:
    """The messages of the desk by Message-ID, in the words of the oracle, and their states."""
    rows: dict[str, list[sqlite3.Row]] = defaultdict(list)
    with contextlib.closing(sqlite3.connect(lived.home.desk)) as desk:
        desk.row_factory = sqlite3.Row
        for row in desk.execute(MESSAGES):
            rows[row["message_id"]].append(row)
    return {name: (_one(lived, each), each[0]["state"]) for name, each in rows.items()}


def _one(lived: Lived, rows: list[sqlite3.Row]) -> Said:
    first = rows[0]
    kinds = {row["kind"] or "undelivered" for row in rows}
    about = kinds & {"heartbeat", "blind", "recovered", "undelivered"}
    days = {row["session_date"] or "" for row in rows if row["kind"] not in CHANGES} or {first["session_date"] or ""}
    titles = {row["item_title"] for row in rows if row["kind"] in ("found", "reminder", "outcome", "unannounced")}
    return Said(
        lived.written.get(datetime.fromisoformat(first["created_at"]), -1),
        first["address"] if first["address"].startswith("mailto:") else first["address"].rpartition("/")[2],
        tuple(sorted(kinds)),
        "" if about else first["council_id"],
        "" if about else max(days),
        tuple(sorted(titles)),
    )


def _databases(lived: Lived) -> Iterator[str]:
    for path in (lived.home.archive, lived.home.private, lived.home.desk):
        with contextlib.closing(sqlite3.connect(path)) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                yield f"{path.name}: damaged"
            if database.execute("PRAGMA foreign_key_check").fetchall():
                yield f"{path.name}: broken references"
    with contextlib.closing(sqlite3.connect(lived.home.desk)) as desk:
        left = desk.execute("SELECT id, state FROM messages WHERE state NOT IN ('sent', 'failed')").fetchall()
        if left:
            yield f"messages left behind: {left}"


def _mail(lived: Lived, said: dict[str, Said]) -> Iterator[str]:
    """Distinct Message-IDs at the server are those of the desk; a repeat is the same bytes; nothing comes too late."""
    copies: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for taken in lived.post.mail:
        copies[taken.id].add((taken.to, taken.content))
        if taken.id in said and _too_late(said[taken.id], taken.now):
            yield f"after the vote, as if it were ahead: {said[taken.id]} at {taken.now}"
    wanted = {name for name, each in said.items() if each.to.startswith("mailto:") and not lived.plan.files}
    if set(copies) != wanted:
        yield f"at the server: {len(set(copies) - wanted)} unknown, {len(wanted - set(copies))} missing"
    yield from (f"repeated with other bytes: {name}" for name, each in copies.items() if len(each) != 1)
    for name in set(copies) & wanted:
        to, content = next(iter(copies[name]))
        yield from _letter(content, said[name], to)


def _too_late(said: Said, now: datetime) -> bool:
    if not AHEAD & set(said.kinds):
        return False
    # the hour of a session may have become earlier or later since; the end of its day is the outermost bound
    end = datetime.combine(date.fromisoformat(said.day) + timedelta(days=1), time(0), tzinfo=TOWNS[said.town].zone)
    return now >= end


def _letter(content: bytes, said: Said, to: str) -> Iterator[str]:
    """What a reader sees must name the council and the items."""
    message = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if f"mailto:{to}" != said.to or message["To"] != to:
        yield f"{said}: addressed to {to}, {message['To']}"
    part = message.get_body(("plain",))
    text = re.sub(r"\s+", " ", str(part.get_content()) if part else "")
    names = [TOWNS[said.town].name] if said.town else []
    if missing := [name for name in (*names, *said.items) if re.sub(r"\s+", " ", name) not in text]:
        yield f"{said}: the text does not say {missing}"


def _hooks(lived: Lived, said: dict[str, Said]) -> Iterator[str]:
    """Each message at least once; a webhook's id is the message's, a repeat says the same."""
    copies: dict[str, set[bytes]] = defaultdict(set)
    for taken in lived.post.hooks:
        copies[taken.id].add(taken.content)
    wanted = {_key(name) for name, each in said.items() if each.to == HOOK}
    if set(copies) != wanted:
        yield f"at the endpoint: {sorted(set(copies) ^ wanted)} too many or missing"
    yield from (f"posted again with other bytes: {name}" for name, each in copies.items() if len(each) != 1)


def _key(message_id: str) -> str:
    return message_id.strip("<").rpartition("@")[0]


def _files(lived: Lived, said: dict[str, Said]) -> Iterator[str]:
    """Without a mail server: one file per message, whole, and nothing else."""
    folder = lived.home.outbox
    found = {path.name: path for path in folder.iterdir()} if folder.exists() else {}
    wanted = {_key(name) + ".eml": name for name in said if said[name].to.startswith("mailto:")}
    if set(found) != (set(wanted) if lived.plan.files else set()):
        yield f"files: {sorted(set(found) ^ set(wanted))[:5]}"
        return
    for name, path in found.items():
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        if message["Message-ID"] != wanted[name] or message.defects:
            yield f"{name}: not whole"
        yield from _letter(path.read_bytes(), said[wanted[name]], str(message["To"]))


def _feeds(lived: Lived, wanted: dict[str, bytes]) -> Iterator[str]:
    found = read_feeds(lived.home.feeds)
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            yield f"feeds/{name}: {'other bytes' if name in found and name in wanted else 'missing or left over'}"


def read_feeds(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
