"""How long exports take and what memory they need, beside what SQLite and the csv module need for the same rows.

    python benchmarks/export.py [ROWS]

Makes a public archive with ROWS flagged items (100,000 unless told; 1,000 councils, 20 items a session), then exports
each listing in each format in a process of its own. The ratio is to the csv module over a bare cursor of the same
query, unsorted. Peak memory is that of the whole process. Times are of the
processor, start of the program included.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from db.connection import connect
from db.home import Home
from db.listings import FLAGGED, ITEMS

FORMATS = ("csv", "json", "ndjson", "parquet", "xlsx")
PER_SESSION, COUNCILS, AT, FIRST = 20, 1_000, "2026-03-02T09:00:00+00:00", date(2020, 1, 1)
TITLE = "Vidéoprotection : demande de subvention au titre du FIPD et convention avec l’État, tranche "


def build(home: Home, rows: int) -> None:
    """An archive with ``rows`` flagged items, every third one voted."""
    db = connect(home.archive)
    sessions = range(-(-rows // PER_SESSION))

    def council(session: int) -> str:
        return f"commune-{session % COUNCILS:05}"

    def put(table: str, columns: str, values: Iterable[Sequence[object]]) -> None:
        marks = ", ".join("?" * len(columns.split(", ")))
        db.conn.executemany(f"INSERT INTO {table}({columns}) VALUES ({marks})", values)

    with db.conn:
        put(
            "councils",
            "id, name, kind, department, region, timezone",
            ((council(n), f"Ville {n}", "commune", f"{n % 96:02}", "53", "Europe/Paris") for n in range(COUNCILS)),
        )
        put("files", "sha256, size, first_seen_at", ((f"{n:064}", 1, AT) for n in sessions))
        put(
            "documents",
            "id, council_id, url, kind, first_seen_at, last_seen_at",
            ((f"d-{n}", council(n), f"https://ville.example/{n}.pdf", "agenda", AT, AT) for n in sessions),
        )
        put(
            "versions",
            "id, document_id, number, sha256, fetched_at, state, seen_at",
            ((n + 1, f"d-{n}", 1, f"{n:064}", AT, "read", AT) for n in sessions),
        )
        put(
            "sessions",
            "id, council_id, body, date, agenda_version_id, first_seen_at, updated_at",
            (
                (f"s-{n}", council(n), "conseil municipal", str(FIRST + timedelta(n % 2000)), n + 1, AT, AT)
                for n in sessions
            ),
        )
        put(
            "items",
            "id, session_id, position, number, title, page, version_id, result, first_seen_at, updated_at",
            (
                (
                    f"i-{n}",
                    f"s-{n // PER_SESSION}",
                    n % PER_SESSION,
                    str(n % PER_SESSION + 1),
                    f"{TITLE}{n}",
                    1,
                    n // PER_SESSION + 1,
                    "adopted" if n % 3 == 0 else None,
                    AT,
                    AT,
                )
                for n in range(rows)
            ),
        )
        put(
            "flags",
            "id, council_id, session_id, item_id, version_id, page, score, topics, excerpt, first_seen_at, updated_at",
            (
                (
                    f"f-{n}",
                    council(n // PER_SESSION),
                    f"s-{n // PER_SESSION}",
                    f"i-{n}",
                    n // PER_SESSION + 1,
                    1,
                    0.9,
                    '["video-surveillance"]',
                    f"{TITLE}{n}",
                    AT,
                    AT,
                )
                for n in range(rows)
            ),
        )
    db.close()
    subprocess.run([sys.executable, "-m", "crawler", "--home", str(home.root), "init"], check=True, capture_output=True)


def measured(arguments: list[str]) -> tuple[float, int]:
    """CPU seconds and peak memory in MB of a process that calls this module with ``arguments``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, int(done.stdout.split()[-1])


def export(home: str, listing: str, form: str, target: str) -> None:
    """In a process of its own: one export, or the bare query with the csv module."""
    if form == "bare":
        import csv  # noqa: PLC0415  what the bare process needs

        sql = {"flagged": FLAGGED, "items": ITEMS}[listing]
        with closing(sqlite3.connect(Path(home) / "archive.db")) as db, Path(target).open("w", newline="") as stream:
            csv.writer(stream).writerows(db.execute(sql, {"origin": "public"}))
    else:
        from crawler.cli.main import run  # noqa: PLC0415

        asked = [] if listing == "archive" else ["--format", form]
        assert run(["--home", home, "export", listing, *asked, "--out", target]) == 0
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main(rows: int) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.root.mkdir()
        build(home, rows)
        print(f"{rows} rows; archive {home.archive.stat().st_size / 1e6:.0f} MB")
        print(f"{'listing':9}{'format':9}{'CPU s':>8}{'rows/s':>9}{'MB file':>9}{'MB peak':>9}{'x bare':>8}")
        found = {}
        for listing in ("flagged", "items"):
            bare = 0.0
            for form in ("bare", *FORMATS):
                target = Path(folder) / f"out.{form}"
                seconds, peak = measured([str(home.root), listing, form, str(target)])
                bare = bare or seconds
                found[f"{listing} {form}"] = {"cpu_seconds": round(seconds, 2), "peak_mb": peak}
                size = target.stat().st_size / 1e6
                print(f"{listing:9}{form:9}{seconds:8.2f}{rows / seconds:9.0f}{size:9.1f}{peak:9}{seconds / bare:8.1f}")
        target = Path(folder) / "archive-copy.db"
        seconds, peak = measured([str(home.root), "archive", "db", str(target)])
        print(f"archive  db       {seconds:8.2f}{'':9}{target.stat().st_size / 1e6:9.1f}{peak:9}")
        print(json.dumps(found))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        export(*sys.argv[1:5])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
