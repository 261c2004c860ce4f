"""An invented archive of any size for ``benchmarks/search.py``: French-like words by Zipf's law, and planted ones.

Words are put together from syllables; a page holds some 300 of them, 2 kB. Planted words stand on a known share of
the pages, evenly over the years: ``rare0`` … on 10 pages a million, ``mille0`` on 0.1 %, ``cent0`` on 1 %, ``dix0`` on
10 %, ``plein0`` on 60 %; ``loi zan0`` as a phrase on 0.5 % and apart on 2 %; ``souche`` begins a hundred words.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from db.connection import connect
from db.home import Home

SYLLABLES = (
    "ba be bi bo ca ce ci co com con cré da de dé di do du en es fa fe fi fo ga ge gi gra im in jo la le lé li lo ma me"
    " mé mi mo mu na ne no nu ou pa par pe pla po pré pro ra re ré ri ro ru sa se si so sub ta te té ti to tra tri u va"
    " ve vé vi vo"
)
SHARES = {"rare": 0.00001, "mille": 0.001, "cent": 0.01, "dix": 0.1, "plein": 0.6}
EACH = 8  # planted words of a share
PAGES_EACH = 5  # of a document
KINDS = ("agenda", "minutes", "deliberation", "list", "note", "draft", "annex", "decision")
TOPICS = ("video-surveillance", "drones", "body-cameras")
STAMP = "2026-03-09T09:00:00+00:00"
SENTENCES = 60_000


def sentences(dice: random.Random) -> list[str]:
    """The pool of which pages are made: 28 words each, drawn by Zipf's law from 40,000."""
    syllables = SYLLABLES.split()
    words = ["de", "la", "le", "et", "du", "les", "à", "l'", "conseil", "municipal"]
    while len(words) < 40_000:
        words.append("".join(dice.choices(syllables, k=dice.choice((2, 2, 3, 3, 3, 4)))))
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    return [" ".join(dice.choices(words, cum_weights=weights, k=28)).capitalize() + "." for _ in range(SENTENCES)]


def planted(dice: random.Random) -> list[str]:
    """What a page holds of the planted words."""
    found = [f"{name}{k}" for name, share in SHARES.items() for k in range(EACH) if dice.random() < share]
    for k in range(EACH):
        chance = dice.random()
        found += [f"loi zan{k}"] if chance < 0.005 else [f"loi du zan{k}"] if chance < 0.025 else []
    if dice.random() < 0.01:
        found.append(f"souche{dice.randrange(100):02}")
    return found


def texts(dice: random.Random) -> Iterator[str]:
    """Pages without end."""
    pool = sentences(dice)
    while True:
        parts = dice.choices(pool, k=11) + planted(dice)
        dice.shuffle(parts)
        yield "\n".join(parts)


def councils(pages: int) -> int:
    """How many councils an archive of so many pages watches."""
    return max(pages // 400, 20)


def make(home: Home, pages: int, seed: int = 7) -> Database:
    """An archive with all rows and no index yet: it waits in ``unindexed_versions``, for ``search_index.catch_up``."""
    dice = random.Random(seed)
    db = connect(home.archive)
    db.conn.execute("BEGIN")
    for n in range(councils(pages)):
        values = (
            f"commune-{n:05}",
            f"Ville {n}",
            "epci" if n % 10 == 0 else "commune",
            f"{n % 95 + 1:02}",
            f"{n % 13:02}",
        )
        db.conn.execute("INSERT INTO councils VALUES (?, ?, ?, ?, ?, 'Europe/Paris', NULL, 9000, 45, 3)", values)
    db.conn.execute("INSERT INTO files VALUES ('00', 1, 0, ?)", (STAMP,))
    made = texts(dice)
    for n in range(pages // PAGES_EACH):
        for sql, values in document(n, pages, made):
            db.conn.execute(sql, values)
        if n % 4_000 == 3_999:
            db.conn.execute("COMMIT")
            db.conn.execute("BEGIN")
    db.conn.execute("COMMIT")
    db.conn.execute("PRAGMA optimize")
    return db


def document(n: int, pages: int, made: Iterator[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """A document of five pages, the session that it speaks of, an item, and at times a flag."""
    council, version = f"commune-{n * 7919 % councils(pages):05}", n + 1
    day = date(2026, 3, 9) - timedelta(days=3_000 - n * PAGES_EACH * 3_000 // pages)
    yield (
        "INSERT INTO documents (id, council_id, url, kind, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        (f"d-{n}", council, f"https://ville.example/{n}.pdf", KINDS[n % len(KINDS)], STAMP, STAMP),
    )
    yield (
        "INSERT INTO versions (id, document_id, number, sha256, fetched_at, state, seen_at)"
        " VALUES (?, ?, 1, '00', ?, 'read', ?)",
        (version, f"d-{n}", STAMP, STAMP),
    )
    for number in range(PAGES_EACH):
        values = (version, number + 1, next(made))
        yield "INSERT INTO pages (version_id, number, text, method) VALUES (?, ?, ?, 'pdfium')", values
    yield (
        "INSERT INTO sessions (id, council_id, body, date, status, agenda_version_id, first_seen_at, updated_at)"
        " VALUES (?, ?, 'conseil municipal', ?, 'held', ?, ?, ?)",
        (f"s-{n}", council, day.isoformat(), version, STAMP, STAMP),
    )
    yield "INSERT INTO session_versions VALUES (?, ?, NULL)", (f"s-{n}", version)
    yield (
        "INSERT INTO items (id, session_id, position, number, title, page, version_id, first_seen_at, updated_at)"
        " VALUES (?, ?, 1, '1', ?, 1, ?, ?, ?)",
        (f"i-{n}", f"s-{n}", next(made)[:80], version, STAMP, STAMP),
    )
    if n % 50 == 0:
        yield (
            "INSERT INTO flags (id, council_id, session_id, item_id, version_id, page, score, topics, excerpt,"
            " first_seen_at, updated_at) VALUES (?, ?, ?, ?, ?, 1, 0.9, ?, '', ?, ?)",
            (f"f-{n}", council, f"s-{n}", f"i-{n}", version, f'["{TOPICS[n // 50 % 3]}"]', STAMP, STAMP),
        )
