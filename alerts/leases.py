"""Leases of crawls that died: a power cut must not keep a source closed until its lease ends by itself."""

from __future__ import annotations

import os

from db.home import Home
from db.store.archive import Store


def free_dead(home: Home) -> list[str]:
    """Give back the leases whose owner ("PID-…", see ``crawler.job``) runs no more; returns the sources."""
    if not home.archive.exists():
        return []
    freed = []
    with Store(home) as store:
        for row in store.rows("SELECT id, lease_owner FROM sources WHERE lease_owner IS NOT NULL"):
            if is_dead(row["lease_owner"]):
                store.release(row["id"], row["lease_owner"])
                freed.append(row["id"])
    return freed


def is_dead(owner: str | None) -> bool:
    """Whether the process that took a lease runs no more; False where that cannot be told."""
    pid = (owner or "").partition("-")[0]
    return pid.isdigit() and not _alive(int(pid))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process has the number: not ours, but it may have been
        return True
    return True
