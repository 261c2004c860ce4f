"""``tocsin dossier``: the evidence on some flags, for lawyers and journalists, as one ZIP."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import click

from crawler.cli.app import App, clean, pass_app
from crawler.cli.export_sink import binary_sink, refuse_own
from crawler.cli.tables import plural
from crawler.councils import council_of
from crawler.errors import UsageError
from crawler.evidence.pack import Order, Packed, pack
from crawler.evidence.wording import words
from db.dossier import flags_of, gather
from db.files import FileStore
from db.queries import Filters, Reader
from db.reader import Row
from pipelines.pool import ReaderPool, workers_here
from spiders.registry import Registry

SHOWN = 5  # failures named on the terminal; the dossier has them all


@click.command()
@click.argument("subjects", nargs=-1, required=True, metavar="COUNCIL|FLAG…")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ZIP to write.")
@click.option("--language", type=click.Choice(("fr", "en")), help="Default: that of [operator].")
@click.option("--with-private", is_flag=True, help="Also what was handed to you in confidence; it is marked.")
@click.option("--min-score", type=click.FloatRange(0, 1), help="Of a council: flags with at least this score.")
@pass_app
def dossier(
    app: App, subjects: tuple[str, ...], out: Path, language: str | None, with_private: bool, min_score: float | None
) -> int:
    """Write the evidence on flags (f-…), items (i-…), sessions (s-…) or all flags of councils as a ZIP.

    Inside: index.html and dossier.pdf with timelines, passages and page images, the original documents, manifest.json
    and SHA256SUMS, which sha256sum -c verifies. docs/evidence.md says what that proves.
    """
    config = app.config
    refuse_own(app.home, out)
    if out.suffix.lower() != ".zip":
        raise UsageError(f"--out {out}: end its name in .zip")
    chosen = words("en" if (language or config.operator.language) == "en" else "fr")
    least = config.alerts.minimum_score if min_score is None else min_score
    with Reader(app.home, private=with_private, minimum_score=config.alerts.minimum_score) as reader:
        flags = _flags(app, reader, subjects, least)
        material = gather(reader, flags)
        order = Order(chosen, app.now(), _version(), config.operator.contact or None, subjects, with_private)
        secret = with_private and app.home.private.exists()
        with ReaderPool(workers_here()) as pool, binary_sink(out, "zip", secret=secret) as target:
            packed = pack(target, material, reader, FileStore(app.home.files), pool, order, _progress)
    _report(packed, out)
    return 0


def _flags(app: App, reader: Reader, subjects: Sequence[str], least: float) -> list[Row]:
    """The flags that are meant, each once. Raises UsageError for what names none."""
    found: dict[str, Row] = {}
    for subject in map(str.strip, subjects):
        flags = flags_of(reader, subject) or _of_council(app, reader, subject, least)
        found |= {flag["flag_id"]: flag for flag in flags}
    return list(found.values())


def _of_council(app: App, reader: Reader, subject: str, least: float) -> list[Row]:
    council_id = subject
    if reader.row("SELECT 1 FROM councils WHERE id = :id", {"id": subject}) is None:
        try:
            council_id = council_of(subject, app.config, Registry.load()).id
        except UsageError as error:
            hint = "" if reader.archives[0].origin == "private" else "; what is private needs --with-private"
            raise UsageError(f"{error}; nor is it a flag, item or session that the archive shows{hint}") from None
    flags = reader.flagged(Filters(councils=(council_id,), min_score=least))
    if not flags:
        raise UsageError(f"{council_id}: nothing is flagged there with a score of {least:g} or more")
    return flags


def _version() -> str:
    try:
        return metadata.version("tocsin")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rpages drawn: {done}/{total}", nl=done == total, err=True)


def _report(packed: Packed, out: Path) -> None:
    click.echo(
        f"wrote {out}: {plural(packed.cases, 'case')}, {plural(packed.documents, 'document')}, "
        f"{plural(packed.files, 'file')}, {plural(packed.images, 'page image')}"
    )
    for line in packed.failures[:SHOWN]:
        click.echo(f"  not in it: {clean(line)}", err=True)
    if len(packed.failures) > SHOWN:
        click.echo(f"  … and {len(packed.failures) - SHOWN} more; the dossier says which", err=True)
