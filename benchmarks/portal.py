"""How fast the portal's pages answer over a large archive while another process writes to it.

    python benchmarks/portal.py [DOCUMENTS] [REQUESTS]

Makes an invented archive in a temporary folder: 4 documents a session, 12 items a session of which one in 15 sessions
has a flagged one, a tenth of the sessions ahead, 40 sessions a council. Prints the median and the 95th percentile of
each page in milliseconds, asked one after the other in the server's own process, with and without a writer; the time
of a processor that one answer takes, which a busy machine changes little; and how often that of a bare page of
Datasette (100 rows of the table ``sessions``) would fit into it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

from datasette.app import Datasette

from crawler.models import ItemClaim, SessionClaim
from db.connection import connect
from db.home import Home
from db.portal.build import build
from db.portal.site import Site
from db.search_index import catch_up
from db.store.claims import encode_claims

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
STAMP = NOW.isoformat(timespec="seconds")
TOKEN = "a-token-for-measuring"
PATHS = {
    "a bare Datasette table": "/archive/sessions",
    "votes ahead": "/",
    "votes ahead, one département": "/?territory=department-07",
    "votes ahead, one topic": "/en?topic=video-surveillance",
    "map": "/map",
    "map, one département": "/map/07",
    "council": "/council/commune-00007",
    "session": "/session/s-300",
    "document": "/document/d-300-0?page=1",
    "search, a word of 1 in 15": "/search?q=vid%C3%A9oprotection",
    "search, a phrase": "/search?q=%22s%C3%A9ance+300%22",
    "trends": "/trends",
    "coverage": "/coverage",
    "review": "/review",
}
TITLES = ("Budget primitif", "Subventions aux associations", "Extension de la vidéoprotection", "Tarifs de la cantine")
ITEMS = tuple(ItemClaim(TITLES[k % 4], number=str(k + 1), page=1) for k in range(12))
CLAIMS = encode_claims((SessionClaim("conseil municipal", NOW.date(), complete=True, items=ITEMS),), ())


def rows(documents: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements that make the archive."""
    sessions = documents // 4
    for n in range(sessions // 40 + 1):
        place = (f"commune-{n:05}", f"Ville {n}", f"{n % 95 + 1:02}", f"{n % 13:02}")
        yield "INSERT INTO councils VALUES (?, ?, 'commune', ?, ?, 'Europe/Paris', NULL, 9000, 45, 3)", place
        source = (f"{place[0]}/site", place[0], STAMP)
        yield "INSERT INTO sources (id, council_id, state, last_success_at) VALUES (?, ?, 'ok', ?)", source
        yield "INSERT INTO crawls (source_id, started_at, finished_at, documents_listed) VALUES (?, ?, ?, 1)", (
            source[0], STAMP, STAMP,
        )  # fmt: skip
    yield "INSERT INTO files VALUES ('00', 1, 0, ?)", (STAMP,)
    for n in range(sessions):
        yield from session(n, sessions)


def session(n: int, sessions: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """One session with its documents, items and, at times, a flag."""
    council = f"commune-{n // 40:05}"
    ahead = n % 10 == 0
    day = NOW.date() + timedelta(days=n % 45 + 1 if ahead else -(n * 7 % 1500) - 1)
    for k, kind in enumerate(("agenda", "note", "list", "minutes")):
        document, version = f"d-{n}-{k}", n * 4 + k + 1
        yield (
            "INSERT INTO documents (id, council_id, url, kind, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)",
            (document, council, f"https://ville.example/{n}/{kind}.pdf", kind, STAMP, STAMP),
        )
        yield (
            "INSERT INTO versions (id, document_id, number, sha256, fetched_at, state, seen_at) "
            "VALUES (?, ?, 1, '00', ?, 'read', ?)",
            (version, document, STAMP, STAMP),
        )
        yield "INSERT INTO pages (version_id, number, text, method) VALUES (?, 1, ?, 'text')", (
            version, " ".join(TITLES[: 2 + 2 * (n % 15 == 0)]) + f" séance {n}",
        )  # fmt: skip
        claims = CLAIMS if kind == "agenda" else '{"sessions": [], "flags": []}'
        yield (
            "INSERT INTO readings (version_id, reader_version, lexicon_version, kind, claims, read_at) "
            "VALUES (?, '1', '1', ?, ?, ?)",
            (version, kind, claims, STAMP),
        )
    yield (
        "INSERT INTO sessions (id, council_id, body, date, place, status, agenda_version_id, first_seen_at, updated_at)"
        " VALUES (?, ?, 'conseil municipal', ?, 'mairie', ?, ?, ?, ?)",
        (f"s-{n}", council, day.isoformat(), "scheduled" if ahead else "held", n * 4 + 1, STAMP, STAMP),
    )
    for k in range(4):
        yield "INSERT INTO session_versions VALUES (?, ?, NULL)", (f"s-{n}", n * 4 + k + 1)
    for k in range(12):
        item = f"i-{n}-{k}"
        yield (
            "INSERT INTO items (id, session_id, position, number, title, page, version_id, result, first_seen_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
            (item, f"s-{n}", k, str(k + 1), TITLES[k % 4], n * 4 + 1, None if ahead else "adopted", STAMP, STAMP),
        )
        yield "INSERT INTO item_versions (item_id, version_id, page, rank) VALUES (?, ?, 1, 1)", (item, n * 4 + 1)
    if n % 15 == 0:
        euros = None if n % 4 else 1000.0 * (n % 900)
        yield (
            "INSERT INTO flags (id, council_id, session_id, item_id, version_id, page, score, topics, excerpt, amount,"
            " first_seen_at, updated_at) VALUES (?, ?, ?, ?, ?, 1, 0.9, '[\"video-surveillance\"]', ?, ?, ?, ?)",
            (f"f-{n}", council, f"s-{n}", f"i-{n}-2", n * 4 + 1, TITLES[2], euros, STAMP, STAMP),
        )
        yield (
            'INSERT INTO matches (flag_id, topic, term, page, start, "end", score, text, version_id)'
            " VALUES (?, 'video-surveillance', 'videoprotection', 1, 61, 76, 0.9, 'vidéoprotection', ?)",
            (f"f-{n}", n * 4 + 1),
        )


def make(home: Home, documents: int) -> None:
    """Fill ``archive.db``."""
    db = connect(home.archive)
    db.conn.execute("BEGIN")
    for sql, values in rows(documents):
        db.conn.execute(sql, values)
    db.conn.execute("COMMIT")
    catch_up(db, None)
    db.conn.execute("PRAGMA optimize")
    db.close()


def write(path: str) -> None:
    """What a crawl does to the archive: many short transactions, until it is ended."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    for n in range(10_000_000):
        connection.execute("BEGIN IMMEDIATE")
        for k in range(20):
            text = (f"page {n} {k} vidéoprotection " * 40, 1 + (n * 20 + k) % 4)
            connection.execute("UPDATE pages SET text = ? WHERE id = ?", text)
        connection.execute("COMMIT")
        sleep(0.02)


@contextmanager
def writing(home: Home) -> Iterator[None]:
    """A writer beside the portal."""
    process = multiprocessing.get_context("spawn").Process(target=write, args=(str(home.archive),))
    process.start()
    sleep(1.5)
    try:
        yield
    finally:
        process.terminate()
        process.join()


async def ask(datasette: Datasette, path: str, times: int, cookies: dict[str, str]) -> list[float]:
    """Milliseconds of each answer, sorted."""
    took = []
    for _ in range(times):
        begun = perf_counter()
        answer = await datasette.client.get(path, cookies=cookies)
        took.append((perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return sorted(took)


def measure(datasette: Datasette, times: int, cookies: dict[str, str]) -> None:
    """A line per page."""
    bare = 0.0
    for name, path in PATHS.items():
        begun = process_time()
        took = asyncio.run(ask(datasette, path, times, cookies))
        used = (process_time() - begun) * 1000 / times
        middle = statistics.median(took)
        bare = bare or used
        late = took[int(times * 0.95) - 1]
        times_bare = used / bare
        print(
            f"  {name:<32} median {middle:6.1f} ms   p95 {late:6.1f} ms   processor {used:5.1f} ms  "
            f" {times_bare:4.2f} bare", flush=True,
        )  # fmt: skip


def reviewer(datasette: Datasette) -> dict[str, str]:
    """The cookie of somebody who gave the token."""
    answer = asyncio.run(datasette.client.post("/review", data={"token": TOKEN}))
    return dict(answer.cookies)


def main() -> None:
    documents, times = (*(int(text) for text in sys.argv[1:]), *(100_000, 40)[len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        make(home, documents)
        print(f"{documents} documents, {home.archive.stat().st_size / 1e6:.0f} MB", flush=True)
        datasette = build(Site(home, lambda: NOW, token=TOKEN))
        cookies = reviewer(datasette)
        measure(datasette, times, cookies)
        print("while another process writes")
        with writing(home):
            measure(datasette, times, cookies)


if __name__ == "__main__":
    main()
