"""Exports that are no listing: the whole archive, and deliberations in the national schema."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from crawler.cli.app import App
from crawler.cli.export_sink import text_sink
from crawler.cli.tables import plural
from crawler.councils import council_of
from crawler.errors import UsageError
from db.export_files import SUFFIXES, write_files
from db.export_scdl import write_scdl
from db.files import FileStore
from db.queries import Filters, Reader
from db.scdl_act import is_siret
from db.snapshot import share, snapshot
from spiders.registry import Registry


def export_archive(app: App, output: Path | None, files: Path | None, *, force: bool) -> int:
    """Write the public archive as one database, and with ``files`` the bytes of its documents; the exit code."""
    _ = app.config  # says so where there is no home
    if output is None:
        raise UsageError("archive: name the file, --out tocsin.db")
    if files is not None and not files.name.endswith(SUFFIXES):
        raise UsageError(f"--files {files.name}: end its name in one of {', '.join(SUFFIXES)}")
    for path in (output, files):
        if path is not None and path.exists() and (not force or not path.is_file()):
            raise UsageError(f"{path} exists already" + ("" if force else "; --force replaces it"))
    size = snapshot(app.home.archive, output, then=share)
    click.echo(f"wrote {output}: {size / 1e6:.1f} MB, public facts alone; datasette {output} shows them", err=True)
    return _files(app, output, files) if files is not None else 0


def _files(app: App, archive: Path, target: Path) -> int:
    part = target.with_name(f".{secrets.token_hex(6)}.{target.name}")  # the suffix tells the format
    try:
        count, missing = write_files(archive, FileStore(app.home.files), part)
        part.replace(target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"wrote {target}: {plural(count, 'file')}, to be checked with sha256sum -c SHA256SUMS", err=True)
    for line in missing:
        click.echo(f"missing: {line}", err=True)
    return 1 if missing else 0


def export_deliberations(app: App, chosen: Filters, output: Path | None, given: tuple[str, ...]) -> None:
    """Write adopted deliberations as SCDL; public facts alone, for this is made to be published."""
    registry = Registry.load()
    sirets = dict(_siret(app, text, registry) for text in given)
    with Reader(app.home, private=False, minimum_score=app.config.alerts.minimum_score) as reader:
        councils = [row["id"] for row in reader.rows("SELECT id FROM councils")]
        sirens = {each: siren for each in councils if (siren := registry.cells(each).get("siren"))}
        with text_sink(output, secret=False) as stream:
            count, left_out, why = write_scdl(reader, chosen, stream, sirens, sirets)
    click.echo(f"{plural(count, 'deliberation')}, {plural(left_out, 'voted item')} left out", err=True)
    for reason, number in why.most_common():
        click.echo(f"  {number:6} {reason}", err=True)
    if "SIRET not known" in why:
        click.echo("  a SIRET that you know: --siret COUNCIL=14DIGITS", err=True)


def _siret(app: App, text: str, registry: Registry) -> tuple[str, str]:
    """A council's id and its SIRET, from the command line."""
    council_id, _, digits = text.partition("=")
    digits = "".join(digits.split())
    if not is_siret(digits):
        raise UsageError(f"--siret {text}: not COUNCIL=SIRET with the 14 digits of a SIRET (its check digit included)")
    council = council_of(council_id.strip(), app.config, registry)
    siren = registry.cells(council.id).get("siren")
    if siren and not digits.startswith(siren):
        raise UsageError(f"--siret {text}: {council.name} has the SIREN {siren}")
    return council.id, digits


__all__ = ["export_archive", "export_deliberations"]
