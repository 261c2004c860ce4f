"""A page that outgrows its memory ends alone: the process of Chromium that holds it is looked at while it runs."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

MOST = 900_000_000  # bytes of memory of its own that one page may hold
RENDERER = b"--type=renderer"


def end_overgrown(limit: int = MOST) -> bool:
    """End each renderer below this process that holds more than ``limit`` bytes; its page then counts as crashed."""
    ended = False
    for pid in _below(os.getpid()):
        if _own_memory(pid) > limit and RENDERER in _read(pid, "cmdline"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
                ended = True
    return ended


def renderers() -> dict[int, int]:
    """The renderers below this process and the bytes of memory that each has for itself."""
    return {pid: _own_memory(pid) for pid in _below(os.getpid()) if RENDERER in _read(pid, "cmdline")}


def _below(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        children: list[int] = []
        for task in _tasks(pid):
            with contextlib.suppress(OSError, ValueError):
                children += map(int, (task / "children").read_text().split())
        found += children
        waiting += children
    return found


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _own_memory(pid: int) -> int:
    for line in _read(pid, "status").splitlines():
        if line.startswith(b"RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
