"""Crawls and readings as child processes of ``watch``: a Twisted reactor cannot be started twice in one process, and
what opens documents had better not be the one that sends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock

from db.home import Home

PATIENCE = 15.0  # seconds between asking it to end and ending it


class Child:
    """At most one command at a time, in a process group of its own, so that its workers end with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._guard = Lock()
        self._stopped = False

    def crawl(self, home: Home, councils: Sequence[str], fixed_now: datetime | None, config: Path | None) -> int:
        """Crawl these councils and return the exit code; their scans are left to ``read``."""
        return self._run(home, ["crawl", "--no-ocr", *councils], fixed_now, config)

    def read(self, home: Home, fixed_now: datetime | None, config: Path | None) -> int:
        """Read what waits for optical recognition and return the exit code."""
        return self._run(home, ["reprocess", "--waiting"], fixed_now, config)

    def look_again(self, home: Home, limit: int, fixed_now: datetime | None, config: Path | None) -> int:
        """Ask whether so many documents are still online and return the exit code."""
        return self._run(home, ["revalidate", "--limit", str(limit)], fixed_now, config)

    def _run(self, home: Home, arguments: Sequence[str], fixed_now: datetime | None, config: Path | None) -> int:
        """Run a command of ours; ``config`` replaces the home's where that is broken."""
        now = ["--now", fixed_now.isoformat()] if fixed_now else []
        command = [sys.executable, "-m", "crawler", "--home", str(home.root), *now, *arguments]
        environment = os.environ | ({"TOCSIN_CONFIG": str(config)} if config else {})
        with self._guard:
            if self._stopped:
                return 0
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
            )
        try:
            return self._process.wait()
        finally:
            with self._guard:
                self._process = None

    def stop(self) -> None:
        """End the command under way, gently at first, and what it leaves behind; none is started any more."""
        with self._guard:
            self._stopped = True
            process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
