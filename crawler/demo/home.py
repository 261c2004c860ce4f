"""The demo's home folder: made here, known by a marker, and never anybody else's."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from crawler.demo.sites import HOSTS
from crawler.demo.world import known_changes, region, towns
from crawler.errors import UsageError
from db.home import Home

MARKER = "demo.json"
MAKER = "tocsin demo"
WATCHER = "veille@collectif-orvence.example"
OURS = ("tocsin.toml", "archive.db", "private.db", "desk.db", "files", "feeds", "outbox")  # with -wal, -shm


@dataclass(frozen=True, slots=True)
class State:
    """What the marker remembers: when this world began, where it is served, what has changed in it."""

    began: date
    addresses: dict[str, str] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()

    def to_json(self) -> str:
        kept = {"made_by": MAKER, "began": self.began.isoformat(), "addresses": self.addresses}
        return json.dumps({**kept, "changes": sorted(self.changes)}, indent=2) + "\n"


def load(home: Home) -> State | None:
    """The state of an earlier demo, None where the folder is absent or empty.

    Raises UsageError where the folder is not a home that the demo made.
    """
    marker = home.root / MARKER
    if not home.root.exists() or (home.root.is_dir() and not any(home.root.iterdir())):
        return None
    try:
        told: Any = json.loads(marker.read_text("utf-8"))
        began = date.fromisoformat(told["began"])
        addresses = {host: str(told["addresses"][host]) for host in HOSTS}
        changes = frozenset(told["changes"]) & frozenset(known_changes())
    except (OSError, ValueError, KeyError, TypeError):
        told = None
    if not isinstance(told, dict) or told.get("made_by") != MAKER:
        raise UsageError(f"{home.root} is not a home that the demo made; name another folder with --home")
    return State(began, addresses, changes)


def save(home: Home, state: State) -> None:
    """Make the folder if need be, and write its marker and ``tocsin.toml``."""
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        (home.root / MARKER).write_text(state.to_json(), "utf-8")
        home.config.write_text(configuration(state.addresses), "utf-8")
        home.config.chmod(0o600)  # as `tocsin init` makes it: it may come to hold addresses of people
    except OSError as error:
        raise UsageError(f"cannot make a demo in {home.root}: {error.strerror}") from None


def clear(home: Home) -> None:
    """Empty a home that the demo made; what else lies in it stays. Raises UsageError while it is watched."""
    lock = FileLock(home.lock)
    try:
        with lock.acquire(timeout=0):
            for entry in sorted(home.root.iterdir()):
                _remove(entry)
    except Timeout:
        raise UsageError(f"{home.root} is being watched; stop `tocsin watch` first") from None
    home.lock.unlink(missing_ok=True)


def _remove(entry: Path) -> None:
    name = entry.name.removesuffix("-wal").removesuffix("-shm")
    if name not in OURS:
        return
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def configuration(addresses: dict[str, str]) -> str:
    """The ``tocsin.toml`` of the demo, with the councils at these addresses."""
    blocks = [
        f"# {region()['name']} and its councils do not exist; their sites are served by `tocsin demo`.",
        '[operator]\ncontact = "https://demo.example/about"\nlanguage = "fr"',
        "[crawl]\ndelay = 0.02  # the sites are our own\nallow_private_addresses = true  # they are on this machine",
        '[alerts]\nsender = "Tocsin <tocsin@demo.example>"',
    ]
    for town in towns():
        lines = [
            "[[council]]",
            f"id = {json.dumps(town.id)}",
            f"name = {json.dumps(town.name, ensure_ascii=False)}",
            f"kind = {json.dumps(town.kind)}",
            f"department = {json.dumps(town.department)}",
            f"region = {json.dumps(region()['code'])}",
            f"website = {json.dumps(addresses[town.id] + '/')}",
        ]
        blocks.append("\n".join(lines))
    blocks.append(f'[[subscription]]\nname = "collectif-orvence"\nto = ["mailto:{WATCHER}"]')
    return "\n\n".join(blocks) + "\n"
