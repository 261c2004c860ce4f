"""How fast search answers in an archive of 10,000 to a million pages, and what the index costs.

    python benchmarks/search.py [--full] [--plot docs/search.svg] [--folder DIR]

Makes an invented archive of each size (``search_made.py``) in a temporary folder, 10^4 and 10^5 pages, with ``--full``
10^6 too (4 GB of disk, half an hour). Prints the median and the 95th percentile of ``Reader.find``, passages included,
for words on a known share of the pages, without and with each filter; the same of FTS5 alone (``ORDER BY rank LIMIT
20``, no filter, nothing but row numbers), and one scan with LIKE; pages indexed a second, and the size of the index at
each level of detail. All in time of the processor, so that others on a busy machine count for nothing.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import plots
from search_made import EACH, make

from db import search_index
from db.home import Home
from db.queries import Filters, Reader

CLASSES = {
    "10 pages a million": [f"rare{k}" for k in range(EACH)],
    "0.1 % of the pages": [f"mille{k}" for k in range(EACH)],
    "1 %": [f"cent{k}" for k in range(EACH)],
    "10 %": [f"dix{k}" for k in range(EACH)],
    "60 %": [f"plein{k}" for k in range(EACH)],
    "phrase, 0.5 %": [f'"loi zan{k}"' for k in range(EACH)],
    "phrase of words on all pages": ['"conseil municipal"', '"la de"', '"les du"', '"le la"'],
    "prefix of 100 words, 1 %": ["souche*"],
    "prefix of 10 words, 0.1 %": [f"souche{k}*" for k in range(EACH)],
    "prefix on all pages": ["co*", "com*", "pré*", "con*", "gra*", "sub*"],
    "exclusion, 1 % without 10 %": [f"cent{k} -dix{k}" for k in range(EACH)],
    "exclusion of a prefix on all pages": [f"cent{k} -gra*" for k in range(EACH)],
    "two words, 1 % and 60 %": [f"cent{k} plein{k}" for k in range(EACH)],
    "four words on all pages": ["conseil municipal de la", "de la et du"],
}
PLOTTED = ("0.1 % of the pages", "1 %", "10 %", "60 %", "prefix on all pages", "phrase of words on all pages")


def filters(turn: int) -> dict[str, Filters]:
    """Each filter with another value at each turn."""
    year, month = 2019 + turn % 6, turn % 12 + 1
    return {
        "no filter": Filters(),
        "council": Filters(councils=(f"commune-{turn % 20:05}",)),
        "département": Filters(departments=(f"{turn % 20 + 1:02}",)),
        "region": Filters(regions=(f"{turn % 13:02}",)),
        "one year": Filters(since=date(year, month, 1), until=date(year + 1, month, 1)),
        "since": Filters(since=date(year, month, 15)),
        "kind of document": Filters(kinds=("agenda",)),
        "kind of council": Filters(kinds=("epci",)),
        "topic": Filters(topics=("drones",)),
        "région, topic, year": Filters(regions=(f"{turn % 13:02}",), topics=("drones",), since=date(year, 1, 1)),
    }


def times(reader: Reader, query: str, chosen: Filters) -> float:
    """Milliseconds of the processor for one search."""
    begun = process_time()
    reader.find(query, chosen)
    return (process_time() - begun) * 1000


def spread(took: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(took), sorted(took)[max(0, round(len(took) * 0.95) - 1)]


def searched(home: Home, turns: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by class and filter; every archive page has been read once before, as in a portal that runs."""
    took: dict[str, dict[str, list[float]]] = {name: {} for name in CLASSES}
    with Reader(home) as reader:
        reader.find("cent0")
        for name, queries in CLASSES.items():
            for turn, query in zip(range(turns), itertools.cycle(queries), strict=False):
                for kind, chosen in filters(turn).items():
                    took[name].setdefault(kind, []).append(times(reader, query, chosen))
    return took


def bare(home: Home, turns: int) -> dict[str, list[float]]:
    """The same words asked of FTS5 alone."""
    took: dict[str, list[float]] = {}
    asked = "SELECT rowid FROM pages_fts WHERE pages_fts MATCH ? ORDER BY rank LIMIT 20"
    with closing(sqlite3.connect(home.archive)) as db:
        for name, queries in CLASSES.items():
            for _, query in zip(range(turns), itertools.cycle(queries), strict=False):
                begun = process_time()
                db.execute(asked, ["{text} : (" + query.replace(" -", " NOT ") + ")"]).fetchall()
                took.setdefault(name, []).append((process_time() - begun) * 1000)
                if took[name][-1] > 5_000:
                    break
    return took


def like(home: Home) -> float:
    """Seconds of the processor for one scan."""
    with closing(sqlite3.connect(home.archive)) as db:
        begun = process_time()
        db.execute("SELECT count(*) FROM pages WHERE text LIKE '%cent0%'").fetchone()
        return process_time() - begun


def details(home: Home, folder: Path) -> Iterator[tuple[str, float, float]]:
    """(detail, pages a second, bytes of the index a page) of FTS5 over the same texts, filled at one go."""
    for detail in ("full", "column", "none"):
        path = folder / f"{detail}.db"
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"ATTACH 'file:{home.archive}?mode=ro' AS archive")
            db.execute(
                "CREATE VIRTUAL TABLE f USING fts5(text, marks, content='', detail=" + detail
                + ", tokenize='unicode61 remove_diacritics 2')"
            )  # fmt: skip
            begun = process_time()
            db.execute("INSERT INTO f(rowid, text, marks) SELECT id, text, marks FROM archive.pages")
            db.commit()
            took = process_time() - begun
            pages = db.execute("SELECT count(*) FROM archive.pages").fetchone()[0]
        yield detail, pages / took, path.stat().st_size / pages
        path.unlink()


def index_bytes(home: Home) -> tuple[int, int]:
    """(bytes of the archive, of them the indexes')."""
    with closing(sqlite3.connect(home.archive)) as db:
        held = db.execute(
            "SELECT sum(length(block)) FROM"
            " (SELECT block FROM pages_fts_data UNION ALL SELECT block FROM items_fts_data)"
        )
        inside = int(held.fetchone()[0])
    return home.archive.stat().st_size, inside


def one(pages: int, folder: Path, turns: int) -> dict[str, dict[str, list[float]]]:
    """Make, index, ask and print one size."""
    home = Home(folder / str(pages))
    home.root.mkdir()
    db = make(home, pages)
    begun = process_time()
    search_index.catch_up(db, None)
    indexing = process_time() - begun
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    whole, inside = index_bytes(home)
    print(f"\n## {pages:,} pages: {whole / 1e6:,.0f} MB, of it index {inside / 1e6:,.0f} MB", end="")
    print(f" ({inside / pages:.0f} bytes a page); {pages / indexing:,.0f} pages indexed a second", flush=True)
    if pages <= 100_000:
        for detail, speed, each in details(home, folder):
            print(f"FTS5 alone, detail={detail}: {speed:,.0f} pages/s, {each:.0f} bytes a page", flush=True)
    return asked(home, turns)


def asked(home: Home, turns: int) -> dict[str, dict[str, list[float]]]:
    """Ask one archive and print the table."""
    took, peer = searched(home, turns), bare(home, min(turns, 8))
    table(took, peer)
    print(f"one scan with LIKE: {like(home) * 1000:,.0f} ms", flush=True)
    return took


def table(took: dict[str, dict[str, list[float]]], peer: dict[str, list[float]]) -> None:
    """A row a class: without a filter, the slowest filter, all of them; FTS5 alone and the ratio."""
    print(
        "\n| query | no filter: median, p95 | with a filter: median, p95 | slowest filter, its p95"
        " | FTS5 alone, median | × |"
    )
    print("|---|---|---|---|---|---|")
    for name, kinds in took.items():
        free, narrowed = kinds["no filter"], [ms for kind, each in kinds.items() if kind != "no filter" for ms in each]
        slowest = max((kind for kind in kinds if kind != "no filter"), key=lambda kind: spread(kinds[kind])[1])
        alone = statistics.median(peer[name])
        cells: list[Any] = [
            name, "{:.1f}, {:.1f}".format(*spread(free)), "{:.1f}, {:.1f}".format(*spread(narrowed)),
            f"{slowest}, {spread(kinds[slowest])[1]:.1f}", f"{alone:.1f}", f"{statistics.median(free) / alone:.2f}",
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |")
    rare = [ms for name in list(CLASSES)[:3] for each in took[name].values() for ms in each]
    print("words on up to 1 % of the pages, all filters: median {:.1f} ms, p95 {:.1f} ms".format(*spread(rare)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="a million pages too")
    parser.add_argument("--plot", type=Path, help="where the plot goes")
    parser.add_argument("--folder", type=Path, help="where the temporary folder is made")
    parser.add_argument("--turns", type=int, default=24, help="searches of each class and filter")
    given = parser.parse_args()
    grown: dict[str, list[tuple[float, float]]] = {name: [] for name in PLOTTED}
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for pages in (10_000, 100_000, 1_000_000)[: 3 if given.full else 2]:
            took = one(pages, Path(folder), given.turns)
            for name in PLOTTED:
                everything = [ms for each in took[name].values() for ms in each]
                grown[name].append((pages, spread(everything)[1]))
    if given.plot:
        plot(grown, given.plot)


def plot(grown: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """How the 95th percentile grows."""
    title = "p95 of a search by size of the archive, with and without filters"
    path.write_text(plots.lines(title, grown, "pages in the archive", "ms, p95", 200), encoding="utf-8")


if __name__ == "__main__":
    main()
