"""What ``tocsin doctor`` asks of the machine: Python, SQLite, time, optical recognition, a browser, the disk."""

from __future__ import annotations

import contextlib
import platform
import shutil
import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.browser_installed import find_browser
from crawler.cli.check import Check, good, problem, warning
from crawler.cli.ocr_hint import install_line
from pipelines.text.ocr.installed import availability
from pipelines.text.ocr.trial import trial

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35, 0)  # RETURNING, and what FTS5 needs
WRITTEN_IN = 2026  # a clock that stands before this is wrong
LEAST_FREE, LITTLE_FREE = 500_000_000, 5_000_000_000  # bytes
FRENCH_PACKAGE = "tesseract-ocr-fra"
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Martinique")


def machine_checks(now: datetime) -> list[Check]:
    """All that can be told without a home."""
    return [_python(), _sqlite(), _time(now), *_recognition(), _browser()]


def disk_check(folder: Path) -> Check:
    """Room for documents where the home is, or will be."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1_000_000_000:.1f} GB free in {folder}"
    remedy = "make room: documents are kept for good, a council's take some 100 MB a year"
    if free < LEAST_FREE:
        return problem("disk", found, remedy)
    return warning("disk", found, remedy) if free < LITTLE_FREE else good("disk", found)


def _python() -> Check:
    found = f"Python {platform.python_version()}"
    if sys.version_info < OLDEST_PYTHON:
        return problem("python", found, "install Python 3.11 or newer, and Tocsin into an environment of it")
    return good("python", found)


def _sqlite() -> Check:
    found = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return problem("sqlite", found, f"SQLite {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed")
    try:
        with contextlib.closing(sqlite3.connect(":memory:")) as memory:
            memory.execute('CREATE VIRTUAL TABLE t USING fts5(x, tokenize="unicode61 remove_diacritics 2")')
    except sqlite3.Error as error:
        return problem("sqlite", f"{found} without full-text search ({error})", "use a Python whose SQLite has FTS5")
    return good("sqlite", f"{found} with full-text search")


def _time(now: datetime) -> Check:
    try:
        for zone in ZONES:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        return problem("time", f"time zones are not known ({error})", "pip install tzdata, or apt install tzdata")
    local = now.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M")
    if now.year < WRITTEN_IN:
        return problem("time", f"the clock says {local} in Paris", "set the clock: alerts are sent by it")
    return good("time", f"{local} in Paris; time zones are known")


def _recognition() -> list[Check]:
    found = availability()
    line = install_line()
    if not found.ready:
        missing = f"not installed ({', '.join(found.packages)})" if found.packages else "not usable"
        text = f"{missing}: scans, about half of what councils publish, wait unread"
        return [problem("ocr", text, line)]
    if not trial():
        text = f"{found.engine} does not read a printed line: its French data in {found.data} seem damaged"
        remedy = f"apt install --reinstall {FRENCH_PACKAGE}, or other data for TESSDATA_PREFIX"
        return [problem("ocr", text, remedy)]
    if not found.osd:
        text = f"{found.engine}, French; without osd data: pages scanned sideways are not recognised"
        return [warning("ocr", text, line)]
    return [good("ocr", f"{found.engine}, French and orientation data in {found.data}")]


def _browser() -> Check:
    """An extra that most councils do not need: its absence is no problem."""
    found = find_browser()
    if found.ready:
        return good("browser", f"pages that scripts build are rendered with {found.path}")
    remedy = "; ".join(found.remedy)
    return good("browser", f"none: pages that scripts build are read as they are sent (to render them: {remedy})")
