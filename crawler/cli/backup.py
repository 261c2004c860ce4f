"""``tocsin backup``: copies of the home that can be put back."""

from __future__ import annotations

import os
import secrets
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import click

from crawler.cli.app import App, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import plural
from crawler.errors import UsageError
from db.backup import Kept, back_up

SUFFIXES = (".tar", ".tar.gz", ".tgz")


@click.command()
@click.argument("target", metavar="DIR|FILE.tar", type=click.Path(path_type=Path))
@click.option("--with-private", is_flag=True, help="Also private.db, desk.db and who subscribes: never share it.")
@json_option
@pass_app
def backup(app: App, target: Path, with_private: bool, as_json: bool) -> int:
    """Copy the home while it works: databases checked whole, then the files that are new since the last time.

    A folder is brought up to date; FILE.tar (or .tar.gz) is written new. Without --with-private it holds public facts
    alone. To restore, copy everything back into an empty home folder.
    """
    _ = app.config  # says so where there is no home
    packed = target.name.endswith(SUFFIXES) and not target.is_dir()
    kept = _pack(app, target, private=with_private) if packed else back_up(app.home, target, private=with_private)
    if as_json:
        print_json(_told(target, kept, private=with_private))
    else:
        _say(target, kept)
    return 1 if kept.missing else 0


def _pack(app: App, target: Path, *, private: bool) -> Kept:
    """A backup as one tar file: made in a folder beside it, for both must fit on that disk."""
    if target.exists():
        raise UsageError(f"{target} exists already; name another file")
    part = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            held = Path(folder) / "tocsin"
            kept = back_up(app.home, held, private=private)
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o644)
            with os.fdopen(descriptor, "wb") as stream:
                mode: Any = "w:gz" if target.name.endswith("gz") else "w"
                with tarfile.open(fileobj=stream, mode=mode) as tarred:
                    tarred.add(held, "tocsin")
        part.replace(target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return kept


def _told(target: Path, kept: Kept, *, private: bool) -> dict[str, Any]:
    return {
        "target": str(target),
        "with_private": private,
        "databases": [{"name": name, "bytes": size, "integrity": "ok"} for name, size in kept.databases.items()],
        "files": {"new": kept.new_files, "known": kept.known_files, "bytes": kept.new_bytes, "missing": kept.missing},
        "left_out": kept.left_out,
        "free_bytes": shutil.disk_usage(target.parent if target.is_file() else target).free,
    }


def _say(target: Path, kept: Kept) -> None:
    sizes = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in kept.databases.items())
    click.echo(f"{target}: {sizes}, checked; {plural(kept.new_files, 'new file')}, {kept.known_files} known")
    if kept.left_out:
        click.echo(f"left out: {', '.join(kept.left_out)} (--with-private keeps them; never share that)")
    for line in kept.missing:
        click.echo(f"missing: {line}", err=True)
